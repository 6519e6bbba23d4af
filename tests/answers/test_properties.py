"""Random programs of the whole language: never a traceback, never a digit too many."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout

import mpmath
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.cli import run
from gradcalc.language import parse, to_text
from gradcalc.run.forms import reserved
from tests.programs import PROGRAMS

STATUSES = {int(status) for status in Exit} - {int(Exit.BUG)}
POINTS = (
    {"x": "0.7", "y": "-1.3", "v": "[1, -2, 0.5]"},
    {"x": "0", "y": "1", "v": "[0, 0, 1]"},
    {"x": "1e150", "y": "-1e-150", "v": "[1e200, 1, -1e-200]"},
)
EXAMPLES = int(os.environ.get("GRADCALC_EXAMPLES", "250"))
SETTINGS = settings(
    deadline=None, derandomize=True, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck)
)


TEXTS = st.text("xyv0123456789.+-*/^()[]{},;=<>!@ \n:πsincoelgmaxf#\"'\\_\x00é", max_size=40)


def point(source: str, which: int) -> dict[str, str]:
    return {name: text for name, text in POINTS[which].items() if name in source}


def said(arguments: list[str]) -> tuple[int, str]:
    """Exit status and what is said of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run(arguments)
    return status, out.getvalue() + err.getvalue()


@SETTINGS
@given(PROGRAMS, st.integers(0, 2))
def test_three_ways_agree_and_no_digit_is_too_many(source: str, which: int) -> None:
    at = point(source, which)
    try:
        found = evaluate(source, at)
    except GradcalcError as error:
        assert error.exit in STATUSES
        return
    assert found.checks.modes is not False
    assert found.checks.symbolic is not False
    if found.status != "smooth" or found.error is not None or "v" in at:
        return
    with mpmath.workdps(110):
        precise = evaluate(source, at, options=Options(digits=100, check="fast"))
        pairs = [(found.value, found.digits, precise.reference)]
        for row, true in zip(found.derivatives, precise.derivatives, strict=True):
            pairs.append((row.gradient, row.digits, true.reference))
        for number, digits, text in pairs:
            if digits and digits < 16:
                true = mpmath.mpf(text)
                assert abs(number - true) <= abs(true) * mpmath.mpf(10) ** -digits


@SETTINGS
@given(PROGRAMS)
def test_printing_and_parsing_again_is_the_same(source: str) -> None:
    tree = parse(source, functions=reserved())
    assert parse(to_text(tree), functions=reserved()).body == tree.body


@settings(SETTINGS, max_examples=400)
@given(TEXTS)
def test_no_text_breaks_the_command(source: str) -> None:
    status, text = said(["eval", source, "--at", "x=1,y=2,v=[1,2]", "--no-check", "-q"])
    assert status in STATUSES
    assert "Traceback" not in text
    assert "error[bug]" not in text


@settings(SETTINGS, max_examples=150)
@given(PROGRAMS, st.data())
def test_no_mutation_breaks_the_command(source: str, data: st.DataObject) -> None:
    """One character of a program deleted, doubled or replaced."""
    place = data.draw(st.integers(0, len(source) - 1))
    other = data.draw(st.sampled_from(["", source[place] * 2, "(", "]", "=", "^", "0", ",", "\n"]))
    mutated = source[:place] + other + source[place + 1 :]
    status, text = said(["eval", mutated, "--at", "x=1,y=2,v=[1,2,3]", "--check", "fast", "-q"])
    assert status in STATUSES, text
    assert "error[bug]" not in text
