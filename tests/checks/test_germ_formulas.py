"""Random formulas whose one-sided derivatives are known by how they are put together.

A formula is a sum, a product, a composition or a quotient of pieces in u = s*(x - p), times a
factor. What each piece comes to beside u = 0 is written beside it, so that the oracle needs no more
than fractions. Scales s and factors reach to 1e±300. GRADCALC_GERM_FORMULAS says how many to try.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import pytest

from gradcalc.checks.onesided import one_sided
from gradcalc.checks.probe import OneSided
from gradcalc.language import parse
from gradcalc.run.forms import reserved
from gradcalc.run.point import point
from gradcalc.run.recorder import record

HOW_MANY = int(os.environ.get("GRADCALC_GERM_FORMULAS", "400"))
SCALES = (0, 0, 0, 1, -1, 30, -30, 300, -300)
INF = math.inf


class Smooth(NamedTuple):
    """A function with its value and its slope at u = 0."""

    text: str
    value: Fraction
    slope: Fraction


class Bent(NamedTuple):
    """A function that is about left*|u|^order for u < 0, right*|u|^order for u > 0.

    With `logs` it is so times log(1/|u|).
    """

    text: str
    order: Fraction
    left: Fraction
    right: Fraction
    logs: int = 0


def _smooth(text: str, value: Any, slope: Any) -> Smooth:
    return Smooth(text, Fraction(value), Fraction(slope))


def _bent(text: str, order: Any, left: Any, right: Any, logs: int = 0) -> Bent:
    return Bent(text, Fraction(order), Fraction(left), Fraction(right), logs)


SMOOTH = (
    _smooth("exp({})", 1, 1),
    _smooth("(sin({}) + 2)", 2, 1),
    _smooth("cos({})", 1, 0),
    _smooth("(3 - {})", 3, -1),
    _smooth("1/(2 + {})", "1/2", "-1/4"),
    _smooth("sqrt(4 + {})", 2, "1/4"),
    _smooth("(atan({}) - 1)", -1, 1),
    _smooth("log1p({})", 0, 1),
    _smooth("({}^2 + 3*{} + 1/3)", "1/3", 3),
    _smooth("(1 - cos({}))", 0, 0),
    _smooth("tanh({})", 0, 1),
    _smooth("sigmoid({})", "1/2", "1/4"),
    _smooth("sinc({})", 1, 0),
    _smooth("(expm1({}) - {} - {}^2/2)", 0, 0),
    _smooth("besselj(0, {})", 1, 0),
    _smooth("exp({})*exp(-{})", 1, 0),
)
BENT = (
    _bent("abs({})", 1, 1, 1),
    _bent("relu({})", 1, 0, 1),
    _bent("max({}, 2*{})", 1, -1, 2),
    _bent("min({}, {}^2)", 1, -1, 0),
    _bent("sqrt({}^2)", 1, 1, 1),
    _bent("sqrt({}^4)", 2, 1, 1),
    _bent("cbrt({})", "1/3", -1, 1),
    _bent("sqrt(abs({}))", "1/2", 1, 1),
    _bent("abs({})^1.1", "11/10", 1, 1),
    _bent("abs({})^0.9", "9/10", 1, 1),
    _bent("{}*cbrt({})", "4/3", 1, 1),
    _bent("abs(sin({}))", 1, 1, 1),
    _bent("acos(cos({}))", 1, 1, 1),
    _bent("asin(sin({}))", 1, -1, 1),
    _bent("log1p(abs({}))", 1, 1, 1),
    _bent("({} if {} > 0 else 3*{})", 1, -3, 1),
    _bent("xlogy(abs({}), abs({}))", 1, -1, -1, 1),
    _bent("xlogy({}^2, abs({}))", 2, -1, -1, 1),
    _bent("(0 if {} == 0 else {}/(1 + exp(1/{})))", 1, -1, 0),
    _bent("(0 if {} == 0 else exp(-1/{}^2))", 3, 0, 0),
    _bent("(0 if {} == 0 else {}*atan(1/{}))", 1, 0, 0),  # completed below: pi is no fraction
    _bent("sqrt(1 - cos({}))*sqrt(2)", 1, 1, 1),
    _bent("leaky_relu({}, 1/4)", 1, "-1/4", 1),
    _bent("hypot({}, {}^2)", 1, 1, 1),
    _bent("norm([{}, 2*{}])^2", 2, 5, 5),
)
BENT = tuple(bent for bent in BENT if "atan" not in bent.text)


class Term(NamedTuple):
    """coefficient*|u|^order*log(1/|u|)^logs on one side."""

    order: Fraction
    logs: int
    coefficient: Fraction


class Case(NamedTuple):
    text: str
    sides: tuple[list[Term], list[Term]]  # the change from the value at u = 0
    pole: tuple[Fraction, Fraction] | None = None  # the signs of the infinities


def _of_bent(bent: Bent, factor: Fraction) -> tuple[list[Term], list[Term]]:
    left = Term(bent.order, bent.logs, bent.left * factor)
    right = Term(bent.order, bent.logs, bent.right * factor)
    return [left], [right]


def _case(random: Random) -> Case:
    bent, other, smooth = random.choice(BENT), random.choice(BENT), random.choice(SMOOTH)
    a, b = (Fraction(random.choice((-3, -2, -1, 1, 2, 3)), random.choice((1, 1, 7))) for _ in "ab")
    match random.randrange(5):
        case 0:
            first, second = _of_bent(bent, a), _of_bent(other, b)
            slope = [[Term(Fraction(1), 0, side * smooth.slope)] for side in (-1, 1)]
            sides = tuple(first[k] + second[k] + slope[k] for k in (0, 1))
            text = f"(({a})*{bent.text} + {smooth.text} + ({b})*{other.text})"
        case 1:
            sides = _of_bent(bent, a * smooth.value)
            text = f"({a})*({bent.text})*{smooth.text}"
            if not smooth.value:
                order = bent.order + 1
                slopes = smooth.slope * a
                sides = (
                    [Term(order, bent.logs, -bent.left * slopes)],
                    [Term(order, bent.logs, bent.right * slopes)],
                )
                if not smooth.slope:
                    sides = [], []
        case 2:
            sides = _of_bent(bent, smooth.slope)
            text = smooth.text.replace("{}", f"({bent.text})")
            if not smooth.slope:
                order = bent.order * 2
                if order <= 1 or bent.logs:
                    return _case(random)
                sides = [], []
        case 3:
            if not smooth.value or not bent.left or not bent.right:
                return _case(random)
            text = f"({smooth.text})/({bent.text})"
            return Case(text, ([], []), (smooth.value * bent.left, smooth.value * bent.right))
        case _:
            sides = _of_bent(bent, a)
            text = f"({a})*({bent.text} + 1e40 - 1e40)"
    return Case(text, sides)  # type: ignore[arg-type]


def _slope(terms: list[Term]) -> float | Fraction:
    """The derivative by |u|: the first term that is left when equal ones are added up."""
    sums: dict[tuple[Fraction, int], Fraction] = {}
    for order, logs, c in terms:
        sums[order, -logs] = sums.get((order, -logs), Fraction(0)) + c
    for (order, logs), c in sorted(sums.items()):
        if c and (order < 1 or (order == 1 and logs < 0)):
            return INF if c > 0 else -INF
        if c and order == 1:
            return c
    return Fraction(0)


def _expected(case: Case, scale: Fraction, factor: Fraction) -> tuple[str, Any, Any, Any]:
    if case.pole is not None:
        ends = [INF if end * factor > 0 else -INF for end in case.pole]
        limit = ends[0] if ends[0] == ends[1] else None
        return "pole", ends[0], -ends[1], limit
    left, right = (
        by if by in (INF, -INF) else Fraction(by) * scale for by in map(_slope, case.sides)
    )
    left, right = (x * factor if isinstance(x, Fraction) else x * (1 if factor > 0 else -1)
                   for x in (-left, right))  # fmt: skip
    infinite = [x in (INF, -INF) for x in (left, right)]
    if all(infinite):
        return ("vertical" if left == right else "cusp"), left, right, None
    if any(infinite):
        return "vertical", left, right, None
    return ("smooth" if left == right else "kink"), left, right, None


def formulas(seed: int, count: int) -> Iterator[tuple[str, str, tuple[str, Any, Any, Any]]]:
    """Text, point and what is true of it."""
    random = Random(seed)
    for _ in range(count):
        case = _case(random)
        at = random.choice(("0", "0", "1/3", "-2.5", "1e-30", "7e200"))
        tens, power = random.choice(SCALES), random.choice(SCALES)
        sign = random.choice((1, -1))
        scale, factor = Fraction(10) ** tens, sign * Fraction(10) ** power
        text = case.text.replace("{}", f"(1e{tens}*(x - ({at})))")
        yield f"{sign}e{power}*({text})", at, _expected(case, scale, factor)


def found(text: str, at: str) -> OneSided:
    program, where = parse(text, functions=reserved()), point({"x": at})

    def rerun(numbers: Any, x: Any) -> Any:
        trace = record(program, numbers, {"x": x})
        return trace.values[trace.result]

    return one_sided(rerun, lambda numbers: where.numbers(numbers)["x"])


def matches(got: OneSided, wanted: tuple[str, Any, Any, Any]) -> bool:
    """The same status, and numbers that agree to 30 digits."""
    status, *numbers = wanted
    if got.status != status:
        return False
    for one, true in zip((got.left, got.right, got.limit), numbers, strict=True):
        if one is None or true is None or true in (INF, -INF):
            if one != true:
                return False
            continue
        sign, mantissa, exponent, _ = one._mpf_
        exact = Fraction(int(mantissa) * (-1) ** sign) * Fraction(2) ** exponent
        if abs(exact - true) > abs(true) / 10**30:
            return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_formulas_put_together(seed: int) -> None:
    for text, at, wanted in formulas(seed, HOW_MANY // 4):
        got = found(text, at)
        assert matches(got, wanted), f"{text} at {at}: {got}, not {wanted}"
