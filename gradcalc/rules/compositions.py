"""Functions of arrays as what they are made of: formulas over rows, recorded step by step.

A composition needs no derivative of its own. Its formula takes a system of traced numbers `n` and
arrays that know their shape. What a call gives is written as parameters: `x` is a number or an
array, `*x` as many as there are, `k#` an integer, `*k#` integers, `axis` an axis or all of them
(None), `[p]` the kind of a norm; what may be left out stands in brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from gradcalc.numbers.shapes import ShapeError, shown

Shape = tuple[int, ...]


class Composition(NamedTuple):
    """A function of the language made of rows of the table."""

    name: str
    parameters: tuple[str, ...]
    doc: str
    formula: Callable[..., Any]
    example: str

    @property
    def signature(self) -> str:
        """The call as documentation shows it."""
        shown = ", ".join(p.replace("#", "").removeprefix("*") + ", …" * p.startswith("*")
                          for p in self.parameters if p[0] != "[")  # fmt: skip
        optional = "".join(
            f"[, {p[1:-1].replace('#', '')}]" for p in self.parameters if p[0] == "["
        )
        return f"{self.name}({shown}{optional})"


def composed(
    name: str, parameters: str, doc: str, formula: Callable[..., Any], example: str
) -> Composition:
    """An entry, with its parameters as one string."""
    return Composition(name, tuple(parameters.split()), doc, formula, example)


def axes_of(x: Any, axis: int | None) -> tuple[int, ...]:
    """An axis, or all, counted from the end."""
    rank = len(x.shape)
    if axis is None:
        return tuple(range(-rank, 0))
    if not -rank <= axis < rank:
        raise ShapeError(f"there is no axis {axis} in an array of shape {shown(x.shape)}")
    return (axis - rank if axis >= 0 else axis,)


def part(x: Any, axis: int, start: int, stop: int, step: int = 1) -> tuple[Any, ...]:
    """The key of a part along one axis (counted from the end)."""
    key = [(0, size, 1) for size in x.shape]
    key[axis] = (start, stop, step)
    return tuple(key)


def element(x: Any, axis: int, k: int) -> tuple[Any, ...]:
    """The key of one place along an axis (counted from the end)."""
    key: list[Any] = [(0, size, 1) for size in x.shape]
    key[axis] = k
    return tuple(key)


def ranked(x: Any, *ranks: int, what: str) -> None:
    """ShapeError unless x is an array of one of these ranks."""
    if len(x.shape) not in ranks:
        words = " or a ".join(("number", "vector", "matrix")[r] for r in ranks)
        given = f"an array of shape {shown(x.shape)}" if x.shape else "a number"
        raise ShapeError(f"{what} takes a {words}, and this is {given}")


def square(x: Any, what: str) -> None:
    """ShapeError unless x is a square matrix."""
    ranked(x, 2, what=what)
    if x.shape[0] != x.shape[1]:
        raise ShapeError(f"{what} takes a square matrix, and this one is {shown(x.shape)}")


def filled(n: Any, x: Any, shape: Shape) -> Any:
    """x repeated to fill a shape."""
    return x if x.shape == shape else n.broadcast(x, x.shape, shape)


# reductions -------------------------------------------------------------------------------


def total(n: Any, x: Any, axis: int | None) -> Any:
    return n.sum(x, axes_of(x, axis)) if x.shape else x


def _count(x: Any, axes: tuple[int, ...]) -> int:
    made = 1
    for axis in axes:
        made *= x.shape[axis]
    return made


def mean(n: Any, x: Any, axis: int | None) -> Any:
    return n.sum(x, axes := axes_of(x, axis)) / _count(x, axes) if x.shape else x


def variance(n: Any, x: Any, axis: int | None) -> Any:
    """The unbiased one, divided by the count less 1."""
    axes = axes_of(x, axis)
    count = _count(x, axes)
    if count < 2:
        raise ShapeError("var needs at least 2 values: it divides by their count less 1")
    middle = n.sum(x, axes) / count
    from_mean = x - n.spread(middle, x.shape, axes)
    return n.sum(from_mean * from_mean, axes) / (count - 1)


def _lined_up(n: Any, x: Any, axis: int | None) -> tuple[Any, int]:
    """The array and one axis to work along: its only one, after flattening where none is given."""
    if axis is None and len(x.shape) != 1:
        return flattened(n, x), -1
    return x, axes_of(x, axis)[0]


def product(n: Any, x: Any, axis: int | None) -> Any:
    """Neighbours multiplied with each other until one is left, so that zeros do no harm."""
    x, along = _lined_up(n, x, axis)
    while (size := x.shape[along]) > 1:
        even = size - size % 2
        first, second = (n.index(x, part(x, along, k, even, 2)) for k in (0, 1))
        both = first * second
        odd = n.index(x, part(x, along, even, size)) if size % 2 else None
        x = both if odd is None else n.concat([both, odd], along)
    return n.index(x, element(x, along, 0))


def running_product(n: Any, x: Any, axis: int | None) -> Any:
    """Products of the first elements, by doubling (Hillis and Steele 1986)."""
    x, along = _lined_up(n, x, axis)
    step, size = 1, x.shape[along]
    while step < size:
        first = n.index(x, part(x, along, 0, step))
        rest = n.index(x, part(x, along, step, size)) * n.index(x, part(x, along, 0, size - step))
        x = n.concat([first, rest], along)
        step *= 2
    return x


def running_sum(n: Any, x: Any, axis: int | None) -> Any:
    x, along = _lined_up(n, x, axis)
    return n.cumsum(x, along)


def in_order(n: Any, x: Any, axis: int | None) -> Any:
    """Sorted along an axis, the last one unless told."""
    ranked(x, 1, 2, what="sort")
    if len(x.shape) == 2 and axis is not None and axes_of(x, axis) == (-2,):
        return n.swap(in_order(n, n.swap(x), 1))
    return n.gather(x, n.argsort(x))


def quantile(n: Any, x: Any, q: Any, axis: int | None = None) -> Any:
    """Between the two nearest order statistics, in proportion."""
    x, along = _lined_up(n, x, axis)
    ranked(q, 0, what="the share of a quantile")
    ordered = in_order(n, x, along)
    share = n.value(q)
    if not 0 <= share <= 1:
        raise ShapeError(f"a quantile stands between 0 and 1, and this is {share}")
    size = x.shape[along]
    low = min(int(share * (size - 1)), max(size - 2, 0))
    below = n.index(ordered, element(ordered, along, low))
    above = n.index(ordered, element(ordered, along, min(low + 1, size - 1)))
    return below + (above - below) * (q * (size - 1) - low)


def median(n: Any, x: Any, axis: int | None) -> Any:
    x, along = _lined_up(n, x, axis)
    ordered, size = in_order(n, x, along), x.shape[along]
    low, high = (n.index(ordered, element(ordered, along, k)) for k in ((size - 1) // 2, size // 2))
    return high if size % 2 else (low + high) / 2


def norm(n: Any, x: Any, kind: Any) -> Any:
    """Of a vector by any p; of a matrix fro (unless told), 1 (columns) or inf (rows)."""
    ranked(x, 1, 2, what="norm")
    axes = axes_of(x, None)
    if kind in (None, "fro") or (kind == 2 and len(x.shape) == 1):
        return n.norm2(x, axes)
    if len(x.shape) == 2:
        if kind not in (1, float("inf")):
            raise ShapeError("the norms of a matrix are fro, 1 and inf")
        along = (-2,) if kind == 1 else (-1,)
        return n.maximum(n.sum(n.abs(x), along), (-1,))
    if kind == float("inf"):
        return n.maximum(n.abs(x), axes)
    if kind == 1:
        return n.sum(n.abs(x), axes)
    if not kind > 0:
        raise ShapeError(f"the p of a norm is positive, and this is {kind}")
    exact = Fraction(kind)
    return n.cpow(n.sum(n.cpow(n.abs(x), exact), axes), 1 / exact)


# making and joining -----------------------------------------------------------------------


def linspace(n: Any, a: Any, b: Any, count: int) -> Any:
    """Both ends included."""
    if count < 1:
        raise ShapeError("linspace makes at least 1 number")
    if count == 1:
        return n.reshape(a, (), (1,))
    return a + (b - a) * (n.iota(count) / (count - 1))


def arange(n: Any, *bounds: Any) -> Any:
    """From a start (0 unless told) up to, but without, a stop, by a step (1 unless told)."""
    start, stop, step = {1: (0, bounds[0], 1), 2: (*bounds[:2], 1)}.get(len(bounds), bounds[:3])
    first, last, by = (n.value(b) for b in (start, stop, step))
    count = -int(-(last - first) // by) if by else 0
    if count < 1:
        raise ShapeError(f"there is no number from {first:g} up to {last:g} by steps of {by:g}")
    return start + n.iota(count) * step


def constant_of(number: int) -> Callable[..., Any]:
    """zeros and ones."""
    return lambda n, *shape: n.broadcast(n.number(Fraction(number)), (), _sizes(shape))


def _sizes(shape: tuple[int, ...]) -> Shape:
    if not 1 <= len(shape) <= 2 or min(shape) < 1:
        raise ShapeError("a vector has one size, a matrix two, each at least 1")
    return shape


def full(n: Any, *given: Any) -> Any:
    """Sizes, then the value."""
    *sizes, x = given
    return n.broadcast(x, (), _sizes(tuple(n.integer(s) for s in sizes)))


def eye(n: Any, size: int) -> Any:
    return diagonal(n, n.broadcast(n.number(Fraction(1)), (), _sizes((size,))))


def diagonal(n: Any, x: Any) -> Any:
    """The matrix with a diagonal, or the diagonal of a matrix."""
    if len(x.shape) == 1:
        size = x.shape[0]
        flat = n.place(x, (size * size,), ((0, size * size, size + 1),))
        return n.reshape(flat, (size * size,), (size, size))
    square(x, "diag")
    size = x.shape[0]
    return n.index(flattened(n, x), ((0, size * size, size + 1),))


def flattened(n: Any, x: Any) -> Any:
    size = 1
    for length in x.shape:
        size *= length
    return n.reshape(x, x.shape, (size,))


def reshape(n: Any, x: Any, *shape: int) -> Any:
    """One size may be -1: what is left."""
    size = 1
    for length in x.shape:
        size *= length
    known = 1
    for length in shape:
        known *= length if length != -1 else 1
    sizes = tuple(size // known if length == -1 and known > 0 else length for length in shape)
    product_of = 1
    for length in sizes:
        product_of *= length
    if not 1 <= len(sizes) <= 2 or product_of != size or min(sizes) < 1:
        wanted = shown(tuple(shape)) if shape else "no shape"
        raise ShapeError(f"{size} elements of shape {shown(x.shape)} can't be arranged as {wanted}")
    return n.reshape(x, x.shape, sizes)


def concat(n: Any, *given: Any, axis: int | None) -> Any:
    items = [x if x.shape else n.reshape(x, (), (1,)) for x in given]
    along = axes_of(items[0], axis or 0)[0]
    for x in items[1:]:
        rest = [s for k, s in enumerate(x.shape) if k - len(x.shape) != along]
        wanted = [s for k, s in enumerate(items[0].shape) if k - len(items[0].shape) != along]
        if rest != wanted or len(x.shape) != len(items[0].shape):
            raise ShapeError(
                f"the shapes {shown(items[0].shape)} and {shown(x.shape)} can't be joined"
            )
    return n.concat(items, along)


def stack(n: Any, *items: Any) -> Any:
    for x in items:
        if x.shape != items[0].shape:
            raise ShapeError(
                f"the shapes {shown(items[0].shape)} and {shown(x.shape)} can't be stacked"
            )
    if len(items[0].shape) > 1:
        raise ShapeError("arrays have one or two axes: matrices can't be stacked")
    return n.stack(list(items), len(items[0].shape))


# products ---------------------------------------------------------------------------------


def matmul(n: Any, x: Any, y: Any) -> Any:
    rx, ry = len(x.shape), len(y.shape)
    if not rx or not ry:
        raise ShapeError("@ is the product of matrices and vectors: write * for numbers")
    if x.shape[-1] != y.shape[0]:
        raise ShapeError(
            f"the shapes {shown(x.shape)} and {shown(y.shape)} do not fit for @: "
            f"{x.shape[-1]} columns meet {y.shape[0]} rows"
        )
    return n.matmul(x, y, rx, ry)


def dot(n: Any, x: Any, y: Any) -> Any:
    ranked(x, 1, what="dot")
    ranked(y, 1, what="dot")
    return matmul(n, x, y)


def outer(n: Any, x: Any, y: Any) -> Any:
    ranked(x, 1, what="outer")
    ranked(y, 1, what="outer")
    return n.outer(x, y, 1, 1)


def cross(n: Any, x: Any, y: Any) -> Any:
    for v in (x, y):
        if v.shape != (3,):
            raise ShapeError(f"cross takes vectors of 3 elements, and this is {shown(v.shape)}")
    a, b, c = (n.index(x, (k,)) for k in range(3))
    d, e, f = (n.index(y, (k,)) for k in range(3))
    return n.stack([b * f - c * e, c * d - a * f, a * e - b * d], 0)


def trace_of(n: Any, x: Any) -> Any:
    square(x, "trace")
    return n.sum(diagonal(n, x), (-1,))


def of_square(row: str) -> Callable[..., Any]:
    """A row of square matrices, their shape looked at first."""

    def formula(n: Any, x: Any) -> Any:
        square(x, row)
        return getattr(n, row)(x)

    return formula


def solve(n: Any, x: Any, b: Any) -> Any:
    square(x, "solve")
    ranked(b, 1, 2, what="the right side of solve")
    if b.shape[0] != x.shape[0]:
        raise ShapeError(f"a matrix {shown(x.shape)} and a right side {shown(b.shape)} do not fit")
    return n.solve(x, b, len(b.shape))


MOST = 1_000_000  # factors of a matrix power


def matrix_power(n: Any, x: Any, k: int) -> Any:
    square(x, "matpow")
    if k == 0:
        return eye(n, x.shape[0])
    if abs(k) > MOST:
        raise ShapeError(f"matpow multiplies a matrix at most {MOST:,} times by itself")
    made, square_of = None, n.inv(x) if k < 0 else x
    k = abs(k)
    while k:
        if k % 2:
            made = square_of if made is None else n.matmul(made, square_of, 2, 2)
        k //= 2
        square_of = n.matmul(square_of, square_of, 2, 2) if k else square_of
    return made


# learning ---------------------------------------------------------------------------------


def _shifted(n: Any, x: Any, axes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """x less its maximum, which is taken as a constant, for it cancels; exp of it; its sum."""
    top = n.detach(n.maximum(x, axes))
    below = x - n.spread(top, x.shape, axes)
    powers = n.exp(below)
    return top, below, n.sum(powers, axes) if powers is not None else None


def _along(x: Any, axis: int | None) -> tuple[int, ...]:
    """The axis given, else the last one."""
    ranked(x, 1, 2, what="this function")
    return axes_of(x, -1 if axis is None else axis)


def logsumexp(n: Any, x: Any, axis: int | None) -> Any:
    if not x.shape:
        return x
    axes = axes_of(x, axis)
    top, _, summed = _shifted(n, x, axes)
    return top + n.log(summed)


def softmax(n: Any, x: Any, axis: int | None) -> Any:
    axes = _along(x, axis)
    _, below, summed = _shifted(n, x, axes)
    return n.exp(below) / n.spread(summed, x.shape, axes)


def log_softmax(n: Any, x: Any, axis: int | None) -> Any:
    axes = _along(x, axis)
    _, below, summed = _shifted(n, x, axes)
    return below - n.spread(n.log(summed), x.shape, axes)


def mse(n: Any, x: Any, y: Any) -> Any:
    if x.shape != y.shape and x.shape and y.shape:
        raise ShapeError(f"the shapes {shown(x.shape)} and {shown(y.shape)} do not fit for mse")
    off = x - y
    return mean(n, off * off, None)


def cross_entropy(n: Any, logits: Any, target: Any) -> Any:
    """The mean over rows of -log softmax at the target: a class each, or probabilities."""
    ranked(logits, 1, 2, what="cross_entropy")
    classes = logits.shape[-1]
    if target.shape == logits.shape:
        chosen = target
    elif target.shape == logits.shape[:-1]:
        _classes(n.value(target), classes)
        every = filled(n, n.iota(classes), logits.shape)
        chosen = n.compare(n.spread(target, logits.shape, (-1,)), every, "==")
    else:
        raise ShapeError(
            f"logits of shape {shown(logits.shape)} and a target of shape {shown(target.shape)} "
            "do not fit: a target is a class for each row, or probabilities"
        )
    losses = -n.sum(log_softmax(n, logits, -1) * chosen, (-1,))
    return mean(n, losses, None)


def _classes(target: Any, classes: int) -> None:
    listed = list(map(float, target.flat)) if hasattr(target, "flat") else [float(target)]
    for number in listed:
        if number % 1 or not 0 <= number < classes:
            raise ShapeError(
                f"{number:g} is no class: they are the integers from 0 to {classes - 1}"
            )


def conv1d(n: Any, x: Any, w: Any) -> Any:
    """The valid cross-correlation, as in neural networks: out[i] = sum over k of x[i+k]*w[k]."""
    ranked(x, 1, what="conv1d")
    ranked(w, 1, what="conv1d")
    size, width = x.shape[0], w.shape[0]
    if width > size:
        raise ShapeError(f"the kernel of {width} is longer than the signal of {size}")
    windows = [n.index(x, ((k, k + size - width + 1, 1),)) for k in range(width)]
    return n.matmul(w, n.stack(windows, 1), 1, 2)


COMPOSITIONS: Mapping[str, Composition] = {entry.name: entry for entry in (
    composed("sum", "x [axis]", "the sum of the elements", total, "sum([1, 2, 3])"),
    composed("prod", "x [axis]", "the product of the elements", product, "prod([2, 3, 4])"),
    composed("mean", "x [axis]", "the mean of the elements", mean, "mean([1, 2, 6])"),
    composed("median", "x [axis]", "the middle element, or the mean of the two", median,
             "median([4, 1, 3, 2])"),
    composed("quantile", "x q", "the quantile q, between the nearest elements", quantile,
             "quantile([1, 2, 4], 1/4)"),
    composed("var", "x [axis]", "the variance, unbiased", variance, "var([1, 2, 6])"),
    composed("std", "x [axis]", "the standard deviation, unbiased",
             lambda n, x, axis: n.sqrt(variance(n, x, axis)), "std([1, 2, 6])"),
    composed("cumsum", "x [axis]", "the sums of the first elements", running_sum,
             "sum(cumsum([1, 2, 3]))"),
    composed("cumprod", "x [axis]", "the products of the first elements", running_product,
             "sum(cumprod([1, 2, 3]))"),
    composed("sort", "x [axis]", "the elements in order", in_order, "sort([3, 1, 2]) @ [1, 2, 3]"),
    composed("norm", "x [p]", "the length: 2 unless told; 1, inf, fro (a matrix), any p", norm,
             "norm([3, 4])"),
    composed("linspace", "a b n#", "n numbers from a to b, both included", linspace,
             "sum(linspace(0, 1, 5))"),
    composed("arange", "*x", "numbers from a start up to a stop by a step", arange,
             "sum(arange(0, 10, 2))"),
    composed("zeros", "*n#", "zeros: a vector by its size, a matrix by two", constant_of(0),
             "sum(zeros(3))"),
    composed("ones", "*n#", "ones: a vector by its size, a matrix by two", constant_of(1),
             "sum(ones(2, 3))"),
    composed("full", "*x", "sizes, then the number to fill with", full, "sum(full(2, 3, 7))"),
    composed("eye", "n#", "the unit matrix", eye, "trace(eye(3))"),
    composed("diag", "x", "a matrix with this diagonal, or the diagonal of a matrix", diagonal,
             "det(diag([2, 3]))"),
    composed("reshape", "x *n#", "the same elements in another shape, -1 for what is left",
             reshape, "reshape([1, 2, 3, 4], 2, 2)[1, 0]"),
    composed("flatten", "x", "the elements as one vector", flattened,
             "flatten([[1, 2], [3, 4]])[2]"),
    composed("concat", "*x [axis]", "arrays, one after the other", concat,
             "sum(concat([1, 2], [3]))"),
    composed("stack", "*x", "numbers to a vector, vectors to the rows of a matrix", stack,
             "stack([1, 2], [3, 4])[1, 0]"),
    composed("dot", "x y", "the scalar product of vectors", dot, "dot([1, 2], [3, 4])"),
    composed("outer", "x y", "the matrix of products", outer, "outer([1, 2], [3, 4])[1, 0]"),
    composed("cross", "x y", "the vector product", cross, "cross([1, 0, 0], [0, 1, 0])[2]"),
    composed("trace", "x", "the sum of the diagonal", trace_of, "trace([[1, 2], [3, 4]])"),
    composed("det", "x", "the determinant", of_square("det"), "det([[1, 2], [3, 4]])"),
    composed("logdet", "x", "the logarithm of a positive determinant", of_square("logdet"),
             "logdet([[2, 0], [0, 3]])"),
    composed("inv", "x", "the inverse of a matrix", of_square("inv"),
             "inv([[2, 0], [0, 4]])[1, 1]"),
    composed("cholesky", "x", "the lower triangular L with L @ L.T = x", of_square("cholesky"),
             "cholesky([[4, 2], [2, 5]])[1, 1]"),
    composed("solve", "x b", "the y with x @ y = b", solve, "solve([[2, 0], [0, 4]], [2, 2])[1]"),
    composed("matpow", "x k#", "the matrix multiplied by itself; -1 is the inverse", matrix_power,
             "matpow([[1, 1], [1, 0]], 10)[0, 1]"),
    composed("softmax", "x [axis]", "exp(x)/sum(exp(x)), without overflow", softmax,
             "softmax([1000, 0])[0]"),
    composed("log_softmax", "x [axis]", "log(softmax(x)), without underflow", log_softmax,
             "log_softmax([1000, 0])[1]"),
    composed("logsumexp", "x [axis]", "log(sum(exp(x))), without overflow", logsumexp,
             "logsumexp([1000, 1000])"),
    composed("mse", "x y", "the mean of the squared differences", mse, "mse([1, 2], [1, 4])"),
    composed("cross_entropy", "x y", "the mean of -log softmax at the targets", cross_entropy,
             "cross_entropy([1, 2, 3], 2)"),
    composed("conv1d", "x w", "the valid cross-correlation of a signal with a kernel", conv1d,
             "sum(conv1d([1, 2, 3, 4], [1, -1]))"),
)}  # fmt: skip
# What one argument makes of rows that otherwise compare their arguments.
REDUCING: Mapping[str, Callable[..., Any]] = {
    "max": lambda n, x, axis: n.maximum(x, axes_of(x, axis)) if x.shape else x,
    "min": lambda n, x, axis: n.minimum(x, axes_of(x, axis)) if x.shape else x,
}
