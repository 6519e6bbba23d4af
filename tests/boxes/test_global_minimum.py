"""Global minima over boxes, against published ones, and against samples of random functions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest

from gradcalc import GradcalcError, compile
from gradcalc.boxes.minimize import global_minimum
from gradcalc.boxes.minimum import GlobalMinimum
from gradcalc.boxes.search import Limits
from tests.landscapes import LANDSCAPES, Landscape

pytest.importorskip("flint")

Ends = tuple[float, float]

HS14 = 9 - 2.875 * math.sqrt(7)

# What takes longer than some tenths of a second is for tests/bench.
SLOW = (
    "goldstein-price colville styblinski-tang shubert powell michalewicz levy branin shekel eggh"
    " cross hartmann holder beale"
)
QUICK = [one for one in LANDSCAPES if not one.name.startswith(tuple(SLOW.split()))]
RANDOM = 8
SAMPLE = 4000


@pytest.mark.parametrize("landscape", QUICK, ids=lambda one: one.name)
def test_published_minima(landscape: Landscape) -> None:
    found = global_minimum(landscape.formula, landscape.over)
    low, high = found.value
    slack = 1e-9 * max(1, abs(landscape.least))
    assert low - slack <= landscape.least <= high + slack
    assert found.complete
    assert found.narrow
    assert len(found.minimisers) == landscape.points


TERMS = (
    "{a}*x^2",
    "{a}*y^2",
    "{a}*x*y",
    "sin({a}*x + y)",
    "cos({a}*y - x)",
    "abs(x - {b})",
    "max(x, {a}*y)",
    "exp(-(x - {b})^2)",
    "x/(2 + y^2)",
    "{a}*y",
    "(x if y > {b} else x^2)",
    "sqrt(abs(y - {b}))",
)


def _random_formula(random: Random) -> str:
    terms = random.sample(TERMS, random.randint(2, 4))
    return " + ".join(
        term.format(a=random.choice([-2, 1, 3]), b=random.choice([-1, 0, 0.5]))
        for term in ["x*y/4", *terms]
    )


def test_no_sample_of_a_random_function_lies_below_its_minimum() -> None:
    """Nor is a point outside the minimisers as low as it."""
    random = Random(5)
    for _ in range(RANDOM):
        formula, over = _random_formula(random), {"x": (-2.0, 1.5), "y": (-1.0, 2.0)}
        found = global_minimum(formula, over, search=Limits(max_parts=400))
        low, high = found.value
        kernel = compile(formula, wrt=["x", "y"])
        corners = [(x, y) for x in (-2.0, 1.5, 0.0) for y in (-1.0, 2.0, 0.0, 0.5)]
        drawn = [(random.uniform(-2, 1.5), random.uniform(-1, 2)) for _ in range(SAMPLE)]
        points = [*corners, *drawn]
        values = kernel(x=[x for x, _ in points], y=[y for _, y in points])["value"]
        if found.undecided:
            continue
        assert min(values) >= low - 1e-12, formula
        for (x, y), value in zip(points, values, strict=True):
            if value <= high - 1e-12:
                assert any(_is_in(box.at, x=x, y=y) for box in found.minimisers), formula
        at = kernel(**{name: [place] for name, place in found.point.items()})["value"][0]
        assert low - 1e-12 <= at <= high + 1e-12, formula


def _is_in(box: Mapping[str, Ends], **point: float) -> bool:
    return all(low <= point[name] <= high for name, (low, high) in box.items())


def _value(found: GlobalMinimum) -> float:
    low, high = found.value
    assert found.complete
    assert high - low <= 1e-6
    return (low + high) / 2


@pytest.mark.parametrize(
    ("formula", "over", "least", "places"),
    [
        ("x^2", {"x": (0, 1)}, 0, [0]),  # at a border where it is stationary
        ("x", {"x": (-1, 2)}, -1, [-1]),
        ("-x^2", {"x": (-1, 1)}, -1, [-1, 1]),  # both ends
        ("x^3 - 3*x", {"x": (-2, 2)}, -2, [-2, 1]),  # an end as low as the valley
        ("abs(x) + abs(x - 1)/2", {"x": (-2, 3)}, 0.5, [0]),
        ("max(x^2, 2*x + 3)", {"x": (-5, 5)}, 1, [-1]),
        ("x^2 if x > 0 else -x", {"x": (-3, 2)}, 0, [0]),
        ("floor(x) + x^2", {"x": (-3, 2)}, -1, [-1, 0]),  # at 0 from below: not attained there
        ("sqrt(x)", {"x": (0, 2)}, 0, [0]),
        ("(x - 1)^4", {"x": (-3, 4)}, 0, [1]),
        ("x*log(x)", {"x": (-1, 2)}, -1 / math.e, [1 / math.e]),
        ("log(x)^2 + sqrt(1 - x)", {"x": (-1, 3)}, 0, [1]),
        ("x*log(x) + (1 - x)*log(1 - x)", {"x": (0, 1)}, -math.log(2), [0.5]),
        ("-x^2*log(x)", {"x": (0, 0.5)}, 0, [0]),  # a limit that is not attained
    ],
)
def test_borders_kinks_and_branches(
    formula: str, over: dict[str, Ends], least: float, places: list[float]
) -> None:
    found = global_minimum(formula, over)
    assert _value(found) == pytest.approx(least, abs=1e-6)
    assert len(found.minimisers) == len(places)
    for place, one in zip(places, found.minimisers, strict=True):
        low, high = one.at["x"]
        assert low - 1e-6 <= place <= high + 1e-6
        assert high - low < 1e-2


@pytest.mark.parametrize(
    ("formula", "over", "conditions", "least"),
    [
        ("x + y", {"x": (-2, 2), "y": (-2, 2)}, ["x^2 + y^2 <= 1"], -math.sqrt(2)),
        ("x^2 + y^2", {"x": (-2, 2), "y": (-2, 2)}, ["x + y >= 1"], 0.5),
        ("-x", {"x": (-2, 2)}, ["x <= 1"], -1),
        ("(x - 2)^2 + (y - 2)^2", {"x": (-1, 3), "y": (-1, 3)}, ["x < 1", "0 < y < 1"], 2),
        ("x^2", {"x": (-1, 3)}, ["x >= -5"], 0),
        # Mishra's bird, and g24 of the competitions on constrained evolution
        (
            "sin(y)*exp((1 - cos(x))^2) + cos(x)*exp((1 - sin(y))^2) + (x - y)^2",
            {"x": (-10, 0), "y": (-6.5, 0)},
            ["(x + 5)^2 + (y + 5)^2 < 25"],
            -106.76453674926,
        ),
        (
            "-x - y",
            {"x": (0, 3), "y": (0, 4)},
            ["y <= 2*x^4 - 8*x^3 + 8*x^2 + 2", "y <= 4*x^4 - 32*x^3 + 88*x^2 - 96*x + 36"],
            -5.508013271595,
        ),
    ],
)
def test_constraints(
    formula: str, over: dict[str, Ends], conditions: list[str], least: float
) -> None:
    found = global_minimum(formula, over, subject_to=conditions)
    low, high = found.value
    assert low <= least + 1e-10
    assert high >= least - 1e-10
    assert found.complete
    assert high - low < 1e-6 * max(1, abs(least))


@pytest.mark.parametrize(
    ("formula", "over", "conditions", "least", "places"),
    [
        ("x + y", (-2, 2), ["x^2 + y^2 = 1"], -math.sqrt(2), 1),
        ("x^2 + y^2", (-2, 2), ["x*y == 1"], 2, 2),
        ("x", (-2, 2), ["x^2 + y^2 = 1", "y = x"], -math.sqrt(0.5), 1),
        ("x^2 + y^2", (-2, 2), ["x + y = 1", "x >= 0.7"], 0.58, 1),  # both kinds hold it
        ("x + y", (-2, 2), ["x + y = 4"], 4, 1),  # one corner alone
        ("x", (-2, 2), ["x^3 = y^2"], 0, 1),  # a cusp: no multipliers
        ("x", (-2, 2), ["abs(x) + abs(y) = 1"], -1, 1),  # a kink
        ("x", (-2, 2), ["(x^2 + y^2)^2 = 2*(x^2 - y^2)"], -math.sqrt(2), 1),  # a lemniscate
        # Hock and Schittkowski 14
        ("(x - 2)^2 + (y - 1)^2", (-5, 5), ["x = 2*y - 1", "x^2/4 + y^2 <= 1"], HS14, 1),
    ],
)
def test_equations_as_constraints(
    formula: str, over: Ends, conditions: list[str], least: float, places: int
) -> None:
    found = global_minimum(formula, {"x": over, "y": over}, subject_to=conditions)
    low, high = found.value
    assert low - 1e-12 <= least <= high + 1e-12
    assert (found.exit, len(found.minimisers)) == (0, places)


def test_the_nearest_points_of_planes_are_found() -> None:
    """The distance from a point to a plane, or to a line, by elimination in fractions."""
    random = Random(8)
    for _ in range(12):
        normal = [random.choice([-3, -2, -1, 1, 2, 3]) for _ in "xyz"]
        middle = [Fraction(random.randint(-4, 4), 4) for _ in "xyz"]
        offset = Fraction(random.randint(-4, 4), 4)
        gap = sum(a * x for a, x in zip(normal, middle, strict=True)) - offset
        truth = gap**2 / sum(a * a for a in normal)
        formula = " + ".join(f"({n} - ({m}))^2" for n, m in zip("xyz", middle, strict=True))
        plane = " + ".join(f"({a})*{n}" for a, n in zip(normal, "xyz", strict=True))
        over = dict.fromkeys("xyz", (-9.0, 9.5))
        found = global_minimum(formula, over, subject_to=[f"{plane} = {offset}"])
        assert Fraction(found.value[0]) <= truth <= Fraction(found.value[1])
        assert [one.unique for one in found.minimisers] == [True]
        factor = gap / sum(a * a for a in normal)
        for name, a, m in zip("xyz", normal, middle, strict=True):
            low, high = found.minimisers[0].at[name]
            assert Fraction(low) <= m - factor * a <= Fraction(high)


def test_the_maximum_is_the_minimum_of_the_negative() -> None:
    formula, over = "x*sin(3*x) - y^2", {"x": (-2.0, 3.0), "y": (-1.0, 2.0)}
    most = global_minimum(formula, over, maximize=True)
    least = global_minimum(f"-({formula})", over)
    assert most.value == (-least.value[1], -least.value[0])
    assert most.minimisers == least.minimisers


def test_a_line_of_minimisers_is_covered() -> None:
    found = global_minimum("(x - y)^2", {"x": (-1, 1), "y": (-1, 2)})
    assert found.complete
    for k in range(-100, 101):
        assert any(_is_in(one.at, x=k / 100, y=k / 100) for one in found.minimisers)
    flat = global_minimum("x^2", {"x": (-1, 1), "y": (-1, 2)})
    assert [one.at["y"] for one in flat.minimisers] == [(-1, 2)]


def test_a_minimum_that_is_only_a_limit_says_so() -> None:
    assert global_minimum("-x*log(x)", {"x": (0, 0.5)}).at_edge
    assert not global_minimum("x*log(x)", {"x": (0, 0.5)}).at_edge


def test_what_can_not_be_enclosed_is_undecided() -> None:
    found = global_minimum("x*log(abs(x))", {"x": (-0.1, 2)})
    assert not found.complete
    assert [box["x"][0] < 0 < box["x"][1] for box in found.undecided] == [True]
    assert found.exit == 5
    low, high = found.value
    assert low <= -1 / math.e <= high


def test_too_little_time_leaves_wide_but_true_bounds() -> None:
    tang = next(one for one in LANDSCAPES if one.name == "styblinski-tang 5")
    found = global_minimum(tang.formula, tang.over, search=Limits(max_parts=200))
    assert found.cause == "room"
    assert not found.complete
    assert found.value[0] <= tang.least <= found.value[1]
    places = dict.fromkeys(tang.over, -2.9035340)
    assert any(_is_in(one.at, **places) for one in found.minimisers)


def test_as_many_processes_as_you_like_give_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcalc.boxes.workers.START_SECONDS", 0.0)
    shubert = next(one for one in LANDSCAPES if one.name == "levy 2")
    answers = [global_minimum(shubert.formula, shubert.over, search=Limits(jobs=k)) for k in (1, 2)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("formula", "over", "conditions", "message"),
    [
        ("x^2", {"x": (0, math.inf)}, [], "the interval of x is infinite"),
        ("x^2", {"x": (1, 1)}, [], "the interval of x is empty"),
        ("x^2 + a", {"x": (0, 1)}, [], "a has neither a value nor bounds"),
        ("log(x)", {"x": (-2, -1)}, [], "the formula has no value in the box, proven"),
        ("x^2", {"x": (0, 1)}, ["x > 2"], "no point of the box meets the constraints, proven"),
        ("x", {"x": (0, 1)}, ["x = 1/2", "x = 1"], "there are 2 equations for 1 inputs"),
        ("x", {"x": (0, 1)}, ["x^2 = 2"], "no point of the box meets the constraints, proven"),
        ("x^2", {"x": (0, 1)}, ["x"], "a condition must compare two sides"),
        ("[x, 1]", {"x": (0, 1)}, [], "nothing can be proven over a box: the value is an array"),
    ],
)
def test_bad_requests(
    formula: str, over: dict[str, Ends], conditions: list[str], message: str
) -> None:
    with pytest.raises(GradcalcError) as caught:
        global_minimum(formula, over, subject_to=conditions)
    assert message in caught.value.message
