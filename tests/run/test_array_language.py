"""Programs of arrays: values as NumPy has them, derivatives by three ways, to the second order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline, PchipInterpolator

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.language import parse
from gradcalc.modes.arrays import pullback, pushforward
from gradcalc.modes.sweeps import reverse
from gradcalc.rules.array_systems import big_arrays, machine_arrays
from gradcalc.rules.compositions import COMPOSITIONS, REDUCING
from gradcalc.rules.systems import machine_numbers
from gradcalc.rules.table import ARRAY
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.elements import elements_of
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace, check

M, BIG = machine_arrays(), big_arrays(60)
Point = dict[str, Any]


def softmax(x: Any, axis: int = -1) -> Any:
    shifted = np.exp(x - x.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


# A program, and its value by NumPy. A and B are matrices, S is symmetric and positive definite.
VALUES: dict[str, Callable[..., Any]] = {
    "sum(v)": lambda p: p.v.sum(),
    "sum(A, 0)@v": lambda p: p.A.sum(0) @ p.v,
    "sum(A, axis=1)@v": lambda p: p.A.sum(1) @ p.v,
    "prod(v)": lambda p: p.v.prod(),
    "sum(prod(A, axis=0)*v)": lambda p: p.A.prod(0) @ p.v,
    "mean(A)": lambda p: p.A.mean(),
    "mean(A, 0)@v": lambda p: p.A.mean(0) @ p.v,
    "median(v)": lambda p: np.median(p.v),
    "quantile(v, 0.3)": lambda p: np.quantile(p.v, 0.3),
    "var(v)": lambda p: p.v.var(ddof=1),
    "std(A, axis=1)@v": lambda p: p.A.std(axis=1, ddof=1) @ p.v,
    "cumsum(v)@w": lambda p: p.v.cumsum() @ p.w,
    "cumprod(v)@w": lambda p: p.v.cumprod() @ p.w,
    "sum(cumsum(A, axis=0)*B)": lambda p: (p.A.cumsum(0) * p.B).sum(),
    "sort(v)@w": lambda p: np.sort(p.v) @ p.w,
    "sum(sort(A, axis=0)*B)": lambda p: (np.sort(p.A, 0) * p.B).sum(),
    "max(v)": lambda p: p.v.max(),
    "max(A, axis=0)@v": lambda p: p.A.max(0) @ p.v,
    "min(A)": lambda p: p.A.min(),
    "sum(max(v, 0)*w)": lambda p: np.maximum(p.v, 0) @ p.w,
    "norm(v)": lambda p: np.linalg.norm(p.v),
    "norm(v, 1)": lambda p: np.linalg.norm(p.v, 1),
    "norm(v, inf)": lambda p: np.linalg.norm(p.v, np.inf),
    "norm(v, 3)": lambda p: np.linalg.norm(p.v, 3),
    "norm(A)": lambda p: np.linalg.norm(p.A),
    "norm(A, fro)": lambda p: np.linalg.norm(p.A),
    "norm(A, 1)": lambda p: np.linalg.norm(p.A, 1),
    "norm(A, inf)": lambda p: np.linalg.norm(p.A, np.inf),
    "v@w": lambda p: p.v @ p.w,
    "sum(sin(T@U))": lambda p: np.sin(p.T @ p.U).sum(),
    "sum(sin(T@A))": lambda p: np.sin(p.T @ p.A).sum(),
    "sum(sin(A@T))": lambda p: np.sin(p.A @ p.T).sum(),
    "sum((T@v)*A[:2])": lambda p: ((p.T @ p.v) * p.A[:2]).sum(),
    "sum((v@T)*A[:2])": lambda p: ((p.v @ p.T) * p.A[:2]).sum(),
    "sum(sin(T[:1]@reshape(U, 2, 1, 3, 3)))": lambda p: np.sin(p.T[:1] @ p.U[:, None]).sum(),
    "sum(swapaxes(T, -1, -2)@U, axis=0)@v@w": lambda p: (
        (p.T.swapaxes(1, 2) @ p.U).sum(0) @ p.v @ p.w
    ),
    "sum(permute(T, 2, 0, 1)[:, :, 0]*A[:, :2])": lambda p: (p.T[:, 0].T * p.A[:, :2]).sum(),
    "T[1, 0, 2]*T[-1, 2, -2] + sum(T[0, 1:, :])": lambda p: (
        p.T[1, 0, 2] * p.T[1, 2, 1] + p.T[0, 1:].sum()
    ),
    "u = T; u[0, :, 1] = v; u[1] *= A; sum(u^2)": lambda p: (
        p.v @ p.v + (p.T[0][:, [0, 2]] ** 2).sum() + ((p.T[1] * p.A) ** 2).sum()
    ),
    "sum(max(T, axis=1)@v)": lambda p: (p.T.max(1) @ p.v).sum(),
    "sum(sum(T*v, axis=0)*A)": lambda p: ((p.T * p.v).sum(0) * p.A).sum(),
    "sum(jac(sin(T[0]), T)*T[1, 0, 0])": lambda p: np.cos(p.T[0]).sum() * p.T[1, 0, 0],
    "sum(hess(sum(T^3), T)*T)": lambda p: 6 * (p.T**2).sum(),
    "sum(A@v)": lambda p: (p.A @ p.v).sum(),
    "v@A@w": lambda p: p.v @ p.A @ p.w,
    "sum((A@B)^2)": lambda p: ((p.A @ p.B) ** 2).sum(),
    "sum(A.T*B)": lambda p: (p.A.T * p.B).sum(),
    "dot(v, w)": lambda p: p.v @ p.w,
    "sum(outer(v, w)*A)": lambda p: (np.outer(p.v, p.w) * p.A).sum(),
    "cross(v, w)@A[0]": lambda p: np.cross(p.v, p.w) @ p.A[0],
    "trace(A@B)": lambda p: np.trace(p.A @ p.B),
    "det(A)": lambda p: np.linalg.det(p.A),
    "logdet(S)": lambda p: np.linalg.slogdet(p.S)[1],
    "sum(inv(A)*B)": lambda p: (np.linalg.inv(p.A) * p.B).sum(),
    "solve(A, v)@w": lambda p: np.linalg.solve(p.A, p.v) @ p.w,
    "sum(solve(A, B))": lambda p: np.linalg.solve(p.A, p.B).sum(),
    "sum(cholesky(S)*A)": lambda p: (np.linalg.cholesky(p.S) * p.A).sum(),
    "svd(A)@v": lambda p: np.linalg.svd(p.A, compute_uv=False) @ p.v,
    "sum(expm(S/9)*B)": lambda p: (exponential(p.S / 9) * p.B).sum(),
    "sum(matpow(A, 3))": lambda p: np.linalg.matrix_power(p.A, 3).sum(),
    "sum(matpow(A, -2)*B)": lambda p: (np.linalg.matrix_power(p.A, -2) * p.B).sum(),
    "sum(matpow(A, 0)*B)": lambda p: np.trace(p.B),
    "sum(concat(v, w)^2)": lambda p: p.v @ p.v + p.w @ p.w,
    "sum(concat(A, B, axis=1)^3)": lambda p: (p.A**3).sum() + (p.B**3).sum(),
    "stack(v, w)[1, 2]^2": lambda p: p.w[2] ** 2,
    "sum(reshape(A, -1, 1)^2)": lambda p: (p.A**2).sum(),
    "flatten(A)@flatten(B)": lambda p: (p.A * p.B).sum(),
    "sum(diag(v)@A)": lambda p: (np.diag(p.v) @ p.A).sum(),
    "diag(A)@v": lambda p: np.diag(p.A) @ p.v,
    "sum(eye(3)*A)": lambda p: np.trace(p.A),
    "sum(full(3, v[0])*w)": lambda p: p.v[0] * p.w.sum(),
    "sum(ones(3, 3)@A + zeros(3))": lambda p: 3 * p.A.sum(),
    "sum(linspace(v[0], v[1], 5)^2)": lambda p: (np.linspace(p.v[0], p.v[1], 5) ** 2).sum(),
    "sum(arange(1, 7, 2)*v)": lambda p: np.arange(1, 7, 2) @ p.v,
    "softmax(v)@w": lambda p: softmax(p.v) @ p.w,
    "sum(softmax(A, 0)*B)": lambda p: (softmax(p.A, 0) * p.B).sum(),
    "log_softmax(v)@w": lambda p: np.log(softmax(p.v)) @ p.w,
    "logsumexp(v)": lambda p: np.log(np.exp(p.v).sum()),
    "logsumexp(A, axis=1)@v": lambda p: np.log(np.exp(p.A).sum(1)) @ p.v,
    "mse(v, w)": lambda p: ((p.v - p.w) ** 2).mean(),
    "cross_entropy(A, [0, 2, 1])": lambda p: -np.log(softmax(p.A))[[0, 1, 2], [0, 2, 1]].mean(),
    "cross_entropy(v, softmax(w))": lambda p: -(np.log(softmax(p.v)) * softmax(p.w)).sum(),
    "sum(conv1d(v, [1, v[0]])^2)": lambda p: (
        np.correlate(p.v, np.array([1, p.v[0]]), "valid") ** 2
    ).sum(),
    "len(v)*v[-1]": lambda p: 3 * p.v[2],
    "sum(A[0:2, 1:])*A[-1, 0]": lambda p: p.A[0:2, 1:].sum() * p.A[2, 0],
    "sum(A[:, 1]*v)": lambda p: p.A[:, 1] @ p.v,
    "u = v; u[1] = v[0]^2; u@w": lambda p: p.v[0] * p.w[0] + p.v[0] ** 2 * p.w[1] + p.v[2] * p.w[2],
    "u = zeros(3); for i in 0..3 { u[i] += v[i]^2 }; u@w": lambda p: p.v**2 @ p.w,
    "u = A; u[:, 0] = v; sum(u^2)": lambda p: p.v @ p.v + (p.A[:, 1:] ** 2).sum(),
    "s = 0; for t in v { s = s + t^2 }; s": lambda p: p.v @ p.v,
    "s = 0; for row in A { s = s + row@v }; s": lambda p: (p.A @ p.v).sum(),
    "sum(where(v > 0, sqrt(v), w))": lambda p: np.where(p.v > 0, np.sqrt(np.abs(p.v)), p.w).sum(),
    "sum(v if v > 0 and not v > 1 else w)": lambda p: np.where(
        (p.v > 0) & ~(p.v > 1), p.v, p.w
    ).sum(),
    "sum(where(0 < v < 1 or v > 2, v^2, 0))": lambda p: np.where(
        ((p.v > 0) & (p.v < 1)) | (p.v > 2), p.v**2, 0
    ).sum(),
    "sum((A + v)*reshape(w, 3, 1))": lambda p: ((p.A + p.v) * p.w[:, None]).sum(),
    "sum(sigmoid(A@v)*tanh(w))": lambda p: (np.tanh(p.w) / (1 + np.exp(-p.A @ p.v))).sum(),
    "sum(atan2(v, w) + abs(v)^w)": lambda p: (np.arctan2(p.v, p.w) + np.abs(p.v) ** p.w).sum(),
    "x = v[0]; D(x^3, x)": lambda p: 3 * p.v[0] ** 2,
    "grad(v@v*w[0], v)@w": lambda p: 2 * p.w[0] * p.v @ p.w,
    "sum(jac(v^2, v)*A)": lambda p: 2 * p.v @ np.diag(p.A),
    "sum(jac(A@v, v)*B)": lambda p: (p.A * p.B).sum(),
    "sum(jac([v@w, v@v], v)*A[0:2])": lambda p: p.w @ p.A[0] + 2 * p.v @ p.A[1],
    "sum(hess(sum(v^3), v)*A)": lambda p: 6 * p.v @ np.diag(p.A),
    "sum(grad(det(A), A)*A)": lambda p: 3 * np.linalg.det(p.A),
}


class Names:
    """A point whose arrays are attributes."""

    def __init__(self, arrays: Point) -> None:
        self.__dict__.update(arrays)


def points(seed: int) -> Point:
    """Arrays of 3, nothing at a kink."""
    random = np.random.default_rng(seed)
    A, B = random.normal(size=(2, 3, 3)) + 2 * np.eye(3)
    return {
        "A": A,
        "B": B,
        "v": random.normal(size=3),
        "w": random.normal(size=3),
        "T": random.normal(size=(2, 3, 3)),
        "U": random.normal(size=(2, 3, 3)),
        "S": A @ A.T + np.eye(3),
    }


def traced(source: str, at: Point) -> Trace:
    trace = record(parse(source, functions=reserved()), machine_numbers(), at)
    check(trace)
    return trace


def agree(trace: Trace, seed: int) -> None:
    """Forward mode along a direction, in one and in several; reverse mode; the elements alone."""
    random = np.random.default_rng(seed)
    values, seeds = trace.values, trace.inputs.values()
    along: dict[int, Any] = {slot: random.normal(size=np.shape(values[slot])) for slot in seeds}
    back = pullback(trace, trace.values, M, {trace.result: 1.0})
    slope = sum(
        np.sum(back[slot] * t)
        for slot, t in along.items()
        if slot < len(back) and back[slot] is not None
    )
    ahead = pushforward(trace, trace.values, M, along)[trace.result]
    several = {slot: np.stack([t, -2 * t]) for slot, t in along.items()}
    both = pushforward(trace, trace.values, M, several)[trace.result]
    close = pytest.approx(slope, rel=1e-7, abs=1e-9)
    assert (0.0 if ahead is None else ahead) == close
    if both is not None:
        assert both[0] == close
        assert both[1] == pytest.approx(-2 * slope, rel=1e-7, abs=1e-9)
    elements = elements_of(trace, 100_000)
    check(elements.trace)
    single = reverse(elements.trace, elements.trace.values, machine_numbers())
    for name, names in elements.names.items():
        found = back[trace.inputs[name]] if trace.inputs[name] < len(back) else None
        flat = np.zeros(len(names)) if found is None else np.ravel(found)
        for number, part in zip(flat, names, strict=True):
            other = single[elements.trace.inputs[part]]
            assert number == pytest.approx(other or 0.0, rel=1e-7, abs=1e-9)


CASES = [pytest.param(source, id=source) for source in VALUES]


@pytest.mark.parametrize("source", CASES)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_values_and_modes(source: str, seed: int) -> None:
    """NumPy's value; the same derivatives in every way."""
    at = points(seed)
    trace = traced(source, at)
    wanted = VALUES[source](Names(at))
    assert trace.values[trace.result] == pytest.approx(wanted, rel=1e-9)
    agree(trace, seed + 1)


