"""Kernels answer what a run of each row answers, on every path, in every block."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import gradcalc
from gradcalc import GradcalcError, Options, compile, evaluate
from gradcalc.errors import Exit
from gradcalc.kernels import call, schedule
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.ufuncs import array_kernel
from gradcalc.rules.systems import machine_numbers
from gradcalc.rules.table import SCALAR
from tests.answers.test_properties import PROGRAMS

COUNT = 60
DRAWN = np.random.default_rng(7)
COLUMNS = {
    "x": DRAWN.uniform(-2, 2, COUNT),
    "y": DRAWN.uniform(0.1, 3, COUNT),
    "n": DRAWN.integers(1, 4, COUNT).astype(float),
}
PROGRAM_TEXTS = [
    "sin(x)*y",
    "x",
    "3",
    "y*0 + x",
    "exp(-x^2)*y^3 + x^-2 + sqrt(y) + y^2.5 - y^(1/3) + x^31 + x^33",
    "x^2 if x > 0 else y*x",
    "a = x + y; b = a; c = -b; c*a - b/a",
    "z = y\nwhile abs(z^2 - abs(x) - 1) > 1e-9 { z = (z + (abs(x) + 1)/z)/2 }\nz",
    "s = 0; for i in 0..n { s = s + x^i }; s",
    "A = [x, y]; s = 0; for i in 0..n - 1 { s = s + A[i]*y^i }; s",
    "v = [x, y, x*y]; sum(v^2) + max(v) + norm(v)",
    "v = sort([x, y, detach(x*y)]); v[0] + 2*v[1]",
    "A = [[x, y], [1, 2]]; det(A) + sum(inv(A))",
    "sum([1, 2, 3][floor(min(y, 2))]*x)",
    "x^n + y^detach(n)",
    "x if detach(y) > 1 else x^2",
    "norm([x, y], detach(n))",
    "erf(x)*gamma(y) + lgamma(y) + normal_cdf(x) + besselj(0, y)",
    "D(x^3*y, x) + x if x > 0 else x",
    "f(t) = t*f(t - 1) if t > 1 else t; f(y) + x",
    "where(x > 0, log(abs(x)), x) + clip(x, -1, 1) + elu(x) + leaky_relu(-x)",
    "log(x)*y if x < 1 else x",
    "log(x - 10) if x < 1 else x",
]


def agree(source: str, columns: dict[str, Any], kernel: gradcalc.Kernel | None = None) -> None:
    """Each row's numbers are those of a run at that row."""
    kernel = kernel or compile(source)
    columns = {name: x for name, x in columns.items() if name in kernel.inputs}
    rows = kernel.rows(columns)
    count = max([len(x) for x in columns.values() if np.ndim(x)], default=1)
    for row in range(count):
        at = {name: float(x[row]) if np.ndim(x) else x for name, x in columns.items()}
        found = {name: float(column[row]) for name, column in rows.columns.items()}
        try:
            true = evaluate(source, at, options=Options(check="off"))
        except GradcalcError as error:
            assert error.exit is Exit.NO_ANSWER or error.code in call.ERRORS_OF_A_ROW
            if not _answered(kernel, at):  # what fails may be a step that nothing needs
                assert all(map(math.isnan, found.values())), (source, at, error)
            continue
        if rows.doubtful[row] or not math.isfinite(true.value):
            continue
        if any("only by rounding" in note for note in true.notes):
            continue  # the exact run's answer, which `map` asks for where a kernel has none
        assert found["value"] == pytest.approx(true.value, rel=1e-12, abs=1e-300), (source, at)
        for name, derivative in true.gradient.items():
            # inf - inf is left to those who ask about rows that are not finite
            if math.isfinite(derivative) and math.isfinite(found[f"d_{name}"]):
                near = pytest.approx(derivative, rel=1e-9, abs=1e-13 * abs(true.value))
                assert found[f"d_{name}"] == near, (source, at, name)


