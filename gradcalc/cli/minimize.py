"""`gradcalc minimize`: a minimum, and what is proven of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.everywhere import BoxOptions, Question, answer
from gradcalc.cli.groups import flattened
from gradcalc.cli.minimize_options import PathOptions, RegionOptions, WalkOptions
from gradcalc.cli.option_groups import LimitOptions
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.optimize.minimum import Minimum
    from gradcalc.optimize.path import Iterate

EXAMPLE = 'gradcalc minimize "(1-x)^2 + 100*(y-x^2)^2" --at x=-1.2,y=1'
REDRAWN_PER_SECOND = 8


@flattened
def command(
    *,
    expr: options.Expr = "",
    at: options.At,
    wrt: options.Wrt,
    file: options.File = "",
    region: RegionOptions,
    box: BoxOptions,
    walk: WalkOptions,
    path: PathOptions,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=options.COMMON,
            help="Print only the point, as --at takes it.",
        ),
    ] = False,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    limits: LimitOptions,
) -> int:
    from gradcalc.claims.boxes import read_bounds
    from gradcalc.cli.pictures import refuse_picture
    from gradcalc.cli.point import read_at
    from gradcalc.optimize.minimize import minimize

    source = read_source(expr, file, EXAMPLE)
    refuse_picture(path.output)
    start = read_at(at, limits.max_elements)
    if box.wanted:
        others = {"--bounds": region.bounds, "--wrt": wrt, "--plot": path.plot, "-o": path.output}
        given = [name for name, value in others.items() if value] + walk.given()
        printed = (quiet, json, color)
        question = Question(region.subject_to, walk.maximize, walk.tol, given, limits, *printed)
        return answer(source, box, start, question)
    if json and path.plot and not path.output:
        raise GradcalcError("usage", "--plot with --json needs a file", hint="add -o path.svg")
    with blaming(source), within(limits.timeout), _watching(not (quiet or json)) as watch:
        columns = _columns(walk.batch)
        found = minimize(
            source,
            start,
            wrt=options.names(wrt),
            bounds=read_bounds(region.bounds).bounds,
            subject_to=region.subject_to,
            columns=columns,
            settings=walk.settings(limits),
            watch=watch,
        )
    _print(found, quiet=quiet, json=json, color=color)
    if path.plot or path.output:
        _draw(found, start, path.output, color)
    return int(found.exit)


def _columns(path: str) -> dict[str, Any]:
    """The columns of numbers of a table, whole."""
    if not path:
        return {}
    import numpy as np

    from gradcalc.cli.file_errors import bad_file
    from gradcalc.tables import open_table

    with open_table(path) as table:
        blocks = [block.decode() for block in table.blocks()]
        columns = {}
        for name in table.columns:
            parts = [block.numbers(name) for block in blocks]
            columns[name] = np.concatenate(parts) if parts else np.empty(0)
    if not columns or not len(next(iter(columns.values()))):
        raise bad_file(path, "has no rows", "give a table with at least one")
    for name, column in columns.items():
        if not np.isfinite(column).all():
            row = int(np.flatnonzero(~np.isfinite(column))[0]) + 1
            raise bad_file(
                path, f"has no number in column {name}, row {row}", "fill it, or remove the row"
            )
    return columns


@contextmanager
def _watching(wanted: bool) -> Iterator[Callable[[Iterate], None] | None]:
    """What shows the iterates as they come, on a terminal; gone when all is done."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.live import Live

    from gradcalc.views import minimized
    from gradcalc.views.console import console

    path: list[Iterate] = []
    names: Sequence[str] = ()
    screen = console(sys.stderr)
    with Live(
        console=screen,
        transient=True,
        refresh_per_second=REDRAWN_PER_SECOND,
        get_renderable=lambda: minimized.live(path, names),
    ):
        yield path.append


def _print(found: Minimum, *, quiet: bool, json: bool, color: str) -> None:
    from gradcalc.views import minimized

    out = spell_out(sys.stdout)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(minimized.record(found)), file=out)
        elif quiet:
            print(minimized.pasted(found), file=out)
        else:
            from gradcalc.views.console import console

            minimized.show(found, console(color=color))


def _draw(found: Minimum, start: Mapping[str, Any], path: str, color: str) -> None:
    """The path in the terminal, or as a picture in a file."""
    from gradcalc.views import walked

    held = {name: value for name, value in start.items() if name not in found.point}
    behind = walked.background(found, held)
    if path:
        from gradcalc.cli.pictures import write_picture

        write_picture(walked.chart(found, behind), path)
        return
    from gradcalc.views.console import console

    with verdict_output():
        print()
        walked.show(found, behind, console(color=color))
