"""`gradcalc fit`: the parameters of a formula, from data."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.fit_options import (
    AnswerOptions,
    DataOptions,
    LossOption,
    ParameterOptions,
    fit_request,
)
from gradcalc.cli.groups import flattened
from gradcalc.cli.progress import bar
from gradcalc.cli.source import source_and_tables
from gradcalc.cli.tables import DialectOptions
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming, listed
from gradcalc.views.plain import say_note, spell_out

if TYPE_CHECKING:
    from gradcalc.fitting.answer import Fit

EXAMPLE = 'gradcalc fit "a*exp(-b*t) + c" data.csv --target y'


@flattened
def command(
    *,
    expr_files: options.ExprAndTables = None,
    file: options.File = "",
    data: DataOptions,
    written: DialectOptions,
    parameters: ParameterOptions,
    loss: Annotated[
        LossOption,
        typer.Option(
            rich_help_panel=options.COMMON, help="What is minimized; others spare outliers."
        ),
    ] = LossOption.squares,
    answer: AnswerOptions,
    seed: Annotated[
        int, options.count(help="Seed of the search for starting values.", panel=options.ACCURACY)
    ] = 0,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    timeout: options.TimeLimit = None,
) -> int:
    from gradcalc.cli.pictures import refuse_picture
    from gradcalc.fitting.fit import fit
    from gradcalc.tables import open_table

    source, paths = source_and_tables(expr_files or [], file, EXAMPLE, EXAMPLE)
    refuse_picture(answer.picture, "--picture")
    request = fit_request(data, written, parameters, answer, loss.value, seed)
    with blaming(source), within(timeout), bar(0, not answer.quiet), ExitStack() as stack:
        readers = [
            stack.enter_context(open_table(path, data.from_, dialect=written.dialect))
            for path in paths
        ]
        if not data.target:
            raise GradcalcError(
                "usage",
                "no target to fit",
                hint=f"name a column: --target {readers[0].columns[-1]}",
            )
        found = fit(source, readers, data.target, request)
    if answer.predict:
        _predict(found, answer, written)
    if answer.picture:
        from gradcalc.cli.pictures import write_picture
        from gradcalc.views.fit_charts import chart

        write_picture(chart(found), answer.picture)
    aside = bool(answer.predict) and answer.output == "-"  # stdout holds the predictions
    stream = sys.stderr if aside else sys.stdout
    if answer.quiet and not json:
        _print_values(found, stream)
    else:
        _print(found, json, color, stream, plot=answer.plot)
    return int(found.exit)


def _predict(found: Fit, answer: AnswerOptions, written: DialectOptions) -> None:
    """Write the table of predictions: the columns that the formula reads, values and bands."""
    from gradcalc.fitting.prediction import COLUMNS
    from gradcalc.tables import create_table, open_table

    predictor = found.predictors[0]
    names = predictor.model.columns
    with open_table(answer.predict, dialect=written.dialect) as reader:
        for name in names:
            if name not in reader.columns:
                raise GradcalcError(
                    "missing-value",
                    f"{answer.predict} has no column named {name}",
                    hint=f"its columns are {listed(reader.columns)}",
                )
        with create_table(answer.output, None, (*names, *COLUMNS)) as writer:
            for block in reader.blocks():
                batch = block.decode()
                table = {name: batch.numbers(name, written.cells) for name in names}
                columns = {**table, **predictor.columns(table, batch.rows)}
                writer.write(writer.encode(columns))


def _print_values(found: Fit, stream: TextIO) -> None:
    from gradcalc.views.fitted import bare

    for note in (*found.notes, *map(str, found.confounded)):
        say_note(note)
    with verdict_output():
        print(bare(found), file=spell_out(stream))


def _print(found: Fit, json: bool, color: str, stream: TextIO, *, plot: bool) -> None:
    from gradcalc.views import fitted

    out = spell_out(stream)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(fitted.record(found)), file=out)
        else:
            from gradcalc.views.console import console

            fitted.show(found, console(stream, color), plot=plot)
