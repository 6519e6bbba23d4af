"""Every element of the answers: vectors as lists, matrices as matrices, more axes as blocks."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.trace.elements import element_name
from gradcalc.views.console import Screen
from gradcalc.views.elements import derivative_name, ends
from gradcalc.views.grids import Grid, complete, grid
from gradcalc.views.layout import LOST, ROUGH, sentence
from gradcalc.views.numbers import counted
from gradcalc.views.sheets import INDENT_COLUMNS

FREE_INDICES = ("i", "j")
GAP_COLUMNS = 2  # columns between columns


def print_full(result: Result, out: Screen) -> None:
    """Print value and derivatives."""
    texts = complete(result.reference) if result.precise else None
    if shape_of(result.value):
        elements = grid(result.value, result.digits, texts)
        names = [element_name("f", index) for index in np.ndindex(result.value.shape)]
        _print(
            out,
            elements,
            _titles(result, "value f", None, elements.shape),
            names,
            result.digits,
            None,
        )
    for row in result.derivatives:
        if not shape_of(row.gradient):
            continue
        texts = complete(row.reference) if result.precise else None
        elements = grid(row.gradient, row.digits, texts)
        names = [derivative_name(result, row, index) for index in np.ndindex(elements.shape)]
        _print(out, elements, _titles(result, "", row, elements.shape), names, row.digits, row)


def _titles(result: Result, name: str, row: Derivative | None, shape: tuple[int, ...]) -> list[str]:
    """What each block is: `∂f[0]/∂A[i, j]`."""
    free = FREE_INDICES[: min(2, len(shape))]
    titles = []
    for fixed in itertools.product(*map(range, shape[: len(shape) - len(free)])):
        index: Any = (*fixed, *free)
        if row is None:
            titles.append(element_name(name, index))
            continue
        titles.append(derivative_name(result, row, index))
    return titles


def _print(
    out: Screen,
    elements: Grid,
    titles: list[str],
    names: list[str],
    digits: Any,
    row: Derivative | None,
) -> None:
    if len(elements.shape) == 1:
        _heading(out, f"{titles[0]}: {shown(elements.shape)}")
        for line in _list(elements, names, digits, row):
            sentence(out, line, 2 * INDENT_COLUMNS)
        return
    size = elements.shape[-1] * elements.shape[-2]
    for k, title in enumerate(titles):
        place = slice(k * size, (k + 1) * size)
        block = Grid(elements.shape[-2:], elements.texts[place], elements.right[place])
        _heading(out, f"{title}: {shown(block.shape)}")
        _matrix(out, block)


def _heading(out: Screen, text: str) -> None:
    out.print(Text(text, style="bold"))


def _list(elements: Grid, names: list[str], digits: Any, row: Derivative | None) -> list[Text]:
    """A line an element: name, number, digits, and what is amiss."""
    wide, broad = max(map(len, names)), max(map(len, elements.texts))
    counts = [None] * len(names) if digits is None else [*map(counted, np.ravel(digits).tolist())]
    parts = row.parts if row is not None and len(row.parts) == len(names) else ()
    lines = []
    for k, (name, text, right) in enumerate(
        zip(names, elements.texts, elements.right, strict=True)
    ):
        line = Text(f"  {name:<{wide}}  " + " " * (broad - len(text)) + text[:right])
        line.append(text[right:], style=LOST)
        if counts[k] is not None:
            line.append(f"  {counts[k]:>2}")
        if parts and parts[k].status != "smooth":
            line.append(f"  {parts[k].status} {ends(parts[k])}", style=ROUGH)
        lines.append(line)
    return lines


def _matrix(out: Screen, block: Grid) -> None:
    """Rows and columns under their indices; as many columns at a time as fit."""
    rows, columns = block.shape
    label = len(str(rows - 1)) + GAP_COLUMNS
    widths = [max(w, len(str(k))) + GAP_COLUMNS for k, w in enumerate(block.widths())]
    start = 0
    while start < columns:
        stop, used = start + 1, label + widths[start]
        while stop < columns and used + widths[stop] <= out.width:
            used += widths[stop]
            stop += 1
        heads = "".join(f"{k:>{widths[k]}}" for k in range(start, stop))
        out.print(Text(" " * label + heads, style="dim"), soft_wrap=True)
        lines = []
        for i in range(rows):
            line = Text().append(f"{i:>{label}}", style="dim")
            for k in range(start, stop):
                text, right = block.texts[i * columns + k], block.right[i * columns + k]
                line.append(" " * (widths[k] - len(text)) + text[:right])
                line.append(text[right:], style=LOST)
            lines.append(line)
        out.print(Text("\n").join(lines), soft_wrap=True)
        start = stop
