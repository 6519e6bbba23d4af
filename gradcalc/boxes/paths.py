"""A program over boxes, whichever way its runs take: a recorded run for each part of the box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from gradcalc.boxes.function import Arb, Box, BoxFunction, NotEnclosedError, box_function
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language.syntax import Program
from gradcalc.rules.systems import nan_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, Point, point
from gradcalc.trace.trace import Trace

MAX_RUNS = 200  # ways through a program that are remembered

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
        if len(self.runs) < MAX_RUNS:
            run = self._recorded(box)
            if all(_way(run) != _way(known) for known in self.runs):
                self.runs.append(run)
                return question(run)
        raise failure or NotEnclosedError("the program takes too many ways")

    def _recorded(self, box: Box) -> Run:
        middle = {name: float(ball.mid()) for name, ball in zip(self.names, box, strict=True)}
        try:
            return self.record(Point({**self.held.traces, **point(middle).traces}))
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            raise NotEnclosedError(error.message, error.span) from None


class PathFunction(Paths[BoxFunction]):
    """A program as a function of the inputs `names` over any box; `held` has the other inputs."""

    def __init__(
        self,
        program: Program,
        names: Sequence[str],
        held: Mapping[str, Given],
        limits: Limits | None = None,
    ) -> None:
        def record(where: Point) -> BoxFunction:
            return box_function(program, where, names, limits, numbers=nan_numbers())

        super().__init__(names, held, record)

    def value(self, box: Box) -> Arb:
        """A ball that holds every value in the box."""
        return self.asked(box, lambda run: run.value(box))

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each derivative; the function is smooth in the box."""
        return self.asked(box, lambda run: run.gradient(box))

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and a ball for each generalised derivative; see `BoxFunction.slopes`."""
        return self.asked(box, lambda run: run.slopes(box))

    def hessian(self, box: Box) -> list[list[Arb]]:
        """A ball for each second derivative, row by row; the function is smooth in the box."""
        return self.asked(box, lambda run: run.hessian(box))


def _way(run: Recorded) -> Any:
    """What tells the ways of two runs apart."""
    trace = run.trace
    rules = [row.name for row in trace.rules]
    guards = [(g.op, g.left, g.right, g.outcome) for g in trace.guards]
    return rules, trace.arguments, list(trace.constants.values()), guards
