"""Hunting for trouble: each kind is found, its reproducer shows it, a clean formula has none."""

from __future__ import annotations

import json

import pytest

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.claims.boxes import read_over
from gradcalc.cli import run
from gradcalc.search.hunt import hunt
from tests.answers.frameworks import STEPS

Captured = pytest.CaptureFixture[str]
KNOWN = [
    ("1/(x - 2)", "pole", "1/(x - 2)", "2"),
    ("abs(x - 0.3)*x", "kink", "abs(x - 0.3)", "0.3"),
    ("1 if x > 1/3 else x", "jump", "x > 1/3", "1/3"),
    ("log(x)", "domain", "log(x)", "-1"),
    ("sqrt(x)", "no-derivative", "sqrt(x)", "0"),
    ("tan(x)", "pole", "tan(x)", "pi/2"),
    ("exp(x^3)", "overflow", "exp(x^3)", "10"),
    ("x/x", "undefined", "x/x", "0"),
    ("gamma(x)", "pole", "gamma(x)", "0"),
    ("max(x, 2 - x)", "kink", "max(x, 2 - x)", "1"),
    ("cbrt(x - 3/7)", "no-derivative", "cbrt(x - 3/7)", "3/7"),
]


@pytest.mark.parametrize(("source", "kind", "place", "x"), KNOWN, ids=[k[0] for k in KNOWN])
def test_trouble_is_found(source: str, kind: str, place: str, x: str) -> None:
    found = hunt(source, read_over(["x=-10:10"]), points=40)
    shown = {(f.kind, f.place): f.at["x"] for f in found.findings}
    assert shown.get((kind, place)) == x, shown
    assert found.exit is Exit.VERDICT
    for finding in found.findings:  # each reproducer shows what it is said to show
        try:
            result = evaluate(source, finding.at, options=Options(check="fast"))
        except GradcalcError as error:
            assert error.code == finding.kind
            continue
        seen = {result.status, result.error.code if result.error else ""}
        few = result.worst_digits is not None and result.worst_digits < 8
        assert finding.kind in seen or (finding.kind == "digits" and few)


@pytest.mark.parametrize("source", STEPS)
def test_a_finding_has_the_status_that_eval_answers(source: str) -> None:
    answer = evaluate(source, {"x": 0}, options=Options(check="fast"))
    kinds = {
        f.kind for f in hunt(source, read_over(["x=-1:1"]), points=1).findings if f.at["x"] == "0"
    }
    if answer.status == "smooth" and answer.error is None:
        assert not kinds - {"digits"}
    else:
        assert kinds & {answer.status, answer.error.code if answer.error else ""}


@pytest.mark.parametrize(
    "source",
    [
        "x^2 if x < 0 else 0*x",
        "(x - 1)^2 if x < 1 else (x - 1)^3",
        "(x^2 - 2)^2 if x^2 < 2 else 0*x",
        "relu(x^2 - 2)^2",
        "x*abs(x)",
        "exp(-x^2)",
        "sigmoid(300*x)",
        "x^3 - x",
    ],
)
def test_smooth_formulas_have_no_trouble(source: str) -> None:
    """Derivatives that are continuous, where a branch changes too; what underflows is 0."""
    found = hunt(source, read_over(["x=-3:3"]), points=40)
    assert found.findings == ()
    assert found.exit is Exit.OK


@pytest.mark.parametrize(
    ("source", "box", "kind"),
    [
        ("tan(x)", "x=100:110", "pole"),
        ("tan(x)", "x=1.6:4.8", "pole"),
        ("1/cos(x)", "x=100:110", "pole"),
        ("gamma(x)", "x=-7.3:-6.5", "pole"),
        ("floor(1.7*x)", "x=0.5:0.9", "jump"),
        ("1/(x - 0.3)", "x=-1e308:1e308", "pole"),
    ],
)
def test_trouble_that_no_simple_number_shows(source: str, box: str, kind: str) -> None:
    found = hunt(source, read_over([box]), points=20)
    assert kind in {f.kind for f in found.findings}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("sum(abs(v - x))", "kink"),
        ("sum(relu(v*x - 1))", "kink"),
        ("sum(1/(v - x))", "pole"),
        ("sum(floor(v*x))", "jump"),
    ],
)
def test_trouble_with_elements_of_a_held_array(source: str, kind: str) -> None:
    found = hunt(source, read_over(["x=0.2:3"]), held={"v": "[1.7, 2.3]"}, points=20)
    assert kind in {f.kind for f in found.findings}


