"""`gradcalc jacobian`, `hessian`, `jvp`, `vjp` and `hvp`: the other shapes of a derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from gradcalc.cli import options as given
from gradcalc.cli.deadline import within
from gradcalc.errors import GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.answers.result import Result


def command(
    context: typer.Context,
    expr: given.Expr = "",
    at: given.At = [],  # noqa: B006
    along: given.Along = [],  # noqa: B006
    seed: given.Seed = "",
    wrt: given.Wrt = "",
    file: given.File = "",
    check: given.CheckOption = given.Check.full,
    no_check: given.NoCheck = False,
    numbers: given.NumbersOption = given.Numerals.typed,
    digits: given.Digits = 0,
    min_digits: given.MinDigits = 0,
    atol: given.Atol = 0.0,
    kink: given.KinkOption = given.Kink.mean,
    strict: given.Strict = False,
    trace: given.TraceRows = "off",
    full: given.Full = False,
    save: given.Save = "",
    format: given.FormatOption = given.Format.table,
    json: given.Json = False,
    quiet: given.Quiet = False,
    max_steps: given.MaxSteps = 1_000_000,
    max_trace: given.MaxTrace = 2_000_000,
    max_calls: given.MaxCalls = 400,
    max_depth: given.MaxDepth = 200,
    max_size: given.MaxSize = 400_000,
    max_elements: given.MaxElements = 20_000_000,
    timeout: given.Timeout = None,
    color: given.Color = "auto",
) -> int:
    from gradcalc.cli.answer import refuse_save, shown
    from gradcalc.cli.point import read_at

    options = given.options(
        check,
        no_check,
        numbers,
        digits,
        min_digits,
        atol,
        kink,
        strict,
        (max_steps, max_trace, max_calls, max_depth, max_size, max_elements),
    )
    name = str(context.info_name)
    source = given.source(expr, file)
    refuse(name, bool(along), bool(seed), bool(wrt))
    refuse_save(save)
    with blaming(source), within(timeout):
        point, direction = (read_at(texts, max_elements) for texts in (at, along))
        result = product(name)(source, point, direction, seed, given.names(wrt), options)
    form = given.Format.json if json else format
    return shown(
        result, form, rows=given.rows(trace), quiet=quiet, color=color, full=full, save=save
    )


def refuse(name: str, along: bool, seed: bool, wrt: bool) -> None:
    """What a command does not take, and what it can't do without."""
    if along != (name in ("jvp", "hvp")):
        need = f"{name} takes a direction" if not along else f"{name} takes no direction"
        raise GradcalcError("usage", need, hint="write gradcalc jvp EXPR --at x=1 --along x=1")
    if seed and name != "vjp":
        raise GradcalcError("usage", f"{name} takes no seed", hint="vjp does: --seed [1,2]")
    if wrt and name == "jvp":
        raise GradcalcError(
            "usage", "jvp takes no --wrt", hint="inputs without a direction are held"
        )


def product(name: str) -> Callable[..., Result]:
    """What computes the answer of a command."""
    from gradcalc.answers import products as p

    return {
        "jacobian": lambda s, at, along, seed, wrt, o: p.jacobian(s, at, wrt=wrt, options=o),
        "hessian": lambda s, at, along, seed, wrt, o: p.hessian(s, at, wrt=wrt, options=o),
        "jvp": lambda s, at, along, seed, wrt, o: p.jvp(s, at, along, options=o),
        "vjp": lambda s, at, along, seed, wrt, o: p.vjp(s, at, seed or 1, wrt=wrt, options=o),
        "hvp": lambda s, at, along, seed, wrt, o: p.hvp(s, at, along, wrt=wrt, options=o),
    }[name]
