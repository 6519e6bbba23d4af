"""Where in a box is a formula in trouble? The simplest point of each kind of trouble.

Simple numbers are looked at first, then those of the text, then points drawn at random, then the
places along each axis where something changes its sign or the value ceases to exist, then what is
close to the trouble found so far. At the end each finding is moved to the simplest point that shows
the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from gradcalc.answers.request import Options
from gradcalc.claims.boxes import Box, fitted
from gradcalc.errors import Exit
from gradcalc.notebook import MAX_ELEMENTS, briefs, cut, more, table
from gradcalc.run.point import Given
from gradcalc.run.reading import read_program
from gradcalc.search.candidates import neighbours, numerals, simple_points
from gradcalc.search.examiner import Examiner, until_time_runs_out
from gradcalc.search.finding import Finding, Findings, Point
from gradcalc.search.roots import roots
from gradcalc.search.shrinking import shrunk

SEARCH_SHARE = 0.7  # of the time; the rest is for making points simpler


@dataclass(frozen=True, slots=True)
class Hunt:
    """All findings, the simplest first, in how many points; not `ended`: time ran out."""

    expr: str
    findings: tuple[Finding, ...]
    points: int
    ended: bool
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        kinds = [f"{one.kind} at {briefs(one.at)}" for one in self.findings[:MAX_ELEMENTS]]
        kinds += more(len(self.findings), MAX_ELEMENTS)
        trouble = ", ".join(kinds) or "no trouble"
        return f"Hunt({cut(self.expr)}: {trouble}; points: {self.points})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [(one.kind, cut(one.place), briefs(one.at), one.what) for one in self.findings]
        ended = "" if self.ended else "; time ran out"
        head = ("trouble", "place", "point", "what")
        return table(self.expr, head, rows, f"points: {self.points}{ended}", *self.notes)

    @property
    def exit(self) -> Exit:
        """Where not a single point was looked at, nothing can be called well."""
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
    """Search a box for trouble; `held` has the values of inputs that are not in the box.

    `points` is how many are drawn at random, `timeout` the seconds for all. GradcalcError where
    the text can't be read, or an input has neither a value nor bounds.
    """
    held = dict(held or {})
    program, inputs = read_program(source, {*held, *box.bounds})
    box, notes = fitted(box, held, tuple(inputs))
    start = time.monotonic()
    examiner = Examiner(
        source,
        held,
        tuple(box.bounds),
        min_digits,
        options or Options(check="fast"),
        deadline=start + SEARCH_SHARE * timeout,
    )
    findings = Findings()
    count, ended = 0, False
    proposals: tuple[Callable[[], Iterable[Point | Finding]], ...] = (
        lambda: simple_points(box),
        lambda: numerals(box, program),
        lambda: box.draw(points, seed),
        lambda: roots(examiner, box),
        lambda: neighbours(box, [finding.at for finding in findings]),
    )
    with until_time_runs_out():
        for candidate in chain.from_iterable(propose() for propose in proposals):
            if isinstance(candidate, Finding):
                findings.keep(candidate)
                continue
            for finding in examiner.findings(candidate):
                findings.keep(finding)
            count += 1
        ended = True
    patient = replace(examiner, deadline=start + timeout)
    with until_time_runs_out():  # a finding that is not made simpler is true all the same
        for finding in findings:
            findings.replace(shrunk(patient, box, finding))
    return Hunt(source, findings.simplest_first(), count, ended, (*program.notes, *notes))


def reproducer(finding: Finding, held: Point) -> str:
    """The point of a finding as it is typed after --at."""
    at = {**{name: _typed(value) for name, value in held.items()}, **finding.at}
    return ",".join(f"{name}={value}" for name, value in at.items())


def _typed(value: Given) -> str:
    return str(value.tolist() if hasattr(value, "tolist") else value).replace(" ", "")
