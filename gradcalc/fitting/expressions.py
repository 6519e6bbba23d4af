"""Formulas of the columns alone: the target, and its standard deviation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.fitting.data import Data
from gradcalc.kernels.kernel import Kernel
from gradcalc.tables.cells import Floats
from gradcalc.trace.replay import replay


@dataclass(frozen=True, slots=True)
class Expression:
    """A column by its name, or a formula of columns, whose names win over constants."""

    source: str
    kernel: Kernel | None  # None of a column

    @classmethod
    def of(cls, source: str, columns: tuple[str, ...]) -> Expression:
        """The expression of a text; GradcalcError where it can't be read."""
        if source.strip() in columns:
            return cls(source.strip(), None)
        return cls(source, Kernel(source, (), names=columns))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (self.source,) if self.kernel is None else self.kernel.inputs

    def values(self, data: Data, what: str) -> Floats:
        """Its value in each row; GradcalcError where one is not finite."""
        if self.kernel is None:
            return data.columns[self.source]
        table = {name: data.columns[name] for name in self.columns}
        answer = self.kernel.rows(table, watched=False)
        values: Floats = (answer if table else answer.repeated(data.rows)).columns["value"]
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            row = int(bad[0])
            at = ", ".join(f"{name} = {column[row]:g}" for name, column in table.items())
            raise GradcalcError(
                "bad-data",
                f"{what} is not finite in row {row + 1} of {data.path}, where {at}",
                hint="leave the row out of the table, or write another formula",
                exit=Exit.NO_ANSWER,
                source=self.source,
            )
        return values

    def exact(self, data: Data, row: int, numbers: Any) -> Any:
        """Its value in a row as a number of the system."""
        if self.kernel is None:
            return number(data.exact(self.source, row), numbers)
        cells = {name: data.exact(name, row) for name in self.columns}
        path = path_of(self.kernel, {name: float(cell) for name, cell in cells.items()})
        trace = path.derivatives.trace
        inputs = {name: number(cells[name], numbers) for name in trace.inputs}
        return replay(trace, numbers, inputs)[trace.result]


def number(exact: Any, numbers: Any) -> Any:
    """A fraction or a float64 as a number of the system."""
    return numbers.context.mpf(exact) if isinstance(exact, float) else numbers.number(exact)


def path_of(kernel: Kernel, row: dict[str, float]) -> Any:
    """The compiled path that a row takes."""
    straight = kernel.paths.straight
    if straight is not None:
        return straight
    found, _ = kernel.paths.tree.walk({name: np.array([x]) for name, x in row.items()}, 1)
    return kernel.paths[int(found[0])]
