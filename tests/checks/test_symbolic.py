"""The symbolic check keeps to a budget of work, then goes instruction by instruction."""

from __future__ import annotations

import importlib
import random
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.numbers import number_target
from gradcalc.answers.proving import prove_number
from gradcalc.answers.request import Options, read
from gradcalc.checks import identity, symbolic
from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.checks.integrals import MAX_BITS, NotIntegratedError, integral
from gradcalc.numbers import big
from gradcalc.rules.rule import Rule

AT = {"x": "-0.95", "y": "-1.2"}


def nested(seed: int) -> str:
    """abs of a power of nested maxima, minima and tanh, on which sympy's work explodes."""
    generator = random.Random(seed)
    text = "max(x, y^2)"
    for _ in range(generator.randint(4, 6)):
        inner = generator.choice(["x", "y", "x*y", "x + 2*y", "lgamma(1.2 + x^2)/(1.5 + y^2)"])
        text = f"tanh({generator.choice(['max', 'min'])}({inner}, {text})^3)"
    return f"abs(({text})^4)"


def forever() -> None:
    """Work that catches all it can, as sympy does."""
    while True:
        try:
            sorted([2, 1], key=lambda x: x)
        except Exception:
            continue


def test_work_ends_with_its_budget() -> None:
    with pytest.raises(OverBudgetError):
        within_budget(10_000, forever)
    assert sys.getprofile() is None
    assert within_budget(10_000, lambda: sum(range(100_000))) == 4_999_950_000


def test_an_import_is_not_cut_in_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "for number in range(1000):\n    (lambda: number)()\ncomplete = True\n"
    (tmp_path / "imported_late.py").write_text(body, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def work() -> None:
        importlib.import_module("imported_late")
        forever()

    with pytest.raises(OverBudgetError):
        within_budget(500, work)
    assert sys.modules.pop("imported_late").complete


@pytest.mark.parametrize("seed", range(6))
def test_nested_maxima_are_checked_by_instruction_once_the_budget_is_spent(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A budget that none of them keeps to, whatever sympy has kept of those before.
    monkeypatch.setattr(symbolic, "MAX_EVENTS", 3_000)
    symbolic._differentiated.cache_clear()
    result = evaluate(nested(seed), AT)
    assert result.checks.method == "instruction"
    assert result.checks.symbolic is True


def test_an_evaluation_over_budget_goes_by_instruction(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "max(x, y)*abs(x)*relu(y + 3)"
    symbolic._differentiated.cache_clear()
    assert evaluate(source, AT).checks.method == "whole"  # its derivative is known from here on
    monkeypatch.setattr(symbolic, "MAX_EVENTS", 20)
    checks = evaluate(source, AT).checks
    assert (checks.method, checks.symbolic) == ("instruction", True)


def test_the_reported_formula_is_checked_within_the_budget() -> None:
    source = """f0(t) = t*t/(1.5 + atan2(t, 2 + t^2)^2)
w1 = [y, (2 - 1.7)*(x + x), x/(1.5 + 2^2)/(1.5 + lgamma(1.2 + x^2)^2)]
w1[1] = (x if y > 3 else 7) - y^4
w2 = max(w1)
for i in 0..2 { w2 = tanh(max(x, w2)^3) }
abs(w2^4)"""
    result = evaluate(source, AT)
    assert (result.checks.modes, result.checks.symbolic) == (True, True)


def test_a_claim_whose_proof_is_too_dear_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = evaluate("sin(x)*y", AT).steps.trace
    claim = evaluate("cos(x)*y", AT).steps.trace
    assert identity.identical(trace, "x", claim)
    monkeypatch.setattr(identity, "MAX_EVENTS", 100)
    assert not identity.identical(trace, "x", claim)


def wrong(row: Rule) -> Rule:
    """The row with its first partial derivative negated, which both modes then agree on."""
    own, *others = row.partials
    assert own is not None

    def partial(n: Any, out: Any, *arguments: Any) -> Any:
        return -own(n, out, *arguments)

    return row.replaced(partials=(partial, *others))


@pytest.mark.parametrize("method", ["whole", "instruction"])
@pytest.mark.parametrize("name", ["sin", "mul", "div", "exp", "cpow", "atan2"])
def test_a_wrong_rule_is_found_by_either_method(
    name: str, method: Literal["whole", "instruction"]
) -> None:
    run = read("sin(x)*y/exp(x) + (x*y)^2.5 + atan2(x, y)", {"x": 1, "y": 2}, None,
               Options(symbolic=method))  # fmt: skip
    assert prove_number(number_target(run)).checks.symbolic is True
    run.trace.rules[:] = [wrong(row) if row.name == name else row for row in run.trace.rules]
    proven = prove_number(number_target(run))
    assert proven.checks.symbolic is False
    assert proven.checks.modes is True


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("beta(x, 1e10)", "1e-300"),
        ("x*gamma(1e10)", "2"),
        ("gamma(1e10 + 1/2)*x", "2"),
        ("x*zeta(-1000001)", "2"),
        ("binomial_cdf(3, 1e9, x)", "1e-9"),
    ],
)
def test_large_constants_are_symbols_to_sympy(source: str, at: str) -> None:
    """Exactly they would be integers of up to 10^11 digits."""
    assert evaluate(source, {"x": at}).checks.symbolic


def test_a_quadrature_ends_with_its_budget() -> None:
    context = big.context(50)
    points: list[Any] = []

    def jagged(t: Any) -> Any:
        points.append(t)
        return 1 + context.sin(10**40 * t)

    with pytest.raises(NotIntegratedError):
        integral(context, jagged, context.zero, context.one)
    assert len(points) * context.prec <= MAX_BITS
