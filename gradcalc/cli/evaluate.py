"""`gradcalc eval`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli import options as given
from gradcalc.cli.answer import refuse_save, shown
from gradcalc.cli.deadline import within
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.answers.request import Options


def command(
    expr: given.Expr = "",
    at: given.At = [],  # noqa: B006
    wrt: given.Wrt = "",
    file: given.File = "",
    check: given.CheckOption = given.Check.full,
    no_check: given.NoCheck = False,
    numbers: given.NumbersOption = given.Numerals.typed,
    digits: given.Digits = 0,
    min_digits: given.MinDigits = 0,
    atol: given.Atol = 0.0,
    kink: given.KinkOption = given.Kink.mean,
    strict: given.Strict = False,
    order: Annotated[
        int, typer.Option(min=1, max=20, help="All derivatives up to this order, by one input.")
    ] = 1,
    mode: given.ModeOption = given.Mode.both,
    trace: given.TraceRows = "",
    full: given.Full = False,
    save: given.Save = "",
    format: given.FormatOption = given.Format.table,
    json: given.Json = False,
    quiet: given.Quiet = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Requests on stdin, one a line; answers, one a line.")
    ] = False,
    max_steps: given.MaxSteps = 1_000_000,
    max_trace: given.MaxTrace = 2_000_000,
    max_calls: given.MaxCalls = 400,
    max_depth: given.MaxDepth = 200,
    max_size: given.MaxSize = 400_000,
    max_elements: given.MaxElements = 20_000_000,
    timeout: given.Timeout = None,
    color: given.Color = "auto",
) -> int:
    options = given.options(
        check,
        no_check,
        numbers,
        digits,
        min_digits,
        atol,
        kink,
        strict,
        (max_steps, max_trace, max_calls, max_depth, max_size, max_elements),
    )
    spell_out(sys.stdout)
    refuse_save(save)
    if jsonl:
        if save or order > 1:
            raise GradcalcError("usage", "--jsonl takes neither --save nor --order")
        return _lines(options, given.rows(trace or "off"))
    from gradcalc.cli.point import read_at

    with within(timeout):
        text, point, by = given.source(expr, file), read_at(at, max_elements), given.names(wrt)
        if order > 1:
            from gradcalc.answers.orders import derivatives

            result = derivatives(text, point, order, wrt=by, options=options)
        else:
            from gradcalc.answers.evaluate import evaluate

            result = evaluate(text, point, wrt=by, options=options)
    form = given.Format.json if json else format
    return shown(
        result,
        form,
        mode=mode.value,
        rows=given.rows(trace),
        quiet=quiet,
        color=color,
        full=full,
        save=save,
    )


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
