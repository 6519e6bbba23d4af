"""Does a claimed gradient hold? Compared with the true one, at points and symbolically.

A claim is a formula in the program's inputs, or a number. Both it and the true derivative are
found with 30 digits, so a right formula agrees to far more digits than any wrong one could.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result
from gradcalc.claims.diagnosis import TURNED, Sample, diagnosed
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language import to_text
from gradcalc.modes.derived import gradient_trace
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Given
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import Trace

DIGITS = 40
EXACT = 20  # digits in which a formula agrees that is right
LONG = 300  # characters past which a formula is not shown
NEAR = ("1.0625", "0.875", "1.25", "0.8125", "1.4375", "0.6875")  # where one point is too few
Point = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How near is right: |claim - truth| <= atol + rtol*|truth|; or `ulp` float64 units."""

    rtol: float | None = None
    atol: float = 0.0
    ulp: float | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A point where a claim is wrong: by how much, both values as decimals.

    `element` says which of an array; `why`, why there is no claimed value.
    """

    at: Mapping[str, str]
    claimed: str
    true: str
    error: float
    element: tuple[int, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim: does it hold, how is that known, and what went wrong."""

    by: str
    text: str
    holds: bool
    proven: bool  # sympy finds that the difference is zero everywhere
    compared: int  # points
    wrong: int
    worst: Miss | None = None
    formula: str | None = None  # the true derivative
    branch: bool = False  # the formula is that of the branch taken at the worst point
    diagnosis: str | None = None
    rounded: bool = False  # a number that is right to the digits it is written with


@dataclass(frozen=True, slots=True)
class Verdict:
    """All claims about a program; `aside` counts the points that were singular."""

    expr: str
    claims: tuple[Judged, ...]
    points: int
    aside: int

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.claims)

    @property
    def exit(self) -> Exit:
        return Exit.OK if self.holds else Exit.VERDICT


def check(
    source: str,
    claims: Mapping[str, str],
    points: Sequence[Point],
    *,
    tolerance: Tolerance | None = None,
    options: Options | None = None,
) -> Verdict:
    """Judge claimed derivatives, by input, at points.

    Singular points (no finite answer, or not smooth) are set aside. GradcalcError where the
    program or a claim can't be read, or where every point is singular.
    """
    asked = options or Options(check="fast")
    why: list[str] = []
    known = list(_known(source, points, tuple(claims), asked, why))
    if not known:
        told = (
            f"all {len(points)} points are singular" if len(points) > 1 else "the point is singular"
        )
        raise GradcalcError(
            "no-points",
            f"nothing can be compared: {told} ({why[0]})",
            hint="choose others with --at or --over",
            exit=Exit.NO_ANSWER,
        )
    judged = tuple(
        _judge(source, by, text, known, tolerance or Tolerance(), asked)
        for by, text in claims.items()
    )
    return Verdict(source, judged, len(known), len(points) - len(known))


def _known(
    source: str,
    points: Iterable[Point],
    wrt: tuple[str, ...],
    options: Options,
    why: list[str] | None = None,
) -> Iterator[tuple[Point, Result]]:
    """The true derivatives at the points that are smooth, and why others are not."""
    aside = [] if why is None else why
    for point in points:
        try:
            result = evaluate(source, point, wrt=wrt, options=options)
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            aside.append(error.message)
            continue
        if result.error is None and result.status == "smooth":
            yield point, result
        else:
            aside.append(result.error.message if result.error else f"{result.status} there")


def _judge(
    source: str,
    by: str,
    text: str,
    known: list[tuple[Point, Result]],
    tolerance: Tolerance,
    options: Options,
) -> Judged:
    samples = [_sample(by, text, point, result, options) for point, result in known]
    misses = [miss for sample in samples if (miss := _miss(sample, text, tolerance))]
    first = known[0][1].steps.trace
    plain = not first.guards and not first.statics
    if not misses:
        proven = plain and _identical(first, by, text, known[0][0], options)
        rounded = written_unit(text) is not None and any(s.claimed != s.true for s in samples)
        return Judged(by, text, True, proven, len(samples), 0, rounded=rounded)
    worst = max(misses, key=lambda miss: (miss.why is not None, miss.error))
    there = next(s.result.steps.trace for s in samples if s.at == worst.at)
    # A number is claimed for its point alone; of a formula one point says too little.
    few = len(samples) <= 3 and not is_number(text)
    more = [*samples, *_neighbours(source, by, text, known[0][0], options)] if few else samples
    return Judged(
        by,
        text,
        False,
        False,
        len(samples),
        len(misses),
        worst,
        None if there.statics else _true_formula(there, by),
        bool(there.guards),
        worst.why or diagnosed(by, more, _slack(text)),
    )