@pytest.mark.parametrize("source", CASES)
def test_in_extended_precision(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too large to be proven element by element: the same numbers, as many digits."""
    at = {name: x for name, x in points(7).items() if name in source}
    proven = evaluate(source, at)
    monkeypatch.setattr("gradcalc.answers.elementwise.MAX_UNFOLDED_INSTRUCTIONS", 0)
    found = evaluate(source, at)
    assert found.checks.method == "extended"
    assert found.checks.modes is True
    assert found.checks.symbolic is not False
    assert found.value == proven.value
    assert np.min(found.digits) >= 12
    for one, other in zip(found.derivatives, proven.derivatives, strict=True):
        assert np.min(one.digits) >= 11
        np.testing.assert_allclose(one.gradient, other.gradient, rtol=1e-10, atol=1e-13)


def test_conditions_of_elements_have_no_kink(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither side of an `or` holds, two zeros are compared, and nothing varies."""
    monkeypatch.setattr("gradcalc.answers.elementwise.MAX_UNFOLDED_INSTRUCTIONS", 0)
    found = evaluate("sum(where(v < 1 or v > 3, v^2, v))", {"v": [0.5, 2, 4]})
    assert found.status == "smooth"
    assert found.gradient["v"].tolist() == [1, 1, 8]


DERIVED = ("D(", "grad(", "jac(", "hess(")


@pytest.mark.parametrize(
    "source", [source for source in VALUES if not any(form in source for form in DERIVED)]
)
def test_second_derivatives_are_proven(source: str) -> None:
    """The gradient recorded inside the language, differentiated and proven element by element."""
    at = points(5)
    *statements, value = source.split("; ")
    body = "; ".join([*statements, value])
    variable = next(name for name in "ASTv" if name in source)
    function = f"f({variable}) = {{ {body} }}; sum(sin(grad(f({variable}), {variable})))"
    read = {name: x for name, x in at.items() if name in source}
    found = evaluate(function, read, wrt=(variable,))
    assert found.checks.modes is True or found.status != "smooth"
    assert found.checks.symbolic is not False
    assert found.error is None


@pytest.mark.parametrize("entry", COMPOSITIONS.values(), ids=COMPOSITIONS)
def test_examples_of_compositions(entry: Any) -> None:
    found = evaluate(entry.example, {}, options=Options(check="fast"))
    assert found.digits is not None
    assert found.digits >= 14


def test_every_row_of_arrays_is_met() -> None:
    """The programs above record every row of the table that is of arrays."""
    met = set()
    for source in VALUES:
        met |= {row.name for row in traced(source, points(1)).rules}
    second = "f(x) = det(x); hess(sum(grad(f(A), A)[0]), v); sum(jac(A@v, v))"
    met |= {row.name for row in traced(second, points(1)).rules}
    inner = "x = v[0]; g = D(sum(sin(A*x)), x); u = v; u[0] = v[1]; sum(u) + g"
    met |= {row.name for row in traced(inner, points(1)).rules}
    collapsed = "sum(grad(max(A*v) + sum(A + v) + cumsum(v)@v, v))"
    met |= {row.name for row in traced(collapsed, points(1)).rules}
    axes = "sum(grad(sum(permute(T, 2, 0, 1)^2), T))"
    met |= {row.name for row in traced(axes, points(1)).rules}
    along = "sum(grad(sum(expm(A)) + sum(svd(A)), A))"
    met |= {row.name for row in traced(along, points(1)).rules}
    more = "sum(grad(sum(where(v > 0, v^2, w)), v)) + sum(grad(sum(cholesky(S)), S))"
    met |= {row.name for row in traced(more, points(1)).rules}
    put = "f(v) = { u = v; u[0] = v[1]^2; sum(u^2) }; sum(grad(f(v), v))"
    met |= {row.name for row in traced(put, points(1)).rules}
    twice = "g = grad(det(A), A); sum(grad(sum(g^2), A))"
    met |= {row.name for row in traced(twice, points(1)).rules}
    thrice = "g = grad(det(A), A); h = grad(sum(g^2), A); sum(grad(sum(h^2), A))"
    met |= {row.name for row in traced(thrice, points(1)).rules}
    chosen = "sum(grad(sum(v[[0, 0, 1]]^2), v)) + slogdet(A)[1]"
    met |= {row.name for row in traced(chosen, points(1)).rules}
    assert set(ARRAY) - met == set()


# compositions of any shape ----------------------------------------------------------------


def columns(reduce: Callable[..., Any], axis: int | None, x: Any) -> Any:
    """A function of vectors along an axis, or of all elements."""
    return reduce(x.ravel()) if axis is None else np.apply_along_axis(reduce, axis, x)


def matrix_power(k: int, x: Any, w: Any) -> Any:
    return np.linalg.matrix_power(x, k)


def exponential(x: Any) -> Any:
    """Of symmetric matrices."""
    values, vectors = np.linalg.eigh(x)
    return (vectors * np.exp(values)[..., None, :]) @ vectors.swapaxes(-1, -2)


def positive(shape: tuple[int, ...], random: Any) -> Any:
    x, size = random.normal(size=shape), shape[-1]
    return x @ x.swapaxes(-1, -2) / size / 2 + np.eye(size) / 2


Shapes = set[tuple[int, ...]]
Call = tuple[Shapes, str, Callable[[Any, Any], Any]]
VECTOR: Shapes = {(1,), (2,), (3,), (5,)}
BLOCKS: Shapes = {(1, 1, 1), (2, 1, 3), (2, 3, 2)}
ANY: Shapes = {*VECTOR, (1, 1), (1, 3), (3, 1), (2, 3), *BLOCKS}
SQUARE: Shapes = {(1, 1), (2, 2), (3, 3)}
SQUARES: Shapes = {*SQUARE, (2, 2, 2), (1, 2, 3, 3)}
MANY: Shapes = {
    (2,),
    (3,),
    (5,),
    (2, 2),
    (3, 2),
    (2, 2, 3),
}  # two elements and more along each axis
REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "sum": np.sum,
    "prod": np.prod,
    "mean": np.mean,
    "median": np.median,
    "max": np.max,
    "min": np.min,
    "var": lambda x: np.var(x, ddof=1),
    "std": lambda x: np.std(x, ddof=1),
    "logsumexp": lambda x: np.log(np.exp(x).sum()),
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "cummax": np.maximum.accumulate,
    "cummin": np.minimum.accumulate,
    "argmax": lambda x: np.float64(np.argmax(x)),
    "argmin": lambda x: np.float64(np.argmin(x)),
}
ALONG: dict[str, Callable[[Any], Any]] = {
    "sort": np.sort,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(),
    "log_softmax": lambda x: x - np.log(np.exp(x).sum()),
}
# What else is called how: shapes of x, the call, its value by NumPy from x and the vector w.
TRIPLE: Shapes = {(3,)}
WIDE: Shapes = {(3,), (5,)}
CLASSES: Shapes = {(3, 1), (3, 3)}
KNOTS, GRID = "[-2, -1.5, 0.25, 1, 2]", np.array([-2, -1.5, 0.25, 1, 2])
CALLS: dict[str, list[Call]] = {
    "quantile": [
        (ANY, "quantile(x, 0)", lambda x, w: x.min()),
        (ANY, "quantile(x, 1)", lambda x, w: x.max()),
        (ANY, "quantile(x, 0.37)", lambda x, w: np.quantile(x, 0.37)),
        (ANY, "quantile(x, w[0]^2/20)", lambda x, w: np.quantile(x, w[0] ** 2 / 20)),
    ],
    "norm": [
        (ANY, "norm(x)", lambda x, w: np.sqrt((x * x).sum())),
        (VECTOR, "norm(x, 2)", lambda x, w: np.linalg.norm(x)),
        (VECTOR, "norm(x, 1)", lambda x, w: np.abs(x).sum()),
        (VECTOR, "norm(x, 3/2)", lambda x, w: np.linalg.norm(x, 1.5)),
        (VECTOR, "norm(x, inf)", lambda x, w: np.abs(x).max()),
        (ANY - VECTOR - BLOCKS, "norm(x, fro)", lambda x, w: np.linalg.norm(x)),
        (ANY - VECTOR - BLOCKS, "norm(x, 1)", lambda x, w: np.linalg.norm(x, 1)),
        (ANY - VECTOR - BLOCKS, "norm(x, 2)", lambda x, w: np.linalg.norm(x, 2)),
        (ANY - VECTOR - BLOCKS, "norm(x, inf)", lambda x, w: np.linalg.norm(x, np.inf)),
    ],
    "diff": [
        (WIDE, "diff(x)", lambda x, w: np.diff(x)),
        (WIDE, "diff(x, axis=0)", lambda x, w: np.diff(x)),
        ({(2, 2), (3, 2)}, "diff(x, axis=0)", lambda x, w: np.diff(x, axis=0)),
        ({(2, 2), (3, 2)}, "diff(x)", lambda x, w: np.diff(x)),
    ],
    "roll": [
        (ANY, "roll(x, 1)", lambda x, w: np.roll(x, 1)),
        (ANY, "roll(x, -4)", lambda x, w: np.roll(x, -4)),
        (ANY - VECTOR, "roll(x, 2, axis=0)", lambda x, w: np.roll(x, 2, axis=0)),
        (ANY, "roll(x, 1, -1)", lambda x, w: np.roll(x, 1, axis=-1)),
    ],
    "pad": [
        (VECTOR, "pad(x, 2, 0)", lambda x, w: np.pad(x, (2, 0))),
        (
            ANY - VECTOR,
            "pad(x, 1, 3)",
            lambda x, w: np.pad(x, ((0, 0),) * (x.ndim - 1) + ((1, 3),)),
        ),
    ],
    "interp": [
        (
            VECTOR,
            "interp(2*tanh(x), KNOTS, w[0]*KNOTS^3)".replace("KNOTS", KNOTS),
            lambda x, w: np.interp(2 * np.tanh(x), GRID, w[0] * GRID**3),
        )
    ],
    "interp_cubic": [
        (
            ANY,
            "interp_cubic(2*tanh(x), KNOTS, w[0]*KNOTS^4)".replace("KNOTS", KNOTS),
            lambda x, w: CubicSpline(GRID, w[0] * GRID**4, bc_type="natural")(2 * np.tanh(x)),
        )
    ],
    "interp_monotone": [
        (
            VECTOR,
            "interp_monotone(2*tanh(x), KNOTS, w[0]*KNOTS^4)".replace("KNOTS", KNOTS),
            lambda x, w: PchipInterpolator(GRID, w[0] * GRID**4)(2 * np.tanh(x)),
        )
    ],
    "linspace": [
        (VECTOR, "linspace(x[0], w[0], 1)", lambda x, w: x[:1]),
        (VECTOR, "linspace(x[0], w[0], 4)", lambda x, w: np.linspace(x[0], w[0], 4)),
    ],
    "arange": [
        (VECTOR, "arange(3)*x[0]", lambda x, w: np.arange(3) * x[0]),
        (VECTOR, "arange(x[0], x[0] + 3)", lambda x, w: x[0] + np.arange(3)),
        (VECTOR, "arange(5, 0, -2)*x[0]", lambda x, w: np.arange(5, 0, -2) * x[0]),
    ],
    "zeros": [(VECTOR, "zeros(3) + x[0]", lambda x, w: np.zeros(3) + x[0])],
    "ones": [(VECTOR, "ones(2, 3)*x[0]", lambda x, w: np.full((2, 3), x[0]))],
    "full": [
        (VECTOR, "full(1, 2, 2, x[0])", lambda x, w: np.full((1, 2, 2), x[0])),
        (VECTOR, "full(2, x[0])", lambda x, w: np.full(2, x[0])),
        (VECTOR, "full(2, 1, x[0])", lambda x, w: np.full((2, 1), x[0])),
    ],
    "eye": [(VECTOR, "eye(2)*x[0]", lambda x, w: np.eye(2) * x[0])],
    "diag": [(VECTOR | SQUARE, "diag(x)", lambda x, w: np.diag(x))],
    "reshape": [
        (ANY, "reshape(x, -1)", lambda x, w: x.reshape(-1)),
        (ANY, "reshape(x, 1, -1)", lambda x, w: x.reshape(1, -1)),
        (ANY, "reshape(x, -1, 1)", lambda x, w: x.reshape(-1, 1)),
        (ANY, "reshape(x, 1, -1, 1)", lambda x, w: x.reshape(1, -1, 1)),
    ],
    "flatten": [(ANY, "flatten(x)", lambda x, w: x.ravel())],
    "concat": [
        (VECTOR, "concat(x, w[0], x)", lambda x, w: np.concatenate([x, w[:1], x])),
        (ANY, "concat(x, 2*x)", lambda x, w: np.concatenate([x, 2 * x])),
        (ANY, "concat(x, 2*x, axis=-1)", lambda x, w: np.concatenate([x, 2 * x], -1)),
    ],
    "swapaxes": [
        (ANY, "swapaxes(x, 0, -1)", lambda x, w: np.swapaxes(x, 0, -1)),
        (ANY - VECTOR, "swapaxes(x, 0, 1)", lambda x, w: np.swapaxes(x, 0, 1)),
    ],
    "permute": [
        (BLOCKS, "permute(x, 2, 0, 1)", lambda x, w: np.transpose(x, (2, 0, 1))),
        (BLOCKS, "permute(x, -2, -1, 0)", lambda x, w: np.transpose(x, (1, 2, 0))),
        (SQUARE, "permute(x, 1, 0)", lambda x, w: x.T),
    ],
    "stack": [
        (BLOCKS, "stack(x, x^2)", lambda x, w: np.stack([x, x * x])),
        (VECTOR, "stack(x, x^2)", lambda x, w: np.stack([x, x * x])),
        (VECTOR, "stack(x[0], w[0])", lambda x, w: np.stack([x[0], w[0]])),
    ],
    "dot": [(VECTOR, "dot(x, x^2)", lambda x, w: x @ x**2)],
    "outer": [(VECTOR, "outer(x, w)", np.outer)],
    "cross": [(TRIPLE, "cross(x, w)", np.cross)],
    "trace": [(SQUARES, "trace(x)", lambda x, w: np.trace(x, axis1=-2, axis2=-1))],
    "det": [(SQUARES, "det(x)", lambda x, w: np.linalg.det(x))],
    "logdet": [(SQUARES, "logdet(x)", lambda x, w: np.log(np.linalg.det(x)))],
    "slogdet": [(SQUARE, "slogdet(x)", lambda x, w: np.array(np.linalg.slogdet(x)))],
    "inv": [(SQUARES, "inv(x)", lambda x, w: np.linalg.inv(x))],
    "cholesky": [(SQUARES, "cholesky(x)", lambda x, w: np.linalg.cholesky(x))],
    "solve": [
        (SQUARE, "solve(x, x^2)", lambda x, w: np.linalg.inv(x) @ x**2),
        (SQUARE, "solve(x, x[0])", lambda x, w: np.linalg.inv(x) @ x[0]),
    ],
    "svd": [
        (ANY - VECTOR, "svd(x)", lambda x, w: np.linalg.svd(x, compute_uv=False)),
        (SQUARES, "svd(x)", lambda x, w: np.linalg.svd(x, compute_uv=False)),
    ],
    "expm": [(SQUARES, "expm(x)", lambda x, w: exponential(x))],
    "matpow": [
        (SQUARES, f"matpow(x, {k})", partial(matrix_power, k)) for k in (0, 1, 2, 5, -1, -3)
    ],
    "mse": [
        (ANY, "mse(x, x^2)", lambda x, w: ((x - x * x) ** 2).mean()),
        (ANY, "mse(x, w[0])", lambda x, w: ((x - w[0]) ** 2).mean()),
    ],
    "cross_entropy": [
        (VECTOR, "cross_entropy(x, 0)", lambda x, w: np.log(np.exp(x - x[0]).sum())),
        (
            ANY,
            "cross_entropy(x, x^2)",
            lambda x, w: -(x**2 * (x - np.log(np.exp(x).sum(-1, keepdims=True)))).sum(-1).mean(),
        ),
        (
            CLASSES,
            "cross_entropy(x, zeros(3))",
            lambda x, w: np.log(np.exp(x - x[:, :1]).sum(-1)).mean(),
        ),
    ],
    "conv1d": [
        (VECTOR, "conv1d(x, [w[0]])", lambda x, w: x * w[0]),
        (WIDE, "conv1d(x, w)", lambda x, w: np.correlate(x, w, "valid")),
    ],
}


