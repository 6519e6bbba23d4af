"""A result as rich tables, which fit the terminal and never cut a number."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.shapes import shape_of
from gradcalc.views import names, steps
from gradcalc.views.layout import fits, line, number, table
from gradcalc.views.numbers import has_arrays, shortest
from gradcalc.views.verdicts import closing, lost_digits, valid, verdict


def show(
    result: Result, out: Console, *, mode: str = "both", rows: int | None = None, full: bool = False
) -> None:
    """Print formula, value, derivatives, trace and what was checked.

    `mode` chooses the sweeps (both, forward, reverse); `rows` bounds the trace: None shows head
    and tail of a long one, 0 none. `full` shows every element of large arrays.
    """
    if has_arrays(result):
        _show_arrays(result, out, mode, rows, full)
    else:
        _show_numbers(result, out, mode, rows)
    for note in result.notes:
        line(out, "note", Text(note))
    out.print(Text(closing(result)))


def _show_numbers(result: Result, out: Console, mode: str, rows: int | None) -> None:
    _summary(result, out)
    if result.derivatives:
        wide = _wide(result, out, mode)
        out.print(wide if fits(wide, out) else _tall(result, out, mode))
    if rows != 0:
        out.print(steps.trace(result, out, mode, rows))


def _show_arrays(result: Result, out: Console, mode: str, rows: int | None, full: bool) -> None:
    answers = (result.value, *(row.gradient for row in result.derivatives))
    if not any(shape_of(x) for x in (*result.at.values(), *answers)):
        _show_numbers(result, out, mode, 0)
    else:
        from gradcalc.views import arrays

        arrays.show(result, out, mode, full)
    if rows != 0:
        out.print(steps.trace_of_arrays(result, out, mode, rows))


def _summary(result: Result, out: Console) -> None:
    line(out, "formula", Text(result.canonical))
    if result.at:
        at = ", ".join(f"{name} = {shortest(value)}" for name, value in result.at.items())
        line(out, "at", Text(at))
    value = number(result.value, result.digits)
    if result.precise and result.reference is not None:
        value = Text(result.reference)
    elif result.digits is not None:
        value.append(f"   {result.digits} of 16 digits", style="cyan")
        if result.digits < result.checks.full_digits and result.reference is not None:
            value.append(f"; truly {result.reference}")
    line(out, names.value(result), value)
    valid(result, out)


def _ways(result: Result, row: Derivative, mode: str) -> dict[str, Text]:
    """The derivative by each way, the answer itself first where none of them is it.

    The ways are those that any of the result's derivatives has, so that columns are the same.
    """
    rows = result.derivatives
    truth = Text(row.reference) if row.reference is not None else None
    ways: dict[str, Text] = {}
    if result.precise and truth is not None:
        ways["answer"] = truth
    elif any(each.gradient != each.reverse for each in rows):
        ways["answer"] = number(row.gradient, row.digits)
    if mode != "reverse":
        ways["forward"] = number(row.forward, row.digits)
    if mode != "forward":
        ways["reverse"] = number(row.reverse, row.digits)
    if any(each.symbolic is not None for each in rows):
        ways["sympy"] = number(row.symbolic)
    if truth is not None and any(lost_digits(result, each) for each in rows):
        ways["truth"] = truth
    return ways


def _wide(result: Result, out: Console, mode: str) -> Table:
    """A row an input."""
    ways = _ways(result, result.derivatives[0], mode)
    sheet = table(out, "derivatives", ("input",), (*ways, "digits"))
    sheet.add_column("verdict", overflow="fold")
    for row in result.derivatives:
        cells = _ways(result, row, mode).values()
        sheet.add_row(
            Text(names.derivative(result, row)), *cells, _digits(row), verdict(result, row)
        )
    return sheet


def _tall(result: Result, out: Console, mode: str) -> Table:
    """A row an input and way, for narrow terminals."""
    sheet = table(out, "derivatives", ("input", "by"), ("derivative", "digits"))
    sheet.add_column("verdict", overflow="fold")
    for row in result.derivatives:
        ways = _ways(result, row, mode)
        for k, (way, text) in enumerate(ways.items()):
            name = names.derivative(result, row) if k == 0 else ""
            last = k == len(ways) - 1
            judged = verdict(result, row) if k == 0 else Text("")
            sheet.add_row(
                Text(name), way, text, _digits(row) if k == 0 else "", judged, end_section=last
            )
    return sheet


def _digits(row: Derivative) -> str:
    return "" if row.digits is None else str(row.digits)
