"""Are two formulas the same? Compared at points, to 30 digits that carry a bound of their error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from random import Random

from gradcalc.checks.reference import Known, known
from gradcalc.errors import GradcalcError
from gradcalc.language.syntax import Evaluate, Expr, Program
from gradcalc.modes.derived import derivative
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.expressions import NotFollowedError
from gradcalc.run.limits import Limits
from gradcalc.run.point import Point, point
from gradcalc.run.recorder import followed
from gradcalc.trace.trace import Trace

WORDS = "D"  # that the text of a formula of numbers may hold: derivatives, no arrays
POINTS = 5  # where formulas are compared
MAX_TRIES = 200  # of points, for a formula may be undefined at many
FEWEST = 3  # points that prove anything
NO_NUMBER = (GradcalcError, NotFollowedError, ArithmeticError, ValueError)

# Sizes that formulas are at home with, first those nearest to where most are defined.
SIZES = tuple(map(Fraction, ("0.7", "1.3", "0.35", "2.2", "0.09", "4.6", "0.93", "11.7", "0.013")))


def points(names: Iterable[str]) -> Iterator[dict[str, Fraction]]:
    """Points of all signs and sizes, always the same."""
    ordered = tuple(sorted(names))
    return (_numbers(ordered, attempt) for attempt in range(MAX_TRIES))


def _numbers(names: tuple[str, ...], attempt: int) -> dict[str, Fraction]:
    random, few = Random(attempt), 2 + attempt // 8
    return {
        name: random.choice(SIZES[:few])
        * random.choice((1, 1, -1))
        * (1 + Fraction(random.randrange(1, 1000), 7919))
        for name in names
    }


@lru_cache(maxsize=1024)  # each step of a derivation is compared at them
def _place(names: tuple[str, ...], attempt: int) -> Point:
    return point(_numbers(names, attempt))


class Values:
    """The true values of a formula, or of ∂u/∂(each of `wrt` in turn): no law takes part in them.

    It is recorded once, and again at each point only where its course depends on the point.
    """

    def __init__(self, u: Expr, wrt: tuple[str, ...] = ()) -> None:
        self._u, self._wrt = u, wrt
        self._anywhere: Trace | None = None

    def at(self, place: Point) -> Known | None:
        """The value at a point; None where there is none, or its digits are not known."""
        try:
            trace = self._anywhere or self._recorded(place)
            if not trace.guards:
                self._anywhere = trace
            used = Point({name: place.traces[name] for name in trace.inputs})
            return known(trace, used, self._wrt[-1] if self._wrt else None)
        except NO_NUMBER:
            return None

    def _recorded(self, place: Point) -> Trace:
        """The run at a point, differentiated by all inputs of `wrt` but the last."""
        inputs, active = place.machine(), tuple(dict.fromkeys(self._wrt))
        program = Program((Evaluate(self._u),), WORDS)
        trace = followed(program, machine_numbers(), inputs, active, Limits())
        for name in self._wrt[:-1]:
            trace = derivative(trace, name)
        return trace


class Comparison:
    """The values of a formula, or of its derivative, at points, to compare others with."""

    def __init__(self, names: Iterable[str], truth: Values, wanted: int = POINTS) -> None:
        self._truths: list[tuple[Point, Known]] = []
        ordered = tuple(sorted(names))
        for attempt in range(MAX_TRIES):
            place = _place(ordered, attempt)
            known = truth.at(place)
            if known is not None:
                self._truths.append((place, known))
            if len(self._truths) == wanted or not ordered:
                break

    def proves(self, u: Expr) -> bool:
        """Has the formula the true value at all points, which are enough?"""
        fewest = 1 if self._truths and not self._truths[0][0].traces else FEWEST
        values = Values(u)
        return len(self._truths) >= fewest and all(
            known.equals(values.at(place)) for place, known in self._truths
        )
