"""A result as rich tables, which fit the terminal and never cut a number."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.result import Checks, Input, Result
from gradcalc.views import names, steps
from gradcalc.views.layout import fits, line, number, table
from gradcalc.views.numbers import has_arrays, shortest


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
    if result.inputs:
        wide = _wide(result, out, mode)
        out.print(wide if fits(wide, out) else _tall(result, out, mode))
    if rows != 0:
        out.print(steps.trace(result, out, mode, rows))


def _show_arrays(result: Result, out: Console, mode: str, rows: int | None, full: bool) -> None:
    answers = (result.value, *(row.gradient for row in result.inputs))
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
        if result.digits < 15 and result.reference is not None:
            value.append(f"; truly {result.reference}")
    line(out, names.value(result), value)
    valid(result, out)


def valid(result: Result, out: Console) -> None:
    """What decided the run's branches."""
    if result.guards:
        more = ", …" if len(result.guards) > 4 else ""
        line(out, "valid", Text("while " + ", ".join(result.guards[:4]) + more))


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
    made = table(out, "derivatives", ("input",), (*ways, "digits"))
    made.add_column("verdict", overflow="fold")
    for row in result.inputs:
        cells = [text for _, text in _sweeps(result, row, mode)]
        made.add_row(
            Text(names.derivative(result, row.name)), *cells, _digits(row), verdict(result, row)
        )
    return made


def _tall(result: Result, out: Console, mode: str) -> Table:
    """A row an input and way, for narrow terminals."""
    made = table(out, "derivatives", ("input", "by"), ("derivative", "digits"))
    made.add_column("verdict", overflow="fold")
    for row in result.inputs:
        cells = _sweeps(result, row, mode)
        for k, (way, text) in enumerate(cells):
            name = names.derivative(result, row.name) if k == 0 else ""
            last = k == len(cells) - 1
            judged = verdict(result, row) if k == 0 else Text("")
            made.add_row(
                Text(name), way, text, _digits(row) if k == 0 else "", judged, end_section=last
            )
    return made


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
    if checks.method == "extended":
        return _extended(checks)
    if checks.precision == 0:
        if result.notes and "no value in big numbers" in " ".join(result.notes):
            return "not checked: there is no reference to compare with"
        return "nothing was checked (--check off): float64 results of the two sweeps"
    where = f"at {checks.precision} digits"
    if checks.directions:
        where = f"along {checks.directions} random directions {where}"
    told = {
        True: f"forward and reverse agree {where}",
        False: f"forward and reverse DISAGREE {where}",
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


def _extended(checks: Checks) -> str:
    """The same of arrays too large for big numbers."""
    outcomes = {True: "agree", False: "DISAGREE", None: "were not compared"}
    told = (
        f"forward and reverse {outcomes[checks.modes]} along {checks.directions} random directions "
        f"in extended precision ({checks.precision} digits)"
    )
    if checks.symbolic is None:
        told += ", sympy was not asked"
    else:
        agree = "agrees" if checks.symbolic else "DISAGREES"
        told += f", sympy {agree} with {checks.sampled} sampled partial derivatives"
    return told + "; digits are counted against extended precision"
