"""Difficult points: where libraries disagree, hide a NaN, or are wrong together."""

from __future__ import annotations

import math
import operator
from typing import Any

import pytest

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.cli.point import read_at

INF, NAN = math.inf, math.nan
UNDEFINED = (NAN, "undefined")

# formula, point, value, then (derivative, status) by each input
ROWS = [
    ("abs(x)", "x=0", 0, [(0, "kink")]),
    ("abs(x)", "x=-0.0", 0, [(0, "kink")]),
    ("relu(x)", "x=0", 0, [(0.5, "kink")]),
    ("max(x, 0)", "x=0", 0, [(0.5, "kink")]),
    ("max(x, y)", "x=1,y=1", 1, [(0.5, "kink"), (0.5, "kink")]),
    ("min(x, y)", "x=1,y=1", 1, [(0.5, "kink"), (0.5, "kink")]),
    ("relu(x) - relu(-x)", "x=0", 0, [(1, "smooth")]),
    ("max(x, 0) + min(x, 0)", "x=0", 0, [(1, "smooth")]),
    ("clip(x, 0, 1)", "x=0", 0, [(0.5, "kink")]),
    ("clip(x, 0, 1)", "x=1", 1, [(0.5, "kink")]),
    ("clip(x, 0, 1)", "x=2", 1, [(0, "smooth")]),
    ("sqrt(x)", "x=0", 0, [(INF, "vertical")]),
    ("sqrt(x)", "x=-0.0", 0, [(INF, "vertical")]),
    ("sqrt(x^2)", "x=0", 0, [(0, "kink")]),
    ("sqrt(x)*0", "x=0", 0, [(0, "one-sided")]),
    ("sqrt(x)^2", "x=0", 0, [(1, "one-sided")]),
    ("sqrt(x^4)", "x=0", 0, [(0, "smooth")]),
    ("abs(x)^1.5", "x=0", 0, [(0, "smooth")]),
    ("abs(x)^0.5", "x=0", 0, [(NAN, "cusp")]),
    ("x*abs(x)", "x=0", 0, [(0, "smooth")]),
    ("x^2/abs(x)", "x=0", NAN, [(0, "removable")]),
    ("cbrt(x)", "x=0", 0, [(INF, "vertical")]),
    ("x^0", "x=0", 1, [(0, "smooth")]),
    ("x^0.0", "x=0", 1, [(0, "smooth")]),
    ("x^y", "x=0,y=0", 1, [(0, "smooth"), (NAN, "jump")]),
    ("x^y", "x=0,y=1", 0, [(1, "smooth"), (0, "smooth")]),
    ("x^y", "x=0,y=2", 0, [(0, "smooth"), (0, "smooth")]),
    ("x^y", "x=0,y=-1", NAN, [(-INF, "pole"), UNDEFINED]),
    ("0^y", "y=0", 1, [(NAN, "jump")]),
    ("0^y", "y=2", 0, [(0, "smooth")]),
    ("x^y", "x=-2,y=3", -8, [(12, "smooth"), UNDEFINED]),
    ("x^3", "x=-2", -8, [(12, "smooth")]),
    ("log(x)", "x=0", -INF, [(INF, "pole")]),
    ("x*log(x)", "x=0", NAN, [(-INF, "removable")]),
    ("xlogy(x, x)", "x=0", 0, [(-INF, "vertical")]),
    ("1/x", "x=0", NAN, [(-INF, "pole")]),
    ("1/x^2", "x=0", INF, [(NAN, "pole")]),
    ("hypot(x, y)", "x=0,y=0", 0, [(0, "kink"), (0, "kink")]),
    ("sqrt(x^2 + y^2)", "x=0,y=0", 0, [(0, "kink"), (0, "kink")]),
    ("where(x > 0, log(x), 0)", "x=-1", 0, [(0, "smooth")]),
    ("where(x > 0, log(x), 0)", "x=0", 0, [(0, "jump")]),
    ("where(x > 0, sqrt(x), 0)", "x=0", 0, [(0, "vertical")]),
    ("where(x > 0, sqrt(x), 0)", "x=-1", 0, [(0, "smooth")]),
    ("where(x <= 0, exp(x), 1 + x)", "x=1000", 1001, [(1, "smooth")]),
    ("where(x > 0, x, 0)", "x=0", 0, [(0.5, "kink")]),
    ("where(x == 0, 1, sin(x)/x)", "x=0", 1, [(0, "smooth")]),
    ("4 if x == 2 else x^2", "x=2", 4, [(4, "smooth")]),
    ("atan2(y, x)", "y=0,x=0", NAN, [UNDEFINED, UNDEFINED]),
    ("atan2(y, x)", "y=0,x=-1", math.pi, [(-1, "jump"), (0, "smooth")]),
    ("sign(x)", "x=0", 0, [(0, "jump")]),
    ("floor(x)", "x=1", 1, [(0, "jump")]),
    ("floor(x)", "x=0.5", 0, [(0, "smooth")]),
    ("ceil(x)", "x=0.5", 1, [(0, "smooth")]),
    ("round(x)", "x=0.5", 0, [(0, "jump")]),
    ("trunc(x)", "x=0.5", 0, [(0, "smooth")]),
    ("x % y", "x=3,y=1", 0, [(1, "jump"), (-3, "jump")]),
    ("x % y", "x=5.5,y=2", 1.5, [(1, "smooth"), (-2, "smooth")]),
    ("x % y", "x=-5.5,y=2", 0.5, [(1, "smooth"), (3, "smooth")]),
    ("fmod(x, y)", "x=-5.5,y=2", -1.5, [(1, "smooth"), (2, "smooth")]),
    ("heaviside(x)", "x=0", 0.5, [(0, "jump")]),
    ("x/x", "x=0", NAN, [(0, "removable")]),
    ("sin(x)/x", "x=0", NAN, [(0, "removable")]),
    ("expm1(x)/x", "x=0", NAN, [(0.5, "removable")]),
    ("sinc(x)", "x=0", 1, [(0, "smooth")]),
    ("logaddexp(x, y)", "x=0,y=1000", 1000, [(0, "smooth"), (1, "smooth")]),
    ("log1p(x)", "x=1e-20", 1e-20, [(1, "smooth")]),
    ("log1p(x)", "x=-1", -INF, [(INF, "pole")]),
    ("expm1(x)", "x=1e-20", 1e-20, [(1, "smooth")]),
    ("sigmoid(x)", "x=1000", 1, [(0, "smooth")]),
    ("sigmoid(x)", "x=-1000", 0, [(0, "smooth")]),
    ("1/(1 + exp(-x))", "x=1000", 1, [(0, "smooth")]),
    ("1/(1 + exp(-x))", "x=-1000", 0, [(0, "smooth")]),
    ("log(sigmoid(x))", "x=-1000", -INF, [(1, "smooth")]),
    ("softplus(x)", "x=1000", 1000, [(1, "smooth")]),
    ("log(1 + exp(x))", "x=1000", INF, [(1, "smooth")]),
    ("tanh(x)", "x=1000", 1, [(0, "smooth")]),
    ("cosh(x)", "x=1000", INF, [(INF, "smooth")]),
    ("0*exp(x)", "x=1000", NAN, [(0, "smooth")]),
    ("exp(x)*exp(-x)", "x=800", NAN, [(0, "smooth")]),
    ("tan(x)", "x=pi/2", NAN, [(INF, "pole")]),
    ("acos(x)", "x=1", 0, [(-INF, "vertical")]),
    ("acos(x)", "x=-1", math.pi, [(-INF, "vertical")]),
    ("asin(x)", "x=1", math.pi / 2, [(INF, "vertical")]),
    ("acosh(x)", "x=1", 0, [(INF, "vertical")]),
    ("atanh(x)", "x=1", INF, [(INF, "pole")]),
    ("acos(cos(x))", "x=0", 0, [(0, "kink")]),
    ("gamma(x)", "x=0", NAN, [(-INF, "pole")]),
    ("gamma(x)", "x=-1", NAN, [(INF, "pole")]),
    ("gamma(x)", "x=171.7", INF, [(INF, "smooth")]),
    ("lgamma(x)", "x=0", INF, [(NAN, "pole")]),
    ("lgamma(x)", "x=-1", INF, [(NAN, "pole")]),
    ("digamma(x)", "x=0", NAN, [(INF, "pole")]),
    ("digamma(x)", "x=-1", NAN, [(INF, "pole")]),
    ("erfinv(x)", "x=1", INF, [(INF, "pole")]),
    ("erf(x)", "x=30", 1, [(0, "smooth")]),
    ("erfc(x)", "x=30", 0, [(0, "smooth")]),
]