def _answered(kernel: gradcalc.Kernel, at: dict[str, float]) -> bool:
    """Is there a number, where a step outside its domain makes none?"""
    try:
        trace = kernel.program.record(at)
    except GradcalcError:
        return False
    return not math.isnan(trace.values[trace.result])


@pytest.mark.parametrize("source", PROGRAM_TEXTS)
def test_rows_are_runs(source: str) -> None:
    agree(source, COLUMNS)


@pytest.mark.parametrize("source", PROGRAM_TEXTS)
def test_blocks_and_threads(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the rows are cut, the answers are the same to the last bit."""
    whole = compile(source, threads=1).rows(COLUMNS).columns
    monkeypatch.setattr(schedule, "MIN_BLOCK_ROWS", 7)
    monkeypatch.setattr(schedule, "MAX_BLOCK_ROWS", 7)
    monkeypatch.setattr(call, "PIECE_ROWS", 13)
    cut = compile(source, threads=3).rows(COLUMNS).columns
    for name, column in whole.items():
        np.testing.assert_allclose(cut[name], column, rtol=4e-16)


@settings(
    deadline=None, derandomize=True, max_examples=150, suppress_health_check=list(HealthCheck)
)
@given(PROGRAMS)
def test_random_programs(source: str) -> None:
    special = [0.0, 1.0, -1.0, 2.0, 0.5, -0.3, 1e-9, 1e3]
    columns = {
        "x": np.array(special * 2),
        "y": np.array([*special[3:], *special[:3], *special[::-1]]),
    }
    made = "v = [x, y, x - y]; " + source if "v" in source else source
    try:
        agree(made, columns)
    except GradcalcError as error:
        assert error.exit is Exit.REQUEST, made


@pytest.mark.parametrize("name", sorted(SCALAR))
def test_writing_kernels(name: str) -> None:
    """A kernel that writes makes what the scalar kernel makes, and NaN outside the domain."""
    row, machine = SCALAR[name], machine_numbers()
    drawn = np.random.default_rng(3)
    given = [drawn.uniform(low, high, 50) for low, high in row.samples]
    given = [
        np.round(x) if row.parameters[k] in "vk" and name != "fmod" else x
        for k, x in enumerate(given)
    ]
    made = np.empty(50)
    kernel = array_kernel(name)
    with np.errstate(all="ignore"):
        kernel(*given, made)
    for k in range(50):
        point = [float(x[k]) for x in given]
        assert made[k] == pytest.approx(getattr(machine, name)(*point), rel=1e-11), point
    with np.errstate(all="ignore"):
        kernel(*[np.full(2, -0.7) for _ in given], out := np.empty(2))
    try:
        true = getattr(machine, name)(*[-0.7 for _ in given])
    except (ValueError, ArithmeticError):
        true = math.nan
    assert out[0] == pytest.approx(true, rel=1e-11, nan_ok=True)


def test_second_derivatives() -> None:
    source = "sin(x)*y^2 + exp(x*y)"
    kernel = compile(source, hessian=True)
    assert kernel.columns == ("value", "d_x", "d_y", "d2_x_x", "d2_x_y", "d2_y_y")
    found = kernel(x=COLUMNS["x"], y=COLUMNS["y"])
    for x, y, row in zip(COLUMNS["x"], COLUMNS["y"], range(COUNT), strict=True):
        assert found["d2_x_x"][row] == pytest.approx(
            -math.sin(x) * y**2 + y * y * math.exp(x * y), rel=1e-12
        )
        assert found["d2_x_y"][row] == pytest.approx(
            2 * y * math.cos(x) + (1 + x * y) * math.exp(x * y), rel=1e-12
        )
        assert found["d2_y_y"][row] == pytest.approx(
            2 * math.sin(x) + x * x * math.exp(x * y), rel=1e-12
        )


def test_numbers_beside_columns() -> None:
    kernel = compile("a*x + b", wrt=["x", "a"])
    found = kernel(x=[1, 2, 3], a=2, b=1.5)
    assert found["value"].tolist() == [3.5, 5.5, 7.5]
    assert found["d_x"].tolist() == [2, 2, 2]
    assert found["d_a"].tolist() == [1, 2, 3]
    assert list(found) == ["value", "d_x", "d_a"]


def test_where_the_value_is_not_a_number_no_derivative_is() -> None:
    found = compile("log(x)")(x=[-1.0, 0.0, 1.0])
    assert math.isnan(found["value"][0])
    assert math.isnan(found["d_x"][0])
    assert found["value"][1] == -math.inf
    assert found["d_x"].tolist()[1:] == [math.inf, 1]


def test_kinks_that_matter_are_told() -> None:
    assert compile("abs(x) + max(x, y)").rows(
        {"x": [0.0, 1, 2], "y": [1.0, 1, 1]}
    ).doubtful.tolist() == [True, True, False]
    assert compile("1 if x > 0 else x").rows({"x": [0.0, 1, -2]}).doubtful.tolist() == [
        True,
        False,
        False,
    ]
    assert not compile("floor(x)*0 + x").rows({"x": [0.5, 1.5]}).doubtful.any()


def test_a_row_without_a_run_is_its_own_error() -> None:
    rows = compile("v = [x, 2*x]; v[n]").rows({"x": [1.0, 2, 3, 4], "n": [0.0, 0.5, 1, 7]})
    assert rows.columns["value"].tolist()[::2] == [1, 6]
    assert sorted(rows.failed) == [1, 3]
    assert rows.failed[1].code == "not-an-integer"
    assert np.isnan(rows.columns["d_x"][[1, 3]]).all()


def test_past_the_bound_of_paths_rows_run_alone() -> None:
    source = "s = 0; for i in 0..n { s = s + x^i }; s"
    n = np.arange(1.0, 31)
    columns = {"x": np.full(30, 0.5), "n": n}
    rows = gradcalc.Kernel(source, max_paths=5).rows(columns)
    assert rows.alone == 25
    np.testing.assert_allclose(rows.columns["value"], 2 - 2 * 0.5**n)
    np.testing.assert_allclose(rows.columns["d_x"], compile(source)(columns)["d_x"])


def test_a_kernel_is_pickled() -> None:
    kernel = compile("x^2 if x > 0 else -x", wrt=["x"], hessian=True)
    kernel(x=[1.0, -2.0])
    again = pickle.loads(pickle.dumps(kernel))
    assert again(x=[3.0, -3.0])["d_x"].tolist() == [6, -1]
    assert again.columns == kernel.columns


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"x": [1.0]}, "missing-value"),
        ({"x": [1.0, 2], "y": [1.0]}, "shape"),
        ({"x": [[1.0]], "y": [1.0]}, "shape"),
    ],
)
def test_columns_that_do_not_fit(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(GradcalcError) as raised:
        compile("x*y")(arguments)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("sin(", "syntax"),
        ("sinn(x)", "unknown-name"),
        ("[x, 1]", "array-value"),
        ("x +* 2", "syntax"),
    ],
)
def test_programs_that_are_none(source: str, code: str) -> None:
    with pytest.raises(GradcalcError) as raised:
        compile(source)(x=[1.0, 2.0])
    assert raised.value.source == source
    assert raised.value.span is not None or code == "array-value"


def test_an_unknown_input() -> None:
    with pytest.raises(GradcalcError, match="'z' is not an input"):
        compile("x", wrt=["z"])


def test_no_rows() -> None:
    assert compile("x*y")(x=[], y=[])["value"].shape == (0,)


def test_record_batches() -> None:
    pa = pytest.importorskip("pyarrow")
    batch = pa.record_batch({"id": ["a", "b"], "x": [1, 2], "y": pa.array([2, 3], pa.float32())})
    made = compile("x*y")(batch)
    assert isinstance(made, pa.RecordBatch)
    assert made.to_pydict() == {
        "id": ["a", "b"],
        "x": [1, 2],
        "y": [2, 3],
        "value": [2, 6],
        "d_x": [2, 3],
        "d_y": [1, 2],
    }
    with pytest.raises(GradcalcError, match="column x is null in row 2"):
        compile("x")(pa.record_batch({"x": pa.array([1.0, None])}))
    with pytest.raises(GradcalcError, match="column x must hold numbers"):
        compile("x")(pa.record_batch({"x": ["a", "b"]}))
    with pytest.raises(GradcalcError, match="the table already has a column value"):
        compile("x")(pa.record_batch({"x": [1.0], "value": [2.0]}))


def test_compiling_is_linear() -> None:
    """Twice as long a formula: twice as many steps and instructions, not four times."""

    def steps(terms: int) -> int:
        kernel = compile(" + ".join(f"sin({k}*x)*y" for k in range(1, terms + 1)))
        kernel(x=[1.0], y=[2.0])
        return len(kernel.paths[0].derivatives.trace)

    assert steps(200) < 2.1 * steps(100)


def test_a_comparison_that_no_derivative_goes_through_is_no_doubt() -> None:
    source = "s = 0; k = 0\nwhile k < n { s = s + x/(k + 1); k = k + 1 }\ns"
    table = {"x": np.ones(5), "n": np.arange(5.0)}
    assert Kernel(source, ("x",)).rows(table).doubtful.sum() == 0
    assert Kernel(source).rows(table).doubtful.sum() == 5


def test_rows_alone_answer_what_paths_answer() -> None:
    """Past the bound of paths: value, gradient and second derivatives of each row's own run."""
    source = "s = 0; for i in 0..n { s = s + x^i*y }; s"
    table = {"x": np.full(6, 1.5), "y": np.full(6, 2.0), "n": np.arange(6.0)}
    for hessian in (False, True):
        alone = Kernel(source, hessian=hessian, max_paths=1).rows(table)
        assert alone.alone == 5
        for name, column in Kernel(source, hessian=hessian).rows(table).columns.items():
            np.testing.assert_allclose(alone.columns[name], column, rtol=1e-14)


SIZES = ("1e-300", "1e-200", "1e-30", "1", "1e30", "1e200", "1e300")


@pytest.mark.parametrize("outer", SIZES)
@pytest.mark.parametrize("inner", SIZES)
def test_constants_are_put_together_only_where_float64_holds_them(outer: str, inner: str) -> None:
    """1e-300*(1e-30*x) was 1e-330*x, and that is 0."""
    cases: dict[str, Callable[[Fraction, Fraction, Fraction], Fraction]] = {
        f"{outer}*log({inner}*x)": lambda c, k, x: c / x,
        f"{outer}/({inner}*x)": lambda c, k, x: -c / k / x**2,
        f"({inner}*x)*{outer}": lambda c, k, x: c * k,
        f"({inner}/x)/{outer}": lambda c, k, x: -k / c / x**2,
        f"{inner}*({outer}/x)^2": lambda c, k, x: -2 * k * c**2 / x**3,
        f"{outer}*(3*(1/({inner}*x)))": lambda c, k, x: -3 * c / k / x**2,
    }
    for source, derivative in cases.items():
        kernels = [compile(source, native=native) for native in (False, True)]
        for number in ("1e-290", "1e-40", "3", "1e40", "1e290"):
            true = derivative(Fraction(outer), Fraction(inner), Fraction(number))
            known = evaluate(source, {"x": float(number)}, options=Options(check="off"))
            alone = known.derivatives[0].gradient
            if not (math.isfinite(known.value) and math.isfinite(alone)):
                continue
            if not alone or abs(Fraction(alone) - true) > abs(true) / 10**14:
                continue  # what a run on its own loses
            for kernel in kernels:
                found = float(kernel(x=[float(number)])["d_x"][0])
                if math.isinf(found):
                    continue  # `map` runs such a row on its own
                assert abs(Fraction(found) - true) <= abs(true) / 10**13, (source, number)
