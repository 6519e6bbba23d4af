"""The reference: the trace replayed with big numbers until its digits stand still."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.system import Numbers
from gradcalc.rules import big_numbers
from gradcalc.trace.point import Point
from gradcalc.trace.replay import broken_guards, replay
from gradcalc.trace.trace import Guard, Trace

FIRST, LAST = 50, 3200  # digits of the first replay and of the last
STABLE = 36  # two replays agree when they do so in this many digits, or in those asked for


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Value and gradient to `digits` digits, by both modes, from the exact inputs."""

    numbers: Numbers
    digits: int
    values: list[Any]
    value: Any
    forward: dict[str, Any]
    reverse: dict[str, Any]
    broken: list[Guard]

    @property
    def modes_agree(self) -> bool:
        """Do forward and reverse mode give the same derivatives?"""
        return all(same(self.forward[x], self.reverse[x], self.numbers) for x in self.forward)


def reference(trace: Trace, point: Point, wrt: tuple[str, ...], digits: int = 30) -> Reference:
    """Replay at 50 digits, 100, … until two replays agree within the digits to be shown.

    ValueError, ArithmeticError where the replay has no real value.
    """
    wanted = max(STABLE, digits + 6)
    working = max(FIRST, digits + 20)
    history = [_replayed(trace, point, wrt, working)]
    while True:
        working *= 2
        history.append(_replayed(trace, point, wrt, working))
        if _settled(history, wanted) or working >= max(LAST, 4 * digits):
            return history[-1]


def _replayed(trace: Trace, point: Point, wrt: tuple[str, ...], digits: int) -> Reference:
    numbers = big_numbers(digits)
    context = numbers.context
    values = replay(trace, numbers, point.numbers(numbers))
    back = reverse(trace, values, numbers, context.nan)
    zero = context.mpf(0)
    gradient, tangents = {}, {}
    for name in wrt:
        slot = trace.inputs[name]
        gradient[name] = zero if back[slot] is None else zero + back[slot]
        tangent = forward(trace, values, numbers, slot, context.nan)[trace.result]
        tangents[name] = zero if tangent is None else zero + tangent
    value = values[trace.result]
    broken = broken_guards(trace, values)
    return Reference(numbers, digits, values, value, tangents, gradient, broken)


def _settled(history: list[Reference], wanted: int) -> bool:
    rows = [(r.value, *r.forward.values(), *r.reverse.values()) for r in history]
    return all(_stands([row[k] for row in rows], wanted, history) for k in range(len(rows[0])))


def _stands(seen: list[Any], wanted: int, history: list[Reference]) -> bool:
    """Has this number come to rest, or is it a zero that only rounding kept from being one?"""
    context = history[-1].numbers.context
    before, now = seen[-2], seen[-1]
    if not (context.isfinite(now) and context.isfinite(before)):
        return True
    if now != 0 and abs(now - before) <= abs(now) * context.mpf(10) ** -wanted:
        return True
    return len(seen) >= 4 and is_noise(now, history[-1].digits, context)


def is_noise(number: Any, digits: int, context: Any) -> bool:
    """Is this what is left of a zero after rounding at so many digits?

    A number that is not zero stands still as the precision grows; what rounding leaves of a zero
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

    16 says that no float64 is nearer to the truth; where the truth is 0, only 0 is right.
    """
    context = numbers.context
    if context.isnan(truth) or math.isnan(answer):
        return 0
    if is_noise(truth, context.dps, context):
        return 16 if answer == 0 else 0
    if answer == to_float(truth):
        return 16
    if not math.isfinite(answer) or not context.isfinite(truth) or truth == 0:
        return 0
    error = abs(context.mpf(answer) - truth) / abs(truth)
    return max(0, min(15, int(context.floor(-context.log10(error)))))


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
