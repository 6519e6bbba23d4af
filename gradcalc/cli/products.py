"""`gradcalc jacobian`, `hessian`, `jvp`, `vjp` and `hvp`: the other shapes of a derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import refuse_save, write_answer
from gradcalc.cli.commands import COMMANDS
from gradcalc.cli.groups import flattened
from gradcalc.cli.option_groups import EvaluationOptions, LimitOptions, OutputOptions
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.answers.request import Options
    from gradcalc.answers.result import Result

Along = Annotated[
    list[str],
    options.several(metavar="NAME=VALUE,…", help="Direction, written as in --at. Repeatable."),
]


class ProgramOptions(NamedTuple):
    """The program, its point, and how much of its trace is shown."""

    at: options.At
    expr: options.Expr = ""
    file: options.File = ""
    trace: options.TraceRows = "off"


@flattened
def jacobian(
    *,
    program: ProgramOptions,
    wrt: options.Wrt,
    evaluation: EvaluationOptions,
    output: OutputOptions,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers import products

    def compute(source: str, at: Mapping[str, Any], request: Options) -> Result:
        return products.jacobian(source, at, wrt=options.names(wrt), options=request)

    return _answer("jacobian", compute, program, evaluation, output, limits)


@flattened
def hessian(
    *,
    program: ProgramOptions,
    wrt: options.Wrt,
    evaluation: EvaluationOptions,
    output: OutputOptions,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers import products

    def compute(source: str, at: Mapping[str, Any], request: Options) -> Result:
        return products.hessian(source, at, wrt=options.names(wrt), options=request)

    return _answer("hessian", compute, program, evaluation, output, limits)


@flattened
def jvp(
    *,
    program: ProgramOptions,
    along: Along,
    evaluation: EvaluationOptions,
    output: OutputOptions,
    limits: LimitOptions,
) -> int:
    """Inputs without a direction are held constant, so that there is no --wrt."""
    from gradcalc.answers import products

    def compute(source: str, at: Mapping[str, Any], request: Options) -> Result:
        return products.jvp(source, at, _direction("jvp", along, limits), options=request)

    return _answer("jvp", compute, program, evaluation, output, limits)


@flattened
def vjp(
    *,
    program: ProgramOptions,
    seed: Annotated[
        str,
        typer.Option(
            metavar="VALUES",
            rich_help_panel=options.COMMON,
            help="Weights of the elements of the value: [1,2].",
        ),
    ] = "",
    wrt: options.Wrt,
    evaluation: EvaluationOptions,
    output: OutputOptions,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers import products

    def compute(source: str, at: Mapping[str, Any], request: Options) -> Result:
        return products.vjp(source, at, seed or 1, wrt=options.names(wrt), options=request)

    return _answer("vjp", compute, program, evaluation, output, limits)


@flattened
def hvp(
    *,
    program: ProgramOptions,
    along: Along,
    wrt: options.Wrt,
    evaluation: EvaluationOptions,
    output: OutputOptions,
    limits: LimitOptions,
) -> int:
    from gradcalc.answers import products

    def compute(source: str, at: Mapping[str, Any], request: Options) -> Result:
        direction = _direction("hvp", along, limits)
        return products.hvp(source, at, direction, wrt=options.names(wrt), options=request)

    return _answer("hvp", compute, program, evaluation, output, limits)


def _direction(name: str, along: list[str], limits: LimitOptions) -> Mapping[str, Any]:
    """The direction that --along gives; GradcalcError where there is none."""
    from gradcalc.cli.point import read_at

    if not along:
        raise GradcalcError(
            "usage",
            f"{name} needs a direction",
            hint=f"write gradcalc {name} EXPR --at x=1 --along x=1",
        )
    return read_at(along, limits.max_elements)


def _answer(
    name: str,
    compute: Callable[[str, Mapping[str, Any], Options], Result],
    program: ProgramOptions,
    evaluation: EvaluationOptions,
    output: OutputOptions,
    limits: LimitOptions,
) -> int:
    """Read the program of a command and its point, compute, print the answer; the exit status."""
    from gradcalc.cli.point import read_at

    output.refuse()
    refuse_save(output.save)
    source = read_source(program.expr, program.file, COMMANDS[name].examples[0])
    with blaming(source), within(limits.timeout):
        point = read_at(program.at, limits.max_elements)
        result = compute(source, point, evaluation.options(limits))
    return write_answer(result, output, rows=options.rows(program.trace))
