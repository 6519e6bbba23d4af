"""Every pole, jump, kink, hole and edge of formulas whose breaks are known by construction."""

from __future__ import annotations

import math

import pytest

from gradcalc.claims.boxes import Box
from gradcalc.plots.curves import Break, Member
from gradcalc.plots.plot import MAX_EVALUATIONS, plot

PI, ROOT2, INF = math.pi, math.sqrt(2), math.inf
PHI = (1 + math.sqrt(5)) / 2

# A formula, its interval, and what breaks it: kind and place.
KNOWN: tuple[tuple[str, float, float, tuple[tuple[str, float], ...]], ...] = (
    ("sin(x)", -5, 5, ()),
    ("x^3 - x", -2, 2, ()),
    ("sqrt(x^4)", -1, 1, ()),
    ("relu(x) - relu(-x)", -1, 1, ()),
    ("x*abs(x)", -1, 1.03, ()),
    ("abs(x)^1.5", -1, 1, ()),
    ("sin(1/x)", 0.01, 1, ()),
    ("exp(-1000*(x - 0.123)^2)", -1, 1, ()),
    ("1/(1 + x^2)", -3, 3, ()),
    ("1/(1e-3 + x^2)", -1, 1, ()),
    ("log(2 + x)", -1, 1, ()),
    ("x if x < 1 else 2*x - 1 + (x - 1)^2 - (x - 1)", -1, 3, ()),
    ("y = x; for i in 0..3 { y = sin(y) }; y", -3, 3, ()),
    ("tan(x)", -5, 5, tuple(("pole", k * PI / 2) for k in (-3, -1, 1, 3))),
    ("sec(x)", -2, 2, (("pole", -PI / 2), ("pole", PI / 2))),
    ("1/sin(x)", -4, 4, (("pole", -PI), ("pole", 0), ("pole", PI))),
    ("cot(x)", -1, 1, (("pole", 0),)),
    ("1/x", -1, 2, (("pole", 0),)),
    ("x^(-2)", -1, 2, (("pole", 0),)),
    ("1/(x - 1)^2", 0, 3.01, (("pole", 1),)),
    ("1/(x^2 - 2)", -2, 2, (("pole", -ROOT2), ("pole", ROOT2))),
    ("1/(x^2 - 2)^2", -2, 2, (("pole", -ROOT2), ("pole", ROOT2))),
    ("1/(x^2 - 2*x + 1)", 0, 3, (("pole", 1),)),
    ("exp(1/x)", -1, 1, (("pole", 0),)),
    ("coth(x)", -1, 1, (("pole", 0),)),
    ("gamma(x)", -3.5, 3, tuple(("pole", float(-k)) for k in (3, 2, 1, 0))),
    ("lgamma(x)", -2.5, 3, tuple(("pole", float(-k)) for k in (2, 1, 0))),
    ("digamma(x)", -1.5, 3, (("pole", -1), ("pole", 0))),
    ("log(abs(x))", -2, 2, (("pole", 0),)),
    ("log(x^2)", -2, 2, (("pole", 0),)),
    ("log(x^2 - 2)", -3, 3, (("pole", -ROOT2), ("pole", ROOT2))),
    ("log(x)", -1, 3, (("pole", 0),)),
    ("1/(x - 1/3) + 1/(x + 1/3)", -1, 1, (("pole", -1 / 3), ("pole", 1 / 3))),
    ("abs(x)", -1, 2, (("kink", 0),)),
    ("abs(x - 1) + relu(x)", -3, 3, (("kink", 0), ("kink", 1))),
    ("abs(x^2 - 2)", -2, 2, (("kink", -ROOT2), ("kink", ROOT2))),
    ("max(x, x^2)", -1, 2, (("kink", 0), ("kink", 1))),
    ("hypot(x, 2*x)", -1, 1, (("kink", 0),)),
    ("acosh(1 + x^2)", -1, 1, (("kink", 0),)),
    ("sqrt(x^2)", -1, 1, (("kink", 0),)),
    ("asin(sin(x))", -2, 5, (("kink", -PI / 2), ("kink", PI / 2), ("kink", 3 * PI / 2))),
    ("clip(x, -1, 1)", -2, 2, (("kink", -1), ("kink", 1))),
    ("sum([abs(x - 1), abs(x + 1)])", -2, 2, (("kink", -1), ("kink", 1))),
    ("x if x < 1 else 2*x - 1", -1, 3, (("kink", 1),)),
    ("abs(x^2 - x - 1)", -2, 2, (("kink", 1 - PHI), ("kink", PHI))),
    ("cbrt(x)", -1, 1.1, (("vertical", 0),)),
    ("cbrt(x^2 - 2)", 0, 2, (("vertical", ROOT2),)),
    ("sqrt(abs(x))", -1, 1, (("cusp", 0),)),
    ("sqrt(abs(x^2 - 2))", 0, 3, (("cusp", ROOT2),)),
    ("abs(x - 1/2)^(2/3)", -1, 1, (("cusp", 0.5),)),
    ("(x^2 - 1)/(x - 1)", 0, 2.03, (("hole", 1),)),
    ("sin(x)/x", -3, 3, (("hole", 0),)),
    ("(x^4 - 4)/(x^2 - 2)", 0, 2, (("hole", ROOT2),)),
    ("x^2/x", -1, 1, (("hole", 0),)),
    ("(x - 2)/(x^2 - 4)", -3, 3, (("pole", -2), ("hole", 2))),
    ("x/abs(x)", -1, 1.01, (("jump", 0),)),
    ("floor(x)", -2.5, 2.5, tuple(("jump", float(k)) for k in range(-2, 3))),
    ("floor(x)", -20.5, 20.5, tuple(("jump", float(k)) for k in range(-20, 21))),
    ("round(x)", -2, 2, tuple(("jump", k + 0.5) for k in range(-2, 2))),
    ("x % 1", -1.5, 1.5, (("jump", -1), ("jump", 0), ("jump", 1))),
    ("sign(x^2 - 2)", 0, 2, (("jump", ROOT2),)),
    ("x^2 if x < 0.3 else x^3", -1, 1, (("jump", 0.3),)),
    ("5 if x == 2 else x^2", 0, 3, (("jump", 2),)),
    ("atan(1/x)", -1, 1, (("jump", 0),)),
    ("1/(1 + exp(1/x))", -1, 1, (("jump", 0),)),
    ("y = x; while y > 1 { y = y/2 }; y", 0.1, 9, tuple(("jump", float(k)) for k in (1, 2, 4, 8))),
    ("y = 1 if x > 0 else -1; z = y if x < 2 else 3*y; z*x", -1, 3, (("kink", 0), ("jump", 2))),
    ("1/x + floor(x)", -1.5, 1.5, (("jump", -1), ("pole", 0), ("jump", 1))),
    ("sqrt(x)", -1, 2, (("edge", 0),)),
    ("sqrt(x^2 - 2)", -3, 3, (("edge", -ROOT2), ("edge", ROOT2))),
    ("x*log(x)", -1, 2, (("edge", 0),)),
    ("acos(x)", -2, 2, (("edge", -1), ("edge", 1))),
    ("sqrt(x)*log(2 - x)", -1, 3, (("edge", 0), ("pole", 2))),
    ("sqrt(x)", 0, 3, (("edge", 0),)),
    ("sin(1/x)", -1, 1, (("undefined", 0),)),
)  # fmt: skip


