"""Operations on numbers as people write them."""

from __future__ import annotations

from typing import Any

from gradcalc.rules.rule import Rule

OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"} | dict.fromkeys(
    ("ipow", "cpow", "pow"), "^"
)


def spelt(row: Rule, arguments: list[Any]) -> str:
    """An operation on numbers as people write it: `log(-1)`, `(-8)^0.333`."""
    shown = [f"{float(a):.12g}" for a in arguments]
    if row.name in OPERATORS:
        left, right = (f"({a})" if a.startswith("-") else a for a in shown)
        return f"{left} {OPERATORS[row.name]} {right}".replace(" ^ ", "^")
    if row.name == "neg":
        return f"-({shown[0]})"
    name = "log" if row.name == "logb" else row.name
    return f"{name}({', '.join(shown)})"