def calls(name: str) -> Iterator[Call]:
    """How a function of arrays is called: shapes, text and value."""
    if name in REDUCTIONS:
        f = REDUCTIONS[name]
        shapes = MANY if name in ("var", "std") else ANY
        yield shapes, f"{name}(x)", lambda x, w: columns(f, None, x)
        yield shapes, f"{name}(x, axis=0)", lambda x, w: columns(f, 0, x)
        last = "axis=-1" if name in REDUCING else "-1"  # max(x, -1) compares
        yield shapes, f"{name}(x, {last})", lambda x, w: columns(f, -1, x)
    elif name in ALONG:
        f = ALONG[name]
        yield ANY, f"{name}(x)", lambda x, w: columns(f, -1, x)
        yield ANY, f"{name}(x, 0)", lambda x, w: columns(f, 0, x)
        yield ANY, f"{name}(x, axis=-1)", lambda x, w: columns(f, -1, x)
    else:
        assert name in CALLS, f"write down how {name} is called, and what NumPy says"
        yield from CALLS[name]


COMPOSED = [
    pytest.param(shapes, text, value, id=text)
    for name in (*COMPOSITIONS, *REDUCING)
    for shapes, text, value in calls(name)
]


def drawn(shape: tuple[int, ...], random: Any) -> Any:
    """An array of a shape, a square one positive definite; its elements apart from each other."""
    if len(shape) > 1 and shape[-1] == shape[-2]:
        return positive(shape, random)
    apart = random.permutation(np.prod(shape)).reshape(shape) / 2 - 1
    return apart + random.uniform(0.1, 0.4, shape)


