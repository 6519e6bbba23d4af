"""The one-sided probe: what the derivative is where the rules alone can't tell.

It runs the *source* again, in 150-digit numbers, at two small steps to the left and two to the
right, so that branches are decided afresh, and reads the one-sided derivatives off the difference
quotients. It knows nothing of the rules' derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcalc.errors import GradcalcError

DIGITS = 150
STEPS = ("1e-30", "1e-45")

SEVERITY = (
    "smooth", "one-sided", "kink", "cusp", "vertical", "jump", "removable", "pole", "undefined",
)  # fmt: skip


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
        if not sides or (len(sides) == 2 and self.status in ("cusp", "jump", "pole")):
            return None
        return sides[0] if sides[0] == sides[-1] else sum(sides) / len(sides)


def probe(f: Callable[[Any], Any], at: Any, context: Any) -> OneSided:
    """Probe f, a function of one big number, at a point.

    f raises GradcalcError, ValueError or ArithmeticError outside its domain.
    """
    unit = abs(at) if at else context.mpf(1)
    steps = [context.mpf(step) * unit for step in STEPS]
    here = _value(f, at, context)
    left = [_value(f, at - h, context) for h in steps]
    right = [_value(f, at + h, context) for h in steps]
    if here is None:
        return _missing(left, right, steps, context)
    sides = [
        _side(here, left, [-h for h in steps], context),
        _side(here, right, steps, context),
    ]
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
    far, near = ((value - here) for value in values)
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
    if None in left and None in right:
        return OneSided(None, None, "undefined")
    limits = []
    for values in (left, right):
        if None in values:
            continue
        if abs(values[1]) > 1 and abs(values[1]) > abs(values[0]) * context.mpf("1.2"):
            return OneSided(None, None, "pole")
        limits.append(values[1] - (values[0] - values[1]) * steps[1] / (steps[0] - steps[1]))
    tiny = context.mpf(10) ** -20
    if len(limits) == 2 and abs(limits[0] - limits[1]) > tiny * max(1, abs(limits[0])):
        return OneSided(None, None, "jump")
    limit = limits[0]
    sides = [
        _side(limit, left, [-h for h in steps], context),
        _side(limit, right, steps, context),
    ]
    found = _status(sides, context)
    return OneSided(found.left, found.right, "removable", limit)
