"""Balls and midpoint-radius numbers give the same verdicts: with python-flint and without it."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import mpmath
import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.cli.point import read_at
from gradcalc.rules import enclosures
from tests.answers.test_awkward import ROWS
from tests.answers.test_cases import CASE_FILES, load

AWKWARD = [pytest.param(row[0], row[1], id=f"{row[0]} at {row[1]}") for row in ROWS]
Verdict = tuple[Any, ...]


def verdict(source: str, at: Any, options: Options) -> tuple[Verdict, str]:
    """All that an answer says, and what vouches for it."""
    try:
        result = evaluate(source, at, options=options)
    except GradcalcError as error:
        return (error.code, error.message), ""
    checks = result.checks
    rows = [
        (
            d.by,
            str(d.gradient),
            str(d.reference),
            str(d.digits),
            d.status,
            str(d.left),
            str(d.right),
        )
        for d in result.derivatives
    ]
    said = (str(result.value), str(result.reference), str(result.digits), rows)
    return (*said, checks.modes, checks.symbolic, checks.method), checks.proof


def expect_the_same(monkeypatch: pytest.MonkeyPatch, source: str, at: Any, options: Options) -> str:
    """Both ways; what vouches for the digits with python-flint."""
    with_balls, proof = verdict(source, at, options)
    with monkeypatch.context() as patch:
        patch.setattr(enclosures, "has_flint", lambda: False)
        without, bound = verdict(source, at, options)
    assert with_balls == without
    assert bound in ("bounded", "")
    assert (proof == "") == (bound == "")
    return proof


@pytest.mark.parametrize("numbers", ["float64", "typed"])
@pytest.mark.parametrize("case", load(*CASE_FILES))
def test_cases(case: dict[str, Any], numbers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = numbers == "typed"
    at = {name: repr(value) if typed else value for name, value in case["at"].items()}
    options = Options(typed=typed, digits=40)
    assert expect_the_same(monkeypatch, case["expr"], at, options) == "enclosed"


@pytest.mark.parametrize(("source", "at"), AWKWARD)
def test_awkward_points(source: str, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expect_the_same(monkeypatch, source, read_at([at]), Options())


# Random formulas whose terms cancel and absorb. Each is a text and the same in mpmath's numbers.

TRUE_DIGITS = 1_000
STEP_DIGITS = 300  # of the difference quotient: right to twice as many
ZERO_DIGITS = 500  # a truth below 10^-500 is what rounding leaves of 0
RIGHT_DIGITS = 29  # of the 30 that an answer prints
FORMULAS = 120
Formula = tuple[str, Callable[[Any], Any]]


def literal(text: str) -> Formula:
    return text, lambda x: mpmath.mpf(text)


def formula(random: Random, depth: int) -> Formula:
    """A random formula in x > 0 of some depth."""
    if depth == 0:
        leaves = ("0.1", "3", "2.5", "1e-7")
        return ("x", lambda x: x) if random.random() < 0.7 else literal(random.choice(leaves))
    text, f = formula(random, depth - 1)
    other, g = formula(random, max(0, depth - 2))
    big, large = literal(f"1e{random.choice((12, 30, 70, 200))}")
    shapes: tuple[Formula, ...] = (
        (f"(({text} + {big}) - {big})", lambda x: (f(x) + large(x)) - large(x)),
        (f"(({text}*{big} + {other}) - {text}*{big})", g),
        (f"((1 - cos({text}*1e-9))*1e18)", lambda x: (1 - mpmath.cos(f(x) / 10**9)) * 10**18),
        (f"(sqrt({text}^2 + 1e-40) - abs({text}))", lambda x: mpmath.sqrt(
            f(x) ** 2 + mpmath.mpf("1e-40")) - abs(f(x))),
        (f"exp(abs({text}))*exp(-abs({text}) + {other})", lambda x: mpmath.exp(g(x))),
        (f"(1 - tanh(9 + abs(sin({text}))))", lambda x: 1 - mpmath.tanh(9 + abs(mpmath.sin(f(x))))),
        (f"log(1 + 1e-30*exp(-({text})^2))", lambda x: mpmath.log(
            1 + mpmath.mpf("1e-30") * mpmath.exp(-f(x) ** 2))),
        (f"(erf(5 + abs(sin({text}))) - 1)", lambda x: mpmath.erf(5 + abs(mpmath.sin(f(x)))) - 1),
        (f"(sin({text})^2 + cos({text})^2 - 1 + {other})", g),
        (f"(({text})*({other}))", lambda x: f(x) * g(x)),
        (f"(atan({text}) + atan({other}))", lambda x: mpmath.atan(f(x)) + mpmath.atan(g(x))),
    )  # fmt: skip
    return random.choice(shapes)


def expect_true(printed: str | None, true: Any) -> None:
    """A reference of 30 digits is the truth, or 0 where the truth is."""
    assert printed is not None
    number = mpmath.mpf(printed)
    if abs(true) < mpmath.mpf(10) ** -ZERO_DIGITS:
        assert number == 0
    else:
        assert abs(number - true) <= abs(true) * mpmath.mpf(10) ** -RIGHT_DIGITS


def expect_counted(answer: float, digits: int | None, true: Any) -> None:
    """No digit is overstated."""
    if digits and digits < 16 and math.isfinite(answer):
        assert abs(mpmath.mpf(answer) - true) <= abs(true) * mpmath.mpf(10) ** -digits


@pytest.mark.parametrize("seed", range(FORMULAS))
def test_what_cancels_and_absorbs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    text, f = formula(random, random.choice((1, 2, 2, 3)))
    at = random.choice(("0.7", "1.3", "3.7", "11.1", "1e-5"))
    expect_the_same(monkeypatch, text, {"x": at}, Options(check="fast"))
    result = evaluate(text, {"x": at}, options=Options(check="fast"))
    assert result.checks.proof in ("enclosed", "bounded")
    with mpmath.workdps(TRUE_DIGITS):
        x, h = mpmath.mpf(at), mpmath.mpf(10) ** -STEP_DIGITS
        true, slope = f(x), (f(x + h) - f(x - h)) / (2 * h)
        expect_true(result.reference, true)
        expect_counted(result.value, result.digits, true)
        for derivative in result.derivatives:  # none where x itself has cancelled out of the text
            expect_true(derivative.reference, slope)
            expect_counted(derivative.gradient, derivative.digits, slope)


# Arguments that do nothing where they stand: 1 to any power, any root of 1.

IDLE = ("cos(x)^{k}", "sech(x)^{k}", "root(cos(x), {k})")
ENDS = ("sqrt(1 - {f})", "acos({f})", "abs(1 - {f}) + abs(x)", "1 - log({f})", "abs({f} - 2) - 1")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("idle", IDLE)
def test_arguments_that_do_nothing_lose_nothing(
    idle: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    for k in ("2", "3", "2.5", "(x + 3)"):
        source = end.format(f=idle.format(k=k))
        result = evaluate(source, {"x": "0"}, options=Options(check="fast"))
        if "abs(x)" in source:
            assert (result.status, result.derivatives[0].right) == ("kink", 1)
        assert (result.reference, result.digits) == ("1" if "log" in end else "0", 16)


@pytest.mark.parametrize("argument", ["x", "sin(x)", "x*(1 + x)"])
def test_incomplete_functions_close_to_their_ends(argument: str) -> None:
    """Beside 0 the probe asks Arb for the beta function next to 1, in thousands of digits."""
    pytest.importorskip("flint")
    source = f"floor(2*student_t_cdf({argument}, x + 3))"
    result = evaluate(source, {"x": "0"}, options=Options(check="fast"))
    assert (result.value, result.status) == (1, "jump")


def test_checks_say_what_vouches_for_the_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert evaluate("sin(x)", {"x": 1.0}).checks.proof == "enclosed"
    assert evaluate("sin(x)", {"x": 1.0}, options=Options(check="off")).checks.proof == ""
    monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    assert evaluate("sin(x)", {"x": 1.0}).checks.proof == "bounded"
