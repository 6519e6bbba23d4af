"""`solve`: all roots of equations in a box, each proven, and proven to be all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.conditions import Test, conditions
from gradcalc.boxes.edges import Places, roots_at_edge
from gradcalc.boxes.equations import equations
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inputs import Ends, Setting, balls, ends, refuse_bad_box, refuse_missing_extra
from gradcalc.boxes.krawczyk import Matrix, Root, root_near
from gradcalc.boxes.newton import newton
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.boxes.rootless import is_rootless
from gradcalc.boxes.roots import all_roots
from gradcalc.boxes.search import Limits as SearchLimits
from gradcalc.boxes.solution import Solution, SolvedRoot
from gradcalc.errors import Exit, GradcalcError, listed, not_used
from gradcalc.numbers.midrad import DIGITS_OF_A_BIT
from gradcalc.numbers.ranges import working
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given

BITS = 100
LEAST_WIDTH = 1e-9  # of a part that is not cut again, relative to its place
SHOWN_DIGITS = 25
EXTRA_BITS = 80  # beyond the digits that are wanted

Arb = Any  # flint.arb


@dataclass(frozen=True, slots=True)
class _System:
    """Functions that are to be 0 together.

    They may have kinks: between two points they differ by generalised derivatives times the way,
    which is all that Krawczyk's proof needs.
    """

    functions: Sequence[PathFunction]

    def values(self, box: Box) -> list[Arb]:
        return [function.value(box) for function in self.functions]

    def jacobian(self, box: Box) -> Matrix:
        return [function.slopes(box)[1] for function in self.functions]

    def is_rootless(self, part: Sides) -> bool:
        box = balls(part)
        for function in self.functions:
            try:
                if function.asked(box, lambda run: is_rootless(run, part)):
                    return True
            except NotEnclosedError:
                continue
        return False

    def at_edge(self, part: Sides) -> Places | None:
        if len(self.functions) != 1:
            return None
        try:
            return self.functions[0].asked(balls(part), lambda run: roots_at_edge(run, part))
        except NotEnclosedError:
            return None


@dataclass(frozen=True, slots=True)
class _Written:
    """Equations as programs whose values are to be 0, and conditions."""

    setting: Setting
    sources: tuple[str, ...]
    conditions: tuple[str, ...] = ()

    def system(self) -> _System:
        return _System([self.setting.function(source) for source in self.sources])

    def test(self) -> Test:
        return conditions(self.setting, self.conditions, "--where")


def solve(
    source: str,
    over: Mapping[str, Ends],
    *,
    held: Mapping[str, Given] | None = None,
    where: Sequence[str] = (),
    least_width: float = LEAST_WIDTH,
    search: SearchLimits | None = None,
    limits: Limits | None = None,
) -> Solution:
    """All roots of the equations in the box `over`; `held` has the values of the other inputs.

    There must be as many equations as intervals. `where` are conditions that roots must fulfil,
    `y > 0`. Past the deadline of `search` the answer says how far it came. GradcalcError where a
    text can't be read, an interval is empty or infinite, or python-flint is missing.

    >>> solve("x^2 = 2", {"x": (0, 2)}).roots[0].text["x"]
    '1.414213562373095048801689'
    """
    refuse_bad_box(over)
    held, names = held or {}, tuple(over)
    with working(BITS):
        written = _Written(
            Setting(names, held, limits), _sources(source, names, held), tuple(where)
        )
        functions = written.system().functions
        found = all_roots(
            written,
            tuple(over.values()),
            search or SearchLimits(),
            least_width=least_width,
            bits=BITS,
        )
        roots = sorted(found.proven, key=lambda root: [float(ball.mid()) for ball in root.at])
        return Solution(
            source,
            dict(over),
            tuple(_solved(names, root, SHOWN_DIGITS) for root in roots),
            tuple(_part(over, part) for part in found.undecided),
            found.complete,
            found.parts,
            tuple(not_used(name for name in held if not _used(name, functions))),
        )


def solve_from(
    source: str,
    start: Mapping[str, float],
    *,
    held: Mapping[str, Given] | None = None,
    digits: int = SHOWN_DIGITS,
    limits: Limits | None = None,
) -> Solution:
    """One root of the equations by Newton's method from a start, to so many digits; then proven.

    Where it is not found, there is no root in the answer. GradcalcError as of `solve`, or where
    there is no value at the start.
    """
    from flint import arb

    refuse_missing_extra()
    names, bits = tuple(start), int(digits / DIGITS_OF_A_BIT) + EXTRA_BITS
    with working(bits):
        held = held or {}
        system = _Written(Setting(names, held, limits), _sources(source, names, held)).system()
        try:
            point = newton(system, [arb(value) for value in start.values()], bits)
            root = None if point is None else root_near(system, point)
        except NotEnclosedError as error:
            if (
                error.span is None
                and "finite" not in error.reason
                and "undefined" not in error.reason
            ):
                root = None
            else:
                raise GradcalcError(
                    "undefined",
                    f"no proof can be made from this start: {error.reason}",
                    hint="start elsewhere",
                    exit=Exit.NO_ANSWER,
                ) from None
        roots: tuple[SolvedRoot, ...] = ()
        if root is not None:
            roots = (_solved(names, root, digits),)
        elif point is not None:
            near = dict(zip(names, map(ends, point), strict=True))
            roots = (SolvedRoot(near, None, {n: f"{low:.15g}" for n, (low, _) in near.items()}),)
        return Solution(source, {}, roots, (), False, 0)


def _sources(source: str, names: tuple[str, ...], held: Mapping[str, Given]) -> tuple[str, ...]:
    """The left sides of the equations; GradcalcError where there are not as many as unknowns."""
    found = equations(source, names, held)
    if len(found) != len(names):
        counts = f"{_count(len(found), 'equation')} for {_count(len(names), 'unknown')}"
        raise GradcalcError(
            "bad-equation",
            f"there {'is' if len(found) == 1 else 'are'} {counts}",
            hint=f"the unknowns are {listed(names)}; equations stand between semicolons",
            source=source,
        )
    return tuple(one.source for one in found)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _solved(names: Sequence[str], root: Root, digits: int) -> SolvedRoot:
    return SolvedRoot(
        dict(zip(names, map(ends, root.at), strict=True)),
        dict(zip(names, map(ends, root.unique), strict=True)),
        {name: _digits(ball, digits) for name, ball in zip(names, root.at, strict=True)},
    )


def _part(over: Mapping[str, Ends], part: Sequence[Arb]) -> dict[str, Ends]:
    """A part as ends by unknown, without what rounding put outside the box."""
    sides = zip(over.items(), map(ends, part), strict=True)
    return {
        name: (max(low, least), min(high, most)) for (name, (least, most)), (low, high) in sides
    }


def _used(name: str, functions: Sequence[PathFunction]) -> bool:
    return any(name in function.held.traces for function in functions)


def _digits(ball: Arb, most: int) -> str:
    """The digits of a number that are proven; 0 where it can't be told from 0."""
    if ball.contains(0):
        return "0"
    count = min(most, max(1, int(ball.rel_accuracy_bits() * DIGITS_OF_A_BIT)))
    text = str(ball.mid().str(count, radius=False))
    return text if "e" in text or "." not in text else text.rstrip("0").rstrip(".")
