"""Answers with arrays as tables: a row an input, small arrays whole, large ones in a few words."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.views import names
from gradcalc.views.elements import worth_naming
from gradcalc.views.full import print_full
from gradcalc.views.grids import MAX_WHOLE_ELEMENTS, cell, complete, grid, summary, tally
from gradcalc.views.layout import LABEL_COLUMNS, fits, line, number, table, width
from gradcalc.views.verdicts import valid, verdict

MAX_NAMED_ELEMENTS = 5  # elements that are named, of the many that may be in doubt
# Widths that a derivative may take; the widest that fits is taken.
DERIVATIVE_COLUMNS = (100, 80, 64, 48, 40, 32, 24, 16)


def show(result: Result, out: Console, mode: str, full: bool) -> None:
    """Print formula, point, value and derivatives."""
    line(out, "formula", Text(result.canonical))
    _point(result, out)
    _value(result, out)
    valid(result, out)
    if result.derivatives:
        out.print(_derivatives(result, out, mode))
        named = worth_naming(result)
        everything = full or len(named) <= MAX_NAMED_ELEMENTS + 1
        lines = named if everything else named[:MAX_NAMED_ELEMENTS]
        if len(named) > len(lines):
            lines.append(f"and {len(named) - len(lines):,} more")
        if lines:
            line(out, "elements", Text("\n".join(lines)))
    if full:
        print_full(result, out)


def _point(result: Result, out: Console) -> None:
    if not result.at:
        return
    room = width(out) - LABEL_COLUMNS
    short = all(np.size(value) <= MAX_WHOLE_ELEMENTS for value in result.at.values())
    joined = Text(", ").join(
        Text(f"{name} = ").append(_inline(value)) for name, value in result.at.items() if short
    )
    if short and len(joined) <= room:
        line(out, "at", joined)
        return
    for k, (name, value) in enumerate(result.at.items()):
        start = f"{name} = "
        text = _on_a_line(value, room - len(start))
        if text is None:
            text = Text(f"{name}: {shown(value.shape)}, {summary(value, norm=True)}")
        else:
            text = Text(start).append(_hanging(text, len(start)))
        line(out, "" if k else "at", text)


def _hanging(text: Text, columns: int) -> Text:
    """The text, its further lines as far to the right as its first."""
    return Text("\n" + " " * columns).join(text.split("\n"))


def _inline(value: Any) -> Text:
    return grid(value).line() if shape_of(value) else number(value)


def _whole(value: Any, room: int, digits: Any = None, texts: Any = None) -> Text | None:
    """A number, or a small array that finds room."""
    if not shape_of(value):
        return number(value, digits) if texts is None else Text(texts)
    return cell(value, room, digits, complete(texts))


def _on_a_line(value: Any, room: int, digits: Any = None, texts: Any = None) -> Text | None:
    """The same, but a matrix on a line too if it can."""
    if shape_of(value) and value.size <= MAX_WHOLE_ELEMENTS:
        text = grid(value, digits, complete(texts)).line()
        if len(text) <= room:
            return text
    return _whole(value, room, digits, texts)


def _value(result: Result, out: Console) -> None:
    texts = result.reference if result.precise else None
    room = width(out) - LABEL_COLUMNS - len("   15 to 16 of 16 digits")
    text = _on_a_line(result.value, room, result.digits, texts)
    if text is None:
        text = Text(f"{shown(result.value.shape)}, {summary(result.value, norm=True)}")
    counted = tally(result.digits)
    if counted and not result.precise:
        text.append(f"   {counted} of 16 digits", style="cyan")
        if (
            not shape_of(result.value)
            and result.digits < result.checks.full_digits
            and result.reference
        ):
            text.append(f"; truly {result.reference}")
    line(out, names.value(result), text)


# derivatives ------------------------------------------------------------------------------


def _derivatives(result: Result, out: Console, mode: str) -> Table:
    for room in DERIVATIVE_COLUMNS:
        sheet = _table(result, out, mode, room)
        if fits(sheet, out):
            break
    return sheet


def _table(result: Result, out: Console, mode: str, room: int) -> Table:
    heading = "answer" if result.precise else "derivative" if mode == "both" else mode
    count = () if result.precise else ("digits",)
    sheet = table(out, "derivatives", ("input", "shape", heading, *count, "verdict"), ())
    for row in result.derivatives:
        shape = shown(row.gradient.shape) if shape_of(row.gradient) else ""
        cells = [
            Text(names.derivative(result, row)),
            Text(shape),
            _derivative(result, row, mode, room),
        ]
        cells += [Text(tally(row.digits))] if count else []
        sheet.add_row(*cells, verdict(result, row))
    return sheet


def _derivative(result: Result, row: Derivative, mode: str, room: int) -> Text:
    answer = {"both": row.gradient, "forward": row.forward, "reverse": row.reverse}[mode]
    if answer is None:
        return Text(f"too large for {mode} mode")
    texts = row.reference if result.precise else None
    whole = _whole(answer, room, row.digits, texts)
    if whole is not None:
        return whole
    return Text(summary(answer, norm=room >= DERIVATIVE_COLUMNS[-4]))
