"""Where in a box is a formula in trouble? The simplest point of each kind of trouble.

Simple numbers are tried first, and those of the text, then points drawn at random, then the places
along each axis where something changes sign or a run stops being possible, then what lies close to
the trouble that was found. In the end every point is made simpler for as long as it shows the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gradcalc.claims.boxes import Box, fitted
from gradcalc.claims.faults import at_fault, cancelling, least_digits, sides
from gradcalc.claims.places import beside, edges, named_points, simple_points, simplicity
from gradcalc.claims.written import inputs_of
from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.evaluation import evaluate
from gradcalc.language import parse
from gradcalc.reading import Options, read
from gradcalc.result import Result
from gradcalc.run.forms import reserved
from gradcalc.run.point import Given
from gradcalc.trace.trace import Trace

SEARCHED = 0.7  # of the time, the rest is for making points simpler
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


@dataclass(frozen=True, slots=True)
class Hunt:
    """What was found in how many points; `ended` is False where time ran out."""

    expr: str
    findings: tuple[Finding, ...]
    points: int
    ended: bool
    notes: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """Where not a single point was looked at, nothing is known to be well."""
        if self.findings:
            return Exit.VERDICT
        return Exit.OK if self.points else Exit.NOT_CONVERGED


def hunt(
    source: str,
    box: Box,
    *,
    held: Point | None = None,
    points: int = 200,
    seed: int = 0,
    min_digits: int = 8,
    timeout: float = 10.0,
    options: Options | None = None,
) -> Hunt:
    """Search a box; GradcalcError where the text can't be read or an input has no bounds."""
    from gradcalc.claims.shrinking import shrunk

    given = dict(held or {})
    box, notes = fitted(box, given, inputs_of(source, given))
    program = parse(source, functions=reserved())
    search = Search(source, given, tuple(box.bounds), min_digits, options or Options(check="fast"))
    start = time.monotonic()
    search.end = start + SEARCHED * timeout
    waves: tuple[Callable[[], Iterable[Point]], ...] = (
        lambda: simple_points(box),
        lambda: named_points(box, program),
        lambda: box.draw(points, seed),
        lambda: edges(search, box),
        lambda: beside(box, [f.at for f in search.found.values()]),
    )
    ended = False
    with search.while_there_is_time():
        for wave in waves:
            for point in wave():
                search.look(point)
        ended = True
    search.end = start + timeout
    with search.while_there_is_time():  # what is not made simpler is true all the same
        for key, finding in search.found.items():
            search.found[key] = shrunk(search, box, finding)
    ordered = sorted(search.found.values(), key=lambda f: (simplicity(f.at), f.kind))
    return Hunt(source, tuple(ordered), search.count, ended, tuple(notes))


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


def reproducer(finding: Finding, held: Point) -> str:
    """The point of a finding as it is typed."""
    at = {**{name: _typed(value) for name, value in held.items()}, **finding.at}
    return ",".join(f"{name}={value}" for name, value in at.items())


def _typed(value: Given) -> str:
    return str(value.tolist() if hasattr(value, "tolist") else value).replace(" ", "")
