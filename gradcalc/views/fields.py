"""A function of two inputs: shades in a terminal, and JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rich.text import Text

from gradcalc.plots.fields import Field, Point
from gradcalc.views.console import Screen
from gradcalc.views.contours import breaks, levels
from gradcalc.views.layout import sentence
from gradcalc.views.numbers import Rows, jsonable

COLUMNS, ROWS = 64, 22
SHADES = "·░▒▓█", ".:+*#"


def show(found: Field, out: Screen, marks: Sequence[Point] = ()) -> None:
    """A grid of shades, the darkest where the value is greatest, what they mean, and the breaks.

    A break is drawn by the first letter of its kind. `marks` are points to show as a path: o each,
    x the last.
    """
    unicode = out.encoding.lower().startswith("utf")
    shades = SHADES[0 if unicode else 1]
    low, high = levels(found).low, levels(found).high
    (x_low, x_high), (y_low, y_high) = found.over
    sentence(out, Text(" ".join(found.expr.split()), style="bold"))
    margin = max(len(f"{y:g}") for y in (y_low, y_high)) + 1
    columns = min(COLUMNS, (COLUMNS if out.uncut else out.width) - margin - 1)
    corner, bar, bottom = ("└", "│", "─") if unicode else ("+", "|", "-")
    signs = {**_letters(found, columns), **_signs(found, marks, columns)}
    for k in range(ROWS):
        label = f"{y_high:g}" if k == 0 else f"{y_low:g}" if k == ROWS - 1 else ""
        row = found.value[round((len(found.y) - 1) * (1 - k / (ROWS - 1)))]
        cells = (row[round((len(found.x) - 1) * c / (columns - 1))] for c in range(columns))
        texts = [_shade(z, low, high, shades) for z in cells]
        texts = [signs.get((k, c), text) for c, text in enumerate(texts)]
        line = label.rjust(margin) + bar + "".join(texts)
        out.print(Text(line.rstrip()), soft_wrap=True)
    out.print(Text(" " * margin + corner + bottom * columns), soft_wrap=True)
    left, right = f"{x_low:g}", f"{x_high:g}"
    gap = columns - len(left) - len(right)
    out.print(Text(" " * (margin + 1) + left + " " * gap + right), soft_wrap=True)
    bounds = [low + (high - low) * k / len(shades) for k in range(1, len(shades))]
    legend = "  ".join(f"{shade} below {b:.3g}" for shade, b in zip(shades, bounds, strict=False))
    x_name, y_name = found.names
    path = "; the path: o, and x at its end" if marks else ""
    words = f"{x_name} to the right, {y_name} upwards; {legend}  {shades[-1]} above{path}"
    sentence(out, Text(words))
    for text, letter in zip(breaks(found), _kinds(found), strict=True):
        sentence(out, Text(f"{letter} {text}"), 2)


def _kinds(found: Field) -> list[str]:
    """The letter of each line that `breaks` says."""
    return [kind[0] for kind, _ in dict.fromkeys((s.kind, s.place) for s in found.seams)]


def _letters(found: Field, columns: int) -> dict[tuple[int, int], str]:
    """The letters of the breaks, by row and column of the cells that they go through."""
    letters: dict[tuple[int, int], str] = {}
    for seam in found.seams:
        points = [
            *seam.points,
            *((x / 2 + u / 2, y / 2 + v / 2) for (x, y), (u, v) in pairwise(seam.points)),
        ]
        for x, y in points:
            letters.setdefault(_cell(found, x, y, columns), seam.kind[0])
    return letters


def _signs(found: Field, marks: Sequence[Point], columns: int) -> dict[tuple[int, int], str]:
    """The sign in each cell of the grid that a mark lies in, by row and column."""
    signs: dict[tuple[int, int], str] = {}
    for number, (x, y) in enumerate(marks, 1):
        signs[_cell(found, x, y, columns)] = "x" if number == len(marks) else "o"
    return signs


def _cell(found: Field, x: float, y: float, columns: int) -> tuple[int, int]:
    """The row and the column of a point."""
    (x_low, x_high), (y_low, y_high) = found.over
    row = round((y_high - y) / (y_high - y_low) * (ROWS - 1))
    return row, round((x - x_low) / (x_high - x_low) * (columns - 1))


def _shade(z: float, low: float, high: float, shades: str) -> str:
    if math.isnan(z):
        return " "
    share = (z - low) / (high - low)
    return shades[min(len(shades) - 1, max(0, int(share * len(shades))))]


def record(found: Field) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.field/1."""
    return {
        "schema": "gradcalc.field/1",
        "expr": found.expr,
        "inputs": list(found.names),
        "over": [list(bounds) for bounds in found.over],
        "x": jsonable(found.x),
        "y": jsonable(found.y),
        "value": Rows(jsonable(found.value)),
        "gradient": [Rows(jsonable(slope)) for slope in found.slopes],
        "breaks": [
            {
                "kind": seam.kind,
                "place": seam.place,
                "span": None if seam.span is None else [seam.span.start, seam.span.end],
                "points": Rows(list(map(list, seam.points))),
            }
            for seam in found.seams
        ],
        "notes": list(found.notes),
    }