@pytest.mark.parametrize(
    ("source", "at", "value", "derivatives"), ROWS, ids=[f"{r[0]} @ {r[1]}" for r in ROWS]
)
def test_value_derivatives_and_status(
    source: str, at: str, value: float, derivatives: list[tuple[float, str]]
) -> None:
    result = evaluate(source, read_at([at]))
    assert result.value == pytest.approx(value, rel=1e-15, nan_ok=True)
    for row, (gradient, status) in zip(result.derivatives, derivatives, strict=True):
        assert row.gradient == pytest.approx(gradient, rel=1e-15, nan_ok=True)
        assert row.status == status
    finite = all(map(math.isfinite, [result.value, *result.gradient.values()]))
    assert result.exit is (Exit.OK if finite else Exit.NO_ANSWER)
    assert (result.error is None) == finite


@pytest.mark.parametrize(
    ("source", "at", "said"),
    [
        ("where(x > 0, sqrt(x), 0)", "x=0", "x > 0 at column 7 compares equal numbers"),
        ("atan2(y, x)", "y=0,x=-1", "branch cut"),
        ("max(x, y)", "x=1,y=1", "a tie is shared"),
        ("x^y", "x=-2,y=3", "only at integer y"),
        ("x^y", "x=0,y=0", "corner"),
        ("sigmoid(x)", "x=-1000", "sigmoid(x) at column 1 underflows"),
        ("sigmoid(x)", "x=1000", "d/dx underflows"),
        ("erfc(x)", "x=30", "underflows"),
        ("tan(x)", "x=1.5707963267948966", "ill-conditioned"),
        ("(1 - cos(x))/x^2", "x=1e-9", "1 - cos(x)) at column 1 cancels 18 digits"),
    ],
)
def test_notes(source: str, at: str, said: str) -> None:
    assert any(said in note for note in evaluate(source, read_at([at])).notes)


