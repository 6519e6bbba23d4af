"""Roots on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from gradcalc.boxes.inputs import Ends
from gradcalc.boxes.solution import Solution
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, WRONG, gap, line
from gradcalc.views.numbers import Rows
from gradcalc.views.sheets import Column, Sheet, draw

SHOWN_UNDECIDED = 20


def show(found: Solution, out: Screen) -> None:
    """A table of the roots, what is undecided, and whether these are all."""
    line(out, "equation", Text(" ".join(found.expr.split())))
    if found.over:
        line(out, "over", Text(_box(found.over)))
    if found.roots:
        gap(out)
        names = tuple(found.roots[0].text)
        table = Sheet((Column("root"), *(Column(name) for name in names)))
        for number, root in enumerate(found.roots, 1):
            table.rows.append((Text(str(number)), *(Text(root.text[name]) for name in names)))
        draw(table, out)
    gap(out)
    for box in found.undecided[:SHOWN_UNDECIDED]:
        line(out, "undecided", Text(_box(box)), indent=11)
    if len(found.undecided) > SHOWN_UNDECIDED:
        line(out, "", Text(f"and {len(found.undecided) - SHOWN_UNDECIDED} more"), indent=11)
    line(out, "proof", _proof(found))


def _box(box: Mapping[str, Ends]) -> str:
    return ", ".join(f"{name} in [{low:.12g}, {high:.12g}]" for name, (low, high) in box.items())


def _proof(found: Solution) -> Text:
    if not found.over:
        if not found.roots:
            return Text("no root was found from this start", style=WRONG)
        if found.roots[0].unique:
            return Text("✓ exactly one root lies here", style=RIGHT)
        return Text("not proven: Newton's method ends here")
    count = len(found.roots)
    roots = (
        "no root"
        if not count
        else "1 root, proven"
        if count == 1
        else f"{count} roots, each proven"
    )
    if not found.complete:
        return Text(f"{roots}; time or parts ran out: the undecided boxes were not looked at")
    if found.undecided:
        others = "; no others outside" if count else " outside"
        return Text(f"{roots}{others} the undecided boxes")
    if not count:
        return Text("✓ no root, proven", style=RIGHT)
    others = "there is no other" if count == 1 else "there are no others"
    return Text(f"✓ {roots}; {others}", style=RIGHT)


def record(found: Solution) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.roots/1."""
    return {
        "schema": "gradcalc.roots/1",
        "expr": found.expr,
        "over": _ends(found.over),
        "roots": [
            {"at": _ends(root.at), "unique": root.unique, "text": dict(root.text)}
            for root in found.roots
        ],
        "undecided": [_ends(box) for box in found.undecided],
        "complete": found.complete,
        "parts": found.parts,
        "notes": list(found.notes),
    }


def _ends(box: Mapping[str, Ends]) -> dict[str, Any]:
    return {name: Rows(ends) for name, ends in box.items()}
