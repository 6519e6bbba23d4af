"""Operations on numbers as people write them."""

from __future__ import annotations

from typing import Any

from gradcalc.rules.rule import Rule
from gradcalc.rules.table import call_name


def formatted(row: Rule, arguments: list[Any]) -> str:
    """An operation on numbers as people write it: `log(-1)`, `(-8)^0.333`."""
    shown = [f"{float(a):.12g}" for a in arguments]
    if row.operator and row.arity == 2:
        left, right = (f"({a})" if a.startswith("-") else a for a in shown)
        return f"{left} {row.operator} {right}".replace(" ^ ", "^")
    if row.operator:
        return f"{row.operator}({shown[0]})"
    return f"{call_name(row)}({', '.join(shown)})"
