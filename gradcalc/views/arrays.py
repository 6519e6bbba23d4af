"""Answers with arrays as tables: a row an input, small arrays whole, large ones in a few words."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.shapes import shown
from gradcalc.views import names
from gradcalc.views.elements import worth_naming
from gradcalc.views.full import print_full
from gradcalc.views.grids import SMALL, cell, complete, grid, summary, tally
from gradcalc.views.layout import LABEL, fits, line, number, table, width
from gradcalc.views.verdicts import valid, verdict

NAMED = 5  # elements that are named, of the many that may be in doubt
ROOMS = (100, 80, 64, 48, 40, 32, 24, 16)  # columns of a derivative; the widest that fits


def show(result: Result, out: Console, mode: str, full: bool) -> None:
    """Print formula, point, value and derivatives."""
    line(out, "formula", Text(result.canonical))
    _point(result, out)
    _value(result, out)
    valid(result, out)
    if result.derivatives:
        out.print(_derivatives(result, out, mode))
        named = worth_naming(result)
        kept = named if full or len(named) <= NAMED + 1 else named[:NAMED]
        if len(named) > len(kept):
            kept.append(f"and {len(named) - len(kept):,} more")
        if kept:
            line(out, "elements", Text("\n".join(kept)))
    if full:
        print_full(result, out)


def _point(result: Result, out: Console) -> None:
    if not result.at:
        return
    room = width(out) - LABEL
    short = all(np.size(value) <= SMALL for value in result.at.values())
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
            told = Text(f"{name}: {shown(value.shape)}, {summary(value, norm=True)}")
        else:
            told = Text(start).append(_hanging(text, len(start)))
        line(out, "" if k else "at", told)


def _hanging(text: Text, columns: int) -> Text:
    """The text, its further lines as far to the right as its first."""
    return Text("\n" + " " * columns).join(text.split("\n"))


def _inline(value: Any) -> Text:
    return grid(value).line() if hasattr(value, "shape") else number(value)


def _whole(value: Any, room: int, digits: Any = None, texts: Any = None) -> Text | None:
    """A number, or a small array that finds room."""
    if not hasattr(value, "shape"):
        return number(value, digits) if texts is None else Text(texts)
    return cell(value, room, digits, complete(texts))


def _on_a_line(value: Any, room: int, digits: Any = None, texts: Any = None) -> Text | None:
    """The same, but a matrix on a line too if it can."""
    if hasattr(value, "shape") and value.size <= SMALL:
        text = grid(value, digits, complete(texts)).line()
        if len(text) <= room:
            return text
    return _whole(value, room, digits, texts)


def _value(result: Result, out: Console) -> None:
    texts = result.reference if result.precise else None
    room = width(out) - LABEL - len("   15 to 16 of 16 digits")
    text = _on_a_line(result.value, room, result.digits, texts)
    if text is None:
        text = Text(f"{shown(result.value.shape)}, {summary(result.value, norm=True)}")
    counted = tally(result.digits)
    if counted and not result.precise:
        text.append(f"   {counted} of 16 digits", style="cyan")
        if (
            not hasattr(result.value, "shape")
            and result.digits < result.checks.full_digits
            and result.reference
        ):
            text.append(f"; truly {result.reference}")
    line(out, names.value(result), text)


# derivatives ------------------------------------------------------------------------------


def _derivatives(result: Result, out: Console, mode: str) -> Table:
    for room in ROOMS:
        made = _table(result, out, mode, room)
        if fits(made, out):
            break
    return made


def _table(result: Result, out: Console, mode: str, room: int) -> Table:
    heading = "answer" if result.precise else "derivative" if mode == "both" else mode
    count = () if result.precise else ("digits",)
    made = table(out, "derivatives", ("input", "shape", heading, *count, "verdict"), ())
    for row in result.derivatives:
        shape = shown(row.gradient.shape) if hasattr(row.gradient, "shape") else ""
        cells = [
            Text(names.derivative(result, row)),
            Text(shape),
            _derivative(result, row, mode, room),
        ]
        cells += [Text(tally(row.digits))] if count else []
        made.add_row(*cells, verdict(result, row))
    return made


def _derivative(result: Result, row: Derivative, mode: str, room: int) -> Text:
    found = {"both": row.gradient, "forward": row.forward, "reverse": row.reverse}[mode]
    if found is None:
        return Text(f"too large for {mode} mode")
    texts = row.reference if result.precise else None
    whole = _whole(found, room, row.digits, texts)
    return whole if whole is not None else Text(summary(found, norm=room >= ROOMS[-4]))
