"""Every row of arrays, by existing, is tested: its value, its shape, and its maps both ways."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations, product
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.array_systems import big_arrays, extended_arrays, machine_arrays
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import ARRAY

M, X, BIG = machine_arrays(), extended_arrays(), big_arrays(60)
VECTORS = ((1,), (2,), (3,), (5,))
MATRICES = ((1, 1), (1, 3), (3, 1), (2, 3), (3, 3), (4, 2))
BLOCKS = ((1, 1, 1), (2, 1, 3), (2, 3, 2), (1, 2, 2, 2))
LEADS = ((), (1,), (3,))
STEP = BIG.number(Fraction(1, 10**20))
Statics = tuple[Any, ...]


class Case(NamedTuple):
    """Arguments of a row, what stands after them, and the value by plain NumPy."""

    arguments: list[Any]
    statics: Statics
    value: Any


class Draw:
    """Shapes and choices are drawn by hypothesis, numbers from a seed."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.random = np.random.default_rng(self.of(range(1000)))

    def of(self, choices: Any) -> Any:
        return self.data.draw(st.sampled_from(tuple(choices)))

    def numbers(self, shape: tuple[int, ...]) -> Any:
        return self.random.normal(size=shape) if shape else float(self.random.normal())

    def array(self, *more: tuple[int, ...]) -> Any:
        return self.numbers(self.of((*VECTORS, *MATRICES, *BLOCKS, *more)))

    def square(self) -> Any:
        size = self.of(range(1, 5))
        return self.random.normal(size=(size, size)) + 2 * np.eye(size)

    def positive(self) -> Any:
        x = self.square()
        return x @ x.T + np.eye(len(x))

    def axis(self, x: Any) -> int:
        return int(self.of(range(-x.ndim, 0)))

    def axes(self, x: Any) -> tuple[int, ...]:
        wanted = [(-1,)] if x.ndim == 1 else [(-1,), (-2,), (-2, -1)]
        return tuple(self.of([*wanted, (-3,), (-3, -1)] if x.ndim > 2 else wanted))

    def key(self, shape: tuple[int, ...]) -> tuple[Any, ...]:
        """An element or a slice along each axis, steps of 2 and backwards too."""
        return tuple(
            self.of(
                [
                    0,
                    size - 1,
                    (0, size, 1),
                    (0, size, 2),
                    (size - 1, size, 1),
                    (size - 1, -1, -1),
                    (size // 2, size, 1),
                ]
            )
            for size in shape
        )


def cells(shape: tuple[int, ...], key: tuple[Any, ...]) -> Any:
    """Where in the flat array the elements stand that a key names."""
    lists = [[k] if isinstance(k, int) else list(range(*k)) for k in key]
    places = [np.ravel_multi_index(place, shape) for place in product(*lists)]
    kept = [len(k) for k, part in zip(lists, key, strict=True) if not isinstance(part, int)]
    return np.array(places).reshape(kept)


def written(x: Any, key: tuple[Any, ...], part: Any) -> Any:
    made = x.copy()
    made.ravel()[cells(x.shape, key)] = part
    return made


def index(d: Draw) -> Case:
    x = d.array()
    key = d.key(x.shape)
    return Case([x], (key,), x.ravel()[cells(x.shape, key)])


def place(d: Draw) -> Case:
    shape = d.of((*VECTORS, *MATRICES, *BLOCKS))
    key = d.key(shape)
    x = d.numbers(cells(shape, key).shape)
    return Case([x], (shape, key), written(np.zeros(shape), key, x))


def put(d: Draw) -> Case:
    x = d.array()
    key = d.key(x.shape)
    e = d.numbers(cells(x.shape, key).shape)
    return Case([x, e], (key,), written(x, key, e))


def erase(d: Draw) -> Case:
    x = d.array()
    key = d.key(x.shape)
    return Case([x], (key,), written(x, key, 0.0))


def take(d: Draw) -> Case:
    x = d.array()
    axis = d.axis(x)
    places = tuple(int(d.of(range(x.shape[axis]))) for _ in range(d.of((1, 2, 4))))
    rows = [x.swapaxes(0, axis)[place] for place in places]
    return Case([x], (places, axis), np.array(rows).swapaxes(0, axis))


def scatter(d: Draw) -> Case:
    x = d.array()
    axis, size = d.axis(x), d.of((1, 3, 5))
    places = tuple(int(d.of(range(size))) for _ in range(x.shape[axis]))
    sums = np.zeros((size, *x.swapaxes(0, axis).shape[1:]))
    for place, row in zip(places, x.swapaxes(0, axis), strict=True):
        sums[place] += row
    return Case([x], (size, places, axis), sums.swapaxes(0, axis))


def gather(d: Draw) -> Case:
    x = d.array()
    order = d.random.random(x.shape).argsort(-1)
    rows = zip(x.reshape(-1, x.shape[-1]), order.reshape(-1, x.shape[-1]), strict=True)
    return Case([x, order.astype(float)], (), np.reshape([row[o] for row, o in rows], x.shape))


def argsort(d: Draw) -> Case:
    x = np.round(d.array())  # ties, to be left as they stand
    rows = [sorted(range(len(row)), key=row.__getitem__) for row in x.reshape(-1, x.shape[-1])]
    return Case([x], (), np.reshape(rows, x.shape))


def iota(d: Draw) -> Case:
    count = d.of(range(1, 6))
    return Case([], (count,), np.array(range(count)))


def reshape(d: Draw) -> Case:
    old, new = d.of(
        [
            ((), (1,)),
            ((1,), ()),
            ((4,), (2, 2)),
            ((3,), (1, 3)),
            ((2, 3), (6,)),
            ((2, 3), (3, 2)),
            ((1, 1), ()),
            ((2, 1, 3), (3, 2)),
            ((6,), (1, 3, 2)),
            ((1, 1, 1), ()),
        ]
    )
    x = d.numbers(old)
    flat = np.ravel(x)
    return Case([x], (old, new), flat.reshape(new) if new else flat[0])


def swap(d: Draw) -> Case:
    x = d.numbers(d.of((*MATRICES, *BLOCKS)))
    return Case([x], (), x.swapaxes(-1, -2))


def permute(d: Draw) -> Case:
    x = d.numbers(d.of((*MATRICES, *BLOCKS)))
    order = d.of(permutations(range(x.ndim)))
    made = np.einsum(x, range(x.ndim), order)
    return Case([x], (tuple(axis - x.ndim for axis in order),), made)


def flip(d: Draw) -> Case:
    x = d.array()
    axis = d.axis(x)
    return Case([x], (axis,), np.take(x, range(x.shape[axis])[::-1], axis))


SHAPES = [
    ((), (3,)),
    ((), (2, 3)),
    ((1,), (3,)),
    ((3,), (2, 3)),
    ((1,), (2, 3)),
    ((2, 1), (2, 3)),
    ((1, 3), (2, 3)),
    ((1, 1), (2, 3)),
    ((1, 1), (1, 1)),
    ((3,), (1, 3)),
    ((3,), (2, 1, 3)),
    ((2, 3), (2, 2, 3)),
    ((2, 1, 3), (2, 2, 3)),
    ((2, 1, 1), (2, 2, 3)),
]


def broadcast(d: Draw) -> Case:
    old, new = d.of(SHAPES)
    x = d.numbers(old)
    return Case([x], (old, new), x + np.zeros(new))


def collapse(d: Draw) -> Case:
    old, new = d.of(SHAPES)
    x = d.numbers(new)
    made = x.sum(tuple(range(len(new) - len(old))))
    for k, size in enumerate(old):
        made = made.sum(k, keepdims=True) if size == 1 else made
    return Case([x], (old, new), made)


def spread(d: Draw) -> Case:
    whole = d.array()
    axes = d.axes(whole)
    x = whole.sum(axes)
    return Case([x], (whole.shape, axes), np.expand_dims(x, axes) + np.zeros(whole.shape))


def stack(d: Draw) -> Case:
    shape = d.of([(), (1,), (3,), (2, 3), (2, 1, 2)])
    items = [d.numbers(shape) for _ in range(d.of([1, 2, 4]))]
    return Case(items, (len(shape),), np.array(items))


def concat(d: Draw) -> Case:
    first = d.array()
    axis = d.axis(first)
    items = [first]
    for size in d.of([(), (1,), (2, 1)]):
        shape = list(first.shape)
        shape[axis] = size
        items.append(d.numbers(tuple(shape)))
    sizes = [item.shape[axis] for item in items]
    shape = list(first.shape)
    shape[axis] = sum(sizes)
    made = np.zeros(shape)
    for k, item in enumerate(items):
        part = [slice(None)] * made.ndim
        part[axis] = slice(sum(sizes[:k]), sum(sizes[: k + 1]))
        made[tuple(part)] = item
    return Case(items, (axis,), made)


def summed(d: Draw) -> Case:
    x = d.array()
    axes = d.axes(x)
    return Case([x], (axes,), x.sum(axes))


def cumsum(d: Draw) -> Case:
    x = d.array()
    axis = d.axis(x)
    each = [np.take(x, range(k + 1), axis).sum(axis) for k in range(x.shape[axis])]
    return Case([x], (axis,), np.stack(each, axis))


def extreme(name: str) -> Callable[[Draw], Case]:
    def case(d: Draw) -> Case:
        x = d.array()
        axes = d.axes(x)
        return Case([x], (axes,), getattr(np, name)(x, axes))

    return case


def share(d: Draw) -> Case:
    x = np.round(d.array())
    axes = d.axes(x)
    out = x.max(axes)
    best = x == x.max(axes, keepdims=True)
    return Case(
        [x, float(out) if not out.shape else out], (axes,), best / best.sum(axes, keepdims=True)
    )


def times(d: Draw) -> Case:
    x = d.array()
    t = d.numbers(x.shape)
    return Case([x, t], (), x * t)


def norm2(d: Draw) -> Case:
    x = d.array()
    axes = d.axes(x)
    return Case([x], (axes,), np.sqrt((x * x).sum(axes)))


def power_norm(d: Draw) -> Case:
    x = d.array()
    axes, p = d.axes(x), d.of([Fraction(1, 2), Fraction(3, 2), Fraction(3)])
    return Case([x], (axes, p), (abs(x) ** float(p)).sum(axes) ** float(1 / p))


def middle(d: Draw) -> Case:
    x = d.numbers(d.of([(1,), (3,), (5,), (2, 3), (3, 1), (2, 2, 3)]))
    return Case([x], (), np.median(x, -1))


def mask(d: Draw, shape: tuple[int, ...]) -> Any:
    return d.random.integers(0, 2, shape).astype(float)


def select(d: Draw) -> Case:
    x = d.array()
    y, chosen = d.numbers(x.shape), mask(d, x.shape)
    return Case([chosen, x, y], (), chosen * x + (1 - chosen) * y)


def masked(d: Draw) -> Case:
    x = d.array()
    chosen = mask(d, x.shape)
    return Case([x, chosen], (), chosen * x)


def compare(d: Draw) -> Case:
    x, op = np.round(d.array()), d.of(["<", "<=", ">", ">=", "==", "!="])
    y = np.round(d.numbers(x.shape))
    outcome = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y, "!=": x != y}
    return Case([x, y], (op,), outcome[op] * 1.0)


