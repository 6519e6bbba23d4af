"""Minima under constraints: proven where they are, with multipliers; never where they are not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from gradcalc import minimize

flint = pytest.importorskip("flint")

from gradcalc.boxes.function import BoxFunction  # noqa: E402
from gradcalc.boxes.multipliers import constrained_point  # noqa: E402
from gradcalc.boxes.recording import box_function  # noqa: E402
from gradcalc.numbers.ranges import working  # noqa: E402
from gradcalc.run.point import point  # noqa: E402
from gradcalc.run.reading import read_program  # noqa: E402

R2 = math.sqrt(2)
# Formula, start, constraints, bounds; value and multipliers by hand.
CLOSED: list[tuple[str, Mapping[str, float], Sequence[str], str, float, list[float]]] = [
    ("x^2 + y^2", {"x": 1, "y": 2}, ["x + y >= 1"], "", 0.5, [1]),
    ("x + y", {"x": 1, "y": 0}, ["x^2 + y^2 == 1"], "", -R2, [-1 / R2]),
    ("x^2 + y^2", {"x": 1, "y": 2}, ["x + y >= 1"], "x=0.75:2", 0.625, [0.5]),
    ("x^2 + y^2", {"x": 1, "y": 2}, ["x + y >= -1", "-9 < x < 9"], "", 0, []),
    # Hock and Schittkowski's numbers 6, 7, 28, 35, 39, 43.
    ("(1 - x)^2", {"x": -1.2, "y": 1}, ["10*(y - x^2) == 0"], "", 0, [0]),
    ("log(1 + x^2) - y", {"x": 2, "y": 2}, ["(1 + x^2)^2 + y^2 == 4"], "", -math.sqrt(3),
     [-1 / (2 * math.sqrt(3))]),
    ("(x + y)^2 + (y + z)^2", {"x": -4, "y": 1, "z": 1}, ["x + 2*y + 3*z == 1"], "", 0, [0]),
    ("9 - 8*x - 6*y - 4*z + 2*x^2 + 2*y^2 + z^2 + 2*x*y + 2*x*z", {"x": 0.5, "y": 0.5, "z": 0.5},
     ["3 - x - y - 2*z >= 0"], "x=0:,y=0:,z=0:", 1 / 9, [2 / 9]),
    ("-a", {"a": 2, "b": 2, "c": 2, "d": 2}, ["b - a^3 - c^2 == 0", "a^2 - b - d^2 == 0"], "", -1,
     [1, 1]),
    ("a^2 + b^2 + 2*c^2 + d^2 - 5*a - 5*b - 21*c + 7*d", {"a": 0, "b": 0, "c": 0, "d": 0},
     ["8 - a^2 - b^2 - c^2 - d^2 - a + b - c + d >= 0",
      "10 - a^2 - 2*b^2 - c^2 - 2*d^2 + a + d >= 0",
      "5 - 2*a^2 - b^2 - c^2 - 2*a + b + d >= 0"], "", -44, [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "at", "conditions", "bounds", "value", "multipliers"),
    CLOSED,
    ids=[text for text, *_ in CLOSED],
)
def test_closed_forms(
    text: str,
    at: Mapping[str, float],
    conditions: Sequence[str],
    bounds: str,
    value: float,
    multipliers: Sequence[float],
) -> None:
    found = minimize(text, at, subject_to=conditions, bounds=bounds or None)
    assert (found.certificate, found.digits, found.exit) == ("minimum", 16, 0)
    assert found.value == pytest.approx(value, rel=1e-15, abs=1e-30)
    assert found.multipliers is not None
    assert list(found.multipliers.values()) == pytest.approx(multipliers, rel=1e-12, abs=1e-12)


def test_maxima_and_corners() -> None:
    found = minimize("x*y", {"x": 1, "y": 2}, subject_to=["x + y <= 4"], maximize=True)
    assert (found.certificate, found.point) == ("maximum", {"x": 2.0, "y": 2.0})
    assert found.multipliers == {"x + y <= 4": -2.0}
    for sign, kind in ((1, "minimum"), (-1, "maximum")):  # the constraints leave one point
        found = minimize(
            "x + 3*y", {"x": 1, "y": 1}, subject_to=["x == 2", "x + y == 3"], maximize=sign < 0
        )
        assert (found.certificate, found.value) == (kind, 5.0)


@pytest.mark.parametrize(
    ("text", "at", "conditions", "certificate"),
    [
        ("x^2 + y^2", {"x": 1, "y": 2}, ["x + y >= 0"], "not proven"),  # it does not press
        ("x", {"x": 1, "y": 1}, ["x^2 + y^2 <= 0"], "not proven"),  # no slope there
        ("x^2 + y^2", {"x": 1, "y": 2}, ["x + y == 1", "2*x + 2*y == 2"], "not proven"),
        ("x + y^4", {"x": 1, "y": 1}, ["x >= 0"], "not proven"),  # flat along it
        ("x", {"x": 1, "y": 0}, ["x >= y^2", "x >= -y^2"], "not proven"),
        ("x - y^2", {"x": 1, "y": 0}, ["x >= 0"], "not proven"),  # a maximum along it
        ("x*y", {"x": 0, "y": 0, "z": 0}, ["z == x + y"], "saddle"),
        ("x*y + z", {"x": 0, "y": 0, "z": 0}, ["z == 0"], "saddle"),
        ("abs(x) + y", {"x": 1, "y": 1}, ["y >= 1"], "not proven"),  # a kink
        ("x", {"x": 1, "y": 1}, ["abs(x) >= 1 - y^2", "y == 0", "x >= -2"], "minimum"),
        ("y", {"x": 1, "y": 1}, ["y >= abs(x)"], "not proven"),  # a kink of the constraint
        ("-x^2", {"x": 0.5}, ["x >= 0.5 - 1e-9"], "not proven"),
        ("x^3 + y", {"x": 0, "y": 0}, ["y >= 0"], "not proven"),
    ],
)
def test_what_is_not_proven(
    text: str, at: Mapping[str, float], conditions: Sequence[str], certificate: str
) -> None:
    found = minimize(text, at, subject_to=conditions)
    assert found.certificate == certificate, found.proof.why


def _function(text: str, names: Sequence[str], at: Mapping[str, Any]) -> BoxFunction:
    program, _ = read_program(text, at)
    return box_function(program, point(at), tuple(names))


def _text(quadratic: Any, linear: Any, constant: float, names: Sequence[str]) -> str:
    terms = [f"({float(q)!r})*{a}*{b}" for a, row in zip(names, quadratic, strict=True)
             for b, q in zip(names, row, strict=True)]  # fmt: skip
    terms += [f"({float(v)!r})*{n}" for n, v in zip(names, linear, strict=True)]
    return " + ".join([*terms, f"({constant!r})"])


@pytest.mark.parametrize("seed", range(30))
def test_planted_points_have_their_kind(seed: int) -> None:
    """Random quadrics with a multiplier each: the signs along their tangents are NumPy's."""
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 6))
    count = int(random.integers(1, size))
    names = [f"x{k}" for k in range(size)]
    centre = random.integers(-3, 4, size).astype(float)
    integers = lambda *shape: random.integers(-3, 4, shape).astype(float)  # noqa: E731
    bent = [integers(size, size) for _ in range(count)]
    slopes, multipliers = integers(count, size), integers(count) + 0.5
    hessian = integers(size, size)
    shift = [slope - centre @ (b + b.T) for slope, b in zip(slopes, bent, strict=True)]
    parts = [(b, s, -float(centre @ b @ centre + s @ centre))
             for b, s in zip(bent, shift, strict=True)]  # fmt: skip
    linear = multipliers @ slopes - centre @ (hessian + hessian.T)
    lagrangian = hessian + hessian.T - sum(
        m * (b + b.T) for m, b in zip(multipliers, bent, strict=True)
    )  # fmt: skip
    basis = np.linalg.svd(slopes)[2]
    rank = np.linalg.matrix_rank(slopes)
    along = np.linalg.eigvalsh(basis[rank:] @ lagrangian @ basis[rank:].T)
    at = dict(zip(names, centre.tolist(), strict=True))
    with working(200):
        found = constrained_point(
            _function(_text(hessian, linear, 0.0, names), names, at),
            [_function(_text(*part, names), names, at) for part in parts],
            [flint.arb(v) for v in centre.tolist()],
            [flint.arb(m) for m in multipliers.tolist()],
        )
    if rank < count or np.min(np.abs(along)) < 1e-9:
        assert found is None
        return
    up, down = bool(np.any(along > 0)), bool(np.any(along < 0))
    assert found is not None
    assert found.kind == ("saddle" if up and down else "maximum" if down else "minimum")
    for ball, true in zip((*found.at, *found.multipliers), (*centre, *multipliers), strict=True):
        assert ball.contains(float(true))


