"""What is claimed and what is true at a point, element by element, as big numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Derivative, Result
from gradcalc.claims.tolerance import BIG_DIGITS, Tolerance, big_number, decimal
from gradcalc.claims.verdict import Miss
from gradcalc.errors import GradcalcError
from gradcalc.numbers.shapes import Shape, shape_of, shown
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Given

SHOWN_DIGITS = 17  # enough for any float64
TRANSPOSED = "it is the transpose of the Jacobian: J[i, j] is the derivative of f[i] by x[j]"

Point = Mapping[str, Given]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A claim and the truth at a point, in the order of the elements of an array of this shape.

    Where they can't be compared `why` says so; then the numbers of the claim mean nothing.
    """

    at: Mapping[str, str]
    claimed: list[Any]
    true: list[Any]
    shape: Shape
    result: Result
    why: str | None = None

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Claim and truth of each element."""
        return [*zip(self.claimed, self.true, strict=True)]


def known(truth: Derivative) -> bool:
    """Has each element of a derivative a reference that is finite?"""
    if truth.reference is None:
        return False
    isfinite = big_numbers(BIG_DIGITS).context.isfinite
    return all(map(isfinite, big_elements(truth.reference)))


def sampled(by: str, text: str, point: Point, result: Result, options: Options) -> Sample:
    """Evaluate a claim where the result of the program is known.

    GradcalcError where the claim can't be read, or has a shape that no derivative has.
    """
    truth = next(row for row in result.derivatives if row.by == (by,))
    at = {name: str(value) for name, value in point.items()}
    true, shape = big_elements(truth.reference), shape_of(truth.gradient)
    try:
        claim = evaluate(text, point, wrt=(), options=options)
    except GradcalcError as error:
        if error.is_of_values:
            nothing = [big_number("nan")] * len(true)
            no_value = f"the claim has no value there: {error.message}"
            return Sample(at, nothing, true, shape, result, no_value)
        error.message = f"in the claim for {by}: {error.message}"
        error.source = text
        raise
    why = _checked_shape(by, text, claim, truth)
    return Sample(at, true if why else big_elements(claim.reference), true, shape, result, why)


def _checked_shape(by: str, text: str, claim: Result, truth: Derivative) -> str | None:
    """None where the shapes match, a sentence where the claim is transposed, else an error."""
    theirs, ours = shape_of(claim.value), shape_of(truth.gradient)
    if theirs == ours:
        return None
    described = f"{_described(theirs)}, but the derivative is {_described(ours)}"
    if theirs == ours[::-1]:
        return f"the claim is {described}: {TRANSPOSED}"
    hint = "a Jacobian has the shape of the value, followed by that of the input"
    if not ours:
        hint = "write claims for several inputs without brackets: --claim 'y*cos(x), sin(x)'"
    raise GradcalcError("shape", f"the claim for {by} is {described}", hint=hint, source=text)


def _described(shape: Shape) -> str:
    return f"an array of shape {shown(shape)}" if shape else "a number"


def big_elements(texts: Any) -> list[Any]:
    """A reference, a decimal or nested lists of them, as big numbers in order."""
    if isinstance(texts, list):
        return [number for part in texts for number in big_elements(part)]
    return [big_number({"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(texts, texts))]


def miss(sample: Sample, text: str, tolerance: Tolerance) -> Miss | None:
    """The worst element of a claim that is wrong at a point; None where all are right."""
    worst: Miss | None = None
    indices = product(*map(range, sample.shape))
    for index, (claimed, true) in zip(indices, sample.pairs, strict=True):
        if not sample.why and tolerance.admits(text, claimed, true):
            continue
        error = _relative_error(claimed, true)
        if worst is None or error > worst.error:
            theirs, ours = _told_apart(claimed, true)
            theirs = "undefined" if sample.why else theirs
            worst = Miss(sample.at, theirs, ours, error, index, sample.why)
    return worst


def _relative_error(claimed: Any, true: Any) -> float:
    error = float(abs(claimed - true) / abs(true)) if true else float("inf")
    return error if error >= 0 else float("inf")  # NaN is as wrong as can be


def _told_apart(claimed: Any, true: Any) -> tuple[str, str]:
    """Both as decimals, with as many digits as tell them apart."""
    short = decimal(claimed, SHOWN_DIGITS), decimal(true, SHOWN_DIGITS)
    if short[0] != short[1]:
        return short
    return decimal(claimed, BIG_DIGITS), decimal(true, BIG_DIGITS)
