"""The search: evaluates points and keeps the simplest of each finding."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options, read
from gradcalc.answers.result import Result
from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.hunt.faults import at_fault, cancelling, least_digits, sides
from gradcalc.hunt.simplicity import simplicity
from gradcalc.run.point import Given
from gradcalc.trace.trace import Trace

Point = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Finding:
    """Trouble of one kind at one operation: the simplest point that shows it, and what is said.

    No number that can be written lies at a root such as √2: then `near` says that the point is
    only as near as decimals go.
    """

    kind: str
    at: Mapping[str, str]
    what: str
    span: Span | None
    place: str
    near: bool = False


class TimedOutError(Exception):
    """There is no time left to look."""


class Search:
    """Evaluates points and keeps the simplest of each finding."""

    def __init__(
        self, source: str, held: Point, names: Sequence[str], min_digits: int, options: Options
    ) -> None:
        self.source = source
        self.held = held
        self.names = names
        self.min_digits = min_digits
        self.options = options
        self.end = float("inf")
        self.count = 0
        self.found: dict[tuple[str, str], Finding] = {}

    @contextmanager
    def while_there_is_time(self) -> Iterator[None]:
        """What is begun here ends when the time does, of the search or of the command."""
        try:
            yield
        except TimedOutError:
            pass
        except GradcalcError as error:
            if error.code != "timeout":
                raise

    def look(self, point: Point) -> bool:
        """Is there trouble at a point? It is kept where it is the simplest of its kind."""
        seen = self.seen(point)
        self.count += 1
        for finding in seen:
            self.keep(finding)
        return bool(seen)

    def keep(self, finding: Finding) -> None:
        """Keep it unless a simpler one is known, or one that is not only near."""
        key = finding.kind, finding.place
        before = self.found.get(key)
        if before is None or (finding.near, simplicity(finding.at)) < (
            before.near,
            simplicity(before.at),
        ):
            self.found[key] = finding

    def seen(self, point: Point) -> list[Finding]:
        """The trouble at a point."""
        return list(self._seen(point))

    def _seen(self, point: Point) -> Iterator[Finding]:
        try:
            result = self.result(point)
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            yield self.finding(error.code, point, error.message, error.span)
            return
        if result.error is not None:
            yield self.finding(
                result.error.code,
                point,
                result.error.message,
                result.error.span or at_fault(result),
            )
        elif result.status != "smooth":
            yield self.finding(result.status, point, sides(result), at_fault(result))
        elif self._few(result):
            # What is typed is exact: a digit that only rounding the input loses is not lost here.
            rounded = self.result(point, replace(self.options, typed=False))
            if self._few(rounded):
                span = cancelling(result.steps.trace)
                yield self.finding("digits", point, self._lost(result), span)

    def result(self, point: Point, options: Options | None = None) -> Result:
        """The answer at a point; TimedOutError where there is no time for it."""
        self._hurry()
        return evaluate(self.source, {**self.held, **point}, options=options or self.options)

    def _few(self, result: Result) -> bool:
        least = least_digits(result)
        return least is not None and least < self.min_digits

    def finding(
        self, kind: str, point: Point, what: str, span: Span | None, near: bool = False
    ) -> Finding:
        at = {name: str(point[name]) for name in self.names}
        place = " ".join(self.source[span.start : span.end].split()) if span else ""
        return Finding(kind, at, what, span, place, near)

    def _lost(self, result: Result) -> str:
        notes = [note for note in result.notes if "cancels" in note or "underflows" in note]
        told = "1 correct digit" if (n := least_digits(result)) == 1 else f"{n} correct digits"
        return told + (f": {notes[0]}" if notes else "")

    def run(self, point: Point) -> Trace | None:
        """The float64 run at a point; None where there is none."""
        self._hurry()
        try:
            return read(self.source, {**self.held, **point}, None, self.options).trace
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            return None

    def _hurry(self) -> None:
        if time.monotonic() > self.end:
            raise TimedOutError