@pytest.mark.parametrize(("shapes", "text", "value"), COMPOSED)
@settings(max_examples=5, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_functions_of_arrays(
    shapes: Shapes, text: str, value: Callable[[Any, Any], Any], data: st.DataObject, seed: int
) -> None:
    """The value by NumPy; derivatives in every way; and those of the gradient."""
    random = np.random.default_rng(seed)
    x = drawn(data.draw(st.sampled_from(sorted(shapes))), random)
    at: Point = {"x": x, "w": random.normal(size=3)}
    wanted = np.asarray(value(x, at["w"]))
    trace = traced(f"0*w[0] + {text}", at)
    np.testing.assert_allclose(trace.values[trace.result], wanted, rtol=1e-9, atol=1e-12)
    at["c"] = random.normal(size=wanted.shape) if wanted.shape else float(random.normal())
    once = f"sum(sin({text})*c)"
    for source in (once, f"sum(sin(grad({once}, x)))"):
        trace = traced(f"{source} + 0*w[0]", at)
        agree(trace, seed)
        true_to_quotients(trace, at)


def true_to_quotients(trace: Trace, at: Point) -> None:
    """The gradient along a direction is a difference quotient in big numbers."""
    back = pullback(trace, trace.values, M, {trace.result: 1.0})
    step = BIG.number(Fraction(1, 10**15))
    random = np.random.default_rng(1)
    exact = {name: lifted(x) for name, x in at.items()}
    direction = random.integers(-3, 4, at["x"].shape).astype(float)
    if "cholesky" in {row.name for row in trace.rules}:
        direction = direction + direction.swapaxes(
            -1, -2
        )  # it takes the mean of the matrix and its transpose
    sides = [
        replay(trace, BIG, exact | {"x": exact["x"] + lifted(direction) * (sign * step)})
        for sign in (1, -1)
    ]
    quotient = float((sides[0][trace.result] - sides[1][trace.result]) / (2 * step))
    found = back[trace.inputs["x"]]
    slope = 0.0 if found is None else np.sum(found * direction)
    assert slope == pytest.approx(quotient, rel=1e-6, abs=1e-8)


def lifted(x: Any) -> Any:
    return BIG.from_floats(x) if isinstance(x, np.ndarray) else BIG.number(Fraction(x))


# parts, choices, loops --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "gradient"),
    [
        ("v[0] + 2*v[-1]", [1, 0, 0, 2]),
        ("sum(v[1:])", [0, 1, 1, 1]),
        ("sum(v[:-1])", [1, 1, 1, 0]),
        ("sum(v[-2:]*[1, 10])", [0, 0, 1, 10]),
        ("sum(v[:])", [1, 1, 1, 1]),
        ("sum(v[1:99])", [0, 1, 1, 1]),
        ("u = v; u[0] = 5; sum(u*v)", [5, 4, 6, 8]),
        ("u = v; u[-1] = u[0]*u[1]; sum(u)", [3, 2, 1, 0]),
        ("u = v; u[1:3] = u[:2]; sum(u*[1, 10, 100, 1000])", [11, 100, 0, 1000]),
        ("u = v; u[:2] = 7; sum(u)", [0, 0, 1, 1]),
        ("u = v; t = u[0]; u[0] = 9; t*u[0]", [9, 0, 0, 0]),
        ("u = v; u[0] *= 3; u[0] -= v[1]; u[0]", [3, -1, 0, 0]),
        ("u = v; w = u; w[0] = 0; sum(u) + sum(w)", [1, 2, 2, 2]),
        ("s = 1; for t in v { s = s*t }; s", [24, 12, 8, 6]),
        ("s = 0; for t in v { if t > 2 { s = s + t^2 } else { s = s - t } }; s", [-1, -1, 6, 8]),
        ("for i in 1..len(v) { v[i] = v[i] + v[i - 1] }; v[-1]", [1, 1, 1, 1]),
        ("A = reshape(v, 2, 2); A[0, 1]*A[-1, 0]", [0, 3, 2, 0]),
        ("A = reshape(v, 2, 2); sum(A[0]*A[:, 1])", [2, 1 + 4, 0, 2]),
        ("A = reshape(v, 2, 2); A[1] = A[0]; sum(A*A)", [4, 8, 0, 0]),
        ("A = reshape(v, 2, 2); A[:, 0] = A[:, 1]; sum(A)", [0, 2, 0, 2]),
        ("A = reshape(v, 2, 2); s = 0; for row in A { s = s + row[0]*row[1] }; s", [2, 1, 4, 3]),
        ("f(u) = { u[0] = u[0]^2; sum(u) }; f(v) + sum(v)", [3, 2, 2, 2]),
        ("sum(where(v > 2, log(v - 2), v))", [1, 1, 1, 1 / 2]),
        ("sum(where(v > 2 and v < 4, v^2, 0))", [0, 0, 6, 0]),
        ("sum(where(v < 2 or v > 3, v^2, 0))", [2, 0, 0, 8]),
        ("sum(where(not v < 3, v^2, v))", [1, 1, 6, 8]),
        ("sum(where(v >= 2 and not (v == 3 or v > 3), v, 0))", [0, 1, 0, 0]),
        ("sum(where(1 < v <= 3, v^2, 0))", [0, 4, 6, 0]),
        ("sum(where(v < [2, 2, 9, 9], v, -v))", [1, -1, 1, 1]),
        ("sum(v^2 if v > 2 else v)", [1, 1, 6, 8]),
        ("sum(where(v > 2, sqrt(v - 3), 0))", [0, 0, None, 1 / 2]),
        ("sum(where(v > 3, sqrt(v - 3), 0))", [0, 0, 0, 1 / 2]),
        ("sum(where(v != 1, log(v - 1), 0))", [0, 1, 1 / 2, 1 / 3]),
        ("sum(where(v > 9, log(-v), v))", [1, 1, 1, 1]),
        ("sum(where(v > 1, where(v > 3, log(v - 3), v), 2*v))", [2, 1, 1, 1]),
        ("x = v[0]; sum(where(v > x, v*x, 0))", [9, 1, 1, 1]),
        ("sum(detach(v)*v)", [1, 2, 3, 4]),
        ("sum(max(v, 2.5)*[1, 10, 100, 1000])", [0, 0, 100, 1000]),
        ("sum(clip(v, 1.5, 3.5))", [0, 1, 1, 0]),
        ("max(v[0], v[1], v[2])", [0, 0, 1, 0]),
    ],
)
def test_parts_and_choices(source: str, gradient: list[float | None]) -> None:
    found = evaluate(source, {"v": [1, 2, 3, 4]})
    assert found.checks.symbolic is not False
    for number, wanted in zip(found.gradient["v"], gradient, strict=True):
        if wanted is not None:
            assert number == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize(
    "source", ["u = v; u[0] = 7; sum(u)", "for i in 0..2 { v[i] = 0 }; sum(v)"]
)
def test_assignments_leave_what_was_given_untouched(source: str) -> None:
    given_ = np.array([1.0, 2.0, 3.0])
    evaluate(source, {"v": given_})
    assert given_.tolist() == [1, 2, 3]


