"""Derivatives as formulas: on a terminal, bare, as LaTeX, MathML, Markdown and JSON."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from rich.text import Text

from gradcalc.formulas.diff import DerivativeFormula, Formulas
from gradcalc.formulas.latex import to_latex
from gradcalc.formulas.mathml import to_mathml
from gradcalc.language import to_text
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, WRONG, line
from gradcalc.views.numbers import shortest
from gradcalc.views.strict import dumped

SCHEMA = "gradcalc.diff/1"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PROVEN = "✓ equal to automatic differentiation at several points, to 30 digits"
UNPROVEN = "✗ NOT each formula was found equal to automatic differentiation"
DIFFERENT = "NOT found equal"


def label(row: DerivativeFormula) -> str:
    """A derivative as people write it: ∂/∂x, ∂³/∂x²∂y."""
    order = "" if len(row.by) == 1 else _raised(len(row.by))
    runs = [(name, len(list(run))) for name, run in groupby(row.by)]
    below = "".join(f"∂{name}{_raised(count) if count > 1 else ''}" for name, count in runs)
    return f"∂{order}/{below}"


def _raised(number: int) -> str:
    return str(number).translate(SUPERSCRIPTS)


def show(result: Formulas, out: Screen) -> None:
    """Print the formula and its derivatives, and how far they are proven."""
    line(out, "formula", Text(to_text(result.value)))
    if result.guards:
        line(out, "valid", Text("while " + ", ".join(result.guards)))
    for row in result.derivatives:
        shown = Text(to_text(row.formula))
        if row.at is not None:
            shown.append(f" = {_value(row.at)}")
        if not row.proven:
            shown.append(f"   {DIFFERENT}", style=WRONG)
        line(out, label(row), shown)
    for note in result.notes:
        line(out, "note", Text(note))
    if result.derivatives:
        proven = all(row.proven for row in result.derivatives)
        text = Text(PROVEN, style=RIGHT) if proven else Text(UNPROVEN, style=WRONG)
        line(out, "proof", text)


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return shortest(value)


def bare(result: Formulas) -> str:
    """The formulas alone, one a line, as texts that can be read again."""
    return "\n".join(to_text(row.formula) for row in result.derivatives)


def markdown(result: Formulas) -> str:
    """The same as a block of mathematics in Markdown."""
    return f"$$\n{result.latex()}\n$$"


def mathml(result: Formulas) -> str:
    """Each derivative as a `math` element, one a line."""
    return "\n".join(to_mathml(row.formula) for row in result.derivatives)


def record(result: Formulas) -> dict[str, Any]:
    """The result as JSON's own types."""
    rows = {row.key: row for row in result.derivatives}
    placed = any(row.at is not None for row in result.derivatives)
    return {
        "schema": SCHEMA,
        "expr": result.source,
        "canonical": to_text(result.value),
        "derivatives": {name: to_text(row.formula) for name, row in rows.items()},
        "latex": {name: to_latex(row.formula) for name, row in rows.items()},
        "values": {name: row.at for name, row in rows.items()} if placed else None,
        "proven": {name: row.proven for name, row in rows.items()},
        "guards": list(result.guards),
        "notes": list(result.notes),
    }


def as_json(result: Formulas) -> str:
    """The result as one strict JSON object."""
    return dumped(record(result))
