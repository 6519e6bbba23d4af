"""Singular values in big numbers, which are right to the last digits, and in numbers that carry a
bound of their error.

Kernels take which value is wanted, from 0 for the largest, then the elements of a square matrix row
by row.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers.singular_algebra import dot, halves, place, slopes

GUARD_BITS = 30
MAX_BITS = 40_000  # of a derivative in big numbers
SLACK_BITS = 10  # of a value in big numbers, which is right to this many units in the last place


def big_value(ctx: Any, k: Any, *x: Any) -> Any:
    """A singular value, right to the context's precision however small it is; 0 where the rank of
    the matrix, which is decided exactly, says so."""
    which, size = place(k, len(x))
    numbers = [ctx.convert(number) for number in x]  # not rounded, as ctx.mpf would
    if not all(map(ctx.isfinite, numbers)):
        return ctx.nan
    values = [value for block in blocks(numbers, size) for value in _big_values(ctx, block)]
    return sorted(values, reverse=True)[which]


def bounded_value(n: Any, k: Any, *x: Any) -> Any:
    """A singular value of midpoint-radius numbers: it moves by no more than the elements do, all
    together (Weyl)."""
    bounds = n.bounds
    numbers = [bounds.number(number) for number in x]
    mid = n.context.mpf(big_value(n.context, bounds.number(k).mid, *[one.mid for one in numbers]))
    radius = bounds.rounding(mid, SLACK_BITS)
    for one in numbers:
        radius = bounds.plus(radius, one.rad)
    return bounds.made(mid, radius, lost=any(one.lost for one in numbers))


def _big_values(ctx: Any, numbers: list[Any]) -> list[Any]:
    size = _side(numbers)
    if size == 1:
        return [abs(numbers[0])]
    rank, bits = _rank(numbers, size), ctx.prec + GUARD_BITS
    while rank:
        with ctx.workprec(bits):
            values = ctx.svd_r(_matrix(ctx, numbers), compute_uv=False)
            least = values[rank - 1]
            lost = ctx.mag(values[0]) - ctx.mag(least) if least else bits
        if lost + ctx.prec + GUARD_BITS // 2 <= bits:
            break
        bits = max(2 * bits, ctx.prec + GUARD_BITS + lost)
    return [+values[k] if k < rank else ctx.zero for k in range(size)]


def _side(block: list[Any]) -> int:
    return math.isqrt(len(block))


def blocks(numbers: list[Any], size: int) -> list[list[Any]]:
    """The matrix as blocks that share no row and no column, each squared up with zeros: together
    they have its singular values, and zeros."""
    # Of balls, only what is exactly 0.
    zero = [[numbers[i * size + j] == 0 for j in range(size)] for i in range(size)]
    left, blocks = set(range(size)), []
    while left:
        rows, columns, waiting = set[int](), set[int](), [min(left)]
        while waiting:
            row = waiting.pop()
            rows.add(row)
            fresh = {j for j in range(size) if not zero[row][j]} - columns
            columns |= fresh
            waiting += {i for i in left for j in fresh if not zero[i][j]} - rows
        left -= rows
        side = max(len(rows), len(columns))
        block = [numbers[i * size + j] for i in sorted(rows) for j in sorted(columns)]
        blocks.append(_padded(block, len(rows), len(columns), side, numbers[0] * 0))
    return blocks


def _padded(block: list[Any], rows: int, columns: int, side: int, zero: Any) -> list[Any]:
    return [
        block[i * columns + j] if i < rows and j < columns else zero
        for i in range(side)
        for j in range(side)
    ]


def _matrix(ctx: Any, numbers: list[Any]) -> Any:
    size = math.isqrt(len(numbers))
    return ctx.matrix([numbers[k * size : (k + 1) * size] for k in range(size)])


def _rank(numbers: list[Any], size: int) -> int:
    """The rank, by elimination in exact fractions."""
    exact = [_fraction(number) for number in numbers]
    lines = [exact[k * size : (k + 1) * size] for k in range(size)]
    rank = 0
    for column in range(size):
        pivot = next((k for k in range(rank, size) if lines[k][column]), None)
        if pivot is None:
            continue
        lines[rank], lines[pivot] = lines[pivot], lines[rank]
        for k in range(rank + 1, size):
            factor = lines[k][column] / lines[rank][column]
            if factor:
                lines[k] = [a - factor * b for a, b in zip(lines[k], lines[rank], strict=True)]
        rank += 1
    return rank


def _fraction(number: Any) -> Fraction:
    sign, mantissa, exponent, _ = number._mpf_
    size = -int(mantissa) if sign else int(mantissa)
    return Fraction(size) * Fraction(2) ** int(exponent)


def big_slope(ctx: Any, k: Any, *given: Any) -> Any:
    """The derivative of a singular value along t, right to the context's precision.

    It is computed with more and more bits until two results agree; what is smaller than its terms
    by four times the digits asked for is concluded to be 0. OverflowError where that takes too
    many, as where two values are nearly equal.
    """
    t, x = halves([ctx.convert(number) for number in given])
    if not all(map(ctx.isfinite, (*t, *x))):
        return ctx.nan
    prec, bits, before = ctx.prec, 2 * ctx.prec, None
    while bits <= MAX_BITS:
        with ctx.workprec(bits):
            total = dot(t, slopes(big_value(ctx, k, *x), x))
            size = max(map(ctx.mag, (number for number in t if number)), default=0)
            if before is not None and abs(total - before) <= abs(total) * ctx.ldexp(1, -prec - 2):
                break
            if bits > 8 * prec and (not total or ctx.mag(total) < size - 4 * prec):
                return ctx.zero
        before, bits = total, 2 * bits
    else:
        raise OverflowError("too large to evaluate")
    return +total


def ball_slope(n: Any, k: Any, *given: Any) -> Any:
    """The derivative of a singular value along t, in other rows."""
    t, x = halves(given)
    return dot(t, slopes(n.singular_value(k, *x), x))


def arb_value(k: Any, *x: Any) -> Any:
    """An enclosure of a singular value, also where several are equal; not finite where it says
    nothing."""
    from flint import arb

    which, size = k.unique_fmpz(), math.isqrt(len(x))
    if which is None or not 0 <= which < size or not all(one.is_finite() for one in x):
        return x[0].nan()
    values = [value for block in blocks(list(x), size) for value in _arb_values(block)]
    if not all(value.is_finite() for value in values):
        return x[0].nan()
    lower, upper = (sorted(map(end, values), reverse=True) for end in (arb.lower, arb.upper))
    return lower[int(which)].union(upper[int(which)])


def _arb_values(x: list[Any]) -> list[Any]:
    """Enclosures of all singular values of a block.

    With an approximate decomposition U, S, V.T the values of their product are those of S times
    factors between the least and the greatest singular values of U and V, which are near 1
    (Ostrowski), and those of the matrix differ from them by no more than the norm of what is left
    (Weyl).
    """
    from flint import arb, arb_mat, ctx

    size = _side(x)
    if size == 1:
        return [abs(x[0])]
    context = _context(ctx.prec + GUARD_BITS)
    middles = [context.make_mpf(number.mid()._mpf_) for number in x]
    left, values, right = context.svd_r(_matrix(context, middles))
    u, v = (arb_mat(size, size, [arb(number) for number in one]) for one in (left, right))
    places = range(size)
    s = arb_mat(size, size, [arb(values[i]) if i == j else 0 for i in places for j in places])
    one = arb_mat(size, size, [int(i == j) for i in places for j in places])
    rest = _norm(arb_mat(size, size, x) - u * s * v)
    stretched = (1 + _norm(u.transpose() * u - one)) * (1 + _norm(v * v.transpose() - one))
    if not stretched < 2:
        return [x[0].nan()] * size
    low, high = (2 - stretched).sqrt(), stretched.sqrt()
    ordered = map(arb, sorted(values, reverse=True))
    return [(value * low - rest).union(value * high + rest) for value in ordered]


def _context(bits: int) -> Any:
    import mpmath

    made = mpmath.MPContext()
    made.prec = bits
    return made


def _norm(x: Any) -> Any:
    """A bound of the norm: the sum of the elements' sizes."""
    return sum(map(abs, x.entries()), abs(x[0, 0]) * 0)
