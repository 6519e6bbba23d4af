"""Which function of germs is called as a row of the table is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.germs import (
    bessel,
    circular,
    elementary,
    error_function,
    gamma,
    incomplete,
    integrals,
    inverses,
    pieces,
    singular,
)

MODULES = (
    elementary,
    circular,
    pieces,
    error_function,
    gamma,
    incomplete,
    inverses,
    bessel,
    integrals,
    singular,
)


def function_of(row: str) -> Callable[..., Any] | None:
    """The function of that name, with a trailing _ where Python has one; None where there is none,
    and `taylor.regular` will do."""
    for module in MODULES:
        found = vars(module).get(row) or vars(module).get(f"{row}_")
        if callable(found) and found.__module__ == module.__name__:
            return found  # type: ignore[no-any-return]
    return None
