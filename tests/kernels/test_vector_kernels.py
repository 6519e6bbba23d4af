"""The kernels of arrays: as accurate as those of single numbers, and the same at the edges."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from gradcalc.rules.array_systems import extended_arrays, machine_arrays
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import big_numbers, machine_numbers
from gradcalc.rules.table import SCALAR

ROWS = [pytest.param(row, id=row.name) for row in SCALAR.values()]
KERNELS = [
    pytest.param(row, id=row.name)
    for row in SCALAR.values()
    if row.kind != "special" or row.vector is not None
]
ULPS = 4  # of the elementary rows, as for single numbers
RELATIVE = 1e-13  # of the special ones
EDGES = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.0,
    3.0,
    1.5,
    2.5,
    -2.5,
    1e-300,
    5e-324,
    1e-20,
    20.0,
    -20.0,
    40.0,
    700.0,
    709.5,
    -745.5,
    1e17,
    1e300,
    -1e300,
    math.inf,
    -math.inf,
    math.nan,
)
FEWER = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, math.inf, -math.inf, math.nan)  # of three arguments
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
    near(row, points, found)


def near(row: Rule, points: list[Any], found: Any) -> None:
    """Each number is the row's value, but for a few units of the last place."""
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


def edges(row: Rule) -> Iterator[tuple[float, ...]]:
    """The row's points at infinities, zeros and poles."""
    for point in product(EDGES if row.arity < 3 else FEWER, repeat=row.arity):
        if row.name != "ipow" or point[1].is_integer():
            yield point


def single(row: Rule, point: tuple[float, ...]) -> float | None:
    """What the kernel of single numbers says; None outside the domain."""
    try:
        return float(getattr(machine_numbers(), row.name)(*point))
    except (ValueError, ArithmeticError):
        return None


@pytest.mark.parametrize("row", KERNELS)
def test_the_same_at_the_edges(row: Rule) -> None:
    """The same number, a zero's sign too; not a number where a single one is refused.

    Special functions have no kernels of their own for arrays: they are the same everywhere.
    """
    several = getattr(machine_arrays(), row.name)
    for point in edges(row):
        with np.errstate(all="ignore"):
            found = float(several(*[np.array([x]) for x in point])[0])
        same(row, point, found)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("row", KERNELS)
def test_single_numbers_have_no_warnings(row: Rule) -> None:
    """What is undefined or infinite is an error or a number: NumPy's warnings reach nobody."""
    assert len([single(row, point) for point in edges(row)]) > 0


def same(row: Rule, point: tuple[float, ...], found: float) -> None:
    """The number that the kernel of single numbers finds, or not a number where it refuses."""
    wanted = single(row, point)
    if wanted is None or math.isnan(wanted):
        assert math.isnan(found), (point, found)
    elif math.isinf(wanted) or wanted == 0:
        assert (found, math.copysign(1, found)) == (wanted, math.copysign(1, wanted)), point
    else:
        assert abs(found - wanted) <= ULPS * math.ulp(wanted), (point, found, wanted)


@pytest.mark.parametrize("row", KERNELS)
@pytest.mark.parametrize("width", [float, np.longdouble])
def test_invalid_is_what_a_single_number_refuses(row: Rule, width: Any) -> None:
    """Under errstate(invalid="raise"), outside the domain an error, and none inside."""
    system = machine_arrays() if width is float else extended_arrays()
    several = getattr(system, row.name)
    for point in edges(row):
        wanted = single(row, point)
        if any(map(math.isnan, point)) or (wanted is not None and math.isnan(wanted)):
            continue
        refused = False
        try:
            with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="raise"):
                several(*[np.array([x], dtype=width) for x in point])
        except ArithmeticError:
            refused = True
        assert refused == (wanted is None), point


def magnitudes(row: Rule) -> Any:
    """Points from tiny to large, and near 0, 1/2 and 1."""
    random = np.random.default_rng(3)
    shape = (row.arity, 400)
    signed = 10.0 ** random.uniform(-20, 4, shape) * random.choice([-1, 1], shape)
    points = np.where(
        random.random(shape) < 0.5,
        signed,
        random.choice([0, 0.5, 1, -1, 1.5], shape) + signed * 1e-6,
    )
    if row.name in ("ipow", "cpow"):
        points[1] = random.integers(-5, 6, 400)
    return points


@pytest.mark.parametrize("row", KERNELS)
def test_accurate_at_every_magnitude(row: Rule) -> None:
    points = magnitudes(row)
    with np.errstate(all="ignore"):
        found = getattr(machine_arrays(), row.name)(*points)
    for number, point in zip(found, points.T, strict=True):
        same(row, tuple(map(float, point)), float(number))


@pytest.mark.parametrize("row", KERNELS)
def test_widths_and_shapes_are_kept(row: Rule) -> None:
    """Matrices, single numbers among arrays; longdouble stays longdouble."""
    for system, width in ((machine_arrays(), np.float64), (extended_arrays(), np.longdouble)):
        point = [np.full((2, 1), width((low + high) / 2)) for low, high in row.samples]
        first = [point[0], *(x[0, 0] for x in point[1:])]
        with np.errstate(all="ignore"):
            for given in (point, first):
                made = getattr(system, row.name)(*given)
                assert (made.shape, made.dtype) == ((2, 1), width)


def test_the_first_use_in_a_process() -> None:
    """What Python computes on the way to an element is not taken for a number out of its domain."""
    source = "from gradcalc import evaluate; print(evaluate('sum(lgamma(v))', {'v': [1, 3]}).value)"
    ran = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == repr(math.log(2)), ran.stderr


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("max", (0.0, math.nan)),
        ("min", (0.0, math.nan)),
        ("sign", (math.nan,)),
        ("heaviside", (math.nan,)),
        ("clip", (0.0, math.nan, 1.0)),
        ("clip", (0.0, -1.0, math.nan)),
        ("relu", (math.nan,)),
        ("leaky_relu", (math.nan, 0.1)),
        ("elu", (math.nan, 1.0)),
    ],
)
def test_what_is_not_a_number_is_not_hidden(name: str, point: tuple[float, ...]) -> None:
    big = big_numbers(30)
    assert math.isnan(getattr(machine_numbers(), name)(*point))
    assert np.isnan(getattr(machine_arrays(), name)(*[np.array([x]) for x in point]))[0]
    if name in ("max", "min", "clip"):
        assert big.context.isnan(getattr(big, name)(*map(big.context.mpf, point)))
