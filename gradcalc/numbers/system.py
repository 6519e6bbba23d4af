"""What a number system is: the rows of the table as functions of one kind of number.

`n.sin(x)` is the row `sin` in system n; `n.number(Fraction(1, 10))` an exact constant in it;
`n.constant("pi")` a named one. `+ - * /` and unary minus are the numbers' own operators. There is
one policy for all: real numbers only; ValueError outside a domain; ZeroDivisionError for x/0.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
CONSTANTS = ("pi", "e", "tau", "phi", "inf")


class Numbers:
    """A number system: `kernels` by name, and how it writes constants."""

    def __init__(
        self,
        kind: str,
        number: Callable[[Fraction], Any],
        constant: Callable[[str], Any],
        kernels: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.kind = kind
        self.number = number
        self.constant = constant
        self.__dict__.update(kernels)

        self.context: Any = kernels.get("context")  # the mpmath context of big numbers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"no row of the table is called {name!r}")
