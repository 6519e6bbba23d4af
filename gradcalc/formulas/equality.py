"""Are two formulas the same? Compared at points, to 30 digits that carry a bound of their error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from random import Random

from gradcalc.checks.reference import Reference, reference, same
from gradcalc.errors import GradcalcError
from gradcalc.language.syntax import Evaluate, Expr, Program
from gradcalc.modes.derived import derivative
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.point import Point, point
from gradcalc.run.recorder import record
from gradcalc.trace.trace import Trace

WORDS = "D"  # that the text of a formula of numbers may hold: derivatives, no arrays
POINTS = 5  # where formulas are compared
MAX_TRIES = 200  # of points, for a formula may be undefined at many
FEWEST = 3  # points that prove anything

# Sizes that formulas are at home with, first those nearest to where most are defined.
SIZES = tuple(map(Fraction, ("0.7", "1.3", "0.35", "2.2", "0.09", "4.6", "0.93", "11.7", "0.013")))


def points(names: Iterable[str]) -> Iterator[dict[str, Fraction]]:
    """Points of all signs and sizes, always the same."""
    ordered, random = sorted(names), Random(2026)
    for attempt in range(MAX_TRIES):
        few = 2 + attempt // 8
        yield {
            name: random.choice(SIZES[:few])
            * random.choice((1, 1, -1))
            * (1 + Fraction(random.randrange(1, 1000), 7919))
            for name in ordered
        }


def value_at(u: Expr, place: Point) -> Reference | None:
    """A formula's value as a reference; None where it has none, or its digits are not known."""
    return _known(_trace(u, place, ()), place)


def derivative_at(u: Expr, wrt: tuple[str, ...], place: Point) -> Reference | None:
    """∂u/∂(each of `wrt` in turn) by automatic differentiation, no law taking part."""
    trace = _trace(u, place, tuple(dict.fromkeys(wrt)))
    if trace is None:
        return None
    try:
        for name in wrt:
            if name not in trace.inputs:
                return None
            trace = derivative(trace, name)
    except GradcalcError:
        return None
    return _known(trace, place)


def _trace(u: Expr, place: Point, wrt: tuple[str, ...]) -> Trace | None:
    try:
        return record(
            Program((Evaluate(u),), WORDS),
            machine_numbers(),
            place.machine(),
            wrt,
            variables=place.traces.keys(),
        )
    except (GradcalcError, ArithmeticError, ValueError):
        return None


def _known(trace: Trace | None, place: Point) -> Reference | None:
    if trace is None:
        return None
    used = Point({name: place.traces[name] for name in trace.inputs})
    try:
        truth = reference(trace, used, ())
    except (GradcalcError, ArithmeticError, ValueError):
        return None
    value = truth.value
    return truth if truth.settled and not truth.numbers.context.isnan(value) else None


class Comparison:
    """A truth at points, and the formulas that are compared with it."""

    def __init__(
        self,
        names: Iterable[str],
        truth: Callable[[Mapping[str, Fraction]], Reference | None],
        wanted: int = POINTS,
    ) -> None:
        self.truths: list[tuple[dict[str, Fraction], Reference]] = []
        for at in points(names):
            known = truth(at)
            if known is not None:
                self.truths.append((at, known))
            if len(self.truths) == wanted or not at:
                break

    def proves(self, u: Expr) -> bool:
        """Has the formula the true value at all points, which are enough?"""
        fewest = 1 if self.truths and not self.truths[0][0] else FEWEST
        return len(self.truths) >= fewest and all(
            self.agrees(u, at, truth) for at, truth in self.truths
        )

    def agrees(self, u: Expr, at: Mapping[str, Fraction], truth: Reference) -> bool:
        """Has the formula the true value at this point?"""
        known = value_at(u, point(at))
        return known is not None and same(known.value, truth.value, truth.numbers)
