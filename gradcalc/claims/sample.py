"""What is claimed and what is true at a point, element by element, as big numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Derivative, Result
from gradcalc.claims.tolerance import BIG_DIGITS, Tolerance, big_number, decimal
from gradcalc.claims.truth import Truth, truth_of
from gradcalc.claims.verdict import Miss
from gradcalc.errors import GradcalcError
from gradcalc.numbers.shapes import Shape, shape_of, shown
from gradcalc.run.point import Given

SHOWN_DIGITS = 17  # enough for any float64
TRANSPOSED = "it is the transpose of the Jacobian: J[i, j] is the derivative of f[i] by x[j]"
NUMBER_TOLERANCE = 1e-9  # relative; the numbers are right in more digits than float64 has
MIN_KNOWN_DIGITS = 12  # of a truth and a claim that can be compared: no slip comes so near

Point = Mapping[str, Given]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A claim and the truth at a point, in the order of the elements of an array of this shape.

    `errors` say how far off their differences may be, of arrays too large to be proven one by one;
    else none. Where they can't be compared `why` says so; then the numbers of the claim mean
    nothing.
    """

    point: Point
    claimed: list[Any]
    true: list[Any]
    shape: Shape
    result: Result
    why: str | None = None
    errors: list[float] | None = None

    @property
    def at(self) -> Mapping[str, str]:
        """The point in words."""
        return {name: str(value) for name, value in self.point.items()}

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Claim and truth of each element."""
        return [*zip(self.claimed, self.true, strict=True)]

    def digits(self) -> list[float]:
        """To how many digits each element is known; infinite where it is to all that is asked."""
        if self.errors is None:
            return [math.inf] * len(self.true)
        return [*map(_digits, self.true, self.errors)]


def _digits(true: Any, error: float) -> float:
    """How many digits are known of a number that is off by at most `error`."""
    if not error:
        return math.inf
    ratio = float(abs(true) / error)
    return math.log10(ratio) if ratio > 1 else 0.0


def sampled(by: str, text: str, point: Point, result: Result, options: Options) -> Sample:
    """Evaluate a claim where the result of the program is known.

    GradcalcError where the claim can't be read, or has a shape that no derivative has.
    """
    row = next(row for row in result.derivatives if row.by == (by,))
    truth = truth_of(row)
    assert truth is not None
    true, shape = truth.numbers, shape_of(row.gradient)
    try:
        claim = evaluate(text, point, wrt=(), options=options)
    except GradcalcError as error:
        if error.is_of_values:
            nothing = [big_number("nan")] * len(true)
            no_value = f"the claim has no value there: {error.message}"
            return Sample(point, nothing, true, shape, result, no_value)
        error.message = f"in the claim for {by}: {error.message}"
        error.source = text
        raise
    why = _checked_shape(by, text, claim, row)
    if why is not None:
        return Sample(point, true, true, shape, result, why)
    claimed = truth_of(claim)
    if claimed is None:  # there is a value, of which no digit is known
        return Sample(point, true, true, shape, result, errors=[math.inf] * len(true))
    errors = _errors(truth, claimed)
    return Sample(point, claimed.numbers, true, shape, result, errors=errors)


def _errors(truth: Truth, claimed: Truth) -> list[float] | None:
    """How far off the differences may be; None where nothing is."""
    known = [one.errors for one in (truth, claimed) if one.errors is not None]
    return [*map(sum, zip(*known, strict=True))] if known else None


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


# comparing --------------------------------------------------------------------------------


def miss(sample: Sample, text: str, tolerance: Tolerance) -> Miss | None:
    """The worst element of a claim that is wrong at a point; None where all are right."""
    errors = sample.errors or [0.0] * len(sample.true)
    wrong = [
        (_relative_error(claimed, true), -k)
        for k, ((claimed, true), off) in enumerate(zip(sample.pairs, errors, strict=True))
        if sample.why or not tolerance.admits(text, claimed, true, off)
    ]
    if not wrong:
        return None
    error, first = max(wrong)
    theirs, ours = _told_apart(*sample.pairs[-first])
    index = tuple(next(islice(product(*map(range, sample.shape)), -first, None)))
    return Miss(sample.at, "undefined" if sample.why else theirs, ours, error, index, sample.why)


def _relative_error(claimed: Any, true: Any) -> float:
    error = float(abs(claimed - true) / abs(true)) if true else float("inf")
    return error if error >= 0 else float("inf")  # NaN is as wrong as can be


def _told_apart(claimed: Any, true: Any) -> tuple[str, str]:
    """Both as decimals, with as many digits as tell them apart."""
    short = decimal(claimed, SHOWN_DIGITS), decimal(true, SHOWN_DIGITS)
    if short[0] != short[1]:
        return short
    return decimal(claimed, BIG_DIGITS), decimal(true, BIG_DIGITS)


def pairs_of(samples: Sequence[Sample]) -> list[tuple[Any, Any]]:
    """Claim and truth of each element at all points."""
    return [pair for sample in samples for pair in sample.pairs]


def same(a: Any, b: Any, slack: float = 0.0) -> bool:
    """Are two numbers equal, big ones or floats? At every scale: 1e-320 is not 2e-320."""
    return bool(abs(a - b) <= max(NUMBER_TOLERANCE * max(abs(a), abs(b)), slack))


def same_numbers(big: Sequence[Any], answer: Any) -> bool:
    """Are these the numbers of an array, in order, or the single number?"""
    floats = answer.ravel().tolist() if hasattr(answer, "ravel") else [answer]
    return len(floats) == len(big) and all(map(same, big, floats))


def value_at(text: str, sample: Sample) -> Any:
    """The value of another formula at a sample's point, in float64."""
    return evaluate(text, sample.point, wrt=(), options=Options(check="off")).value