def test_points_stay_in_the_box() -> None:
    """log(1 - x) has no value past 1."""
    assert hunt("log(1.0000001 - x)*0 + x", read_over(["x=0:1"]), points=20).findings == ()


def test_where_nothing_was_looked_at_nothing_is_well() -> None:
    found = hunt("x", read_over(["x=1:2"]), timeout=0.0)
    assert (found.points, found.exit) == (0, Exit.NOT_CONVERGED)


def test_numbers_of_the_text_are_looked_at() -> None:
    source = "if x > 0.123 and x < 0.1231 { 1/(x - 0.12305) } else { x }"
    found = hunt(source, read_over(["x=-5:5"]), points=10)
    assert {(f.kind, f.place, f.at["x"]) for f in found.findings} == {
        ("jump", "x > 0.123", "0.123"),
        ("jump", "x < 0.1231", "0.1231"),
        ("pole", "1/(x - 0.12305)", "0.12305"),
    }


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("2*norm([x, y])", "norm([x, y])"),
        ("v = [x, y]; 3*max(v)", "max(v)"),
        ("sum(abs([x, y] - 0.25))", "abs([x, y] - 0.25)"),
        ("sum(sqrt([x, 2 + y]))", "sqrt([x, 2 + y])"),
    ],
)
def test_the_operation_at_fault_is_named_in_arrays_too(source: str, place: str) -> None:
    found = hunt(source, read_over(["x=-1:1,y=-1:1"]), points=10)
    assert found.findings
    assert {f.place for f in found.findings} == {place}


def test_lost_digits_are_trouble() -> None:
    found = hunt("(1 - cos(x))/x^2 + x", read_over(["x=1e-9:1e-3"]), points=20)
    assert any(f.kind == "digits" and "cancels" in f.what for f in found.findings)
    assert not hunt("sinc(x/2)^2/2 + x", read_over(["x=1e-9:1e-3"]), points=20).findings


@pytest.mark.parametrize(
    ("source", "box", "kind", "place", "at"),
    [
        # The threshold of a whole number, found from 1000; a coordinate at a time.
        ("exp(x*y)", "x=-5:500,y=0:10", "overflow", "exp(x*y)", {"x": "352", "y": "2"}),
        ("log(1 + exp(x))", "x=-1000:1000", "overflow", "exp(x)", {"x": "710"}),
        ("log(1 + exp(x))", "x=-1000:1000", "digits", "log(1 + exp(x))", {"x": "-20"}),
        # Found in a corner of the box that has no simple numbers.
        (
            "sqrt(x - 7.123) + y",
            "x=7.05:7.3,y=3.3:3.4",
            "domain",
            "sqrt(x - 7.123)",
            {"x": "7.1", "y": "3.3"},
        ),
        ("log(x - y)", "x=7.05:7.3,y=7.21:7.26", "domain", "log(x - y)", {"x": "7.1", "y": "7.21"}),
    ],
)
def test_points_are_made_simpler(
    source: str, box: str, kind: str, place: str, at: dict[str, str]
) -> None:
    found = hunt(source, read_over([box]), points=40)
    shown = {(f.kind, f.place): f.at for f in found.findings}
    assert shown[kind, place] == at


@pytest.mark.parametrize(
    ("source", "kind", "place", "x"),
    [
        ("1/(x^2 - 2)", "pole", "1/(x^2 - 2)", 2**0.5),
        ("max(x^2, 3)", "kink", "max(x^2, 3)", 3**0.5),
        ("abs(sin(x) - 0.3)", "kink", "abs(sin(x) - 0.3)", 0.304692654),
        ("x^2 if x^3 > 5 else x", "jump", "x^3 > 5", 5 ** (1 / 3)),
    ],
)
def test_roots_that_cannot_be_written(source: str, kind: str, place: str, x: float) -> None:
    """No decimal lies at the square root of 2: these were not found at all."""
    findings = hunt(source, read_over(["x=0.1:2"]), points=20).findings
    (finding,) = [f for f in findings if f.kind == kind]
    assert (finding.place, finding.near) == (place, True)
    assert float(finding.at["x"]) == pytest.approx(x, rel=1e-9)


def test_smooth_crossings_are_no_trouble() -> None:
    for source in ("(x^2 - 2)*abs(x^2 - 2)", "x*(x^2 - 2)/(x^2 + 1)", "relu(x^2 - 2)^3"):
        assert not hunt(source, read_over(["x=0.1:2"]), points=20, min_digits=0).findings


