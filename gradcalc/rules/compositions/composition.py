"""The shape of an entry: a function of arrays as a formula over rows.

What a call gives is written as parameters: `x` is a number or an array, `*x` as many of them as
there are, `k#` an integer, `*k#` integers, `[axis]` an axis or all of them (None), `[p]` the order
of a norm; what stands in brackets may be left out, and must be named where it ends with =.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Composition(NamedTuple):
    """A function of the language made of rows of the table."""

    name: str
    parameters: tuple[str, ...]
    doc: str
    formula: Callable[..., Any]
    example: str

    @property
    def signature(self) -> str:
        """The call as documentation shows it."""
        shown = ", ".join(p.replace("#", "").removeprefix("*") + ", …" * p.startswith("*")
                          for p in self.parameters if p[0] != "[")  # fmt: skip
        optional = "".join(
            f"[, {p[1:-1].replace('#', '').replace('=', '=…')}]"
            for p in self.parameters
            if p[0] == "["
        )
        return f"{self.name}({shown}{optional})"


def composed(
    name: str, parameters: str, doc: str, formula: Callable[..., Any], example: str
) -> Composition:
    """An entry, with its parameters as one string."""
    return Composition(name, tuple(parameters.split()), doc, formula, example)
