"""An attack on enclosures over boxes: random points lie inside whatever is claimed of their box.

Random programs with branches are evaluated by mpmath with 120 digits, from closures built
beside the text, and differentiated by differences of that. `python -m tests.fuzz.enclosures SECONDS
[SEED]` attacks for a while; the suite has a fixed sample.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import mpmath

from gradcalc.boxes.forms import enclosed
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import Setting, balls
from gradcalc.boxes.parts import Sides
from gradcalc.numbers.ranges import working

Value = Callable[[Any, Any], Any]
DIGITS, BITS = 120, 80
LARGE = mpmath.mpf(10) ** 30  # value, beyond which differences of it have no digits
STEP, SLACK = mpmath.mpf(10) ** -30, mpmath.mpf(10) ** -12  # of differences; their error, relative


class Formula(NamedTuple):
    """A formula of x and y: its text, and its value by mpmath."""

    text: str
    value: Value


UNARY = ("sin", "cos", "exp", "tanh", "atan", "sqrt", "log", "erf", "sinh", "asinh", "gamma", "abs")


def formula(random: Random, depth: int) -> Formula:
    """A random formula; where it is not real mpmath's value is complex, or there is an error."""
    if depth == 0 or random.random() < 0.15:
        number = random.choice([1, 2, 3, -1, -2])
        leaves = [
            Formula("x", lambda x, y: x),
            Formula("y", lambda x, y: y),
            Formula(f"({number})", lambda x, y: mpmath.mpf(number)),
        ]
        return random.choice(leaves)
    kind = random.choice(["unary", "unary", "binary", "binary", "power", "branch"])
    a = formula(random, depth - 1)
    if kind == "unary":
        name = random.choice(UNARY)
        function = getattr(mpmath, {"abs": "fabs"}.get(name, name))
        return Formula(f"{name}({a.text})", lambda x, y: function(a.value(x, y)))
    if kind == "power":
        k = random.choice([2, 3, -1, -2])
        return Formula(f"({a.text})^({k})", lambda x, y: a.value(x, y) ** k)
    b = formula(random, depth - 1)
    if kind == "branch":
        text = f"({a.text} if {b.text} > 0 else {b.text})"
        return Formula(text, lambda x, y: a.value(x, y) if b.value(x, y) > 0 else b.value(x, y))
    return _binary(random.choice("+-*/"), a, b)


def _binary(sign: str, a: Formula, b: Formula) -> Formula:
    operations: dict[str, Callable[[Any, Any], Any]] = {
        "+": lambda u, v: u + v,
        "-": lambda u, v: u - v,
        "*": lambda u, v: u * v,
        "/": lambda u, v: u / v,
    }
    operation = operations[sign]
    text = f"({a.text} {sign} {b.text})"
    return Formula(text, lambda x, y: operation(a.value(x, y), b.value(x, y)))


def box(random: Random) -> Sides:
    """A random box, wide or narrow."""
    width = 10.0 ** random.uniform(-6, 0.7)
    lows = [random.uniform(-3, 3) for _ in range(2)]
    x, y = ((low, low + width * random.uniform(0.1, 1)) for low in lows)
    return x, y


def attack(random: Random, points: int) -> int:
    """Claims about one formula over one box, and points that try to break them: how many tried.

    AssertionError where one does.
    """
    one, sides = formula(random, 4), box(random)
    with working(BITS):
        function = Setting(("x", "y")).function(one.text)
        try:
            value = function.value(balls(sides))
            around = enclosed(function, sides, second=True)
        except NotEnclosedError:
            return 0
        try:
            slopes = function.gradient(balls(sides))[1]
        except NotEnclosedError:
            slopes = None
        claims = [(value.lower(), value.upper()), (around.low, around.high)]
        value_ends = [tuple(map(_big, ends)) for ends in claims]
        slope_ends = [(_big(s.lower()), _big(s.upper())) for s in slopes or ()]
    with mpmath.workdps(DIGITS):
        for _ in range(points):
            at = [mpmath.mpf(random.choice([*side, random.uniform(*side)])) for side in sides]
            _try_to_break(one, at, value_ends, slope_ends)
    return points


def _try_to_break(one: Formula, at: list[Any], values: list[Any], slopes: list[Any]) -> None:
    truth = one.value(*at)
    assert not isinstance(truth, mpmath.mpc), f"{one.text} at {at} is not real, but enclosed"
    for low, high in values:
        assert low <= truth <= high, f"{one.text} at {at}: {truth} outside [{low}, {high}]"
    for which, (low, high) in enumerate(slopes if abs(truth) < LARGE else ()):
        ahead, behind = list(at), list(at)
        ahead[which] += STEP
        behind[which] -= STEP
        slope = (one.value(*ahead) - one.value(*behind)) / (2 * STEP)
        if isinstance(slope, mpmath.mpc):
            continue  # beyond the border it is not real
        slack = SLACK * (1 + abs(slope))
        assert low - slack <= slope <= high + slack, f"{one.text} at {at}: {slope} by {which}"


def _big(number: Any) -> Any:
    with mpmath.workdps(DIGITS):
        return (
            mpmath.mpf(number.str(DIGITS, radius=False))
            if number.is_finite()
            else (mpmath.inf if number > 0 else -mpmath.inf)
        )


def main() -> None:
    """Attack for so many seconds from a seed on."""
    seconds, seed = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    end, tried, formulas = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        tried += attack(Random(seed), 100)
        seed, formulas = seed + 1, formulas + 1
    print(f"{tried} points in {formulas} boxes: none outside; next seed {seed}")


if __name__ == "__main__":
    main()
