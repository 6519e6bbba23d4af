"""`gradcalc check`: do claimed gradients hold? One program's, another program's, a suite's."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.source import read_source
from gradcalc.cli.suite import SuiteOptions, record_case, run_suites
from gradcalc.errors import GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.answers.request import Options
    from gradcalc.claims.tolerance import Tolerance


class Dtype(StrEnum):
    """The precision in which another program computed its results."""

    float64 = "float64"
    float32 = "float32"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceOptions:
    """How large an error is still right."""

    rtol: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="NUMBER",
            rich_help_panel=options.ACCURACY,
            help="Relative error to tolerate.",
        ),
    ] = None
    atol: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="NUMBER",
            rich_help_panel=options.ACCURACY,
            help="Absolute error to tolerate.",
        ),
    ] = 0.0
    ulp: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="NUMBER",
            rich_help_panel=options.ACCURACY,
            help="Error to tolerate, in units in the last place.",
        ),
    ] = None

    def tolerance(self) -> Tolerance:
        """GradcalcError for one that is not a number, or that another would silently replace."""
        from gradcalc.claims.tolerance import Tolerance

        for name, value in {"--rtol": self.rtol, "--atol": self.atol, "--ulp": self.ulp}.items():
            if value is not None and not math.isfinite(value):
                raise GradcalcError("usage", f"{name} can't be {value}", hint=f"write {name} 1e-6")
        if self.rtol is not None and self.ulp is not None:
            raise GradcalcError(
                "usage", "--rtol and --ulp can't be combined", hint="remove one of them"
            )
        return Tolerance(self.rtol, self.atol, self.ulp)


@flattened
def command(
    *,
    expr: Annotated[
        str,
        typer.Argument(
            metavar="FORMULA|SUITE...", help="Formula or program, or suites: FILE.toml."
        ),
    ] = "",
    claim: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=FORMULA",
            rich_help_panel=options.COMMON,
            help="Claimed derivatives: x=FORMULA, or a list in input order. Repeatable.",
        ),
    ],
    against: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.COMMON,
            help="Results of another program: FILE.csv or FILE.jsonl.",
        ),
    ] = "",
    dtype: Annotated[
        Dtype,
        typer.Option(rich_help_panel=options.ACCURACY, help="Precision of the --against results."),
    ] = Dtype.float64,
    points: options.PointOptions,
    tolerances: ToleranceOptions,
    file: options.File = "",
    numbers: options.NumeralsOption = options.Numerals.typed,
    suite: SuiteOptions,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
) -> int:
    if json:
        _refuse(
            "can't be combined with --json, which writes to stdout too",
            {
                "--junit -": suite.junit == "-",
                "--sarif -": suite.sarif == "-",
                "--record": suite.record,
            },
            "name a file for the report, or remove --json",
        )
    if expr.endswith(".toml"):
        _refuse(
            "can't be combined with a suite",
            {
                "--claim": claim,
                "--against": against,
                "--at": points.at,
                "--over": points.over,
                "--file": file,
                "--rtol": tolerances.rtol is not None,
                "--atol": tolerances.atol,
                "--ulp": tolerances.ulp is not None,
            },
            "write it into the cases of the suite",
        )
        paths = list(dict.fromkeys([expr, *(suite.suite or [])]))
        return run_suites(paths, suite, json=json, color=color)
    _refuse(
        "needs a suite",
        {
            "--junit": suite.junit,
            "--sarif": suite.sarif,
            "--github": suite.github,
            "-k": suite.pattern,
            "--fail-fast": suite.fail_fast,
        },
        "write gradcalc check FILE.toml",
    )
    if against:
        _refuse(
            "can't be combined with --against",
            {"--claim": claim, "--at": points.at, "--over": points.over, "--record": suite.record},
            "the table of --against has the points and the results",
        )
    from gradcalc.answers.request import Options
    from gradcalc.claims.boxes import read_over
    from gradcalc.claims.notation import claims_of, readings
    from gradcalc.claims.points import points_for
    from gradcalc.cli.point import read_at

    tolerance = tolerances.tolerance()
    source, at = read_source(expr, file), read_at(points.at)
    if not (claim or against or suite.record):
        raise GradcalcError(
            "usage",
            "nothing to check",
            hint="add --claim x=FORMULA or --against FILE, or name a suite: FILE.toml",
        )
    request_options = Options(check="fast", typed=numbers is options.Numerals.typed)
    with blaming(source):
        if against:
            return _check_against(source, against, tolerance, dtype, request_options, json, color)
        claims = claims_of(source, claim, {*at, *read_over(points.over or []).bounds})
        if suite.record:
            record_case(source, at, claims, points, suite.record)
            return 0
        places, notes = points_for(
            source, at, read_over(points.over or []), count=points.points, seed=points.seed
        )
        _print_notes([*readings((source, *claims.values()), places[0]), *notes])
        return _check_claims(source, claims, places, tolerance, request_options, json, color)


def _refuse(reason: str, values: Mapping[str, object], hint: str) -> None:
    """An error for the first option that has a value, and would have no effect."""
    for name, value in values.items():
        if value:
            raise GradcalcError("usage", f"{name} {reason}", hint=hint)


def _print_notes(notes: list[str]) -> None:
    from gradcalc.views.plain import say_note

    for note in notes:
        say_note(note)


def _check_claims(
    source: str,
    claims: Mapping[str, str],
    points: list[Mapping[str, Any]],
    tolerance: Tolerance,
    request_options: Options,
    json: bool,
    color: str,
) -> int:
    """Compare the claims with the true gradient and print the verdict."""
    from gradcalc.claims.check import check
    from gradcalc.views import checked, reports
    from gradcalc.views.console import console

    verdict = check(source, claims, points, tolerance=tolerance, options=request_options)
    with verdict_output():
        if json:
            sys.stdout.write(reports.text(checked.record(verdict)))
        else:
            checked.show(verdict, console(color=color))
    return int(verdict.exit)


def _check_against(
    source: str,
    path: str,
    tolerance: Tolerance,
    dtype: str,
    request_options: Options,
    json: bool,
    color: str,
) -> int:
    """Compare the results of another program with the true ones and print the verdict."""
    from gradcalc.claims.against import compare
    from gradcalc.views import against, reports
    from gradcalc.views.console import console

    comparison = compare(
        source,
        path,
        rtol=tolerance.rtol,
        atol=tolerance.atol,
        ulp=tolerance.ulp,
        dtype=dtype,
        options=request_options,
    )
    with verdict_output():
        if json:
            sys.stdout.write(reports.text(against.record(comparison)))
        else:
            against.show(comparison, console(color=color))
    return int(comparison.exit)
