"""Where in a box is a formula in trouble? The simplest point of each kind of trouble.

Simple numbers are tried first, then points drawn at random, then the places along each axis where
something changes sign or a run stops being possible, found by bisection and written as shortly as
shows the same.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Any

from gradcalc.claims.boxes import Box
from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.evaluation import evaluate
from gradcalc.reading import Options, read
from gradcalc.result import Result
from gradcalc.trace.trace import Trace

SIMPLE = ("0", "1", "-1", "1/2", "2", "-2", "-1/2", "3", "-3", "pi", "pi/2", "-pi/2", "10", "100")
COMBINED = 300  # simple points at most
GRID = 41  # places along an axis
DIGITS = 12  # of a coordinate that was found by bisection
SIGNED = ("abs", "sign", "relu", "heaviside", "leaky_relu", "elu", "div", "log", "sqrt", "cbrt")
Point = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """Trouble of one kind at one operation: the simplest point that shows it, and what is said."""

    kind: str
    at: Mapping[str, str]
    what: str
    span: Span | None
    place: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """What was found in how many points; `ended` is False where time ran out."""

    expr: str
    findings: tuple[Finding, ...]
    points: int
    ended: bool

    @property
    def exit(self) -> Exit:
        return Exit.VERDICT if self.findings else Exit.OK


def hunt(
    source: str, box: Box, *, held: Point | None = None, points: int = 200, seed: int = 0,
    min_digits: int = 8, timeout: float = 10.0, options: Options | None = None,
) -> Hunt:  # fmt: skip
    """Search a box; GradcalcError where the text can't be read or an input has no bounds."""
    search = _Search(source, dict(held or {}), min_digits, options or Options(check="fast"))
    clock = time.monotonic() + timeout
    count, ended = 0, True
    waves: tuple[Iterable[Point], ...] = (
        _simple(box), box.draw(points, seed), _edges(search, box),
    )  # fmt: skip
    for wave in waves:
        for point in wave:
            if time.monotonic() > clock:
                ended = False
                break
            search.look(point)
            count += 1
    ordered = sorted(search.found.values(), key=lambda f: (_simplicity(f.at), f.kind))
    return Hunt(source, tuple(ordered), count, ended)


def _simplicity(at: Mapping[str, str]) -> tuple[int, int]:
    texts = list(at.values())
    known = sum(SIMPLE.index(t) if t in SIMPLE else len(SIMPLE) + len(t) for t in texts)
    return sum(map(len, texts)), known


class _Search:
    """Evaluates points and keeps the simplest of each finding."""

    def __init__(self, source: str, held: Point, min_digits: int, options: Options) -> None:
        self.source = source
        self.held = held
        self.min_digits = min_digits
        self.options = options
        self.found: dict[tuple[str, str], Finding] = {}

    def look(self, point: Point) -> bool:
        """Is there trouble at a point? It is kept where it is the simplest of its kind."""
        seen = list(self._seen(point))
        for finding in seen:
            key = finding.kind, finding.place
            before = self.found.get(key)
            if before is None or _simplicity(finding.at) < _simplicity(before.at):
                self.found[key] = finding
        return bool(seen)

    def _seen(self, point: Point) -> Iterator[Finding]:
        at = {name: str(value) for name, value in point.items()}
        try:
            result = evaluate(self.source, {**self.held, **point}, options=self.options)
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            yield self._finding(error.code, at, error.message, error.span)
            return
        if result.error is not None:
            yield self._finding(result.error.code, at, result.error.message, result.error.span)
        elif result.status != "smooth":
            span = _at_fault(result.steps.trace)
            yield self._finding(result.status, at, _sides(result), span)
        digits = result.worst_digits
        few = digits is not None and digits < self.min_digits
        if few and result.error is None and result.status == "smooth":
            yield self._finding("digits", at, self._lost(result, digits), None)

    def _finding(self, kind: str, at: Mapping[str, str], what: str, span: Span | None) -> Finding:
        place = self.source[span.start : span.end] if span else ""
        return Finding(kind, at, what, span, place)

    def _lost(self, result: Result, digits: int | None) -> str:
        notes = [note for note in result.notes if "cancels" in note or "underflows" in note]
        return f"{digits} correct digits" + (f": {notes[0]}" if notes else "")

    def run(self, point: Point) -> Trace | None:
        """The float64 run at a point; None where there is none."""
        try:
            return read(self.source, {**self.held, **point}, None, self.options).trace
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            return None


def _sides(result: Result) -> str:
    told = []
    for row in result.inputs:
        for part in row.parts or (row,):
            if part.status != "smooth":
                ends = ["none" if s is None else f"{s:.6g}" for s in (part.left, part.right)]
                told.append(f"d/d{part.name} is {ends[0]} from the left, {ends[1]} from the right")
    return "; ".join(told[:3])


def _at_fault(trace: Trace) -> Span | None:
    """The first operation at a kink, or comparison of equals."""
    for slot, row in enumerate(trace.rules):
        given = [trace.values[a] for a in trace.arguments[slot]]
        plain = row.array is None and not any(hasattr(x, "shape") for x in given)
        if row.kink is not None and plain and trace.active[slot] and row.kink(*given):
            return trace.spans[slot]
    for guard in trace.guards:
        if trace.values[guard.left] == trace.values[guard.right]:
            return guard.span
    return None


