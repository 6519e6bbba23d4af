"""An attack on enclosures over boxes: random points lie inside whatever is claimed of their box.

Random programs with branches are evaluated with 120 digits, from closures built beside the text,
and differentiated by differences of that: by mpmath in the suite, which has a fixed sample, and in
volume by Arb, at single points, ten times as fast.

    python -m tests.fuzz.enclosures POINTS [SEED]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple, Protocol

import mpmath

from gradcalc.boxes.forms import enclosed
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import Setting, balls
from gradcalc.boxes.parts import Sides
from gradcalc.numbers.ranges import working

DIGITS, BITS = 120, 80
BITS_AT_POINTS = 400  # of the second evaluator
LARGE = 1e30  # value, beyond which differences of it have no digits
STEP, SLACK = 2.0**-100, 2.0**-40  # of differences; their error, relative


class Evaluator(Protocol):
    """Numbers with so many digits that a formula's value at a point is as good as true."""

    @staticmethod
    def working() -> Any:
        """A context with that precision."""

    @staticmethod
    def number(value: Any) -> Any:
        """A float, or an end of a ball, exactly."""

    @staticmethod
    def call(name: str, x: Any) -> Any:
        """A function of the language."""

    @staticmethod
    def is_real(value: Any) -> bool:
        """Has the formula a value there, and do we know it?"""

    @staticmethod
    def is_positive(value: Any) -> bool:
        """What a branch asks; ArithmeticError where it is not known."""


class Mpmath:
    """By mpmath, whose values are complex where a formula is not real."""

    @staticmethod
    def working() -> Any:
        return mpmath.workdps(DIGITS)

    @staticmethod
    def number(value: Any) -> Any:
        if not isinstance(value, float):
            if not value.is_finite():
                return mpmath.inf if value > 0 else -mpmath.inf
            mantissa, exponent = value.mid().man_exp()
            return mpmath.ldexp(int(mantissa), int(exponent))
        return mpmath.mpf(value)

    @staticmethod
    def call(name: str, x: Any) -> Any:
        return getattr(mpmath, {"abs": "fabs"}.get(name, name))(x)

    @staticmethod
    def is_real(value: Any) -> bool:
        return not isinstance(value, mpmath.mpc)

    @staticmethod
    def is_positive(value: Any) -> bool:
        return bool(value > 0)


class Arb:
    """By Arb at points, with nothing of gradcalc between."""

    @staticmethod
    @contextmanager
    def working() -> Iterator[None]:
        with working(BITS_AT_POINTS):
            yield

    @staticmethod
    def number(value: Any) -> Any:
        from flint import arb

        return arb(value)

    @staticmethod
    def call(name: str, x: Any) -> Any:
        if name == "abs":
            return abs(x)
        return x.erf() if name == "erf" else getattr(x, name)()

    @staticmethod
    def is_real(value: Any) -> bool:
        return bool(value.is_finite())

    @staticmethod
    def is_positive(value: Any) -> bool:
        if value.contains(0) and not value.is_zero():
            raise ArithmeticError("not known")
        return bool(value > 0)


Ranges = list[tuple[Any, Any]]
Value = Callable[[type[Evaluator], Any, Any], Any]


class Formula(NamedTuple):
    """A formula of x and y: its text, and its value by an evaluator."""

    text: str
    value: Value


UNARY = ("sin", "cos", "exp", "tanh", "atan", "sqrt", "log", "erf", "sinh", "asinh", "gamma", "abs")


def formula(random: Random, depth: int) -> Formula:
    """A random formula; where it is not real mpmath's value is complex, or there is an error."""
    if depth == 0 or random.random() < 0.15:
        number = random.choice([1, 2, 3, -1, -2])
        leaves = [
            Formula("x", lambda n, x, y: x),
            Formula("y", lambda n, x, y: y),
            Formula(f"({number})", lambda n, x, y: n.number(float(number))),
        ]
        return random.choice(leaves)
    kind = random.choice(["unary", "unary", "binary", "binary", "power", "branch"])
    a = formula(random, depth - 1)
    if kind == "unary":
        name = random.choice(UNARY)
        return Formula(f"{name}({a.text})", lambda n, x, y: n.call(name, a.value(n, x, y)))
    if kind == "power":
        k = random.choice([2, 3, -1, -2])
        return Formula(f"({a.text})^({k})", lambda n, x, y: a.value(n, x, y) ** k)
    b = formula(random, depth - 1)
    if kind == "branch":
        text = f"({a.text} if {b.text} > 0 else {b.text})"

        def taken(n: type[Evaluator], x: Any, y: Any) -> Any:
            return (a if n.is_positive(b.value(n, x, y)) else b).value(n, x, y)

        return Formula(text, taken)
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
    return Formula(text, lambda n, x, y: operation(a.value(n, x, y), b.value(n, x, y)))


def box(random: Random) -> Sides:
    """A random box, wide or narrow."""
    width = 10.0 ** random.uniform(-6, 0.7)
    lows = [random.uniform(-3, 3) for _ in range(2)]
    x, y = ((low, low + width * random.uniform(0.1, 1)) for low in lows)
    return x, y


def attack(random: Random, points: int, evaluator: type[Evaluator] = Mpmath) -> int:
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
            slopes = []
    with evaluator.working():
        number = evaluator.number
        claims = [(value.lower(), value.upper()), (around.low, around.high)]
        values = [(number(low), number(high)) for low, high in claims]
        ranges = [(number(one.lower()), number(one.upper())) for one in slopes]
        return sum(
            _tried(one, _point(random, sides), values, ranges, evaluator) for _ in range(points)
        )


def _point(random: Random, sides: Sides) -> list[float]:
    return [random.choice([*side, random.uniform(*side)]) for side in sides]


def _tried(
    one: Formula, point: list[float], values: Ranges, slopes: Ranges, n: type[Evaluator]
) -> bool:
    """Could the point be tried? Where rounding decides a branch it could not."""
    at = [n.number(x) for x in point]
    try:
        truth = one.value(n, *at)
    except ArithmeticError:
        return False
    assert n.is_real(truth), f"{one.text} at {at} is not real, but enclosed"
    for low, high in values:
        is_outside = truth < low or truth > high
        assert not is_outside, f"{one.text} at {at}: {truth} outside [{low}, {high}]"
    step, small = n.number(STEP), n.number(SLACK)
    for which, (low, high) in enumerate(slopes if abs(truth) < LARGE else ()):
        ahead, behind = list(at), list(at)
        ahead[which] += step
        behind[which] -= step
        try:
            slope = (one.value(n, *ahead) - one.value(n, *behind)) / (2 * step)
        except ArithmeticError:
            continue
        if not n.is_real(slope):
            continue  # beyond the border it is not real
        slack = small * (1 + abs(slope))
        is_outside = slope < low - slack or slope > high + slack
        assert not is_outside, f"{one.text} at {at}: {slope} by {which}"
    return True


def main(points: int, seed: int) -> None:
    """Try so many points, from a seed on."""
    tried, formulas = 0, 0
    while tried < points:
        tried += attack(Random(seed), 200, Arb)
        seed, formulas = seed + 1, formulas + 1
    print(f"{tried} points in {formulas} boxes: none outside; next seed {seed}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