SEVERAL = (((2,), ()), ((), (3,)), ((2,), (2,)), ((1,), (3,)), ((3, 1), (2,)), ((1, 2), (1, 1)))


def matmul(d: Draw) -> Case:
    rx, ry = d.of((*product((1, 2), (1, 2)), (3, 3)))
    rows, inner, columns = (d.of([1, 2, 3]) for _ in range(3))
    if rx == 3:
        lead, other = d.of(SEVERAL)
        x, y = d.numbers((*lead, rows, inner)), d.numbers((*other, inner, columns))
        return Case([x, y], (x.ndim, y.ndim), np.einsum("...ik,...kj->...ij", x, y))
    x = d.numbers((rows, inner) if rx == 2 else (inner,))
    y = d.numbers((inner, columns) if ry == 2 else (inner,))
    names = f"{'ik' if rx == 2 else 'k'},{'kj' if ry == 2 else 'k'}"
    return Case([x, y], (rx, ry), np.einsum(names, x, y))


def outer(d: Draw) -> Case:
    rx, ry = d.of(product((0, 1), (0, 1)))
    x, y = (d.numbers((d.of([1, 2, 3]),) if rank else ()) for rank in (rx, ry))
    return Case([x, y], (rx, ry), np.multiply.outer(x, y))


def inv(d: Draw) -> Case:
    x = d.square()
    return Case([x], (), np.linalg.inv(x))