# derivatives inside the language ----------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "at", "value"),
    [
        ("D(x*D(x + y, y), x)", {"x": 1, "y": 1}, 1),
        ("D(x*D(x*y, y), x)", {"x": 3, "y": 5}, 6),
        ("f(x) = x^2; g(x) = D(f(x), x)*x; D(g(x), x)", {"x": 3}, 12),
        ("D(D(D(x^4, x), x), x)", {"x": 2}, 48),
        ("y = x^2; D(y*x, x)", {"x": 3}, 27),
        ("f(t) = t*x; D(f(2), x)", {"x": 3}, 2),
        ("f(t) = t*x; D(f(x), x)", {"x": 3}, 6),
        ("x = 3; D(x^2, x)", {}, 6),
        ("c = 2; D(c^2*x, c)", {"x": 5}, 20),
        ("D(y, x) + x", {"x": 4, "y": 1}, 4),
        ("x = 1; D(x*D(x + y, y), x)", {"y": 1}, 1),
        ("f(x) = x*y; g(y) = D(f(y)*y, y); g(3)", {"y": 5}, 30),
        ("f(y) = D(x*y, y); D(f(x)*x, x)", {"x": 3}, 6),
        ("h(x) = D(x^3, x); D(h(2*x), x)", {"x": 2}, 48),
        ("f(x) = D(x^2*y, x); D(f(y), y)", {"y": 3}, 12),
        ("g = 2; f(x) = x*g; D(f(x), g)", {"x": 3}, 3),
        ("a = 2; f(x) = a*x; D(D(f(x)*a, a), x)", {"x": 3}, 4),
        ("s = 0; for i in 1..4 { s = s + D(x^i, x) }; s", {"x": 2}, 17),
        ("D(x^2 if x > 1 else x, x)", {"x": 3}, 6),
        ("D(max(x, 2), x)", {"x": 3}, 1),
        ("y = x; D(x*y, x)", {"x": 3}, 6),
        ("D(detach(x)*x, x)", {"x": 3}, 3),
    ],
)
def test_no_perturbation_confusion(source: str, at: Point, value: float) -> None:
    assert evaluate(source, at).value == value


