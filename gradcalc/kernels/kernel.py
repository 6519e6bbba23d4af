"""`compile`: a program as a kernel that takes columns and answers value and derivatives."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError, blaming
from gradcalc.kernels.call import Call, Settings
from gradcalc.kernels.lowering import column_names
from gradcalc.kernels.paths import Paths
from gradcalc.kernels.program import row_program
from gradcalc.kernels.rows import Rows
from gradcalc.run.forms import may_hold_arrays
from gradcalc.run.limits import Limits

PATHS = 200  # past which rows are run one by one


class Kernel:
    """Value and gradient of a program for whole columns of float64.

    `kernel({"x": array, "y": 2.0})`, `kernel(x=array, y=2.0)` or `kernel(record_batch)`: inputs are
    arrays of one length, or numbers that are the same in all rows. The answer holds the columns
    `value`, `d_<input>` for each of `wrt`, and with `hessian` `d2_<input>_<input>`: arrays by name;
    for a record batch of pyarrow the batch with these columns added. A row outside the domain is
    NaN. At a kink the derivative is the mean that the rows of the table state.

    Where llvmlite is installed, calls of many rows run as machine code; `native` says whether to,
    whatever their number.

    Of `names` (columns, say) those of constants are inputs all the same. Kernels may be pickled;
    compiled paths stay behind, and are found again.
    """

    def __init__(
        self,
        source: str,
        wrt: Sequence[str] | None = None,
        *,
        hessian: bool = False,
        threads: int | None = None,
        max_paths: int = PATHS,
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

    def _start(self) -> None:
        self.paths = Paths(shares=not may_hold_arrays(self.program.body))

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "paths"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    def __call__(self, table: Any = None, /, **columns: Any) -> Any:
        if hasattr(table, "schema"):
            from gradcalc.kernels.arrow import extended

            return extended(self, self.inputs, table)
        return self.rows({**(table or {}), **columns}, watched=False).columns

    def rows(
        self, table: Mapping[str, Any], *, watched: bool = True, native: bool | None = None
    ) -> Rows:
        """The answer with what is to be known about it; kinks are looked for where `watched`.

        `native` is for this call, where the kernel was not told whether to be machine code.
        """
        given, count = self._given(table)
        made = Rows({name: np.empty(count) for name in self.columns}, np.zeros(count, dtype=bool))
        if not count:
            return made
        with blaming(self.source):
            asked = native if self.native is None else self.native
            Call(
                self.program,
                self.paths,
                given,
                Settings(self.threads, self.max_paths, watched, asked),
                made,
            ).run()
        return made

    def _given(self, table: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        """The inputs as float64, and the number of rows."""
        missing = [name for name in self.inputs if name not in table]
        if missing:
            raise GradcalcError(
                "missing-value",
                f"there is no column {', '.join(missing)}",
                hint=f"there are {', '.join(table) or 'none'}",
            )
        given = {name: np.asarray(table[name], dtype=float) for name in self.inputs}
        lengths = {name: len(array) for name, array in given.items() if array.ndim}
        if len(set(lengths.values())) > 1 or any(array.ndim > 1 for array in given.values()):
            told = ", ".join(f"{name} {array.shape}" for name, array in given.items())
            raise GradcalcError("shape", f"columns are vectors of one length, not {told}")
        plain = {name: array if array.ndim else float(array) for name, array in given.items()}
        return plain, next(iter(lengths.values()), 1)


def _need_machine_code() -> None:
    from gradcalc.kernels.llvm import machine

    if machine() is None:
        raise GradcalcError(
            "missing-extra",
            "machine code needs llvmlite 0.45 or later",
            hint='pip install "gradcalc[fast]"',
        )


def cores() -> int:
    """The processors this process may use."""
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
    native: bool | None = None,
) -> Kernel:
    """The kernel of a program: value and gradient for whole columns, by `wrt` (all, unless told).

    With `hessian` second derivatives too. `threads`: all cores unless told. `native`: machine code
    wherever it can say the formula, or never; unless told, for many rows, if llvmlite is installed.
    GradcalcError where the text can't be read, or llvmlite is asked for and not there.
    """
    return Kernel(source, wrt, hessian=hessian, threads=threads, native=native)
