"""A result as rich tables, which fit the terminal and never cut a number."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.answers.result import Derivative, Result
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
    if not any(hasattr(x, "shape") for x in (*result.at.values(), *answers)):
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


def _sweeps(result: Result, row: Derivative, mode: str) -> list[tuple[str, Text]]:
    """The derivative by each way, the answer itself first where none of them is it."""
    made = []
    if mode != "reverse":
        made.append(("forward", number(row.forward, row.digits)))
    if mode != "forward":
        made.append(("reverse", number(row.reverse, row.digits)))
    if any(given.symbolic is not None for given in result.derivatives):
        made.append(("sympy", number(row.symbolic)))
    if any(lost_digits(result, each) for each in result.derivatives) and row.reference is not None:
        made.append(("truth", Text(row.reference)))
    if result.precise and row.reference is not None:
        made.insert(0, ("answer", Text(row.reference)))
    elif any(given.gradient != given.reverse for given in result.derivatives):
        made.insert(0, ("answer", number(row.gradient, row.digits)))
    return made


def _wide(result: Result, out: Console, mode: str) -> Table:
    """A row an input."""
    ways = [name for name, _ in _sweeps(result, result.derivatives[0], mode)]
    made = table(out, "derivatives", ("input",), (*ways, "digits"))
    made.add_column("verdict", overflow="fold")
    for row in result.derivatives:
        cells = [text for _, text in _sweeps(result, row, mode)]
        made.add_row(
            Text(names.derivative(result, row)), *cells, _digits(row), verdict(result, row)
        )
    return made


def _tall(result: Result, out: Console, mode: str) -> Table:
    """A row an input and way, for narrow terminals."""
    made = table(out, "derivatives", ("input", "by"), ("derivative", "digits"))
    made.add_column("verdict", overflow="fold")
    for row in result.derivatives:
        cells = _sweeps(result, row, mode)
        for k, (way, text) in enumerate(cells):
            name = names.derivative(result, row) if k == 0 else ""
            last = k == len(cells) - 1
            judged = verdict(result, row) if k == 0 else Text("")
            made.add_row(
                Text(name), way, text, _digits(row) if k == 0 else "", judged, end_section=last
            )
    return made


def _digits(row: Derivative) -> str:
    return "" if row.digits is None else str(row.digits)
