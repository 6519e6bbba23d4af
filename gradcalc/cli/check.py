"""`gradcalc check`: do claimed gradients hold? One program's, another program's, a suite's."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gradcalc.cli import options as given
from gradcalc.cli.answer import heard
from gradcalc.errors import GradcalcError, blaming

Tolerances = tuple[float | None, float, float | None]  # relative, absolute, in ulp
Claim = Annotated[
    list[str], typer.Option(help="x=FORMULA, or a list in the order of the inputs. Repeatable.")
]


def command(
    expr: Annotated[str, typer.Argument(help="A formula or program, or a suite: FILE.toml.")] = "",
    claim: Claim = [],  # noqa: B006
    against: Annotated[
        str, typer.Option(help="Another program's results: FILE.csv or FILE.jsonl.")
    ] = "",
    at: given.At = [],  # noqa: B006
    over: Annotated[list[str], typer.Option(help="Draw points from x=-2:2,y=0:1.")] = [],  # noqa: B006
    points: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many to draw.")] = 100,
    seed: Annotated[int, typer.Option(help="Another seed draws other points.")] = 0,
    rtol: Annotated[
        float | None, typer.Option(min=0, help="A relative error that is right.")
    ] = None,
    atol: Annotated[float, typer.Option(min=0, help="An absolute error that is right.")] = 0.0,
    ulp: Annotated[
        float | None, typer.Option(min=0, help="Units in the last place that are right.")
    ] = None,
    dtype: Annotated[str, typer.Option(help="--against: float64 or float32.")] = "float64",
    file: given.File = "",
    numbers: given.NumbersOption = given.Numerals.typed,
    check: given.CheckOption = given.Check.full,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first.")] = False,
    pattern: Annotated[str, typer.Option("-k", help="Only cases whose name holds this.")] = "",
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0: one a core.")] = 1,
    junit: Annotated[str, typer.Option(help="Write JUnit XML to this file.")] = "",
    sarif: Annotated[str, typer.Option(help="Write SARIF to this file.")] = "",
    github: Annotated[bool, typer.Option("--github", help="Annotations for GitHub.")] = False,
    record: Annotated[str, typer.Option(help="Write a suite of today's answers.")] = "",
    json: given.Json = False,
    color: given.Color = "auto",
) -> int:
    if expr.endswith(".toml"):
        _refuse(
            "a suite says itself what to check, and takes no",
            {
                "--claim": claim,
                "--against": against,
                "--at": at,
                "--over": over,
                "--file": file,
                "--rtol": rtol is not None,
                "--atol": atol,
                "--ulp": ulp is not None,
            },
        )
        from gradcalc.cli.suite import Asked, run

        asked = Asked(
            pattern,
            jobs or os.cpu_count() or 1,
            fail_fast,
            check.value,
            junit,
            sarif,
            github or bool(os.environ.get("GITHUB_ACTIONS")),
            record,
            json,
            color,
        )
        return run(expr, asked)
    _refuse(
        "there is no suite (FILE.toml) for",
        {
            "--junit": junit,
            "--sarif": sarif,
            "--github": github,
            "-k": pattern,
            "--fail-fast": fail_fast,
        },
    )
    if against:
        _refuse(
            "--against compares the points of its table, and takes no",
            {"--claim": claim, "--at": at, "--over": over},
        )
    _refuse_tolerances(rtol, atol, ulp)
    from gradcalc.answers.request import Options
    from gradcalc.claims.notation import claims_of
    from gradcalc.cli.point import read_at

    source, held = given.source(expr, file), read_at(at)
    if record:
        from gradcalc.cli.suite import record_one

        _refuse("--record writes what is true, and takes no", {"--against": against})
        with blaming(source):
            claims = claims_of(source, claim, held)
            record_one(source, held, claims, over, points, seed, record)
        return 0
    if not claim and not against:
        raise GradcalcError(
            "usage",
            "there is nothing to check",
            hint="give --claim x=FORMULA, --against FILE, or a suite.toml",
        )
    options = Options(check="fast", typed=numbers is given.Numerals.typed)
    with blaming(source):
        if against:
            return _against(source, against, (rtol, atol, ulp), dtype, options, json, color)
        claims = claims_of(source, claim, held)
        where = _points(source, held, over, points, seed)
        return _claims(source, claims, where, (rtol, atol, ulp), options, json, color)


def _refuse(why: str, options: Mapping[str, object]) -> None:
    """An error for the first option that is given and would have no effect."""
    for name, value in options.items():
        if value:
            raise GradcalcError("usage", f"{why} {name}", hint="gradcalc check --help")


def _refuse_tolerances(rtol: float | None, atol: float, ulp: float | None) -> None:
    """An error for a tolerance that is no number, or that another would silently replace."""
    for name, value in {"--rtol": rtol, "--atol": atol, "--ulp": ulp}.items():
        if value is not None and not math.isfinite(value):
            raise GradcalcError("usage", f"{name} can't be {value}", hint=f"write {name} 1e-6")
    if rtol is not None and ulp is not None:
        raise GradcalcError("usage", "--rtol and --ulp are given", hint="give one of them")


def _points(
    source: str, held: Mapping[str, Any], over: list[str], count: int, seed: int
) -> list[Mapping[str, Any]]:
    """The point that is given, or points drawn from a box: -2 to 2 where nothing is said."""
    from gradcalc.claims.boxes import fitted, read_over, surplus
    from gradcalc.claims.notation import inputs_of
    from gradcalc.views.plain import spell_out

    names = inputs_of(source, held)
    for note in surplus(names, held):
        print(f"note: {note}", file=spell_out(sys.stderr))
    if held and not over:
        return [held]
    boxes = over or [",".join(f"{name}=-2:2" for name in names if name not in held)]
    if not boxes[0]:
        return [held]
    box, notes = fitted(read_over(boxes), held, names)
    for note in notes:
        print(f"note: {note}", file=spell_out(sys.stderr))
    return [{**held, **point} for point in box.draw(count, seed)]


def _claims(
    source: str,
    claims: Mapping[str, str],
    points: list[Mapping[str, Any]],
    tolerances: Tolerances,
    options: Any,
    json: bool,
    color: str,
) -> int:
    from gradcalc.claims.claim import Tolerance, check
    from gradcalc.views import checked, reports
    from gradcalc.views.console import console

    rtol, atol, ulp = tolerances
    asked = Tolerance(rtol, atol, ulp)
    verdict = check(source, claims, points, tolerance=asked, options=options)
    with heard():
        if json:
            sys.stdout.write(reports.text(checked.record(verdict)))
        else:
            checked.show(verdict, console(color=color))
    return int(verdict.exit)


def _against(
    source: str, path: str, tolerances: Tolerances, dtype: str, options: Any, json: bool, color: str
) -> int:
    from gradcalc.claims.against import compare
    from gradcalc.views import against, reports
    from gradcalc.views.console import console

    rtol, atol, ulp = tolerances
    found = compare(source, path, rtol=rtol, atol=atol, ulp=ulp, dtype=dtype, options=options)
    with heard():
        if json:
            sys.stdout.write(reports.text(against.record(found)))
        else:
            against.show(found, console(color=color))
    return int(found.exit)
