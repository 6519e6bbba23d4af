"""`solve`: all roots of equations in a box, each proven, and proven to be all of them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.equations import equations
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.krawczyk import Matrix, Root, root_near
from gradcalc.boxes.newton import newton
from gradcalc.boxes.paths import PathFunction
from gradcalc.boxes.roots import all_roots
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language.syntax import Compare, Evaluate, Program
from gradcalc.notebook import MAX_ELEMENTS, cut, more, table
from gradcalc.numbers.midrad import DIGITS_OF_A_BIT
from gradcalc.numbers.ranges import working
from gradcalc.rules.enclosures import has_flint
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given
from gradcalc.run.reading import read_program

BITS = 100
LEAST_WIDTH = 1e-9  # of a part that is not cut again, relative to its place
MAX_PARTS = 1_000_000
SHOWN_DIGITS = 25
EXTRA_BITS = 80  # beyond the digits that are wanted

Ends = tuple[float, float]
Arb = Any  # flint.arb


@dataclass(frozen=True, slots=True)
class SolvedRoot:
    """Exactly one root lies within `at` and within `alone`, by unknown; `text` has its digits.

    Where it is not proven, `alone` is None, and `at` is a number near by.
    """

    at: Mapping[str, Ends]
    alone: Mapping[str, Ends] | None
    text: Mapping[str, str]

    @property
    def unique(self) -> bool:
        """Is it proven that exactly one root lies there?"""
        return self.alone is not None


@dataclass(frozen=True, slots=True)
class Solution:
    """All roots of equations in a box: proven ones, and boxes where it is undecided how many there
    are. `complete`: there are no others. `parts` is how many parts of the box were looked at.

    With a start instead of a box (`over` is empty) it is one root, and not complete.
    """

    expr: str
    over: Mapping[str, Ends]
    roots: tuple[SolvedRoot, ...]
    undecided: tuple[Mapping[str, Ends], ...]
    complete: bool
    parts: int
    notes: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where something was not decided."""
        decided = self.complete and not self.undecided if self.over else bool(self.roots)
        return Exit.OK if decided else Exit.NOT_CONVERGED

    def __repr__(self) -> str:
        roots = [str(dict(root.text)) for root in self.roots[:MAX_ELEMENTS]]
        roots += more(len(self.roots), MAX_ELEMENTS)
        all_of_them = "complete" if self.complete else "not complete"
        return f"Solution({cut(self.expr)}: {', '.join(roots) or 'no root'}; {all_of_them})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [list(root.text.values()) for root in self.roots]
        return table(self.expr, tuple(self.over), rows, f"undecided: {len(self.undecided)}")


@dataclass(frozen=True, slots=True)
class _Equations:
    """Functions that are to be 0 together."""

    functions: Sequence[PathFunction]

    def values(self, box: Box) -> list[Arb]:
        return [function.value(box) for function in self.functions]

    def jacobian(self, box: Box) -> Matrix:
        return [function.gradient(box)[1] for function in self.functions]


