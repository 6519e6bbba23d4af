"""Convexity by composition: sums of convex functions, convex increasing functions of convex ones.

Each step of a run is convex, concave, both (affine) or neither as far as is known over a box, by
what its arguments are, and by the signs of its row's first and second derivative over their range
(Boyd and Vandenberghe, Convex Optimization, 2004, 3.2.4). This decides what enclosures of the
Hessian can't where it is singular, at a kink or at the edge of a domain: exp(x + y),
abs(x) + y^2, x*log(x) from 0 on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from gradcalc.boxes.function import BoxFunction
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.rootless import unbounded_values
from gradcalc.errors import GradcalcError
from gradcalc.modes.derived import derivative
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.unbounded import Quotient
from gradcalc.rules.enclosures import MONOTONE, unbounded_numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import TABLE
from gradcalc.trace.builder import Builder
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Exact, Trace
from gradcalc.trace.walk import varying


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a step over a box; `kinked` where it, or what it is made of, may have a kink
    there."""

    convex: bool = False
    concave: bool = False
    kinked: bool = False


AFFINE, UNKNOWN = Shape(convex=True, concave=True), Shape()


def composed(run: BoxFunction, part: Sides) -> Shape:
    """Is the run convex, is it concave all over a part, wherever it is defined?

    NotEnclosedError where it does not certainly hold all over the part.
    """
    trace, ranges = run.trace, unbounded_values(run, part)
    active = varying(trace, run.names)
    shapes: list[Shape] = []
    for slot, arguments in enumerate(trace.arguments):
        changing = tuple(k for k, a in enumerate(arguments) if active[a])
        if not changing:
            shapes.append(AFFINE)
            continue
        inner = [shapes[arguments[k]] for k in changing]
        shape = _entropy(trace, slot, inner)
        shapes.append(shape or _composed_step(trace, slot, changing, inner, ranges))
    return shapes[trace.result]


def _composed_step(
    trace: Trace, slot: int, changing: tuple[int, ...], inner: list[Shape], ranges: list[Quotient]
) -> Shape:
    """A step by the arguments that are `changing`, whose shapes are `inner`."""
    row, arguments = trace.rules[slot], trace.arguments[slot]
    given = [ranges[a] for a in arguments]
    known = tuple(trace.constants.get(a) for a in arguments)
    if row.name == "mul" and arguments[0] == arguments[1]:
        row, known, changing, inner = TABLE["ipow"], (None, Fraction(2)), (0,), inner[:1]
    kinked = any(one.kinked for one in inner) or _may_have_kink(row, given)
    if row.bends:
        own = Shape(row.bends > 0, row.bends < 0)
    elif _may_have_kink(row, given) or not _is_whole(row, given, ranges[slot]):
        return Shape(kinked=kinked)
    elif len(changing) == 1:
        second = _signs(row, known, changing[0], 2, given)
        own = Shape(second in (0, 1), second in (0, -1))
    else:
        own = AFFINE if row.name in ("add", "sub") else UNKNOWN
    ways = [_signs(row, known, k, 1, given) for k in changing]
    return Shape(
        own.convex and all(map(_is_convex, inner, ways)),
        own.concave and all(map(_is_convex, map(_turned, inner), ways)),
        kinked,
    )


def _is_convex(inner: Shape, way: int | None) -> bool:
    """Does an argument keep what it is put into convex, along which that runs this way?"""
    if inner.convex and inner.concave:
        return True
    return way == 0 or (way == 1 and inner.convex) or (way == -1 and inner.concave)


def _turned(shape: Shape) -> Shape:
    return Shape(shape.concave, shape.convex)


def _entropy(trace: Trace, slot: int, inner: Sequence[Shape]) -> Shape | None:
    """x*log(x) with x affine is convex, though log has no bound at 0."""
    if trace.rules[slot].name != "mul":
        return None
    for x, other in (trace.arguments[slot], trace.arguments[slot][::-1]):
        is_log = trace.rules[other].name == "log" and trace.arguments[other] == (x,)
        if is_log and any(one.convex and one.concave for one in inner):
            return Shape(convex=True)
    return None


def _is_whole(row: Rule, given: Sequence[Quotient], value: Quotient) -> bool:
    """Is the row defined on one interval of its argument's range: has it no pole inside?"""
    if value.interval.is_bounded or row.name in MONOTONE:
        return True
    one_sided = all(one.interval.low >= 0 or one.interval.high <= 0 for one in given)
    return row.kind == "arithmetic" and (one_sided or not row.poles)


def _may_have_kink(row: Rule, given: Sequence[Quotient]) -> bool:
    if row.kink is None or (row.name == "cpow" and given[0].interval.low >= 0):
        return False  # where x^c ends is no kink of what it is
    try:
        return bool(row.kink(*given))
    except (ArithmeticError, UndecidedError):
        return True


def _signs(
    row: Rule, known: tuple[Exact | None, ...], which: int, order: int, given: Sequence[Quotient]
) -> int | None:
    """The sign of a row's derivative by one of its arguments over their ranges: 1 where it is
    nowhere negative, -1 where it is nowhere positive, 0 where it is 0; None where that is open."""
    try:
        trace = _row_derivative(row.name, known, which, order)
        inputs = {f"a{k}": one for k, one in enumerate(given) if f"a{k}" in trace.inputs}
        values: list[Quotient] = replay(trace, unbounded_numbers(), inputs)
    except (GradcalcError, UndecidedError, ArithmeticError, ValueError):
        return None
    interval = values[trace.result].interval
    if interval.low >= 0:
        return 0 if interval.high <= 0 else 1
    return -1 if interval.high <= 0 else None


@cache
def _row_derivative(name: str, known: tuple[Exact | None, ...], which: int, order: int) -> Trace:
    """A row as a trace of its arguments, those that are known being constants, differentiated by
    one of them."""
    builder = Builder()
    arguments = [
        builder.input(f"a{k}") if exact is None else builder.constant(exact)
        for k, exact in enumerate(known)
    ]
    trace, _ = builder.finished([builder.record(name, *arguments)])
    return derivative(trace, f"a{which}", order)
