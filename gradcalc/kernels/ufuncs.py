"""The rows of the table as array kernels that write into an array: `kernel(*arguments, out)`.

Outside a row's domain the answer is NaN; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from gradcalc.memory import has_room_for_scipy
from gradcalc.rules.array_systems import machine_arrays
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import nan_numbers
from gradcalc.rules.table import TABLE

Kernel = Callable[..., Any]


@cache
def array_kernel(name: str) -> Kernel:
    """The kernel of a row for arrays of float64; the fastest there is.

    A way of its own that the row states, NumPy's ufunc, SciPy's, NumPy's arithmetic on its
    formula, and last the kernel of single numbers, element by element.
    """
    row = TABLE[name]
    if row.into is not None:
        return partial(row.into, np)
    own = _ufunc(np, row.ufunc or name, row.arity)
    if own is not None and row.vector is None:
        return own
    special = _ufunc(_scipy(), row.scipy, None) if row.scipy else None  # SciPy loads slowly
    if special is not None:
        return _with_poles(special, row) if row.poles else special
    if row.vector is None and row.formula is None:
        return _stored(_each(row))
    return _stored(getattr(machine_arrays(), name))


def _ufunc(module: Any, name: str | None, arity: int | None) -> Kernel | None:
    """The ufunc of a module, of as many arguments (any, for None); None where it has none."""
    kernel: Any = getattr(module, name, None) if name else None
    if not isinstance(kernel, np.ufunc) or arity not in (None, kernel.nin):
        return None
    return kernel


def _stored(kernel: Kernel) -> Kernel:
    """A kernel that returns a new array, as one that writes into its last argument."""

    def write(*arrays: Any) -> None:
        *arguments, out = arrays
        out[...] = kernel(*arguments)

    return write


def _each(row: Rule) -> Kernel:
    """The kernel of single numbers, row by row."""
    kernel: Kernel = np.frompyfunc(getattr(nan_numbers(), row.name), row.arity, 1)
    return kernel


def _with_poles(kernel: Kernel, row: Rule) -> Kernel:
    """A kernel of SciPy's that is NaN at poles, where the row is infinite: 1/gamma(-1) is 0."""
    each = _each(row)

    def write(*arrays: Any) -> None:
        *arguments, out = arrays
        kernel(*arguments, out)
        lost = np.isnan(out)
        if lost.any():
            out[lost] = each(*[np.broadcast_to(x, out.shape)[lost] for x in arguments])

    return write


@cache
def _scipy() -> Any:
    """scipy.special, where it is installed: its functions are a hundred times as fast."""
    if not has_room_for_scipy():
        return None
    try:
        from scipy import special
    except ImportError:
        return None
    return special
