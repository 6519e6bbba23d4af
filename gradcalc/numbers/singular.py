"""Singular values of matrices, in numbers of any kind, and how they change with the elements.

Kernels of single numbers take which one is wanted, from 0 for the largest, then the elements of a
square matrix row by row.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

EQUAL = 1e-12  # of the largest: singular values of float64 that are no further apart are equal
MAX_SWEEPS = 60  # of Jacobi's rotations, which double the right digits of the last ones
GUARD_BITS = 30
MAX_BITS = 40_000  # of a derivative in big numbers
SLACK_BITS = 10  # of a value in big numbers, which is right to this many units in the last place


def svd(a: Any, x: Any) -> Any:
    """The singular values, the largest first, in a system of arrays."""
    if not a.exact:
        return decomposed(x)[1]
    numbers = list(_squared_up(x).flat)
    values = [a.scalars.singular_value(k, *numbers) for k in range(min(x.shape))]
    return np.array(values, dtype=object)


def svd_slopes(a: Any, x: Any) -> Any:
    """For each singular value the matrix of its derivatives, u @ v.T; where several are equal, the
    mean of theirs; 0 where it is 0."""
    if a.exact:
        whole = _squared_up(x)
        numbers = list(whole.flat)
        each = [np.reshape(slopes(value, numbers), whole.shape) for value in svd(a, x)]
        return np.array(each, dtype=object)[:, : x.shape[0], : x.shape[1]]
    return _float_slopes(x)


def _float_slopes(x: Any) -> Any:
    """`svd_slopes`, of float64 or longdouble."""
    left, values, right = decomposed(x)
    each = np.einsum("ik,kj->kij", left, right)
    equal = np.abs(values[:, None] - values) <= EQUAL * values[0]
    made = np.einsum("kl,lij->kij", equal / equal.sum(1, keepdims=True).astype(x.dtype), each)
    made[values <= EQUAL * values[0]] = 0
    return made


def _squared_up(x: Any) -> Any:
    """A square matrix with the same singular values, and zeros: rows or columns of zeros added."""
    size = max(x.shape)
    made = np.zeros((size, size), dtype=object)
    made[: x.shape[0], : x.shape[1]] = x
    return made


def decomposed(x: Any) -> tuple[Any, Any, Any]:
    """U, the singular values and V.T, of float64 or longdouble.

    A value that float64 can't tell from what rounding leaves of a 0 is 0.
    """
    if x.dtype == float:
        if not np.isfinite(x).all():
            size = min(x.shape)
            nan = np.full((max(x.shape), max(x.shape)), np.nan)
            return nan[: x.shape[0], :size], nan[0, :size], nan[:size, : x.shape[1]]
        left, values, right = np.linalg.svd(x, full_matrices=False)
        noise = max(x.shape) * np.finfo(float).eps * values[0]
        return left, np.where(values <= noise, 0, values), right
    if x.shape[0] < x.shape[1]:
        right, values, left = decomposed(x.T)
        return left.T, values, right.T
    return _by_rotations(x)


def _by_rotations(x: Any) -> tuple[Any, Any, Any]:
    """Hestenes' one-sided Jacobi method: columns are turned until they are orthogonal."""
    moved, size = x.copy(), x.shape[1]
    turned = np.eye(size, dtype=x.dtype)
    least = np.finfo(x.dtype).eps
    for _ in range(MAX_SWEEPS):
        largest = 0.0
        for p in range(size):
            for q in range(p + 1, size):
                one, other, both = (moved[:, i] @ moved[:, j] for i, j in ((p, p), (q, q), (p, q)))
                scale = np.sqrt(one * other)
                if not abs(both) > least * scale:
                    continue
                largest = max(largest, float(abs(both) / scale))
                zeta = (other - one) / (2 * both)
                t = np.copysign(1, zeta) / (abs(zeta) + np.hypot(1, zeta))
                c = 1 / np.hypot(1, t)
                rotation = np.array([[c, c * t], [-c * t, c]], dtype=x.dtype)
                moved[:, [p, q]] = moved[:, [p, q]] @ rotation
                turned[:, [p, q]] = turned[:, [p, q]] @ rotation
        if largest <= 4 * float(least):
            break
    values = np.sqrt((moved**2).sum(0))
    order = np.argsort(-values, kind="stable")
    values = values[order]
    left = moved[:, order] / np.where(values > 0, values, 1)
    return left, values, turned[:, order].T


