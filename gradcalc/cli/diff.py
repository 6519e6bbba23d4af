"""`gradcalc diff`: the derivative as a formula."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

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
    from gradcalc.formulas.diff import Formulas

EXAMPLE = 'gradcalc diff "x^2*sin(3x)"'


class Notation(StrEnum):
    """How a formula is written."""

    text = "text"
    plain = "plain"
    latex = "latex"
    mathml = "mathml"
    markdown = "markdown"
    json = "json"


@flattened
def command(
    *,
    expr: options.Expr = "",
    wrt: Annotated[
        list[str],
        options.several(
            "--wrt",
            "-x",
            metavar="NAMES",
            help="Differentiate by these inputs in turn, such as x,x,y. Repeatable.",
        ),
    ],
    at: options.At,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            rich_help_panel=options.OUTPUT,
            help="Leave the derivative as the rules derive it.",
        ),
    ] = False,
    file: options.File = "",
    numbers: options.NumeralsOption = options.Numerals.typed,
    format: Annotated[
        Notation, typer.Option(rich_help_panel=options.OUTPUT, help="How formulas are written.")
    ] = Notation.text,
    json: options.Json = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=options.COMMON,
            help="Print only the formulas, one a line.",
        ),
    ] = False,
    color: options.ColorOption = options.Color.auto,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers.request import Options
    from gradcalc.cli.point import read_at
    from gradcalc.formulas.diff import diff

    source = read_source(expr, file, EXAMPLE)
    request = Options(typed=numbers is options.Numerals.typed, limits=limits.limits())
    with blaming(source), within(limits.timeout):
        point = read_at(at, limits.max_elements)
        result = diff(source, point, wrt=_orders(wrt), raw=raw, options=request)
    _write(result, Notation.json if json else format, quiet, color)
    return int(result.exit)


def _orders(wrt: list[str]) -> list[tuple[str, ...]] | None:
    """The inputs that each derivative is taken by, in turn; None for each input by itself."""
    orders = [options.names(one) for one in wrt]
    if any(order is None for order in orders):
        raise GradcalcError("usage", "--wrt names no input", hint="write --wrt x or --wrt x,x,y")
    return [order for order in orders if order is not None] or None


def _write(result: Formulas, notation: Notation, quiet: bool, color: str) -> None:
    from gradcalc.views import formulas

    out = spell_out(sys.stdout)
    with verdict_output():
        if quiet:
            texts = {Notation.latex: type(result).latex, Notation.mathml: formulas.mathml}
            print(texts.get(notation, formulas.bare)(result), file=out)
            return
        match notation:
            case Notation.text | Notation.plain:
                from gradcalc.views.console import console

                plain = notation is Notation.plain
                formulas.show(result, console(color=color, plain=plain))
            case Notation.json:
                print(formulas.as_json(result), file=out)
            case Notation.latex:
                print(result.latex(), file=out)
            case Notation.mathml:
                print(formulas.mathml(result), file=out)
            case Notation.markdown:
                print(formulas.markdown(result), file=out)