# where to look ----------------------------------------------------------------------------


def _simple(box: Box) -> Iterator[Point]:
    """Simple numbers inside the box, its ends among them, in all combinations."""
    axes = []
    for low, high in box.bounds.values():
        inside = [t for t in SIMPLE if low <= _value(t) <= high]
        ends = [f"{end:.15g}" for end in (low, high)]
        axes.append(list(dict.fromkeys([*inside, *(e for e in ends if low <= float(e) <= high)])))
    for texts in islice(product(*axes), COMBINED):
        yield dict(zip(box.bounds, texts, strict=True))


def _value(text: str) -> float:
    """The value of a simple number."""
    above, _, below = text.replace("pi", repr(math.pi)).partition("/")
    return float(above) / float(below or 1)


def _edges(search: _Search, box: Box) -> Iterator[Point]:
    """Along each axis, the places where a quantity changes sign or the run stops."""
    for name, (low, high) in box.bounds.items():
        for rest in _others(box, name):
            for start, end in _steps(low, high):
                for root in _changes(search, name, rest, start, end):
                    yield from _written(search, name, rest, root)


def _others(box: Box, name: str) -> list[Point]:
    """Values for the inputs that are held along an axis."""
    others = Box({n: b for n, b in box.bounds.items() if n != name})
    if not others.bounds:
        return [{}]
    return [*islice(_simple(others), 1, 2), *others.draw(1, 1)]


def _steps(low: float, high: float) -> Iterator[tuple[float, float]]:
    width = (high - low) / (GRID - 1)
    for k in range(GRID - 1):
        # Off the grid of simple numbers, so that no root is an end.
        yield low + width * (k + 0.0137) * 0.9998, low + width * (k + 1.0137) * 0.9998


def _changes(search: _Search, name: str, rest: Point, start: float, end: float) -> Iterator[float]:
    """The roots between two places on an axis."""
    first, last = (search.run({**rest, name: x}) for x in (start, end))
    if first is None or last is None:
        if (first is None) != (last is None):
            yield _bisected(
                lambda x: (search.run({**rest, name: x}) is None) == (first is None), start, end
            )
        return
    before, after = _signs(first), _signs(last)
    for key in sorted(before.keys() & after.keys()):
        if before[key] != after[key]:
            yield _bisected(_keeps(search, name, rest, key, before[key]), start, end)


def _keeps(
    search: _Search, name: str, rest: Point, key: tuple[str, int], sign: bool
) -> Callable[[float], bool]:
    """Does a quantity keep its sign at a place on an axis?"""
    return lambda x: _sign_at(search, {**rest, name: x}, key) == sign


def _signs(trace: Trace) -> dict[tuple[str, int], bool]:
    """The signs of what decides, and of what must not be zero, by where it stands."""
    made = {}
    for slot, row in enumerate(trace.rules):
        given = [trace.values[a] for a in trace.arguments[slot]]
        if any(hasattr(x, "shape") for x in given):
            continue
        if row.name in SIGNED:
            made[row.name, slot] = given[-1] > 0
        elif row.name in ("max", "min"):
            made[row.name, slot] = given[0] > given[1]
    for k, guard in enumerate(trace.guards):
        left, right = trace.values[guard.left], trace.values[guard.right]
        if not hasattr(left, "shape") and not hasattr(right, "shape"):
            made["guard", k] = left > right
    return made


def _sign_at(search: _Search, point: Point, key: tuple[str, int]) -> bool | None:
    trace = search.run(point)
    return None if trace is None else _signs(trace).get(key)


def _bisected(stays: Callable[[float], bool], start: float, end: float) -> float:
    """Where a property of the start is lost."""
    for _ in range(60):
        middle = (start + end) / 2
        if stays(middle):
            start = middle
        else:
            end = middle
    return (start + end) / 2


def _written(search: _Search, name: str, rest: Point, root: float) -> Iterator[Point]:
    """The root, as shortly as shows trouble: a fraction, a multiple of pi, a decimal."""
    for text in _spellings(root):
        point = {**rest, name: text}
        if search.look(point):
            yield point
            return


def _spellings(root: float) -> Iterator[str]:
    for unit, suffix in ((1.0, ""), (math.pi, "*pi")):
        exact = Fraction(root / unit).limit_denominator(12)
        if abs(float(exact) * unit - root) < 1e-9 * max(1, abs(root)):
            yield f"{exact.numerator}{suffix}" + (
                f"/{exact.denominator}" if exact.denominator > 1 else ""
            )
    for digits in range(1, DIGITS + 1):
        text = f"{root:.{digits}g}"
        if abs(float(text) - root) < 1e-9 * max(1, abs(root)):
            yield text


def reproducer(finding: Finding, held: Point) -> str:
    """The point of a finding as it is typed."""
    at = {**{name: str(value) for name, value in held.items()}, **finding.at}
    return ",".join(f"{name}={value}" for name, value in at.items())
