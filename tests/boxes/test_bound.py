"""Ranges over boxes: outer ends hold, inner ends are attained, what is claimed of them is so."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from random import Random

import pytest

from gradcalc import GradcalcError
from gradcalc.boxes.bound import bound
from gradcalc.boxes.search import Limits
from gradcalc.cli import run

pytest.importorskip("flint")
Ends = tuple[float, float]
FEW = Limits(max_parts=300)
EXACT = 1e-12


def _close(found: Ends, low: float, high: float, tolerance: float = 2e-6) -> None:
    size = max(abs(low), abs(high))
    assert low - tolerance * size <= found[0] <= low + EXACT * size
    assert high - EXACT * size <= found[1] <= high + tolerance * size


@pytest.mark.parametrize(
    ("text", "over", "value", "slopes"),
    [
        ("x^2 - x", {"x": (0, 1)}, (-0.25, 0), {"x": (-1, 1)}),
        ("sin(x)", {"x": (0, 10)}, (-1, 1), {"x": (-1, 1)}),
        ("abs(x)", {"x": (-1, 2)}, (0, 2), {"x": (-1, 1)}),
        ("max(x, 2*y)", {"x": (-1, 1), "y": (-1, 1)}, (-1, 2), {"x": (0, 1), "y": (0, 2)}),
        ("x*exp(-x)", {"x": (0, 3)}, (0, math.exp(-1)), {"x": (-math.exp(-2), 1)}),
        ("sqrt(x)", {"x": (0.25, 0.3)}, (0.5, math.sqrt(0.3)), {"x": (0.5 / math.sqrt(0.3), 1)}),
        ("x/(1 + x^2)", {"x": (-3, 3)}, (-0.5, 0.5), {"x": (-0.125, 1)}),
        ("s = 0; for i in 1..4 { s = s + x^i }; s", {"x": (0, 1)}, (0, 3), {"x": (1, 6)}),
        ("(1-x)^2 + 100*(y-x^2)^2", {"x": (-2, 2), "y": (-1, 3)}, (0, 2509), None),
        ("x^2 if x > 0 else 3*x", {"x": (-1, 1)}, (-3, 1), None),
        ("relu(x - y)", {"x": (0, 1), "y": (0, 1)}, (0, 1), {"x": (0, 1), "y": (-1, 0)}),
        ("2*x - 3*y", {"x": (0, 1), "y": (0, 1)}, (-3, 2), {"x": (2, 2), "y": (-3, -3)}),
        ("x^3*1e-400 + y", {"x": (-1, 1), "y": (0, 1)}, (0, 1), {"y": (1, 1)}),
        ("sum(v^2)", {"v[1]": (-1, 1), "v[0]": (0, 1)}, (0, 2), {"v[0]": (0, 2), "v[1]": (-2, 2)}),
        ("v[1]/v[0]", {"v[0]": (1, 2), "v[1]": (3, 4)}, (1.5, 4), {"v[1]": (0.5, 1)}),
        ("det([[x, 1], [2, y]])", {"x": (0, 1), "y": (0, 2)}, (-2, 0), {"x": (0, 2), "y": (0, 1)}),
    ],
)
def test_ranges(
    text: str, over: dict[str, Ends], value: Ends, slopes: dict[str, Ends] | None
) -> None:
    found = bound(text, over)
    _close(found.value.outer, *value)
    assert found.value.is_close
    for name, ends in (slopes or {}).items():
        _close(found.gradient[name].outer, *ends)
    assert slopes is None or found.exit == 0
    for end, point in zip(found.value.inner, found.value.at, strict=True):
        assert point is not None
        assert all(low <= point[name] <= high for name, (low, high) in over.items())
        assert found.value.outer[0] <= end <= found.value.outer[1]


@pytest.mark.parametrize(
    ("text", "over", "ways", "convex", "concave"),
    [
        ("exp(x) + x", {"x": (-1, 1)}, {"x": "increasing"}, True, False),
        ("x^3", {"x": (-1, 1)}, {"x": "nondecreasing"}, False, False),
        ("-sqrt(x)", {"x": (1, 2)}, {"x": "decreasing"}, True, False),
        ("x^2 + y^2 + x*y", {"x": (-1, 1), "y": (-1, 1)}, {"x": "neither"}, True, False),
        ("(x - y)^2", {"x": (-1, 1), "y": (-1, 1)}, {"y": "neither"}, True, False),
        ("x*y", {"x": (1, 2), "y": (1, 2)}, {"x": "increasing"}, False, False),
        ("3*x - y", {"x": (1, 2), "y": (1, 2)}, {"y": "decreasing"}, True, True),
        ("0*x + y^4", {"x": (1, 2), "y": (-1, 2)}, {"x": "constant"}, True, False),
        ("log(x)", {"x": (0.5, 2)}, {"x": "increasing"}, False, True),
        ("abs(x)", {"x": (-1, 1)}, {"x": "neither"}, True, False),
        ("floor(x)", {"x": (0.5, 1.5)}, {"x": None}, False, False),
        ("x - floor(x)", {"x": (0.5, 1.5)}, {"x": None}, False, False),
        ("x if x < 1 else x - 5", {"x": (0.5, 1.5)}, {"x": None}, False, False),
    ],
)
def test_what_follows(
    text: str,
    over: dict[str, Ends],
    ways: dict[str, str],
    convex: bool | None,
    concave: bool | None,
) -> None:
    found = bound(text, over)
    assert {name: found.monotone[name] for name in ways} == ways
    assert (found.convex, found.concave) == (convex, concave)
    assert len(found.bends) == [convex, concave].count(False)


@pytest.mark.parametrize(
    ("text", "convex", "concave"),
    [
        ("exp(x + 2*y + z)", True, False),
        ("(x + y + z)^2 + x^4 + y^4", True, False),
        ("x^4 + y^4 + z^4", True, False),
        ("abs(x - y) + y^2 + exp(z^2)", True, False),
        ("hypot(x, y) + max(x, y, z)", True, False),
        ("norm([x, y, z])", True, False),
        ("logaddexp(x, y - z)", True, False),
        ("max(x + y, 0)^2", True, False),
        ("min(x, -y) - abs(z)^3", False, True),
        ("-abs(x)", False, True),
        ("x*abs(x) + y", False, False),
        ("relu(x) - 2*relu(x - 1/2)", False, False),
        ("abs(abs(x) - 1/2)", False, False),
        ("3*x - y/2", True, True),
    ],
)
def test_convex_by_what_it_is_made_of(text: str, convex: bool, concave: bool) -> None:
    found = bound(text, dict.fromkeys("xyz", (-1.0, 1.5)), tolerance=0.1, search=FEW)
    assert (found.convex, found.concave) == (convex, concave)


@pytest.mark.parametrize(
    ("text", "convex", "concave"),
    [
        ("x*log(x)", True, False),
        ("-sqrt(x) + 1/x", True, False),
        ("log(x) + sqrt(x)", False, True),
        ("x^1.5 - x^0.5", True, False),
        ("1/(x - 1/2)^2", False, False),  # a pole is no valley
        ("1/(x - 1/2)", False, False),
    ],
)
def test_convex_up_to_the_edge_of_the_domain(text: str, convex: bool, concave: bool) -> None:
    found = bound(text, {"x": (0, 1)}, search=FEW)
    assert (found.convex, found.concave) == (convex, concave)


LOGARITHMIC = [(p, share) for p in ("0.3", "1/2", "1", "2") for share in ("{}", "y*{}", "1 - 3*{}")]


@pytest.mark.parametrize(("power", "form"), LOGARITHMIC)
def test_powers_beat_logarithms_at_0(power: str, form: str) -> None:
    found = bound(form.format(f"x^({power})*log(x)"), {"x": (0, 1), "y": (1, 2)}, search=FEW)
    lowest = -1 / (math.e * float(Fraction(power)))
    low, high = {"{}": (lowest, 0), "y*{}": (2 * lowest, 0)}.get(form, (1, 1 - 3 * lowest))
    assert found.value.outer[0] <= low <= found.value.outer[0] + 1e-2
    assert found.value.outer[1] - 1e-2 <= high <= found.value.outer[1]


def test_lipschitz_constants() -> None:
    found = bound("3*x - 4*y", {"x": (0, 1), "y": (0, 1)})
    for norm, constant in (("1", 4), ("2", 5), ("inf", 7)):
        low, high = found.lipschitz[norm]
        assert constant - 0.01 <= low <= constant <= high <= constant + 0.01
    assert bound("sqrt(x)", {"x": (0, 1)}).lipschitz["1"][1] == math.inf
    assert bound("floor(x)", {"x": (0.5, 1.5)}).lipschitz["2"][1] == math.inf


@pytest.mark.parametrize(
    ("text", "slopes", "lipschitz"),
    [
        ("abs(x) + max(x, y)", [(-1, 2), (0, 1)], {"1": 2, "2": 2, "inf": 2}),
        ("max(x, y) - min(x, y)", [(-1, 1), (-1, 1)], {"1": 1, "2": math.sqrt(2), "inf": 2}),
        ("relu(x) - relu(-x) + abs(y)", [(1, 1), (-1, 1)], {"1": 1, "2": math.sqrt(2), "inf": 2}),
        ("max(x, -x, y)", [(-1, 1), (0, 1)], {"1": 1, "2": 1, "inf": 1}),
        ("clip(2*x + y, -1, 1)", [(0, 2), (0, 1)], {"1": 2, "2": math.sqrt(5), "inf": 3}),
        ("abs(x)*(y + 2)", [(-3, 3), (0, 1)], {"1": 3, "2": math.sqrt(10), "inf": 4}),
        ("sqrt(x^2) + y", [(-1, 1), (1, 1)], {"1": 1, "2": math.sqrt(2), "inf": 2}),
        ("x - leaky_relu(x - y, 0.5)", [(0, 0.5), (0.5, 1)], {"1": 1, "2": 1, "inf": 1}),
    ],
)
def test_at_kinks_slopes_are_those_of_both_sides(
    text: str, slopes: list[Ends], lipschitz: dict[str, float]
) -> None:
    found = bound(text, {"x": (-1, 1), "y": (-1, 1)})
    for extent, (low, high) in zip(found.gradient.values(), slopes, strict=True):
        assert low - 1e-6 <= extent.outer[0] <= low <= high <= extent.outer[1] <= high + 1e-6
    for norm, truth in lipschitz.items():
        low, high = found.lipschitz[norm]
        assert truth - 1e-2 <= low <= truth <= high <= truth + 1e-2


@pytest.mark.parametrize("text", ["hypot(x, y)", "norm([x, y])", "sqrt(x^2 + y*y)", "abs(x + 0*y)"])
def test_the_slopes_of_a_cone_are_bounded(text: str) -> None:
    found = bound(text, {"x": (-1, 1), "y": (-1, 1)}, search=Limits(max_parts=3000))
    for low, high in (extent.outer for extent in found.gradient.values()):
        assert -1.00001 <= low <= high <= 1.00001
    assert 1 <= found.lipschitz["1"][1] <= 1.00001
    assert 1 <= found.lipschitz["2"][1] <= 1.001


@pytest.mark.parametrize(
    ("text", "by_length", "by_sum"),
    [
        ("hypot(x, y)", 1, math.sqrt(2)),
        ("sqrt(x^2 + y^2) + 2*x", 3, 2 + math.sqrt(2)),
        ("norm([x, y, x - y])", math.sqrt(3), math.sqrt(6)),
        ("norm([x, 2*y, 0.5])", math.sqrt(4 / (4 + 0.25)) * 2, None),  # steepest at y = 1, no cone
        ("abs(y) + hypot(x, 3*y)", 4, 1 + math.sqrt(10)),
        ("hypot(x, y)*(2 + y) - 5*y", 7, 5 + math.sqrt(8)),
    ],
)
def test_the_slopes_of_a_cone_go_together(
    text: str, by_length: float, by_sum: float | None
) -> None:
    found = bound(text, {"x": (-1, 1), "y": (-1, 1)}, search=Limits(max_parts=3000))
    for norm, truth in (("2", by_length), ("inf", by_sum)):
        low, high = found.lipschitz[norm]
        assert truth is None or truth - 1e-2 <= low <= truth + 1e-9, norm
        assert truth is None or truth - 1e-9 <= high <= truth + 1e-2, norm


def test_what_has_no_enclosure_is_listed() -> None:
    found = bound("1/x", {"x": (-1, 1)})
    assert found.value.outer == (-math.inf, math.inf)
    assert found.exit == 5
    ((((low, high),), reason), *_) = found.value.undecided
    assert low <= 0 <= high
    assert "div has no finite enclosure" in str(reason)


@pytest.mark.parametrize(
    ("text", "names", "low", "high"),
    [
        ("sqrt(1 - x^2 - y^2)", "xy", 0, 1),
        ("3 + sqrt(x - y)/(1 + x^2)", "xy", 3, None),
        ("asin(x + y)", "xy", -math.pi / 2, math.pi / 2),
        ("sqrt(x)", "x", 0, 1),
        ("acosh(x + 1/2)*exp(x)", "x", 0, math.acosh(1.5) * math.e),
        ("log(x)", "x", None, 0),  # bounded on one side alone
    ],
)
def test_where_it_is_defined_it_is_bounded(
    text: str, names: str, low: float | None, high: float | None
) -> None:
    found = bound(text, dict.fromkeys(names, (-1, 1)), search=Limits(max_parts=800)).value
    if low is not None:
        assert low - 1e-9 <= found.outer[0] <= low + 1e-12
        assert low <= found.inner[0] <= low + 0.1
    if high is not None:
        assert high - 1e-9 <= found.outer[1] <= high + 1e-5
        assert high - 0.1 <= found.inner[1] <= high + 1e-12
    assert None not in (low, high) or text.startswith("3") or found.undecided


def test_time_is_kept_and_what_is_proven_stays() -> None:
    names = [f"x{k}" for k in range(12)]
    text = "sin(" + "*".join(names) + ") + " + " + ".join(f"cos({n}*{n})" for n in names)
    found = bound(text, dict.fromkeys(names, (-3.0, 3.0)), search=Limits.of(0.5))
    assert found.causes == ("time",)
    assert found.exit == 5
    assert -13.1 <= found.value.outer[0] <= found.value.inner[0]
    assert found.value.inner[1] <= found.value.outer[1] <= 13.1


@pytest.mark.parametrize(
    ("text", "over", "message"),
    [
        ("x^2", {"x": (0, math.inf)}, "the interval of x is infinite"),
        ("x^2", {"x": (1, 0)}, "the interval of x is empty"),
        ("x*y", {"x": (0, 1)}, "y has neither a value nor bounds"),
        ("sum(v)", {"v[1]": (0, 1)}, "v[0] has no bounds"),
        ("log(x)", {"x": (-3, -1)}, "the formula has no value anywhere in the box"),
        ("[x, x]", {"x": (0, 1)}, "can't be enclosed over the box: the value is an array"),
        ("x - detach(x)", {"x": (0, 1)}, "detach hides a dependence"),
        ("zeta(x + 1e13)", {"x": (0, 1)}, "zeta has no finite enclosure over the box"),
    ],
)
def test_what_is_refused(text: str, over: dict[str, Ends], message: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        bound(text, over)
    assert message in caught.value.message


@pytest.mark.parametrize("seed", range(6))
def test_planted_ranges(seed: int) -> None:
    """Monotone and convex functions of an affine form: range, slopes, constants are known."""
    random = Random(seed)
    weights = [
        random.choice((-1, 1)) * random.randint(1, 9) / 4 for _ in range(random.choice((1, 2)))
    ]
    names = "xyz"[: len(weights)]
    box = {n: (low := random.randint(-4, 3) / 2, low + random.choice((0.5, 1, 2))) for n in names}
    form = " + ".join(f"({w})*{n}" for w, n in zip(weights, names, strict=True))
    low = sum(min(w * a, w * b) for w, (a, b) in zip(weights, box.values(), strict=True))
    high = sum(max(w * a, w * b) for w, (a, b) in zip(weights, box.values(), strict=True))
    for outer, derived in ((math.exp, math.exp), (math.sinh, math.cosh)):
        found = bound(f"{outer.__name__}({form})", box)
        _close(found.value.outer, outer(low), outer(high))
        slopes = [derived(low), derived(high), *([1.0] if low < 0 < high else [])]
        for weight, name in zip(weights, names, strict=True):
            ends = (
                (weight * min(slopes), weight * max(slopes))
                if outer is math.sinh
                else (weight * derived(low), weight * derived(high))
            )
            _close(found.gradient[name].outer, *sorted(ends))
            assert found.monotone[name] == ("increasing" if weight > 0 else "decreasing")
        if outer is math.exp:
            assert found.convex is True
            steepest = math.exp(high) * math.hypot(*weights)
            assert found.lipschitz["2"][0] <= steepest <= found.lipschitz["2"][1]


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", "x^2 - a*x", "--over", "x=0:1", "--at", "a=1,b=2", "--json"]) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["schema"] == "gradcalc.bounds/1"
    assert answer["value"][0] <= -0.25 <= answer["attained"]["value"][0]
    assert answer["gradient"] == {"x": [-1.0, 1.0]}
    assert answer["convex"] is True
    assert "b is given but not used" in err
    assert run(["bound", "1/x", "--over", "x=-1:1", "--json"]) == 5
    assert json.loads(capsys.readouterr().out)["value"] == ["-Infinity", "Infinity"]
    assert run(["bound", "x", "--over", "x=0:1", "--tol", "0"]) == 2
    assert run(["bound", "x"]) == 2
    assert run(["bound", "x", "--over", "x=0:1", "--at", "x=1"]) == 2


def test_outer_ends_are_rounded_outwards_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    run(["bound", "x/3", "--over", "x=1:2"])
    line = next(one for one in capsys.readouterr().out.splitlines() if one.startswith("value"))
    low, high = line.split()[1:3]
    assert Fraction(low) <= Fraction(1, 3)
    assert Fraction(2, 3) <= Fraction(high)


def test_the_answer_in_python() -> None:
    found = bound("x^2", {"x": (1, 2)})
    assert repr(found) == "Extents(x^2 in [1, 4])"
    assert "increasing" in found._repr_html_()
