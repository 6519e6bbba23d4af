"""An answer as a file of arrays, for NumPy to read."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from gradcalc.answers.result import Result
from gradcalc.atomic import atomic_write
from gradcalc.errors import GradcalcError
from gradcalc.views import names

SUFFIX = ".npz"


def refuse_suffix(path: str) -> None:
    """An error unless the file is an .npz."""
    if os.path.splitext(path)[1].lower() != SUFFIX:
        raise GradcalcError(
            "usage", f"--save {path}: answers are saved as .npz", hint="write --save answer.npz"
        )


def arrays(result: Result) -> dict[str, Any]:
    """All arrays by name: value, d_<input>, at_<input>, digits_value and digits_<input>.

    The digits of an input that is itself called value are under digits_d_value.
    """
    columns = {"value": np.asarray(result.value)}
    columns |= {names.column(result, row): np.asarray(row.gradient) for row in result.derivatives}
    columns |= {f"at_{name}": np.asarray(value) for name, value in result.at.items()}
    if result.digits is not None:
        columns["digits_value"] = np.asarray(result.digits)
    for row in result.derivatives:
        if row.digits is not None:
            name = "d_value" if row.by == ("value",) else result.key(row)
            columns[f"digits_{name}"] = np.asarray(row.digits)
    return columns


def save(result: Result, path: str) -> None:
    """Write the file whole or not at all."""
    with atomic_write(path) as file:
        np.savez(file, **arrays(result))
