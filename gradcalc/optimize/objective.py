"""What is minimized: value, gradient and Hessian of a program as functions of one vector.

Small problems run as kernels (`gradcalc.kernels`), with Hessians; where there is a table, the
objective is the mean over its rows. Problems with large arrays run the program again for each
point and sweep its trace in reverse mode.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.language.syntax import Program
from gradcalc.modes.jacobian import by_rows
from gradcalc.numbers.shapes import shape_of
from gradcalc.optimize.layout import Layout, Vector
from gradcalc.rules.array_systems import machine_arrays
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.recorder import record
from gradcalc.trace.elements import indices

MAX_KERNEL_NUMBERS = 1_000  # unknowns among which there are arrays, for a kernel
MAX_WRITTEN_NUMBERS = 10_000  # of arrays that are held, likewise
MAX_REMEMBERED = 8  # points
MAX_HESSIAN_SIZE = 100  # unknowns up to which second derivatives are taken


@dataclass(frozen=True, slots=True)
class Problem:
    """A program, its unknowns, the inputs that are held, and the columns of a table if any.

    `inputs` are those that the program reads: constraints may read other unknowns. `sign` is -1
    where the program is to be maximized: what is minimized is its negative.
    """

    source: str
    program: Program
    inputs: Collection[str]
    layout: Layout
    held: Mapping[str, Any]
    columns: Mapping[str, Any]
    sign: int
    limits: Limits

    @property
    def row_count(self) -> int:
        """The rows of the table; 0 without one."""
        return next((len(column) for column in self.columns.values()), 0)


class Objective(Protocol):
    """A function to minimize. `evaluations` counts the points; `whole` says that second derivatives
    will be wanted wherever the value is."""

    evaluations: int
    has_hessian: bool
    whole: bool

    def value(self, x: Vector) -> float:
        """The value; infinite where there is none."""

    def gradient(self, x: Vector, rows: slice | None = None) -> Vector:
        """The gradient: of the mean over all rows of the table, or over some."""

    def hessian(self, x: Vector) -> Any:
        """The matrix of second derivatives."""


def objective(problem: Problem) -> Objective:
    """The objective of a problem."""
    layout = problem.layout
    written = sum(np.size(value) for value in problem.held.values() if shape_of(value))
    small = not layout.has_arrays or layout.size <= MAX_KERNEL_NUMBERS
    if problem.columns or (small and written <= MAX_WRITTEN_NUMBERS):
        return KernelObjective(problem)
    return RecordedObjective(problem)


class KernelObjective:
    """By kernels: arrays are put together from their elements in front of the program."""

    def __init__(self, problem: Problem) -> None:
        self.evaluations = 0
        self.whole = False
        self.sign = problem.sign
        self.columns = problem.columns
        self.size = problem.layout.size
        self.has_hessian = self.size <= MAX_HESSIAN_SIZE
        self.names, prefix = _elements(problem.layout, problem.source)
        self.read = tuple(n for n in self.names if problem.layout.has_arrays or n in problem.inputs)
        self.held = {n: v for n, v in problem.held.items() if not shape_of(v)}
        arrays = {n: v for n, v in problem.held.items() if shape_of(v)}
        self.source = prefix + "".join(_written(n, v) for n, v in arrays.items()) + problem.source
        self.limits = problem.limits
        self._kernels: dict[bool, Kernel] = {}
        self._known: dict[tuple[bytes, bool], dict[str, Any]] = {}

    def value(self, x: Vector) -> float:
        value = self.sign * float(np.mean(self._at(x)["value"]))
        return value if np.isfinite(value) else np.inf

    def gradient(self, x: Vector, rows: slice | None = None) -> Vector:
        columns = self._at(x)
        chosen = slice(None) if rows is None or not self.columns else rows
        return self.sign * np.array(
            [np.mean(columns[f"d_{n}"][chosen]) if n in self.read else 0.0 for n in self.names]
        )

    def hessian(self, x: Vector) -> Any:
        columns = self._at(x, hessian=True)
        matrix = np.zeros((self.size, self.size))
        read = [(k, name) for k, name in enumerate(self.names) if name in self.read]
        for place, (i, a) in enumerate(read):
            for j, b in read[place:]:
                matrix[i, j] = matrix[j, i] = self.sign * np.mean(columns[f"d2_{a}_{b}"])
        return matrix

    def _at(self, x: Vector, *, hessian: bool = False) -> dict[str, Any]:
        """What the kernel answers at a point; the last answers are remembered."""
        key = x.tobytes()
        hessian = hessian or (self.whole and self.has_hessian)
        for finer in (hessian, True):
            if (key, finer) in self._known:
                return self._known[key, finer]
        kernel = self._kernel(hessian)
        point = dict(zip(self.names, x.tolist(), strict=True))
        inputs = {**self.held, **self.columns, **point}
        columns: dict[str, Any] = kernel({name: inputs[name] for name in kernel.inputs})
        self.evaluations += 1
        if len(self._known) >= MAX_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[key, hessian] = columns
        return columns

    def _kernel(self, hessian: bool) -> Kernel:
        if hessian not in self._kernels:
            self._kernels[hessian] = Kernel(
                self.source,
                self.read,
                hessian=hessian,
                limits=self.limits,
                names={*self.names, *self.held, *self.columns},
            )
        return self._kernels[hessian]


def _elements(layout: Layout, source: str) -> tuple[tuple[str, ...], str]:
    """Names for the numbers of the vector, and the text that makes the arrays of them."""
    names: list[str] = []
    prefix = ""
    for name, shape in layout.shapes.items():
        if not shape:
            names.append(name)
            continue
        stem = f"{name}_"
        while stem in source:
            stem += "_"
        own = [stem + "_".join(map(str, index)) for index in indices(shape)]
        names += own
        prefix += f"{name} = {_nested(np.array(own, dtype=object).reshape(shape))}\n"
    return tuple(names), prefix


def _written(name: str, array: Any) -> str:
    return f"{name} = {_nested(np.asarray(array, dtype=float))}\n"


def _nested(array: Any) -> str:
    """An array as the language writes it."""
    if array.ndim == 0:
        return str(array)
    return f"[{', '.join(_nested(np.asarray(part)) for part in array)}]"


class RecordedObjective:
    """By a run of the program for each point: for arrays of any size, without Hessians."""

    has_hessian = False

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.evaluations = 0
        self.whole = False
        self._last: tuple[bytes, float, Vector] | None = None

    def value(self, x: Vector) -> float:
        return self._at(x)[0]

    def gradient(self, x: Vector, rows: slice | None = None) -> Vector:
        return self._at(x)[1]

    def hessian(self, x: Vector) -> Any:
        raise NotImplementedError

    def _at(self, x: Vector) -> tuple[float, Vector]:
        key = x.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = (key, *self._run(x))
            self.evaluations += 1
        return self._last[1:]

    def _run(self, x: Vector) -> tuple[float, Vector]:
        problem = self.problem
        unknown = problem.layout.values(x)
        names = tuple(problem.layout.shapes)
        try:
            trace = record(
                problem.program,
                machine_numbers(),
                {**problem.held, **unknown},
                names,
                limits=problem.limits,
                variables={*problem.held, *unknown},
            )
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            return np.inf, np.full(len(x), np.nan)
        gradient, _ = by_rows(trace, trace.values, names, machine_arrays())
        value = problem.sign * float(trace.values[trace.result])
        return value, problem.sign * problem.layout.vector(gradient)


def gradient_norm(gradient: Vector) -> float:
    """The Euclidean norm."""
    return float(np.sqrt(np.sum(np.square(gradient))))


def chosen_rows(count: int, size: int, step: int) -> slice | None:
    """The rows of the table that a step takes: `size` of them in order, all where it is 0."""
    if not size or size >= count:
        return None
    batches = -(-count // size)
    start = step % batches * size
    return slice(start, min(start + size, count))
