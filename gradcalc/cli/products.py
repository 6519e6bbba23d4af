"""`gradcalc jacobian`, `hessian`, `jvp`, `vjp` and `hvp`: the other shapes of a derivative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import refuse_save, write_answer
from gradcalc.cli.deadline import within
from gradcalc.cli.groups import flattened
from gradcalc.cli.source import read_source
from gradcalc.errors import GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.answers.request import Options
    from gradcalc.answers.result import Result


@flattened
def command(
    *,
    context: typer.Context,
    expr: options.Expr = "",
    at: options.At,
    along: Annotated[
        list[str],
        typer.Option(
            default_factory=list, show_default=False, help="Direction for jvp and hvp, as in --at."
        ),
    ],
    seed: Annotated[
        str, typer.Option(help="Weights of the elements of the value, for vjp: [1,2].")
    ] = "",
    wrt: options.Wrt = "",
    file: options.File = "",
    evaluation: options.EvaluationOptions,
    trace: options.TraceRows = "off",
    output: options.OutputOptions,
    limits: options.LimitOptions,
) -> int:
    from gradcalc.cli.point import read_at

    name = str(context.info_name)
    source = read_source(expr, file)
    _refuse(name, along=bool(along), seed=bool(seed), wrt=bool(wrt))
    refuse_save(output.save)
    with blaming(source), within(limits.timeout):
        point, direction = (read_at(texts, limits.max_elements) for texts in (at, along))
        result = _answer(
            name,
            source,
            point,
            direction=direction,
            seed=seed,
            wrt=options.names(wrt),
            request_options=evaluation.options(limits),
        )
    return write_answer(result, output, rows=options.rows(trace))


def _refuse(name: str, *, along: bool, seed: bool, wrt: bool) -> None:
    """GradcalcError where a command lacks its direction, or has an option that is not for it."""
    if along != (name in ("jvp", "hvp")):
        raise GradcalcError(
            "usage",
            f"{name} does not take --along" if along else f"{name} needs a direction",
            hint=(
                "jvp and hvp do: gradcalc jvp EXPR --at x=1 --along x=1"
                if along
                else f"write gradcalc {name} EXPR --at x=1 --along x=1"
            ),
        )
    if seed and name != "vjp":
        raise GradcalcError("usage", f"{name} does not take --seed", hint="vjp does: --seed [1,2]")
    if wrt and name == "jvp":
        raise GradcalcError(
            "usage", "jvp does not take --wrt", hint="inputs without a direction are held constant"
        )


def _answer(
    name: str,
    source: str,
    point: Mapping[str, Any],
    *,
    direction: Mapping[str, Any],
    seed: str,
    wrt: tuple[str, ...] | None,
    request_options: Options,
) -> Result:
    """What the command of this name computes."""
    from gradcalc.answers import products

    match name:
        case "jacobian":
            return products.jacobian(source, point, wrt=wrt, options=request_options)
        case "hessian":
            return products.hessian(source, point, wrt=wrt, options=request_options)
        case "jvp":
            return products.jvp(source, point, direction, options=request_options)
        case "vjp":
            return products.vjp(source, point, seed or 1, wrt=wrt, options=request_options)
        case _:
            return products.hvp(source, point, direction, wrt=wrt, options=request_options)
