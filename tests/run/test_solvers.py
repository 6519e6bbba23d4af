"""`root(f, x, start)` and `argmin(f, v, start)` against closed forms, and against mpmath."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

import gradcalc
from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError

# The text, the point a, and the solution as a function of a that mpmath differentiates.
PROBLEMS = [
    ("root(x^2 - a, x, 1)", 2.0, mpmath.sqrt),
    ("root(x^3 - a, x, 1)", 5.0, mpmath.cbrt),
    ("root(exp(x) - a, x, 0)", 3.0, mpmath.log),
    ("root(log(x) - a, x, 2)", 0.5, mpmath.exp),
    ("root(sin(x) - a, x, 0.1)", 0.3, mpmath.asin),
    ("root(tan(x) - a, x, 0.5)", 2.0, mpmath.atan),
    ("root(x*exp(x) - a, x, 1)", 1.5, mpmath.lambertw),
    ("root(x^2 - 2*x*a - 1, x, 3)", 1.25, lambda a: a + mpmath.sqrt(a * a + 1)),
    ("root(a*x^2 + x - 1, x, 1)", 0.7, lambda a: (-1 + mpmath.sqrt(1 + 4 * a)) / (2 * a)),
    ("root(tanh(x) - a, x, 0)", 0.6, mpmath.atanh),
    ("root(1/x - a, x, 0.3)", 2.5, lambda a: 1 / a),
    ("root(erf(x) - a, x, 0.1)", 0.4, mpmath.erfinv),
    ("root(cosh(x) - a, x, 1)", 2.5, mpmath.acosh),
    ("f(x) = x^5 - a; root(f(x), x, 1)^2", 3.0, lambda a: mpmath.root(a, 5) ** 2),
    ("y = a^2; root(x^2 - y, x, 3) + a", 1.75, lambda a: 2 * a),
    ("root(root(y^2 - x, y, 1) - a, x, 2)", 1.5, lambda a: a**2),
    ("argmin((x - a)^2 + 3, x, 0)", 1.3, lambda a: a),
    # The root of 1 + x - a x² at which that rises.
    ("argmin(x^2/2 - a*x^3/3 + x, x, -0.5)", 0.4,
     lambda a: (1 - mpmath.sqrt(1 + 4 * a)) / (2 * a)),
    ("argmin(exp(x) - a*x, x, 0)", 2.2, mpmath.log),
    ("argmin(x - a*log(x), x, 1)", 3.3, lambda a: a),
    ("v = root([v[0] + v[1] - a, v[0]*v[1] - 1], v, [3, 0.2]); v[0]", 3.0,
     lambda a: (a + mpmath.sqrt(a * a - 4)) / 2),
    ("v = argmin((v[0] - a)^2 + (v[1] - a*v[0])^2, v, [0, 0]); v[1]", 1.5, lambda a: a * a),
]  # fmt: skip


@pytest.mark.parametrize(("text", "a", "truth"), PROBLEMS, ids=[text for text, *_ in PROBLEMS])
def test_solutions_and_derivatives(text: str, a: float, truth: object) -> None:
    """Value, first and second derivative to 14 digits, and as many as are claimed."""
    with mpmath.workdps(50):
        exact = [mpmath.diff(truth, mpmath.mpf(a), n) for n in range(3)]
    first = gradcalc.evaluate(text, {"a": a})
    assert first.exit is Exit.OK
    assert first.checks.modes
    second = gradcalc.hessian(text, {"a": a})
    found = [first.value, first.gradient["a"], next(iter(second.gradient.values()))]
    digits = [first.digits, first.derivatives[0].digits, second.derivatives[0].digits]
    for number, true, count in zip(found, exact, digits, strict=True):
        assert number == pytest.approx(float(true), rel=1e-14, abs=1e-14)
        if count is not None and true:
            assert abs(number - true) <= abs(true) * mpmath.mpf(10) ** -min(count, 15)
    assert first.derivatives[0].reference is not None
    with mpmath.workdps(50):
        assert abs(mpmath.mpf(first.derivatives[0].reference) - exact[1]) <= abs(exact[1]) * 1e-28


def test_it_is_proven() -> None:
    """Forward, reverse and sympy agree, as of any other run."""
    checks = gradcalc.evaluate("root(cos(x) - a*x, x, 1)", {"a": "3/2"}).checks
    assert checks.modes
    assert checks.symbolic


def test_high_orders() -> None:
    """The fourth derivatives of a logarithm, as a root: the n-th is -(-1)^n (n - 1)!/a^n."""
    from gradcalc.answers.orders import derivatives

    found = derivatives("root(exp(x) - a, x, 0)", {"a": 2}, 4)
    numbers = [row.gradient for row in found.derivatives]
    assert numbers == pytest.approx([1 / 2, -1 / 4, 2 / 8, -6 / 16], rel=1e-13)


def test_orders_past_those_that_are_right_are_refused() -> None:
    from gradcalc.answers.orders import derivatives

    found = derivatives("root(exp(x) - a, x, 0)", {"a": 2}, 12).derivatives[-1]
    assert found.gradient == -math.factorial(11) / 2**12
    assert found.digits == 16
    with pytest.raises(GradcalcError, match="derivatives of root are known up to order 12"):
        derivatives("root(exp(x) - a, x, 0)", {"a": 2}, 13)


@pytest.mark.parametrize(
    "text",
    ["root(x^2 - 2*x + 1, x, 3)", "root((x - 1)^3, x, 0)", "root(x^2 + 1, x, 2)",
     "root(exp(x), x, 0)", "argmin(x^4, x, 1)", "argmin(-x^2, x, 1)", "argmin(x, x, 1)",
     "root(abs(x) + 1, x, 1)", "argmin(v[0]^2 - v[1]^2, v, [1, 0])[0]",
     "root(x^2 - 2*x + 1, x, 1 + 1e-9)",
     "root(x^2 - (2 + 1e-9)*x + 1 + 1e-9, x, 1)"],
)  # fmt: skip
def test_what_does_not_converge_has_no_answer(text: str) -> None:
    """No root, a multiple root, a root beside another; no minimum, a saddle, a flat minimum."""
    with pytest.raises(GradcalcError) as caught:
        gradcalc.evaluate(text, {})
    assert caught.value.code == "not-converged"
    assert caught.value.exit is Exit.NOT_CONVERGED
    assert run(["eval", text]) == Exit.NOT_CONVERGED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("root(a, x, 1)", "the first argument of root does not depend on x"),
        ("root(x, 2, 1)", "the second argument of root must be a name: the unknown"),
        ("argmin([x, x], x, 1)", "must be a number"),
        ("root([v[0], v[1], 1], v, [1, 2])", "the unknown's shape"),
    ],
)
def test_bad_calls(text: str, message: str) -> None:
    with pytest.raises(GradcalcError, match=message):
        gradcalc.evaluate(text, {"a": 1, "x": 1})


def test_the_unknown_is_a_name_of_its_own() -> None:
    """It is no input, and hides what has its name outside."""
    assert list(gradcalc.evaluate("root(x^2 - a, x, 1)", {"a": 2}).gradient) == ["a"]
    found = gradcalc.evaluate("root(x^2 - a, x, 1) + x", {"a": 4, "x": 10})
    assert (found.value, found.gradient) == (12, {"a": 0.25, "x": 1})
    found = gradcalc.evaluate("root(x^2 - a, x, x)", {"a": 4, "x": 10})  # the start is outside
    assert found.gradient == {"a": 0.25, "x": 0}


def test_the_functions_of_these_names_stay() -> None:
    assert gradcalc.evaluate("root(x, 3)", {"x": 27}).value == 3
    assert gradcalc.evaluate("argmin([3, 1, 2])", {}).value == 1
    assert gradcalc.evaluate("argmin(a, b, c) = a + b*c; argmin(x, x, 2)", {"x": 2}).value == 6


def test_many_digits() -> None:
    found = gradcalc.evaluate(
        "root(x^2 - a, x, 1)", {"a": 2}, options=gradcalc.Options(digits=50, check="fast")
    )
    with mpmath.workdps(60):
        assert abs(mpmath.mpf(found.reference) - mpmath.sqrt(2)) < mpmath.mpf(10) ** -48
    with pytest.raises(GradcalcError, match="known to 50 digits"):
        gradcalc.evaluate("root(x^2 - a, x, 1)", {"a": 2}, options=gradcalc.Options(digits=60))


def test_inside_map() -> None:
    """Rows take the path that tells how long the search took; one without a root is blank."""
    a = np.array([1.0, 2.0, 3.0, 4.0, 100.0, -1.0])
    found = gradcalc.map("root(x^2 - a, x, 1)", {"a": a})
    assert found["value"][:5] == pytest.approx(np.sqrt(a[:5]), rel=1e-15)
    assert found["d_a"][:5] == pytest.approx(0.5 / np.sqrt(a[:5]), rel=1e-14)
    assert math.isnan(found["value"][5])


def test_rows_have_the_answers_of_their_runs() -> None:
    """A row with a double root, which follows no other, has none."""
    a = np.array([0.5, -3.0, 1.0, 1 - 1e-12, 0.75])
    found = gradcalc.map("root(x^2 - 2*x + a, x, 3)", {"a": a})
    exact = [1 + math.sqrt(1 - x) for x in a]
    for k in (0, 1, 4):
        assert found["value"][k] == pytest.approx(exact[k], rel=1e-15)
    for k in (2, 3):
        assert math.isnan(found["value"][k])
        with pytest.raises(GradcalcError, match="did not find the root"):
            gradcalc.evaluate("root(x^2 - 2*x + a, x, 3)", {"a": float(a[k])})


def test_inside_propagate() -> None:
    """An implicit measurand, with second order and draws."""
    found = gradcalc.propagate("root(x^2 - a, x, 1)", {"a": "2±0.1"}, draws=5000)
    same = gradcalc.propagate("sqrt(a)", {"a": "2±0.1"}, draws=5000)
    assert found.u == pytest.approx(same.u, rel=1e-15)
    one, other = found.outputs[0], same.outputs[0]
    assert one.second is not None
    assert other.second is not None
    assert one.second.u == pytest.approx(other.second.u, rel=1e-14)
    assert one.monte_carlo is not None
    assert other.monte_carlo is not None
    assert one.monte_carlo.u == pytest.approx(other.monte_carlo.u, rel=1e-10)


def test_a_kink_beside_a_solution() -> None:
    """What is looked at from both sides is solved on both sides."""
    found = gradcalc.evaluate("abs(a - 2)*root(x^2 - a, x, 1)", {"a": 2})
    assert found.status == "kink"
    assert (found.derivatives[0].left, found.derivatives[0].right) == pytest.approx(
        (-math.sqrt(2), math.sqrt(2))
    )


@pytest.mark.parametrize("gap", [10.0**-k for k in range(1, 12)])
def test_no_digit_is_claimed_of_roots_that_float64_confuses(gap: float) -> None:
    """The nearer two roots are, the fewer digits; where it can't tell them, there is no answer."""
    text = "root(x^2 - (2 + g)*x + 1 + g, x, 3)"  # the roots 1 and 1 + g, of which 3 leads to 1 + g
    try:
        found = gradcalc.evaluate(text, {"g": gap})
    except GradcalcError as error:
        assert error.code == "not-converged"
        assert gap < 1e-3
        return
    exact = 1 + mpmath.mpf(gap)
    assert abs(found.value - exact) <= exact * mpmath.mpf(10) ** -min(found.digits, 15)
    row = found.derivatives[0]
    assert abs(row.gradient - 1) <= mpmath.mpf(10) ** -min(row.digits, 15)
    assert abs(mpmath.mpf(row.reference) - 1) < mpmath.mpf(10) ** -28


def test_no_formula_is_made_of_a_search() -> None:
    with pytest.raises(GradcalcError, match="what root finds is not a formula"):
        gradcalc.diff("root(x^2 - a, x, 1)")
    verdict = gradcalc.check("root(x^2 - a, x, 1)", {"a": "1/(2*sqrt(a))"}, over="a=1:3", points=5)
    assert verdict.holds
    assert not verdict.claims[0].proven  # for all points: it is compared at some
    found = gradcalc.hunt("root(x^2 - a, x, 1)", "a=-1:3", points=10, timeout=3)
    assert {one.kind for one in found.findings} == {"not-converged"}
