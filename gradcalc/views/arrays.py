"""Answers with arrays as tables: a row an input, small arrays whole, large ones in a few words."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.big import brief
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.views import names, verdicts
from gradcalc.views.console import Screen
from gradcalc.views.elements import worth_naming
from gradcalc.views.full import print_full
from gradcalc.views.grids import MAX_WHOLE_ELEMENTS, cell, complete, grid, summary, tally
from gradcalc.views.layout import gap, line, number, sheet, width
from gradcalc.views.sheets import INDENT_COLUMNS, LABEL_COLUMNS, Sheet, draw
from gradcalc.views.ways import ways

MAX_NAMED_ELEMENTS = 5  # elements that are named, of the many that may be in doubt
# Widths that a derivative may take; the widest that fits is taken.
DERIVATIVE_COLUMNS = (100, 80, 64, 48, 40, 32, 24, 16)


def show(result: Result, out: Screen, mode: str, full: bool) -> None:
    """Print formula, point, value and derivatives."""
    line(out, "formula", Text(result.canonical))
    _point(result, out)
    _value(result, out)
    verdicts.valid(result, out)
    if result.derivatives:
        gap(out)
        draw(_derivatives(result, out, mode), out)
        gap(out)
        named = worth_naming(result)
        everything = full or len(named) <= MAX_NAMED_ELEMENTS + 1
        lines = named if everything else named[:MAX_NAMED_ELEMENTS]
        if len(named) > len(lines):
            lines.append(f"and {len(named) - len(lines):,} more")
        if lines:
            line(out, "elements", Text("\n".join(lines)))
    if full:
        print_full(result, out)


def _point(result: Result, out: Screen) -> None:
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


def _value(result: Result, out: Screen) -> None:
    texts = result.reference if result.precise else None
    room = width(out) - LABEL_COLUMNS - len("   15 to 16 of 16 digits")
    text = _on_a_line(result.value, room, result.digits, texts)
    if text is None:
        text = Text(f"{shown(result.value.shape)}, {summary(result.value, norm=True)}")
    counted = _digits(result, result.digits)
    if counted:
        text.append("   ").append_text(counted).append(" digits")
    single = not shape_of(result.value) and not result.precise
    if single and result.reference and verdicts.is_lost(result, result.digits):
        text.append(f"; truly {brief(result.reference)}")
    line(out, names.value(result), text)


def _digits(result: Result, counts: Any) -> Text:
    """A count of digits, or the range of several: `13 to 16 of 16`."""
    tallied = tally(counts)
    return verdicts.digits(result, int(np.nanmin(counts)), tallied) if tallied else Text("")


# derivatives ------------------------------------------------------------------------------


def _derivatives(result: Result, out: Screen, mode: str) -> Sheet:
    """A row an input, arrays as large as there is room for them."""
    for room in DERIVATIVE_COLUMNS:
        table = _table(result, mode, room)
        if table.fits(out):
            return table
    return _table(result, mode, out.width - 2 * INDENT_COLUMNS)


def _table(result: Result, mode: str, room: int) -> Sheet:
    """Where ways differ the answer is shown alone: its digits say by how much they may."""
    columns = ways(result, mode)
    heading = columns[0].heading if len(columns) == 1 else "answer" if mode == "both" else mode
    table = sheet(("derivative", "shape", heading, "digits", "verdict"))
    judged = verdicts.worth_saying(result)
    for row in result.derivatives:
        shape = shown(row.gradient.shape) if shape_of(row.gradient) else ""
        name, answer = names.derivative(result, row), _derivative(result, row, mode, room)
        verdict = verdicts.verdict(result, row) if judged else Text("")
        table.rows.append((Text(name), Text(shape), answer, _digits(result, row.digits), verdict))
    return table


def _derivative(result: Result, row: Derivative, mode: str, room: int) -> Text:
    answer = {"both": row.gradient, "forward": row.forward, "reverse": row.reverse}[mode]
    if answer is None:
        return Text(f"too large for {mode} mode")
    texts = row.reference if result.precise else None
    whole = _whole(answer, room, row.digits, texts)
    if whole is not None:
        return whole
    return Text(summary(answer, norm=room >= DERIVATIVE_COLUMNS[-4]))
