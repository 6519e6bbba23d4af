"""Roots at the edge of a domain, of one equation in one unknown: sqrt(x) = x at 0.

No derivative has a bound there, and on one side there is no value: Krawczyk's proof needs both. But
a function that rises all over an interval, wherever it is defined on it, has one root at most. And
where a product is 0 one of its factors is, and sqrt(u) is 0 where u is: log(x)*sqrt(x - 1) at 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcalc.boxes.cones import cone_slopes
from gradcalc.boxes.function import BoxFunction, NotEnclosedError
from gradcalc.boxes.inputs import ball
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.rootless import unbounded_values
from gradcalc.errors import GradcalcError
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range
from gradcalc.rules.enclosures import MONOTONE
from gradcalc.rules.rule import EVERYWHERE
from gradcalc.trace.builder import alone
from gradcalc.trace.trace import Trace

Places = frozenset[float]  # at most one
DECIMALS = (0, 1, 2, 3, 6)  # of the middle of a part: edges of domains are often short numbers


def roots_at_edge(run: BoxFunction, part: Sides) -> Places | None:
    """The root of a run in a part, where it is proven that it has no other; none where it has none
    at all. None where that is not known.

    NotEnclosedError where the run does not certainly hold all over the part.
    """
    if len(part) != 1 or run.trace.guards:
        return None
    places = _Zeros(run, part).of(run.trace.result)
    if not places:
        return places
    (place,) = places
    try:
        value = run.value([_exact(place)])
    except NotEnclosedError as error:
        return Places() if error.empty else None
    return places if value.is_zero() else None


class _Zeros:
    """Where the steps of a run are 0 in a part of its one input, wherever they are defined."""

    def __init__(self, run: BoxFunction, part: Sides) -> None:
        self.run, self.trace, self.part = run, run.trace, part
        self.values = unbounded_values(run, part)

    def of(self, slot: int) -> Places | None:
        """The one place where a step may be 0, or none; None where that is not known."""
        if not self.values[slot].may_be_zero:
            return Places()
        name, arguments = self.trace.rules[slot].name, self.trace.arguments[slot]
        if name in ("neg", "div") or name in cone_slopes():
            return self.of(arguments[0])
        if name == "sqrt" or (name == "cpow" and self.values[arguments[1]].interval.low > 0):
            return self.of(arguments[0])
        if name == "sub" and self.trace.constants.get(arguments[1]) == 0:
            return self.of(arguments[0])  # an equation with 0 on its right side
        if name == "mul":
            one, other = self.of(arguments[0]), self.of(arguments[1])
            both = None if one is None or other is None else one | other
            return both if both is None or len(both) <= 1 else None
        return self._by_slope(slot)

    def _by_slope(self, slot: int) -> Places | None:
        """Of a step that rises, or falls, all over the part."""
        if not self._is_monotone(slot):
            return None
        for place in self._candidates():
            try:
                if self._alone(self.trace, slot).value([_exact(place)]).is_zero():
                    return Places({place})
            except NotEnclosedError:
                continue
        return None

    def _is_monotone(self, slot: int) -> bool:
        """Does a step rise, or fall, wherever it is defined, and is that all of one interval?

        What it is made of has no edge in the part, or is defined on an interval of something that
        rises or falls itself.
        """
        trace = alone(self.trace, slot)
        whole = [self._is_finite(trace, step) for step in range(len(trace))]
        for step, (row, arguments) in enumerate(zip(trace.rules, trace.arguments, strict=True)):
            has_edge = row.name in MONOTONE or row.name == "cpow"
            if not has_edge and row.kink is not None:
                return False  # it may jump
            if whole[step]:
                continue
            if not all(whole[a] for a in arguments):
                if row.domain != EVERYWHERE or row.poles:
                    return False
            elif not has_edge or not self._slope_has_sign(trace, arguments[0]):
                return False
        return self._slope_has_sign(trace, trace.result)

    def _is_finite(self, trace: Trace, slot: int) -> bool:
        """Is a step defined all over the part?"""
        try:
            return bool(self._alone(trace, slot).value([ball(self.part[0])]).is_finite())
        except NotEnclosedError:
            return False

    def _slope_has_sign(self, trace: Trace, slot: int) -> bool:
        """Is a step's derivative above 0, or below it, wherever it has one in the part?"""
        try:
            slope = self._alone(trace, slot).derivative(self.run.names[0])
            interval = unbounded_values(slope, self.part)[slope.trace.result].interval
        except (NotEnclosedError, GradcalcError, UndecidedError):
            return False
        return bool(interval.low > 0 or interval.high < 0)

    def _alone(self, trace: Trace, slot: int) -> BoxFunction:
        held = {name: Range(number) for name, number in self.run.held.items()}
        return BoxFunction(alone(trace, slot), self.run.names, held)

    def _candidates(self) -> Iterator[float]:
        """Where the root may be: the ends of the part, and short numbers in it."""
        ((low, high),) = self.part
        yield from (low, high)
        for decimals in DECIMALS:
            place = round(low / 2 + high / 2, decimals) + 0.0
            if low < place < high:
                yield place


def _exact(place: float) -> Any:
    from flint import arb

    return arb(place)