def solve(d: Draw) -> Case:
    x, rank = d.square(), d.of([1, 2])
    b = d.numbers((len(x), d.of([1, 2]))[:rank])
    return Case([x, b], (rank,), np.linalg.inv(x) @ b)


def det(d: Draw) -> Case:
    x = d.square()
    return Case([x], (), np.prod(np.linalg.eigvals(x)).real)


def cofactor(d: Draw) -> Case:
    x = d.square()
    return Case([x], (), np.linalg.det(x) * np.linalg.inv(x).T)


def cofactor_along(d: Draw) -> Case:
    x = d.square()
    t = d.random.normal(size=x.shape)
    back, whole = np.linalg.inv(x).T, np.linalg.det(x) * np.linalg.inv(x).T
    return Case([x, t], (), (t * whole).sum() * back - back @ t.T @ whole)


def cofactor_along_twice(d: Draw) -> Case:
    x = d.square()
    s, t = d.random.normal(size=x.shape), d.random.normal(size=x.shape)
    return Case([x, s, t], (), second_along(x, s, t))


def second_along(x: Any, s: Any, t: Any) -> Any:
    """The second derivative of the cofactors along s and t, by fitted polynomials of two steps."""
    size = len(x)
    steps = np.arange(-size, size + 1) / size
    powers = np.linalg.pinv(np.vander(steps, size, increasing=True))

    def cofactors(y: Any) -> Any:
        rows = range(size)
        minors = [[np.delete(np.delete(y, i, 0), j, 1) for j in rows] for i in rows]
        return np.array(
            [[(-1) ** (i + j) * np.linalg.det(minors[i][j]) for j in rows] for i in rows]
        )

    grid = np.array([[cofactors(x + p * s + q * t) for q in steps] for p in steps])
    return np.einsum("p,q,pqij->ij", powers[1], powers[1], grid) if size > 1 else 0 * x


