"""The reference: the trace replayed in big numbers that carry a bound of their own error.

The bound chooses the precision, and digits are counted against it: two replays that agree prove
nothing, for both may have absorbed the same term. A number is 0 because the bound says so at the
last precision, never because it is small.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from gradcalc.checks.checks import Guarantee
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.balls import Ball
from gradcalc.numbers.midrad import MidRad, UndecidedError
from gradcalc.numbers.system import Numbers
from gradcalc.rules.enclosures import FIRST_DIGITS, last_digits, reference_numbers
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import edged, kinked

MAX_DIGITS = 3200
STEP_DIGITS = 50  # precisions are multiples of it, so that number systems are used again
MARGIN_DIGITS = 5
RIGHT_DIGITS = 36  # that every number of the reference has, unless more are asked for
MAX_FORWARD_WORK = 200_000  # instructions times inputs, past which forward mode takes directions
COMPARED_DIRECTIONS = 3

Bound = Ball | MidRad  # a number that carries a bound of its error


@dataclass(frozen=True, slots=True)
class Replay:
    """The value of each slot in plain big numbers of so many digits."""

    numbers: Numbers
    digits: int
    values: list[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Value and gradient from the exact inputs, by both modes, in numbers of `digits` digits.

    Each is right to the digits that were asked for, by the bound of its rounding, or exactly 0 (or
    another integer) where the last precision leaves nothing else. `settled` is False where the
    last precision was not enough for the derivatives: such numbers are nan. Where it was not for
    the value alone, that is nan, and no further from 0 than `value_within`: 2^-x + 1 - 1 at 1e9.
    """

    numbers: Numbers  # the system of the big numbers below
    digits: int
    values: list[Any]
    bounds: list[Bound]  # the same with their bounds; none where they could not be found
    value: Any
    forward: dict[str, Any]
    reverse: dict[str, Any]
    # Of many inputs, slopes along random directions: by forward mode, and by the reverse gradient.
    slopes: tuple[tuple[Any, Any], ...] = ()
    settled: bool = True
    value_within: Any = None
    proof: Guarantee = ""
    # Right digits by the bound, of the value and of each derivative; none where it leaves none.
    value_digits: int = 0
    reverse_digits: Mapping[str, int] = field(default_factory=dict)

    @property
    def modes_agree(self) -> bool:
        """Do forward and reverse mode give the same derivatives, or the same slopes?"""
        pairs = [*self.slopes, *((n, self.reverse[x]) for x, n in self.forward.items())]
        return all(same(ahead, back, self.numbers) for ahead, back in pairs)

    def still(self, slot: int) -> Any:
        """The value of a slot, but 0 where it is only what rounding left of one."""
        if self.bounds and self.bounds[slot].may_be_zero:
            return 0
        return self.values[slot]

    def difference(self, left: int, right: int) -> Any:
        """How two slots differ, 0 where only rounding keeps them apart."""
        if self.values[left] == self.values[right]:
            return 0
        if self.bounds:
            with self.bounds[left].system.working():
                if (self.bounds[left] - self.bounds[right]).may_be_zero:
                    return 0
        return self.values[left] - self.values[right]

    @property
    def value_is_finite(self) -> bool:
        """Is there a finite value, its digits known or not?"""
        return self.value_within is not None or bool(self.numbers.context.isfinite(self.value))

    @property
    def is_finite(self) -> bool:
        """Are the value and all derivatives finite?"""
        isfinite = self.numbers.context.isfinite
        derivatives = (*self.forward.values(), *self.reverse.values())
        return self.value_is_finite and all(map(isfinite, derivatives))


def reference(trace: Trace, point: Point, wrt: tuple[str, ...], digits: int = 30) -> Reference:
    """Replay with as many digits as the bound of its rounding asks for.

    The value, each derivative, each comparison and each kink must be decided. What stays open is
    tried again with rational numbers kept exactly, then with more digits.
    ValueError, ArithmeticError where the replay has no real value.
    """
    wanted = max(RIGHT_DIGITS, digits + 6)
    working = _stepped(max(FIRST_DIGITS, digits + 20))
    last = max(last_digits(len(trace)), 4 * digits)
    rational = False
    while True:
        final = working >= last
        numbers = reference_numbers(working, rational=rational or final, final=final)
        with numbers.__dict__["bounds"].working():
            try:
                attempt = _Attempt(trace, point, wrt, working, numbers)
                missing = attempt.missing_digits(wanted)
                if missing == 0 or final:
                    return attempt.reference()
            except UndecidedError:
                missing = None
        if final:
            return _unsettled(trace, point, wrt, working)
        if missing is None and not rational:
            rational = True
            continue
        more = 4 * working if missing is None else working + missing + MARGIN_DIGITS
        working = min(last, _stepped(more))