@pytest.mark.parametrize(
    ("source", "at", "instead"),
    [
        ("(1 - cos(x))/x^2", "x=1e-9", "sinc(x/2)^2/2"),
        ("1 - cos(x)", "x=1e-9", "2*sin(x/2)^2"),
        ("exp(x) - 1", "x=1e-20", "expm1(x)"),
        ("log(1 + x)", "x=1e-20", "log1p(x)"),
        ("y + 3*log(x + 1)", "x=1e-20,y=0", "log1p(x)"),
        ("log(exp(x) + exp(y))", "x=1000,y=1000", "logaddexp(x, y)"),
        ("log(1 + exp(x))", "x=1000", "softplus(x)"),
        ("log(sigmoid(x))", "x=-1000", "log_sigmoid(x)"),
        ("1/(1 + exp(-x))", "x=-1000", "sigmoid(x)"),
        ("sqrt(x + 1) - sqrt(x)", "x=1e15", "1/(sqrt(x + 1) + sqrt(x))"),
        ("sqrt(1 + x) - 1", "x=1e-14", "x/(sqrt(x + 1) + 1)"),
        ("x^2 - y^2", "x=100000001,y=100000000.5", "(x - y)*(x + y)"),
        ("exp(x)*exp(-x)", "x=800", "exp(x - x)"),
        ("1 - tanh(x)^2", "x=20", "sech(x)^2"),
        ("1 - erf(x)", "x=6", "erfc(x)"),
        ("sqrt(x^2 + y^2)", "x=1e-200,y=1e-200", "hypot(x, y)"),
        ("sin(x)/x", "x=0", "sinc(x)"),
        ("log(gamma(x))", "x=200", "lgamma(x)"),
        ("exp(x^2)*erfc(x)", "x=30", "erfcx(x)"),
        ("1/x - 1/(x + 1)", "x=1e12", "1/(x*(x + 1))"),
        ("(exp(x) - exp(-x))/2", "x=1e-10", "sinh(x)"),
        ("f(t) = exp(t) - 1; f(x)*2", "x=1e-20", "expm1(t)"),
    ],
)
def test_a_verified_rewrite_is_named(source: str, at: str, instead: str) -> None:
    notes = evaluate(source, read_at([at])).notes
    assert any(f"write {instead} for " in note for note in notes), notes


