"""`evaluate`: from text to a proven gradient. The order of the work, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradcalc.answers.evidence import Higher
from gradcalc.answers.numbers import evaluated_numbers
from gradcalc.answers.request import Names, Options, Run, read
from gradcalc.answers.result import Result
from gradcalc.errors import blaming
from gradcalc.numbers.big import in_turn
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import Given


@in_turn
def evaluate(
    source: str,
    at: Mapping[str, Given],
    *,
    wrt: Names | None = None,
    options: Options | None = None,
) -> Result:
    """Value and gradient of a program at a point, checked.

    `at` gives each input a number or an array, or a text read as after --at, which is exact. `wrt`
    names the inputs to differentiate by, all if None. Of a program whose value is an array
    the derivatives are Jacobians, of shape value + input. Raises GradcalcError where the text can't
    be read, a value is missing, or the program has no real value at the point.

    >>> evaluate("x^2*y", {"x": "1/2", "y": 2})
    Result(x^2*y: value 0.5, gradient {x: 2.0, y: 0.25}; 16 digits, smooth)
    """
    with blaming(source):
        return evaluated(read(source, at, wrt, options or Options()))


def evaluated(run: Run, higher: Sequence[Callable[[bool], Higher]] = ()) -> Result:
    """The answer of a run; `higher` is what else is known of the elements of a gradient."""
    if run.trace.statics or any(map(_is_array, run.point.machine().values())):
        from gradcalc.answers.elementwise import evaluated_arrays

        return evaluated_arrays(run, higher)
    return evaluated_numbers(run)


def _is_array(value: Any) -> bool:
    return bool(shape_of(value))