def _stepped(digits: int) -> int:
    return -(-digits // STEP_DIGITS) * STEP_DIGITS


class _Attempt:
    """One replay and both sweeps over it, in numbers of so many digits that carry a bound.

    UndecidedError where what happens depends on digits that are not there.
    """

    def __init__(
        self, trace: Trace, point: Point, wrt: tuple[str, ...], digits: int, numbers: Numbers
    ) -> None:
        self.trace = trace
        self.digits = digits
        self.numbers = numbers
        self.context = numbers.context
        self.values = values = replay(trace, numbers, point.numbers(numbers))
        self._decide()
        self.nan = numbers.number(Fraction(0)) + self.context.nan
        back = reverse(trace, values, numbers, self.nan)
        slots = {name: trace.inputs[name] for name in wrt}
        self.reverse = {name: self._derivative(back[slot]) for name, slot in slots.items()}
        self.forward: dict[str, Bound] = {}
        self.slopes: list[tuple[Bound, Bound]] = []
        if len(wrt) * len(trace) <= MAX_FORWARD_WORK:
            self.forward = {name: self._ahead({slot: 1}) for name, slot in slots.items()}
        else:
            self.slopes = [self._slopes(slots, which) for which in range(COMPARED_DIRECTIONS)]

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

    def _ahead(self, seeds: Mapping[int, Any]) -> Bound:
        tangents = forward(self.trace, self.values, self.numbers, seeds, self.nan)
        return self._derivative(tangents[self.trace.result])

    def _slopes(self, slots: Mapping[str, int], seed: int) -> tuple[Bound, Bound]:
        """The slope along a random direction, by forward mode and by the reverse gradient."""
        random = Random(seed)
        direction = {name: random.choice((-3, -2, -1, 1, 2, 3)) for name in slots}
        ahead = self._ahead({slots[name]: d for name, d in direction.items()})
        terms = (self.reverse[name] * d for name, d in direction.items())
        return ahead, sum(terms, self._derivative(None))

    def _results(self) -> list[Bound]:
        slopes = [slope for pair in self.slopes for slope in pair]
        value = self.values[self.trace.result]
        return [value, *self.forward.values(), *self.reverse.values(), *slopes]

    def missing_digits(self, wanted: int) -> int | None:
        """By how many digits the worst result falls short of the wanted ones; None: not known."""
        counts = [number.right_digits for number in self._results()]
        if any(count is None for count in counts):
            return None
        return max(0, *(wanted - min(wanted, count) for count in counts if count is not None))

    def reference(self) -> Reference:
        """The midpoints; nan where the bound leaves no digit."""
        value, *derivatives = self._results()
        settled = all(number.right_digits is not None for number in derivatives)
        open_value = settled and value.right_digits is None

        def midpoint(number: Bound) -> Any:
            return self.context.nan if number.right_digits is None else number.mid

        return Reference(
            big_numbers(self.digits),
            self.digits,
            [number.mid for number in self.values],
            self.values,
            midpoint(value),
            {name: midpoint(number) for name, number in self.forward.items()},
            {name: midpoint(number) for name, number in self.reverse.items()},
            tuple((midpoint(a), midpoint(b)) for a, b in self.slopes),
            settled,
            abs(value.mid) + value.radius if open_value else None,
            "enclosed" if self.numbers.__dict__["bounds"].proven else "bounded",
            value.right_digits or 0,
            {name: number.right_digits or 0 for name, number in self.reverse.items()},
        )


def _unsettled(trace: Trace, point: Point, wrt: tuple[str, ...], digits: int) -> Reference:
    """What even the last precision does not decide has no number."""
    plain = replayed(trace, point, digits)
    nan = plain.numbers.context.nan
    unknown = dict.fromkeys(wrt, nan)
    return Reference(plain.numbers, digits, plain.values, [], nan, unknown, unknown, settled=False)


def replayed(trace: Trace, point: Point, digits: int) -> Replay:
    """The trace in plain big numbers; ValueError, ArithmeticError where it has no real value."""
    numbers = big_numbers(digits)
    return Replay(numbers, digits, replay(trace, numbers, point.numbers(numbers)))


def is_noise(number: Any, digits: int, context: Any) -> bool:
    """Is this what is left of a zero after rounding at so many digits?

    For numbers without a bound (sympy's): what rounding leaves of a zero shrinks with the
    precision, below 10^-(¾ of the digits). Asked from 400 digits on only.
    """
    return digits >= 400 and abs(number) < context.mpf(10) ** -(digits * 3 // 4)


def same(a: Any, b: Any, numbers: Numbers) -> bool:
    """Do two big results agree to 30 digits (or are both not numbers, or the same infinity)?"""
    context = numbers.context
    if context.isnan(a) or context.isnan(b):
        return bool(context.isnan(a) and context.isnan(b))
    if a == b:
        return True
    return bool(abs(a - b) <= max(abs(a), abs(b)) * context.mpf(10) ** -30)


def confirms(other: Any, truth: Any, numbers: Numbers) -> bool:
    """Is a number without a bound, sympy's, the true one, or the noise that it leaves of a 0?"""
    return same(other, truth, numbers) or (
        truth == 0 and is_noise(other, numbers.context.dps, numbers.context)
    )


def correct_digits(answer: float, truth: Any, numbers: Numbers) -> int:
    """How many significant digits of a float64 are right: 0 to 16, never overstated.

    16 says that no float64 is nearer to the truth; where the truth is 0, only 0 is right. What
    overflowed or underflowed has no right digit.
    """
    context = numbers.context
    if context.isnan(truth) or math.isnan(answer):
        return 0
    if truth == 0:
        return 16 if answer == 0 else 0
    if not context.isfinite(truth):
        return 16 if answer == truth else 0
    if answer == 0 or not math.isfinite(answer):
        return 0
    if answer == to_float(truth) and abs(answer) >= sys.float_info.min:
        return 16
    error = abs(context.mpf(answer) - truth) / abs(truth)
    if error * 10**15 <= 1:
        return 15 if error else 16
    if error >= 1:
        return 0
    digits = math.floor(-math.log10(error))
    return digits if error * 10**digits <= 1 else digits - 1


def ulps(answer: float, truth: Any, numbers: Numbers) -> float | None:
    """The error of a float64 in units in the last place of the truth; None where there is none."""
    context = numbers.context
    if not (math.isfinite(answer) and context.isfinite(truth)):
        return None
    unit = math.ulp(to_float(truth))
    if not math.isfinite(unit):
        return None
    return float(abs(context.mpf(answer) - truth) / unit)


def to_float(number: Any) -> float:
    """The float64 nearest to a big number; an infinity where it is too large."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