def test_no_rewrite_is_named_that_does_not_help() -> None:
    result = evaluate("x - y", {"x": "1/3", "y": "0.33333333333333333"})
    assert result.worst_digits == 0
    assert not any(note.startswith("write") for note in result.notes)


@pytest.mark.parametrize(
    ("source", "x", "hint"),
    [
        ("x^0.5", -1, None),
        ("x^(1/3)", -8, "cbrt"),
        ("log(x)", -1, "log(abs(x))"),
        ("acos(x)", 1.1, None),
        ("acosh(x)", 0.5, None),
        ("sqrt(x)", -1, None),
    ],
)
def test_outside_the_domain_there_is_no_number(source: str, x: float, hint: str | None) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(source, {"x": x})
    assert caught.value.code == "domain"
    assert caught.value.exit is Exit.NO_ANSWER
    assert hint is None or hint in (caught.value.hint or "")


def test_nan_is_no_point() -> None:
    with pytest.raises(GradcalcError, match="not a finite"):
        evaluate("abs(x)", {"x": math.nan})


@pytest.mark.parametrize(
    ("source", "torch", "jax"),
    [
        ("abs(x)", 0, 1),
        ("relu(x)", 0, 0),
        ("relu(x) - relu(-x)", 0, 0),
        ("max(x, 0)", 0.5, 0.5),
        ("clip(x, 0, 1)", 1, 0.5),
        ("leaky_relu(x)", 0.01, 1),
        ("elu(x, 2)", 2, 2),
    ],
)
def test_conventions_of_frameworks(source: str, torch: float, jax: float) -> None:
    for kink, expected in (("torch", torch), ("jax", jax)):
        result = evaluate(source, {"x": 0}, options=Options(kink=kink))  # type: ignore[arg-type]
        assert result.gradient["x"] == expected


def test_hypot_at_0_in_jax_has_the_partials_one_half() -> None:
    for source, expected in (("hypot(x, 2*x)", 1.5), ("hypot(x^2, 3*x^2)^2 + x", 1)):
        result = evaluate(source, {"x": 0}, options=Options(kink="jax"))
        assert result.gradient["x"] == expected
        told = any("jax gives 1.5 for d/dx at this kink" in note for note in result.notes)
        assert told == (result.status == "kink")


def test_a_framework_that_is_wrong_is_told_so() -> None:
    result = evaluate("relu(x) - relu(-x)", {"x": 0}, options=Options(kink="torch"))
    assert result.derivatives[0].digits == 0
    assert result.derivatives[0].reference == "1"
    assert any("torch gives 0" in note for note in result.notes)


@pytest.mark.parametrize(("kink", "expected"), [("left", -1), ("right", 1), ("mean", 0)])
def test_sides_may_be_chosen(kink: str, expected: float) -> None:
    result = evaluate("abs(x)", {"x": 0}, options=Options(kink=kink))  # type: ignore[arg-type]
    assert result.gradient["x"] == expected