def test_newton_by_its_own_derivative() -> None:
    source = "f(x) = x^2 - a; x = 1; for i in 0..7 { x = x - f(x)/D(f(x), x) }; x"
    found = evaluate(source, {"a": 2})
    assert found.value == pytest.approx(2**0.5, rel=1e-15)
    assert found.gradient["a"] == pytest.approx(1 / (2 * 2**0.5), rel=1e-14)
    assert found.checks.symbolic is True


@pytest.mark.parametrize(
    ("source", "at", "value"),
    [
        ("grad(v@v, v)@[1, 10]", {"v": [2, 3]}, 64),
        ("grad(sum(grad(sum(v^3), v)), v)@[1, 1]", {"v": [2, 3]}, 30),
        ("x = v[0]; D(v@v*x, x)", {"v": [2, 3]}, 13),
        ("f(v) = v@v; grad(f(2*v), v)@[1, 0]", {"v": [2, 3]}, 16),
        ("grad(v[0]*D(x*v[1], x), v)@[1, 10]", {"v": [2, 3], "x": 5}, 23),
        ("jac(v*sum(v), v)[0, 1]", {"v": [2, 3]}, 2),
        ("jac(grad(v[0]^2*v[1], v), v)[0, 1]", {"v": [2, 3]}, 4),
        ("hess(v[0]^2*v[1], v)[0, 0]", {"v": [2, 3]}, 6),
        ("D(grad(v@v*x, v)@v, x)", {"v": [2, 3], "x": 5}, 26),
        ("sum(D(v*x^2, x))", {"v": [2, 3], "x": 5}, 50),
        ("f(w) = sum(w*v); grad(f(v), v)@[1, 1]", {"v": [2, 3]}, 10),
        ("w = 2*v; grad(sum(w*v), v)@[1, 1]", {"v": [2, 3]}, 20),
    ],
)
def test_gradients_inside(source: str, at: Point, value: float) -> None:
    found = evaluate(source, at)
    assert found.value == value
    assert found.checks.modes is True
    assert found.checks.symbolic is not False


