"""What is drawn on terminals of every width: nothing is broken, cut, or wider than the terminal."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import gradcalc
from gradcalc.answers.products import hessian, jacobian
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result
from gradcalc.checks.checks import Checks
from gradcalc.checks.proof import Proof
from gradcalc.checks.reference import Reference, reference
from gradcalc.claims.check import check
from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.run.point import point
from gradcalc.views import catalogue, checked
from gradcalc.views.console import Screen, console
from gradcalc.views.errors import drawn, print_error
from gradcalc.views.layout import rounded
from gradcalc.views.steps import ROUNDED_DIGITS
from gradcalc.views.tables import show

Captured = pytest.CaptureFixture[str]
WIDTHS = (*range(40, 84, 2), 90, 100, 110, 120)
NUMBER = re.compile(r"\d[\d.]*(?:e[-+]?\d+)?")

# Formulas and points of every kind that a table has a column, a colour or a word for.
SOURCES: list[tuple[str, Mapping[str, Any]]] = [
    ("sin(x)*y", {"x": "1", "y": "2"}),
    ("(1 - cos(x))/x^2", {"x": "1e-9"}),
    ("abs(x)*y + x^2", {"x": "0", "y": "2.123456789"}),
    ("b = sin(a)*1.23456789; for i in 0..9 { b = cos(b)*i + a }; b", {"a": "0.7"}),
    ("x = r*x*(1 - x); x = r*x*(1 - x); x = r*x*(1 - x); x", {"x": "1/3", "r": "3.9"}),
    ("a*b*c*d*p*q*r*s", {name: f"1/{k}" for k, name in enumerate("abcdpqrs", 3)}),
    ("x^3.141592653589793*exp(-123456.789e-5*x)/(x^2 + 0.1234567890123)", {"x": "2.7182818284"}),
    ("1e300*x + 1e-300*y", {"x": "1.2345678901234567e-200", "y": "9.8765432109876543e250"}),
]


def drawn_at(width: int, result: Result, **more: Any) -> str:
    out = io.StringIO()
    show(result, Screen(file=out, width=width), **more)
    return out.getvalue()


def piped(result: Result, **more: Any) -> str:
    out = io.StringIO()
    show(result, console(out), **more)
    return out.getvalue()


def trace_numbers(result: Result) -> Iterator[float]:
    steps = result.steps
    for column in (steps.trace.values, steps.cotangents, *steps.tangents.values()):
        yield from (x for x in column if x is not None and math.isfinite(x))


def whole_numbers(result: Result) -> set[str]:
    """The numbers that may be printed: those of the uncut tables, those of the trace rounded."""
    kept = set(NUMBER.findall(piped(result)))
    for value in trace_numbers(result):
        for digits in ROUNDED_DIGITS:
            kept |= set(NUMBER.findall(rounded(value, digits)))
    return kept | {str(digits) for digits in ROUNDED_DIGITS}


def assert_fits(text: str, width: int) -> None:
    """No line is wider than the terminal, but for a number that is itself."""
    for line in text.splitlines():
        assert len(line) <= width or " " not in line.strip()


@pytest.mark.parametrize(("source", "at"), SOURCES, ids=[s[0] for s in SOURCES])
def test_no_number_is_broken(source: str, at: Mapping[str, Any]) -> None:
    result = gradcalc.evaluate(source, at)
    kept = whole_numbers(result)
    answers = [row.gradient for row in result.derivatives]
    for width in WIDTHS:
        text = drawn_at(width, result)
        assert_fits(text, width)
        assert set(NUMBER.findall(text)) <= kept
        assert all(repr(x).removesuffix(".0") in text for x in answers if abs(x) < 1e16)


def test_sixty_digits_are_whole_on_forty_columns() -> None:
    result = gradcalc.evaluate("exp(x)/3", {"x": "1/7"}, options=Options(digits=60))
    lines = drawn_at(40, result).splitlines()
    assert any(line.strip() == result.reference for line in lines)


@pytest.mark.parametrize("width", WIDTHS)
def test_arrays_and_other_commands_fit(width: int) -> None:
    at = {"A": "[[1.25, 0.3], [1/3, -7]]", "v": "[0.1, 2.5]"}
    for result in (jacobian("tanh(A@v)", at), hessian("sum(v^3)*x", {"v": "[1/3, 2]", "x": "0.7"})):
        text = drawn_at(width, result)
        assert_fits(text, width)
        assert drawn_at(width, result, full=True, rows=0)
    out = io.StringIO()
    claims = {"x": "y*cos(x^2)", "y": "sin(x^2)"}
    verdict = check("sin(x^2)*y", claims, [{"x": "0.7", "y": "1.3"}])
    checked.show(verdict, Screen(file=out, width=width))
    catalogue.show(CATALOGUE, Screen(file=out, width=width))
    assert_fits(out.getvalue(), width)


CATALOGUE = [entry for name in ("abs", "atan2", "beta") for entry in catalogue.describe(name)]


# the first example ------------------------------------------------------------------------


def test_the_first_example_fits_a_small_terminal() -> None:
    lines = drawn_at(80, gradcalc.evaluate("sin(x)*y", {"x": 1, "y": 2})).splitlines()
    assert len(lines) <= 22
    starts = ["trace: 4 steps", "formula  sin(x)*y", "at       x = 1, y = 2"]
    starts += ["value    1.682941969615793   16 of 16 digits"]
    starts += ["derivative  forward = reverse = sympy"]
    starts += ["∂/∂x  ", "∂/∂y  ", "proof    ✓ forward and reverse, enclosed at 50 digits, agree"]
    places = [next(k for k, line in enumerate(lines) if line.startswith(s)) for s in starts]
    assert places == sorted(places)
    assert lines[1].split() == ["step", "operation", "value", "∂/∂x", "∂/∂y", "∂f/∂step"]


def test_rounding_is_announced_and_can_be_refused() -> None:
    result = gradcalc.evaluate("sin(x)*y", {"x": 1, "y": 2})
    title = r"trace: 4 steps, rounded to \d+ digits \(--full shows all\)\n"
    assert re.match(title, drawn_at(80, result))
    assert "rounded" not in piped(result)
    assert "rounded" not in drawn_at(80, result, full=True)
    assert "0.5403023058681398" in drawn_at(80, result, full=True)


def test_tangents_that_find_no_room_are_named() -> None:
    names = "abcdpqrs"
    result = gradcalc.evaluate("*".join(names), {n: f"1/{k}" for k, n in enumerate(names, 3)})
    assert re.search(r"without ∂/∂\w, ∂/∂\w, ∂/∂\w, … \(--full shows\sall\)", drawn_at(80, result))
    assert all(f"∂/∂{n}" in piped(result).splitlines()[1] for n in names)


def test_a_long_trace_shows_its_ends() -> None:
    result = gradcalc.evaluate("y = x; for i in 0..100 { y = sin(y) }; y", {"x": 1})
    for width in (40, 80):
        text = drawn_at(width, result)
        assert "steps left out (--trace all)" in text
        assert text.index("left out") < text.index("formula  y = x")


# names ------------------------------------------------------------------------------------

NAMED = [
    ("b = sin(a); c = 2*b; c + 1", {"a": 1}, {"sin(v0)": "b", "v2 * v1": "c", "v3 + v4": ""}),
    ("f(t) = { u = t^2; u + 1 }; f(a)", {"a": 2}, {"v0^v1": "u"}),
    ("y = a; y = y*y; y = y*y; y", {"a": 2}, {"v0 * v0": "y", "v1 * v1": "y"}),
    ("v = [a, 2]; v[0] = 3*a; sum(v)", {"a": 2}, {"[v0, v1]": "v", "sum(v": ""}),
    ("s = 0; for x in v { s = s + x }; s", {"v": [1, 2]}, {"v0[0]": "x", "v0[1]": "x"}),
]


@pytest.mark.parametrize(("source", "at", "names"), NAMED, ids=[n[0] for n in NAMED])
def test_names_of_the_program_are_beside_its_steps(
    source: str, at: Mapping[str, Any], names: Mapping[str, str]
) -> None:
    lines = piped(gradcalc.evaluate(source, at)).splitlines()
    for operation, name in names.items():
        line = next(line for line in lines if f" {operation}" in line)
        assert line.split()[1] == (name or operation.split()[0]) or not name


# digits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [5, 17, 50, 200])
@pytest.mark.parametrize("source", ["sin(x)*exp(x)", "(1 - cos(x))/x^2", "abs(x)", "sum([x, 1/x])"])
def test_digits_are_counted_to_those_asked_for(source: str, digits: int) -> None:
    options = Options(digits=digits, min_digits=digits)
    result = gradcalc.evaluate(source, {"x": "1e-9"}, options=options)
    assert result.digits == digits
    assert [row.digits for row in result.derivatives] == [digits]
    assert result.exit == Exit.OK
    assert piped(result).count(f"{digits} of {digits}") == 2
    assert "LOST" not in piped(result)


def test_digits_are_those_that_the_bound_leaves() -> None:
    """And of a difference quotient no more than it has."""
    trace = gradcalc.evaluate("sin(x)", {"x": 1}).steps.trace
    truth = reference(trace, point({"x": "1"}), ("x",), 50)
    proof = Proof(truth, truth.value, dict(truth.reverse), Checks())
    assert [proof.right_digits(name, 50) for name in (None, "x")] == [50, 50]
    short = truth._replace(value_digits=20, reverse_digits={"x": 0})
    bounded = proof._replace(reference=short)
    assert [bounded.right_digits(name, 50) for name in (None, "x")] == [19, 0]
    assert proof._replace(probed=frozenset({"x"})).right_digits("x", 50) == 16
    assert proof._replace(claims=False).right_digits(None, 50) == 0
    unknown = Reference(truth.numbers, 50, truth.values, [], truth.value, {}, truth.reverse)
    assert proof._replace(reference=unknown).right_digits("x", 50) == 0


def test_more_digits_than_there_are_is_an_error(capsys: Captured) -> None:
    assert run(["eval", "x^2", "--at", "x=3", "--min-digits", "30"]) == Exit.REQUEST
    assert "write --digits 30" in capsys.readouterr().err
    assert run(["eval", "x^2", "--at", "x=3", "--min-digits", "30", "--digits", "40"]) == Exit.OK


# ways -------------------------------------------------------------------------------------


def test_ways_that_differ_have_columns_of_their_own() -> None:
    result = gradcalc.evaluate("(1 - cos(x))/x^2", {"x": "1e-9"})
    text = piped(result)
    (row,) = result.derivatives
    head = next(line for line in text.splitlines() if line.startswith("derivative"))
    assert re.split(r"\s{2,}", head) == [
        "derivative", "forward = reverse", "sympy", "truth", "digits", "verdict"
    ]  # fmt: skip
    assert repr(row.gradient) in text
    assert repr(row.symbolic) in text
    assert "digits LOST" in text
    assert "✓" not in text


# read aloud, colours, streams -------------------------------------------------------------


def test_plain_is_a_label_and_a_value_a_line(capsys: Captured) -> None:
    for source in ("b = sin(x)*y; abs(b)", "sum([x, y]^2)", "(1 - cos(x))/y"):
        assert run(["eval", source, "--at", "x=1e-9,y=2", "--format", "plain"]) == Exit.OK
        lines = capsys.readouterr().out.splitlines()
        assert all(re.match(r"[^:]+: \S", line) for line in lines)
        assert not set("─│∂✓") & set("\n".join(lines))
        assert any(line.startswith("d/dx digits: ") for line in lines)


def test_what_is_wrong_is_red_and_said() -> None:
    out = io.StringIO()
    screen = Screen(file=out, width=80, force_terminal=True, color_system="standard")
    show(gradcalc.evaluate("(1 - cos(x))/x^2", {"x": "1e-9"}), screen)
    assert re.search(r"\x1b\[[0-9;]*31m[^\x1b]*LOST: only 0 of 16 are right", out.getvalue())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def printed(error: GradcalcError, **more: Any) -> str:
    stream = Terminal()
    print_error(error, stream=stream, **more)
    return stream.getvalue()


ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.usefixtures("narrow")
def test_errors_have_colour_and_fit_where_there_is_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = "sin(x) + " * 20 + "sinn(x)" + " + cos(x)" * 20
    span = Span(source.index("sinn"), source.index("sinn") + 4)
    error = GradcalcError(
        "unknown-name", "unknown function 'sinn'", span, hint="did you mean sin?", source=source
    )
    text = printed(error)
    assert "\x1b[1;31m" in text
    lines = ESCAPE.sub("", text).splitlines()
    assert all(len(line) <= 40 for line in lines)
    carets = next(k for k, line in enumerate(lines) if "^" in line)
    place = lines[carets].index("^")
    assert lines[carets - 1][place : place + 4] == "sinn"
    assert lines[carets].count("^") == 4
    assert "\x1b" not in printed(error, color="never")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in printed(error)
    plain = io.StringIO()
    print_error(error, stream=plain)
    assert plain.getvalue() == drawn(error) + "\n"


def test_ascii_streams_get_tables_in_ascii() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(gradcalc.evaluate("abs(x)*y^2", {"x": 0, "y": 3}), console(stream))
    stream.flush()
    text = stream.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    head = next(line for line in text.splitlines() if line.startswith("derivative"))
    assert "d/dx" in text
    assert text.splitlines()[text.splitlines().index(head) + 1].strip("-") == ""


# bare numbers -----------------------------------------------------------------------------

BARE = [
    (["jacobian", "A@v", "--at", "A=[[1,2],[3,4]],v=[1,2]", "--wrt", "v"], "5 11\n\n1 2\n3 4\n"),
    (["jacobian", "[x*y, x]", "--at", "x=2,y=3"], "6 2\n\n3\n1\n\n2\n0\n"),
    (["jacobian", "sum(v^2)*s", "--at", "v=[1,2],s=3"], "15\n\n6 12\n\n5\n"),
    (["jacobian", "x*y", "--at", "x=2,y=3"], "6\n3\n2\n"),
    (["hessian", "x^3*y", "--at", "x=2,y=3"], "24\n\n36 12\n12 0\n"),
    (["hessian", "sum(v^3)*y", "--at", "v=[1,2],y=3"], "27\n\n18 0 3\n0 36 12\n\n3 12 0\n"),
    (["eval", "v*s", "--at", "v=[1,2],s=0.5"], "0.5\n1\n0.5\n0\n0\n0.5\n1\n2\n"),
]


@pytest.mark.parametrize(("arguments", "wanted"), BARE, ids=[" ".join(b[0][:2]) for b in BARE])
def test_bare_numbers_keep_their_shape(arguments: list[str], wanted: str, capsys: Captured) -> None:
    assert run([*arguments, "-q"]) == Exit.OK
    assert capsys.readouterr().out == wanted
