"""`compile`: a program as a kernel that takes columns and answers value and derivatives."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError, blaming, listed
from gradcalc.kernels.call import Call, Settings
from gradcalc.kernels.domains import outside_domains
from gradcalc.kernels.lowering import column_names
from gradcalc.kernels.paths import Paths
from gradcalc.kernels.program import row_program
from gradcalc.kernels.ready import Ready, make_ready
from gradcalc.kernels.rows import Inputs, Rows, check_room
from gradcalc.notebook import cut
from gradcalc.run.forms import may_hold_arrays
from gradcalc.run.limits import Limits

MAX_PATHS = 200  # rows that take yet others are run one by one


class Kernel:
    """Value and gradient of a program for whole columns of float64.

    `kernel({"x": array, "y": 2.0})`, `kernel(x=array, y=2.0)` or `kernel(record_batch)`: inputs are
    arrays of one length, or numbers that are the same in all rows. The answer holds the columns
    `value`, `d_<input>` for each of `wrt`, and with `hessian` `d2_<input>_<input>`: arrays by name;
    for a record batch of pyarrow the batch with these columns added. With `out`, a dictionary of
    arrays of float64 by these names, the answers are written there: no memory is taken for them.
    A row outside the domain is
    NaN. At a kink the derivative is the mean that the rows of the table state.

    Where llvmlite is installed, calls of many rows run as machine code; with `native` all do, or
    none.

    `names` are inputs even where a constant or a function has the same name: a column `e`, say.
    Kernels can be pickled: compiled paths are left out, and are compiled again when rows take them.
    """

    def __init__(
        self,
        source: str,
        wrt: Sequence[str] | None = None,
        *,
        hessian: bool = False,
        threads: int | None = None,
        max_paths: int = MAX_PATHS,
        limits: Limits | None = None,
        names: Collection[str] = (),
        native: bool | None = None,
    ) -> None:
        if native:
            _need_machine_code()
        self.native = native
        self.source = source
        self.hessian = hessian
        self.threads = threads or cores()
        self.max_paths = max_paths
        self.program = row_program(source, wrt, hessian, limits or Limits(), names)
        self.inputs = self.program.inputs
        self.wrt = self.program.wrt
        self.columns = tuple(column_names(self.wrt, hessian))
        self._start()

    def __repr__(self) -> str:
        return f"Kernel({cut(self.source)}: {', '.join(self.inputs)} to {', '.join(self.columns)})"

    def _start(self) -> None:
        self.paths = Paths(shares=not may_hold_arrays(self.program.body))
        self.ready: Ready | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("paths", "ready")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    def __call__(
        self, table: Any = None, /, *, out: Mapping[str, Any] | None = None, **columns: Any
    ) -> Any:
        if hasattr(table, "schema"):
            from gradcalc.kernels.arrow import extended

            return extended(self, self.inputs, table)
        given = {**(table or {}), **columns}
        answer = self.ready.answer(given, out) if self.ready else None
        if answer is None:
            answer = self.rows(given, watched=False, out=out).columns
        if self.ready is None:
            self.ready = make_ready(self.paths, self.inputs, self.columns, self.threads)
        return answer

    def rows(
        self,
        table: Mapping[str, Any],
        *,
        watched: bool = True,
        native: bool | None = None,
        out: Mapping[str, Any] | None = None,
        patience: float = math.inf,
        effort: float = math.inf,
    ) -> Rows:
        """The answer with all that is known about it; rows at kinks are marked where `watched`.

        `native` is for this call alone; what the kernel was made with comes first. `out` are the
        arrays to write the answers into, by column. Once as many rows have failed as `patience`
        allows, or been run by themselves as `effort` does, others that have no path are NaN, too.
        GradcalcError where a column is missing, columns differ in length, or `out` doesn't fit.
        """
        inputs = self._read(table)
        if out is not None:
            check_room(out, self.columns, inputs)
        answer = Rows.empty(self.columns, inputs.count, watched=watched, columns=out)
        if inputs.count:
            wanted = native if self.native is None else self.native
            settings = Settings(self.threads, self.max_paths, watched, wanted, patience, effort)
            with blaming(self.source):
                Call(self.program, self.paths, inputs, settings, answer).run()
        return answer

    def outside_domains(self, table: Mapping[str, Any]) -> Any:
        """For each row of a table: is a step on the way to its value outside its domain?

        No run of such a row has a value; a row that is NaN for another reason may have one. For
        rows that have been computed.
        """
        inputs = self._read(table)
        return outside_domains(self.paths, inputs.table(slice(None)), inputs.count)

    def _read(self, table: Mapping[str, Any]) -> Inputs:
        """The inputs as float64; where none is a column, there is one row."""
        if missing := [name for name in self.inputs if name not in table]:
            raise GradcalcError(
                "missing-value",
                f"no column named {listed(missing)}",
                hint=f"the columns are {listed(table)}" if table else "the table has no columns",
            )
        arrays = {name: np.asarray(table[name], dtype=float) for name in self.inputs}
        columns = {name: array for name, array in arrays.items() if array.ndim}
        shapes = {array.shape for array in columns.values()}
        if len(shapes) > 1 or any(len(shape) > 1 for shape in shapes):
            sizes = listed(f"{name} {array.shape}" for name, array in arrays.items())
            raise GradcalcError("shape", f"columns must be vectors of one length, not {sizes}")
        numbers = {name: float(array) for name, array in arrays.items() if not array.ndim}
        return Inputs(columns, numbers, shapes.pop()[0] if shapes else 1)


def _need_machine_code() -> None:
    from gradcalc.kernels.llvm import machine

    if machine() is None:
        raise GradcalcError(
            "missing-extra",
            "machine code needs llvmlite 0.45 or later",
            hint='pip install "gradcalc[fast]"',
        )


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def compile(
    source: str,
    wrt: Sequence[str] | None = None,
    *,
    hessian: bool = False,
    threads: int | None = None,
    names: Collection[str] = (),
    native: bool | None = None,
) -> Kernel:
    """The kernel of a program: value and gradient for whole columns.

    Derivatives are by the inputs `wrt`, all unless given, and with `hessian` second derivatives
    too. It runs on as many `threads` as there are cores, unless given. `names` are inputs even
    where a constant or a function has the same name (`e`, `beta`), as are those of `wrt`.
    `native`: as machine code wherever possible, or never; unless given, for many rows, if llvmlite
    is installed.
    GradcalcError where the text can't be parsed, or llvmlite is wanted and missing.

    >>> kernel = compile("phi*e^2 + tau", names=["phi", "e", "tau"])
    >>> kernel.inputs
    ('phi', 'e', 'tau')
    >>> kernel(phi=[1, 2], e=3, tau=0)["d_e"].tolist()
    [6.0, 12.0]
    """
    return Kernel(source, wrt, hessian=hessian, threads=threads, names=names, native=native)
