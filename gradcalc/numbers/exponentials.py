"""The exponential of a matrix, in numbers of any kind.

By scaling and squaring: exp(A) = exp(A/2^s)^(2^s), with Taylor's series for a matrix of norm at
most ½ (Moler and Van Loan, Nineteen dubious ways to compute the exponential of a matrix, 2003).
A multiple of the identity is taken out first: exp(A) = exp(m)*exp(A - m*I).

Kernels of single numbers take the row and the column that is wanted of exp(A), then the elements of
A row by row.
"""

from __future__ import annotations

import math
from functools import lru_cache
from operator import mul
from typing import Any

MAX_SQUARINGS = 60
TERMS = 22  # of Taylor's series at norm ½: the rest is below longdouble's last place
MAX_POWER = 60_000  # of two: past longdouble's exponents
MAX_WIDER_ROWS = 32  # of float64, computed in longdouble, that no digit is lost by squaring
GUARD_BITS = 40
MAX_EXTRA = 30  # times the precision, to reach an element that is so much smaller than others
REMEMBERED = 512  # exponentials: those of all elements of one matrix are one
Rows = tuple[tuple[Any, ...], ...]


def exponential(x: Any) -> Any:
    """exp of a matrix of float64 or longdouble, or of several ones along axes in front."""
    import numpy as np

    size = x.shape[-1]
    if x.dtype == float and size <= MAX_WIDER_ROWS:
        with np.errstate(all="ignore"):
            return exponential(x.astype(np.longdouble)).astype(float)
    one = np.eye(size, dtype=x.dtype)
    with np.errstate(all="ignore"):
        middle = np.trace(x, axis1=-2, axis2=-1)[..., None, None] / x.dtype.type(size)
        rest = x - middle * one
        norm = float(np.max(np.abs(rest).sum(-1), initial=0.0))
        if not math.isfinite(norm):
            return np.full_like(x, np.nan)
        squarings = _squarings(norm)
        scaled = np.ldexp(rest, -squarings)
        made = np.broadcast_to(one, x.shape)
        for k in range(TERMS, 0, -1):
            made = one + np.matmul(scaled, made) / x.dtype.type(k)
        power = np.zeros(middle.shape, dtype=int)  # of two, taken out so that nothing overflows
        for _ in range(squarings):
            made = np.matmul(made, made)
            shift = np.frexp(np.max(np.abs(made), axis=(-2, -1), keepdims=True))[1]
            made, power = np.ldexp(made, -shift), 2 * power + shift
        return _with_factor(np, made, middle, power)


def _with_factor(np: Any, x: Any, middle: Any, power: Any) -> Any:
    """x*exp(middle)*2^power, where neither factor may be in range alone."""
    turns = np.rint(middle / math.log(2))
    inside = np.exp(middle - turns * np.log(x.dtype.type(2)))
    whole = np.clip(turns + power, -MAX_POWER, MAX_POWER).astype(int)
    half = whole // 2
    return np.ldexp(np.ldexp(x * inside, half), whole - half)


def _squarings(norm: float) -> int:
    """How often a matrix must be halved for a norm of ½."""
    return min(MAX_SQUARINGS, max(0, math.frexp(norm)[1] + 1)) if norm else 0


def along(x: Any, t: Any) -> Any:
    """The derivative of exp(x) along t, of float64 or longdouble; t may have axes in front.

    It stands in the upper right of exp([[x, t], [0, x]]) (Van Loan 1978); t is brought to the size
    of x, for the derivative is linear in it.
    """
    import numpy as np

    size = x.shape[-1]
    largest, wanted = np.max(np.abs(t), initial=0.0), np.max(np.abs(x), initial=0.0)
    scale = largest / wanted if largest and wanted else largest or x.dtype.type(1)
    block = np.zeros((*t.shape[:-2], 2 * size, 2 * size), dtype=np.result_type(x, t))
    block[..., :size, :size] = block[..., size:, size:] = x
    block[..., :size, size:] = t / scale
    return exponential(block)[..., :size, size:] * scale


# single numbers -----------------------------------------------------------------------------


def expm(a: Any, x: Any) -> Any:
    """The exponential of a matrix in a system of arrays."""
    if not a.exact:
        return exponential(x)
    return _elements(a, x, range(x.shape[-1]), range(x.shape[-1]))


def expm_along(a: Any, x: Any, t: Any) -> Any:
    """The derivative of the exponential along t, in a system of arrays."""
    if not a.exact:
        return along(x, t)
    import numpy as np

    size = x.shape[-1]
    directions = t.reshape(-1, size, size)
    made = []
    for one in directions:
        block = np.zeros((2 * size, 2 * size), dtype=object)
        block[:size, :size] = block[size:, size:] = x
        block[:size, size:] = one
        made.append(_elements(a, block, range(size), range(size, 2 * size)))
    return np.array(made, dtype=object).reshape(t.shape)


def _elements(a: Any, x: Any, rows: range, columns: range) -> Any:
    import numpy as np

    numbers = list(x.flat)
    made = np.empty((len(rows), len(columns)), dtype=object)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            made[i, j] = a.scalars.expm_element(row, column, *numbers)
    return made


def float_element(i: Any, j: Any, *x: float) -> float:
    """One element of the exponential, of float64."""
    import numpy as np

    size = math.isqrt(len(x))
    row, column = place(size, i, j)
    return float(exponential(np.array(x, dtype=float).reshape(size, size))[row, column])