def det_sign(d: Draw) -> Case:
    x = d.square()
    return Case([x], (), float(np.sign(np.linalg.det(x))))


def logdet(d: Draw) -> Case:
    x = d.positive()
    return Case([x], (), np.log(np.linalg.eigvalsh(x)).sum())


def cholesky(d: Draw) -> Case:
    x = d.positive()
    return Case([x], (), np.linalg.cholesky(x))


def halved(d: Draw) -> Case:
    x = d.square()
    return Case([x], (), np.tril(x, -1) + np.diag(np.diag(x)) / 2)


def exponential(x: Any) -> Any:
    values, vectors = np.linalg.eig(x)
    return (vectors @ np.diag(np.exp(values)) @ np.linalg.inv(vectors)).real


def expm(d: Draw) -> Case:
    x = d.square()
    return Case([x], (), exponential(x))


def expm_along(d: Draw) -> Case:
    """By the divided differences of exp at the eigenvalues, which the drawn matrices have apart."""
    x = d.square()
    t = d.random.normal(size=x.shape)
    values, vectors = np.linalg.eig(x)
    apart = values[:, None] - values + np.eye(len(x))
    quotients = (np.exp(values)[:, None] - np.exp(values)) / apart + np.diag(np.exp(values))
    back = np.linalg.inv(vectors)
    return Case([x, t], (), (vectors @ (quotients * (back @ t @ vectors)) @ back).real)