@pytest.mark.parametrize("size", [1, 2, 4])
def test_hess_is_jac_of_grad(size: int) -> None:
    v = np.random.default_rng(size).normal(size=size)
    for f in ("prod(v)*sum(exp(v))", "logsumexp(v)*norm(v)", "sum(sin(v))^2/(1 + v@v)"):
        one = traced(f"hess({f}, v)", {"v": v})
        other = traced(f"jac(grad({f}, v), v)", {"v": v})
        np.testing.assert_allclose(one.values[-1], other.values[-1], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(one.values[-1], one.values[-1].T, rtol=1e-10, atol=1e-12)


def test_what_was_recorded_before_an_assignment_stays() -> None:
    found = evaluate("y = v*2; v[0] = 7; sum(y) + v[0]", {"v": [1, 2]})
    assert found.value == 13
    assert found.gradient["v"].tolist() == [2, 2]


def test_scalars_that_are_called_as_functions_are() -> None:
    """`D`, `sum` and the like are functions where a bracket follows, and names elsewhere."""
    assert evaluate("D*c + sum", {"D": 2, "c": 3, "sum": 1}).value == 7
    assert evaluate("norm(x, y) = x + y; norm(1, x)", {"x": 2}).value == 3


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    shapes=st.sampled_from(
        [
            ((3,), (3,)),
            ((2, 3), (3,)),
            ((2, 3), (2, 1)),
            ((1, 3), (2, 1)),
            ((), (2, 3)),
            ((1,), (3,)),
            ((1,), (2, 3)),
            ((1, 1), (2, 3)),
            ((3,), (1, 1)),
            ((3,), (3, 1)),
            ((), (1,)),
            ((1,), (1, 1)),
            ((2, 3), (1, 3)),
        ]
    ),
    op=st.sampled_from(["+", "-", "*", "/", "^", "%"]),
    seed=st.integers(0, 1000),
)
def test_broadcasting(shapes: Any, op: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = (random.uniform(0.5, 2, shape) for shape in shapes)
    at = {"x": x if x.shape else float(x), "y": y}
    found = evaluate(f"sum(sin(x {op} y))", at)
    both = {"+": x + y, "-": x - y, "*": x * y, "/": x / y, "^": x**y, "%": x % y}[op]
    assert found.value == pytest.approx(np.sin(both).sum(), rel=1e-12)
    assert found.checks.modes is True
    assert found.checks.symbolic is True
    assert np.shape(found.gradient["x"]) == x.shape


@pytest.mark.parametrize(
    ("source", "why"),
    [("sum(v, foo=1)", "is not a named argument"), ("sum(v, dim=0)", "an axis is given by axis=")],
)
def test_no_function_has_an_argument_of_another_name(source: str, why: str) -> None:
    with pytest.raises(GradcalcError, match=why) as caught:
        evaluate(source, {"v": [1, 2]})
    assert caught.value.exit == 2
