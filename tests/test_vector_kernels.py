"""The kernels of arrays: as accurate as those of single numbers, and the same at the edges."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradcalc.rules import SCALAR, big_numbers, extended_arrays, machine_arrays, machine_numbers
from gradcalc.rules.rule import Rule

ROWS = [pytest.param(row, id=row.name) for row in SCALAR.values()]
ULPS = 4  # of the elementary rows, as for single numbers
RELATIVE = 1e-13  # of the special ones
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, 1e-300, 700.0, -745.5, 1e300, math.inf,
         -math.inf)  # fmt: skip
SLOW = {"besselj", "bessely", "besseli", "besselk", "hyp2f1", "zeta", "zeta_prime", "scaled_erfc"}


def drawn(row: Rule, count: int) -> list[Any]:
    """Points of the row's samples, the same in every run; integers where the interval is one."""
    random = np.random.default_rng(len(row.name))
    return [
        np.full(count, low) if low == high else random.uniform(low, high, count)
        for low, high in row.samples
    ]


def exactly(row: Rule, points: list[Any]) -> list[Any]:
    """The row's values with 60 digits."""
    big = big_numbers(60)
    kernel = getattr(big, row.name)
    return [
        kernel(*[big.number(Fraction(float(x))) for x in point])
        for point in zip(*points, strict=True)
    ]


@pytest.mark.parametrize("row", ROWS)
def test_accurate(row: Rule) -> None:
    points = drawn(row, 5 if row.name in SLOW else 60)
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="raise"):
        found = getattr(machine_arrays(), row.name)(*points)
    assert found.dtype == np.float64
    for number, true in zip(found, exactly(row, points), strict=True):
        error = abs(true - float(number))
        special = row.kind == "special"
        allowed = RELATIVE * abs(true) if special else ULPS * math.ulp(float(true))
        assert error <= allowed, (number, true)


@pytest.mark.parametrize("row", ROWS)
def test_extended(row: Rule) -> None:
    if np.finfo(np.longdouble).precision <= np.finfo(float).precision:
        pytest.skip("longdouble is no wider than float64 here")
    points = drawn(row, 5 if row.name in SLOW else 20)
    wide = [point.astype(np.longdouble) for point in points]
    with np.errstate(all="ignore"):
        found = getattr(extended_arrays(), row.name)(*wide)
    assert found.dtype == np.longdouble
    context: Any = big_numbers(60).context
    for number, true in zip(found, exactly(row, points), strict=True):
        high = float(number)
        exact = context.mpf(high) + float(number - np.longdouble(high))
        assert abs(true - exact) <= 2e-18 * abs(true) * 8, (number, true)


@pytest.mark.parametrize("row", [p for p in ROWS if p.values[0].kind != "special"])
def test_the_same_at_the_edges(row: Rule) -> None:
    """Where a single number is refused, the element is not a number, or all are refused.

    Special functions have no kernels of their own for arrays: they are the same everywhere.
    """
    if row.arity > 2:
        return
    single = getattr(machine_numbers(), row.name)
    several = getattr(machine_arrays(), row.name)
    second = [[]] if row.arity == 1 else [[y] for y in (0.0, 1.0, 2.0, -1.5, math.inf)]
    for x in EDGES:
        for rest in second:
            try:
                wanted = single(x, *rest)
            except (ValueError, ArithmeticError):
                wanted = math.nan
            try:
                with np.errstate(all="ignore"):
                    found = float(several(*[np.array([v]) for v in (x, *rest)])[0])
            except (ValueError, ArithmeticError):
                found = math.nan
            same = found == pytest.approx(wanted, rel=1e-13, abs=5e-324, nan_ok=True)
            assert same, (row.name, x, rest, found, wanted)
