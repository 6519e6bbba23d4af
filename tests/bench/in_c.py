"""What a skilled person writes in C: one loop, vectorised, shared out among threads by OpenMP."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.formulas import Formula

COMPILER = "gcc"
# sin and cos of one number are one call of C's, cexpi, which has no form for whole registers.
FLAGS = (
    *("-O3", "-march=native", "-ffast-math", "-fopenmp"),
    *("-fno-builtin-sin", "-fno-builtin-cos", "-shared", "-fPIC"),
)


def is_installed() -> bool:
    return shutil.which(COMPILER) is not None


def in_c(
    formula: Formula, data: Mapping[str, Any], threads: int
) -> Callable[[list[np.ndarray] | None], list[np.ndarray]]:
    """A function that writes value and gradient of all rows into the arrays it is given, or into
    new ones."""
    rows = len(data[next(iter(formula.columns))])
    run = _compiled(_source(formula, threads))
    given = [_argument(data[name]) for name in formula.inputs]

    def call(out: list[np.ndarray] | None = None) -> list[np.ndarray]:
        arrays = out or [np.empty(rows) for _ in formula.outputs]
        run(*given, *map(_argument, arrays), ctypes.c_long(rows))
        return arrays

    return call


def _argument(value: Any) -> Any:
    is_array = isinstance(value, np.ndarray)
    return ctypes.c_void_p(value.ctypes.data) if is_array else ctypes.c_double(value)


def _source(formula: Formula, threads: int) -> str:
    """The gradient by hand, of one row in registers."""
    takes = [
        *(f"const double *restrict column_{name}" for name in formula.columns),
        *(f"double {name}" for name in formula.parameters),
        *(f"double *restrict out_{name}" for name in formula.outputs),
        "long n",
    ]
    lines = [
        *(f"double {name} = column_{name}[i];" for name in formula.columns),
        *(f"double {name} = {text};" for name, text in formula.texts),
        *(f"out_{name}[i] = {name};" for name in formula.outputs),
    ]
    return "\n".join(
        [
            "#include <math.h>",
            "#define where(condition, one, other) ((condition) ? (one) : (other))",
            f"void rows({', '.join(takes)}) {{",
            f"#pragma omp parallel for simd num_threads({threads})",
            "for (long i = 0; i < n; i++) {",
            *lines,
            "}}",
            "",
        ]
    )


def _compiled(source: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        text, library = Path(folder, "rows.c"), Path(folder, "rows.so")
        text.write_text(source)
        command = [COMPILER, *FLAGS, str(text), "-o", str(library), "-lm", "-lmvec"]
        subprocess.run(command, check=True)
        run = ctypes.CDLL(str(library)).rows
    run.restype = None
    return run
