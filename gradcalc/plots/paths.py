"""The ways through a program that the points of an interval take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.kernels.program import RowProgram
from gradcalc.kernels.routing import ROW_ERRORS
from gradcalc.kernels.tree import UNKNOWN, Tree
from gradcalc.numbers.distinct import distinct
from gradcalc.run.expressions import NotFollowedError
from gradcalc.run.forms import may_hold_arrays
from gradcalc.trace.trace import Trace

MAX_PATHS = 200
NO_RUN = UNKNOWN - 100  # the number of a point whose run fails


class Ways:
    """Traces of single numbers, recorded as points need them; `held` has the other inputs."""

    def __init__(self, program: RowProgram, name: str, held: Mapping[str, float]) -> None:
        self.program = program
        self.name = name
        self.held = held
        self.tree = Tree(shares=not may_hold_arrays(program.body))
        self.traces: list[Trace] = []
        self.error: GradcalcError | None = None  # the first of a point that has no run

    def table(self, x: Any) -> dict[str, Any]:
        """The inputs where the axis's input is x, a number or a vector."""
        return {**self.held, self.name: x}

    def of(self, x: Any) -> Any:
        """For each x of a vector the number of its trace, negative where it has no run."""
        numbers = np.full(len(x), UNKNOWN)
        unknown = np.arange(len(x))
        with np.errstate(all="ignore"):
            while unknown.size:
                numbers[unknown] = self.tree.walk(self.table(x[unknown]), len(unknown))[0]
                unknown = unknown[numbers[unknown] == UNKNOWN]
                if not unknown.size or len(self.traces) >= MAX_PATHS:
                    break
                if not self._record(x[unknown[0]]):
                    numbers[unknown[0]] = NO_RUN
                    unknown = unknown[1:]
        return numbers

    def groups(self, x: Any) -> Iterator[tuple[Trace, Any]]:
        """The traces that the points take, each with the indices of its points."""
        numbers = self.of(x)
        for number in distinct(numbers[numbers >= 0]).tolist():
            yield self.traces[number], np.flatnonzero(numbers == number)

    def _record(self, x: Any) -> bool:
        numbers = {name: float(number) for name, number in self.table(x).items()}
        try:
            trace = self.program.record(numbers)
        except NotFollowedError:
            return False
        except GradcalcError as error:
            if not error.is_of_values and error.code not in ROW_ERRORS:
                raise
            self.error = self.error or error
            return False
        self.traces.append(trace)
        self.tree.insert(trace, len(self.traces) - 1)
        return True


class PlaneWays(Ways):
    """The same of two inputs: a point of their plane is a complex number, x + iy."""

    def __init__(self, program: RowProgram, names: tuple[str, str], held: Mapping[str, float]):
        super().__init__(program, names[0], held)
        self.names = names

    def table(self, x: Any) -> dict[str, Any]:
        """The inputs at a point, or at a vector of points."""
        return {**self.held, self.names[0]: x.real, self.names[1]: x.imag}
