"""The numeric probe: one-sided derivatives where algebra can't tell (`checks/onesided.py`).

It runs the *source* again, in big numbers with a bound of their rounding, at steps of many sizes
to the left and to the right, so that branches are decided afresh. It believes what it sees where a
law holds over all of them (a value, a slope, or a power of the step) and the bounds leave no doubt
of it, so that rounding is no law. All else, oscillation above all, is "not determined". No
tolerance is absolute: a function may be scaled by 1e-300.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.system import Numbers

PROBE_DIGITS = 2800
# Of the steps below the point, or below 1 at 0: the last ones tell what is scaled by 1e300 beside
# a point of 1e200 apart, too.
DECADES = (60, 120, 240, 480, 960)
OFF_DECADE = Fraction(5, 7)  # a second step of each size: what oscillates is elsewhere there
AGREEMENT = "1e-25"  # relative, of slopes or values that have come to rest
MEAN_DIGITS = 17  # that the mean of two slopes has, or it is not known
MIN_POWER = 0.02  # of the step, by which something grows or vanishes
POWER_BITS = 60  # that powers are computed in
SAME_POWER = 1e-3  # relative, of the powers between different sizes
CERTAINTY = 10**28  # how much larger a change is than its bound, to be known as well as laws ask

Rerun = Callable[[Numbers, Any], Any]  # the program's value for a value of one input
Exact = Callable[[Numbers], Any]  # that input's own value, exactly


@dataclass(frozen=True, slots=True)
class OneSided:
    """The derivative from the left and from the right (None: there is none) and what that is.

    `status` is smooth, one-sided (also where only ways off the axes leave the domain), kink, cusp,
    vertical, jump, removable, pole, undefined, or
    oscillating (the function, or its difference quotient, has no limit, nor an infinite one);
    partial where only the partial derivatives exist; or not determined, and then there are no
    numbers.
    """

    left: Any
    right: Any
    status: str
    limit: Any = None  # of the function, where its value is missing
    # Their mean, where it was formed with more digits than they have, for they may all but cancel;
    # nan where its digits are not known.
    middle: Any = field(default=None, compare=False)
    # The share of a tie, where the means of several inputs make no gradient together.
    share: Any = field(default=None, compare=False)
    # By input the multiples of h and of h^2 that leave the domain, where no axis does.
    beyond: Mapping[str, tuple[int, int]] | None = field(default=None, compare=False)
    method: str = field(default="germs", compare=False)  # or probe: what found it

    @property
    def mean(self) -> Any:
        """The mean of the one-sided derivatives, or the one there is; None if there is none."""
        if self.middle is not None:
            return self.middle
        sides = [side for side in (self.left, self.right) if side is not None]
        if not sides:
            return None
        if sides[0] == sides[-1]:
            return sides[0]
        total = sum(sides)
        # Quotients are right to AGREEMENT: of opposite ones nothing is left.
        noise = self.method == "probe" and abs(total) < abs(sides[0]) * float(AGREEMENT)
        return 0 * sides[0] if noise else total / len(sides)

    def derivative(self, own: Any, kink: str, context: Any) -> Any:
        """The derivative to report, `own` being what the rules say; nan where there is none.

        `kink` chooses left, right or mean where both one-sided derivatives are finite; any other
        word leaves the choice to the rules.
        """
        match self.status:
            case "undefined" | "cusp" | "oscillating" | "not determined":
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
            case "kink" | "partial" if kink == "mean" and self.share is not None:
                return self.share
            case "kink" if kink != "mean" and context.isfinite(own):
                return own
        mean = self.mean
        return context.nan if mean is None else mean


NOT_DETERMINED = OneSided(None, None, "not determined", method="probe")


# Where there may be a value: one too large to compute, or a step that takes more digits.
UNKNOWN = (OverflowError, UndecidedError)


class UnclearError(Exception):
    """The samples follow no law."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A value at a step, and the bound of its error."""

    step: Any
    value: Any
    bound: Any


def probe(rerun: Rerun, exact: Exact, *, missing: bool = False) -> OneSided:
    """The one-sided derivatives of rerun(n, x) by x at x = exact(n).

    rerun raises GradcalcError, ValueError or ArithmeticError outside the domain. `missing` says
    that there is no finite value at the point, though rounding may make one up.
    """
    from gradcalc.rules.enclosures import reference_numbers

    numbers = reference_numbers(PROBE_DIGITS)
    try:
        with numbers.__dict__["bounds"].working():
            sides = [_samples(rerun, exact, numbers, side) for side in (-1, 1)]
            here = None if missing else _sample(rerun, exact, numbers, None)
        if here is not None:
            changes = [_side(samples, here, numbers.context) for samples in sides]
            found = _status(changes, numbers.context)
        else:
            found = _missing(sides, numbers.context)
    except UnclearError:
        return NOT_DETERMINED
    return replace(found, method="probe")


# samples ----------------------------------------------------------------------------------


def _samples(rerun: Rerun, exact: Exact, numbers: Numbers, side: int) -> list[list[Sample]]:
    """Two samples of each size on one side; none where the function is undefined there."""
    steps = [side * factor / 10**e for e in DECADES for factor in (Fraction(1), OFF_DECADE)]
    found = [_sample(rerun, exact, numbers, step) for step in steps]
    known = [sample for sample in found if sample is not None]
    if not known:
        return []
    if len(known) < len(found):
        raise UnclearError
    return [known[k : k + 2] for k in range(0, len(known), 2)]


