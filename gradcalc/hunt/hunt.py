"""Where in a box is a formula in trouble? The simplest point of each kind of trouble.

Simple numbers are tried first, and those of the text, then points drawn at random, then the places
along each axis where something changes sign or a run stops being possible, then what lies close to
the trouble that was found. In the end every point is made simpler for as long as it shows the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gradcalc.answers.request import Options
from gradcalc.claims.boxes import Box, fitted
from gradcalc.claims.notation import inputs_of
from gradcalc.errors import Exit
from gradcalc.hunt.candidates import beside, edges, named_points, simple_points
from gradcalc.hunt.search import Finding, Point, Search
from gradcalc.hunt.simplicity import simplicity
from gradcalc.language import parse
from gradcalc.run.forms import reserved
from gradcalc.run.point import Given

SEARCHED = 0.7  # of the time, the rest is for making points simpler


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
    from gradcalc.hunt.shrinking import shrunk

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


def reproducer(finding: Finding, held: Point) -> str:
    """The point of a finding as it is typed."""
    at = {**{name: _typed(value) for name, value in held.items()}, **finding.at}
    return ",".join(f"{name}={value}" for name, value in at.items())


def _typed(value: Given) -> str:
    return str(value.tolist() if hasattr(value, "tolist") else value).replace(" ", "")
