"""A program over boxes, whichever way its runs take: a recorded run for each part of the box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import islice, product
from typing import Any, Generic, Protocol, TypeVar

from gradcalc.boxes.composition import Shape, composed
from gradcalc.boxes.elements import arrays_of, gathered
from gradcalc.boxes.function import Arb, Box, BoxFunction, NotEnclosedError
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.recording import box_function
from gradcalc.boxes.rootless import unbounded_values
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language.syntax import Program
from gradcalc.rules.systems import nan_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, Point, point
from gradcalc.trace.trace import Trace

MAX_RUNS = 200  # ways through a program that are remembered
MAX_CORNERS = 16  # of a box, that are run for the ways they take

Course = tuple[tuple[str, int, int, bool], ...]  # of a run: what it compared, and the outcomes
Answer = TypeVar("Answer")


class Recorded(Protocol):
    """A run that was recorded."""

    trace: Trace


Run = TypeVar("Run", bound=Recorded)


class Paths(Generic[Run]):
    """The runs of a program that were recorded for parts of a box, and the run at any point.

    Each run holds where its guards do. A box over which none of them holds is run again at its
    middle, by `record`; where that does not help, NotEnclosedError: it may be divided.
    """

    def __init__(
        self, names: Sequence[str], held: Mapping[str, Given], record: Callable[[Point], Run]
    ) -> None:
        self.names = tuple(names)
        self.held = point(held)
        self.record = record
        self.runs: list[Run] = []

    def asked(self, box: Box, question: Callable[[Run], Answer]) -> Answer:
        """The answer of the first run that has one over the box; else NotEnclosedError."""
        failure: NotEnclosedError | None = None
        for run in self.runs:
            try:
                return question(run)
            except NotEnclosedError as error:
                failure = error
        middle = [ball.mid() for ball in box]
        if len(self.runs) < MAX_RUNS and not any(self.takes(run, middle) for run in self.runs):
            run = self._recorded(box)
            if all(_way(run) != _way(known) for known in self.runs):
                self.runs.append(run)
                return question(run)
        raise failure or NotEnclosedError("the program takes too many ways")

    def takes(self, run: Run, at: Box) -> bool:
        """Is it known that a run at this point would be the same? It need not be recorded then."""
        return False

    def _recorded(self, box: Box) -> Run:
        middle = {name: float(ball.mid()) for name, ball in zip(self.names, box, strict=True)}
        try:
            return self.record(Point({**self.held.traces, **point(gathered(middle)).traces}))
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            raise NotEnclosedError(error.message, error.span) from None


class PathFunction(Paths[BoxFunction]):
    """A program as a function of the inputs `names` over any box; `held` has the other inputs.

    An input that is an array has a name for each element, in order; see `elements`.
    """

    def __init__(
        self,
        program: Program,
        names: Sequence[str],
        held: Mapping[str, Given],
        limits: Limits | None = None,
    ) -> None:
        def record(where: Point) -> BoxFunction:
            return box_function(program, where, arrays_of(names), limits, numbers=nan_numbers())

        super().__init__(names, held, record)
        self._courses: dict[int, Course] = {}  # by run
        self._numbers: dict[Any, int] = {}
        self._origin = (program, tuple(names), dict(held), limits)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is pickled: without its runs, which are recorded again."""
        return PathFunction, self._origin

    def takes(self, run: BoxFunction, at: Box) -> bool:
        """Do its guards certainly hold at the point?"""
        try:
            return all(run.unguarded(at)[1])
        except NotEnclosedError:
            return not run.trace.guards

    def value(self, box: Box) -> Arb:
        """A ball that holds every value in the box, by whichever ways the program comes to it."""
        try:
            return self.asked(box, lambda run: run.value(box))
        except NotEnclosedError:
            value = self._by_all_ways(box)
            if value is None:
                raise
            return value

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each derivative; the function is smooth in the box."""
        return self.asked(box, lambda run: run.gradient(box))

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each generalised derivative; see `BoxFunction.slopes`."""
        return self.asked(box, lambda run: run.slopes(box))

    def pieces(self, box: Box) -> list[tuple[Arb, list[Arb]]]:
        """The value, and the derivatives for each choice of sides; see `BoxFunction.pieces`."""
        return self.asked(box, lambda run: run.pieces(box))

    def at_cones(self, box: Box) -> list[list[list[list[Arb]]]]:
        """The derivatives by the slopes at cones; see `BoxFunction.at_cones`."""
        return self.asked(box, lambda run: run.at_cones(box))

    def where_defined(self, box: Box, part: Sides) -> tuple[Arb, Arb]:
        """The ends of the values in a part, wherever there is one; see `rootless`."""

        def ends(run: BoxFunction) -> tuple[Arb, Arb]:
            values = unbounded_values(run, part)[run.trace.result].interval
            return values.low, values.high

        return self.asked(box, ends)

    def composed(self, box: Box, part: Sides) -> Shape:
        """Is it convex, or concave, by what it is made of, over a part, and the box around it? See
        `composition`."""
        return self.asked(box, lambda run: composed(run, part))

    def hessian(self, box: Box) -> list[list[Arb]]:
        """A ball for each second derivative, row by row; the function is smooth in the box."""
        return self.asked(box, lambda run: run.hessian(box))

    def curves(self, box: Box) -> tuple[list[Arb], list[list[Arb]]]:
        """The gradient and the Hessian; the function is smooth in the box."""
        return self.asked(box, lambda run: run.curves(box))

    def _by_all_ways(self, box: Box) -> Arb | None:
        """The values of all runs that points of the box may take; None where one may be missing.

        None is missing if wherever a guard of one of them is open, another runs the same until
        there, and goes on the other way: from any of them, step by step, one gets to any point's.
        """
        for search in (False, True):
            if search:
                self._search_ways(box)
            values, ways = [], []
            for run in self.runs:
                if id(run) not in self._courses:
                    self._courses[id(run)] = _course(run.trace, self._numbers)
                try:
                    value, outcomes = run.unguarded(box)
                except NotEnclosedError:
                    return None
                if False not in outcomes:
                    values.append(value)
                    ways.append((self._courses[id(run)], outcomes))
            if values and _is_complete(ways):
                return reduce(lambda a, b: a.union(b), values)
        return None

    def _search_ways(self, box: Box) -> None:
        """Run at the box's corners, or at some of them."""
        ends = [(ball.lower(), ball.upper()) for ball in box]
        for corner in islice(product(*ends), MAX_CORNERS):
            if len(self.runs) >= MAX_RUNS:
                return
            try:
                run = self._recorded(corner)
            except NotEnclosedError:
                continue
            if all(_way(run) != _way(known) for known in self.runs):
                self.runs.append(run)