def test_a_kink_only_in_exact_numbers_is_found() -> None:
    result = evaluate("abs(x - 0.3)", {"x": "0.1 + 0.2"})
    assert result.derivatives[0].gradient == 0
    assert result.status == "kink"


@pytest.mark.parametrize(
    ("source", "x"), [("1 if x > 0.3 else x", "0.1 + 0.2"), ("sign(sin(x))", "pi")]
)
def test_what_rounding_decided_claims_no_digits(source: str, x: str) -> None:
    result = evaluate(source, {"x": x})
    assert result.digits == 0
    assert any("rounding decided" in note for note in result.notes)


def test_atol_admits_what_is_not_quite_zero() -> None:
    assert evaluate("sin(x)", {"x": "pi"}).digits == 0
    strict = evaluate("sin(x)", {"x": "pi"}, options=Options(min_digits=10))
    assert strict.exit is Exit.VERDICT
    relaxed = evaluate("sin(x)", {"x": "pi"}, options=Options(min_digits=10, atol=1e-15))
    assert relaxed.exit is Exit.OK


# arrays: program, the vector v, value, derivatives by its elements, status
VECTORS = [
    ("max(v)", "[1, 1, 0]", 1, [0.5, 0.5, 0], "kink"),
    ("min(-v)", "[1, 1, 0]", -1, [-0.5, -0.5, 0], "kink"),
    ("max(v, axis=0)", "[1, 1, 0]", 1, [0.5, 0.5, 0], "kink"),
    ("max(v) - max(v)", "[1, 1]", 0, [0, 0], "smooth"),
    ("max(v) + min(v)", "[1, 1]", 2, [1, 1], "smooth"),
    ("sum(max(v, 0) + min(v, 0))", "[0, 1]", 1, [1, 1], "smooth"),
    ("sum(max(v, 0))", "[0, 1]", 1, [0.5, 1], "kink"),
    ("sum(max(v, [1, 1]))", "[1, 2]", 3, [0.5, 1], "kink"),
    ("sum(clip(v, 0, 1))", "[0, 1, 2]", 2, [0.5, 0.5, 0], "kink"),
    ("sum(abs(v))", "[0, -0.0]", 0, [0, 0], "kink"),
    ("sum(sign(v))", "[0, 1]", 1, [0, 0], "jump"),
    ("sum(floor(v))", "[1, 0.5]", 1, [0, 0], "jump"),
    ("sum(sqrt(v^2))", "[0, 0]", 0, [0, 0], "kink"),
    ("sum(sqrt(v^4))", "[0, 1]", 1, [0, 2], "smooth"),
    ("sum(v^0)", "[0, 1]", 2, [0, 0], "smooth"),
    ("sum(v*abs(v))", "[0, -2]", -4, [0, 4], "smooth"),
    ("norm(v)", "[0, 0]", 0, [0, 0], "kink"),
    ("norm(v)", "[0]", 0, [0], "kink"),
    ("norm(v)^2", "[0, 0]", 0, [0, 0], "smooth"),
    ("norm(v, 1)", "[0, 1]", 1, [0, 1], "kink"),
    ("norm(v, inf)", "[1, -1]", 1, [0.5, -0.5], "kink"),
    ("norm(v, 3)", "[0, 0]", 0, [0, 0], "kink"),
    ("norm(v, 3)", "[0, 1]", 1, [0, 1], "smooth"),
    ("norm(v)", "[1e-200, 0]", 1e-200, [1, 0], "smooth"),
    ("norm(v)", "[3e200, 4e200]", 5e200, [0.6, 0.8], "smooth"),
    ("sort(v) @ [1, 2, 3]", "[1, 1, 0]", 5, [2.5, 2.5, 1], "kink"),
    ("median(v)", "[1, 1, 0]", 1, [0.5, 0.5, 0], "kink"),
    ("median(v)", "[4, 1, 3, 2]", 2.5, [0, 0, 0.5, 0.5], "smooth"),
    ("quantile(v, 0.5)", "[4, 1, 3, 2]", 2.5, [0, 0, 0.5, 0.5], "smooth"),
    ("quantile(v, 0.5)", "[1, 1, 0]", 1, [0.5, 0.5, 0], "kink"),
    ("median(v)", "[1, 2, 2, 3]", 2, [0, 0.5, 0.5, 0], "smooth"),
    ("sort(v)[0]", "[1, 1]", 1, [0.5, 0.5], "kink"),
    ("sum(sort(v))", "[1, 1, 0]", 2, [1, 1, 1], "smooth"),
    ("var(v)", "[1, 1]", 0, [0, 0], "smooth"),
    ("std(v)", "[1, 1, 1]", 0, [0, 0, 0], "kink"),
    ("prod(v)", "[0, 2, 3]", 0, [6, 0, 0], "smooth"),
    ("prod(v)", "[0, 0, 3]", 0, [0, 0, 0], "smooth"),
    ("cumprod(v) @ [1, 1, 1]", "[0, 2, 3]", 0, [9, 0, 0], "smooth"),
    ("det([[v[0], 0], [0, v[1]]])", "[0, 0]", 0, [0, 0], "smooth"),
    ("det([v, 2*v])", "[1, 2]", 0, [0, 0], "smooth"),
    ("softmax(v)[0]", "[1000, 0]", 1, [0, 0], "smooth"),
    ("softmax(v)[0]", "[-1000, 0]", 0, [0, 0], "smooth"),
    ("softmax(v)[0]", "[-inf, 0]", 0, [0, 0], "smooth"),
    ("log_softmax(v)[1]", "[1000, 0]", -1000, [-1, 1], "smooth"),
    ("cross_entropy(v, 1)", "[1000, 0]", 1000, [1, -1], "smooth"),
    ("logsumexp(v)", "[1e308, 1e308]", 1e308, [0.5, 0.5], "smooth"),
    ("logsumexp(v)", "[1000, 0]", 1000, [1, 0], "smooth"),
    ("logsumexp(v)", "[-1000, -1000]", -1000 + math.log(2), [0.5, 0.5], "smooth"),
    ("logsumexp(v)", "[1000, 1000]", 1000 + math.log(2), [0.5, 0.5], "smooth"),
    ("logsumexp(v)", "[-inf, 0]", 0, [0, 1], "smooth"),
    ("sum(where(v > 0, log(v), 0))", "[-1, 2]", math.log(2), [0, 0.5], "smooth"),
    ("sum(where(v > 0, sqrt(v), 0))", "[-1, 4]", 2, [0, 0.25], "smooth"),
    (
        "sum(where(v == 0, 1, sin(v)/v))",
        "[0, 1]",
        1 + math.sin(1),
        [0, math.cos(1) - math.sin(1)],
        "smooth",
    ),
    ("sum(where(v > 0, log(v), 0))", "[0, 2]", math.log(2), [0, 0.5], "jump"),
    ("sum(where(v > 0, v, 0))", "[0, 1]", 1, [0.5, 1], "kink"),
    ("sum(where(v <= 0, exp(v), 1 + v))", "[1000, 0]", 1002, [1, 1], "smooth"),
    ("sum(where(v == 2, 4, v^2))", "[2, 1]", 5, [4, 2], "smooth"),
    ("sum(relu(v) - relu(-v))", "[0, 1]", 1, [1, 1], "smooth"),
]


