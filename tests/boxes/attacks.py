"""Random programs, parts of boxes, and points inside that must lie in what is claimed of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any

from gradcalc.boxes.forms import Enclosure
from gradcalc.boxes.parts import Sides
from gradcalc.language import parse
from gradcalc.language.syntax import Program
from gradcalc.rules.array_systems import big_arrays
from gradcalc.run.recorder import record

BITS, DIGITS = 64, 120
POINTS = 6  # of a part
SLACK = Fraction(1, 10**60)  # of the big numbers that points are evaluated in, relative
UNARY = ("sin", "cos", "exp", "tanh", "atan", "abs", "relu", "sqrt", "log", "sinh", "asinh", "erf")
UNARY += ("floor", "sign", "softplus", "leaky_relu", "elu", "cbrt", "asin", "normal_cdf")
UNARY += (
    "gamma",
    "lgamma",
    "digamma",
    "erfc",
    "erfinv",
    "lambertw",
    "zeta",
    "ellipk",
    "si",
    "sinc",
)
UNARY += ("ceil", "round", "trunc", "heaviside", "acosh", "atanh", "tan", "gelu", "expint")
BINARY = ("({} + {})", "({} - {})", "({} * {})", "({} / {})", "max({}, {})", "min({}, {})")
BINARY += (
    "hypot({}, {})",
    "({} if x > y else {})",
    "atan2({}, {})",
    "mod({}, {})",
    "clip({}, {}, 1)",
)
BINARY += ("sqrt(({})^2 + ({})^2)", "norm([{}, {}])", "sum([{}, {}])", "besselj(1, {}) + {}")
LOOPS = (
    "s = {}; for i in 0..3 {{ s = sin(s) + i*({}) }}; s",
    "s = {}; while s < 2 {{ s = s + 1 + abs({}) }}; s",
    "s = {}; if s > 0 {{ s = s*({}) }} else {{ s = -s }}; s",
    "v = [x, y, {}]; v[1] = {}; v @ v",
)


def expression(random: Random, depth: int) -> str:
    """A random formula of x and y."""
    if depth == 0 or random.random() < 0.1:
        return random.choice(("x", "y", "x", "y", str(random.randint(-30, 30) / 10)))
    if random.random() < 0.15:
        return f"({expression(random, depth - 1)})^{random.choice((2, 3, 4, -1, 0.5))}"
    if random.random() < 0.45:
        return f"{random.choice(UNARY)}({expression(random, depth - 1)})"
    pair = (expression(random, depth - 1), expression(random, depth - 1))
    return random.choice(BINARY).format(*pair)


def program(random: Random, depth: int) -> str:
    """A random formula of x and y, or a program of some."""
    text = expression(random, depth)
    if random.random() < 0.2:
        text = random.choice(LOOPS).format(text, expression(random, depth - 1))
    return f"{text} + 0*x*y"


def part_of(random: Random) -> Sides:
    """A random part of a box of two sides."""
    width = random.choice((2.0, 0.5, 0.1, 0.01))
    corners = [random.choice((random.uniform(-2, 2), 0.0, -width / 2)) for _ in "xy"]
    return tuple((low, low + width * random.choice((1, 1, 0.3))) for low in corners)


def value_at(text: str, point: Sequence[Fraction | float]) -> Fraction | None:
    """The program at a point, by mpmath; None where it has no value."""
    numbers = big_arrays(DIGITS)
    inputs = {n: numbers.number(Fraction(v)) for n, v in zip("xy", point, strict=True)}
    try:
        trace = record(_parsed(text), numbers, inputs, ())
    except Exception:  # whatever is wrong at the point
        return None
    value = trace.values[trace.result]
    if not numbers.context.isfinite(value):
        return None
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent


@lru_cache(maxsize=8)
def _parsed(text: str) -> Program:
    return parse(text)


def fraction(ball: Any) -> Fraction:
    """The middle of a ball, exactly."""
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def slack(*values: Fraction) -> Fraction:
    """What the big numbers may be off by."""
    return SLACK * max(1, *map(abs, values))


def attack(text: str, part: Sides, found: Enclosure, random: Random, points: int = POINTS) -> int:
    """How many points were compared; all lie inside."""
    low, high = fraction(found.low), fraction(found.high)
    values = []
    for _ in range(points):
        point = [random.choice((a, b, random.uniform(a, b))) for a, b in part]
        value = value_at(text, point)
        assert value is not None, (text, point)
        gap = slack(value)
        assert low - gap <= value <= high + gap, (text, part, point, float(value), found)
        values.append((point, value))
    if found.slopes is not None:
        for (a, u), (b, v) in pairwise(values):
            ways = [Fraction(t) - Fraction(s) for s, t in zip(a, b, strict=True)]
            ends = [
                sorted(way * (fraction(end)) for end in (slope.lower(), slope.upper()))
                for way, slope in zip(ways, found.slopes, strict=True)
            ]
            least, most = (sum(each) for each in zip(*ends, strict=True))
            gap = slack(u, v)
            assert least - gap <= v - u <= most + gap, (text, part, a, b, found.slopes)
    return len(values)