def place(size: int, i: Any, j: Any) -> tuple[int, int]:
    """A row and a column; ValueError where a matrix of this size has none such."""
    row, column = int(i), int(j)
    if (row, column) != (i, j) or not (0 <= row < size and 0 <= column < size):
        raise ValueError("no such element")
    return row, column


def column_element(np: Any, i: Any, j: Any, *x: Any) -> Any:
    """One element of the exponential, for every row of columns of numbers."""
    size = math.isqrt(len(x))
    i, j, *numbers = np.broadcast_arrays(i, j, *x)
    columns = np.stack(numbers, axis=-1)
    made = exponential(columns.reshape(*columns.shape[:-1], size, size)).reshape(columns.shape)
    inside = (i == np.clip(np.rint(i), 0, size - 1)) & (j == np.clip(np.rint(j), 0, size - 1))
    places = np.where(inside, i * size + j, 0).astype(int)[..., None]
    refused = np.sqrt(np.where(inside, made.dtype.type(0), -1))  # not a number, and NumPy's flag
    return np.take_along_axis(made, places, -1)[..., 0] + refused


def arb_element(i: Any, j: Any, *x: Any) -> Any:
    """An enclosure of one element, by Arb: it bounds what its series leaves out."""
    from flint import arb_mat

    size = math.isqrt(len(x))
    row, column = i.unique_fmpz(), j.unique_fmpz()
    if row is None or column is None or not (0 <= row < size and 0 <= column < size):
        return x[0].nan()
    return arb_mat(size, size, list(x)).exp()[int(row), int(column)]


def big_element(ctx: Any, i: Any, j: Any, *x: Any) -> Any:
    """One element, right to the context's precision; OverflowError where that takes too much.

    It may be smaller than others by any factor: then more digits are taken. What no path of
    elements other than 0 leads to is exactly 0.
    """
    size = math.isqrt(len(x))
    row, column = place(size, i, j)
    numbers = [ctx.convert(number) for number in x]  # not rounded, as ctx.mpf would
    if not all(map(ctx.isfinite, numbers)):
        return ctx.nan
    rows = tuple(tuple(n._mpf_ for n in numbers[k * size : (k + 1) * size]) for k in range(size))
    if not _connected(numbers, size, row, column):
        return ctx.zero
    extra = GUARD_BITS
    while extra <= MAX_EXTRA * ctx.prec + 1000:
        made, error = _exponential(ctx, rows, ctx.prec + extra)
        value = made[row][column]
        short = error + ctx.prec + 10 - ctx.mag(value) if value else extra
        if value and short <= 0:
            return +value
        extra += max(GUARD_BITS, extra if not value else int(short) + 5)
    raise OverflowError("too large to evaluate")


def _connected(numbers: list[Any], size: int, start: int, end: int) -> bool:
    """Is there a path of elements other than 0 from a row to a column?"""
    reached, stack = {start}, [start]
    while stack:
        row = stack.pop()
        for k in range(size):
            if k not in reached and numbers[row * size + k]:
                reached.add(k)
                stack.append(k)
    return end in reached


@lru_cache(REMEMBERED)
def _exponential(ctx: Any, raw: Rows, bits: int) -> tuple[list[list[Any]], int]:
    """exp of a matrix in so many bits, and the power of two that bounds its elements' errors."""
    size = len(raw)
    with ctx.workprec(bits):
        matrix = [[ctx.make_mpf(number) for number in row] for row in raw]
        middle = ctx.fsum(matrix[k][k] for k in range(size)) / size
        for k in range(size):
            matrix[k][k] = matrix[k][k] - middle
        norm = max(ctx.fsum(map(abs, row)) for row in matrix)
        if norm > 2**MAX_SQUARINGS:
            raise OverflowError("too large to evaluate")
        squarings = max(0, ctx.mag(norm) + 1) if norm else 0
        more = 2 * squarings + size.bit_length() + 10
        with ctx.workprec(bits + more):
            scaled = [[ctx.ldexp(number, -squarings) for number in row] for row in matrix]
            made = _series(ctx, scaled, bits + more)
            error = 2 - bits - more + size.bit_length()
            for _ in range(squarings):
                largest = max(ctx.mag(number) for row in made for number in row if number)
                made = _times(ctx, made, made)
                error += largest + size.bit_length() + 2
            factor = ctx.exp(middle)
            made = [[number * factor for number in row] for row in made]
        return made, error + ctx.mag(factor)


def _series(ctx: Any, x: list[list[Any]], bits: int) -> list[list[Any]]:
    """Taylor's series of a matrix of norm at most ½, by Horner's scheme.

    All numbers on the way are less than 2: integers stand for them, of which `places` bits are
    behind the point, and whose products take a tenth of the time.
    """
    terms = 1
    while terms + ctx.mag(ctx.factorial(terms)) < bits + 2:
        terms += 1
    size, places = range(len(x)), bits + GUARD_BITS
    one = 1 << places
    fixed = [[int(ctx.ldexp(number, places)) for number in row] for row in x]
    made = [[one * (i == j) for j in size] for i in size]
    for k in range(terms, 0, -1):
        columns = list(zip(*made, strict=True))
        product = [[sum(map(mul, row, column)) >> places for column in columns] for row in fixed]
        made = [[product[i][j] // k + one * (i == j) for j in size] for i in size]
    return [[ctx.ldexp(ctx.mpf(number), -places) for number in row] for row in made]


def _times(ctx: Any, x: list[list[Any]], y: list[list[Any]]) -> list[list[Any]]:
    columns = list(zip(*y, strict=True))
    return [[ctx.fdot(row, column) for column in columns] for row in x]
