"""A result as rich tables."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.result import Input, Result
from gradcalc.trace.failures import OPERATORS
from gradcalc.trace.trace import CONSTANT, INPUT
from gradcalc.views.console import box
from gradcalc.views.numbers import shortest, trusted

HEAD, TAIL = 20, 10  # rows of a long trace that are shown


def number(value: float | None, digits: int | None = None) -> Text:
    """A number, the digits that are wrong dimmed."""
    if value is None:
        return Text("")
    shown = shortest(value)
    right = trusted(value, digits)
    return Text(shown[:right]).append(shown[right:], style="dim")


def show(result: Result, out: Console, *, mode: str = "both", rows: int | None = None) -> None:
    """Print formula, value, derivatives, trace and what was checked.

    `mode` chooses the columns (both, forward, reverse); `rows` bounds the trace: None shows head
    and tail of a long one, 0 none.
    """
    _summary(result, out)
    if result.inputs:
        out.print(_derivatives(result, out, mode))
    if rows != 0:
        out.print(_trace(result, out, mode, rows))
    for note in result.notes:
        out.print(Text(f"note: {note}"))
    out.print(Text(closing(result)))


def _summary(result: Result, out: Console) -> None:
    at = ", ".join(f"{name} = {shortest(value)}" for name, value in result.at.items())
    grid = Table.grid(padding=(0, 2))
    grid.add_row("formula", Text(result.canonical))
    if at:
        grid.add_row("at", at)
    value = number(result.value, result.digits)
    if result.digits is not None:
        value.append(f"   ({result.digits} of 16 digits)", style="cyan")
        if result.digits < 15 and result.reference is not None:
            value.append(f"   truly {result.reference}")
    grid.add_row("value", value)
    if result.guards:
        more = ", …" if len(result.guards) > 4 else ""
        grid.add_row("valid while", Text(", ".join(result.guards[:4]) + more))
    out.print(grid)


def _derivatives(result: Result, out: Console, mode: str) -> Table:
    table = Table(box=box(out), title="derivatives", title_justify="left")
    table.add_column("input")
    table.add_column("derivative", justify="right", no_wrap=True)
    if mode != "reverse":
        table.add_column("forward", justify="right", no_wrap=True)
    if mode != "forward":
        table.add_column("reverse", justify="right", no_wrap=True)
    table.add_column("sympy", justify="right", no_wrap=True)
    table.add_column("digits", justify="right")
    table.add_column("verdict")
    for row in result.inputs:
        sweeps = [number(row.forward)] if mode != "reverse" else []
        sweeps += [number(row.reverse)] if mode != "forward" else []
        digits = "" if row.digits is None else str(row.digits)
        table.add_row(
            Text(f"∂/∂{row.name}"), number(row.gradient, row.digits), *sweeps,
            number(row.symbolic) if row.symbolic is not None else Text("-"),
            digits, Text(verdict(result, row)),
        )  # fmt: skip
    return table


def verdict(result: Result, row: Input) -> str:
    """One input's derivative, judged in a few words."""
    if row.status != "smooth":
        ends = ["none" if s is None else shortest(s) for s in (row.left, row.right)]
        return f"{row.status} [{ends[0]}, {ends[1]}]"
    if row.digits is not None and row.digits < 15 and row.reference is not None:
        return f"{row.digits} digits; truly {row.reference}"
    checks = result.checks
    if checks.modes is None:
        return "not checked" if checks.method == "none" else "by the probe"
    if checks.modes is False or checks.symbolic is False:
        return "DISAGREE"
    return "agree ✓" if checks.symbolic else "modes agree ✓"


def closing(result: Result) -> str:
    """What was checked and how, in a sentence."""
    checks = result.checks
    if checks.precision == 0:
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
    trace, steps = result.steps.trace, result.steps
    shown = _chosen(len(trace), rows)
    names = list(steps.tangents) if mode != "reverse" else []
    room = max(1, (out.width - 60) // 14)
    columns, left_out = names[:room], names[room:]
    title = f"trace: {len(trace)} steps" + (
        f" (tangents of {', '.join(left_out[:6])} left out)" if left_out else ""
    )
    table = Table(box=box(out), title=title, title_justify="left")
    table.add_column("step", justify="right")
    table.add_column("operation")
    table.add_column("value", justify="right", no_wrap=True)
    for name in columns:
        table.add_column(f"∂/∂{name}", justify="right", no_wrap=True)
    if mode != "forward":
        table.add_column("∂f/∂step", justify="right", no_wrap=True)
    last = -1
    for slot in shown:
        if slot != last + 1:
            table.add_row("…", f"{slot - last - 1} steps left out (--trace all)")
        last = slot
        cells = [number(steps.tangents[name][slot]) for name in columns]
        if mode != "forward":
            cells.append(number(steps.cotangents[slot]))
        table.add_row(f"v{slot}", Text(operation(result, slot)), number(trace.values[slot]), *cells)
    return table


def _chosen(size: int, rows: int | None) -> list[int]:
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


ALL_ROWS = sys.maxsize
