"""The trace as a table."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.answers.result import Result
from gradcalc.numbers.shapes import shape_of
from gradcalc.views.layout import fits, number, table
from gradcalc.views.operations import operation

HEAD_ROWS, TAIL_ROWS = 20, 10  # rows of a long trace that are shown
# Widths that small arrays may take; the widest that fits is taken.
VALUE_COLUMNS = (60, 40, 28, 22, 8)


def trace(result: Result, out: Console, mode: str, rows: int | None) -> Table:
    """The trace, with the tangents of as many inputs as fit."""
    names = list(result.steps.tangents) if mode != "reverse" else []
    for count in range(len(names), 0, -1):
        sheet = _steps(result, out, mode, rows, names[:count], names[count:])
        if fits(sheet, out):
            return sheet
    return _steps(result, out, mode, rows, [], names)


def trace_of_arrays(result: Result, out: Console, mode: str, rows: int | None) -> Table:
    """The trace of a run with arrays: shapes, and small arrays whole."""
    for room in VALUE_COLUMNS:
        sheet = _arrays(result, out, mode, rows, room)
        if fits(sheet, out):
            break
    return sheet


def _steps(
    result: Result, out: Console, mode: str, rows: int | None, names: list[str], left_out: list[str]
) -> Table:
    trace, steps = result.steps.trace, result.steps
    title = f"trace: {len(trace)} steps"
    if left_out:
        more = ", …" if len(left_out) > 6 else ""
        title += f" (no room for the tangents of {', '.join(left_out[:6])}{more})"
    columns = ["value", *[f"∂/∂{name}" for name in names]]
    columns += ["∂f/∂step"] if mode != "forward" else []
    sheet = table(out, title, ("step", "operation"), tuple(columns))
    last = -1
    for slot in _chosen(len(trace), rows):
        if slot != last + 1:
            sheet.add_row("…", f"{slot - last - 1} steps left out (--trace all)")
        last = slot
        cells = [number(steps.tangents[name][slot]) for name in names]
        if mode != "forward":
            cells.append(number(steps.cotangents[slot]))
        sheet.add_row(f"v{slot}", Text(operation(result, slot)), number(trace.values[slot]), *cells)
    return sheet


def _arrays(result: Result, out: Console, mode: str, rows: int | None, room: int) -> Table:
    from gradcalc.numbers.shapes import shown

    trace, cotangents = result.steps.trace, result.steps.cotangents
    swept = mode != "forward" and any(c is not None for c in cotangents)
    sheet = table(out, f"trace: {len(trace)} steps", ("step", "operation", "shape"), ())
    sheet.add_column("value", overflow="fold")
    if swept:
        sheet.add_column("∂f/∂step", overflow="fold")
    last = -1
    for slot in _chosen(len(trace), rows):
        if slot != last + 1:
            sheet.add_row("…", f"{slot - last - 1} steps left out (--trace all)")
        last = slot
        value = trace.values[slot]
        cells = [_cell(value, room)]
        if swept:
            cells.append(_cell(cotangents[slot], room))
        shape = shown(value.shape) if shape_of(value) else ""
        sheet.add_row(f"v{slot}", Text(operation(result, slot)), shape, *cells)
    return sheet


def _cell(value: Any, room: int) -> Text:
    """A number, a small array whole, or a large one's range."""
    if not shape_of(value):
        return number(value)
    from gradcalc.views.grids import MAX_WHOLE_ELEMENTS, grid, summary

    if value.size <= MAX_WHOLE_ELEMENTS:
        text = grid(value).line()
        if len(text) <= room:
            return text
    return Text(summary(value, brief=room < VALUE_COLUMNS[2]))


def _chosen(size: int, rows: int | None) -> list[int]:
    """The steps that are shown: all, or head and tail."""
    if rows is None:
        head, tail = HEAD_ROWS, TAIL_ROWS
    else:
        tail = min(rows // 3, size)
        head = rows - tail
    if size <= head + tail:
        return list(range(size))
    return [*range(head), *range(size - tail, size)]
