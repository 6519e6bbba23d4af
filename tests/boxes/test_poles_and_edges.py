"""Roots beside poles and at the edges of domains: decided where they can be, and never lost."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from random import Random

import pytest

from gradcalc.boxes.search import Limits
from gradcalc.boxes.solve import Solution, solve

pytest.importorskip("flint")
Ends = tuple[float, float]
PLANTED, PARTS = 25, 400  # equations, and parts of the box that are looked at for each

DECIDED = [
    ("log(x) = 0", (0, 10), [1.0]),
    ("1/x = 1", (-1, 1), [1.0]),
    ("1/x", (-1, 1), []),
    ("1/(3*x - 1) = 1", (-1, 1), [2 / 3]),
    ("tan(x) = 1", (-5, 5), [math.pi / 4 + k * math.pi for k in (-1, 0, 1)]),
    ("sec(x) = 2", (-2, 2), [-math.pi / 3, math.pi / 3]),
    ("1/(x^2 - 2) = 3", (-3, 3), [-math.sqrt(7 / 3), math.sqrt(7 / 3)]),
    ("sqrt(x) = 0.5", (0, 1), [0.25]),
    ("asin(x) = 1", (-1, 1), [math.sin(1)]),
    ("acosh(x) = 1", (1, 9), [math.cosh(1)]),
    ("log(x)/x = -1", (0, 10), [0.5671432904097838]),
    ("gamma(x) = -3", (-1, 0), []),
    ("exp(-1/x) = 1/2", (0, 9), [1 / math.log(2)]),
    ("sqrt(1 - x^2) = x", (-2, 2), [math.sqrt(0.5)]),
    ("1/x^2 - 1/(x - 1) = 5", (-3, 3), [-0.4808627161472369]),
]


@pytest.mark.parametrize(("text", "over", "roots"), DECIDED)
def test_poles_and_edges_are_decided(text: str, over: Ends, roots: list[float]) -> None:
    found = solve(text, {"x": over})
    assert [float(root.text["x"]) for root in found.roots] == pytest.approx(roots, rel=1e-6)
    assert found.undecided == ()
    assert found.complete


@pytest.mark.parametrize(
    ("text", "over", "root"),
    [
        ("sqrt(x - 0.1) = 0", (0, 1), 0.1),  # an edge that float64 has not
        ("x - floor(x) + sqrt(x) = 0", (0, 0.5), 0.0),
        ("x*cot(x) = 1/2", (-1, 1), 0.0),  # a gap in the values, which is no root
    ],
)
def test_what_touches_0_at_the_edge_is_listed(text: str, over: Ends, root: float) -> None:
    found = solve(text, {"x": over})
    (part,) = found.undecided
    assert part["x"][0] <= root <= part["x"][1]
    assert over[0] <= part["x"][0] <= part["x"][1] <= over[1]
    assert part["x"][1] - part["x"][0] < 1e-6


EDGES = [
    "sqrt({u})*(1 + x^2)",
    "sqrt({u}) - ({u})",
    "({u})^0.3 - 2*({u})^2",
    "sin({u})*sqrt({u})",
    "log(1 + ({u}))*({u})^0.7",
    "exp(sqrt({u})) - 1 - ({u})/3",
]


@pytest.mark.parametrize("form", EDGES)
@pytest.mark.parametrize("u", ["x", "1 - x", "2*x - 3"])
def test_roots_at_the_edge_are_proven(form: str, u: str) -> None:
    edge = {"x": 0.0, "1 - x": 1.0, "2*x - 3": 1.5}[u]
    inside = (edge - 0.2, edge) if u == "1 - x" else (edge, edge + 0.2)
    for box in ((edge - 0.2, edge + 0.2), inside):
        found = solve(f"{form.format(u=u)} = 0", {"x": box})
        at_edge = [root for root in found.roots if float(root.text["x"]) == edge]
        assert [root.unique for root in at_edge] == [True]
        assert found.undecided == ()
        assert found.complete


def test_where_a_formula_ends_without_a_value_is_no_root() -> None:
    found = solve("x*log(x) = 0", {"x": (0, 0.5)})
    assert (found.roots, found.undecided, found.complete) == ((), (), True)
    found = solve("sqrt(x) = x", {"x": (0, 2)}, where=["x > 0"])
    assert [root.text["x"] for root in found.roots] == ["1"]


# Terms with a pole, or an edge of their domain, at the place p.
SINGULAR = [
    "1/(x - {p})",
    "1/(x - {p})^2",
    "log(abs(x - {p}))",
    "log(x - {p})",
    "sqrt(x - {p})",
    "(x - {p})^0.3",
    "tan(x + pi/2 - {p})",
    "1/log(x - {p} + 1)",
    "exp(-1/(x - {p})^2)",
    "1/sqrt(x - {p})",
    "atanh((x - {p})/9)",
]


def test_roots_planted_beside_singular_places_are_not_lost() -> None:
    random = Random(7)
    for _ in range(PLANTED):
        text, root, place = planted(random)
        low = float(place) - random.choice([0, 1])
        box = {"x": (low, float(place) + 2)}
        found = solve(text, box, search=Limits(max_parts=PARTS))
        assert is_kept(found, root), (text, root)


def planted(random: Random) -> tuple[str, Fraction, Fraction]:
    """An equation with a root at a known place, and a singular place near by."""
    place = Fraction(random.randint(-20, 20), random.choice([1, 3, 7]))
    root = place + Fraction(random.randint(1, 15), random.choice([10, 1000, 10**6]))
    terms = random.sample(SINGULAR, random.randint(1, 2))
    weights = [random.choice([1, -2, "1/3"]) for _ in terms]
    text = " + ".join(f"{w}*({t})" for w, t in zip(weights, terms, strict=True))
    text = text.format(p=f"({place})")
    truth = re.sub(r"\bx\b", f"({root})", text)
    return f"{text} = {truth}", root, place


def is_kept(found: Solution, root: Fraction) -> bool:
    """Is the root proven, or in an undecided part?"""
    parts = [*(one.at["x"] for one in found.roots), *(part["x"] for part in found.undecided)]
    return any(low <= root <= high for low, high in parts)