@pytest.mark.parametrize(
    ("source", "v", "value", "gradient", "status"), VECTORS, ids=[f"{r[0]} {r[1]}" for r in VECTORS]
)
def test_arrays(source: str, v: str, value: float, gradient: list[float], status: str) -> None:
    result = evaluate(source, {"v": v})
    assert result.value == pytest.approx(value, rel=1e-15)
    assert result.gradient["v"].tolist() == pytest.approx(gradient, rel=1e-15)
    assert result.status == status
    assert result.exit is Exit.OK


@pytest.mark.parametrize(
    ("source", "v", "gradient", "statuses"),
    [
        ("sum(sqrt(v))", "[0, 1]", [INF, 0.5], ["vertical", "smooth"]),
        ("sum(cbrt(v))", "[0, 1]", [INF, 1 / 3], ["vertical", "smooth"]),
        ("sum(xlogy(v, v))", "[0, 1]", [-INF, 1], ["vertical", "smooth"]),
        ("sum(acos(v))", "[1, 0]", [-INF, -1], ["vertical", "smooth"]),
    ],
)
def test_elements_without_a_finite_derivative(
    source: str, v: str, gradient: list[float], statuses: list[str]
) -> None:
    result = evaluate(source, {"v": v})
    assert result.gradient["v"].tolist() == pytest.approx(gradient, rel=1e-15)
    assert [part.status for part in result.derivatives[0].parts] == statuses
    assert result.exit is Exit.NO_ANSWER
    assert result.error is not None
    assert "d/dv[0] is infinite" in result.error.message


