"""A recorded run as a function over boxes: what it certainly does at every point of one.

A trace recorded at one point computes the program wherever its guards come out the same. Here they
are asked over the whole box; where one does not certainly hold, or a derivative is wanted across a
kink, or a step may leave its domain, there is no enclosure, and NotEnclosedError says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Any

from gradcalc.boxes.choices import choices, selecting
from gradcalc.boxes.cones import Cone, cones
from gradcalc.boxes.domains import certainly_outside
from gradcalc.boxes.guards import comes_out, undecided
from gradcalc.boxes.norms import with_norms
from gradcalc.boxes.tape import Tape
from gradcalc.errors import GradcalcError, Span
from gradcalc.modes.derived import derivative, gradient_trace, hessian_trace
from gradcalc.numbers.ranges import Range, hull
from gradcalc.rules.enclosures import range_numbers
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import contributing, guarded, needed, varying

Arb = Any  # flint.arb
NONE: Mapping[int, Arb] = MappingProxyType({})
Box = Sequence[Arb]  # a ball for each input, in the order of the names


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
    """A scalar trace as a function of the inputs `names` over boxes; see `recording.box_function`.

    Its guards must tell all that decided its course (`run.recorder.followed`, not rounding).
    `held` are the other inputs by name. NotEnclosedError where the program hides a dependence by
    `detach`.
    """

    def __init__(
        self, trace: Trace, names: Sequence[str], held: Mapping[str, Range] | None = None
    ) -> None:
        self.trace = with_norms(trace)
        self.names = tuple(names)
        self.held = {name: one.arb for name, one in (held or {}).items()}
        self._roots = {
            s for s, row in zip(trace.spans, trace.rules, strict=True) if row.name == "sqrt"
        }
        refuse_unenclosed(self.trace, self.names)
        self._tape = Tape(self.trace)
        self._derivatives: dict[str, BoxFunction] = {}

    def with_held(self, held: Mapping[str, Range]) -> BoxFunction:
        """The same run with other values of the inputs that are held, whose guards may come out
        otherwise; what has been derived of it is shared."""
        _ = self._gradient, self._second, self._selecting, self._has_unused, self._kinked
        other = copy(self)
        other.held = {name: one.arb for name, one in held.items()}
        other._derivatives = {}
        return other

    def goes(self, box: Box) -> bool:
        """Do all guards certainly come out as they were recorded, and has every step a value?"""
        try:
            self._checked(box)
        except NotEnclosedError:
            return False
        return True

    def value(self, box: Box) -> Arb:
        """A ball that holds every value the function takes in the box."""
        return self._checked(box)[self.trace.result]

    def unguarded(self, box: Box) -> tuple[Arb, list[bool | None]]:
        """The value, whatever the guards come to; and of each guard: does it certainly come out as
        it was recorded, certainly not, or None."""
        values = self._finite(box)
        return values[self.trace.result], [comes_out(guard, values) for guard in self.trace.guards]

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each derivative; the function is smooth in the box."""
        return self._first(box, self._kinked)

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each generalised derivative; the function has no jump in the
        box, but may have kinks.

        Between any two points of the box the function rises by these slopes times the way: along
        the segment it is differentiable nearly everywhere, and where a kink's two sides are equal
        so are their derivatives (Clarke, Optimization and Nonsmooth Analysis, 1983, 2.3 and 2.6).
        A derivative that has no finite enclosure is not finite.
        """
        pieces = self.pieces(box)
        slopes = zip(*(piece for _, piece in pieces), strict=True)
        return pieces[0][0], [reduce(hull, sides) for sides in slopes]

    def pieces(self, box: Box) -> list[tuple[Arb, list[Arb]]]:
        """The value and the derivatives as `slopes` has them, for each choice of the sides of the
        kinks that may be in the box: nearly everywhere, those of one of them hold."""
        tape, places = self._gradient
        value, slopes = self._first(box, self._jumping, partly=True)
        if not self._selecting:
            return [(value, slopes)]
        values = self._run(tape, box)
        pieces = []
        for choice in choices(tape.trace, self._selecting, values):
            chosen = self._run(tape, box, choice) if choice else values
            pieces.append((value, [chosen[slot] for slot in places]))
        return pieces

    def at_cones(self, box: Box) -> list[list[list[list[Arb]]]]:
        """For each cone, and each choice of the sides of kinks, the derivatives with the cone's
        slopes at 0, then with each of them alone at 1; see `cones`."""
        tape, places = self._gradient
        if not self._cones:
            return []
        self._first(box, self._jumping, partly=True)
        one = type(box[0])(1)
        sides = choices(tape.trace, self._selecting, self._run(tape, box))

        def gradient(fixed: Mapping[int, Arb]) -> list[Arb]:
            values = self._run(tape, box, fixed)
            return [values[slot] for slot in places]

        return [
            [[gradient({**choice, **slopes}) for slopes in cone.fixed(one)] for choice in sides]
            for cone in self._cones
        ]

    def hessian(self, box: Box) -> list[list[Arb]]:
        """A ball for each second derivative; the function is smooth in the box.

        Symmetric, row by row.
        """
        return self._curves(box, partly=False)[1]

    def curves(self, box: Box) -> tuple[list[Arb], list[list[Arb]]]:
        """The gradient and the Hessian; the function is smooth in the box. A derivative that has no
        finite enclosure is not finite."""
        return self._curves(box, partly=True)

    def _curves(self, box: Box, *, partly: bool) -> tuple[list[Arb], list[list[Arb]]]:
        if self._kinked or self._has_unused:
            self._free_of(self._kinked, self._checked(box))
        tape, first, places = self._second
        values = self._derived(tape, box, partly=partly)
        rows = [[values[slot] for slot in row] for row in places]
        size = range(len(self.names))
        hessian = [[rows[max(i, j)][min(i, j)] for j in size] for i in size]
        return [values[slot] for slot in first], hessian

    def derivative(self, name: str) -> BoxFunction:
        """∂/∂name as a function of its own, for where this one is smooth."""
        if name not in self._derivatives:
            try:
                trace = derivative(self.trace, name)
            except GradcalcError as error:  # a derivative that is not known
                raise NotEnclosedError(error.message, error.span, divisible=False) from None
            held = {one: Range(number) for one, number in self.held.items()}
            self._derivatives[name] = BoxFunction(trace, self.names, held)
        return self._derivatives[name]

    def _first(
        self, box: Box, refused: Sequence[int], *, partly: bool = False
    ) -> tuple[Arb, list[Arb]]:
        tape, places = self._gradient
        if refused or self._has_unused:
            self._free_of(refused, self._checked(box))
        values = self._derived(tape, box, partly=partly)
        return values[tape.trace.result], [values[slot] for slot in places]

    @cached_property
    def _gradient(self) -> tuple[Tape, list[int]]:
        try:
            trace, slots = gradient_trace(self.trace, self.names)
        except GradcalcError as error:  # a derivative that is not known
            raise NotEnclosedError(error.message, error.span, divisible=False) from None
        return Tape(trace), list(slots.values())

    @cached_property
    def _selecting(self) -> list[int]:
        """The steps of the gradient that choose a side of a kink."""
        return selecting(self._gradient[0].trace)

    @cached_property
    def _cones(self) -> list[Cone]:
        return cones(self._gradient[0].trace)

    @cached_property
    def _second(self) -> tuple[Tape, list[int], list[list[int]]]:
        try:
            trace, first, second = hessian_trace(self.trace, self.names)
        except GradcalcError as error:
            raise NotEnclosedError(error.message, error.span, divisible=False) from None
        return Tape(trace), first, second

    @cached_property
    def _has_unused(self) -> bool:
        """Are there steps that neither the result nor a guard needs? They may be undefined."""
        return len(guarded(self.trace, [self.trace.result, *self.trace.inputs.values()])) < len(
            self.trace
        )

    def _run(self, tape: Tape, box: Box, fixed: Mapping[int, Arb] = NONE) -> list[Arb]:
        inputs = {**self.held, **dict(zip(self.names, box, strict=True))}
        try:
            return tape.run(inputs, fixed)
        except (ValueError, ArithmeticError):
            raise NotEnclosedError("a step is undefined somewhere in the box") from None

    def _derived(self, tape: Tape, box: Box, *, partly: bool = False) -> list[Arb]:
        """The slots of a trace of derivatives, some of which may not be finite if `partly` will do;
        where they have no enclosure, the reason is the function's own, if it has none either."""
        try:
            values = self._run(tape, box)
        except NotEnclosedError:
            self._checked(box)
            raise
        if tape.endless(values) is not None or undecided(tape.trace, values) is not None:
            self._checked(box)
            if not partly:
                raise NotEnclosedError("a derivative has no finite enclosure over the box")
        return values

    def _checked(self, box: Box) -> list[Arb]:
        """The range of each slot, with all guards as they were recorded."""
        values = self._finite(box)
        if (guard := undecided(self.trace, values)) is not None:
            raise NotEnclosedError("a condition decides differently in the box", guard.span)
        return values

    def _finite(self, box: Box) -> list[Arb]:
        """The range of each slot; NotEnclosedError where one is not finite."""
        trace, values = self.trace, self._run(self._tape, box)
        if (slot := self._tape.endless(values)) is not None:
            raise NotEnclosedError(
                f"{trace.rules[slot].name} has no finite enclosure over the box",
                trace.spans[slot],
                empty=self._is_empty(values, slot),
            )
        return values

    def _is_empty(self, values: list[Arb], slot: int) -> bool:
        """Is the step at `slot` undefined all over the box, and the result with it?

        Only where nothing was decided on the way, nor is anything selected.
        """
        trace = self.trace
        if trace.guards or any(r.selects for r in trace.rules):
            return False
        if slot not in needed(trace, [trace.result]):
            return False
        arguments = [Range(values[a]) for a in trace.arguments[slot]]
        return certainly_outside(trace.rules[slot], arguments, range_numbers())

    def _free_of(self, kinks: Sequence[int], values: list[Arb]) -> None:
        """NotEnclosedError where one of the kinks may be in the box."""
        for slot in kinks:
            row = self.trace.rules[slot]
            assert row.kink is not None
            try:
                free = not row.kink(*[Range(values[a]) for a in self.trace.arguments[slot]])
            except ArithmeticError:
                free = False
            if not free:
                span = self.trace.spans[slot]
                name = "sqrt" if span in self._roots else row.name  # as it is written
                raise NotEnclosedError(f"{name} may have a kink in the box", span)

    @cached_property
    def _kinked(self) -> list[int]:
        slots = contributing(self.trace)
        return [slot for slot in slots if self.trace.rules[slot].kink is not None]

    @cached_property
    def _jumping(self) -> list[int]:
        """The kinks across which the function may jump, or its slopes have no bound."""
        rules = self.trace.rules
        return [k for k in self._kinked if not (rules[k].selects or rules[k].cone)]


def refuse_unenclosed(trace: Trace, names: Sequence[str]) -> None:
    """NotEnclosedError where no part of a box has an enclosure: where the recorded derivative
    leaves out a dependence, or a row is not a function of balls."""
    depends = varying(trace, names)
    for slot, (row, active) in enumerate(zip(trace.rules, trace.active, strict=True)):
        span = trace.spans[slot]
        if row.element_of:
            reason = f"{row.element_of} can't be enclosed over a box"
            raise NotEnclosedError(reason, span, divisible=False)
        if depends[slot] and not active:
            reason = "detach hides a dependence: what is differentiated is not the function itself"
            raise NotEnclosedError(reason, span, divisible=False)
