"""The examiner evaluates points: which kinds of trouble does each show?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options, read
from gradcalc.answers.result import Result
from gradcalc.errors import GradcalcError, Span
from gradcalc.search.faults import at_fault, cancelling, least_digits, sides
from gradcalc.search.finding import Finding, Point
from gradcalc.trace.trace import Trace


class TimedOutError(Exception):
    """The deadline has passed."""


@contextmanager
def until_time_runs_out() -> Iterator[None]:
    """End the block without an error at the examiner's deadline, or at the command's."""
    try:
        yield
    except TimedOutError:
        pass
    except GradcalcError as error:
        if error.code != "timeout":
            raise


@dataclass(frozen=True, slots=True)
class Examiner:
    """Evaluates a program at points that give values to `names`; `held` has the other inputs.

    Past the deadline, in seconds of `time.monotonic`, every method raises TimedOutError.
    """

    source: str
    held: Point
    names: tuple[str, ...]
    min_digits: int  # fewer correct digits are trouble
    options: Options
    deadline: float

    def findings(self, point: Point) -> list[Finding]:
        """The trouble at a point."""
        try:
            result = self.result(point)
        except GradcalcError as error:
            if not error.is_of_values:
                raise
            return [self.finding(error.code, point, error.message, error.span)]
        if (failure := result.error) is not None:
            span = failure.span or at_fault(result)
            return [self.finding(failure.code, point, failure.message, span)]
        if result.status != "smooth":
            return [self.finding(result.status, point, sides(result), at_fault(result))]
        if self._loses_digits(point, result):
            span = cancelling(result.steps.trace)
            return [self.finding("digits", point, _digits_left(result), span)]
        return []

    def _loses_digits(self, point: Point, result: Result) -> bool:
        if not self._has_few_digits(result):
            return False
        # A typed number is exact: a digit that only rounding the input loses is not lost here.
        rounded = self.result(point, replace(self.options, typed=False))
        return self._has_few_digits(rounded)

    def _has_few_digits(self, result: Result) -> bool:
        least = least_digits(result)
        return least is not None and least < self.min_digits

    def result(self, point: Point, options: Options | None = None) -> Result:
        """The answer at a point."""
        self._check_time()
        return evaluate(self.source, {**self.held, **point}, options=options or self.options)

    def trace(self, point: Point) -> Trace | None:
        """The run at a point, in float64; None where the program has no value."""
        self._check_time()
        try:
            return read(self.source, {**self.held, **point}, None, self.options).trace
        except GradcalcError as error:
            if not error.is_of_values:
                raise
            return None

    def finding(
        self, kind: str, point: Point, what: str, span: Span | None, near: bool = False
    ) -> Finding:
        """A finding at a point; the text at `span` is its place."""
        at = {name: str(point[name]) for name in self.names}
        place = " ".join(self.source[span.start : span.end].split()) if span else ""
        return Finding(kind, at, what, span, place, near)

    def _check_time(self) -> None:
        if time.monotonic() > self.deadline:
            raise TimedOutError


def _digits_left(result: Result) -> str:
    count = least_digits(result)
    text = "1 correct digit" if count == 1 else f"{count} correct digits"
    reasons = [note for note in result.notes if "cancels" in note or "underflows" in note]
    return f"{text}: {reasons[0]}" if reasons else text