def _sample(by: str, text: str, point: Point, result: Result, options: Options) -> Sample:
    """What is claimed and what is true at a point."""
    row = next(row for row in result.derivatives if row.by == (by,))
    at = {name: str(value) for name, value in point.items()}
    ours = _flat(row.reference)
    try:
        claimed = evaluate(text, point, wrt=(), options=options)
    except GradcalcError as error:
        if error.exit is Exit.NO_ANSWER:
            nothing = [big_numbers(DIGITS).context.nan] * len(ours)
            shape = shape_of(row.gradient)
            return Sample(at, nothing, ours, shape, result, f"there {error.message}")
        error.message = f"in the claim for {by}: {error.message}"
        error.source = text
        raise
    theirs = _flat(claimed.reference)
    shapes = [shape_of(x) for x in (claimed.value, row.gradient)]
    if shapes[0] != shapes[1] and shapes[0] == shapes[1][::-1]:
        what = f"the claim is {_shape(shapes[0])}, the derivative {_shape(shapes[1])}: {TURNED}"
        return Sample(at, ours, ours, shapes[1], result, what)
    if shapes[0] != shapes[1]:
        hint = "a Jacobian is of shape value + input"
        if not shapes[1]:
            hint = "claims for several inputs stand in no brackets: --claim 'y*cos(x), sin(x)'"
        raise GradcalcError(
            "shape",
            f"the claim for {by} is {_shape(shapes[0])}, the derivative {_shape(shapes[1])}",
            hint=hint,
            source=text,
        )
    return Sample(at, theirs, ours, shapes[1], result)


def _shape(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shown(shape)}" if shape else "a number"


def _flat(texts: Any) -> list[Any]:
    """Decimals as big numbers, in order."""
    if isinstance(texts, list):
        return [number for part in texts for number in _flat(part)]
    name = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(texts, texts)
    return [big_numbers(DIGITS).context.mpf(name)]


def _miss(sample: Sample, text: str, tolerance: Tolerance) -> Miss | None:
    """The worst element of a claim that is wrong at a point."""
    worst: Miss | None = None
    places = product(*map(range, sample.shape))
    for place, claimed, true in zip(places, sample.claimed, sample.true, strict=True):
        error = abs(claimed - true)
        if not sample.why and _is_right(text, claimed, true, tolerance):
            continue
        relative = float(error / abs(true)) if true else float("inf")
        if not relative >= 0:  # nan
            relative = float("inf")
        if worst is None or relative > worst.error:
            told, truly = _shown(claimed, true)
            told = "undefined" if sample.why else told
            worst = Miss(sample.at, told, truly, relative, place, sample.why)
    return worst


def _is_right(text: str, claimed: Any, true: Any, tolerance: Tolerance) -> bool:
    """Is a claim near enough? A number may also be the float64 that is nearest to the truth."""
    if bool(abs(claimed - true) <= _allowed(text, true, tolerance)):
        return True
    plain = tolerance.rtol is None and tolerance.ulp is None
    return plain and written_unit(text) is not None and float(claimed) == float(true) != 0


def _allowed(text: str, true: Any, tolerance: Tolerance) -> Any:
    """The error that is still right."""
    context = big_numbers(DIGITS).context
    if tolerance.ulp is not None:
        import math

        return tolerance.atol + tolerance.ulp * math.ulp(float(true))
    if tolerance.rtol is not None:
        return tolerance.atol + tolerance.rtol * abs(true)
    if (unit := written_unit(text)) is not None:
        return tolerance.atol + context.mpf(unit) / 2 * (1 + context.mpf(10) ** -12)
    return tolerance.atol + abs(true) * context.mpf(10) ** -EXACT


NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*", re.IGNORECASE)


def is_number(text: str) -> bool:
    """Is it a number that is written down, no formula?"""
    return NUMBER.fullmatch(text) is not None


def _slack(text: str) -> float | None:
    """The half unit to which a number is written; None for formulas."""
    if not is_number(text):
        return None
    unit = written_unit(text)
    return float(unit) / 2 if unit else 0.0


def written_unit(text: str) -> str | None:
    """The unit of the last place that a number is written with: 1.25 is right to 0.01.

    None for what is no number, a whole one, and 0.0: who writes zero means zero.
    """
    if not is_number(text):
        return None
    try:
        written = Decimal(text.strip())
    except InvalidOperation:
        return None
    exponent = written.as_tuple().exponent if written else 0
    return f"1e{exponent}" if isinstance(exponent, int) and exponent < 0 else None


def _shown(*numbers: Any) -> list[str]:
    """Numbers as decimals, with as many digits as tell them apart."""
    context = big_numbers(DIGITS).context
    for digits in (17, DIGITS):
        texts = [str(context.nstr(n, digits)).removesuffix(".0").removeprefix("+") for n in numbers]
        if len(set(texts)) == len(texts):
            break
    return texts


def _neighbours(
    source: str, by: str, text: str, point: Point, options: Options
) -> Iterator[Sample]:
    """A few points near one, for a single point fits any constant factor."""
    near = [
        {
            name: f"({value})*{factor}" if isinstance(value, str) else value
            for name, value in point.items()
        }
        for factor in NEAR
    ]
    if all(isinstance(value, str) for value in point.values()):
        for moved, result in _known(source, near, (by,), options):
            yield _sample(by, text, moved, result, options)


# formulas ---------------------------------------------------------------------------------


def _true_formula(trace: Trace, by: str) -> str | None:
    """The true derivative, as the rules find it."""
    if len(trace) > LONG:
        return None
    try:
        made, slots = gradient_trace(trace, (by,))
        text = to_text(formula(made, slots[by]))
    except (GradcalcError, ValueError, ArithmeticError, RecursionError):
        return None
    return text if len(text) <= LONG else None


def _identical(trace: Trace, by: str, text: str, point: Point, options: Options) -> bool:
    """Does sympy find that claim and derivative are the same function?"""
    from gradcalc.checks.identity import identical

    claim = evaluate(text, point, wrt=None, options=options).steps.trace
    return not claim.guards and not claim.statics and identical(trace, by, claim)
