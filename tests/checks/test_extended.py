"""Digits of large arrays are never overstated, whatever cancels or is absorbed in the replay."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.numbers.perturbed import Perturbation
from gradcalc.rules.array_systems import extended_arrays, perturbed_arrays

COUNT = 20_000  # elements: too many to be proven one by one
UNIT = np.finfo(np.longdouble).eps


@dataclass
class Case:
    """A formula of s, the sum of a large array times x, whose true value and slope are known."""

    formula: str
    value: float
    slope: float


def absorbing(seed: int) -> Case:
    """What is added to something large and taken from it again, at some scale."""
    generator = random.Random(seed)
    scale = f"1e{generator.randint(12, 200)}"
    kept = generator.choice([1, 3, -7])
    form = generator.choice(
        [
            "(s*{big} + {kept}*x) - s*{big}",
            "({kept}*x - s*{big}) + s*{big}",
            "(s*{big} + {kept}*x - s*{big})*exp(0*s)",
            "sum([s*{big}, {kept}*x, -s*{big}])",
            "({kept}*x*s/{big} + s) - s + {kept}*x - {kept}*x*s/{big}",
        ]
    )
    return Case(form.format(big=scale, kept=kept), float(kept), float(kept))


CANCELLING = [
    Case("exp(t)*(cosh(t) - sinh(t)) + x - 1", 1.0, 1.0),
    Case("(1 + exp(-t)*tanh(t) - 1)/exp(-t) - tanh(t) + x", 1.0, 1.0),
    Case("log(exp(x*1e-25)*1 + 0*t)*1e25", 1.0, 1.0),
    Case("(sqrt(t*t + x*1e-30) - t)*2e30*t", 1.0, 1.0),
]


def digits_of(answer: float, truth: float) -> float:
    """How many digits of an answer are right."""
    if answer == truth:
        return 17.0
    return max(0.0, float(-np.log10(abs(answer - truth) / abs(truth))))


@pytest.mark.parametrize("case", [*map(absorbing, range(24)), *CANCELLING], ids=lambda c: c.formula)
def test_digits_are_not_overstated(case: Case) -> None:
    source = f"v = x*linspace(1, 2, {COUNT}); s = sum(v); t = s/750; {case.formula}"
    result = evaluate(source, {"x": "1"})
    (row,) = result.derivatives
    assert result.checks.method == "extended"
    assert result.digits <= digits_of(result.value, case.value)
    assert row.digits <= digits_of(row.gradient, case.slope)


@pytest.mark.parametrize(
    "formula",
    ["sum(v)", "sum(v^2)/2", "mean(sin(v))", "logsumexp(v)", "norm(v)", "sum(tanh(v)*exp(-v))"],
)
def test_what_loses_nothing_keeps_its_digits(formula: str) -> None:
    result = evaluate(f"v = x*linspace(1, 2, {COUNT}); {formula}", {"x": "1.5"})
    (row,) = result.derivatives
    assert min(result.digits, row.digits) >= 13


@pytest.mark.parametrize("gap", ["1e-22", "1e-30*s", "-1e-25"])
def test_a_branch_within_rounding_is_decided_by_it(gap: str) -> None:
    source = f"""v = x*linspace(1, 2, {COUNT})
s = sum(v)/{COUNT}
if s*s + {gap} > s^2 {{ y = s }} else {{ y = 3*s }}
y"""
    result = evaluate(source, {"x": "1.7"})
    assert result.digits == 0
    assert any("rounding decided" in note for note in result.notes)


def test_branches_on_counters_are_sure() -> None:
    source = f"""v = x*linspace(1, 2, {COUNT})
k = 0
for i in 0..4 {{ k = k + 1; if k == 3 {{ v = v*2 }} }}
sum(v)"""
    result = evaluate(source, {"x": "1.5"})
    assert result.digits >= 14
    assert not any("rounding decided" in note for note in result.notes)


def test_perturbation_leaves_exact_results_alone() -> None:
    moved = Perturbation(0, UNIT)
    numbers = perturbed_arrays(extended_arrays(), 0, UNIT)
    whole = np.arange(5, dtype=np.longdouble)
    third = np.longdouble(1) / 3
    assert np.all(numbers.add(whole, whole) == 2 * whole)
    assert np.all(numbers.mul(whole, whole) == whole * whole)
    assert numbers.sum(whole, (0,)) == 10
    assert numbers.add(third, third) == 2 * third
    assert numbers.add(third, np.longdouble(1e10)) != third + np.longdouble(1e10)
    assert numbers.mul(third, third) != third * third
    assert moved.moved(third) != third


# Elementwise formulas in which something cancels, with their true values at many digits.
ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "sin(3*v)*v": lambda v: mpmath.sin(3 * v) * v,
    "v*v - (v + 1)*(v - 1)": lambda v: mpmath.mpf(1),
    "exp(v) - exp(-v)": lambda v: 2 * mpmath.sinh(v),
    "1 - cos(v)": lambda v: 2 * mpmath.sin(v / 2) ** 2,
    "sqrt(v + 1) - sqrt(v)": lambda v: 1 / (mpmath.sqrt(v + 1) + mpmath.sqrt(v)),
    "v^3 - 3*v^2 + 3*v - 1": lambda v: (v - 1) ** 3,
    "log(v)*v - v": lambda v: mpmath.log(v) * v - v,
}


@pytest.mark.parametrize("formula", ELEMENTWISE)
def test_each_element_is_as_near_as_its_error_says(formula: str) -> None:
    """Moves of one unit often fell back on the number that was moved: the error was 0."""
    numbers = np.random.default_rng(1).uniform(0.1, 20, COUNT)
    result = evaluate(formula, {"v": numbers}, wrt=(), options=Options(check="fast"))
    assert result.estimate is not None
    with mpmath.workdps(50):
        for number, error, v in zip(*result.estimate, numbers[:2000].tolist(), strict=False):
            truth = ELEMENTWISE[formula](mpmath.mpf(v))
            assert abs(mpmath.mp.convert(number) - truth) <= error, v


def test_large_arrays_without_an_input() -> None:
    result = evaluate(f"sum(linspace(0, 1, {COUNT}))", {})
    assert (result.value, result.digits) == (COUNT / 2, 16)
    assert result.checks.modes