@pytest.mark.parametrize(
    ("source", "v", "said"),
    [
        ("max(v)", "[1, 1, 0]", "a tie is shared"),
        ("sort(v) @ [1, 2, 3]", "[1, 1, 0]", "compares equal numbers"),
        ("median(v)", "[1, 1, 0]", "compares equal numbers"),
        ("softmax(v)[0]", "[-1000, 0]", "softmax(v) at column 1 underflows"),
        ("sum(sigmoid(v))", "[1000, -1000]", "d/dv[0] underflows"),
        ("sum(where(v > 0, log(v), 0))", "[0, 2]", "v > 0 at column 11 compares equal numbers"),
    ],
)
def test_notes_of_arrays(source: str, v: str, said: str) -> None:
    assert any(said in note for note in evaluate(source, {"v": v}).notes)


@pytest.mark.parametrize(
    ("source", "v", "said"),
    [
        ("sum(log(v))", "[-1, 1]", r"log\(-1\) \(element \[0\]\) has no real value"),
        ("sum(sqrt(v))", "[1, -4]", r"sqrt\(-4\) \(element \[1\]\) has no real value"),
        ("sum(v^0.5)", "[1, -4]", "has no real value"),
        ("std(v)", "[2]", "needs at least 2 values"),
        ("sum(inv(outer(v, v)))", "[1, 2]", "the matrix is singular"),
        ("logdet(outer(v, v) - eye(2))", "[0, 2]", "has no real value"),
    ],
)
def test_elements_outside_the_domain(source: str, v: str, said: str) -> None:
    with pytest.raises(GradcalcError, match=said):
        evaluate(source, {"v": v})


def test_a_naive_logsumexp_overflows_and_is_told_how_not_to() -> None:
    result = evaluate("log(sum(exp(v)))", {"v": "[1000, 1000]"})
    assert result.exit is Exit.NO_ANSWER
    assert result.error is not None
    assert "exp(1000) is larger than float64 can hold" in result.error.message
    assert result.gradient["v"].tolist() == [0.5, 0.5]
    assert any("write logsumexp(v) for log(sum(exp(v)))" in note for note in result.notes)


def test_what_has_no_variance_or_no_limit_says_so() -> None:
    with pytest.raises(GradcalcError, match="var needs at least 2 values"):
        evaluate("var(v)", {"v": "[2]"})
    found = evaluate("logsumexp(v)", {"v": "[-inf, -inf]"})
    assert found.value == -math.inf
    assert found.exit is Exit.NO_ANSWER


@pytest.mark.parametrize(
    ("kink", "expected"), [("torch", [0, 1]), ("jax", [0, 1]), ("mean", [0.5, 1])]
)
def test_conventions_of_frameworks_for_elements(kink: str, expected: list[float]) -> None:
    result = evaluate("sum(relu(v))", {"v": [0, 2]}, options=Options(kink=kink))  # type: ignore[arg-type]
    assert result.gradient["v"].tolist() == expected