def solve(
    source: str,
    over: Mapping[str, Ends],
    *,
    held: Mapping[str, Given] | None = None,
    where: Sequence[str] = (),
    least_width: float = LEAST_WIDTH,
    max_parts: int = MAX_PARTS,
    timeout: float | None = None,
    limits: Limits | None = None,
) -> Solution:
    """All roots of the equations in the box `over`; `held` has the values of the other inputs.

    There must be as many equations as intervals. `where` are conditions that roots must fulfil,
    `y > 0`. After `timeout` seconds the answer says how far it came. GradcalcError where a text
    can't be read, an interval is empty or infinite, or python-flint is missing.

    >>> solve("x^2 = 2", {"x": (0, 2)}).roots[0].text["x"]
    '1.414213562373095048801689'
    """
    _refuse(over)
    held, deadline = held or {}, None if timeout is None else time.monotonic() + timeout
    names = tuple(over)
    with working(BITS):
        functions = _functions(source, names, held, limits)
        conditions = [one for text in where for one in _conditions(text, names, held, limits)]
        box = [_ball(*over[name]) for name in names]
        search = all_roots(
            _Equations(functions),
            box,
            least_width=least_width,
            holds=_test(conditions),
            max_parts=max_parts,
            deadline=deadline,
        )
        roots = sorted(search.proven, key=lambda root: [float(ball.mid()) for ball in root.at])
        return Solution(
            source,
            dict(over),
            tuple(_solved(names, root, SHOWN_DIGITS) for root in roots),
            tuple(dict(zip(names, map(_ends, part), strict=True)) for part in search.undecided),
            search.complete,
            search.parts,
            tuple(f"{name} is given but not used" for name in held if not _used(name, functions)),
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

    _refuse_missing_extra()
    names, bits = tuple(start), int(digits / DIGITS_OF_A_BIT) + EXTRA_BITS
    with working(bits):
        functions = _functions(source, names, held or {}, limits)
        system = _Equations(functions)
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
            near = dict(zip(names, map(_ends, point), strict=True))
            roots = (SolvedRoot(near, None, {n: f"{low:.15g}" for n, (low, _) in near.items()}),)
        return Solution(source, {}, roots, (), False, 0)


def _functions(
    source: str, names: tuple[str, ...], held: Mapping[str, Given], limits: Limits | None
) -> list[PathFunction]:
    """The left sides of the equations; GradcalcError where there are not as many as unknowns."""
    found = equations(source, names, held)
    if len(found) != len(names):
        counts = f"{_count(len(found), 'equation')} for {_count(len(names), 'unknown')}"
        raise GradcalcError(
            "bad-equation",
            f"there {'is' if len(found) == 1 else 'are'} {counts}",
            hint=f"the unknowns are {', '.join(names)}; equations stand between semicolons",
            source=source,
        )
    return [_function(one.source, names, held, limits) for one in found]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _solved(names: Sequence[str], root: Root, digits: int) -> SolvedRoot:
    return SolvedRoot(
        dict(zip(names, map(_ends, root.at), strict=True)),
        dict(zip(names, map(_ends, root.unique), strict=True)),
        {name: _digits(ball, digits) for name, ball in zip(names, root.at, strict=True)},
    )


def _refuse_missing_extra() -> None:
    if not has_flint():
        raise GradcalcError(
            "missing-extra",
            "proofs over a box need python-flint",
            hint='pip install "gradcalc[proof]"',
        )


def _refuse(over: Mapping[str, Ends]) -> None:
    _refuse_missing_extra()
    if not over:
        raise GradcalcError("usage", "no box to search", hint="write --over x=-5:5")
    for name, (low, high) in over.items():
        if not math.isfinite(low) or not math.isfinite(high):
            raise GradcalcError(
                "bad-box",
                f"the interval of {name} is infinite",
                hint=f"write --over {name}=-100:100",
            )
        if not low < high:
            raise GradcalcError(
                "bad-box", f"the interval of {name} is empty", hint=f"write --over {name}=-1:1"
            )


def _function(
    source: str, names: tuple[str, ...], held: Mapping[str, Given], limits: Limits | None
) -> PathFunction:
    """A program over boxes, its inputs known; GradcalcError for an input without a value."""
    program, inputs = read_program(source, {*names, *held}, limits)
    return _checked(program, inputs, names, held, limits)


def _checked(
    program: Program,
    inputs: Mapping[str, Any],
    names: tuple[str, ...],
    held: Mapping[str, Given],
    limits: Limits | None,
) -> PathFunction:
    missing = [name for name in inputs if name not in names and name not in held]
    if missing:
        raise GradcalcError(
            "missing-value",
            f"{missing[0]} has neither a value nor bounds",
            hint=f"add --over {missing[0]}=-2:2, or --at {missing[0]}=…",
        )
    return PathFunction(program, names, {n: v for n, v in held.items() if n in inputs}, limits)


def _conditions(
    text: str, names: tuple[str, ...], held: Mapping[str, Given], limits: Limits | None
) -> list[Callable[[Box], bool | None]]:
    """A condition as tests of boxes, one for each of its comparisons."""
    from gradcalc.language import to_text

    program, _ = read_program(text, {*names, *held}, limits)
    last = program.body[-1]
    tree = last.value if isinstance(last, Evaluate) else None
    if not isinstance(tree, Compare) or len(program.body) > 1 or {"==", "!="} & {*tree.ops}:
        raise GradcalcError(
            "bad-condition",
            "a condition must compare two sides with < or >",
            hint='write --where "y > 0"',
            source=text,
        )
    tests = []
    for op, left, right in zip(tree.ops, tree.operands, tree.operands[1:], strict=False):
        more, less = (right, left) if op in ("<", "<=") else (left, right)
        side = _function(f"({to_text(more)}) - ({to_text(less)})", names, held, limits)
        tests.append(_sign_test(side, strict="=" not in op))
    return tests


def _sign_test(side: PathFunction, *, strict: bool) -> Callable[[Box], bool | None]:
    def test(box: Box) -> bool | None:
        try:
            value = side.value(box)
        except NotEnclosedError as error:
            return False if error.empty else None
        if value > 0 or (not strict and value >= 0):
            return True
        return False if value < 0 or (strict and value <= 0) else None

    return test


def _test(conditions: Sequence[Callable[[Box], bool | None]]) -> Callable[[Box], bool | None]:
    def holds(box: Box) -> bool | None:
        outcomes = [condition(box) for condition in conditions]
        if False in outcomes:
            return False
        return None if None in outcomes else True

    return holds


def _used(name: str, functions: Sequence[PathFunction]) -> bool:
    return any(name in function.held.traces for function in functions)


def _ball(low: float, high: float) -> Arb:
    from flint import arb

    return arb(low).union(arb(high))


def _ends(ball: Arb) -> Ends:
    """The ends of a ball as float64 around it."""
    low, high = float(ball.lower()), float(ball.upper())
    low = low if ball.lower() >= low else math.nextafter(low, -math.inf)
    high = high if ball.upper() <= high else math.nextafter(high, math.inf)
    return low, high


def _digits(ball: Arb, most: int) -> str:
    """The digits of a number that are proven; 0 where it can't be told from 0."""
    if ball.contains(0):
        return "0"
    count = min(most, max(1, int(ball.rel_accuracy_bits() * DIGITS_OF_A_BIT)))
    text = str(ball.mid().str(count, radius=False))
    return text if "e" in text or "." not in text else text.rstrip("0").rstrip(".")
