"""`gradcalc minimize`: a minimum, and what is proven of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.option_groups import LimitOptions
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.optimize.minimize import Settings
    from gradcalc.optimize.minimum import Minimum
    from gradcalc.optimize.path import Iterate

EXAMPLE = 'gradcalc minimize "(1-x)^2 + 100*(y-x^2)^2" --at x=-1.2,y=1'
REDRAWN_PER_SECOND = 8


class Method(StrEnum):
    """How to go down."""

    trust_exact = "trust-exact"
    bfgs = "bfgs"
    l_bfgs_b = "l-bfgs-b"
    slsqp = "slsqp"
    trust_constr = "trust-constr"
    nelder_mead = "nelder-mead"
    gradient_descent = "gradient-descent"
    momentum = "momentum"
    adam = "adam"


class RegionOptions(NamedTuple):
    """Where the point must lie."""

    bounds: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=FROM:TO,…",
            rich_help_panel=options.COMMON,
            help="Bounds: x=0:1,y=0: (an end may be left out). Repeatable.",
        ),
    ]
    subject_to: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="CONDITION",
            rich_help_panel=options.COMMON,
            help='Constraint: "x+y<=1", "x*y==2". Repeatable.',
        ),
    ]

    def read_bounds(self) -> dict[str, tuple[float, float]]:
        """The bounds by name; an end that is left out is infinite."""
        from gradcalc.claims.boxes import read_bounds

        return dict(read_bounds(self.bounds).bounds)


class WalkOptions(NamedTuple):
    """How to go down, and how far."""

    method: Annotated[
        Method | None,
        typer.Option(
            help="How to go down; chosen by the problem if not given.", show_default=False
        ),
    ] = None
    maximize: Annotated[
        bool, typer.Option("--maximize", rich_help_panel=options.COMMON, help="Go up instead.")
    ] = False
    steps: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Maximum steps.", show_default=False)
    ] = None
    tol: Annotated[
        float,
        typer.Option(metavar="NUMBER", help="Stop where the norm of the gradient is below this."),
    ] = 1e-8
    starts: Annotated[
        int,
        typer.Option(
            min=1,
            max=100_000,
            metavar="N",
            help="Number of starts: random ones are added, within --bounds or around --at.",
        ),
    ] = 1
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of the random starts.")] = 0
    lr: Annotated[
        float,
        typer.Option(metavar="NUMBER", help="Learning rate of gradient-descent, momentum, adam."),
    ] = 1e-3
    batch: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="Table whose columns are inputs: minimize the mean over its rows."
        ),
    ] = ""
    batch_size: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Rows that a training step takes, in turn; 0 for all."
        ),
    ] = 0

    def settings(self, limits: LimitOptions) -> Settings:
        """The options as the optimizers take them."""
        from gradcalc.optimize.minimize import Settings
        from gradcalc.optimize.training import Training

        if not self.lr > 0 or not self.tol >= 0:
            raise GradcalcError("usage", "--lr and --tol must be positive", hint="write --lr 0.01")
        return Settings(
            None if self.method is None else self.method.value,
            self.maximize,
            self.steps,
            self.tol,
            Training(self.lr, batch_size=self.batch_size),
            self.starts,
            self.seed,
            limits.limits(),
        )


@flattened
def command(
    *,
    expr: options.Expr = "",
    at: options.At,
    wrt: options.Wrt,
    file: options.File = "",
    region: RegionOptions,
    walk: WalkOptions,
    plot: Annotated[
        bool,
        typer.Option(
            "--plot", rich_help_panel=options.OUTPUT, help="Draw the path, of one or two unknowns."
        ),
    ] = False,
    save: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Write the picture of the path to this file: .svg, .png or .pdf.",
        ),
    ] = "",
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
    from gradcalc.cli.pictures import refuse_picture
    from gradcalc.cli.point import read_at
    from gradcalc.optimize.minimize import minimize

    source = read_source(expr, file, EXAMPLE)
    refuse_picture(save)
    start, bounds = read_at(at, limits.max_elements), region.read_bounds()
    if json and plot and not save:
        raise GradcalcError("usage", "--plot with --json needs a file", hint="add -o path.svg")
    with blaming(source), within(limits.timeout), _watching(not (quiet or json)) as watch:
        columns = _columns(walk.batch)
        found = minimize(
            source,
            start,
            wrt=options.names(wrt),
            bounds=bounds,
            subject_to=region.subject_to,
            columns=columns,
            settings=walk.settings(limits),
            watch=watch,
        )
    _print(found, quiet=quiet, json=json, color=color)
    if plot or save:
        held = {name: value for name, value in start.items() if name not in found.point}
        with blaming(source):
            _draw(found, held, save, color)
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


def _draw(found: Minimum, held: dict[str, Any], path: str, color: str) -> None:
    """The path in the terminal, or as a picture in a file."""
    from gradcalc.views import walked

    behind = walked.background(found, held)
    if path:
        from gradcalc.cli.pictures import write_picture

        write_picture(walked.chart(found, behind), path)
        return
    from gradcalc.views.console import console

    with verdict_output():
        print()
        walked.show(found, behind, console(color=color))
