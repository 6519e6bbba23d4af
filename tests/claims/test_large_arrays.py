"""Claims about arrays: judged however many elements there are, and diagnosed within a budget."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcalc import GradcalcError, check, evaluate
from gradcalc.answers import elementwise
from gradcalc.answers.request import Options
from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.claims import check as checking
from gradcalc.cli import run

LARGE = 400  # elements, which `little_is_proven` makes too many to be proven one by one
VALUES = np.linspace(0.1, 20, LARGE)

# Programs with their derivatives by v, as people write them.
TRUE = (
    ("sum(v^2)/2", "v"),
    ("sum(sin(3*v)*v)", "3*cos(3*v)*v + sin(3*v)"),
    ("sum(exp(-v)*v)", "exp(-v) - v*exp(-v)"),
    ("log(sum(exp(v)))", "softmax(v)"),
    ("sum(sqrt(v + 1) - sqrt(v))", "1/(2*sqrt(v + 1)) - 1/(2*sqrt(v))"),
    ("1e-300*sum(v^3)", "3e-300*v^2"),
    ("norm(v)", "v/norm(v)"),
)


@pytest.fixture
def little_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less may be proven one by one, so that arrays are large that are compared quickly."""
    monkeypatch.setattr(elementwise, "MAX_UNFOLDED_INSTRUCTIONS", LARGE // 2)
    monkeypatch.setattr(elementwise, "MAX_PROVEN_PARTIALS", LARGE // 2)


@pytest.mark.usefixtures("little_is_proven")
@pytest.mark.parametrize(("source", "claim"), TRUE)
def test_true_claims_are_right_and_nearly_true_ones_wrong(source: str, claim: str) -> None:
    verdict = check(source, {"v": claim}, {"v": VALUES})
    (judged,) = verdict.claims
    assert judged.holds
    assert judged.digits is not None
    assert judged.digits >= checking.MIN_KNOWN_DIGITS
    slip = f"({claim})*(1 + where(v > 19.97, 1e-11, 0))"
    (judged,) = check(source, {"v": slip}, {"v": VALUES}).claims
    assert not judged.holds
    assert judged.worst is not None
    assert judged.worst.element[0] > LARGE - 3


@pytest.mark.usefixtures("little_is_proven")
def test_what_rounding_leaves_open_is_not_called_right() -> None:
    source = "sum((v*1e30 + v^2) - v*1e30)"  # of which longdouble has no digit
    with pytest.raises(GradcalcError, match="fewer than 12 digits are known"):
        check(source, {"v": "2*v"}, {"v": VALUES})
    assert not check(source, {"v": "1e40*v"}, {"v": VALUES}).holds


@pytest.mark.usefixtures("little_is_proven")
def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--at", f"v=linspace(0.1, 20, {LARGE})"]
    assert run(["check", "sum(v^2)", *at, "--claim", "2*v"]) == 0
    out = capsys.readouterr().out
    assert "compared at 1 point, to " in out
    assert "too many to be proven one by one" in out
    assert run(["check", "sum(v^2)", *at, "--claim", "2*v + 1e-9"]) == 1
    assert "element [0]: claimed 0.20000000" in capsys.readouterr().out


def test_a_diagnosis_that_takes_too_much_work_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    (judged,) = check("sin(3*x)", {"x": "cos(3*x)"}, {"x": "0.7"}).claims
    assert "missing" in judged.diagnosis
    formula = judged.formula
    monkeypatch.setattr(checking, "MAX_DIAGNOSIS_EVENTS", 500)
    (judged,) = check("sin(3*x)", {"x": "cos(3*x)"}, {"x": "0.7"}).claims
    assert (judged.holds, judged.diagnosis) == (False, None)
    assert judged.formula == formula


# what a program hands over instead of a text ----------------------------------------------

HANDED = (
    ("sin(x)*y^2", "x", "cos(x)*y", {"x": 0.7, "y": 1.3}),
    ("sin(x)*y", "x", "sin(x)", {"x": 0.7, "y": 1.3}),
    ("v @ w", "v", "v", {"v": [1.0, 2.0, 3.0], "w": [0.3, 0.4, 0.7]}),
    ("sum(v^2)*x", "v", "2*v", {"v": [1.0, 2.0, 3.0], "x": 3.0}),
    ("v @ w", "v", "2*w", {"v": [1.0, 2.0, 3.0], "w": [0.3, 0.4, 0.7]}),
    ("sum(sin(v^2)*w)", "v", "w*cos(v^2)", {"v": [0.5, 0.7], "w": [0.3, 0.4]}),
)


@pytest.mark.parametrize(("source", "by", "claim", "at"), HANDED)
def test_numbers_and_arrays_are_diagnosed_as_texts_are(
    source: str, by: str, claim: str, at: dict[str, object]
) -> None:
    def diagnosis(convert: Callable[[object], object]) -> str | None:
        point = {name: convert(value) for name, value in at.items()}
        return check(source, {by: claim}, point).claims[0].diagnosis

    typed = diagnosis(str)
    assert diagnosis(lambda value: value) == typed
    assert diagnosis(lambda v: np.array(v) if isinstance(v, list) else np.float64(str(v))) == typed


# work -------------------------------------------------------------------------------------


def events(work: Callable[[], object]) -> int:
    """How many calls and returns of functions some work takes, to within a quarter."""
    work()  # what is only done once is done
    budget = 1_000
    while True:
        try:
            within_budget(budget, work)
        except OverBudgetError:
            budget = budget * 5 // 4
        else:
            return budget


def test_elements_that_are_proven_alone_take_work_in_proportion() -> None:
    """Each replay converted all of the point: twice the elements took four times the work."""

    def work(count: int) -> int:
        at = {"v": np.linspace(0.1, 2, count)}
        options = Options(check="fast")
        return events(lambda: evaluate("sin(v)*v", at, wrt=(), options=options))

    assert work(400) < 2.8 * work(200)


def test_what_is_too_large_is_not_taken_apart_first() -> None:
    at = {"v": np.linspace(0.1, 2, 30_000)}
    options = Options(check="fast")
    assert events(lambda: evaluate("sum(sin(v))", at, wrt=(), options=options)) < 20_000
