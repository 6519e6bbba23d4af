"""A result as rich tables, which fit the terminal and never cut a number."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gradcalc.result import Input, Result
from gradcalc.trace.failures import OPERATORS
from gradcalc.trace.trace import CONSTANT, INPUT
from gradcalc.views.console import box
from gradcalc.views.numbers import shortest, trusted

HEAD, TAIL = 20, 10  # rows of a long trace that are shown
ALL_ROWS = sys.maxsize
LABEL = 9  # columns of the words before formula, point and value


def show(result: Result, out: Console, *, mode: str = "both", rows: int | None = None) -> None:
    """Print formula, value, derivatives, trace and what was checked.

    `mode` chooses the sweeps (both, forward, reverse); `rows` bounds the trace: None shows head
    and tail of a long one, 0 none.
    """
    _summary(result, out)
    if result.inputs:
        wide = _wide(result, out, mode)
        out.print(wide if _fits(wide, out) else _tall(result, out, mode))
    if rows != 0:
        out.print(_trace(result, out, mode, rows))
    for note in result.notes:
        _line(out, "note", Text(note))
    out.print(Text(closing(result)))


def number(value: float | None, digits: int | None = None) -> Text:
    """A number, the digits that are wrong dimmed."""
    if value is None:
        return Text("")
    shown = shortest(value)
    right = trusted(value, digits)
    return Text(shown[:right]).append(shown[right:], style="dim")


def _fits(table: Table, out: Console) -> bool:
    return Measurement.get(out, out.options.update(width=10_000), table).maximum <= out.width


def _line(out: Console, label: str, text: Text) -> None:
    """A label and a text, whose further lines stand under its first."""
    first, *more = text.split("\n")
    out.print(Text(f"{label:<{LABEL}}").append(first))
    for line in more:
        out.print(Text(" " * LABEL).append(line))


def _summary(result: Result, out: Console) -> None:
    _line(out, "formula", Text(result.canonical))
    if result.at:
        at = ", ".join(f"{name} = {shortest(value)}" for name, value in result.at.items())
        _line(out, "at", Text(at))
    value = number(result.value, result.digits)
    if result.precise and result.reference is not None:
        value = Text(result.reference)
    elif result.digits is not None:
        value.append(f"   {result.digits} of 16 digits", style="cyan")
        if result.digits < 15 and result.reference is not None:
            value.append(f"; truly {result.reference}")
    _line(out, "value", value)
    if result.guards:
        more = ", …" if len(result.guards) > 4 else ""
        _line(out, "valid", Text("while " + ", ".join(result.guards[:4]) + more))


def _table(out: Console, title: str, left: tuple[str, ...], right: tuple[str, ...]) -> Table:
    """A table with columns set to the left, then columns of numbers."""
    made = Table(box=box(out), title=title, title_justify="left", title_style="bold")
    for name in left:
        made.add_column(name, overflow="fold")
    for name in right:
        made.add_column(name, justify="right", overflow="fold")
    return made


def _sweeps(result: Result, row: Input, mode: str) -> list[tuple[str, Text]]:
    """The derivative by each way, the answer itself first where none of them is it."""
    made = []
    if mode != "reverse":
        made.append(("forward", number(row.forward, row.digits)))
    if mode != "forward":
        made.append(("reverse", number(row.reverse, row.digits)))
    if any(given.symbolic is not None for given in result.inputs):
        made.append(("sympy", number(row.symbolic)))
    if any(_doubted(given) for given in result.inputs) and row.reference is not None:
        made.append(("truth", Text(row.reference)))
    if result.precise and row.reference is not None:
        made.insert(0, ("answer", Text(row.reference)))
    elif any(given.gradient != given.reverse for given in result.inputs):
        made.insert(0, ("answer", number(row.gradient, row.digits)))
    return made


def _doubted(row: Input) -> bool:
    """Are there digits that are wrong, at a smooth point?"""
    return row.status == "smooth" and row.digits is not None and row.digits < 15


def _wide(result: Result, out: Console, mode: str) -> Table:
    """A row an input."""
    ways = [name for name, _ in _sweeps(result, result.inputs[0], mode)]
    table = _table(out, "derivatives", ("input",), (*ways, "digits"))
    table.add_column("verdict", overflow="fold")
    for row in result.inputs:
        cells = [text for _, text in _sweeps(result, row, mode)]
        table.add_row(Text(f"∂/∂{row.name}"), *cells, _digits(row), verdict(result, row))
    return table


def _tall(result: Result, out: Console, mode: str) -> Table:
    """A row an input and way, for narrow terminals."""
    table = _table(out, "derivatives", ("input", "by"), ("derivative", "digits"))
    table.add_column("verdict", overflow="fold")
    for row in result.inputs:
        cells = _sweeps(result, row, mode)
        for k, (way, text) in enumerate(cells):
            name = f"∂/∂{row.name}" if k == 0 else ""
            last = k == len(cells) - 1
            judged = verdict(result, row) if k == 0 else Text("")
            table.add_row(
                Text(name), way, text, _digits(row) if k == 0 else "", judged, end_section=last
            )
    return table


def _digits(row: Input) -> str:
    return "" if row.digits is None else str(row.digits)


def verdict(result: Result, row: Input) -> Text:
    """One input's derivative, judged in a few words."""
    checks = result.checks
    if row.status != "smooth":
        ends = ["none" if s is None else shortest(s) for s in (row.left, row.right)]
        return Text(f"{row.status} [{ends[0]}, {ends[1]}]", style="yellow")
    if checks.modes is False or checks.symbolic is False:
        return Text("DISAGREE", style="bold red")
    if _doubted(row):
        return Text("digits lost", style="yellow")
    if checks.modes is None:
        return Text("not checked" if checks.method == "none" else "by the probe")
    return Text(f"{'agree' if checks.symbolic else 'modes agree'} ✓", style="green")


