"""`gradcalc eval`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli.point import read_at
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.reading import Options
    from gradcalc.result import Result


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    markdown = "markdown"
    latex = "latex"


class Check(StrEnum):
    """How much is checked."""

    full = "full"
    fast = "fast"
    off = "off"


class Numerals(StrEnum):
    """What a numeral means: the decimal as typed, or the nearest float64."""

    typed = "typed"
    float64 = "float64"


class Mode(StrEnum):
    """Which sweeps are shown."""

    both = "both"
    forward = "forward"
    reverse = "reverse"


class Kink(StrEnum):
    """The derivative at a kink: the mean of both sides, one of them, or what a framework takes."""

    mean = "mean"
    left = "left"
    right = "right"
    torch = "torch"
    jax = "jax"


def command(
    expr: Annotated[
        str, typer.Argument(help="A formula or program; @FILE reads it from a file, - from stdin.")
    ] = "",
    at: Annotated[
        list[str], typer.Option(help="The point: x=1,y=pi/2, or @point.json. May be repeated.")
    ] = [],  # noqa: B006
    wrt: Annotated[str, typer.Option(help="Differentiate by these inputs only: x,y.")] = "",
    file: Annotated[str, typer.Option("--file", "-f", help="Read the program from a file.")] = "",
    check: Annotated[
        Check, typer.Option(help="full; fast leaves sympy out; off checks nothing.")
    ] = Check.full,
    no_check: Annotated[bool, typer.Option("--no-check", help="The same as --check off.")] = False,
    numbers: Annotated[
        Numerals, typer.Option(help="Numerals are exact as typed, or the nearest float64.")
    ] = Numerals.typed,
    digits: Annotated[
        int, typer.Option(min=0, max=10_000, help="Compute the answer itself in so many digits.")
    ] = 0,
    min_digits: Annotated[
        int, typer.Option(min=0, max=16, help="Fail (exit 1) below so many correct digits.")
    ] = 0,
    atol: Annotated[
        float, typer.Option(min=0, help="An absolute error that --min-digits lets pass.")
    ] = 0.0,
    kink: Annotated[
        Kink, typer.Option(help="The derivative at a kink: a side, their mean, a framework's.")
    ] = Kink.mean,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 4 where the function is not smooth.")
    ] = False,
    mode: Annotated[Mode, typer.Option(help="Which sweeps the tables show.")] = Mode.both,
    trace: Annotated[str, typer.Option(help="all, off, or how many steps are shown.")] = "",
    format: Annotated[Format, typer.Option(help="How the answer is written.")] = Format.table,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only the numbers: value, then derivatives.")
    ] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Requests on stdin, one a line; answers, one a line.")
    ] = False,
    max_steps: Annotated[int, typer.Option(min=1, help="Turns of loops.")] = 1_000_000,
    max_trace: Annotated[int, typer.Option(min=1, help="Instructions of a run.")] = 2_000_000,
    max_calls: Annotated[int, typer.Option(min=1, help="Nested calls of functions.")] = 400,
    max_depth: Annotated[int, typer.Option(min=1, help="Nested brackets.")] = 200,
    max_size: Annotated[int, typer.Option(min=1, help="Characters of the text.")] = 400_000,
    color: Annotated[str, typer.Option(help="auto, always or never.")] = "auto",
) -> int:
    from gradcalc.evaluation import Options, evaluate
    from gradcalc.run.limits import Limits

    spell_out(sys.stdout)
    options = Options(
        check="off" if no_check else check.value,
        typed=numbers is Numerals.typed,
        digits=digits or None,
        min_digits=min_digits,
        atol=atol,
        kink=kink.value,
        strict=strict,
        limits=Limits(max_steps, max_trace, max_calls, max_depth, max_size),
    )
    if jsonl:
        return _lines(options, _rows(trace or "off"))
    source = _source(expr, file)
    result = evaluate(source, read_at(at), wrt=_names(wrt), options=options)
    _print(result, Format.json if json else format, mode.value, _rows(trace), quiet, color)
    if result.error is not None:
        from gradcalc.views.errors import drawn

        sys.stdout.flush()
        spell_out(sys.stderr).write(drawn(result.error) + "\n")
    return int(result.exit)


def _source(expr: str, file: str) -> str:
    """The text: as given, from a file, or from stdin."""
    if file and expr:
        raise GradcalcError("usage", "a formula and a file are given", None, "give one of them")
    path = file or (expr[1:] if expr.startswith("@") else expr if expr == "-" else "")
    if not path:
        if not expr:
            raise GradcalcError(
                "usage", "there is no formula", None, 'write gradcalc eval "sin(x)*y" --at x=1,y=2'
            )
        return expr
    try:
        if path == "-":
            return sys.stdin.read()
        with open(path, encoding="utf-8") as opened:
            return opened.read()
    except UnicodeDecodeError:
        from gradcalc.errors import Exit

        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None


def _names(wrt: str) -> tuple[str, ...] | None:
    return tuple(name.strip() for name in wrt.split(",") if name.strip()) or None


def _rows(trace: str) -> int | None:
    """How many steps to show: None is the view's own choice."""
    if trace == "":
        return None
    if trace in ("all", "off"):
        return sys.maxsize if trace == "all" else 0
    if trace.isdecimal():
        return int(trace)
    raise GradcalcError("usage", f"--trace {trace} is not understood", None, "all, off or a number")


def _print(
    result: Result, form: Format, mode: str, rows: int | None, quiet: bool, color: str
) -> None:
    if quiet or form not in (Format.table, Format.json):
        from gradcalc.views import flat

        for note in result.notes:
            print(f"note: {note}", file=spell_out(sys.stderr))

        if quiet:
            text = flat.bare(result)
        elif form in (Format.csv, Format.tsv):
            text = flat.separated(result, "," if form is Format.csv else "\t")
        else:
            text = flat.markdown(result) if form is Format.markdown else flat.latex(result)
        print(text)
    elif form is Format.json:
        from gradcalc.views import json

        print(json.text(json.record(result, rows=rows)))
    else:
        from gradcalc.views.console import console
        from gradcalc.views.tables import show

        show(result, console(color=color), mode=mode, rows=rows)


def _lines(options: Options, rows: int | None) -> int:
    """Answer requests line by line; a bad line costs that line alone."""
    import gc

    from gradcalc.cli.lines import answers

    gc.enable()  # the process goes on for as long as there are requests
    worst = 0
    for text, status in answers(sys.stdin, options, rows):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        worst = max(worst, status)
    return worst
