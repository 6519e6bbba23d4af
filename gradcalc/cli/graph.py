"""`gradcalc graph`: the run as a graph, on rails in the terminal or as a picture."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

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
    from gradcalc.answers.result import Result
    from gradcalc.graphs.graph import Graph

EXAMPLE = 'gradcalc graph "sin(x)*y" --at x=1,y=2'
DEFAULT_MAX_NODES = 1000


class Drawing(StrEnum):
    """How a graph is drawn."""

    text = "text"
    dot = "dot"
    mermaid = "mermaid"
    svg = "svg"
    png = "png"
    json = "json"


class Theme(StrEnum):
    """The colours of a picture; auto follows the reader's scheme."""

    auto = "auto"
    light = "light"
    dark = "dark"


SUFFIXES = {
    ".svg": Drawing.svg,
    ".png": Drawing.png,
    ".json": Drawing.json,
    ".dot": Drawing.dot,
    ".gv": Drawing.dot,
    ".mmd": Drawing.mermaid,
    ".mermaid": Drawing.mermaid,
}


class NodeOptions(NamedTuple):
    """Which nodes a graph has."""

    unfold: Annotated[
        bool,
        typer.Option(
            "--unfold", rich_help_panel=options.OUTPUT, help="Show each round of what repeats."
        ),
    ] = False
    max: Annotated[
        int, options.count("--max", help="Maximum nodes of the graph.", panel=options.OUTPUT, min=1)
    ] = DEFAULT_MAX_NODES


@flattened
def command(
    *,
    expr: options.Expr = "",
    at: options.At,
    wrt: options.Wrt,
    file: options.File = "",
    numbers: options.NumeralsOption = options.Numerals.typed,
    nodes: NodeOptions,
    format: Annotated[
        Drawing | None,
        typer.Option(
            rich_help_panel=options.OUTPUT,
            help="How the graph is drawn, if not as the file's suffix says; else as text.",
        ),
    ] = None,
    json: options.Json = False,
    theme: Annotated[
        Theme,
        typer.Option(
            rich_help_panel=options.OUTPUT,
            help="Colors of a picture; auto follows the reader's scheme.",
        ),
    ] = Theme.auto,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            rich_help_panel=options.COMMON,
            help="Write the graph to this file.",
        ),
    ] = "",
    color: options.ColorOption = options.Color.auto,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.request import Options
    from gradcalc.atomic import STANDARD, refuse_place
    from gradcalc.cli.point import read_at
    from gradcalc.graphs.graph import graph

    drawing = Drawing.json if json else format or _by_suffix(output)
    _refuse_binary(drawing, output)
    if output not in ("", STANDARD):
        refuse_place(output)
    source = read_source(expr, file, EXAMPLE)
    typed = numbers is options.Numerals.typed
    request = Options(check="off", typed=typed, limits=limits.limits())
    with blaming(source), within(limits.timeout):
        point = read_at(at, limits.max_elements)
        result = evaluate(source, point, wrt=options.names(wrt), options=request)
        found = graph(result.steps.trace, fold=not nodes.unfold, most=nodes.max)
        _write(found, result, drawing, theme, output, color)
    if result.error is not None:
        from gradcalc.views.errors import print_error

        sys.stdout.flush()
        print_error(result.error, color=color)
    return int(result.exit)


def _by_suffix(path: str) -> Drawing:
    """The format that a file's name says; text where it says none."""
    suffix = os.path.splitext(path)[1].lower()
    return SUFFIXES.get(suffix, Drawing.text)


def _refuse_binary(drawing: Drawing, output: str) -> None:
    """GradcalcError for a picture of bytes that would go to a terminal."""
    if drawing is Drawing.png and not output and sys.stdout.isatty():
        raise GradcalcError("usage", "--format png writes bytes, not text", hint="add -o graph.png")


def _write(
    graph: Graph, result: Result, drawing: Drawing, theme: Theme, output: str, color: str
) -> None:
    """Print the graph, or write it to a file, which is complete or absent."""
    from gradcalc.atomic import STANDARD, atomic_write

    if drawing is Drawing.text and not output:
        from gradcalc.views import rails
        from gradcalc.views.console import console

        with verdict_output():
            rails.show(graph, result, console(color=color))
        return
    data = _drawn(graph, result, drawing, theme)
    if not output and isinstance(data, str):
        with verdict_output():
            print(data, file=spell_out(sys.stdout))
        return
    with atomic_write(output or STANDARD) as file:
        file.write(data if isinstance(data, bytes) else f"{data}\n".encode())


def _drawn(graph: Graph, result: Result, drawing: Drawing, theme: Theme) -> str | bytes:
    from gradcalc.views import diagrams, pictures, rails

    match drawing:
        case Drawing.text:
            return rails.as_text(graph, result)
        case Drawing.dot:
            return diagrams.dot(graph, result)
        case Drawing.mermaid:
            return diagrams.mermaid(graph, result)
        case Drawing.json:
            return diagrams.as_json(graph, result)
        case Drawing.svg:
            return pictures.svg(graph, result, theme)
        case Drawing.png:
            return pictures.png(graph, result, theme)
