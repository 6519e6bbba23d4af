"""`gradcalc explain`: how the chain rule gets there, rule by rule."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.deadline import within
from gradcalc.cli.groups import flattened
from gradcalc.cli.source import read_source
from gradcalc.errors import blaming
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.formulas.explain import Explanation

EXAMPLE = 'gradcalc explain "x^2*sin(3x)"'


class Notation(StrEnum):
    """How steps are written."""

    text = "text"
    markdown = "markdown"
    latex = "latex"
    html = "html"
    json = "json"


@flattened
def command(
    *,
    expr: options.Expr = "",
    wrt: options.Wrt,
    at: options.At,
    claim: Annotated[
        list[str],
        typer.Option(
            "--claim",
            default_factory=list,
            show_default=False,
            metavar="NAME=FORMULA",
            rich_help_panel=options.COMMON,
            help="A derivative to compare: at which line does it part? Repeatable.",
        ),
    ],
    detail: Annotated[
        bool,
        typer.Option(
            "--detail",
            rich_help_panel=options.OUTPUT,
            help="Give each sum and each d/dx x a step of its own.",
        ),
    ] = False,
    file: options.File = "",
    numbers: options.NumeralsOption = options.Numerals.typed,
    format: Annotated[
        Notation, typer.Option(rich_help_panel=options.OUTPUT, help="How steps are written.")
    ] = Notation.text,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    limits: options.LimitOptions,
) -> int:
    from gradcalc.answers.request import Options
    from gradcalc.claims.notation import claims_of
    from gradcalc.cli.point import read_at
    from gradcalc.formulas.explain import explain

    source = read_source(expr, file, EXAMPLE)
    request = Options(typed=numbers is options.Numerals.typed, limits=limits.limits())
    with blaming(source), within(limits.timeout):
        point = read_at(at, limits.max_elements)
        claims = claims_of(source, claim, point)
        result = explain(
            source, point, wrt=options.names(wrt), claims=claims, detail=detail, options=request
        )
    _write(result, Notation.json if json else format, color)
    return int(result.exit)


def _write(result: Explanation, notation: Notation, color: str) -> None:
    from gradcalc.views import derivations

    out = spell_out(sys.stdout)
    with verdict_output():
        match notation:
            case Notation.text:
                from gradcalc.views.console import console

                derivations.show(result, console(color=color))
            case Notation.json:
                print(derivations.as_json(result), file=out)
            case Notation.latex:
                print(derivations.latex(result), file=out)
            case Notation.markdown:
                print(derivations.markdown(result), file=out)
            case Notation.html:
                print(derivations.html(result), file=out)