def slopes(value: Any, x: Any) -> list[Any]:
    """The derivatives of a singular value by the elements of a square matrix: those of u @ v.T.

    With the Gram matrix G = x @ x.T the projector u @ u.T is adj(v²I - G) divided by its trace: an
    algebraic formula in the value itself, which any kind of numbers can compute and differentiate
    again. ZeroDivisionError, or NaN, where the value is 0 or not the only one.
    """
    size = math.isqrt(len(x))
    grid = [x[k * size : (k + 1) * size] for k in range(size)]
    square = value * value
    shifted = [
        [square - _dot(u, v) if i == j else -_dot(u, v) for j, v in enumerate(grid)]
        for i, u in enumerate(grid)
    ]
    adjugate = _adjugate(shifted)
    trace = _sum([adjugate[k][k] for k in range(size)]) * value
    columns = list(zip(*grid, strict=True))
    return [_dot(row, column) / trace for row in adjugate for column in columns]


def _adjugate(x: list[list[Any]]) -> list[list[Any]]:
    """By Faddeev and LeVerrier's recursion, which divides by integers only; of the sign that makes
    no difference to a quotient of its elements."""
    size = len(x)
    made: list[list[Any]] = [[int(i == j) for j in range(size)] for i in range(size)]
    for k in range(1, size):
        columns = list(zip(*made, strict=True))
        product = [[_dot(row, column) for column in columns] for row in x]
        shift = _sum([product[i][i] for i in range(size)]) / k
        made = [[product[i][j] - shift if i == j else product[i][j] for j in range(size)]
                for i in range(size)]  # fmt: skip
    return made


def _dot(x: Any, y: Any) -> Any:
    return _sum([a * b for a, b in zip(x, y, strict=True)])


