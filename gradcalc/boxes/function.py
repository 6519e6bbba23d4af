"""A recorded run as a function over boxes: what it certainly does at every point of one.

A trace recorded at one point computes the program wherever its guards come out the same. Here they
are asked over the whole box; where one does not certainly hold, or a derivative is wanted across a
kink, or a step may leave its domain, there is no enclosure, and NotEnclosedError says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from gradcalc.boxes.domains import certainly_outside
from gradcalc.errors import GradcalcError, Span
from gradcalc.language.syntax import Program
from gradcalc.modes.derived import gradient_trace
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range, rational
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import COMPARISONS, Numbers
from gradcalc.rules.enclosures import range_numbers
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.expressions import NotFollowedError
from gradcalc.run.limits import Limits
from gradcalc.run.point import Point
from gradcalc.run.recorder import followed
from gradcalc.trace.elements import TooManyElementsError, elements_of
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import contributing, needed, varying

Arb = Any  # flint.arb
Box = Sequence[Arb]  # a ball for each input, in the order of the names

MAX_INSTRUCTIONS = 200_000  # of a trace that is written out element by element


class NotEnclosedError(Exception):
    """Why a function has no enclosure over a box, and the place in the text that stands for it.

    `divisible`: over a smaller part of the box it may have one. `empty`: the function certainly has
    no value anywhere in the box.
    """

    def __init__(
        self, reason: str, span: Span | None = None, *, divisible: bool = True, empty: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span
        self.divisible = divisible
        self.empty = empty


class BoxFunction:
    """A scalar trace as a function of the inputs `names` over boxes; see `box_function`.

    Its guards must tell all that decided its course (`run.recorder.followed`, not rounding).
    `held` are the other inputs by name. NotEnclosedError where the program hides a dependence by
    `detach`.
    """

    def __init__(
        self, trace: Trace, names: Sequence[str], held: Mapping[str, Range] | None = None
    ) -> None:
        self.trace = trace
        self.names = tuple(names)
        self.held = dict(held or {})
        self.numbers = range_numbers()
        _refuse_detached(self.trace, self.names)

    def value(self, box: Box) -> Arb:
        """A ball that holds every value the function takes in the box."""
        return self._replayed(self.trace, box)[self.trace.result].arb

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each derivative; the function is smooth in the box."""
        values = self._smooth(box)
        cotangents = self._swept(lambda: reverse(self.trace, values, self.numbers, self._nan))
        slots = [self.trace.inputs[name] for name in self.names]
        return values[self.trace.result].arb, [self._derivative(cotangents[s]) for s in slots]

    def hessian(self, box: Box) -> list[list[Arb]]:
        """A ball for each second derivative; the function is smooth in the box.

        Symmetric, row by row.
        """
        self._smooth(box)
        trace, slots = self._gradient
        values = self._replayed(trace, box)
        rows = []
        for k, name in enumerate(self.names):
            seeds = {trace.inputs[name]: 1}
            tangents = self._swept(
                lambda seeds=seeds: forward(trace, values, self.numbers, seeds, self._nan)
            )
            rows.append([self._derivative(tangents[slots[n]]) for n in self.names[: k + 1]])
        size = range(len(self.names))
        return [[rows[max(i, j)][min(i, j)] for j in size] for i in size]

    @cached_property
    def _gradient(self) -> tuple[Trace, dict[str, int]]:
        try:
            return gradient_trace(self.trace, self.names)
        except GradcalcError as error:  # a derivative that is not known
            raise NotEnclosedError(error.message, error.span, divisible=False) from None

    @cached_property
    def _nan(self) -> Range:
        from flint import arb

        return Range(arb.nan())

    def _replayed(self, trace: Trace, box: Box) -> list[Range]:
        """The range of each slot, with all guards as they were recorded."""
        inputs = {**self.held, **{n: Range(b) for n, b in zip(self.names, box, strict=True)}}
        try:
            values = replay(trace, self.numbers, inputs)
        except (ValueError, ArithmeticError):
            raise NotEnclosedError("a step is undefined somewhere in the box") from None
        for slot, number in enumerate(values):
            if not number.arb.is_finite() and slot not in trace.constants:
                raise NotEnclosedError(
                    f"{trace.rules[slot].name} has no finite enclosure over the box",
                    trace.spans[slot],
                    empty=self._is_empty(trace, values, slot),
                )
        for guard in trace.guards:
            left, right = values[guard.left], values[guard.right]
            compare = COMPARISONS["==" if guard.op == "is" else guard.op]
            try:
                holds = bool(compare(left, right)) == guard.outcome
            except UndecidedError:
                holds = False
            if not holds:
                raise NotEnclosedError("a condition decides differently in the box", guard.span)
        return values

    def _is_empty(self, trace: Trace, values: list[Range], slot: int) -> bool:
        """Is the step at `slot` undefined all over the box, and the result with it?

        Only where nothing was decided on the way, nor is anything selected.
        """
        if trace is not self.trace or trace.guards or any(r.selects for r in trace.rules):
            return False
        if slot not in needed(trace, [trace.result]):
            return False
        arguments = [values[a] for a in trace.arguments[slot]]
        return certainly_outside(trace.rules[slot], arguments, self.numbers)

    def _smooth(self, box: Box) -> list[Range]:
        """The range of each slot, where the box is certainly free of kinks and jumps."""
        values = self._replayed(self.trace, box)
        for slot in self._kinked:
            row = self.trace.rules[slot]
            assert row.kink is not None
            try:
                smooth = not row.kink(*[values[a] for a in self.trace.arguments[slot]])
            except ArithmeticError:
                smooth = False
            if not smooth:
                span = self.trace.spans[slot]
                raise NotEnclosedError(f"{row.name} may have a kink in the box", span)
        return values

    @cached_property
    def _kinked(self) -> list[int]:
        slots = contributing(self.trace)
        return [slot for slot in slots if self.trace.rules[slot].kink is not None]

    def _swept(self, sweep: Any) -> list[Any]:
        try:
            return sweep()  # type: ignore[no-any-return]
        except GradcalcError as error:
            raise NotEnclosedError(error.message, error.span, divisible=False) from None
        except UndecidedError:
            raise NotEnclosedError("a selection is not the same all over the box") from None

    def _derivative(self, number: Any) -> Arb:
        """A tangent or cotangent as a ball; an absent one is 0."""
        ball = (rational(0) + (0 if number is None else number)).arb
        if not ball.is_finite():
            raise NotEnclosedError("a derivative has no finite enclosure over the box")
        return ball


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


def _refuse_detached(trace: Trace, names: Sequence[str]) -> None:
    """NotEnclosedError where the recorded derivative leaves out a dependence."""
    depends = varying(trace, names)
    for slot, active in enumerate(trace.active):
        if depends[slot] and not active:
            raise NotEnclosedError(
                "detach hides a dependence: what is differentiated is not the function itself",
                trace.spans[slot],
                divisible=False,
            )
