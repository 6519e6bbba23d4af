"""One number to be proven, and the evidence: reference, kinks, one-sided derivatives, proof.

It is a number of a trace of single numbers. Of a run with arrays that is the trace of its elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcalc.answers.request import Run
from gradcalc.checks.kinks import Kinks, touches_kink
from gradcalc.language.syntax import Program
from gradcalc.run.point import Point
from gradcalc.trace.trace import Trace

if TYPE_CHECKING:
    from gradcalc.checks.probe import OneSided
    from gradcalc.checks.proof import Proof
    from gradcalc.checks.reference import Reference


@dataclass(frozen=True, slots=True)
class Float64Answers:
    """The answers to be checked: a value, and its derivatives by both sweeps.

    `forward` may be empty where there are too many inputs for it.
    """

    value: float
    forward: Mapping[str, float]
    reverse: Mapping[str, float]


@dataclass(frozen=True)
class Target:
    """The number to be proven: the result of `trace`, whose inputs `wrt` are active.

    `rerun(numbers, moved)` runs the source again with some inputs replaced, beside the point;
    `retrace(program)` is the trace of another program at the same point, for rewrites, if any.
    """

    run: Run
    trace: Trace
    point: Point
    wrt: tuple[str, ...]
    answers: Float64Answers
    rerun: Callable[[Any, Mapping[str, Any]], Any]
    retrace: Callable[[Program], Trace] | None

    @cached_property
    def at(self) -> Mapping[str, float]:
        """The point in float64."""
        return self.point.machine()


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of a target besides its float64 answers.

    `truth` and `proof` are None where nothing is checked, or a step can't be computed in big
    numbers. `sides` are the one-sided derivatives by input, where there was doubt; else empty.
    """

    truth: Reference | None
    kinks: Kinks
    sides: Mapping[str, OneSided]
    proof: Proof | None

    @property
    def smooth(self) -> bool:
        """Did the probe find nothing, or had no reason to look?"""
        return _smooth(self.sides)


def evidence(target: Target) -> Evidence:
    """Replay in big numbers, probe where there is doubt, and compare."""
    truth = _reference(target)
    kinks = _kinks(target.trace, truth)
    sides = _probed(target, truth) if _in_doubt(target, truth, kinks) else {}
    proof = None if truth is None else _proof(target, truth, kinks, sides)
    return Evidence(truth, kinks, sides, proof)


def limit(value: Any, sides: Mapping[str, OneSided]) -> Any:
    """The value; at a pole the infinity that both sides end in, nan where they differ."""
    for side in sides.values():
        if side.status == "pole":
            return math.nan if side.limit is None else side.limit
    return value


def _reference(target: Target) -> Reference | None:
    if not target.run.options.wants_reference:
        return None
    from gradcalc.checks.reference import reference

    digits = target.run.options.reference_digits
    try:
        return reference(target.trace, target.point, target.wrt, digits)
    except (ValueError, ArithmeticError):
        return None


def _kinks(trace: Trace, truth: Reference | None) -> Kinks:
    if truth is None:
        return Kinks(touches_kink(trace))
    from gradcalc.checks.kinks import kinks

    return kinks(trace, truth)


def _in_doubt(target: Target, truth: Reference | None, kinks: Kinks) -> bool:
    """Is there a kink, an equality, or a number that is not finite?"""
    if truth is not None:
        isfinite = truth.numbers.context.isfinite
        if not truth.settled or not all(isfinite(n) for n in truth.all):
            return True
    answers = target.answers
    numbers = (answers.value, *answers.reverse.values(), *answers.forward.values())
    return kinks.touched or touches_kink(target.trace) or not all(map(math.isfinite, numbers))


def _probed(target: Target, truth: Reference | None) -> dict[str, OneSided]:
    """What is true on either side along each input, all others held."""
    from gradcalc.checks.onesided import WANTED_DIGITS, beside

    missing = truth is not None and not truth.numbers.context.isfinite(truth.value)
    digits = max(WANTED_DIGITS, target.run.options.reference_digits)

    def along(name: str) -> OneSided:
        return beside(
            lambda numbers, x: target.rerun(numbers, {name: x}),
            lambda numbers: target.point.numbers(numbers)[name],
            missing=missing,
            digits=digits,
        )

    sides = {name: along(name) for name in target.wrt}
    if len(sides) > 1 and _smooth(sides) and _is_bent(target):
        return {name: replace(side, status="partial") for name, side in sides.items()}
    return sides


def _is_bent(target: Target) -> bool:
    """Is the function not differentiable, though it is so along each axis?"""
    from gradcalc.checks.onesided import bent_direction
    from gradcalc.numbers.bounded import NotDeterminedError
    from gradcalc.numbers.germs import InexpressibleError

    try:
        return bent_direction(target.rerun, target.point.numbers, target.wrt) is not None
    except (InexpressibleError, NotDeterminedError):
        return False


def _proof(target: Target, truth: Reference, kinks: Kinks, sides: Mapping[str, OneSided]) -> Proof:
    from gradcalc.checks.proof import prove

    context, options = truth.numbers.context, target.run.options
    probed = {
        name: side.derivative(truth.reverse[name], options.kink, context)
        for name, side in sides.items()
    }
    return prove(
        target.trace,
        target.point,
        target.wrt,
        truth,
        limit(truth.value, sides),
        probed,
        smooth=_smooth(sides),
        sympy=options.check == "full",
        claims=not kinks.by_rounding,
    )


def _smooth(sides: Mapping[str, OneSided]) -> bool:
    return all(side.status == "smooth" for side in sides.values())
