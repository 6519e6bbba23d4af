"""What is said when an instruction has no real value."""

from __future__ import annotations

from typing import Any

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.rules.rule import Rule
from gradcalc.trace.trace import Trace

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


def outside(trace: Trace, row: Rule, slots: tuple[int, ...], span: Span) -> GradcalcError:
    """The error of an instruction whose arguments lie outside its domain."""
    shown = spelt(row, [trace.values[slot] for slot in slots])
    name = "x^y" if row.name in OPERATORS else row.name
    return GradcalcError(
        "domain",
        f"{shown} has no real value: {name} is defined for {row.domain}",
        span,
        row.outside or None,
        Exit.NO_ANSWER,
    )
