"""`gradcalc eval`: value and gradient at a point; with --jsonl, of a stream of requests."""

# Annotations are types here, not texts of types: see `option_groups`.

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import refuse_save, write_answer
from gradcalc.cli.groups import flattened
from gradcalc.cli.option_groups import EvaluationOptions, LimitOptions, OutputOptions, TraceOptions
from gradcalc.cli.profiles import ProfileOptions, write_profile
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.answers.request import Options


@flattened
def command(
    *,
    expr: options.Expr = "",
    at: options.At,
    wrt: options.Wrt,
    file: options.File = "",
    evaluation: EvaluationOptions,
    order: Annotated[
        int,
        options.count(
            help="Highest order of derivatives, with one input.",
            panel=options.ACCURACY,
            min=1,
            max=20,
        ),
    ] = 1,
    mode: Annotated[
        options.Mode,
        typer.Option(rich_help_panel=options.OUTPUT, help="Sweeps to show in the tables."),
    ] = options.Mode.both,
    steps: TraceOptions,
    profiling: ProfileOptions,
    output: OutputOptions,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            rich_help_panel=options.OUTPUT,
            help="Read requests from stdin and answer them, line by line.",
        ),
    ] = False,
    limits: LimitOptions,
) -> int:
    request_options = evaluation.options(limits)
    spell_out(sys.stdout)
    output.refuse()
    if jsonl:
        request = {"a formula": expr, "--file": file, "--at": at, "--wrt": wrt}
        _refuse_beside_jsonl({**request, "--save": output.save, "--order": order > 1})
        return _answer_lines(request_options, steps.rows("off"), limits.timeout)
    refuse_save(output.save)
    from gradcalc.cli.point import read_at

    with within(limits.timeout):
        source, point = read_source(expr, file), read_at(at, limits.max_elements)
        if profiling.asked:
            names = options.names(wrt)
            return write_profile(source, point, names, request_options, output, profiling)
        if order > 1:
            from gradcalc.answers.orders import derivatives

            result = derivatives(
                source, point, order, wrt=options.names(wrt), options=request_options
            )
        else:
            from gradcalc.answers.evaluate import evaluate

            result = evaluate(source, point, wrt=options.names(wrt), options=request_options)
    return write_answer(result, output, rows=steps.rows(), mode=mode.value)


def _refuse_beside_jsonl(values: Mapping[str, object]) -> None:
    """GradcalcError for what a stream of requests can't be combined with, or says itself."""
    for name, value in values.items():
        if value:
            raise GradcalcError(
                "usage",
                f"--jsonl can't be combined with {name}",
                hint='the requests come from stdin: {"expr": "x^2", "at": {"x": 3}}',
            )


def _answer_lines(request_options: "Options", rows: int | None, timeout: float | None) -> int:
    """Answer requests line by line; the worst of their exit statuses."""
    import gc
    import io

    from gradcalc.cli.lines import answers
    from gradcalc.views.plain import escape_out

    gc.freeze()  # what was imported stays, and is not searched again and again
    gc.enable()  # the process lives as long as there are requests
    worst = 0
    if isinstance(sys.stdin, io.TextIOWrapper):  # bytes that are not text cost their line alone
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    out = escape_out(sys.stdout)
    for text, status in answers(sys.stdin, request_options, rows, timeout):
        out.write(text + "\n")
        out.flush()
        worst = max(worst, status)
    return worst
