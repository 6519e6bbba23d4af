"""The reference: the trace replayed with big numbers until its digits no longer change."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.system import Numbers
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

FIRST_DIGITS, LAST_DIGITS = 50, 3200  # of the first replay and of the last
MAX_FORWARD_WORK = 200_000  # instructions times inputs; above, forward mode takes directions
COMPARED_DIRECTIONS = 3
STABLE_DIGITS = 36  # in which two replays must agree, or six more than are wanted


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Value and gradient to `digits` digits, by both modes, from the exact inputs.

    `settled` is False where the digits never came to rest; what only grew with the precision has
    become nan: a pole that rounding hides.
    """

    numbers: Numbers
    digits: int
    values: list[Any]
    value: Any
    forward: dict[str, Any]
    reverse: dict[str, Any]
    before: list[Any]  # the values of the replay at half as many digits
    # Of many inputs, slopes along random directions: by forward mode, and by the reverse gradient.
    slopes: tuple[tuple[Any, Any], ...] = ()
    settled: bool = True

    @property
    def modes_agree(self) -> bool:
        """Do forward and reverse mode give the same derivatives, or the same slopes?"""
        pairs = [*self.slopes, *((n, self.reverse[x]) for x, n in self.forward.items())]
        return all(same(ahead, back, self.numbers) for ahead, back in pairs)

    def still(self, slot: int) -> Any:
        """The value of a slot, but 0 where it is only what rounding left of one."""
        return _still(self.before[slot], self.values[slot])

    def difference(self, left: int, right: int) -> Any:
        """How two slots differ, 0 where only rounding keeps them apart."""
        before, now = self.before, self.values
        if now[left] == now[right]:
            return 0
        return _still(before[left] - before[right], now[left] - now[right])

    @property
    def all(self) -> tuple[Any, ...]:
        """The value and all derivatives."""
        return (self.value, *self.forward.values(), *self.reverse.values())


def reference(trace: Trace, point: Point, wrt: tuple[str, ...], digits: int = 30) -> Reference:
    """Replay at 50 digits, 100, … until two replays agree within the digits to be shown.

    ValueError, ArithmeticError where the replay has no real value.
    """
    wanted = max(STABLE_DIGITS, digits + 6)
    working = max(FIRST_DIGITS, digits + 20)
    history = [replayed(trace, point, wrt, working)]
    while True:
        working *= 2
        history.append(replayed(trace, point, wrt, working, history[-1].values))
        most = working >= max(LAST_DIGITS, 4 * digits)
        if _settled(history, wanted):
            found = _cleaned(history[-2], history[-1])
            # What cancels exactly at two precisions is at rest too: only more digits show it.
            if found.modes_agree or most:
                return found
        elif most:
            return _unsettled(history[-1])


def replayed(
    trace: Trace, point: Point, wrt: tuple[str, ...], digits: int, before: list[Any] | None = None
) -> Reference:
    """One replay, and both sweeps over it, at `digits` digits; `before` is the replay before."""
    numbers = big_numbers(digits)
    context = numbers.context
    values = replay(trace, numbers, point.numbers(numbers))
    back = reverse(trace, values, numbers, context.nan)
    zero = context.mpf(0)

    def ahead(seeds: Mapping[int, Any]) -> Any:
        tangent = forward(trace, values, numbers, seeds, context.nan)[trace.result]
        return zero if tangent is None else zero + tangent

    slots = {name: trace.inputs[name] for name in wrt}
    gradient = {n: zero if back[slot] is None else zero + back[slot] for n, slot in slots.items()}
    tangents, slopes = {}, []
    if len(wrt) * len(trace) <= MAX_FORWARD_WORK:
        tangents = {name: ahead({slot: 1}) for name, slot in slots.items()}
    else:
        for which in range(COMPARED_DIRECTIONS):
            random = Random(which)
            direction = {name: random.choice((-3, -2, -1, 1, 2, 3)) for name in wrt}
            slope = sum((gradient[name] * d for name, d in direction.items()), zero)
            slopes.append((ahead({slots[n]: d for n, d in direction.items()}), slope))
    value = values[trace.result]
    return Reference(
        numbers, digits, values, value, tangents, gradient, before or values, tuple(slopes)
    )


def _still(before: Any, now: Any) -> Any:
    """0 where a number changes as the precision doubles: then it is only rounding."""
    return 0 if abs(now - before) > abs(now) * 1e-10 else now


def _settled(history: list[Reference], wanted: int) -> bool:
    rows = [found.all for found in history]
    return all(_is_at_rest([row[k] for row in rows], wanted, history) for k in range(len(rows[0])))


def _cleaned(before: Reference, last: Reference) -> Reference:
    """What rounding left of a zero becomes 0; a small number that does not change is kept."""
    context = last.numbers.context

    def clean(earlier: Any, now: Any) -> Any:
        noise = is_noise(now, last.digits, context) and _still(earlier, now) == 0
        return context.mpf(0) if noise else now

    return replace(
        last,
        value=clean(before.value, last.value),
        forward={name: clean(before.forward[name], n) for name, n in last.forward.items()},
        reverse={name: clean(before.reverse[name], n) for name, n in last.reverse.items()},
    )


def _unsettled(last: Reference) -> Reference:
    """What only grew with the precision becomes nan."""
    context = last.numbers.context
    huge = context.mpf(10) ** (last.digits * 3 // 4)

    def bounded(number: Any) -> Any:
        return context.nan if abs(number) > huge else number

    return replace(
        last,
        value=bounded(last.value),
        forward={name: bounded(n) for name, n in last.forward.items()},
        reverse={name: bounded(n) for name, n in last.reverse.items()},
        settled=any(abs(number) > huge for number in last.all),
    )


def _is_at_rest(seen: list[Any], wanted: int, history: list[Reference]) -> bool:
    """Has this number come to rest, or is it a zero that only rounding kept from being one?"""
    context = history[-1].numbers.context
    before, now = seen[-2], seen[-1]
    if not (context.isfinite(now) and context.isfinite(before)):
        return True
    if now != 0 and abs(now - before) <= abs(now) * context.mpf(10) ** -wanted:
        return True
    return len(seen) >= 4 and is_noise(now, history[-1].digits, context)


def is_noise(number: Any, digits: int, context: Any) -> bool:
    """Is this what is left of a zero after rounding at `digits` digits?

    A number that is not zero keeps its size as the precision grows; what rounding leaves of a zero
    shrinks with it, below 10^-(¾ of the digits). Asked from 400 digits on only.
    """
    return digits >= 400 and abs(number) < context.mpf(10) ** -(digits * 3 // 4)


def same(a: Any, b: Any, numbers: Numbers) -> bool:
    """Do two big results agree to 30 digits (or are both not numbers, or the same infinity)?"""
    context = numbers.context
    if context.isnan(a) or context.isnan(b):
        return bool(context.isnan(a) and context.isnan(b))
    if a == b:
        return True
    scale = max(abs(a), abs(b))
    return bool(abs(a - b) <= scale * context.mpf(10) ** -30) or is_noise(
        scale, context.dps, context
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
    return max(0, min(15, int(context.floor(-context.log10(error))))) if error else 16


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
