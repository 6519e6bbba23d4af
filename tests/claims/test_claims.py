"""Claimed gradients: right ones hold, wrong ones are found and told what went wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc import Exit, GradcalcError
from gradcalc.claims.check import check
from gradcalc.claims.tolerance import Tolerance, written_unit
from gradcalc.claims.verdict import Verdict
from gradcalc.cli import run

AT = {"x": "0.7", "y": "1.3"}
Captured = pytest.CaptureFixture[str]


def judged(source: str, by: str, claim: str, at: Any = None, **more: Any) -> Any:
    return check(source, {by: claim}, [at or AT], **more).claims[0]


@pytest.mark.parametrize(
    ("source", "by", "claim"),
    [
        ("sin(x)*y", "x", "y*cos(x)"),
        ("sin(x)^2", "x", "sin(2*x)"),
        ("log(1 + exp(x))", "x", "1/(1 + exp(-x))"),
        ("x^y", "y", "x^y*log(x)"),
        ("atan(x/y)", "x", "y/(x^2 + y^2)"),
    ],
)
def test_right_formulas_are_proven(source: str, by: str, claim: str) -> None:
    found = judged(source, by, claim)
    assert found.holds
    assert found.proven


def test_programs_and_arrays_are_compared_at_points() -> None:
    source = "y = x; for i in 0..3 { y = y*x }; y"
    assert judged(source, "x", "4*x^3", {"x": "1.1"}).holds
    assert not judged(source, "x", "3*x^3", {"x": "1.1"}).holds
    assert judged("v @ v", "v", "2*v", {"v": "[1, 2]"}).holds
    assert judged("A @ v", "v", "A", {"A": "[[1, 2], [3, 4]]", "v": "[1, 2]"}).holds


@pytest.mark.parametrize(
    ("source", "by", "claim", "words"),
    [
        ("sin(x)*y", "x", "-y*cos(x)", "the sign is wrong"),
        ("x^2*y", "x", "x*y", "a constant factor: it is 1/2 times"),
        ("sin(x)*y", "x", "sin(x)", "it is the derivative by y"),
        ("sin(x^2)*y", "x", "y*cos(x^2)", "the chain rule's factor d(x^2)/dx is missing"),
        ("exp(sin(3*x))", "x", "exp(sin(3*x))*cos(3*x)", "factor d(3*x)/dx is missing"),
        ("log10(x)*y", "x", "y/x", "log10 was taken for ln"),
        ("log(x)*y", "x", "y/(x*log(10))", "ln was taken for log10"),
        ("sin(deg(x))", "x", "cos(deg(x))", "degrees were taken for radians"),
        ("sin(x)*y", "x", "y*cos(deg(x))", "radians were taken for degrees"),
        ("x*log(x)", "x", "log10(x) + 1", "ln was taken for log10"),
        ("x*log(x)", "x", "log10(x) + 1/log(10)", "ln was taken for log10"),
        ("x*log10(x)", "x", "log(x) + 1", "log10 was taken for ln"),
    ],
)
def test_slips_are_recognised(source: str, by: str, claim: str, words: str) -> None:
    at = {name: value for name, value in AT.items() if name in source}
    found = judged(source, by, claim, at)
    assert not found.holds
    assert words in found.diagnosis
    assert found.formula is not None


def test_a_transposed_jacobian() -> None:
    found = judged("A @ v", "v", "A.T", {"A": "[[1, 2], [3, 4]]", "v": "[1, 2]"})
    assert "transpose" in found.diagnosis


def test_slips_with_arrays() -> None:
    at = {"v": "[1, 2]", "w": "[3, 4]"}
    missing = judged("sum(sin(v^2)*w)", "v", "w*cos(v^2)", at)
    assert missing.diagnosis == "the chain rule's factor d(v^2)/dv is missing"
    assert missing.worst.element == (1,)
    assert judged("v @ w", "v", "v", at).diagnosis == "it is the derivative by w"
    assert judged("v @ w", "v", "3*w", at).diagnosis.startswith("a constant factor: it is 3 times")
    assert judged("v @ w", "v", "[3, 5]", at).diagnosis is None


def test_claims_that_have_no_value_are_wrong() -> None:
    """Infinity was a bug, and where a claim had no real value nothing was judged."""
    found = judged("x^2", "x", "2*x/0", {"x": "1"})
    assert (found.holds, found.worst.claimed) == (False, "inf")
    points = [{"x": "1"}, {"x": "-1"}]
    found = check("log(abs(x))", {"x": "exp(-log(x))"}, points).claims[0]
    assert (found.holds, found.wrong, found.worst.claimed) == (False, 1, "undefined")
    assert "log(-1) has no real value" in found.diagnosis


def test_the_formula_of_a_branch_is_that_of_the_worst_point() -> None:
    points = [{"x": "1"}, {"x": "-2"}]
    found = check("x^2 if x > 0 else -x", {"x": "2*x if x > 0 else 1"}, points).claims[0]
    assert (found.formula, found.branch) == ("-1", True)


def test_why_nothing_can_be_compared() -> None:
    for source, why in (("log(x)", "log.0. is infinite"), ("abs(x)", "kink")):
        with pytest.raises(GradcalcError, match=why):
            check(source, {"x": "1"}, [{"x": "0"}])


def test_a_wrong_claim_shows_the_worst_point() -> None:
    points = [{"x": text} for text in ("0.1", "2", "1")]
    found = check("x^3", {"x": "3*x^2 + (x - 0.1)"}, points).claims[0]
    assert (found.compared, found.wrong) == (3, 2)
    assert found.worst.at == {"x": "1"}
    assert (found.worst.claimed, found.worst.true) == ("3.9", "3")
    assert found.formula == "3*x^2"


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(-2, 2), st.floats(0.1, 2), st.sampled_from([-1, 1]), st.floats(1e-12, 1e-3))
def test_small_errors_are_found(x: float, y: float, sign: int, relative: float) -> None:
    """A formula that is off by one part in 10^12 is wrong, whatever float64 makes of it."""
    claim = f"y*cos(x)*(1 + {sign * relative!r})"
    assert not judged("sin(x)*y", "x", claim, {"x": x, "y": y}).holds
    assert judged("sin(x)*y", "x", "y*cos(x)", {"x": x, "y": y}).holds


def test_numbers_are_right_to_the_digits_they_are_written_with() -> None:
    assert judged("sin(x)", "x", "0.765", {"x": "0.7"}).holds  # 0.76484…
    assert not judged("sin(x)", "x", "0.764", {"x": "0.7"}).holds
    assert written_unit("1.250") == "1e-3"
    assert written_unit("x") is None
    near = Tolerance(rtol=0.01)
    assert judged("sin(x)", "x", "0.77", {"x": "0.7"}, tolerance=near).holds
    assert not judged("sin(x)", "x", "0.78", {"x": "0.7"}, tolerance=near).holds
    assert judged("x^2", "x", "2*x*(1 + 2e-16)", {"x": "1"}, tolerance=Tolerance(ulp=1)).holds


def test_singular_points_are_set_aside() -> None:
    points = [{"x": "0"}, {"x": "-1"}, {"x": "2"}]
    verdict: Verdict = check("sqrt(x) + log(abs(x))", {"x": "1/(2*sqrt(x)) + 1/x"}, points)
    assert (verdict.points, verdict.aside) == (1, 2)
    assert verdict.holds
    with pytest.raises(GradcalcError) as caught:
        check("log(x)", {"x": "1/x"}, [{"x": "-1"}])
    assert caught.value.exit is Exit.NO_ANSWER


def test_a_claim_that_cannot_be_read_says_where() -> None:
    with pytest.raises(GradcalcError, match="in the claim for x: unknown function 'coss'") as e:
        check("sin(x)", {"x": "coss(x)"}, [{"x": "1"}])
    assert e.value.source == "coss(x)"
    with pytest.raises(GradcalcError, match="is an array of shape"):
        check("x^2", {"x": "[1, 2]"}, [{"x": "1"}])


# the command ------------------------------------------------------------------------------


def test_the_command(capsys: Captured) -> None:
    claims = ["--claim", "x=y*cos(x)", "--claim", "y=sin(x)"]
    assert run(["check", "sin(x)*y", *claims, "--at", "x=1,y=2"]) == 0
    assert capsys.readouterr().out == (
        "right d/dx = y*cos(x) (proven by sympy)\n"
        "right d/dy = sin(x) (proven by sympy)\n"
        "compared at 1 point\n"
    )
    assert run(["check", "sin(x)*y", "--claim", "y*cos(x), -sin(x)", "--at", "x=1,y=2"]) == 1
    out = capsys.readouterr().out
    assert "WRONG d/dy = -sin(x)\n" in out
    assert "      the sign is wrong\n" in out
    assert run(["check", "x^2", "--claim", "2*x", "--at", "x=3", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "gradcalc.check/1"
    assert data["claims"][0]["proven"] is True


def test_a_constant_that_is_given_is_an_input(capsys: Captured) -> None:
    assert run(["check", "e*x", "--claim", "x, e", "--at", "e=2,x=3"]) == 0
    assert "right d/de = x" in capsys.readouterr().out
    assert run(["check", "2*x", "--claim", "2", "--at", "x=3,z=1"]) == 0
    assert "z is given but not used" in capsys.readouterr().err


def test_points_are_drawn(capsys: Captured) -> None:
    over = ["--over", "x=-2:2,y=0:1", "--points", "30", "--seed", "3"]
    assert run(["check", "sin(x)*y", "--claim", "x=y*cos(x)", *over]) == 0
    assert "compared at 30 points" in capsys.readouterr().out
    assert run(["check", "sqrt(x)", "--claim", "1/(2*sqrt(x))", "--over", "x=-1:1"]) == 0
    assert "singular points were set aside" in capsys.readouterr().out
    assert run(["check", "x^2", "--claim", "2*x"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "x^2"],
        ["check", "x^2", "--claim", "x=2*x", "--claim", "x=x", "--at", "x=1"],
        ["check", "x^2", "--claim", "2*x, 3", "--at", "x=1"],
        ["check", "x^2", "--claim", "z=2*x", "--at", "x=1"],
        ["check", "x*y", "--claim", "[y, x]", "--at", "x=1,y=2"],
        ["check", "x*y", "--claim", "x=y", "--over", "x=0:1"],
        ["check", "x*y", "--claim", "x=y", "--over", "x=0:1", "--at", "x=1,y=2"],
    ],
)
def test_usage(arguments: list[str], capsys: Captured) -> None:
    assert run(arguments) == Exit.REQUEST
    assert "error[" in capsys.readouterr().err


@pytest.mark.parametrize("claim", ["[[1, 4], [2, 5], [3, 6]]", "A.T", "[[1, 2], [3, 4], [5, 6]]"])
def test_a_claim_of_the_transposed_shape_is_wrong(claim: str) -> None:
    at = {"A": "[[1, 2, 3], [4, 5, 6]]", "v": "[1, 2, 3]"}
    found = judged("A @ v", "v", claim, at)
    assert not found.holds
    assert "transpose" in found.diagnosis
    assert judged("A @ v", "v", "[[1, 2, 3], [4, 5, 6]]", at).holds


def test_numbers_as_they_are_printed_are_right() -> None:
    """The nearest float64 is right, though the half unit of its last digit is less."""
    at = {"x": "1", "y": "2"}
    assert judged("sin(x)*y", "x", "1.0806046117362795", at).holds
    assert judged("exp(x)", "x", "22026.465794806718", {"x": "10"}).holds
    assert not judged("sin(x)*y", "x", "1.0806046117362799", at).holds


@pytest.mark.parametrize("zero", ["0", "0.0", "0.000", "-0.0"])
def test_a_written_zero_means_zero(zero: str) -> None:
    assert not judged("0.04*x", "x", zero).holds
    assert judged("0*x", "x", zero).holds


def test_what_a_number_was_rounded_to_is_said(capsys: Captured) -> None:
    assert run(["check", "x/3", "--claim", "x=0.3", "--at", "x=1"]) == Exit.OK
    assert "x = 0.3 (to the digits it is written with)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("-1.08", "the sign is wrong"),
        ("2.1612092", "it is 2 times the true derivative"),
        ("0.84147098", "it is the derivative by y"),
        ("7.5", ""),
    ],
)
def test_slips_of_numbers(claim: str, words: str) -> None:
    found = judged("sin(x)*y", "x", claim, {"x": "1", "y": "2"})
    assert not found.holds
    assert words in (found.diagnosis or "") if words else found.diagnosis is None


@pytest.mark.parametrize(
    ("source", "by", "claim"),
    [
        ("exp(x)", "x", "exp(x) + 1e-12"),
        ("1.0*x + 0*y", "y", "0.5*1"),
        ("2.302585093*x", "x", "1*1"),
    ],
)
def test_what_explains_nothing_is_not_said(source: str, by: str, claim: str) -> None:
    found = judged(source, by, claim)
    assert not found.holds
    for words in (" 1 times", "0*y", "log"):
        assert words not in (found.diagnosis or "")


def test_a_wrong_matrix_is_wrong_and_no_bug() -> None:
    at = {"A": "[[1, 2], [3, 4]]"}
    assert not judged("sum(A^2)", "A", "[[2, 4], [6, 9]]", at).holds


@pytest.mark.parametrize(
    "options",
    [
        ["--rtol", "nan"],
        ["--atol", "inf"],
        ["--ulp", "1", "--rtol", "1"],
        ["--against", "t.csv"],
        ["--over", "x=0:1", "--against", "t.csv"],
    ],
)
def test_what_would_be_ignored_is_refused(options: list[str], capsys: Captured) -> None:
    assert run(["check", "x", "--claim", "x=1", *options]) == Exit.REQUEST
    assert "error[usage]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "claim", "place"),
    [
        ("exp(x^2)", "2*x*exp(x^2)", "40"),
        ("1e300*x^2", "2e300*x", "1e30"),
        ("gamma(x)", "gamma(x)*digamma(x)", "-1e-200"),
        ("log(1 - tanh(x))", "-1 - tanh(x)", "120"),
        ("log(x)", "1/x", "1e-400"),
        ("zeta(x)", "zeta_prime(1, x)", "1 + 1e-30"),
        ("x^-3", "-3*x^-4", "1e-200"),
        ("exp(x)*exp(-x)*x", "1", "800"),
    ],
)
def test_what_float64_cannot_hold_is_compared(source: str, claim: str, place: str) -> None:
    """Such points were set aside as singular: a claim that is wrong there went unseen."""
    assert judged(source, "x", claim, {"x": place}).holds
    for wrong in (f"-({claim})", f"({claim})*(1 + 1e-12)", "0"):
        assert not judged(source, "x", wrong, {"x": place}).holds
