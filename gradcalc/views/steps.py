"""The trace: a row a step, with its name in the program, its value and what the sweeps left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.text import Text

from gradcalc.answers.result import Result
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.views.console import Screen
from gradcalc.views.layout import number, rounded
from gradcalc.views.operations import operation
from gradcalc.views.sheets import INDENT_COLUMNS, Column, Sheet, draw

HEAD_ROWS, TAIL_ROWS = 20, 10  # rows of a long trace that are shown
ROUNDED_DIGITS = (14, 12, 11, 10, 9, 8, 7, 6)  # that a terminal may leave of numbers of the trace
# Widths that small arrays may take; the widest that fits is taken.
VALUE_COLUMNS = (60, 40, 28, 22, 8)

Columns = Mapping[str, Sequence[Any]]  # by heading, a number or an array for each slot
Cell = Callable[[Any], Text]


def draw_trace(
    result: Result, out: Screen, mode: str, rows: int | None, *, full: bool = False
) -> None:
    """Print the trace of single numbers.

    Where a terminal has no room for all digits they are rounded, and if that is not enough the
    last tangents are left out; the title says so, and `full` forbids both. Where not even value
    and cotangent have room it is a list.
    """
    columns = _columns(result, mode)
    whole = _sheet(result, rows, columns, number)
    answers = {h: c for h, c in columns.items() if h in ("value", "∂f/∂step")}
    if full or whole.fits(out) or not _sheet(result, rows, answers, number).fits(out):
        draw(whole, out)
        return
    sheet, left_out, digits = whole, list[str](), 0
    for digits in ROUNDED_DIGITS:
        sheet = _sheet(result, rows, columns, _to(digits))
        if sheet.fits(out):
            break
    tangents = [heading for heading in columns if heading not in answers]
    while not sheet.fits(out):
        left_out.insert(0, tangents.pop())
        kept = {h: c for h, c in columns.items() if h in tangents or h in answers}
        sheet = _sheet(result, rows, kept, _to(digits))
    missing = ", ".join(left_out[:3]) + (", …" if len(left_out) > 3 else "")
    how = f"rounded to {digits} digits" + (f", without {missing}" if missing else "")
    draw(replace(sheet, title=f"{whole.title}, {how} (--full shows all)"), out)


def draw_trace_of_arrays(result: Result, out: Screen, mode: str, rows: int | None) -> None:
    """Print the trace of a run with arrays: shapes, and small arrays whole."""
    columns = {h: c for h, c in _columns(result, mode).items() if h in ("value", "∂f/∂step")}
    for room in VALUE_COLUMNS:
        sheet = _sheet(result, rows, columns, _within(room), arrays=True)
        if sheet.fits(out):
            break
    else:
        room = out.width - 2 * INDENT_COLUMNS
        sheet = _sheet(result, rows, columns, _within(room), arrays=True)
    draw(sheet, out)


def _columns(result: Result, mode: str) -> Columns:
    """Values, tangents by input, cotangents."""
    steps = result.steps
    columns: dict[str, Sequence[Any]] = {"value": steps.trace.values}
    if mode != "reverse":
        columns |= {f"∂/∂{name}": tangents for name, tangents in steps.tangents.items()}
    if mode != "forward":
        columns["∂f/∂step"] = steps.cotangents
    return columns


def _sheet(
    result: Result, rows: int | None, columns: Columns, cell: Cell, *, arrays: bool = False
) -> Sheet:
    trace = result.steps.trace
    names = ("step", "name", "operation", *(("shape",) if arrays else ()))
    numbers = (Column(heading, right=not arrays) for heading in columns)
    sheet = Sheet((*map(Column, names), *numbers), [], _title(len(trace)), heads=3)
    last = -1
    for slot in chosen(len(trace), rows):
        if slot != last + 1:
            gap = Text(f"{slot - last - 1:,} steps left out (--trace all)", style="dim")
            blank = [Text("")] * (len(sheet.columns) - 3)
            sheet.rows.append((Text("…"), Text(""), gap, *blank))
        last = slot
        name = Text(trace.names.get(slot, ""))
        shape = [Text(_shape(trace.values[slot]))] if arrays else []
        cells = [cell(column[slot]) for column in columns.values()]
        step = Text(f"v{slot}")
        sheet.rows.append((step, name, Text(operation(trace, slot)), *shape, *cells))
    return sheet.filled()


def _title(steps: int) -> str:
    return "trace: 1 step" if steps == 1 else f"trace: {steps:,} steps"


def _shape(value: Any) -> str:
    return shown(value.shape) if shape_of(value) else ""


def _to(digits: int) -> Cell:
    """Numbers rounded to so many digits."""
    return lambda value: Text("" if value is None else rounded(value, digits))


def _within(room: int) -> Cell:
    """Numbers, small arrays whole if they find room, large ones as their range."""

    def cell(value: Any) -> Text:
        if not shape_of(value):
            return number(value)
        from gradcalc.views.grids import MAX_WHOLE_ELEMENTS, grid, summary

        if value.size <= MAX_WHOLE_ELEMENTS:
            text = grid(value).line()
            if len(text) <= room:
                return text
        return Text(summary(value, brief=room < VALUE_COLUMNS[2]))

    return cell


def chosen(size: int, rows: int | None) -> list[int]:
    """The steps that are shown: all, or head and tail."""
    if rows is None:
        head, tail = HEAD_ROWS, TAIL_ROWS
    else:
        tail = min(rows // 3, size)
        head = rows - tail
    if size <= head + tail:
        return list(range(size))
    return [*range(head), *range(size - tail, size)]
