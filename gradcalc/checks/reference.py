"""The reference: the trace replayed in big numbers that carry a bound of their own error.

The bound chooses the precision, and digits are counted against it: two replays that agree prove
nothing, for both may have absorbed the same term. A number is 0 because the bound says so at the
last precision, never because it is small.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from gradcalc.checks.checks import Guarantee
from gradcalc.checks.replays import BothSweeps, Bound, Sweep, decided, last_digits
from gradcalc.numbers.system import Numbers
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

MIN_SHORT = 1e-290  # of an error that float64 holds with all its digits


class Replay(NamedTuple):
    """The value of each slot in plain big numbers of so many digits."""

    numbers: Numbers
    digits: int
    values: list[Any]


class Reference(NamedTuple):
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
    reverse_digits: Mapping[str, int] = MappingProxyType({})

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
    """Replay with as many digits as the value, each derivative and each decision ask for.

    ValueError, ArithmeticError where the replay has no real value.
    """
    found = decided(BothSweeps, trace, point, wrt, digits, _midpoints)
    return _unsettled(trace, point, wrt, digits) if found is None else found


def _midpoints(run: BothSweeps) -> Reference:
    """The midpoints of a run; nan where the bound leaves no digit."""
    value, *derivatives = run.results()
    settled = all(number.right_digits is not None for number in derivatives)
    open_value = settled and value.right_digits is None

    def midpoint(number: Bound) -> Any:
        return run.context.nan if number.right_digits is None else number.mid

    return Reference(
        big_numbers(run.digits),
        run.digits,
        [number.mid for number in run.values],
        run.values,
        midpoint(value),
        {name: midpoint(number) for name, number in run.forward.items()},
        {name: midpoint(number) for name, number in run.reverse.items()},
        tuple((midpoint(a), midpoint(b)) for a, b in run.slopes),
        settled,
        abs(value.mid) + value.radius if open_value else None,
        "enclosed" if run.numbers.__dict__["bounds"].proven else "bounded",
        value.right_digits or 0,
        {name: number.right_digits or 0 for name, number in run.reverse.items()},
    )


class Known(NamedTuple):
    """A true number, in big numbers of some system."""

    number: Any
    numbers: Numbers

    def equals(self, other: Known | None) -> bool:
        """Do the two agree to 30 digits?"""
        return other is not None and same(self.number, other.number, self.numbers)


def known(trace: Trace, point: Point, by: str | None, digits: int = 30) -> Known | None:
    """The derivative of a trace by one input (None: its value), as `reference` has it.

    None where its digits are not known, or it is infinite. ValueError, ArithmeticError as there.
    """

    def answer(run: Sweep) -> Known | None:
        number = run.results()[-1]  # the derivative, or else the value
        if number.right_digits is None or not run.context.isfinite(number.mid):
            return None
        return Known(number.mid, big_numbers(run.digits))

    return decided(Sweep, trace, point, () if by is None else (by,), digits, answer)


def _unsettled(trace: Trace, point: Point, wrt: tuple[str, ...], digits: int) -> Reference:
    """What even the last precision does not decide has no number."""
    plain = replayed(trace, point, last_digits(trace, digits))
    nan = plain.numbers.context.nan
    unknown = dict.fromkeys(wrt, nan)
    return Reference(
        plain.numbers, plain.digits, plain.values, [], nan, unknown, unknown, settled=False
    )


def replayed(trace: Trace, point: Point, digits: int) -> Replay:
    """The trace in plain big numbers; ValueError, ArithmeticError where it has no real value."""
    numbers = big_numbers(digits)
    return Replay(numbers, digits, replay(trace, numbers, point.numbers(numbers, trace.inputs)))


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
    return bool(abs(a - b) <= max(abs(a), abs(b)) * _in_30_digits(numbers))


@lru_cache(maxsize=16)
def _in_30_digits(numbers: Numbers) -> Any:
    """The relative difference of big numbers that agree to 30 digits."""
    return numbers.context.mpf(10) ** -30


def confirms(other: Any, truth: Any, numbers: Numbers) -> bool:
    """Is a number without a bound, sympy's, the true one, or the noise that it leaves of a 0?"""
    return same(other, truth, numbers) or (
        truth == 0 and is_noise(other, numbers.context.dps, numbers.context)
    )


def counted(answer: float, truth: Any, numbers: Numbers) -> tuple[int, float | None]:
    """`correct_digits`, and the error in units in the last place of the truth; None where there is
    none."""
    context = numbers.context
    if not (math.isfinite(answer) and context.isfinite(truth)):
        return correct_digits(answer, truth, numbers), None
    error, nearest = abs(context.mpf(answer) - truth), to_float(truth)
    unit = math.ulp(nearest)
    short = to_float(error)
    if not math.isfinite(unit):
        return correct_digits(answer, truth, numbers), None
    # A unit is a power of two, so that only what float64 can't hold is divided in big numbers.
    ulps = short / unit if MIN_SHORT < short < math.inf else float(error / unit)
    if answer == nearest and abs(answer) >= sys.float_info.min:
        return 16, ulps
    return correct_digits(answer, truth, numbers), ulps


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


def to_float(number: Any) -> float:
    """The float64 nearest to a big number; an infinity where it is too large."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
