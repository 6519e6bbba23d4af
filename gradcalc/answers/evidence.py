"""One number to be proven, and the evidence: reference, kinks, one-sided derivatives, proof.

It is a number of a trace of single numbers. Of a run with arrays that is the trace of its elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcalc.answers.request import Run
from gradcalc.checks.kinks import Kinks, touches_kink
from gradcalc.language.syntax import Program
from gradcalc.run.point import Point
from gradcalc.trace.trace import Trace

SAME_SLOPE = 1e-12  # relative, of a slope by germs and by the rules

if TYPE_CHECKING:
    from gradcalc.checks.probe import OneSided
    from gradcalc.checks.proof import Proof
    from gradcalc.checks.reference import Reference


class Float64Answers(NamedTuple):
    """The answers to be checked: a value, and its derivatives by both sweeps.

    `forward` may be empty where there are too many inputs for it. `framework` are the derivatives
    that PyTorch or JAX answers with, where those were asked for.
    """

    value: float
    forward: Mapping[str, float]
    reverse: Mapping[str, float]
    framework: Mapping[str, float] = MappingProxyType({})


class Higher(NamedTuple):
    """What germs of a function tell of one of its derivatives: that itself, and the derivatives
    of that, by input. Nothing where the rules can be trusted."""

    below: OneSided | None = None
    sides: Mapping[str, OneSided] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Target:
    """The number to be proven: the result of `trace`, whose inputs `wrt` are active.

    `rerun(numbers, moved)` runs the source again with some inputs replaced, beside the point;
    `retrace(program)` is the trace of another program at the same point, for rewrites, if any.
    `higher(doubt)` is for a number that is itself a derivative: what is known of it besides, given
    that it is in doubt or not.
    """

    run: Run
    trace: Trace
    point: Point
    wrt: tuple[str, ...]
    answers: Float64Answers
    rerun: Callable[[Any, Mapping[str, Any]], Any]
    retrace: Callable[[Program], Trace] | None
    higher: Callable[[bool], Higher] | None = None

    @cached_property
    def at(self) -> Mapping[str, float]:
        """The point in float64."""
        return self.point.machine()


class Evidence(NamedTuple):
    """What is known of a target besides its float64 answers.

    `truth` and `proof` are None where nothing is checked, or a step can't be computed in big
    numbers. `sides` are the one-sided derivatives by input, where there was doubt; else empty.
    """

    truth: Reference | None
    kinks: Kinks
    sides: Mapping[str, OneSided]
    proof: Proof | None
    below: OneSided | None = None  # of a derivative, what germs tell of that itself

    def limit(self, value: Any) -> Any:
        """The value where it is in doubt."""
        return limit(value, self.sides, self.below)

    @property
    def smooth(self) -> bool:
        """Did the probe find nothing, or had no reason to look?"""
        return _smooth(self.sides)


def evidence(target: Target) -> Evidence:
    """Replay in big numbers, probe where there is doubt, and compare."""
    truth = _reference(target)
    kinks = _kinks(target.trace, truth)
    in_doubt = _in_doubt(target, truth, kinks)
    higher = target.higher(in_doubt) if target.higher else Higher()
    sides = {name: higher.sides[name] for name in target.wrt if name in higher.sides}
    open_names = tuple(name for name in target.wrt if name not in sides)
    if open_names and in_doubt:
        if truth is not None and _ruled(truth, kinks):
            sides |= {name: _regular(truth.reverse[name]) for name in open_names}
        else:
            sides |= _probed(replace(target, wrt=open_names), truth)
    proof = None if truth is None else _proof(target, truth, kinks, sides, higher.below)
    return Evidence(truth, kinks, sides, proof, higher.below)


def doubt(target: Target) -> bool | None:
    """Is there no finite value at a point that is in doubt? None where there is no doubt."""
    truth = _reference(target)
    if not _in_doubt(target, truth, _kinks(target.trace, truth)):
        return None
    return _missing(target, truth)


def _missing(target: Target, truth: Reference | None) -> bool:
    """Has the function no finite value at the point? What is not settled may have one."""
    if truth is None:
        return not math.isfinite(target.answers.value)
    return truth.settled and not truth.value_is_finite


def _ruled(truth: Reference, kinks: Kinks) -> bool:
    """Is the exact run one that the rules can be trusted of, whatever became of float64's?"""
    return truth.settled and truth.is_finite and not kinks.touched


def _regular(slope: Any) -> OneSided:
    from gradcalc.checks.probe import OneSided

    return OneSided(slope, slope, "smooth")


