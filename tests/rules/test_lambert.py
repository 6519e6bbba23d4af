"""Lambert's W of arrays beside mpmath at 60 digits, from the edge of its domain to its end."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcalc import compile
from gradcalc.numbers import lambert

EDGE = -0.3678794411714423  # the first float64 inside the domain
CHANCE = np.random.default_rng(20)
POINTS = np.concatenate(
    [
        [EDGE, -0.25, np.nextafter(-0.25, -1), 0.0, 5e-324, 1.0, 1.7e308],
        EDGE + 10.0 ** CHANCE.uniform(-16, -1, 60),
        -(10.0 ** CHANCE.uniform(-320, -0.6, 60)),
        10.0 ** CHANCE.uniform(-320, 308, 60),
        CHANCE.uniform(-0.3, 20, 60),
    ]
)
TRUTHS = {
    "lambertw": lambda w: w,
    "gap": lambda w: 1 + w,
    "slope": lambda w: 1 / (mpmath.exp(w) * (1 + w)),
}


def _units(found: Any, name: str) -> Any:
    """By how many units in the last place each number is wrong; subnormal ones by the least."""
    with mpmath.workdps(60):
        truths = [TRUTHS[name](mpmath.lambertw(float(x)).real) for x in POINTS]
        wide = [mpmath.mpf(float(y)) + float(y - type(y)(float(y))) for y in found]
        missed = [float(abs(y - t)) for y, t in zip(wide, truths, strict=True)]
    size = np.abs([float(t) for t in truths])
    return np.array(missed) / np.maximum(size * np.finfo(found.dtype).eps, 5e-324)


@pytest.mark.parametrize("width", [np.float64, np.longdouble])
@pytest.mark.parametrize("name", TRUTHS)
def test_every_width_to_its_last_digits(name: str, width: type) -> None:
    found = getattr(lambert, name)(np, POINTS.astype(width))
    assert max(_units(found, name)) < 3


def test_machine_code_to_the_last_digits() -> None:
    rows = compile("lambertw(x)", native=True)(x=POINTS)
    assert max(_units(rows["value"], "lambertw")) < 4
    assert max(_units(rows["d_x"], "slope")) < 4


@pytest.mark.parametrize(("x", "w"), [(np.inf, np.inf), (-0.37, np.nan), (-np.inf, np.nan)])
def test_the_ends_of_the_domain(x: float, w: float) -> None:
    with np.errstate(invalid="ignore"):  # which NumPy says of what is outside
        np.testing.assert_equal(lambert.lambertw(np, np.array([x])), [w])
