"""Where in a box is a formula in trouble? The simplest point of each kind of trouble.

Simple numbers are looked at first, then those of the text, then points drawn at random, then the
places along each axis where something changes its sign or the value ceases to exist, then what is
close to the trouble found so far. At the end each finding is moved to the simplest point that shows
the same. Where there is none, or lost digits only, a proof may be made that there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from gradcalc.answers.request import Options
from gradcalc.boxes.cover import Cover
from gradcalc.boxes.freedom import freedom
from gradcalc.boxes.inputs import refuse_infinite_box
from gradcalc.boxes.search import Limits as SearchLimits
from gradcalc.claims.boxes import Box, fitted
from gradcalc.errors import Exit
from gradcalc.notebook import MAX_ELEMENTS, briefs, cut, more, table
from gradcalc.run.point import Given
from gradcalc.run.reading import read_program
from gradcalc.search.candidates import middles, neighbours, numerals, simple_points
from gradcalc.search.examiner import Examiner, until_time_runs_out
from gradcalc.search.finding import Finding, Findings, Point
from gradcalc.search.roots import roots
from gradcalc.search.shrinking import shrunk

# When the search is over, the findings are made simpler, the proof is made, and what it left open
# was looked at, as shares of the time.
SEARCHING = (0.7, 1.0)
PROVING = (0.35, 0.5, 0.85, 1.0)
SUSPECTS = 20  # parts of the box without a proof, in which points are looked at

Proposal = Callable[[], Iterable[Point | Finding]]


@dataclass(frozen=True, slots=True)
class Hunt:
    """All findings, the simplest first, in how many points; not `ended`: time ran out.

    `proof` says how much of the box is proven to be free of trouble, but for lost digits; None
    where no proof was asked for, or there is trouble.
    """

    expr: str
    findings: tuple[Finding, ...]
    points: int
    ended: bool
    notes: tuple[str, ...] = ()
    proof: Cover | None = None

    def __repr__(self) -> str:
        kinds = [f"{one.kind} at {briefs(one.at)}" for one in self.findings[:MAX_ELEMENTS]]
        kinds += more(len(self.findings), MAX_ELEMENTS)
        trouble = ", ".join(kinds) or "no trouble"
        proven = "; proven" if self.proof and self.proof.proven else ""
        return f"Hunt({cut(self.expr)}: {trouble}; points: {self.points}{proven})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [(one.kind, cut(one.place), briefs(one.at), one.what) for one in self.findings]
        ended = "" if self.ended else "; time ran out"
        head = ("trouble", "place", "point", "what")
        return table(self.expr, head, rows, f"points: {self.points}{ended}", *self.notes)

    @property
    def exit(self) -> Exit:
        """Where not a single point was looked at, or a proof is not complete, nothing can be
        called well."""
        if self.findings:
            return Exit.VERDICT
        if self.proof is not None:
            return Exit.OK if self.proof.proven else Exit.NOT_CONVERGED
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
    prove: bool = False,
    jobs: int = 1,
    options: Options | None = None,
) -> Hunt:
    """Search a box for trouble; `held` has the values of inputs that are not in the box.

    `points` is how many are drawn at random, `timeout` the seconds for all. With `prove` a box
    without trouble is proven to be free of it by `jobs` processes, see `boxes.freedom`.
    GradcalcError where the text can't be read, an input has neither a value nor bounds, or no proof
    can be made at all.
    """
    held = dict(held or {})
    program, inputs = read_program(source, {*held, *box.bounds})
    box, notes = fitted(box, held, tuple(inputs))
    if prove:
        refuse_infinite_box(box.bounds)
    start = time.monotonic()
    ends = [start + share * timeout for share in (PROVING if prove else SEARCHING)]
    examiner = Examiner(
        source, held, tuple(box.bounds), min_digits, options or Options(check="fast"), ends[0]
    )
    findings = Findings()
    proposals: tuple[Proposal, ...] = (
        lambda: simple_points(box),
        lambda: numerals(box, program),
        lambda: box.draw(points, seed),
        lambda: roots(examiner, box),
        lambda: neighbours(box, [finding.at for finding in findings]),
    )
    count, ended = _searched(examiner, findings, proposals)
    _simplify(replace(examiner, deadline=ends[1]), box, findings)
    proof = None
    if prove and all(finding.kind == "digits" for finding in findings):
        used = {name: value for name, value in held.items() if name in inputs}
        search = SearchLimits(deadline=ends[2], jobs=jobs)
        proof = freedom(source, box.bounds, used, search, examiner.options.limits)
        places = [part.box for part in proof.undecided[:SUSPECTS]]
        last = replace(examiner, deadline=ends[3])
        count += _searched(last, findings, (lambda: middles(places),))[0]
        _simplify(last, box, findings)
    return Hunt(source, findings.simplest_first(), count, ended, (*program.notes, *notes), proof)


def _searched(
    examiner: Examiner, findings: Findings, proposals: Iterable[Proposal]
) -> tuple[int, bool]:
    """Keep what is found at the points proposed: how many were looked at, and if it was all."""
    count = 0
    with until_time_runs_out():
        for candidate in chain.from_iterable(propose() for propose in proposals):
            if isinstance(candidate, Finding):
                findings.keep(candidate)
                continue
            for finding in examiner.findings(candidate):
                findings.keep(finding)
            count += 1
        return count, True
    return count, False


def _simplify(examiner: Examiner, box: Box, findings: Findings) -> None:
    with until_time_runs_out():  # a finding that is not made simpler is true all the same
        for finding in findings:
            findings.replace(shrunk(examiner, box, finding))


def reproducer(finding: Finding, held: Point) -> str:
    """The point of a finding as it is typed after --at."""
    at = {**{name: _typed(value) for name, value in held.items()}, **finding.at}
    return ",".join(f"{name}={value}" for name, value in at.items())


def _typed(value: Given) -> str:
    return str(value.tolist() if hasattr(value, "tolist") else value).replace(" ", "")
