"""The one-sided probe: what the derivative is where the rules alone can't tell.

It runs the *source* again, in 300-digit numbers, at small steps to the left and to the right, so
that branches are decided afresh, and reads the one-sided derivatives off the difference quotients.
It knows nothing of the rules' derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gradcalc.errors import GradcalcError

PROBE_DIGITS = 300
MAX_MULTIPLE = 20  # of those digits, where the numbers of a run span many decades
STEPS = ("1e-30", "1e-45")  # relative to the point
NEAREST_STEP = "1e-60"  # a third step, where the value at the point itself is missing


def digits_for(truth: Any, at: Iterable[float] = ()) -> int:
    """300 digits, and as many again for every 300 between the largest step of a run and the
    smallest number of the point.

    A quotient of differences of 10^600 sees nothing of a derivative of 6, nor does one of 1 by
    steps of 10^-354.
    """
    if truth is None:
        return PROBE_DIGITS
    context = truth.numbers.context
    finite = [value for value in truth.values if value and context.isfinite(value)]
    decades = max(0, max((int(context.mag(value)) * 3 // 10 for value in finite), default=0))
    decades += max((-math.frexp(x)[1] * 3 // 10 for x in at if 0 < abs(x) < 1), default=0)
    return PROBE_DIGITS * (1 + min(MAX_MULTIPLE, decades // PROBE_DIGITS + (decades > 50)))


@dataclass(frozen=True, slots=True)
class OneSided:
    """The derivative from the left and from the right (None: there is none) and what that is."""

    left: Any
    right: Any
    status: str
    limit: Any = None  # of the function, where its value is missing

    @property
    def mean(self) -> Any:
        """The mean of the one-sided derivatives, or the one there is; None if there is none."""
        sides = [side for side in (self.left, self.right) if side is not None]
        if not sides:
            return None
        return sides[0] if sides[0] == sides[-1] else sum(sides) / len(sides)

    def derivative(self, own: Any, kink: str, context: Any) -> Any:
        """The derivative to report, `own` being what the rules say; nan where there is none.

        `kink` chooses left, right or mean where both one-sided derivatives are finite; any other
        word leaves the choice to the rules.
        """
        match self.status:
            case "undefined" | "cusp":
                return context.nan
            case "pole":
                ends = {self.left, self.right} - {None}
                return ends.pop() if len(ends) == 1 else context.nan
            case "jump":
                return own if context.isfinite(own) else context.nan
            case "vertical" if None not in (self.left, self.right) and self.left != self.right:
                # Finite on one side: the rules follow the side whose branch was taken.
                infinite = self.left if context.isinf(self.left) else self.right
                return own if context.isfinite(own) else infinite
            case "kink" if kink in ("left", "right"):
                return self.left if kink == "left" else self.right
            case "kink" if kink != "mean" and context.isfinite(own):
                return own
        mean = self.mean
        return context.nan if mean is None else mean


def probe(f: Callable[[Any], Any], at: Any, context: Any, *, missing: bool = False) -> OneSided:
    """Probe f, a function of one big number, at a point.

    f raises GradcalcError, ValueError or ArithmeticError outside its domain. `missing` says that
    there is no finite value at the point, though rounding may make one up.
    """
    unit = abs(at) if at else context.mpf(1)
    steps = [context.mpf(step) * unit for step in STEPS]
    here = None if missing else _value(f, at, context)
    if here is None:
        steps.append(context.mpf(NEAREST_STEP) * unit)
    left = [_value(f, at - h, context) for h in steps]
    right = [_value(f, at + h, context) for h in steps]
    if here is None:
        return _missing(left, right, steps, context)
    sides = [_side(here, left, [-h for h in steps], context), _side(here, right, steps, context)]
    return _status(sides, context)


def _value(f: Callable[[Any], Any], x: Any, context: Any) -> Any:
    try:
        value = f(x)
    except (GradcalcError, ValueError, ArithmeticError):
        return None
    return value if context.isfinite(value) else None


def _side(here: Any, values: list[Any], steps: list[Any], context: Any) -> tuple[str, Any]:
    """One side: ("none"|"finite"|"infinite"|"jump", derivative)."""
    if None in values:
        return "none", None
    noise = max(1, abs(here)) * context.mpf(10) ** (20 - context.dps)
    far, near = (d if abs(d := value - here) > noise else context.mpf(0) for value in values)
    slopes = far / steps[0], near / steps[1]
    tiny = context.mpf(10) ** -12
    if abs(slopes[0] - slopes[1]) <= tiny * max(1, abs(slopes[1])):
        # Richardson: the error of a quotient is linear in the step.
        ratio = steps[1] / steps[0]
        return "finite", (slopes[1] - ratio * slopes[0]) / (1 - ratio)
    if abs(near) > abs(far) * context.mpf("0.9"):
        return "jump", None
    return "infinite", context.inf * context.sign(slopes[1])


def _status(sides: list[tuple[str, Any]], context: Any) -> OneSided:
    (left_kind, left), (right_kind, right) = sides
    kinds = {left_kind, right_kind}
    if kinds == {"none"}:
        return OneSided(None, None, "undefined")
    if "jump" in kinds:
        return OneSided(left, right, "jump")
    if "none" in kinds:
        return OneSided(left, right, "vertical" if "infinite" in kinds else "one-sided")
    if kinds == {"finite"}:
        scale = max(1, abs(left), abs(right))
        if abs(left - right) <= scale * context.mpf(10) ** -20:
            middle = (left + right) / 2
            return OneSided(middle, middle, "smooth")
        return OneSided(left, right, "kink")
    if kinds == {"infinite"}:
        return OneSided(left, right, "vertical" if left == right else "cusp")
    return OneSided(left, right, "vertical")


def _missing(left: list[Any], right: list[Any], steps: list[Any], context: Any) -> OneSided:
    """There is no finite value at the point itself: a pole, a gap, or nothing."""
    back = [-h for h in steps]
    there = [(v, h) for v, h in ((left, back), (right, steps)) if None not in v]
    if not there:
        return OneSided(None, None, "undefined")
    if any(_grows(values, context) for values, _ in there):
        return _pole(left, right, steps, context)
    limits = [_limit(values, h, context) for values, h in there]
    tiny = context.mpf(10) ** -20
    if len(limits) == 2 and abs(limits[0] - limits[1]) > tiny * max(1, abs(limits[0])):
        return OneSided(None, None, "undefined")
    limit = limits[0]
    sides = [_side(limit, left[:2], back[:2], context), _side(limit, right[:2], steps, context)]
    found = _status(sides, context)
    return OneSided(found.left, found.right, "removable", limit)


def _grows(values: list[Any], context: Any) -> bool:
    return bool(abs(values[2]) > 1) and bool(abs(values[2]) > abs(values[0]) * context.mpf("1.2"))


def _limit(values: list[Any], steps: list[Any], context: Any) -> Any:
    """The value that f comes near to, from its two nearest values; 0 where it only shrinks."""
    _, far, near = values
    limit = near - (far - near) * steps[2] / (steps[1] - steps[2])
    shrinks = abs(near) < abs(far) * context.mpf("1e-5")
    return context.mpf(0) if shrinks and abs(limit) < abs(far) else limit


def _pole(left: list[Any], right: list[Any], steps: list[Any], context: Any) -> OneSided:
    """A pole: the slopes and the value itself end in infinities, each with its sign."""
    slopes: list[Any] = []
    ends = []
    for values, sign in ((left, -1), (right, 1)):
        if None in values or not _grows(values, context):
            slopes.append(None)
            continue
        slopes.append(context.inf * context.sign(values[1] - values[2]) * sign)
        ends.append(context.sign(values[2]))
    limit = context.inf * ends[0] if len(set(ends)) == 1 else None
    return OneSided(slopes[0], slopes[1], "pole", limit)
