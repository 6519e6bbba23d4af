"""Operations on numbers as people write them."""

from __future__ import annotations

from typing import Any

from gradcalc.rules.rule import Rule
from gradcalc.rules.table import call_name


def formatted(row: Rule, arguments: list[Any]) -> str:
    """An operation on numbers as people write it: `log(-1)`, `(-8)^0.333`."""
    shown = [_in_full(float(a)) for a in arguments]
    if row.operator and row.arity == 2:
        left, right = (f"({a})" if a.startswith("-") else a for a in shown)
        return f"{left} {row.operator} {right}".replace(" ^ ", "^")
    if row.operator:
        return f"{row.operator}({shown[0]})"
    if row.element_of:
        return f"an element of {row.element_of}"
    return f"{call_name(row)}({', '.join(shown)})"


def _in_full(number: float) -> str:
    """All digits that tell a float64 from its neighbours."""
    text = f"{number:.12g}"
    return text if float(text) == number else repr(number)
