"""A recorded run over a box as float64 computes it: each step with what rounding may make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcalc.boxes.function import Box, NotEnclosedError, refuse_unenclosed
from gradcalc.boxes.recording import local_trace
from gradcalc.boxes.smoothing import Smoothing
from gradcalc.errors import GradcalcError
from gradcalc.language.syntax import Program
from gradcalc.modes.sweeps import reverse
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range
from gradcalc.numbers.rounded import Rounded
from gradcalc.numbers.system import COMPARISONS
from gradcalc.rules.enclosures import rounded_numbers, sided_numbers
from gradcalc.rules.systems import nan_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import kinked


class FloatRun:
    """A scalar trace over boxes, exact numbers and float64's together; see `float_run`."""

    def __init__(self, trace: Trace, names: Sequence[str], held: Mapping[str, Range]) -> None:
        refuse_unenclosed(trace, names)
        self.trace = trace
        self.names = tuple(names)
        self.held = held
        self.numbers = rounded_numbers()
        self._kinked = kinked(trace)
        self._smoothing = Smoothing(trace)

    def check(self, box: Box) -> None:
        """NotEnclosedError, unless at every point of the box all steps of the run, and all of the
        reverse sweep, are defined and inside float64's range, and no row is at a kink, unless it
        is smoothed out."""
        values = self._values(box)
        for slot in self._kinked:
            row, arguments = self.trace.rules[slot], self.trace.arguments[slot]
            assert row.kink is not None
            try:
                smooth = not row.kink(*[values[a] for a in arguments])
            except (ArithmeticError, UndecidedError):
                smooth = False
            if not smooth and not self._smoothing.removes(slot, self._exact(box)):
                raise NotEnclosedError(f"{row.name} may have a kink", self.trace.spans[slot])
        self._sweep(values)

    def _exact(self, box: Box) -> dict[str, Any]:
        """The inputs over a box as balls."""
        held = {name: one.arb for name, one in self.held.items()}
        return {**held, **dict(zip(self.names, box, strict=True))}

    def _values(self, box: Box) -> list[Any]:
        inputs = dict(zip(self.names, map(Rounded, box), strict=True))
        try:
            values = replay(self.trace, self.numbers, {**self.held, **inputs})
        except (ValueError, ArithmeticError):
            raise NotEnclosedError("a step may be undefined") from None
        for slot, number in enumerate(values):
            if not number.arb.is_finite() and slot not in self.trace.constants:
                reason = f"{self.trace.rules[slot].name} may be undefined, or overflow"
                raise NotEnclosedError(reason, self.trace.spans[slot])
        for guard in self.trace.guards:
            compare = COMPARISONS["==" if guard.op == "is" else guard.op]
            try:
                holds = bool(compare(values[guard.left], values[guard.right])) == guard.outcome
            except UndecidedError:
                holds = False
            if not holds:
                raise NotEnclosedError("a condition may come out either way", guard.span)
        return values

    def _sweep(self, values: list[Any]) -> None:
        from flint import arb

        try:
            cotangents = reverse(self.trace, values, sided_numbers(), Rounded(arb.nan()))
        except GradcalcError as error:  # a derivative that is not known
            raise NotEnclosedError(error.message, error.span, divisible=False) from None
        except UndecidedError:
            raise NotEnclosedError("a selection may come out either way") from None
        for slot, number in enumerate(cotangents):
            if isinstance(number, Range) and not number.arb.is_finite():
                reason = "a derivative may be infinite, or overflow"
                raise NotEnclosedError(reason, self._first_use(slot))

    def _first_use(self, slot: int) -> Any:
        """The place of the step whose derivative by `slot` may be infinite."""
        uses = (k for k, arguments in enumerate(self.trace.arguments) if slot in arguments)
        return self.trace.spans[next(uses, slot)]


def float_run(
    program: Program, place: Point, names: Sequence[str], limits: Limits | None = None
) -> FloatRun:
    """The program's run at a point, over boxes of the inputs `names`, the others held.

    NotEnclosedError and GradcalcError as of `boxes.recording.box_function`.
    """
    trace, elements = local_trace(program, place, names, limits, numbers=nan_numbers())
    others = {name: one for name, one in place.traces.items() if name not in names}
    return FloatRun(trace, elements, Point(others).elements().numbers(rounded_numbers()))