def member(source: str, low: float, high: float, order: int = 1) -> Member:
    return plot(source, Box({"x": (low, high)}), order=order).members[0]


@pytest.mark.parametrize(
    ("source", "low", "high", "breaks"), [pytest.param(*case, id=case[0]) for case in KNOWN]
)
def test_breaks_are_found_named_and_none_invented(
    source: str, low: float, high: float, breaks: tuple[tuple[str, float], ...]
) -> None:
    found = member(source, low, high)
    assert [(one.kind, pytest.approx(one.x, abs=1e-8)) for one in found.breaks] == list(breaks)
    assert found.evaluations <= MAX_EVALUATIONS


@pytest.mark.parametrize("shift", ["0.37", "1/7", "sqrt(3)", "pi/5"])
@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("1/({})", "pole"),
        ("1/({})^2", "pole"),
        ("log(abs({}))", "pole"),
        ("abs({})", "kink"),
        ("max({}, 2*({}))", "kink"),
        ("cbrt({})", "vertical"),
        ("sqrt(abs({}))", "cusp"),
        ("sign({})", "jump"),
        ("sqrt({})", "edge"),
        ("({})^2/({})", "hole"),
        ("1 if {} > 0 else 0", "jump"),
    ],
)
def test_each_kind_is_found_wherever_it_is(form: str, kind: str, shift: str) -> None:
    place = {"0.37": 0.37, "1/7": 1 / 7, "sqrt(3)": math.sqrt(3), "pi/5": PI / 5}[shift]
    (one,) = member(form.replace("{}", f"x - {shift}"), -2, 3).breaks
    assert (one.kind, one.x) == (kind, pytest.approx(place, abs=1e-9))


