"""A run of a program at a point, recorded to be asked over boxes."""

from __future__ import annotations

from collections.abc import Sequence

from gradcalc.boxes.function import BoxFunction, NotEnclosedError
from gradcalc.language.syntax import Program
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.rules.enclosures import range_numbers
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.expressions import NotFollowedError
from gradcalc.run.limits import Limits
from gradcalc.run.point import Point
from gradcalc.run.recorder import followed
from gradcalc.trace.elements import TooManyElementsError, elements_of
from gradcalc.trace.trace import Trace

MAX_INSTRUCTIONS = 200_000  # of a trace that is written out element by element


def box_function(
    program: Program,
    point: Point,
    wrt: Sequence[str],
    limits: Limits | None = None,
    *,
    numbers: Numbers | None = None,
) -> BoxFunction:
    """A program as a function of the inputs `wrt` over boxes around a point, the others held.

    An input that is an array has a name for each element, as in `trace.elements`: w[0, 1].
    NotEnclosedError for what can't be enclosed: an array for a value, a run that is too long.
    GradcalcError where the program has no value at the point, unless `numbers` has one (NaN) for
    what is undefined.
    """
    trace, names = local_trace(program, point, wrt, limits, numbers=numbers)
    others = {name: one for name, one in point.traces.items() if name not in wrt}
    return BoxFunction(trace, names, Point(others).elements().numbers(range_numbers()))


def local_trace(
    program: Program,
    point: Point,
    wrt: Sequence[str],
    limits: Limits | None = None,
    *,
    numbers: Numbers | None = None,
) -> tuple[Trace, tuple[str, ...]]:
    """The run at a point in single numbers, with guards for all that decided its course; and the
    names of the numbers that the inputs `wrt` are made of. Errors as of `box_function`; the run is
    in `numbers`: float64, unless given.
    """
    inputs, system = point.machine(), numbers or machine_numbers()
    try:
        trace = followed(program, system, inputs, tuple(wrt), limits or Limits(), rounds=False)
        if shape_of(trace.values[trace.result]):
            raise NotEnclosedError("the value is an array", divisible=False)
        if not trace.statics and not any(map(shape_of, trace.values)):
            return trace, tuple(wrt)
        elements = elements_of(trace, MAX_INSTRUCTIONS, followed=True)
    except NotFollowedError:
        raise NotEnclosedError("the run depends on the point in its course") from None
    except TooManyElementsError:
        long = f"the run takes more than {MAX_INSTRUCTIONS:,} operations on single numbers"
        raise NotEnclosedError(long, divisible=False) from None
    return elements.trace, tuple(each for name in wrt for each in elements.names[name])
