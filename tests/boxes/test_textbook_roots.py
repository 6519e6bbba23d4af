"""Equations and systems of textbooks, whose roots can be counted by hand: all found, all proven."""

from __future__ import annotations

import numpy as np
import pytest

from gradcalc import compile
from gradcalc.boxes.solve import solve

pytest.importorskip("flint")
Ends = tuple[float, float]
GRID, POLE = 100_003, 100.0  # points; a value that is reached beside poles alone

# The number of roots is counted by hand, and once more by the signs on a dense grid.
EQUATIONS: list[tuple[str, Ends, int]] = [
    ("x^2 - 2", (-3, 3), 2),
    ("x^3 - x - 1", (-3, 3), 1),
    ("x^3 - 2*x - 5", (-5, 5), 1),  # Wallis, Newton's example
    ("x^3 - 7*x + 6", (-5, 5), 3),
    ("x^4 - 10*x^2 + 9", (-5, 5), 4),
    ("x^5 - 5*x + 1", (-3, 3), 3),
    ("x^5 - 15*x^4 + 85*x^3 - 225*x^2 + 274*x - 120", (0.5, 5.5), 5),
    ("16*x^5 - 20*x^3 + 5*x", (-1, 1), 5),  # Chebyshev
    ("63*x^5 - 70*x^3 + 15*x", (-1, 1), 5),  # Legendre
    ("x^6 - 15*x^4 + 45*x^2 - 15", (-5, 5), 6),  # Hermite
    ("cos(x) - x", (-10, 10), 1),
    ("exp(x) - 3*x", (-2, 4), 2),
    ("exp(-x) - x", (-5, 5), 1),
    ("exp(x) - x - 2", (-5, 5), 2),
    ("x*exp(x) - 1", (-5, 5), 1),
    ("2^x - x^2", (-2, 5), 3),
    ("x^2 - exp(x)", (-3, 3), 1),
    ("log(x) - 1/x", (0.1, 10), 1),
    ("log(x) + x", (0.01, 10), 1),
    ("x - 2 - log(x)", (0.01, 10), 2),
    ("sin(x) - x/4", (-10, 10), 3),
    ("sin(x) - x/10", (-20, 20), 7),
    ("sin(x) + sin(2*x) + sin(3*x)", (-3, 3), 5),
    ("x*sin(x) - 1", (-10, 10), 8),
    ("tan(x) - 1", (-1.5, 1.5), 1),
    ("tan(x) - x", (1, 11), 3),  # across poles
    ("1/x - 2", (-3, 3), 1),
    ("1/(x - 1) + 1/(x - 2) - 1", (-5, 5), 2),
    ("1/(x - 1) + 1/(x - 2) + 1/(x - 3)", (0, 4), 2),
    ("sqrt(x + 1) - x", (-1, 5), 1),
    ("sqrt(2*x + 3) - x", (-1.5, 9), 1),
    ("sqrt(x) - 2*x + 1", (0, 9), 1),
    ("cosh(x)*cos(x) + 1", (0, 12), 4),  # the vibrating beam
    ("cosh(x) - 3*x", (-5, 5), 2),
    ("tanh(3*x) - x", (-2, 2), 3),  # the mean field of a magnet
    ("x - 0.3*sin(x) - 1.5", (0, 7), 1),  # Kepler
    ("1 - x - exp(-2*x)", (-0.5, 2), 2),  # the final size of an epidemic
    ("asin(x) - 1", (-1, 1), 1),
    ("atan(x) - x/3", (-9, 9), 3),
    ("x^3/(exp(x) - 1) - 1", (0.1, 10), 2),  # Planck
    ("abs(x - 1) + abs(x + 1) - 3", (-4, 4), 2),
    ("besselj(1, x)", (1, 20), 6),
]

SYSTEMS: list[tuple[str, str, int]] = [
    ("x + y = 3; x - y = 1", "xy", 1),
    ("x^2 + y^2 = 1; y = x", "xy", 2),
    ("x^2 + y^2 = 4; x*y = 1", "xy", 4),
    ("x^2 + y^2 = 1; y = x^3", "xy", 2),
    ("x^2/4 + y^2 = 1; x^2 + y^2/4 = 1", "xy", 4),
    ("x^3 - 3*x*y^2 = 1; 3*x^2*y - y^3 = 0", "xy", 3),  # cube roots of 1
    ("y = x^2 - 2; x = y^2 - 2", "xy", 4),
    ("2*x - y = exp(-x); 2*y - x = exp(-y)", "xy", 1),
    ("x^2 + y - 37/4 = 0; x - y^2 = -2", "xy", 2),
    ("x^2 + y = 11; x + y^2 = 7", "xy", 4),  # Himmelblau's minima are roots
    ("sin(x) = y; cos(y) = x", "xy", 1),
    ("x + y + z = 6; x*y + y*z + z*x = 11; x*y*z = 6", "xyz", 6),
    ("x^2 + y^2 + z^2 = 3; x = y; y = z", "xyz", 2),
    ("10*(y - x) = 0; x*(28 - z) - y = 0; x*y - 8/3*z = 0", "xyz", 3),  # Lorenz
]


@pytest.mark.parametrize(("text", "over", "count"), EQUATIONS)
def test_equations(text: str, over: Ends, count: int) -> None:
    found = solve(text, {"x": over})
    assert (len(found.roots), found.undecided, found.complete) == (count, (), True)
    assert _sign_changes(text, over) == count


def _sign_changes(text: str, over: Ends) -> int:
    """Where the value changes its sign on a dense grid, but for poles."""
    low, high = over
    grid = low + (high - low) * (np.arange(GRID) + 0.37) / GRID
    values = compile(text, ["x"])(x=grid)["value"]
    changes = (values[1:] * values[:-1] < 0) & (abs(values[1:]) < POLE)
    return int(np.count_nonzero(changes))


@pytest.mark.parametrize(("text", "names", "count"), SYSTEMS)
def test_systems(text: str, names: str, count: int) -> None:
    wide = {"xy": (-4.2, 4.3), "xyz": (-10.3, 30.1)}[names]
    found = solve(text, dict.fromkeys(names, wide))
    assert (len(found.roots), found.undecided, found.complete) == (count, (), True)
