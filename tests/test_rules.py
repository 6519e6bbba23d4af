"""Every row of the table, by existing, is tested: its value, its partials, and those by sympy."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import mpmath
import pytest

from gradcalc.checks.symbolic import Evaluation
from gradcalc.rules import TABLE, big_numbers, machine_numbers, symbolic_numbers
from gradcalc.rules.rule import Rule

MACHINE, BIG = machine_numbers(), big_numbers(60)
ROWS = [pytest.param(row, id=row.name) for row in TABLE.values()]
POINTS = 12


def points(row: Rule) -> Iterator[list[float]]:
    """Random points of the row's box, the same in every run."""
    chance = random.Random(row.name)
    for _ in range(POINTS):
        yield [chance.uniform(low, high) for low, high in row.samples]


def tolerance(row: Rule, truth: mpmath.mpf) -> float:
    """4 units in the last place for elementary rows, 1e-13 relative for special ones."""
    if row.kind == "special":
        return float(abs(truth)) * 1e-13
    return 4 * math.ulp(float(truth))


@pytest.mark.parametrize("row", ROWS)
def test_the_value_in_float64(row: Rule) -> None:
    for point in points(row):
        truth = getattr(BIG, row.name)(*map(BIG.context.mpf, point))
        assert abs(getattr(MACHINE, row.name)(*point) - truth) <= tolerance(row, truth)


@pytest.mark.parametrize("row", ROWS)
def test_the_partials_in_float64(row: Rule) -> None:
    for point in points(row):
        exact = [BIG.context.mpf(x) for x in point]
        out = getattr(BIG, row.name)(*exact)
        rounded = getattr(MACHINE, row.name)(*point)
        for partial in filter(None, row.partials):
            truth = partial(BIG, out, *exact)
            answer = partial(MACHINE, rounded, *point)
            assert (answer is None) == (truth is None)
            if truth is not None:
                assert abs(answer - truth) <= tolerance(row, truth)


@pytest.mark.parametrize("row", ROWS)
def test_sympy_proves_the_row_from_its_value_alone(row: Rule) -> None:
    import sympy

    system = symbolic_numbers()
    for point in list(points(row))[:3]:
        exact = [BIG.context.mpf(x) for x in point]
        out = getattr(BIG, row.name)(*exact)
        known = [
            x if low != high else None for x, (low, high) in zip(point, row.samples, strict=True)
        ]
        dummies = [sympy.Dummy(p, real=True) for p in row.parameters]
        filled = [
            sympy.Rational(x) if given is None else d
            for d, x, given in zip(dummies, point, known, strict=True)
        ]
        value = getattr(system, row.name)(*filled)
        evaluate = Evaluation(BIG, dict(zip(dummies, exact, strict=True)))
        assert abs(evaluate(value) - out) <= abs(out) * BIG.context.mpf(10) ** -40
        for dummy, partial in zip(dummies, row.partials, strict=True):
            if partial is None:
                continue
            truth = partial(BIG, out, *exact) or BIG.context.mpf(0)
            found = evaluate(sympy.diff(value, dummy))
            assert abs(found - truth) <= abs(truth) * BIG.context.mpf(10) ** -28


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("log", 0.0, -math.inf),
        ("log1p", -1.0, -math.inf),
        ("atanh", 1.0, math.inf),
        ("gamma", 0.0, math.inf),
        ("gamma", -1.0, math.inf),
        ("exp", 1000.0, math.inf),
        ("erfinv", 1.0, math.inf),
        ("csc", 0.0, math.inf),
        ("tanh", 1000.0, 1.0),
        ("sigmoid", -1000.0, 0.0),
        ("softplus", 1000.0, 1000.0),
        ("log_sigmoid", -1000.0, -1000.0),
    ],
)
def test_edges_in_float64(name: str, argument: float, value: float) -> None:
    assert getattr(MACHINE, name)(argument) == value


@pytest.mark.parametrize(
    ("name", "argument"),
    [("log", -1.0), ("sqrt", -1.0), ("asin", 2.0), ("acosh", 0.5), ("atanh", 2.0), ("log1p", -2.0),
     ("lambertw", -1.0)],
)  # fmt: skip
def test_outside_the_domain(name: str, argument: float) -> None:
    for numbers in (MACHINE, BIG):
        x = argument if numbers is MACHINE else BIG.context.mpf(argument)
        with pytest.raises(ValueError):
            getattr(numbers, name)(x)
