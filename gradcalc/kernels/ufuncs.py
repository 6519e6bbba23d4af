"""The rows of the table as array kernels that write where they are told: `kernel(*arrays, out)`.

What lies outside a row's domain comes out as NaN; nothing is raised and nothing warned of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import machine_arrays, machine_numbers
from gradcalc.rules.table import SCALAR, TABLE

Kernel = Callable[..., Any]


@cache
def writing(name: str) -> Kernel:
    """The kernel of a row for arrays of float64."""
    row = TABLE[name]
    own: Any = getattr(np, row.ufunc or name, None)
    if row.into is not None:
        return partial(row.into, np)
    if row.vector is None and isinstance(own, np.ufunc) and own.nin == row.arity:
        return own
    if row.scipy and (special := _scipy()) and isinstance(getattr(special, row.scipy), np.ufunc):
        return getattr(special, row.scipy)  # type: ignore[no-any-return]
    if row.vector is None and row.formula is None:
        return _stored(_each(row))
    return _stored(getattr(machine_arrays(), name))


def _stored(kernel: Kernel) -> Kernel:
    """A kernel that makes its own array, which is then copied."""

    def write(*given: Any) -> None:
        given[-1][...] = kernel(*given[:-1])

    return write


def _each(row: Rule) -> Kernel:
    """The kernel of single numbers, row by row."""
    kernel: Kernel = np.frompyfunc(getattr(lenient(), row.name), row.arity, 1)
    return kernel


@cache
def _scipy() -> Any:
    """scipy.special, where it is installed: its functions are a hundred times as fast."""
    try:
        from scipy import special
    except ImportError:
        return None
    return special


@cache
def lenient() -> Numbers:
    """float64 as ever, but that what lies outside a domain is NaN and no error."""
    machine = machine_numbers()
    kernels = {name: _quiet(getattr(machine, name)) for name in SCALAR}
    return Numbers("machine", machine.number, machine.constant, kernels)


def _quiet(kernel: Kernel) -> Kernel:
    def total(*given: float) -> float:
        try:
            return kernel(*given)  # type: ignore[no-any-return]
        except (ValueError, ArithmeticError):
            return float("nan")

    return total
