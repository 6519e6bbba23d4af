"""`gradcalc plot`: a function and its derivatives as a picture."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.option_groups import LimitOptions
from gradcalc.cli.pictures import refuse_picture, write_picture
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import Exit, GradcalcError, blaming
from gradcalc.views.plain import say_note, spell_out

if TYPE_CHECKING:
    from gradcalc.plots.curves import Plot
    from gradcalc.plots.fields import Field
    from gradcalc.views.charts import Chart

EXAMPLE = 'gradcalc plot "1/x + floor(x)" --over x=-3:3'
MAX_DATA_POINTS = 100_000


class CurveOptions(NamedTuple):
    """What is drawn: which input over which interval, the others at which values."""

    over: Annotated[
        list[str],
        options.several(
            metavar="NAME=FROM:TO,…",
            help="Interval of the input to plot: x=-3:3; of two inputs for contours.",
        ),
    ]
    at: Annotated[
        list[str],
        options.several(
            metavar="NAME=VALUE,…",
            help="Values of the other inputs; of the plotted one, where to draw the tangent.",
        ),
    ]
    family: Annotated[
        list[str],
        options.several(
            "--with",
            metavar="NAME=V1,V2,…",
            help="Draw a curve for each of these values. Repeatable.",
        ),
    ]
    order: Annotated[
        int,
        options.count(
            help="Greatest order of the derivatives shown; 0 is the function alone.",
            panel=options.COMMON,
            max=2,
        ),
    ] = 1
    data: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.COMMON,
            help="Table with two columns of points to show beside the function.",
        ),
    ] = ""


@flattened
def command(
    *,
    expr: options.Expr = "",
    curve: CurveOptions,
    file: options.File = "",
    output: options.Picture = "",
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    limits: LimitOptions,
) -> int:
    source = read_source(expr, file, EXAMPLE)
    if not curve.over:
        raise GradcalcError("usage", "no interval to plot", hint="write --over x=-3:3")
    refuse_picture(output)
    with blaming(source), within(limits.timeout):
        found = _found(source, curve, limits)
    _write(found, output, json, color)
    return int(Exit.OK)


def _found(source: str, curve: CurveOptions, limits: LimitOptions) -> Plot | Field:
    """The curves of one input, or the contours of two."""
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at

    box = read_over(curve.over)
    held = read_at(curve.at, limits.max_elements)
    if len(box.bounds) == 2:
        from gradcalc.plots.fields import field

        _refuse_of_curves({"--with": curve.family, "--data": curve.data})
        return field(source, box, held=held, limits=limits.limits())
    from gradcalc.plots.plot import plot

    tangent = next((held.pop(name) for name in box.bounds if name in held), None)
    return plot(
        source,
        box,
        held=held,
        family=_family(curve.family),
        order=curve.order,
        tangent_at=None if tangent is None else str(tangent),
        data=_points(curve.data),
        limits=limits.limits(),
    )


def _refuse_of_curves(given: dict[str, object]) -> None:
    for name, value in given.items():
        if value:
            raise GradcalcError(
                "usage", f"{name} is for plots of one input", hint="give one input in --over"
            )


def _family(texts: list[str]) -> dict[str, list[str]]:
    """a=1,2,3 as the name and its values; several names may be in one text."""
    from gradcalc.language.pieces import pieces

    values: dict[str, list[str]] = {}
    for text in texts:
        name = ""
        for start, end in pieces(text):
            before, equals, after = text[start:end].partition("=")
            name, value = (before.strip(), after) if equals else (name, before)
            if not name.isidentifier() or not value.strip():
                raise GradcalcError(
                    "usage",
                    f"--with {text} is not of the form name=v1,v2",
                    hint="write --with a=1,2,3",
                )
            values.setdefault(name, []).append(value.strip())
    return values


def _points(path: str) -> tuple[tuple[float, float], ...]:
    """The points of a table with two columns; those that are not finite are left out."""
    if not path:
        return ()
    from gradcalc.cli.file_errors import bad_file
    from gradcalc.tables import open_table

    points: list[tuple[float, float]] = []
    with open_table(path) as table:
        if len(table.columns) != 2:
            count = len(table.columns)
            raise bad_file(path, f"has {count} columns, not two", "keep the input and the value")
        for block in table.blocks():
            batch = block.decode()
            x, y = (batch.numbers(name).tolist() for name in table.columns)
            points += [p for p in zip(x, y, strict=True) if all(map(math.isfinite, p))]
            if len(points) > MAX_DATA_POINTS:
                raise bad_file(path, f"has more than {MAX_DATA_POINTS:,} points", "draw a sample")
    return tuple(points)


def _write(found: Plot | Field, path: str, json: bool, color: str) -> None:
    if path:
        write_picture(_chart(found), path)
    out = spell_out(sys.stdout)
    for note in found.notes:
        say_note(note)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(_view(found).record(found)), file=out)
        elif not path:
            from gradcalc.views.console import console

            _view(found).show(found, console(color=color))


def _view(found: Plot | Field) -> Any:
    """The module that shows it."""
    from gradcalc.views import fields, plotted

    return plotted if hasattr(found, "members") else fields


def _chart(found: Plot | Field) -> Chart:
    # Neither needs the terminal's modules.
    module: Any
    if hasattr(found, "members"):
        from gradcalc.views import charts as module
    else:
        from gradcalc.views import contours as module
    chart: Chart = module.chart(found)
    return chart
