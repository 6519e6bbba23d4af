"""A program whose inputs are columns: what runs for a row, and what is differentiated."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gradcalc.errors import GradcalcError, blaming, listed
from gradcalc.language.syntax import Program
from gradcalc.memory import uncollected
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.systems import nan_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.reading import read_program
from gradcalc.run.recorder import followed, record
from gradcalc.trace.elements import TooManyElementsError, elements_of
from gradcalc.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class RowProgram:
    """A parsed program, its `inputs`, and the inputs `wrt` which a row's value is differentiated,
    twice with `hessian`."""

    source: str
    body: Program
    inputs: tuple[str, ...]
    wrt: tuple[str, ...]
    hessian: bool
    limits: Limits

    def record(self, numbers: Mapping[str, float], *, follow: bool = True) -> Trace:
        """The trace of single numbers that a row's run takes, for others to `follow`, or alone."""
        if follow:
            trace = followed(self.body, nan_numbers(), numbers, self.wrt, self.limits)
        else:
            trace = record(self.body, nan_numbers(), numbers, self.wrt, limits=self.limits)
        if not trace.statics:
            return trace
        value = trace.values[trace.result]
        if shape_of(value):
            raise GradcalcError(
                "array-value",
                "a row's value must be a single number, not an array",
                hint="reduce it: sum(v), norm(v), v[0]",
            )
        try:
            return elements_of(trace, self.limits.trace, followed=follow).trace
        except TooManyElementsError:
            raise GradcalcError(
                "trace-too-long",
                f"the run is longer than {self.limits.trace:,} instructions",
                hint="raise the limit with --max-trace",
            ) from None


@uncollected()
def row_program(
    source: str,
    wrt: Sequence[str] | None,
    hessian: bool,
    limits: Limits,
    names: Collection[str] = (),
) -> RowProgram:
    """Parse a program for rows; `wrt` are all inputs, unless given. `names` are inputs even where
    they are names of constants or functions, and so are those of `wrt`.

    GradcalcError where the text can't be parsed or `wrt` names what is not an input.
    """
    with blaming(source):
        body, places = read_program(source, {*names, *(wrt or ())}, limits)
        inputs = tuple(places)
        chosen = inputs if wrt is None else tuple(dict.fromkeys(wrt))
        for name in chosen:
            if name not in inputs:
                raise GradcalcError(
                    "unknown-input",
                    f"'{name}' is not an input of the text",
                    hint=f"the inputs are {listed(inputs)}" if inputs else "the text has no inputs",
                )
    return RowProgram(source, body, inputs, chosen, hessian, limits)