@pytest.mark.parametrize("away", [0.03, 0.05, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("beside", ["1/({})", "1/({})^2", "tan({} + pi/2)", "log(abs({}))"])
@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("abs({})", "kink"),
        ("max({}, 0)", "kink"),
        ("0.3*sqrt(abs({}))", "cusp"),
        ("sign({})", "jump"),
        ("sin({})", ""),
        ("({})*abs({})", ""),
    ],
)
def test_a_break_is_found_beside_a_pole(form: str, kind: str, beside: str, away: float) -> None:
    """Its place can't be written, so that numbers on both sides tell: they are steep there."""
    source = f"{form} + {beside}".replace("{}", "x - sqrt(2)", form.count("{}"))
    found = member(source.replace("{}", f"x - sqrt(2) - {away}"), -2, 3).breaks
    here = [one.kind for one in found if abs(one.x - ROOT2) < 1e-6]
    assert here == ([kind] if kind else [])
    assert [one.kind for one in found if abs(one.x - ROOT2 - away) < 1e-6] == ["pole"]


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_breaks_are_found_at_every_scale(scale: float) -> None:
    (one, other) = member(f"abs(x/{scale:g}) + 1/(x/{scale:g} - 2)", -3 * scale, 3 * scale).breaks
    assert (one.kind, one.x) == ("kink", 0)
    assert (other.kind, other.x) == ("pole", pytest.approx(2 * scale))


def test_limits_on_both_sides() -> None:
    found = {one.x: one for one in member("1/x + floor(x)", -1.5, 1.5).breaks}
    assert (found[-1].sides[0], found[-1].value) == ((-3, -2), -2)
    assert (found[0].sides[0], found[0].value) == ((-INF, INF), None)
    assert (found[1].sides[0], found[1].value) == ((1, 2), 2)
    assert found[1].place == "floor(x)"


def test_slopes_on_both_sides_of_a_kink() -> None:
    (one,) = member("abs(x - 1)*2 + x", -1, 3).breaks
    assert one.sides[1] == (-1, 3)


def crossed(found: Member, order: int, x: float) -> bool:
    return any(piece.x[0] < x < piece.x[-1] for piece in found.curves[order].pieces)


@pytest.mark.parametrize(
    ("source", "joined"),
    [
        ("1/(x - 1)", (False, False, False)),
        ("floor(x)", (False, False, False)),
        ("abs(x - 1)", (True, False, False)),
        ("cbrt(x - 1)", (True, False, False)),
        ("(x^2 - 1)/(x - 1)", (False, False, False)),
        ("(x - 1)*abs(x - 1)", (True, True, False)),
        ("(x - 1)^3", (True, True, True)),
    ],
)
def test_nothing_is_joined_that_is_not(source: str, joined: tuple[bool, ...]) -> None:
    found = member(source, 0.5, 1.7, order=2)
    assert tuple(crossed(found, order, 1.0) for order in range(3)) == joined


def test_ends_are_open_and_closed() -> None:
    left, right = member("floor(x)", 0.5, 1.5, order=0).curves[0].pieces
    assert left.end is not None
    assert right.start is not None
    assert (left.end.y, left.end.closed) == (0, False)
    assert (right.start.y, right.start.closed) == (1, True)


