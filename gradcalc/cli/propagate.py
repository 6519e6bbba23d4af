"""`gradcalc propagate`: the uncertainty of a result whose inputs are uncertain."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.option_groups import LimitOptions
from gradcalc.cli.progress import bar
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import Exit, GradcalcError, blaming, listed
from gradcalc.views.plain import say_note, spell_out

if TYPE_CHECKING:
    from gradcalc.uncertainty.covariance import Pair
    from gradcalc.uncertainty.propagate import Coverage

EXAMPLE = 'gradcalc propagate "V/I" --at "V=5.00±0.02,I=2.00±0.05"'


class InputOptions(NamedTuple):
    """The inputs with their uncertainties, and what they share."""

    at: Annotated[
        list[str],
        options.several(
            metavar="NAME=VALUE±U,…",
            help="Inputs: V=5.00±0.02 (or +-), V=5.00(2), V=uniform(4.9, 5.1), k=2. Repeatable.",
        ),
    ]
    corr: Annotated[
        list[str],
        options.several(
            metavar="NAME,NAME=R", help="Correlation of two inputs: V,I=0.3. Repeatable."
        ),
    ]
    dof: Annotated[
        list[str],
        options.several(
            metavar="NAME=N,…", help="Degrees of freedom of an uncertainty: V=9. Repeatable."
        ),
    ]
    readings: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.COMMON,
            help="Table with a column of readings for each input: means, with their covariances.",
        ),
    ] = ""


class CoverageOptions(NamedTuple):
    """What is to be said of an output, and from how many draws."""

    coverage: Annotated[
        float,
        typer.Option(
            metavar="P",
            rich_help_panel=options.ACCURACY,
            help="Probability of the coverage intervals.",
        ),
    ] = 0.95
    draws: Annotated[
        int, options.count(help="Draws of Monte Carlo; 0 leaves it out.", panel=options.ACCURACY)
    ] = 1_000_000
    seed: Annotated[int, options.count(help="Seed of the draws.", panel=options.ACCURACY)] = 0
    significant: Annotated[
        int,
        options.count(
            help="Digits of an uncertainty that matter, to the verdict and in the result.",
            panel=options.ACCURACY,
            min=1,
            max=4,
        ),
    ] = 2

    def wanted(self) -> Coverage:
        """As the library takes it."""
        from gradcalc.uncertainty.propagate import Coverage

        return Coverage(self.coverage, self.draws, self.seed, self.significant)


@flattened
def command(
    *,
    expr: options.Expr = "",
    inputs: InputOptions,
    coverage: CoverageOptions,
    file: options.File = "",
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            rich_help_panel=options.ACCURACY,
            help="Exit 1 unless first order agrees with Monte Carlo, 4 where it is not smooth.",
        ),
    ] = False,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers.request import Options
    from gradcalc.cli.point import read_at
    from gradcalc.uncertainty.inputs import inputs_of
    from gradcalc.uncertainty.propagate import propagate
    from gradcalc.views import propagated
    from gradcalc.views.console import console

    source = read_source(expr, file, EXAMPLE)
    with blaming(source), within(limits.timeout), bar(0, True):
        given = read_at(inputs.at, limits.max_elements)
        readings = _readings(inputs.readings, source)
        known = inputs_of(given, _correlations(inputs.corr), _freedoms(inputs.dof), readings)
        found = propagate(
            source, known, coverage=coverage.wanted(), options=Options(limits=limits.limits())
        )
    for note in found.notes:
        say_note(note)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(propagated.record(found)), file=spell_out(sys.stdout))
        else:
            propagated.show(found, console(color=color), coverage.significant)
    return int(found.exit if strict else Exit.OK)


def _correlations(texts: Sequence[str]) -> dict[Pair, str]:
    """`V,I=0.3` as a pair of names and a value."""
    found: dict[Pair, str] = {}
    for text in texts:
        before, equals, value = text.partition("=")
        names = [name.strip() for name in before.split(",")]
        if (
            not equals
            or not value.strip()
            or len(names) != 2
            or not all(map(str.isidentifier, names))
        ):
            raise GradcalcError(
                "usage",
                f"--corr {text} is not of the form NAME,NAME=R",
                hint="write --corr V,I=0.3",
            )
        pair = (names[0], names[1])
        if pair in found:
            raise GradcalcError(
                "usage", f"--corr {before.strip()} is given twice", hint="remove one of them"
            )
        found[pair] = value.strip()
    return found


def _freedoms(texts: Sequence[str]) -> dict[str, float]:
    from gradcalc.cli.point import read_at
    from gradcalc.run.point import point

    return {name: float(n) for name, n in point(read_at(texts)).machine().items()}


def _readings(path: str, source: str) -> dict[str, list[float]] | None:
    """The columns of a table that the text reads."""
    if not path:
        return None
    from gradcalc.cli.file_errors import bad_file
    from gradcalc.run.reading import read_program
    from gradcalc.tables import open_table

    columns: dict[str, list[float]] = {}
    with open_table(path) as table:
        _, places = read_program(source, {*table.columns})
        names = [name for name in table.columns if name in places]
        if not names:
            raise bad_file(
                path,
                f"has no column for an input: {listed(table.columns)}",
                f"the inputs are {listed(places)}",
            )
        for block in table.blocks():
            batch = block.decode()
            for name in names:
                columns.setdefault(name, []).extend(batch.numbers(name).tolist())
    for name, column in columns.items():
        if any(x - x != 0 for x in column):  # NaN or infinite
            raise bad_file(path, f"has a cell without a finite number in {name}", "remove the row")
    return columns