def _is_complete(ways: Sequence[tuple[Course, Sequence[bool | None]]]) -> bool:
    """Has each open guard of a run another run that is the same up to it, and then differs?

    A question that was asked before in the same run has the same answer.
    """
    known = {course[: k + 1] for course, _ in ways for k in range(len(course))}
    for course, outcomes in ways:
        asked = set()
        for k, outcome in enumerate(outcomes):
            op, left, right, holds = course[k]
            other = (*course[:k], (op, left, right, not holds))
            is_new = (op, left, right) not in asked
            if outcome is None and is_new and (op == "is" or other not in known):
                return False
            asked.add((op, left, right))
    return True


def _course(trace: Trace, numbers: dict[Any, int]) -> Course:
    """The decisions of a run, by `numbers` for what is compared: the same for what is computed in
    the same way, in all runs."""
    slots: list[int] = []
    by_slot = {slot: name for name, slot in trace.inputs.items()}
    for slot, (row, arguments) in enumerate(zip(trace.rules, trace.arguments, strict=True)):
        exact = by_slot.get(slot, trace.constants.get(slot))
        key = (row.name, exact, *(slots[a] for a in arguments))
        slots.append(numbers.setdefault(key, len(numbers)))
    return tuple((g.op, slots[g.left], slots[g.right], g.outcome) for g in trace.guards)


def _way(run: Recorded) -> Any:
    """What tells the ways of two runs apart."""
    trace = run.trace
    rules = [row.name for row in trace.rules]
    guards = [(g.op, g.left, g.right, g.outcome) for g in trace.guards]
    return rules, trace.arguments, list(trace.constants.values()), guards