def test_digits_are_lost_close_to_trouble_and_to_simple_numbers() -> None:
    for source, place in (
        ("(1 - cos(x))/x^2", "1 - cos(x)"),
        ("sqrt(1 + x) - 1", "sqrt(1 + x) - 1"),
    ):
        findings = hunt(source, read_over(["x=-0.9:5"]), points=5).findings
        (lost,) = [f for f in findings if f.kind == "digits"]
        assert lost.place in (place, f"({place})")


def test_rounding_an_input_is_no_trouble() -> None:
    """1/(x - 2) loses digits at 2.000000001 only because that is no float64."""
    assert [f.kind for f in hunt("1/(x - 2)", read_over(["x=1:5"]), points=20).findings] == ["pole"]
    assert not hunt("sin(x) + 2", read_over(["x=-4:4"]), points=20).findings


def test_one_point_that_takes_too_long_is_left(capsys: Captured) -> None:
    source = "for i in 0..900000 { x = sin(x) }; x"
    assert run(["hunt", source, "--over", "x=0:1", "--timeout", "0.2"]) == Exit.NOT_CONVERGED
    assert "time ran out" in capsys.readouterr().out


def test_inputs_are_in_order_and_all_of_them_are_read() -> None:
    found = hunt("1/(x*y - 0.37)", read_over(["y=-1:5,x=-5:5,z=0:1"]), points=20)
    assert found.notes == ("z is given but not used",)
    assert all(list(f.at) == ["x", "y"] for f in found.findings)


def test_a_clean_formula_and_two_inputs() -> None:
    assert hunt("x^2 + y*x", read_over(["x=-5:5,y=0:1"]), points=50).exit is Exit.OK
    found = hunt("log(x - y)", read_over(["x=0:1,y=0:1"]), points=20)
    assert {f.kind for f in found.findings} == {"pole", "domain", "digits"}
    lost = next(f for f in found.findings if f.kind == "digits")  # log1p(-y) would keep them
    assert (lost.place, lost.at) == ("log(x - y)", {"x": "1", "y": "1e-9"})


def test_the_same_seed_finds_the_same() -> None:
    box = read_over(["x=-3:3,y=-1:1"])
    first, second = (hunt("sqrt(x*y)/(x - y)", box, points=30, seed=4) for _ in range(2))
    assert first == second
    assert box.draw(3, 1) == box.draw(3, 1) != box.draw(3, 2)


@pytest.mark.parametrize("source", ["abs(x)^1.1", "abs(x - 1/3)^1.05", "max(x, 0)^1.1"])
def test_what_is_smooth_at_a_root_is_no_kink(source: str) -> None:
    found = hunt(source, read_over(["x=-1:1"]), points=20)
    assert not any(finding.kind in ("kink", "cusp", "jump") for finding in found.findings)


def test_time_runs_out() -> None:
    source = "for i in 0..3000 { x = sin(x) }; x"
    found = hunt(source, read_over(["x=0:1"]), points=10_000, timeout=0.5)
    assert not found.ended


def test_the_command(capsys: Captured) -> None:
    assert run(["hunt", "1/(x - y)", "--over", "x=1:3", "--at", "y=2"]) == Exit.VERDICT
    out = capsys.readouterr().out
    assert out.startswith("pole at 1/(x - y)\n")
    assert "  --at y=2,x=2\n" in out
    assert run(["hunt", "x^2", "--over", "x=-1:1", "--points", "5"]) == 0
    assert capsys.readouterr().out.startswith("no trouble in ")
    assert run(["hunt", "log(x)", "--over", "x=-1:1", "--points", "5", "--json"]) == Exit.VERDICT
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "gradcalc.hunt/1"
    assert data["findings"][0]["span"] == [0, 6]


@pytest.mark.parametrize(
    "arguments",
    [
        ["hunt", "x"],
        ["hunt", "x*y", "--over", "x=0:1"],
        ["hunt", "x*y", "--over", "x=0:1,y=0:1", "--at", "x=1"],
        ["hunt", "x", "--over", "x=1:0"],
        ["hunt", "x", "--over", "x=1"],
        ["hunt", "x", "--over", "x=0:1,x=0:2"],
        ["hunt", "x", "--over", "x=0:[1,2]"],
    ],
)
def test_bad_requests(arguments: list[str], capsys: Captured) -> None:
    assert run(arguments) == Exit.REQUEST
    assert "error[" in capsys.readouterr().err
