"""`gradcalc explain`: how the chain rule gets there, rule by rule, step by step, path by path."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

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
    from gradcalc.formulas.explain import Explanation
    from gradcalc.graphs.told import ToldPasses, ToldPaths
    from gradcalc.views.console import Screen
    from gradcalc.views.documents import Table

EXAMPLE = 'gradcalc explain "x^2*sin(3x)"'


class Notation(StrEnum):
    """How steps are written."""

    text = "text"
    plain = "plain"
    markdown = "markdown"
    latex = "latex"
    html = "html"
    json = "json"


class Way(StrEnum):
    """What is explained: the formula's derivation, the passes at a point, or the paths there."""

    steps = "steps"
    sweeps = "sweeps"
    paths = "paths"


class WayOptions(NamedTuple):
    """Which way of explaining is asked for."""

    steps: Annotated[
        bool,
        typer.Option(
            "--steps",
            rich_help_panel=options.COMMON,
            help="Derive the formula, rule by rule: the default without a point.",
        ),
    ] = False
    sweeps: Annotated[
        bool,
        typer.Option(
            "--sweeps",
            rich_help_panel=options.COMMON,
            help="Tell forward and reverse mode, step by step: the default at a point.",
        ),
    ] = False
    paths: Annotated[
        bool,
        typer.Option(
            "--paths",
            rich_help_panel=options.COMMON,
            help="Multiply along each path from input to value, and add up.",
        ),
    ] = False
    detail: Annotated[
        bool,
        typer.Option(
            "--detail",
            rich_help_panel=options.OUTPUT,
            help="Give each sum and each d/dx x a step of its own.",
        ),
    ] = False


@flattened
def command(
    *,
    expr: options.Expr = "",
    wrt: options.Wrt,
    at: options.At,
    claim: Annotated[
        list[str],
        options.several(
            "--claim",
            metavar="NAME=FORMULA",
            help="A derivative to compare: at which line does it part? Repeatable.",
        ),
    ],
    ways: WayOptions,
    trace: options.TraceRows = "",
    file: options.File = "",
    numbers: options.NumeralsOption = options.Numerals.typed,
    format: Annotated[
        Notation, typer.Option(rich_help_panel=options.OUTPUT, help="How steps are written.")
    ] = Notation.text,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers.request import Options
    from gradcalc.cli.point import read_at

    way = _way(ways, derives=bool(claim or ways.detail), at=bool(at))
    notation = Notation.json if json else format
    source = read_source(expr, file, EXAMPLE)
    typed = numbers is options.Numerals.typed
    check: Literal["full", "off"] = "full" if way is Way.steps else "off"
    request = Options(check=check, typed=typed, limits=limits.limits())
    with blaming(source), within(limits.timeout):
        point, names = read_at(at, limits.max_elements), options.names(wrt)
        match way:
            case Way.steps:
                from gradcalc.claims.notation import claims_of
                from gradcalc.formulas.explain import explain

                claims = claims_of(source, claim, point)
                explanation = explain(
                    source, point, wrt=names, claims=claims, detail=ways.detail, options=request
                )
                _write(explanation, notation, color)
                return int(explanation.exit)
            case Way.sweeps:
                from gradcalc.graphs.told import tell_passes

                passes = tell_passes(source, point, names, request)
                _write_passes(passes, notation, options.rows(trace), color)
                return _ended(passes.result, color)
            case Way.paths:
                from gradcalc.graphs.told import tell_paths

                found = tell_paths(source, point, names, request)
                _write_paths(found, notation, color)
                return _ended(found.result, color)


def _way(ways: WayOptions, *, derives: bool, at: bool) -> Way:
    """What is explained; GradcalcError for options that contradict each other."""
    said = ways.steps, ways.sweeps, ways.paths
    asked = [way for way, one in zip(Way, said, strict=True) if one]
    if derives and (ways.sweeps or ways.paths):
        raise GradcalcError(
            "usage",
            f"--claim and --detail are about formulas, --{asked[-1]} about a point",
            hint=f"remove --{asked[-1]}",
        )
    if len(asked) > 1:
        raise GradcalcError(
            "usage",
            " and ".join(f"--{way}" for way in asked) + " can't be combined",
            hint="run explain once for each",
        )
    if asked:
        return asked[0]
    return Way.sweeps if at and not derives else Way.steps


def _ended(result: Result, color: str) -> int:
    """Print why there is no finite answer, if there is none; the exit status."""
    if result.error is not None:
        from gradcalc.views.errors import print_error

        sys.stdout.flush()
        print_error(result.error, color=color)
    return int(result.exit)


def _screen(notation: Notation, color: str) -> Screen:
    from gradcalc.views.console import console

    return console(color=color, plain=notation is Notation.plain)


def _write_passes(told: ToldPasses, notation: Notation, rows: int | None, color: str) -> None:
    from gradcalc.views import passes

    with verdict_output():
        match notation:
            case Notation.text | Notation.plain:
                passes.show(told, _screen(notation, color), rows)
            case Notation.json:
                print(passes.as_json(told), file=spell_out(sys.stdout))
            case _:
                _write_tables(passes.tables(told, rows), passes.words(told), notation)


def _write_paths(told: ToldPaths, notation: Notation, color: str) -> None:
    from gradcalc.views import paths

    with verdict_output():
        match notation:
            case Notation.text | Notation.plain:
                paths.show(told, _screen(notation, color))
            case Notation.json:
                print(paths.as_json(told), file=spell_out(sys.stdout))
            case _:
                _write_tables(paths.tables(told), paths.words(told), notation)


def _write_tables(tables: list[Table], words: list[str], notation: Notation) -> None:
    from gradcalc.views import documents

    write = {
        Notation.markdown: documents.markdown,
        Notation.latex: documents.latex,
        Notation.html: documents.html,
    }[notation]
    print(write(tables, words), file=spell_out(sys.stdout))


def _write(result: Explanation, notation: Notation, color: str) -> None:
    from gradcalc.views import derivations

    out = spell_out(sys.stdout)
    with verdict_output():
        match notation:
            case Notation.text | Notation.plain:
                derivations.show(result, _screen(notation, color))
            case Notation.json:
                print(derivations.as_json(result), file=out)
            case Notation.latex:
                print(derivations.latex(result), file=out)
            case Notation.markdown:
                print(derivations.markdown(result), file=out)
            case Notation.html:
                print(result.html(), file=out)
