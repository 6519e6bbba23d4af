"""A result on a screen: the trace, then formula, point, value, derivatives and the proof."""

from __future__ import annotations

from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.big import brief
from gradcalc.numbers.shapes import shape_of
from gradcalc.views import names, steps, verdicts
from gradcalc.views.console import Screen
from gradcalc.views.layout import gap, line, number, sheet
from gradcalc.views.numbers import has_arrays, shortest
from gradcalc.views.sheets import draw
from gradcalc.views.ways import Way, ways


def show(
    result: Result, out: Screen, *, mode: str = "both", rows: int | None = None, full: bool = False
) -> None:
    """Print the trace, then the answer and what was checked, which stay in sight.

    `mode` chooses the sweeps (both, forward, reverse); `rows` bounds the trace: None shows head
    and tail of a long one, 0 none. `full` shows every element of large arrays and every digit.
    """
    arrays = has_arrays(result)
    if rows != 0:
        if arrays:
            steps.draw_trace_of_arrays(result, out, mode, rows)
        else:
            steps.draw_trace(result, out, mode, rows, full=full)
        gap(out)
    if arrays and _shows_arrays(result):
        from gradcalc.views import arrays as array_views

        array_views.show(result, out, mode, full)
    else:
        _show_numbers(result, out, mode)
    for note in result.notes:
        line(out, "note", Text(note))
    verdicts.conclude(result, out)


def _shows_arrays(result: Result) -> bool:
    answers = (result.value, *(row.gradient for row in result.derivatives))
    return any(shape_of(x) for x in (*result.at.values(), *answers))


def _show_numbers(result: Result, out: Screen, mode: str) -> None:
    line(out, "formula", Text(result.canonical))
    if result.at:
        at = ", ".join(f"{name} = {shortest(value)}" for name, value in result.at.items())
        line(out, "at", Text(at))
    line(out, names.value(result), _value(result))
    verdicts.valid(result, out)
    if result.derivatives:
        gap(out)
        _draw_derivatives(result, out, mode)
        gap(out)


def _value(result: Result) -> Text:
    if result.precise and result.reference is not None:
        value = Text(result.reference)
    else:
        value = number(result.value, result.digits)
    if result.digits is not None:
        counted = verdicts.digits(result, result.digits)
        value.append("   ").append_text(counted.append(" digits"))
    if verdicts.is_lost(result, result.digits) and not result.precise and result.reference:
        value.append(f"; truly {brief(result.reference)}")
    return value


def _draw_derivatives(result: Result, out: Screen, mode: str) -> None:
    """A row an input; verdicts beside them unless all are good, which the proof then says once."""
    columns = ways(result, mode)
    table = sheet(("derivative",), (*(way.heading for way in columns), "digits"), ("verdict",))
    judged = verdicts.worth_saying(result)
    for k, row in enumerate(result.derivatives):
        cells = [_cell(way, k, row) for way in columns]
        count = verdicts.digits(result, row.digits)
        verdict = verdicts.verdict(result, row) if judged else Text("")
        table.rows.append((Text(names.derivative(result, row)), *cells, count, verdict))
    draw(table, out)


def _cell(way: Way, place: int, row: Derivative) -> Text:
    value = way.numbers[place]
    if isinstance(value, str):
        return Text(value)
    return number(value, row.digits if way.counted else None)