def singular_values(d: Draw) -> Case:
    x = d.numbers(d.of(MATRICES))
    short = x @ x.T if x.shape[0] <= x.shape[1] else x.T @ x
    return Case([x], (), np.sqrt(np.linalg.eigvalsh(short))[::-1])


def svd_slopes(d: Draw) -> Case:
    x = d.numbers(d.of(MATRICES))
    left, _, right = np.linalg.svd(x, full_matrices=False)
    return Case([x], (), np.array([np.outer(u, v) for u, v in zip(left.T, right, strict=True)]))


CASES: dict[str, Callable[[Draw], Case]] = {
    "index": index,
    "place": place,
    "put": put,
    "erase": erase,
    "take": take,
    "scatter": scatter,
    "gather": gather,
    "argsort": argsort,
    "iota": iota,
    "reshape": reshape,
    "swap": swap,
    "permute": permute,
    "flip": flip,
    "broadcast": broadcast,
    "collapse": collapse,
    "spread": spread,
    "stack": stack,
    "concat": concat,
    "sum": summed,
    "cumsum": cumsum,
    "maximum": extreme("max"),
    "minimum": extreme("min"),
    "share": share,
    "times": times,
    "norm2": norm2,
    "power_norm": power_norm,
    "middle": middle,
    "select": select,
    "masked": masked,
    "compare": compare,
    "matmul": matmul,
    "outer": outer,
    "inv": inv,
    "solve": solve,
    "det": det,
    "cofactor": cofactor,
    "cofactor_along": cofactor_along,
    "cofactor_along_twice": cofactor_along_twice,
    "logdet": logdet,
    "det_sign": det_sign,
    "cholesky": cholesky,
    "halved": halved,
    "expm": expm,
    "expm_along": expm_along,
    "svd": singular_values,
    "svd_slopes": svd_slopes,
}
ROWS = [pytest.param(row, id=name) for name, row in ARRAY.items()]


def case_of(row: Rule, data: st.DataObject) -> Case:
    assert row.name in CASES, f"write down how to draw arguments of {row.name}"
    return CASES[row.name](Draw(data))


def called(row: Rule, numbers: Any, arguments: list[Any], statics: Statics) -> Any:
    kernel = getattr(numbers, row.name)
    return kernel(*([arguments] if row.many else arguments), *statics)


def lifted(numbers: Any, x: Any) -> Any:
    """A float64 number or array as one of a system."""
    return numbers.from_floats(x) if isinstance(x, np.ndarray) else numbers.number(Fraction(x))


def floats(x: Any) -> Any:
    return np.asarray(x, dtype=object).astype(float)


def pushed(row: Rule, numbers: Any, case: Case, k: int, t: Any, out: Any) -> Any:
    """The tangent of the value along a tangent of the k-th argument."""
    if not row.many:
        return row.push[k](numbers, t, out, *case.arguments, *case.statics)
    lead = shape_of(t)[: len(shape_of(t)) - len(shape_of(case.arguments[k]))]
    zeros = [
        numbers.broadcast(numbers.number(Fraction(0)), (), lead + shape_of(x))
        if (lead + shape_of(x))
        else numbers.number(Fraction(0))
        for x in case.arguments
    ]
    zeros[k] = t
    return row.push[0](numbers, zeros, *case.statics)