def _sum(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


class _Dual:
    """A number and its derivative along one direction, in numbers of any kind."""

    __slots__ = ("along", "value")

    def __init__(self, value: Any, along: Any) -> None:
        self.value, self.along = value, along

    def __add__(self, other: Any) -> _Dual:
        other = _dual(other)
        return _Dual(self.value + other.value, self.along + other.along)

    def __neg__(self) -> _Dual:
        return _Dual(-self.value, -self.along)

    def __sub__(self, other: Any) -> _Dual:
        return self + -_dual(other)

    def __mul__(self, other: Any) -> _Dual:
        other = _dual(other)
        along = self.along * other.value + self.value * other.along
        return _Dual(self.value * other.value, along)

    def __truediv__(self, other: Any) -> _Dual:
        other = _dual(other)
        quotient = self.value / other.value
        return _Dual(quotient, (self.along - quotient * other.along) / other.value)

    __radd__, __rmul__ = __add__, __mul__


def _dual(number: Any) -> _Dual:
    return number if isinstance(number, _Dual) else _Dual(number, 0)


def second_slope(value: Any, along: Any, t: Any, x: Any, which: int) -> Any:
    """How the derivative of a singular value along t changes with one element of the matrix, by
    which the value itself changes `along`."""
    moved = [_Dual(number, int(m == which)) for m, number in enumerate(x)]
    return _dot(t, [slope.along for slope in slopes(_Dual(value, along), moved)])


# single numbers -----------------------------------------------------------------------------


def place(k: Any, count: int) -> tuple[int, int]:
    """Which value, and how many rows; ValueError where there is none such."""
    which, size = int(k), math.isqrt(count)
    if which != k or not 0 <= which < size:
        raise ValueError("no such singular value")
    return which, size


def float_value(k: Any, *x: float) -> float:
    """A singular value of float64."""
    which, size = place(k, len(x))
    return float(decomposed(np.array(x, dtype=float).reshape(size, size))[1][which])


def column_value(_: Any, k: Any, *x: Any) -> Any:
    """A singular value, for every row of columns of numbers."""
    size = math.isqrt(len(x))
    k, *numbers = np.broadcast_arrays(k, *x)
    columns = np.stack(numbers, axis=-1)
    each = [decomposed(one.reshape(size, size))[1] for one in columns.reshape(-1, size * size)]
    made = np.array(each, dtype=columns.dtype).reshape(*columns.shape[:-1], size)
    inside = k == np.clip(np.rint(k), 0, size - 1)
    places = np.where(inside, k, 0).astype(int)[..., None]
    refused = np.sqrt(np.where(inside, made.dtype.type(0), -1))  # not a number, and NumPy's flag
    return np.take_along_axis(made, places, -1)[..., 0] + refused


def float_slope(k: Any, *given: float) -> float:
    """The derivative of a singular value along t, the first half of the numbers, at the others."""
    which, _ = place(k, len(given) // 2)
    return float(_slope(which, *halves(np.array(given, dtype=float))))


def column_slope(_: Any, k: Any, *given: Any) -> Any:
    """`float_slope`, for every row of columns of numbers."""
    k, *numbers = np.broadcast_arrays(k, *given)
    columns = np.stack(numbers, axis=-1).reshape(-1, len(given))
    size = math.isqrt(len(given) // 2)
    inside = k == np.clip(np.rint(k), 0, size - 1)
    places = np.where(inside, k, 0).astype(int).ravel()
    each = [_slope(which, *halves(point)) for which, point in zip(places, columns, strict=True)]
    made = np.array(each, dtype=columns.dtype).reshape(k.shape)
    return made + np.sqrt(np.where(inside, made.dtype.type(0), -1))  # NaN, and NumPy's flag


def _slope(which: int, t: Any, x: Any) -> Any:
    size = math.isqrt(len(x))
    return np.sum(t * _float_slopes(x.reshape(size, size))[which].ravel())


def halves(numbers: Any) -> tuple[Any, Any]:
    """The direction and the matrix."""
    middle = len(numbers) // 2
    return numbers[:middle], numbers[middle:]


def is_tied(k: Any, *x: Any) -> Any:
    """Is a singular value 0, or as large as another one, as far as float64 tells?"""
    if any(map(np.ndim, (k, *x))):
        arrays = np.broadcast_arrays(k, *x)
        points = zip(*(array.ravel() for array in arrays), strict=True)
        return np.array([is_tied(*point) for point in points]).reshape(arrays[0].shape)
    which, size = place(k, len(x))
    values = decomposed(np.array([float(number) for number in x]).reshape(size, size))[1]
    near = np.abs(values - values[which]) <= EQUAL * values[0]
    return bool(near.sum() > 1 or values[which] <= EQUAL * values[0])


def has_ties(x: Any) -> bool:
    """Is any singular value of a matrix 0, or as large as another one?"""
    values = decomposed(np.asarray(x, dtype=float))[1]
    apart = np.append(values[:-1] - values[1:], values[-1])
    return bool((apart <= EQUAL * values[0]).any())


def big_value(ctx: Any, k: Any, *x: Any) -> Any:
    """A singular value, right to the context's precision however small it is; 0 where the rank of
    the matrix, which is decided exactly, says so."""
    which, size = place(k, len(x))
    numbers = [ctx.convert(number) for number in x]  # not rounded, as ctx.mpf would
    if not all(map(ctx.isfinite, numbers)):
        return ctx.nan
    values = [value for block in _blocks(numbers, size) for value in _big_values(ctx, block)]
    return sorted(values, reverse=True)[which]


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
            total = _dot(t, slopes(big_value(ctx, k, *x), x))
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
    return _dot(t, slopes(n.singular_value(k, *x), x))


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


def _blocks(numbers: list[Any], size: int) -> list[list[Any]]:
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


def arb_value(k: Any, *x: Any) -> Any:
    """An enclosure of a singular value, also where several are equal; not finite where it says
    nothing."""
    from flint import arb

    which, size = k.unique_fmpz(), math.isqrt(len(x))
    if which is None or not 0 <= which < size or not all(one.is_finite() for one in x):
        return x[0].nan()
    values = [value for block in _blocks(list(x), size) for value in _arb_values(block)]
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
