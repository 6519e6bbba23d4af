"""Programs of arrays: values as NumPy has them, derivatives by three ways, to the second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc import Options, evaluate
from gradcalc.language import parse
from gradcalc.modes.arrays import pullback, pushforward
from gradcalc.modes.sweeps import reverse
from gradcalc.rules import ARRAY, machine_arrays, machine_numbers
from gradcalc.rules.compositions import COMPOSITIONS
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.elements import elements_of
from gradcalc.trace.trace import Trace, check

M = machine_arrays()
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
        np.correlate(p.v, np.array([1, p.v[0]]), "valid") ** 2).sum(),
    "len(v)*v[-1]": lambda p: 3 * p.v[2],
    "sum(A[0:2, 1:])*A[-1, 0]": lambda p: p.A[0:2, 1:].sum() * p.A[2, 0],
    "sum(A[:, 1]*v)": lambda p: p.A[:, 1] @ p.v,
    "u = v; u[1] = v[0]^2; u@w": lambda p: (
        p.v[0] * p.w[0] + p.v[0] ** 2 * p.w[1] + p.v[2] * p.w[2]),
    "u = zeros(3); for i in 0..3 { u[i] += v[i]^2 }; u@w": lambda p: p.v**2 @ p.w,
    "u = A; u[:, 0] = v; sum(u^2)": lambda p: p.v @ p.v + (p.A[:, 1:] ** 2).sum(),
    "s = 0; for t in v { s = s + t^2 }; s": lambda p: p.v @ p.v,
    "s = 0; for row in A { s = s + row@v }; s": lambda p: (p.A @ p.v).sum(),
    "sum(where(v > 0, sqrt(v), w))": lambda p: np.where(
        p.v > 0, np.sqrt(np.abs(p.v)), p.w).sum(),
    "sum(v if v > 0 and not v > 1 else w)": lambda p: np.where(
        (p.v > 0) & ~(p.v > 1), p.v, p.w).sum(),
    "sum(where(0 < v < 1 or v > 2, v^2, 0))": lambda p: np.where(
        ((p.v > 0) & (p.v < 1)) | (p.v > 2), p.v**2, 0).sum(),
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
}  # fmt: skip


class Names:
    """A point whose arrays are attributes."""

    def __init__(self, arrays: Point) -> None:
        self.__dict__.update(arrays)


def points(seed: int) -> Point:
    """Arrays of 3, nothing at a kink."""
    random = np.random.default_rng(seed)
    A, B = random.normal(size=(2, 3, 3)) + 2 * np.eye(3)
    return {"A": A, "B": B, "v": random.normal(size=3), "w": random.normal(size=3),
            "S": A @ A.T + np.eye(3)}  # fmt: skip


def traced(source: str, at: Point) -> Trace:
    trace = record(parse(source, functions=reserved()), machine_numbers(), at)
    check(trace)
    return trace


CASES = [pytest.param(source, id=source) for source in VALUES]


@pytest.mark.parametrize("source", CASES)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_values_and_modes(source: str, seed: int) -> None:
    """NumPy's value; forward along a direction, in one and in several; reverse; the elements."""
    at = points(seed)
    trace = traced(source, at)
    wanted = VALUES[source](Names(at))
    assert trace.values[trace.result] == pytest.approx(wanted, rel=1e-9)
    random = np.random.default_rng(seed + 1)
    along = {slot: random.normal(size=at[name].shape) for name, slot in trace.inputs.items()}
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


DERIVED = ("D(", "grad(", "jac(", "hess(")


@pytest.mark.parametrize(
    "source", [c for c in CASES if not any(form in c.values[0] for form in DERIVED)]
)
def test_second_derivatives_are_proven(source: str) -> None:
    """The gradient recorded inside the language, differentiated and proven element by element."""
    at = points(5)
    *statements, value = source.split("; ")
    body = "; ".join([*statements, value])
    variable = "A" if "A" in value or "A" in source else "S" if "S" in source else "v"
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
    more = "sum(grad(sum(where(v > 0, v^2, w)), v)) + sum(grad(sum(cholesky(S)), S))"
    met |= {row.name for row in traced(more, points(1)).rules}
    put = "f(v) = { u = v; u[0] = v[1]^2; sum(u^2) }; sum(grad(f(v), v))"
    met |= {row.name for row in traced(put, points(1)).rules}
    assert set(ARRAY) - met == set()


# derivatives inside the language ----------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "at", "value"),
    [
        ("D(x*D(x + y, y), x)", {"x": 1, "y": 1}, 1),
        ("D(x*D(x*y, y), x)", {"x": 3, "y": 5}, 6),
        ("f(x) = x^2; g(x) = D(f(x), x)*x; D(g(x), x)", {"x": 3}, 12),
        ("D(D(D(x^4, x), x), x)", {"x": 2}, 48),
        ("y = x^2; D(y*x, x)", {"x": 3}, 9),
        ("f(t) = t*x; D(f(2), x)", {"x": 3}, 2),
        ("f(t) = t*x; D(f(x), x)", {"x": 3}, 6),
        ("x = 3; D(x^2, x)", {}, 6),
        ("c = 2; D(c^2*x, c)", {"x": 5}, 20),
        ("D(y, x) + x", {"x": 4, "y": 1}, 4),
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
        [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 1)), ((1, 3), (2, 1)), ((), (2, 3))]
    ),
    op=st.sampled_from(["+", "-", "*", "/"]),
    seed=st.integers(0, 1000),
)
def test_broadcasting(shapes: Any, op: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = (random.uniform(0.5, 2, shape) for shape in shapes)
    at = {"x": x if x.shape else float(x), "y": y}
    found = evaluate(f"sum(sin(x {op} y))", at)
    both = {"+": x + y, "-": x - y, "*": x * y, "/": x / y}[op]
    assert found.value == pytest.approx(np.sin(both).sum(), rel=1e-12)
    assert found.checks.modes is True
    assert found.checks.symbolic is True
    assert np.shape(found.gradient["x"]) == x.shape