def _sample(rerun: Rerun, exact: Exact, numbers: Numbers, step: Fraction | None) -> Sample | None:
    """The value a step away from the point, or at it; None where it has none."""
    at = exact(numbers)
    taken = numbers.number(step or Fraction(0))
    if step and at:
        taken = abs(at) * taken
    try:
        value = numbers.__dict__["bounds"].number(rerun(numbers, at + taken))
    except (GradcalcError, ValueError, ArithmeticError) as error:
        if any(isinstance(e, UNKNOWN) for e in (error, error.__cause__)):
            raise UnclearError from None
        return None
    if not numbers.context.isfinite(value.mid):
        return None
    return Sample(taken.mid, value.mid, value.radius)


# laws -------------------------------------------------------------------------------------


def _power(pairs: Sequence[Sequence[tuple[Any, Any]]], context: Any) -> float | None:
    """The p of numbers that go as c*step^p over all sizes; 0.0 of what rests; None of zeros.

    Each size has two (step, number). UnclearError where there is no such law.
    """
    flat = [number for pair in pairs for _, number in pair]
    if not any(flat):
        return None
    if not all(flat) or len({context.sign(number) for number in flat}) > 1:
        raise UnclearError
    tiny = context.mpf(AGREEMENT)
    last = pairs[-2:]
    rest = [number for pair in last for _, number in pair]
    if all(abs(number - rest[-1]) <= tiny * abs(rest[-1]) for number in rest):
        return 0.0
    with context.workprec(POWER_BITS):
        powers = [
            float(context.log(abs(after / before)) / context.log(abs(h / g)))
            for (g, before), (h, after) in [
                *[(pair[0], pair[1]) for pair in pairs],
                *[(pairs[k][0], pairs[k + 1][0]) for k in range(len(pairs) - 1)],
            ]
        ]
    p = powers[-1]
    if abs(p) < MIN_POWER or any(abs(q - p) > SAME_POWER * abs(p) for q in powers):
        raise UnclearError
    return p


def _power_of_values(samples: list[list[Sample]], context: Any) -> float | None:
    return _power(
        [[(s.step, _certain(s.value, s.bound)) for s in pair] for pair in samples], context
    )


def _change(sample: Sample, base: Sample) -> Any:
    """The change from the base; what may be rounding is unclear."""
    return _certain(sample.value - base.value, sample.bound + base.bound)


def _certain(number: Any, bound: Any) -> Any:
    if bound and abs(number) < CERTAINTY * bound:
        raise UnclearError
    return number


def _side(samples: list[list[Sample]], base: Sample, context: Any) -> tuple[str, Any]:
    """One side: ("none"|"finite"|"infinite"|"jump", derivative)."""
    if not samples:
        return "none", None
    sizes = samples[1:] if base.step == 0 else samples[:-1]
    changes = [[(s.step, _change(s, base)) for s in pair] for pair in sizes]
    power = _power(changes, context)
    if power is None:
        return "finite", context.mpf(0)
    if power <= 0:
        return "jump", None
    slopes = [[(h, change / h) for h, change in pair] for pair in changes]
    by = _power(slopes, context)
    last = slopes[-1][0][1]
    if not by:
        return "finite", last
    return ("finite", context.mpf(0)) if by > 0 else ("infinite", context.inf * context.sign(last))


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
        known = context.mpf(AGREEMENT) * max(abs(left), abs(right))
        if abs(left - right) <= known:
            return OneSided(right, right, "smooth")
        cancels = abs(left + right) <= known * 10**MEAN_DIGITS
        return OneSided(left, right, "kink", middle=context.nan if cancels else None)
    return OneSided(left, right, "cusp" if kinds == {"infinite"} and left != right else "vertical")


def _missing(sides: list[list[list[Sample]]], context: Any) -> OneSided:
    """There is no finite value at the point itself: a pole, a gap, or nothing."""
    there = [samples for samples in sides if samples]
    if not there:
        return OneSided(None, None, "undefined")
    powers = [_power_of_values(samples, context) for samples in there]
    if any(power is not None and power < 0 for power in powers):
        return _pole(sides, context)
    zero = Sample(context.mpf(0), context.mpf(0), context.mpf(0))
    bases = [
        samples[-1][0] if power == 0 else zero for samples, power in zip(there, powers, strict=True)
    ]
    limits = [base.value for base in bases]
    if len(limits) == 2 and abs(limits[0] - limits[1]) > context.mpf(AGREEMENT) * abs(limits[0]):
        return OneSided(None, None, "undefined")
    bases = [bases[0], bases[-1]]
    found = _status(
        [_side(samples, base, context) for samples, base in zip(sides, bases, strict=True)], context
    )
    return OneSided(found.left, found.right, "removable", limits[-1])


def _pole(sides: list[list[list[Sample]]], context: Any) -> OneSided:
    """A pole: the slopes and the value itself end in infinities, each with its sign."""
    slopes: list[Any] = []
    ends = []
    for samples in sides:
        power = samples and _power_of_values(samples, context)
        if not power or power > 0:
            slopes.append(None)
            continue
        last = samples[-1][0]
        slopes.append(-context.inf * context.sign(last.value) * context.sign(last.step))
        ends.append(context.sign(last.value))
    limit = context.inf * ends[0] if len(set(ends)) == 1 else None
    return OneSided(slopes[0], slopes[1], "pole", limit)
