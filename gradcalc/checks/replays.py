"""Runs replayed with bounds: in as many digits as it takes to decide what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from gradcalc.modes.sweeps import NONE_KNOWN, forward, kept_partials, reverse
from gradcalc.numbers.balls import Ball
from gradcalc.numbers.midrad import MidRad, UndecidedError
from gradcalc.numbers.system import Numbers
from gradcalc.rules import enclosures
from gradcalc.rules.enclosures import FIRST_DIGITS, reference_numbers
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import edged, kinked

STEP_DIGITS = 50  # precisions are multiples of it, so that number systems are used again
MARGIN_DIGITS = 5
RIGHT_DIGITS = 36  # that every number of the reference has, unless more are asked for
MAX_FORWARD_WORK = 200_000  # instructions times inputs, past which forward mode takes directions
COMPARED_DIRECTIONS = 3

Bound = Ball | MidRad  # a number that carries a bound of its error
S = TypeVar("S", bound="Sweep")
T = TypeVar("T")


def decided(
    sweeps: type[S],
    trace: Trace,
    point: Point,
    wrt: tuple[str, ...],
    digits: int,
    answer: Callable[[S], T],
) -> T | None:
    """The answer of a replay with its sweeps, in as many digits as the bound of its rounding asks
    for; None where the last ones don't decide.

    The results, each comparison and each kink must be decided. What stays open is tried again with
    rational numbers kept exactly, then with more digits. ValueError, ArithmeticError where the
    replay has no real value.
    """
    wanted = max(RIGHT_DIGITS, digits + 6)
    working = _stepped(max(FIRST_DIGITS, digits + 20))
    last = last_digits(trace, digits)
    rational = False
    while True:
        final = working >= last
        numbers = reference_numbers(working, rational=rational or final, final=final)
        with numbers.__dict__["bounds"].working():
            try:
                made = sweeps(trace, point, wrt, working, numbers)
                missing = made.missing_digits(wanted)
                if missing == 0 or final:
                    return answer(made)
            except UndecidedError:
                missing = None
        if final:
            return None
        if missing is None and not rational:
            rational = True
            continue
        more = 4 * working if missing is None else working + missing + MARGIN_DIGITS
        working = min(last, _stepped(more))


def last_digits(trace: Trace, digits: int) -> int:
    """The digits of the last replay, of whose results so many digits are asked."""
    return max(enclosures.last_digits(len(trace), trace.rules), 4 * digits)


def _stepped(digits: int) -> int:
    return -(-digits // STEP_DIGITS) * STEP_DIGITS


class Sweep:
    """One replay and the reverse sweep over it, in numbers of so many digits that carry a bound.

    UndecidedError where what happens depends on digits that are not there.
    """

    def __init__(
        self, trace: Trace, point: Point, wrt: tuple[str, ...], digits: int, numbers: Numbers
    ) -> None:
        self.trace = trace
        self.digits = digits
        self.numbers = numbers
        self.context = numbers.context
        self.values = values = replay(trace, numbers, point.numbers(numbers, trace.inputs))
        self._decide()
        self.nan = numbers.number(Fraction(0)) + self.context.nan
        self.partials: dict[tuple[int, int], Any] | None = kept_partials(trace)
        back = reverse(trace, values, numbers, self.nan, keep=self.partials)
        self.slots = {name: trace.inputs[name] for name in wrt}
        self.reverse = {name: self._derivative(back[slot]) for name, slot in self.slots.items()}

    def _decide(self) -> None:
        """Compare what the run compared, and ask each kink and each edge of a domain.

        UndecidedError where that is open.
        """
        for guard in self.trace.guards:
            self.values[guard.left] == self.values[guard.right]  # noqa: B015
        for slot in kinked(self.trace):
            kink = self.trace.rules[slot].kink
            if kink is not None:
                kink(*self._arguments(slot))
        for slot in edged(self.trace):
            edge = self.trace.rules[slot].edge
            if edge is not None:
                edge(*self._arguments(slot))

    def _arguments(self, slot: int) -> list[Any]:
        return [self.values[a] for a in self.trace.arguments[slot]]

    def _derivative(self, number: Any) -> Bound:
        """A tangent or cotangent; an absent one is 0."""
        zero: Bound = self.numbers.number(Fraction(0))
        return zero if number is None else zero + number

    def results(self) -> list[Bound]:
        """The value and what is derived from it."""
        return [self.values[self.trace.result], *self.reverse.values()]

    def missing_digits(self, wanted: int) -> int | None:
        """By how many digits the worst result falls short of the wanted ones; None: not known."""
        counts = [number.right_digits for number in self.results()]
        if any(count is None for count in counts):
            return None
        return max(0, *(wanted - min(wanted, count) for count in counts if count is not None))


class BothSweeps(Sweep):
    """A replay and both sweeps over it."""

    def __init__(
        self, trace: Trace, point: Point, wrt: tuple[str, ...], digits: int, numbers: Numbers
    ) -> None:
        super().__init__(trace, point, wrt, digits, numbers)
        self.forward: dict[str, Bound] = {}
        self.slopes: list[tuple[Bound, Bound]] = []
        if len(wrt) * len(trace) <= MAX_FORWARD_WORK:
            self.forward = {name: self._ahead({slot: 1}) for name, slot in self.slots.items()}
        else:
            self.slopes = [self._slopes(which) for which in range(COMPARED_DIRECTIONS)]

    def _ahead(self, seeds: Mapping[int, Any]) -> Bound:
        known = self.partials or NONE_KNOWN
        tangents = forward(self.trace, self.values, self.numbers, seeds, self.nan, known=known)
        return self._derivative(tangents[self.trace.result])

    def _slopes(self, seed: int) -> tuple[Bound, Bound]:
        """The slope along a random direction, by forward mode and by the reverse gradient."""
        random = Random(seed)
        direction = {name: random.choice((-3, -2, -1, 1, 2, 3)) for name in self.slots}
        ahead = self._ahead({self.slots[name]: d for name, d in direction.items()})
        terms = (self.reverse[name] * d for name, d in direction.items())
        return ahead, sum(terms, self._derivative(None))

    def results(self) -> list[Bound]:
        slopes = [slope for pair in self.slopes for slope in pair]
        value, *derivatives = super().results()
        return [value, *self.forward.values(), *derivatives, *slopes]
