"""Enclosures over parts of a box, attacked by points inside, in 60 digits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from gradcalc.boxes.forms import Enclosure, enclosed
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.language import parse
from gradcalc.numbers.ranges import working
from gradcalc.rules.systems import big_arrays
from gradcalc.run.recorder import record

flint = pytest.importorskip("flint")

BITS, DIGITS = 64, 60
SLACK = Fraction(1, 10**40)  # of the big numbers that points are evaluated in
UNARY = ("sin", "cos", "exp", "tanh", "atan", "abs", "relu", "sqrt", "log", "sinh", "asinh", "erf")
UNARY += ("floor", "sign", "softplus", "leaky_relu", "elu", "cbrt", "asin", "normal_cdf")
BINARY = ("({} + {})", "({} - {})", "({} * {})", "({} / {})", "max({}, {})", "min({}, {})")
BINARY += ("hypot({}, {})", "({} if x > y else {})", "atan2({}, {})")


def _expression(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.1:
        return random.choice(("x", "y", "x", "y", str(random.randint(-30, 30) / 10)))
    if random.random() < 0.15:
        return f"({_expression(random, depth - 1)})^{random.choice((2, 3, 4, -1, 0.5))}"
    if random.random() < 0.45:
        return f"{random.choice(UNARY)}({_expression(random, depth - 1)})"
    pair = (_expression(random, depth - 1), _expression(random, depth - 1))
    return random.choice(BINARY).format(*pair)


def _part(random: Random) -> Sides:
    width = random.choice((2.0, 0.5, 0.1, 0.01))
    corners = [random.choice((random.uniform(-2, 2), 0.0, -width / 2)) for _ in "xy"]
    return tuple((low, low + width * random.choice((1, 1, 0.3))) for low in corners)


def _value(text: str, point: Sequence[Fraction | float]) -> Fraction | None:
    """The program at a point, by mpmath; None where it has no value."""
    numbers = big_arrays(DIGITS)
    inputs = {n: numbers.number(Fraction(v)) for n, v in zip("xy", point, strict=True)}
    try:
        trace = record(parse(text), numbers, inputs, ())
    except Exception:  # whatever is wrong at the point
        return None
    value = trace.values[trace.result]
    if not numbers.context.isfinite(value):
        return None
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent


def _fraction(ball: Any) -> Fraction:
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _attack(text: str, part: Sides, found: Enclosure, random: Random) -> int:
    """How many points were compared; all lie inside."""
    low, high = _fraction(found.low) - SLACK, _fraction(found.high) + SLACK
    values = []
    for _ in range(6):
        point = [random.choice((a, b, random.uniform(a, b))) for a, b in part]
        value = _value(text, point)
        assert value is not None, (text, point)
        assert low <= value <= high, (text, part, point, float(value), found)
        values.append((point, value))
    if found.slopes is not None:
        for (a, u), (b, v) in pairwise(values):
            ways = [Fraction(t) - Fraction(s) for s, t in zip(a, b, strict=True)]
            ends = [
                sorted(way * (_fraction(end)) for end in (slope.lower(), slope.upper()))
                for way, slope in zip(ways, found.slopes, strict=True)
            ]
            least, most = (sum(each) for each in zip(*ends, strict=True))
            assert least - SLACK <= v - u <= most + SLACK, (text, part, a, b, found.slopes)
    return len(values)


@pytest.mark.parametrize("seed", range(8))
def test_random_programs_lie_in_their_enclosures(seed: int) -> None:
    random, compared = Random(seed), 0
    for _ in range(40):
        text, part = _expression(random, random.choice((2, 3, 4))), _part(random)
        with working(BITS):
            function = PathFunction(parse(f"{text} + 0*x*y"), ("x", "y"), {})
            try:
                found = enclosed(function, part, second=random.random() < 0.5)
            except NotEnclosedError:
                continue
        compared += _attack(text, part, found, random)
        ends = ((found.lowest, found.least, 1), (found.highest, found.greatest, -1))
        for point, end, sign in ends:
            if end.is_finite():
                assert all(a <= x <= b for x, (a, b) in zip(point, part, strict=True))
                value = _value(text, point)
                assert value is not None
                assert sign * (value - _fraction(end)) <= SLACK
    assert compared > 100


def test_a_kink_inside_has_slopes_and_a_jump_has_none() -> None:
    def slopes(text: str) -> list[tuple[float, float]] | None:
        with working(BITS):
            function = PathFunction(parse(text), ("x",), {})
            found = enclosed(function, ((-1.0, 2.0),))
            if found.slopes is None:
                return None
            return [(float(s.lower()), float(s.upper())) for s in found.slopes]

    for text, low, high in (
        ("abs(x)", -1, 1),
        ("relu(x)", 0, 1),
        ("max(x, -x)", -1, 1),
        ("min(2*x, 1)", 0, 2),
        ("clip(x, 0, 1)", 0, 1),
        ("leaky_relu(x, 0.5)", 0.5, 1),
    ):
        found = slopes(text)
        assert found is not None, text
        assert found[0][0] <= low
        assert found[0][1] >= high
    assert slopes("floor(x)") is None
    assert slopes("sign(x)") is None
    assert slopes("heaviside(x)") is None