@pytest.mark.parametrize("seed", range(25))
def test_no_feasible_point_nearby_is_lower(seed: int) -> None:
    """Random cubics under random inequalities, against points drawn around what is proven."""
    random = np.random.default_rng(seed)
    a, b, c, d, e, f = random.integers(-3, 4, 6)
    text = f"{a}*x^3 + {b}*x*y^2 + {c}*x^2 + {d}*y^2 + {e}*x*y + {f}*x + y"
    p, q, r = random.integers(-2, 3, 3)
    conditions = [f"{p}*x + {q}*y + x*y >= {r}", "x^2 + y^2 <= 4"]
    found = minimize(text, {"x": 0.3, "y": -0.4}, subject_to=conditions)
    if found.certificate != "minimum":
        return
    x0, y0 = found.point["x"], found.point["y"]
    for power in (-1, -2, -3, -4):
        dx, dy = random.normal(size=(2, 4000)) * 10.0**power
        x, y = x0 + dx, y0 + dy
        inside = (p * x + q * y + x * y >= r) & (x**2 + y**2 <= 4)
        values = a * x**3 + b * x * y**2 + c * x**2 + d * y**2 + e * x * y + f * x + y
        rise = (values - found.value)[inside]
        assert not len(rise) or rise.min() > -1e-13 or power > -3
