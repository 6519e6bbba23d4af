"""Does a claimed gradient hold? It is compared with the true one, at points and symbolically.

A claim is a formula in the program's inputs, or a number. Both it and the true derivative are
computed with 30 digits, so a right formula agrees to far more digits than any wrong one could.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result
from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.claims.diagnosis import diagnosed
from gradcalc.claims.formulas import derivative_text
from gradcalc.claims.sample import MIN_KNOWN_DIGITS, Point, Sample, miss, sampled
from gradcalc.claims.tolerance import Tolerance, half_unit, is_number, written_unit
from gradcalc.claims.truth import truth_of
from gradcalc.claims.verdict import Judgement, Miss, Verdict
from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import Given
from gradcalc.trace.trace import Trace

MIN_DIAGNOSED_POINTS = 4  # fewer fit too many slips; then neighbours are looked at too
NEIGHBOUR_FACTORS = ("1.0625", "0.875", "1.25", "0.8125", "1.4375", "0.6875")  # exact in float64
MAX_DIAGNOSIS_EVENTS = 4_000_000  # of the work on one diagnosis: about a second

At = tuple[Point, Result]  # the true derivatives at a point


def check(
    source: str,
    claims: Mapping[str, str],
    points: Sequence[Point],
    *,
    tolerance: Tolerance | None = None,
    options: Options | None = None,
) -> Verdict:
    """Judge claimed derivatives, by input, at points.

    Singular points (no finite derivative, or not smooth) are set aside. GradcalcError where the
    program or a claim can't be read, or where every point is singular.
    """
    options = options or Options(check="fast")
    truths, reasons = _truths(source, points, tuple(claims), options)
    if not truths:
        count = len(points)
        which = f"all {count} points are singular" if count > 1 else "the point is singular"
        raise _incomparable(f"{which} ({reasons[0]})")
    judge = Judge(source, truths, tolerance or Tolerance(), options)
    judgements = tuple(judge.judgement(by, text) for by, text in claims.items())
    return Verdict(source, judgements, len(truths), len(reasons))


def _incomparable(why: str) -> GradcalcError:
    return GradcalcError(
        "no-points",
        f"nothing can be compared: {why}",
        hint="choose other points with --at or --over",
        exit=Exit.NO_ANSWER,
    )


def _truths(
    source: str, points: Iterable[Point], wrt: tuple[str, ...], options: Options
) -> tuple[list[At], list[str]]:
    """The true derivatives at the points where the program is smooth; why it isn't at others.

    They are the reference's: that float64 overflows somewhere on the way keeps nothing from being
    compared.
    """
    truths: list[At] = []
    reasons: list[str] = []
    for point in points:
        try:
            result = evaluate(source, point, wrt=wrt, options=options)
        except GradcalcError as error:
            if not error.is_of_values:
                raise
            reasons.append(error.message)
            continue
        if (reason := _singular(result)) is None:
            truths.append((point, result))
        else:
            reasons.append(reason)
    return truths, reasons


def _singular(result: Result) -> str | None:
    """Why nothing can be compared with these derivatives; None where it can."""
    known = [truth_of(row) for row in result.derivatives]
    if result.status != "smooth":
        return f"{result.status} there" if result.error is None else result.error.message
    if all(truth is not None and truth.is_finite for truth in known):
        return None
    if result.error is not None:
        return result.error.message
    return "no digit of its derivative is known"


def _times(value: Given, factor: str) -> Given:
    """A value of an input moved away a little: a text, a number, or an array."""
    if isinstance(value, str):
        return f"({value})*{factor}"
    if isinstance(value, list | tuple):
        return [_times(part, factor) for part in value]
    return value * float(factor)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges claims about one program, whose results at some points are known."""

    source: str
    truths: list[At]
    tolerance: Tolerance
    options: Options

    def judgement(self, by: str, text: str) -> Judgement:
        """The judgement on one claim."""
        samples = [sampled(by, text, *truth, self.options) for truth in self.truths]
        misses = [m for sample in samples if (m := miss(sample, text, self.tolerance))]
        if misses:
            return self._wrong(by, text, samples, misses)
        digits = [digits for sample in samples for digits in sample.digits()]
        known = [count for count in digits if count >= MIN_KNOWN_DIGITS]
        if not known:
            raise _incomparable(f"fewer than {MIN_KNOWN_DIGITS} digits are known of any number")
        return Judgement(
            by,
            text,
            holds=True,
            compared=len(samples),
            proven=self._is_proven(by, text),
            rounded=written_unit(text) is not None and any(s.claimed != s.true for s in samples),
            largest=max((abs(float(true)) for s in samples for true in s.true), default=0.0),
            digits=None if math.isinf(min(known)) else int(min(known)),
            unknown=len(digits) - len(known),
        )

    def _wrong(self, by: str, text: str, samples: list[Sample], misses: list[Miss]) -> Judgement:
        worst = max(misses, key=lambda one: (one.why is not None, one.error))
        trace = next(s.result.steps.trace for s in samples if s.at == worst.at)
        return Judgement(
            by,
            text,
            holds=False,
            compared=len(samples),
            wrong=len(misses),
            worst=worst,
            formula=None if trace.statics or trace.solutions else derivative_text(trace, by),
            branch=bool(trace.guards or trace.solutions),
            diagnosis=worst.why or self._diagnosis(by, text, samples),
        )

    def _diagnosis(self, by: str, text: str, samples: list[Sample]) -> str | None:
        """What the slip may be; None too where finding out takes too much work."""
        try:
            return within_budget(MAX_DIAGNOSIS_EVENTS, lambda: self._recognised(by, text, samples))
        except OverBudgetError:
            return None

    def _recognised(self, by: str, text: str, samples: list[Sample]) -> str | None:
        if is_number(text):  # it is claimed for its points alone
            return diagnosed(by, samples, slack=float(half_unit(text) or 0.0))
        missing = max(0, MIN_DIAGNOSED_POINTS - len(samples))
        return diagnosed(by, [*samples, *islice(self._neighbours(by, text), missing)])

    def _neighbours(self, by: str, text: str) -> Iterator[Sample]:
        """The claim at a few points near the first: a single point fits any constant factor."""
        point = self.truths[0][0]
        count = len(NEIGHBOUR_FACTORS)  # not the same for all inputs: x/y would stay what it is
        for first in range(count):
            near = {
                name: _times(value, NEIGHBOUR_FACTORS[(first + which) % count])
                for which, (name, value) in enumerate(point.items())
            }
            truths, _ = _truths(self.source, [near], (by,), self.options)
            for truth in truths:
                yield sampled(by, text, *truth, self.options)

    def _is_proven(self, by: str, text: str) -> bool:
        """Does sympy find that claim and derivative are the same function?"""
        from gradcalc.checks.identity import identical

        point, result = self.truths[0]
        trace = result.steps.trace
        if not _is_one_formula(trace) or any(map(shape_of, result.at.values())):
            return False
        claim = evaluate(text, point, wrt=None, options=self.options).steps.trace
        return _is_one_formula(claim) and identical(trace, by, claim)


def _is_one_formula(trace: Trace) -> bool:
    """Is it the same formula at all points, and of numbers?"""
    return not (trace.guards or trace.statics or trace.solutions)