@pytest.mark.parametrize("hole", [2, 0.3, -1.7])
@pytest.mark.parametrize("beside", ["", " + floor(x)", " + x^2"])
def test_second_derivatives_beside_a_hole_have_their_digits(hole: float, beside: str) -> None:
    source = f"(x^2 - ({hole})^2)/(x - ({hole})){beside}"
    true = 2 if "x^2" in beside else 0
    pieces = member(source, -5, 5, order=2).curves[2].pieces
    assert len(pieces) > 1
    assert all(abs(y - true) < 1e-3 for piece in pieces for y in piece.y)


def test_a_value_apart_from_its_limits_is_a_point() -> None:
    curve = member("5 if x == 2 else x^2", 0, 3, order=0).curves[0]
    assert curve.points == ((2, 5),)


@pytest.mark.parametrize("source", ["tan(x)", "1/(x - 1)^2", "gamma(x)", "1/x"])
def test_a_pole_leaves_the_rest_in_view(source: str) -> None:
    (low, high) = plot(source, Box({"x": (-3.5, 3.5)})).views[0]
    assert -60 < low < high < 60


@pytest.mark.parametrize("where", ["x", "x - 1", "x^2 - 2", "sin(x)"])
@pytest.mark.parametrize("form", ["({0})*sin(1/({0}))", "sin(1/({0}))", "cos(1/({0}))/({0})"])
def test_derivatives_that_oscillate_leave_the_rest_in_view(form: str, where: str) -> None:
    low, high = plot(form.format(where), Box({"x": (-0.3, 1.7)})).views[1]
    assert -1000 < low < high < 1000


@pytest.mark.parametrize("form", ["({0})^2*sin(1/({0}))", "({0})^2*cos(1/({0})) + x"])
@pytest.mark.parametrize(("where", "x"), [("x", 0), ("x - 1", 1), ("x^2 - 2", ROOT2)])
def test_slopes_that_oscillate_have_no_limit(form: str, where: str, x: float) -> None:
    (one,) = member(form.format(where), -0.3, 1.7).breaks
    assert (one.kind, one.x, one.sides[1]) == ("hole", pytest.approx(x), (None, None))


def test_more_breaks_than_can_be_told_are_counted() -> None:
    found = plot("floor(x)", Box({"x": (-300.5, 300.5)}))
    assert found.members[0].evaluations <= MAX_EVALUATIONS
    assert "more places that may be breaks" in " ".join(found.notes)


def test_many_jumps_between_numbers_that_nobody_writes() -> None:
    """sin(5*x)*3 passes five integers on its way up, and on its way down."""
    low, high = 0.01, 4 * PI / 5 + 0.01
    found = plot("floor(sin(5*x)*3)", Box({"x": (low, high)}))
    rising = [math.asin(level / 3) for level in (-2, -1, 0, 1, 2)]
    turns = [turn for angle in rising for turn in (angle, PI - angle)]
    places = sorted((turn + 2 * PI * k) / 5 for turn in turns for k in range(-1, 4))
    breaks = found.members[0].breaks
    assert [one.kind for one in breaks] == ["jump"] * 20
    assert [one.x for one in breaks] == pytest.approx([p for p in places if low < p < high])
    assert not found.notes


def names(breaks: tuple[Break, ...]) -> list[str]:
    return [one.text for one in breaks]


def test_places_are_written_as_people_write_them() -> None:
    assert names(member("tan(x)", -2, 2).breaks) == ["-pi/2", "pi/2"]
    assert names(member("1/(3*x - 1)", -2, 2).breaks) == ["1/3"]
    assert names(member("floor(x)", -3, 3).breaks) == ["-3", "-2", "-1", "0", "1", "2", "3"]


def test_members_of_a_family_have_their_own_breaks() -> None:
    found = plot("1/(x - a)", Box({"x": (-3, 3)}), family={"a": ["1", "2"]})
    assert [names(one.breaks) for one in found.members] == [["1"], ["2"]]
    assert [one.label for one in found.members] == ["a = 1", "a = 2"]


def test_the_tangent() -> None:
    tangent = plot("x^2", Box({"x": (-3, 3)}), tangent_at="3/2").members[0].tangent
    assert tangent is not None
    assert (tangent.x, tangent.y, tangent.slope) == (1.5, 2.25, 3)
