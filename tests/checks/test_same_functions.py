"""A claim that is the derivative as a function is found so, and what is not costs little work."""

from __future__ import annotations

import pytest

from gradcalc import evaluate
from gradcalc.checks import identity
from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.trace.trace import Trace

AT = {"x": 0.3, "y": 0.4, "nu": 4.5}
SAME = [
    ("sin(x)^2", "sin(2*x)"),
    ("log(x/(1 - x))", "1/x + 1/(1 - x)"),
    ("sinh(x)/cosh(x)", "sech(x)^2"),
    ("(x + 1)^10/(x - 1)^5", "5*(x + 1)^9*(x - 3)/(x - 1)^6"),
    ("sqrt(1 + sqrt(1 + x^2))", "x/(2*sqrt(1 + x^2)*sqrt(1 + sqrt(1 + x^2)))"),
    ("exprel(x)", "(exp(x) - exprel(x))/x"),
    ("gammainc(nu, x)", "x^(nu - 1)*exp(-x)/gamma(nu)"),
]
INTEGRALS = [
    ("student_t_cdf(x, nu)", "student_t_pdf(x, nu)"),
    ("f_cdf(x, 3, 5)", "f_pdf(x, 3, 5)"),
    ("student_t_cdf(x*y, nu)", "y*student_t_pdf(x*y, nu)"),
    ("x*student_t_cdf(x, nu)", "student_t_cdf(x, nu) + x*student_t_pdf(x, nu)"),
]
FEW_EVENTS = 4_000_000  # of which identical() may take six


class NeverRaisedError(Exception):
    """What stands for OverBudgetError, so that identical() lets that pass."""


def trace(source: str) -> Trace:
    return evaluate(
        source, {name: AT[name] for name in AT if name in source}, wrt=("x",)
    ).steps.trace


@pytest.mark.parametrize(("source", "claim"), SAME)
def test_the_derivative_is_recognized(source: str, claim: str) -> None:
    assert identity.identical(trace(source), "x", trace(claim))
    assert not identity.identical(trace(source), "x", trace(f"{claim} + x/1000"))


@pytest.mark.parametrize(("source", "claim"), INTEGRALS)
def test_integrals_are_not_looked_for(
    source: str, claim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sympy would try to integrate what such functions are defined by, for fifteen seconds."""
    monkeypatch.setattr(identity, "within_budget", lambda _, work: within_budget(FEW_EVENTS, work))
    monkeypatch.setattr(identity, "OverBudgetError", NeverRaisedError)
    try:
        identity.identical(trace(source), "x", trace(claim))
    except OverBudgetError:
        pytest.fail("too much work")