def limit(value: Any, sides: Mapping[str, OneSided], below: OneSided | None) -> Any:
    """The value; at a pole the infinity that both sides end in, nan where they differ; nan in a
    gap, whatever IEEE's infinities come to there.

    Of a derivative it is what was known before, if anything was.
    """
    if below is not None and below.status in ("smooth", "one-sided"):
        return below.mean
    for side in sides.values():
        if side.status == "pole":
            return math.nan if side.limit is None else side.limit
        if side.status == "removable":
            return math.nan
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
    """Is there a kink, an equality, a number that is not finite, or none in truth?"""
    if truth is None and target.run.options.wants_reference:
        return True
    if truth is not None and not (truth.settled and truth.is_finite):
        return True
    answers = target.answers
    sweeps = (answers.reverse, answers.forward, answers.framework)
    numbers = (answers.value, *(number for sweep in sweeps for number in sweep.values()))
    if not all(map(math.isfinite, numbers)) or kinks.touched:
        return True
    return truth is not None and touches_kink(target.trace)  # without it, `kinks` is that


def _probed(target: Target, truth: Reference | None) -> dict[str, OneSided]:
    """What is true on either side along each input, all others held."""
    from gradcalc.checks.onesided import beside
    from gradcalc.checks.sides import WANTED_DIGITS

    missing = truth is not None and _missing(target, truth)
    digits = max(WANTED_DIGITS, target.run.options.reference_digits)

    def along(name: str) -> OneSided:
        return beside(
            lambda numbers, x: target.rerun(numbers, {name: x}),
            lambda numbers: target.point.numbers(numbers)[name],
            missing=missing,
            digits=digits,
        )

    sides = {name: along(name) for name in target.wrt}
    return _shared(target, truth, sides | _off_axes(target, sides))


def _shared(
    target: Target, truth: Reference | None, sides: dict[str, OneSided]
) -> dict[str, OneSided]:
    """Where the derivatives along the axes make no gradient together: what the rules share, equals
    alike."""
    from gradcalc.checks.subgradients import alike, misfits

    own = target.answers.reverse if truth is None else truth.reverse
    tied = {name: side for name, side in sides.items() if _is_tied(side, own[name])}
    rough = any(side.status in ("kink", "partial") for side in tied.values())
    if not rough or len(tied) < 2 or not all(math.isfinite(own[name]) for name in tied):
        return sides
    rerun, exact = target.rerun, target.point.numbers
    wrong = misfits(rerun, exact, {name: side.mean for name, side in tied.items()})
    if not wrong:
        return sides
    shares = alike({name: (own[name], target.at[name], tied[name]) for name in tied})
    if misfits(rerun, exact, shares) >= wrong:
        return sides
    return sides | {
        name: replace(
            side, share=shares[name], status="partial" if side.status == "smooth" else side.status
        )
        for name, side in tied.items()
    }


def _is_tied(side: OneSided, own: Any) -> bool:
    """May an input share a tie? Along its axis there is a kink, or else the rules say otherwise."""
    if side.status == "smooth":
        return bool(abs(side.mean - own) > SAME_SLOPE * abs(own))
    return side.status in ("kink", "partial")


def _off_axes(target: Target, sides: Mapping[str, OneSided]) -> dict[str, OneSided]:
    """Those of the inputs with a derivative, by their axes, that have none together, or that leave
    the domain off the axes."""
    from gradcalc.checks.directions import surroundings
    from gradcalc.checks.probe import NOT_DETERMINED
    from gradcalc.numbers.bounded import NotDeterminedError
    from gradcalc.numbers.germs import InexpressibleError

    names = [name for name, side in sides.items() if side.status in ("smooth", "one-sided")]
    smooth = [name for name in names if sides[name].status == "smooth"]
    if len(names) < 2 or not smooth:
        return {}
    try:
        found = surroundings(target.rerun, target.point.numbers, names)
    except (InexpressibleError, NotDeterminedError):
        return dict.fromkeys(smooth, NOT_DETERMINED)
    if found.bent is not None:
        return {name: replace(sides[name], status="partial") for name in smooth}
    beyond = found.beyond or {}
    return {
        name: replace(sides[name], status="one-sided", beyond=beyond)
        for name in smooth
        if name in beyond
    }


def _proof(
    target: Target,
    truth: Reference,
    kinks: Kinks,
    sides: Mapping[str, OneSided],
    below: OneSided | None,
) -> Proof:
    from gradcalc.checks.proof import prove

    context, options = truth.numbers.context, target.run.options
    ruled = _ruled(truth, kinks)  # then the rules' own derivative has the better bound
    probed = {
        name: side.derivative(truth.reverse[name], options.kink, context)
        for name, side in sides.items()
        if not (ruled and side.status == "smooth")
    }
    return prove(
        target.trace,
        target.point,
        target.wrt,
        truth,
        limit(truth.value, sides, below),
        probed,
        smooth=_smooth(sides),
        method="germs" if all(s.method == "germs" for s in sides.values()) else "probe",
        sympy=options.symbolic if options.check == "full" else None,
        claims=not kinks.by_rounding,
    )


def _smooth(sides: Mapping[str, OneSided]) -> bool:
    return all(side.status == "smooth" for side in sides.values())
