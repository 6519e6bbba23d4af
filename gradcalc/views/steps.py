"""The trace as a table."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.answers.result import Result
from gradcalc.views.layout import fits, number, table
from gradcalc.views.operations import operation

HEAD, TAIL = 20, 10  # rows of a long trace that are shown
ROOMS = (60, 40, 28, 22, 8)  # columns that small arrays may take, the widest that fits being taken


def trace(result: Result, out: Console, mode: str, rows: int | None) -> Table:
    """The trace, with the tangents of as many inputs as fit."""
    names = list(result.steps.tangents) if mode != "reverse" else []
    for count in range(len(names), 0, -1):
        made = _steps(result, out, mode, rows, names[:count], names[count:])
        if fits(made, out):
            return made
    return _steps(result, out, mode, rows, [], names)


def trace_of_arrays(result: Result, out: Console, mode: str, rows: int | None) -> Table:
    """The trace of a run with arrays: shapes, and small arrays whole."""
    for room in ROOMS:
        made = _arrays(result, out, mode, rows, room)
        if fits(made, out):
            break
    return made


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
    made = table(out, title, ("step", "operation"), tuple(columns))
    last = -1
    for slot in _chosen(len(trace), rows):
        if slot != last + 1:
            made.add_row("…", f"{slot - last - 1} steps left out (--trace all)")
        last = slot
        cells = [number(steps.tangents[name][slot]) for name in names]
        if mode != "forward":
            cells.append(number(steps.cotangents[slot]))
        made.add_row(f"v{slot}", Text(operation(result, slot)), number(trace.values[slot]), *cells)
    return made


def _arrays(result: Result, out: Console, mode: str, rows: int | None, room: int) -> Table:
    from gradcalc.numbers.shapes import shown

    trace, cotangents = result.steps.trace, result.steps.cotangents
    swept = mode != "forward" and any(c is not None for c in cotangents)
    made = table(out, f"trace: {len(trace)} steps", ("step", "operation", "shape"), ())
    made.add_column("value", overflow="fold")
    if swept:
        made.add_column("∂f/∂step", overflow="fold")
    last = -1
    for slot in _chosen(len(trace), rows):
        if slot != last + 1:
            made.add_row("…", f"{slot - last - 1} steps left out (--trace all)")
        last = slot
        value = trace.values[slot]
        cells = [_cell(value, room)]
        if swept:
            cells.append(_cell(cotangents[slot], room))
        shape = shown(value.shape) if hasattr(value, "shape") else ""
        made.add_row(f"v{slot}", Text(operation(result, slot)), shape, *cells)
    return made


def _cell(value: Any, room: int) -> Text:
    """A number, a small array whole, or a large one's range."""
    if not hasattr(value, "shape"):
        return number(value)
    from gradcalc.views.grids import SMALL, grid, summary

    if value.size <= SMALL:
        text = grid(value).line()
        if len(text) <= room:
            return text
    return Text(summary(value, brief=room < ROOMS[2]))


def _chosen(size: int, rows: int | None) -> list[int]:
    """The steps that are shown: all, or head and tail."""
    if rows is None:
        head, tail = HEAD, TAIL
    else:
        tail = min(rows // 3, size)
        head = rows - tail
    if size <= head + tail:
        return list(range(size))
    return [*range(head), *range(size - tail, size)]