def closing(result: Result) -> str:
    """What was checked and how, in a sentence."""
    checks = result.checks
    if checks.precision == 0:
        if result.notes and "no value in big numbers" in " ".join(result.notes):
            return "not checked: there is no reference to compare with"
        return "nothing was checked (--check off): float64 results of the two sweeps"
    told = {
        True: f"forward and reverse agree at {checks.precision} digits",
        False: f"forward and reverse DISAGREE at {checks.precision} digits",
        None: "the one-sided probe of the source gave the derivatives",
    }[checks.modes]
    how = {
        "whole": "with sympy's derivative of the whole expression",
        "instruction": "with sympy's derivative of each instruction",
    }.get(checks.method)
    if how:
        told += f", and {'agree' if checks.symbolic else 'DISAGREE'} {how}"
    elif checks.modes is not None:
        told += "; sympy was not asked"
    return told


def _trace(result: Result, out: Console, mode: str, rows: int | None) -> Table:
    """The trace, with the tangents of as many inputs as fit."""
    names = list(result.steps.tangents) if mode != "reverse" else []
    for count in range(len(names), 0, -1):
        table = _steps(result, out, mode, rows, names[:count], names[count:])
        if _fits(table, out):
            return table
    return _steps(result, out, mode, rows, [], names)


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
    table = _table(out, title, ("step", "operation"), tuple(columns))
    last = -1
    for slot in _chosen(len(trace), rows):
        if slot != last + 1:
            table.add_row("…", f"{slot - last - 1} steps left out (--trace all)")
        last = slot
        cells = [number(steps.tangents[name][slot]) for name in names]
        if mode != "forward":
            cells.append(number(steps.cotangents[slot]))
        table.add_row(f"v{slot}", Text(operation(result, slot)), number(trace.values[slot]), *cells)
    return table


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


def operation(result: Result, slot: int) -> str:
    """A step as people write it: `v0 * v1`, `sin(v2)`, `x`."""
    trace = result.steps.trace
    row, arguments = trace.rules[slot], trace.arguments[slot]
    if row is INPUT:
        return next(name for name, place in trace.inputs.items() if place == slot)
    if row is CONSTANT:
        exact = trace.constants[slot]
        return exact if isinstance(exact, str) else shortest(trace.values[slot])
    names = [f"v{argument}" for argument in arguments]
    if row.name in OPERATORS:
        sign = OPERATORS[row.name]
        return f"{names[0]}{sign}{names[1]}" if sign == "^" else f"{names[0]} {sign} {names[1]}"
    if row.name == "neg":
        return f"-{names[0]}"
    return f"{row.name}({', '.join(names)})"
