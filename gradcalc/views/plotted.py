"""A plot of one input in a terminal, and as JSON: breaks with their limits, samples by piece."""

from __future__ import annotations

from typing import Any

from gradcalc.plots.curves import Break, Member, Plot
from gradcalc.views import charts_terminal
from gradcalc.views.console import Screen
from gradcalc.views.numbers import Rows, jsonable


def show(plot: Plot, out: Screen) -> None:
    """Panels, what their marks are, and a table of the breaks."""
    charts_terminal.show(plot, out)


def record(plot: Plot) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.plot/1."""
    return {
        "schema": "gradcalc.plot/1",
        "expr": plot.expr,
        "input": plot.name,
        "over": [plot.low, plot.high],
        "members": [_member(member) for member in plot.members],
        "notes": list(plot.notes),
    }


def _member(member: Member) -> dict[str, Any]:
    tangent = member.tangent
    return {
        "parameters": dict(member.parameters),
        "evaluations": member.evaluations,
        "breaks": [_break(one) for one in member.breaks],
        "tangent": tangent and {"x": tangent.x, "value": tangent.y, "slope": tangent.slope},
        "curves": [
            {
                "order": curve.order,
                "pieces": [
                    {"x": Rows(piece.x.tolist()), "y": Rows(piece.y.tolist())}
                    for piece in curve.pieces
                ],
            }
            for curve in member.curves
        ],
    }


def _break(one: Break) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "x": one.x,
        "text": one.text,
        "exact": one.exact,
        "value": jsonable(one.value),
        "left": jsonable(one.sides[0][0]),
        "right": jsonable(one.sides[0][1]),
        "slopes": [jsonable(side) for side in one.sides[1]] if len(one.sides) > 1 else None,
        "place": one.place,
        "span": None if one.span is None else [one.span.start, one.span.end],
    }
