"""`gradcalc check`: do claimed gradients hold? One program's, another program's, a suite's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gradcalc.cli import options as given
from gradcalc.cli.progress import bar
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
        return _suite(
            expr, pattern, jobs or os.cpu_count() or 1, fail_fast, check.value, record,
            {"junit": junit, "sarif": sarif, "json": json, "color": color,
             "github": github or bool(os.environ.get("GITHUB_ACTIONS"))},
        )  # fmt: skip
    from gradcalc.cli.point import read_at
    from gradcalc.reading import Options

    source, held = given.source(expr, file), read_at(at)
    if record:
        return _record_one(source, held, record)
    if not claim and not against:
        raise GradcalcError(
            "usage", "there is nothing to check", None,
            "give --claim x=FORMULA, --against FILE, or a suite.toml",
        )  # fmt: skip
    options = Options(check="fast", typed=numbers is given.Numerals.typed)
    with blaming(source):
        if against:
            return _against(source, against, (rtol, atol, ulp), dtype, options, json, color)
        claims = claims_of(source, claim, held)
        where = _points(source, held, over, points, seed)
        return _claims(source, claims, where, (rtol, atol, ulp), options, json, color)


def _points(
    source: str, held: Mapping[str, Any], over: list[str], count: int, seed: int
) -> list[Mapping[str, Any]]:
    """The point that is given, or points drawn from a box: -2 to 2 where nothing is said."""
    if held and not over:
        return [held]
    from gradcalc.claims.boxes import read_over

    boxes = over or [",".join(f"{name}=-2:2" for name in inputs_of(source) if name not in held)]
    if not boxes[0]:
        return [held]
    return [{**held, **point} for point in read_over(boxes).draw(count, seed)]


def inputs_of(source: str) -> tuple[str, ...]:
    """The inputs of a program, in order of appearance."""
    from gradcalc.language import inputs, parse
    from gradcalc.numbers.system import CONSTANTS
    from gradcalc.run.forms import reserved

    return tuple(inputs(parse(source, functions=reserved()), CONSTANTS, reserved()))


def claims_of(source: str, texts: list[str], held: Mapping[str, Any]) -> dict[str, str]:
    """The claims by input: `x=…` by name, a list in the order of the inputs."""
    from gradcalc.language.pieces import pieces

    found: dict[str, str] = {}
    order = list(inputs_of(source))
    for text in texts:
        for start, end in pieces(text):
            part = text[start:end].strip()
            name, equals, formula = part.partition("=")
            named = bool(equals) and name.strip() in order and not formula.startswith("=")
            by = name.strip() if named else next((n for n in order if n not in found), "")
            if not by or by in found:
                known = ", ".join(order) or "none"
                raise GradcalcError(
                    "usage", f"the claim {part} is for no input that is left", None,
                    f"the inputs are {known}: write --claim {order[0] if order else 'x'}=…",
                )  # fmt: skip
            found[by] = formula.strip() if named else part
    return found


def _claims(
    source: str, claims: Mapping[str, str], points: list[Mapping[str, Any]],
    tolerances: Tolerances, options: Any, json: bool, color: str,
) -> int:  # fmt: skip
    from gradcalc.claims.claim import Tolerance, check
    from gradcalc.views import checked, reports
    from gradcalc.views.console import console

    rtol, atol, ulp = tolerances
    asked = Tolerance(rtol, atol, ulp)
    verdict = check(source, claims, points, tolerance=asked, options=options)
    if json:
        sys.stdout.write(reports.text(checked.record(verdict)))
    else:
        checked.show(verdict, console(color=color))
    return int(verdict.exit)


def _against(
    source: str, path: str, tolerances: Tolerances, dtype: str, options: Any,
    json: bool, color: str,
) -> int:  # fmt: skip
    from gradcalc.claims.against import compare
    from gradcalc.claims.dumps import read_dump
    from gradcalc.errors import Exit
    from gradcalc.views import against, reports
    from gradcalc.views.console import console

    rtol, atol, ulp = tolerances
    found = compare(
        source, read_dump(path), rtol=rtol, atol=atol,
        ulp=ulp, dtype=dtype, options=options,
    )  # fmt: skip
    if json:
        sys.stdout.write(reports.text(against.record(found)))
    else:
        against.show(found, console(color=color))
    return int(Exit.VERDICT if found.wrong else Exit.OK)


# suites -----------------------------------------------------------------------------------


def _suite(
    path: str, pattern: str, jobs: int, fail_fast: bool, check: str, record: str,
    asked: Mapping[str, Any],
) -> int:  # fmt: skip
    from gradcalc.claims import suites
    from gradcalc.views import checked, reports
    from gradcalc.views.console import console

    cases = [case for case in suites.load(path) if pattern in case.name]
    if not cases:
        raise GradcalcError("usage", f"no case of {path} has '{pattern}' in its name")
    if record:
        from gradcalc.claims.recording import recorded

        _write(record, recorded(cases))
        return 0
    out = console(color=asked["color"])
    quiet = asked["json"]
    silent = quiet or not sys.stdout.isatty()
    with bar(len(cases), silent) as advance:

        def each(ran: Any) -> None:
            advance()
            if not quiet:
                checked.line(ran, out)

        report = suites.run(path, cases, jobs=jobs, fail_fast=fail_fast, check=check, each=each)
    if asked["junit"]:
        _write(asked["junit"], reports.junit(report))
    if asked["sarif"]:
        _write(asked["sarif"], reports.text(reports.sarif(report)))
    if quiet:
        sys.stdout.write(reports.text(reports.record(report)))
    else:
        checked.summary(report, out)
        if asked["github"]:
            sys.stdout.write(reports.github(report))
    return int(report.exit)


def _record_one(source: str, held: Mapping[str, Any], path: str) -> int:
    """A suite of one case."""
    from gradcalc.claims.recording import recorded
    from gradcalc.claims.suites import Case

    at = {name: value.tolist() if hasattr(value, "tolist") else value
          for name, value in held.items()}  # fmt: skip
    _write(path, recorded([Case(source.strip()[:40], source, 1, {"at": at})]))
    return 0


def _write(path: str, text: str) -> None:
    """Whole or not at all."""
    partial = f"{path}.{os.getpid()}.part"
    try:
        with open(partial, "x", encoding="utf-8") as file:
            file.write(text)
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.unlink(partial)