@pytest.mark.parametrize(
    ("source", "value", "gradient", "status"),
    [("sign(x^-1)", 1, 0, "jump"), ("exp(-1/x^2)", 0, 0, "smooth"), ("atan(1/x)", NAN, NAN, "")],
)
def test_a_finite_answer_by_way_of_infinity_is_probed(
    source: str, value: float, gradient: float, status: str
) -> None:
    result = evaluate(source, {"x": 0})
    assert result.checks.method == "germs"
    if status:
        assert (result.value, result.gradient["x"], result.status) == (value, gradient, status)


def test_what_sympy_cancels_to_nothing_is_no_disagreement() -> None:
    result = evaluate("tanh(x)", {"x": 1e10})
    assert result.checks.modes is True
    assert result.checks.symbolic is None
    assert result.derivatives[0].digits == 0


def test_what_cancels_at_many_digits_gets_more_of_them() -> None:
    """Terms of 10^600 cancel in forward mode, at 50 digits and at 100 exactly."""
    result = evaluate("((v @ v)/v) @ v", {"v": "[1e200, 1, -1e-200]"})
    assert result.checks.modes is True
    assert result.checks.precision > 800
    assert result.derivatives[0].reference == ["6e+200", "6", "-6e-200"]


DECIMALS = [(a, b) for a in range(1, 10) for b in range(1, 10)]


@pytest.mark.parametrize("op", ["==", ">", "<="])
def test_rounding_that_decides_between_constants_is_told(op: str) -> None:
    """a/10 + b/10 beside (a + b)/10, in float64 and in fractions: no input takes part."""
    compare = {"==": operator.eq, ">": operator.gt, "<=": operator.le}[op]
    for a, b in DECIMALS:
        total = (a + b) / 10
        condition = f"0.{a} + 0.{b} {op} {total}"
        result = evaluate(f"7 if {condition} else x", {"x": 1}, options=Options(check="fast"))
        told = any("rounding decided" in note for note in result.notes)
        assert told == (compare(a / 10 + b / 10, total) != compare(a + b, a + b)), condition
        assert (result.digits == 0) == told
        assert not result.guards  # whatever x is, they come out the same


THIRD = 1 / 3


@pytest.mark.parametrize(
    ("source", "at", "wanted"),
    [
        ("max(a, b, c)", {"a": 1, "b": 1, "c": 1}, [THIRD] * 3),
        ("min(min(a, b), min(c, d))", dict.fromkeys("abcd", 2), [0.25] * 4),
        ("max(a, b, c, d)", {"a": 1, "b": 0, "c": 1, "d": 1}, [THIRD, 0, THIRD, THIRD]),
        ("max(a, b, c) + max(a, b)", dict.fromkeys("abc", 0), [THIRD + 0.5, THIRD + 0.5, THIRD]),
        ("max(a, b) + abs(c)", dict.fromkeys("abc", 0), [0.5, 0.5, 0]),
    ],
)
def test_ties_of_any_number_share_equally(
    source: str, at: dict[str, float], wanted: list[float]
) -> None:
    result = evaluate(source, at)
    assert list(result.gradient.values()) == pytest.approx(wanted, rel=1e-15)
    assert result.status == "kink"
    assert not any("½" in note for note in result.notes)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("max(v)", [THIRD, THIRD, THIRD, 0]),
        ("norm(v, inf)", [THIRD, THIRD, THIRD, 0]),
        ("quantile(v, 1/2)", [THIRD, THIRD, THIRD, 0]),
        ("sum(sort(v) * [0, 1, 2, 3])", [2, 2, 2, 0]),
    ],
)
def test_ties_of_elements_share_equally(source: str, wanted: list[float]) -> None:
    result = evaluate(source, {"v": [2, 2, 2, -1]})
    assert result.gradient["v"] == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize("kink", ["mean", "torch", "jax"])
def test_a_tie_along_one_input_shares_equally(kink: Any) -> None:
    """PyTorch's amax and JAX's max share equally among all that tie."""
    source = "max([2*x + 4, -(2*x + 4), 3*(2*x + 4)])"
    result = evaluate(source, {"x": -2}, options=Options(kink=kink))
    assert result.gradient["x"] == 2
