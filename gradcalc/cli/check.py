"""`gradcalc check`: do claimed gradients hold? One program's, another program's, a suite's."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.report_options import PointOptions, ReportOptions
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


class ToleranceOptions(NamedTuple):
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


class ClaimOptions(NamedTuple):
    """What is claimed: formulas, or the results of another program."""

    claim: Annotated[
        list[str],
        options.several(
            metavar="NAME=FORMULA",
            help="Claimed derivatives: x=FORMULA, or a list in input order. Repeatable.",
        ),
    ]
    against: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.COMMON,
            help="Results of another program: FILE.csv or FILE.jsonl.",
        ),
    ] = ""
    dtype: Annotated[
        Dtype,
        typer.Option(rich_help_panel=options.ACCURACY, help="Precision of the --against results."),
    ] = Dtype.float64
    prove: Annotated[
        bool,
        typer.Option(
            "--prove",
            rich_help_panel=options.COMMON,
            help="Prove the claims all over the --over box; exit 0 only then.",
        ),
    ] = False
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            rich_help_panel=options.LIMITS,
            help="Time limit of --prove for each claim, in seconds.",
        ),
    ] = 30.0


EXAMPLE = 'gradcalc check "x^2*y" --claim x="2*x*y"'


@flattened
def command(
    *,
    expr: Annotated[
        str,
        typer.Argument(
            metavar="FORMULA|SUITE...", help="Formula or program, or suites: FILE.toml."
        ),
    ] = "",
    claims: ClaimOptions,
    points: PointOptions,
    tolerances: ToleranceOptions,
    file: options.File = "",
    numbers: options.NumeralsOption = options.Numerals.typed,
    suite: SuiteOptions,
    output: ReportOptions,
) -> int:
    output.refuse()
    if output.as_json:
        _refuse_beside_json(suite)
    if expr.endswith(".toml") or (suite.suite and not expr):
        _refuse_beside_suite(claims, points, tolerances, file)
        paths = [*([expr] if expr else []), *(suite.suite or [])]
        return run_suites(list(dict.fromkeys(paths)), suite, output)
    _refuse_without_suite(suite)
    if claims.against:
        _refuse_beside_against(claims, points, suite)
    from gradcalc.answers.request import Options

    tolerance, source = tolerances.tolerance(), read_source(expr, file, EXAMPLE)
    if not (claims.claim or claims.against or suite.record):
        raise GradcalcError(
            "usage",
            "nothing to check",
            hint="add --claim x=FORMULA or --against FILE, or name a suite: FILE.toml",
        )
    request = Request(
        source, tolerance, Options(check="fast", typed=numbers is options.Numerals.typed), output
    )
    with blaming(source):
        if claims.against:
            return _check_against(request, claims)
        return _check_claims(request, claims, points, suite.record)


def _refuse_beside_json(suite: SuiteOptions) -> None:
    _refuse(
        "can't be combined with --json, which writes to stdout too",
        {
            "--junit -": suite.junit == "-",
            "--sarif -": suite.sarif == "-",
            "--record": suite.record,
        },
        "name a file for the report, or remove --json",
    )


def _refuse_beside_suite(
    claims: ClaimOptions, points: PointOptions, tolerances: ToleranceOptions, file: str
) -> None:
    _refuse(
        "can't be combined with a suite",
        {
            "--claim": claims.claim,
            "--against": claims.against,
            "--prove": claims.prove,
            "--at": points.at,
            "--over": points.over,
            "--file": file,
            "--rtol": tolerances.rtol is not None,
            "--atol": tolerances.atol,
            "--ulp": tolerances.ulp is not None,
        },
        "write it into the cases of the suite",
    )


def _refuse_without_suite(suite: SuiteOptions) -> None:
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


def _refuse_beside_against(claims: ClaimOptions, points: PointOptions, suite: SuiteOptions) -> None:
    _refuse(
        "can't be combined with --against",
        {
            "--claim": claims.claim,
            "--prove": claims.prove,
            "--at": points.at,
            "--over": points.over,
            "--record": suite.record,
        },
        "the table of --against has the points and the results",
    )


def _refuse_beside_proof(request: Request, record: str) -> None:
    _refuse(
        "can't be combined with --prove",
        {
            "--record": record,
            "--ulp": request.tolerance.ulp is not None,
            "--numbers float64": not request.options.typed,
        },
        "remove one of them",
    )


def _refuse(reason: str, values: Mapping[str, object], hint: str) -> None:
    """An error for the first option that has a value, and would have no effect."""
    for name, value in values.items():
        if value:
            raise GradcalcError("usage", f"{name} {reason}", hint=hint)


def _print_notes(notes: list[str]) -> None:
    from gradcalc.views.plain import say_note

    for note in notes:
        say_note(note)


class Request(NamedTuple):
    """What is checked, how exactly, and how the verdict is printed."""

    source: str
    tolerance: Tolerance
    options: Options
    output: ReportOptions


def _check_claims(request: Request, made: ClaimOptions, points: PointOptions, record: str) -> int:
    """Compare the claims with the true gradient and print the verdict, or record them."""
    from gradcalc.claims.boxes import read_over
    from gradcalc.claims.check import check
    from gradcalc.claims.everywhere import proven, refuse_without_box
    from gradcalc.claims.notation import claims_of, readings
    from gradcalc.claims.points import points_for
    from gradcalc.cli.point import read_at
    from gradcalc.kernels.kernel import cores
    from gradcalc.views import checked, reports

    source, output = request.source, request.output
    at, box = read_at(points.at), read_over(points.over or [])
    claims = claims_of(source, made.claim, {*at, *box.bounds})
    if made.prove:
        _refuse_beside_proof(request, record)
        refuse_without_box(claims, box)
    if record:
        record_case(source, at, claims, points, record)
        return 0
    places, notes = points_for(source, at, box, count=points.points, seed=points.seed)
    _print_notes([*readings((source, *claims.values()), places[0]), *notes])
    verdict = check(source, claims, places, tolerance=request.tolerance, options=request.options)
    if made.prove:
        verdict = proven(verdict, box, at, request.tolerance, timeout=made.timeout, jobs=cores())
    with verdict_output():
        if output.as_json:
            sys.stdout.write(reports.text(checked.record(verdict)))
        else:
            checked.show(verdict, output.screen())
    return int(verdict.exit)


def _check_against(request: Request, claims: ClaimOptions) -> int:
    """Compare the results of another program with the true ones and print the verdict."""
    from gradcalc.claims.against import compare
    from gradcalc.views import against, reports

    comparison = compare(
        request.source,
        claims.against,
        rtol=request.tolerance.rtol,
        atol=request.tolerance.atol,
        ulp=request.tolerance.ulp,
        dtype=claims.dtype,
        options=request.options,
    )
    with verdict_output():
        if request.output.as_json:
            sys.stdout.write(reports.text(against.record(comparison)))
        else:
            against.show(comparison, request.output.screen())
    return int(comparison.exit)