def pulled(row: Rule, numbers: Any, case: Case, k: int, c: Any, out: Any) -> Any:
    """What a cotangent of the value gives to the k-th argument."""
    if not row.many:
        return row.pull[k](numbers, c, out, *case.arguments, *case.statics)
    shapes = [shape_of(x) for x in case.arguments]
    return row.pull[0](numbers, c, k, shapes, *case.statics)


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_value_and_its_shape(row: Rule, data: st.DataObject) -> None:
    """As NumPy has it, in float64, in extended precision and in big numbers."""
    case = case_of(row, data)
    found = called(row, M, case.arguments, case.statics)
    wanted = np.asarray(case.value, dtype=float)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    shapes = [shape_of(x) for x in case.arguments]
    assert row.shape is not None
    told = row.shape(*([shapes] if row.many else shapes), *case.statics)
    assert told == wanted.shape == shape_of(found)
    for numbers in (X, BIG):
        arguments = [lifted(numbers, x) for x in case.arguments]
        again = called(row, numbers, arguments, case.statics)
        assert shape_of(again) == told
        np.testing.assert_allclose(floats(again), wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), lead=st.sampled_from(LEADS))
def test_the_maps_are_each_others_transposes(
    row: Rule, data: st.DataObject, lead: tuple[int, ...]
) -> None:
    """<push(t), c> is <t, pull(c)>; several directions are what each of them is alone."""
    case = case_of(row, data)
    arguments = case.arguments
    out = called(row, M, arguments, case.statics)
    random = np.random.default_rng(7)
    for k, x in enumerate(arguments):
        t: Any = random.normal(size=lead + shape_of(x)) if lead + shape_of(x) else 1.5
        c: Any = random.normal(size=lead + shape_of(out)) if lead + shape_of(out) else -0.7
        ahead, back = pushed(row, M, case, k, t, out), pulled(row, M, case, k, c, out)
        assert (ahead is None) == (back is None)
        if ahead is None:
            continue
        assert shape_of(ahead) == lead + shape_of(out)
        assert shape_of(back) == lead + shape_of(x)
        for which in np.ndindex(lead):
            one = t[which] if lead else t
            other = c[which] if lead else c
            left = np.sum((ahead[which] if lead else ahead) * other)
            right = np.sum(one * (back[which] if lead else back))
            assert left == pytest.approx(right, rel=1e-9, abs=1e-10)
            if lead:
                one, other = M.plain(one), M.plain(other)
                alone = pushed(row, M, case, k, one, out), pulled(row, M, case, k, other, out)
                np.testing.assert_allclose(ahead[which], alone[0], rtol=1e-9, atol=1e-10)
                np.testing.assert_allclose(back[which], alone[1], rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(data=st.data(), lead=st.sampled_from(LEADS[:2]))
def test_the_push_is_the_derivative(row: Rule, data: st.DataObject, lead: tuple[int, ...]) -> None:
    """By a difference quotient in big numbers, which take the maps as float64 does."""
    floating = case_of(row, data)
    case = floating._replace(arguments=[lifted(BIG, x) for x in floating.arguments])
    out = called(row, BIG, case.arguments, case.statics)
    random = np.random.default_rng(11)
    for k, x in enumerate(case.arguments):
        direction = random.integers(-4, 5, size=lead + shape_of(x)).astype(float)
        t = lifted(BIG, direction if direction.shape else float(direction))
        ahead = pushed(row, BIG, case, k, t, out)
        if ahead is None:
            continue
        one = BIG.plain(t[(0,) * len(lead)]) if lead else t
        sides = []
        for sign in (1, -1):
            moved = list(case.arguments)
            moved[k] = x + one * (sign * STEP)
            sides.append(called(row, BIG, moved, case.statics))
        quotient = floats((sides[0] - sides[1]) / (2 * STEP))
        np.testing.assert_allclose(
            floats(ahead[(0,) * len(lead)] if lead else ahead), quotient, rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(data=st.data(), lead=st.sampled_from(LEADS))
def test_big_and_extended_maps_are_those_of_float64(
    row: Rule, data: st.DataObject, lead: tuple[int, ...]
) -> None:
    floating = case_of(row, data)
    out = called(row, M, floating.arguments, floating.statics)
    random = np.random.default_rng(13)
    for k, x in enumerate(floating.arguments):
        t, c = (
            random.normal(size=lead + shape_of(like)) if lead + shape_of(like) else 0.25
            for like in (x, out)
        )
        ahead, back = (pushed(row, M, floating, k, t, out), pulled(row, M, floating, k, c, out))
        for numbers in (X, BIG):
            case = floating._replace(arguments=[lifted(numbers, y) for y in floating.arguments])
            value = called(row, numbers, case.arguments, case.statics)
            again = pushed(row, numbers, case, k, lifted(numbers, t), value)
            other = pulled(row, numbers, case, k, lifted(numbers, c), value)
            assert (again is None) == (ahead is None)
            if again is not None:
                np.testing.assert_allclose(floats(again), ahead, rtol=1e-9, atol=1e-10)
                np.testing.assert_allclose(floats(other), back, rtol=1e-9, atol=1e-10)


def test_the_cases_are_those_of_the_table() -> None:
    assert set(CASES) == set(ARRAY)


# hard points ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("rank", [0, 1, 2])
def test_cofactors_of_singular_matrices(size: int, rank: int) -> None:
    """The derivative of a determinant where there is no inverse."""
    random = np.random.default_rng(size)
    rank = min(rank, size - 1)
    x = random.integers(-3, 4, (size, rank)) @ random.integers(-3, 4, (rank, size)) * 1.0
    wanted = floats(BIG.cofactor(BIG.from_floats(x)))
    np.testing.assert_allclose(M.cofactor(x), wanted, atol=1e-11 * max(1, abs(x).max()) ** size)


@pytest.mark.parametrize("size", range(1, 7))
@pytest.mark.parametrize("rank", range(6))
def test_second_derivatives_of_determinants_of_singular_matrices(size: int, rank: int) -> None:
    """By minors, in exact numbers, by hand; by the row in float64 and in big numbers."""
    random = np.random.default_rng(size)
    rank = min(rank, size - 1)
    x = random.integers(-3, 4, (size, rank)) @ random.integers(-3, 4, (rank, size)) * 1.0
    t = random.integers(-3, 4, (size, size)) * 1.0
    scale = 1e-11 * max(1, abs(x).max()) ** size
    # det is a polynomial: the derivative of the cofactors along t, by differences without error.
    steps = np.arange(size + 1)
    shifted = [floats(BIG.cofactor(BIG.from_floats(x + k * t))) for k in steps]
    powers = np.linalg.solve(np.vander(steps, increasing=True), np.reshape(shifted, (size + 1, -1)))
    wanted = powers[1].reshape(size, size)
    np.testing.assert_allclose(M.cofactor_along(x, t), wanted, atol=1e3 * scale, rtol=1e-8)
    several = M.cofactor_along(x, np.stack([t, 2 * t]))
    np.testing.assert_allclose(several[1], 2 * M.cofactor_along(x, t), atol=scale)
    if size > 5:
        return
    big = floats(BIG.cofactor_along(BIG.from_floats(x), BIG.from_floats(t)))
    np.testing.assert_allclose(big, wanted, atol=1e3 * scale, rtol=1e-8)


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("scale", [1.0, 2.0**-300])
def test_third_derivatives_of_determinants_of_singular_matrices(size: int, scale: float) -> None:
    """By fitted polynomials, and zeros where the rows of a matrix say so."""
    random = np.random.default_rng(size)
    for rank in {0, 1, size - 2, size - 1} - {-1}:
        x, s, t = random.normal(size=(3, size, size))
        left, values, right = np.linalg.svd(x)
        x = left[:, :rank] * values[:rank] @ right[:rank]
        wanted, room = second_along(x, s, t), 1e-9 * 8**size
        found = M.cofactor_along_twice(x, s * scale, t)
        np.testing.assert_allclose(found / scale, wanted, atol=room)
        several = M.cofactor_along_twice(np.stack([x, x]), s, np.stack([t, 2 * t]))
        np.testing.assert_allclose(several, [wanted, 2 * wanted], atol=room)
        if size < 7:
            big = BIG.cofactor_along_twice(*map(BIG.from_floats, (x, s, t)))
            np.testing.assert_allclose(floats(big), wanted, atol=room)


@pytest.mark.parametrize("size", range(2, 8))
def test_rows_that_a_minor_has_not_are_exact_zeros(size: int) -> None:
    """∂²det/∂x[k, m]∂x[i, j] is 0 where i = k or j = m, without any rounding."""
    x = np.random.default_rng(size).normal(size=(size, size))
    for k, m in np.ndindex(size, size):
        t = np.zeros((size, size))
        t[k, m] = 1
        made = M.cofactor_along(x, t)
        assert not made[k].any()
        assert not made[:, m].any()


@pytest.mark.skipif(
    np.finfo(np.longdouble).precision <= np.finfo(float).precision,
    reason="longdouble is no wider than float64 here",
)
@pytest.mark.parametrize("name", ["inv", "solve", "det", "cofactor", "logdet", "cholesky"])
@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_linear_algebra_in_extended_precision(name: str, size: int) -> None:
    """It is to judge float64, so it must be better: nothing is left of float64's rounding."""
    x = 3 * np.eye(size) + np.random.default_rng(size).uniform(-0.5, 0.5, (size, size))
    x = (x + x.T) / 2
    more = (x[0], 1) if name == "solve" else ()
    given_ = [[lifted(n, y) if isinstance(y, np.ndarray) else y for y in more] for n in (X, BIG)]
    found = np.asarray(getattr(X, name)(lifted(X, x), *given_[0]))
    true = np.asarray(getattr(BIG, name)(lifted(BIG, x), *given_[1]), dtype=object)
    high = found.astype(float)
    rest = (found - high).astype(float)
    error = np.vectorize(lambda t, h, r: float(abs(t - BIG.context.mpf(h) - r)))(true, high, rest)
    assert found.dtype == np.longdouble
    assert error.max() <= 4e-18 * np.abs(high).max()


@pytest.mark.parametrize(
    ("x", "length"),
    [
        ([0.0, 0.0], 0.0),
        ([3e-320, 4e-320], 5e-320),
        ([3e200, 4e200], 5e200),
        ([1e-200, 0.0], 1e-200),
        ([np.inf, 1.0], np.inf),
        ([-np.inf, np.inf], np.inf),
        ([-2.0], 2.0),
    ],
)
def test_norms_neither_overflow_nor_underflow(x: list[float], length: float) -> None:
    for numbers in (M, X):
        assert float(numbers.norm2(numbers.array(x), (-1,))) == pytest.approx(length, rel=1e-4)
    assert np.isnan(M.norm2(np.array([np.nan, 1.0]), (-1,)))


def test_what_is_absent_stays_so() -> None:
    """times(x, 0) is 0 wherever x is; a masked element is 0, whatever it was."""
    wild = np.array([np.inf, np.nan, -np.inf, 2.0])
    assert M.times(wild, np.array([0.0, 0.0, 0.0, 3.0])).tolist() == [0, 0, 0, 6]
    assert M.masked(wild, np.array([0.0, 0.0, 0.0, 1.0])).tolist() == [0, 0, 0, 2]
    assert M.select(np.array([0.0, 1.0]), np.array([np.nan, 1.0]), np.zeros(2)).tolist() == [0, 1]


def test_one_nan_is_not_hidden_by_an_extreme() -> None:
    assert np.isnan(M.maximum(np.array([1.0, np.nan, 2.0]), (-1,)))
    assert np.isnan(M.minimum(np.array([1.0, 2.0, np.nan]), (-1,)))
