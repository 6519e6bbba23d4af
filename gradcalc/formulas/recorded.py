"""A program as the formula that its run computes: loops unrolled, branches taken, arrays split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradcalc.answers.request import Options, Run, read
from gradcalc.answers.status import guards
from gradcalc.errors import GradcalcError
from gradcalc.formulas.derive import bounded
from gradcalc.formulas.equality import points
from gradcalc.language.syntax import Expr, Vector
from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.run.point import Given
from gradcalc.trace.elements import TooManyElementsError, element_name, elements_of, indices
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import Trace

MAX_PROBES = 12  # points tried where none was given


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run computes, as a formula in the elements of its inputs.

    `shapes` are those of the inputs, whose elements have names of their own (`element_names`);
    `guards` say where the formula holds.
    """

    value: Expr
    shapes: Mapping[str, Shape]
    guards: tuple[str, ...] = ()


def element_names(name: str, shape: Shape) -> list[str]:
    """The names of an input's elements; a number is its own."""
    return [element_name(name, index) for index in indices(shape)]


def shaped(leaves: list[Expr], shape: Shape) -> Expr:
    """Formulas as a vector or a matrix of them; without axes, the only one."""
    if not shape:
        return leaves[0]
    step = len(leaves) // shape[0]
    rows = [leaves[k * step : (k + 1) * step] for k in range(shape[0])]
    return Vector(tuple(shaped(row, shape[1:]) for row in rows))


def recorded(source: str, at: Mapping[str, Given], options: Options) -> Recorded:
    """The formula of the run at a point. GradcalcError where there is none, or it is too long."""
    return _of(read(source, at, None, options), options.limits.trace)


def recorded_anywhere(source: str, names: tuple[str, ...], options: Options) -> Recorded:
    """The formula of a run that is the same everywhere.

    GradcalcError where its course depends on the point, or where it needs a point to be found.
    """
    failure: GradcalcError | None = None
    for at, _ in zip(points(names), range(MAX_PROBES), strict=False):
        try:
            run = read(source, at, None, options)
        except GradcalcError as error:
            failure = failure or error
            continue
        if run.trace.guards:
            raise _needs_point(names, "which steps run depends on the point")
        found = _of(run, options.limits.trace)
        if found.guards:
            raise _needs_point(names, "how elements are ordered depends on the point")
        return found
    assert failure is not None
    raise _needs_point(names, f"{failure.message}, where its inputs are numbers") from failure


def _needs_point(names: tuple[str, ...], why: str) -> GradcalcError:
    example = ",".join(f"{name}=…" for name in names) or "x=…"
    return GradcalcError(
        "needs-point", f"this is one formula only along a run: {why}", hint=f"add --at {example}"
    )


def _of(run: Run, limit: int) -> Recorded:
    values = run.trace.values
    trace, slots = _scalar(run.trace, limit)
    for row in trace.rules:
        if row.element_of:
            raise GradcalcError(
                "no-formula",
                f"the elements of {row.element_of} have no formula that could be differentiated",
                hint="eval --at computes their derivatives",
            )
    # A loop's formula, written out, can be exponentially longer than its trace.
    leaves = [bounded(formula(trace, slot)) for slot in slots]
    shapes = {name: shape_of(values[slot]) for name, slot in run.trace.inputs.items()}
    value = shaped(leaves, shape_of(values[run.trace.result]))
    return Recorded(value, shapes, (*guards(run), *_orders(run, trace)))


def _orders(run: Run, elements: Trace) -> Iterator[str]:
    """What sorts by values: in the formula the elements are where the sort put them."""
    known = {guard.span for guard in run.trace.guards}
    spans = dict.fromkeys(guard.span for guard in elements.guards if guard.span not in known)
    for span in spans:
        if span is not None:
            yield f"{run.source[span.start : span.end]} keeps its order"


def _scalar(trace: Trace, limit: int) -> tuple[Trace, tuple[int, ...]]:
    """The trace of single numbers, and the slots of the result's elements."""
    if not trace.statics and not any(shape_of(value) for value in trace.values):
        return trace, (trace.result,)
    try:
        found = elements_of(trace, limit)
    except TooManyElementsError:
        raise GradcalcError(
            "too-long",
            f"the run has more than {limit:,} steps, element by element",
            hint="eval --at computes its derivatives without writing them down",
        ) from None
    return found.trace, found.results
