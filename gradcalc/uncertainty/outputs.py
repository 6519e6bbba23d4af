"""The outputs of a text: a number, or each element of a vector, as a trace and as a text alone."""

from __future__ import annotations

from typing import Any

from gradcalc.answers.request import Run
from gradcalc.errors import GradcalcError
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Evaluate, Program, Vector
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.trace.elements import elements_of
from gradcalc.trace.trace import Trace

MAX_OUTPUTS = 50


def scalars(run: Run) -> tuple[Trace, tuple[int, ...]]:
    """The run as a trace of single numbers, and the slots of its outputs."""
    if not run.trace.statics:
        return run.trace, (run.trace.result,)
    found = elements_of(run.trace, run.options.limits.trace)
    return found.trace, found.results


def refuse_arrays(run: Run) -> None:
    for name, value in run.point.machine().items():
        if shape_of(value):
            raise GradcalcError(
                "array-value",
                f"{name} is an array: propagate takes numbers",
                hint=f"build it inside the text: {name} = [{name}0, {name}1]; …",
            )


def output_texts(run: Run, value: Any) -> dict[str, str]:
    """The text of each output by its name: the program with one number for its value."""
    shape = shape_of(value)
    if not shape:
        return {"value": run.source}
    last = run.program.body[-1]
    if len(shape) > 1 or shape[0] > MAX_OUTPUTS or not isinstance(last, Evaluate):
        raise GradcalcError(
            "array-value",
            f"the text must end with a number, or a vector of at most {MAX_OUTPUTS} numbers"
            if len(shape) == 1
            else f"the value must be a number or a vector, not an array of shape {shown(shape)}",
            last.span,
            hint="write the outputs at the end: [a, b]",
        )
    before = run.program.body[:-1]
    if isinstance(last.value, Vector):
        return {
            to_text(item): to_text(Program((*before, Evaluate(item)))) for item in last.value.items
        }
    whole = to_text(Program(before)) + "\n" if before else ""
    inner = to_text(last.value)
    return {f"value[{k}]": f"{whole}({inner})[{k}]" for k in range(shape[0])}
