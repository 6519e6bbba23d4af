"""All roots in a box: none lost, none invented, and only what is certain is called so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random

import mpmath
import pytest

from gradcalc import GradcalcError
from gradcalc.boxes.search import Limits
from gradcalc.boxes.solve import Solution, solve, solve_from
from tests.fuzz.planted import check, planted

pytest.importorskip("flint")
PLANTED = 40
Ends = tuple[float, float]


def _values(found: Solution, name: str = "x") -> list[float]:
    return [float(root.text[name]) for root in found.roots]


@pytest.mark.parametrize(
    ("text", "over", "count"),
    [
        ("x*sin(x) = cos(x)", (-50, 50), 32),
        ("x^2 = 2", (-2, 2), 2),
        ("x = cos(x)", (-10, 10), 1),
        ("exp(x) = -1", (-10, 10), 0),
        ("sin(x)", (0, 10), 4),  # one on the border
        ("sin(pi*x)", (-3, 3), 7),  # on both borders
        ("x^3 - 6*x^2 + 11*x - 6", (0, 4), 3),
        ("abs(x) = 1/2", (-1, 1), 2),
        ("log(x) = 2 - x", (0.1, 9), 1),
        ("x^5 - x - 1", (-9, 9), 1),
        ("besselj(0, x)", (1, 30), 9),
        ("s = 0; for i in 1..4 { s = s + x^i }; s = 1", (-3, 3), 1),
        ("exp(-x)*sin(10*x) = x^2/100", (-1, 4), None),
        ("gamma(x) = 2", (0.1, 5), 2),
        ("x + x*abs(x)", (-1, 1.1), 1),  # a kink at the root
        ("max(x, 2*x) = min(x, 0) + abs(x - 1) - 1", (-3, 3), 1),
        ("(x^2 if x > 1 else 2 - x) = 3", (-5, 5), 2),  # neither branch has a root at 1
    ],
)
def test_all_roots_are_found(text: str, over: Ends, count: int | None) -> None:
    found = solve(text, {"x": over})
    assert found.complete
    assert not found.undecided
    assert count is None or len(found.roots) == count
    assert _values(found) == sorted(_values(found))


@pytest.mark.parametrize(
    ("text", "over", "roots", "places"),
    [
        ("x^2 = 0", (-1, 1), 0, [0]),
        ("(x - 1)^2*(x - 2)", (0, 3), 1, [1]),
        ("x^3", (-1, 1), 0, [0]),
        ("abs(x)", (-1, 1), 0, [0]),
        ("sqrt(x - 0.1)*(x - 1)", (-1, 2), 1, [0.1]),
        ("floor(x) = 2", (0, 4), 0, [2, 2.5, 2.99]),
        ("cos(x) = 1", (-1, 7), 0, [0, 2 * math.pi]),
        ("(x^2 if x > 1 else 4 - x) = 1", (-5, 5), 0, [1]),  # which branch at 1 is undecided
    ],
)
def test_what_is_undecided_is_listed(
    text: str, over: Ends, roots: int, places: list[float]
) -> None:
    found = solve(text, {"x": over})
    assert found.complete
    assert len(found.roots) == roots
    assert found.exit == 5
    for place in places:
        assert any(box["x"][0] <= place <= box["x"][1] for box in found.undecided)


@pytest.mark.parametrize(
    ("text", "names", "roots", "places"),
    [
        ("sin(x)/x = 1", "x", 0, [(0.0,)]),
        ("(1 - cos(x))/x^2 = 1/2", "x", 0, [(0.0,)]),
        ("(sin(x)/x - 1)*(x - 3) = 0", "x", 1, [(0.0,)]),
        ("x + y = 1; 2*x + 2*y = 2", "xy", 0, [(k / 7, 1 - k / 7) for k in range(-7, 14)]),
        ("x^2 + y^2 = 1; x^4 + 2*x^2*y^2 + y^4 = 1", "xy", 0, [(0.6, 0.8), (0.0, -1.0)]),
    ],
)
def test_flat_roots_and_curves_of_roots_are_given_up_soon(
    text: str, names: str, roots: int, places: list[tuple[float, ...]]
) -> None:
    found = solve(text, dict.fromkeys(names, (-2.0, 5.0)), search=Limits(max_parts=60_000))
    assert found.complete
    assert len(found.roots) == roots
    for place in places:
        assert any(
            all(box[name][0] <= x <= box[name][1] for name, x in zip(names, place, strict=True))
            for box in found.undecided
        )


def test_planted_roots_are_found_and_no_others() -> None:
    random = Random(3)
    for _ in range(PLANTED):
        one = planted(random)
        check(one, solve(one.text, one.over))


@pytest.mark.parametrize(
    ("text", "names", "count"),
    [
        ("x^2 + y^2 = 1; y = x^3", "x y", 2),
        ("x^2 + y^2 = 4; x*y = 1", "x y", 4),
        ("sin(x + y) = 0.3; x - y^2 = 0.1", "x y", None),
        ("x + y + z = 6; x*y*z = 6; x^2 + y^2 + z^2 = 14", "x y z", 6),
        ("x^2 + y^2 = 1; x + y = 3", "x y", 0),
        ("abs(x) + 2*x + y = 0; y - abs(y)/2 = x/5", "x y", 1),  # kinks of both at the root
    ],
)
def test_systems(text: str, names: str, count: int | None) -> None:
    found = solve(text, dict.fromkeys(names.split(), (-4.0, 4.0)))
    assert found.complete
    assert not found.undecided
    assert count is None or len(found.roots) == count
    for root in found.roots:
        at = {name: mpmath.mpf(text) for name, text in root.text.items()}
        assert all(
            root.at[n][0] - 1e-15 <= value <= root.at[n][1] + 1e-15 for n, value in at.items()
        )


def test_conditions_and_held_values() -> None:
    def kept(*where: str) -> int:
        return len(solve("x^2 = a", {"x": (-3, 3)}, held={"a": 2}, where=where).roots)

    assert (kept(), kept("x > 0"), kept("x > 0", "x < 1"), kept("-2 < x < 2")) == (2, 1, 0, 2)
    assert _values(solve("r = x/2; r = a", {"x": (-9, 9)}, held={"a": "1/8"})) == [0.25]


def test_too_little_time_says_how_far_it_came() -> None:
    found = solve("sin(1/x)", {"x": (1e-4, 1)}, search=Limits(max_parts=500))
    assert not found.complete
    assert found.undecided
    for k in range(1, 3000):  # every root is either proven or in an undecided box
        place = 1 / (k * math.pi)
        boxes = [*(root.at for root in found.roots), *found.undecided]
        assert any(b["x"][0] - 1e-12 <= place <= b["x"][1] + 1e-12 for b in boxes)


def test_one_root_from_a_start() -> None:
    found = solve_from("x = cos(x)", {"x": 1.0}, digits=60)
    with mpmath.workdps(60):
        truth = mpmath.findroot(lambda x: x - mpmath.cos(x), 1)
        assert abs(mpmath.mpf(found.roots[0].text["x"]) - truth) < mpmath.mpf(10) ** -59
    assert found.roots[0].unique
    assert solve_from("exp(x)", {"x": 1.0}).exit == 5
    double = solve_from("x^2", {"x": 1.0})
    assert not any(root.unique for root in double.roots)
    pair = solve_from("x^2 + y^2 = 1; y = x^3", {"x": 0.5, "y": 0.5})
    assert pair.roots[0].text["x"].startswith("0.82603135765418695596")


@pytest.mark.parametrize(
    ("text", "over", "message"),
    [
        ("x = 1; x = 2", {"x": (0, 1)}, "there are 2 equations for 1 unknown"),
        ("x^2 = y", {"x": (0, 1)}, "y has neither a value nor bounds"),
        ("x = 1 = 2", {"x": (0, 1)}, "an equation has one equals sign"),
        ("x^2 =", {"x": (0, 1)}, "one side of the equation is missing"),
        ("x", {"x": (0, math.inf)}, "the interval of x is infinite"),
        ("x", {"x": (1, 1)}, "the interval of x is empty"),
        ("a = 2", {"x": (0, 1)}, "there is no equation"),
    ],
)
def test_bad_requests(text: str, over: Mapping[str, Ends], message: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        solve(text, over)
    assert message in caught.value.message
