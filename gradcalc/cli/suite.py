"""`gradcalc check suite.toml`: cases like a test runner's, reports for CI; and --record."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcalc.atomic import atomic_write, refuse_place
from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.progress import bar
from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    from gradcalc.suites.running import Report
    from gradcalc.suites.suite import Case

MAX_CASE_NAME = 60  # characters of a formula that names the case recorded from it


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOptions:
    """Which cases of a suite to run, how, and what to write about them."""

    check: options.CheckOption = options.Check.full
    fail_fast: Annotated[
        bool,
        typer.Option(
            "--fail-fast", rich_help_panel=options.SUITES, help="Stop at the first case that fails."
        ),
    ] = False
    pattern: Annotated[
        str,
        typer.Option(
            "-k",
            metavar="TEXT",
            rich_help_panel=options.SUITES,
            help="Run only cases whose name contains this text.",
        ),
    ] = ""
    jobs: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            rich_help_panel=options.SUITES,
            help="Number of processes; 0 for one per core.",
        ),
    ] = 1
    junit: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.SUITES,
            help="Write a JUnit XML report to this file.",
        ),
    ] = ""
    sarif: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.SUITES,
            help="Write a SARIF report to this file.",
        ),
    ] = ""
    github: Annotated[
        bool,
        typer.Option(
            "--github", rich_help_panel=options.SUITES, help="Print annotations for GitHub."
        ),
    ] = False
    record: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.SUITES,
            help="Write today's answers to this file, as a suite.",
        ),
    ] = ""


def run_suite(path: str, suite: SuiteOptions, *, json: bool, color: str) -> int:
    """Run a suite, or record it; the exit status."""
    for report_path in (suite.junit, suite.sarif, suite.record):
        if report_path and report_path != "-":
            refuse_place(report_path)
    cases = _selected(path, suite.pattern)
    if suite.record:
        from gradcalc.suites.recording import recorded

        _write(suite.record, recorded(cases))
        return 0
    report = _run(path, cases, suite, json=json, color=color)
    _write_reports(report, suite)
    return int(report.exit)


def _selected(path: str, pattern: str) -> list[Case]:
    """The cases whose name contains the pattern; GradcalcError where there are none."""
    from gradcalc.suites.suite import load

    lower = pattern.lower()
    cases = [case for case in load(path) if lower in case.name.lower()]
    if not cases:
        raise GradcalcError("usage", f"no case of {path} has '{pattern}' in its name")
    return cases


def _run(
    path: str, cases: Sequence[Case], suite: SuiteOptions, *, json: bool, color: str
) -> Report:
    """Run the cases and print what came of them, line by line unless stdout is for a report."""
    from gradcalc.suites import running
    from gradcalc.views import checked, reports
    from gradcalc.views.console import console

    out = console(color=color)
    quiet = json or "-" in (suite.junit, suite.sarif)
    with bar(len(cases), quiet or not sys.stdout.isatty()) as advance:

        def each(ran: Any) -> None:
            advance()
            if not quiet:
                with verdict_output():
                    checked.show_case(ran, out)

        report = running.run(
            path,
            cases,
            jobs=suite.jobs or os.cpu_count() or 1,
            fail_fast=suite.fail_fast,
            check=suite.check.value,
            each=each,
        )
    with verdict_output():
        if json:
            sys.stdout.write(reports.text(reports.record(report)))
        elif not quiet:
            checked.summary(report, out)
            if suite.github or os.environ.get("GITHUB_ACTIONS"):
                sys.stdout.write(reports.github(report))
    return report


def _write_reports(report: Report, suite: SuiteOptions) -> None:
    from gradcalc.views import reports

    if suite.junit:
        _write(suite.junit, reports.junit(report))
    if suite.sarif:
        _write(suite.sarif, reports.text(reports.sarif(report)))


def record_case(
    source: str,
    at: Mapping[str, Any],
    claims: Mapping[str, str],
    points: options.PointOptions,
    path: str,
) -> None:
    """Write a suite of one case: the program, its points and claims, and the true answers."""
    from gradcalc.suites.recording import recorded
    from gradcalc.suites.suite import Case

    refuse_place(path)
    keys: dict[str, Any] = {}
    if at:
        keys["at"] = {
            name: value.tolist() if hasattr(value, "tolist") else value
            for name, value in at.items()
        }
    if points.over:
        keys |= {"over": ",".join(points.over), "points": points.points, "seed": points.seed}
    if claims:
        keys["claim"] = dict(claims)
    name = " ".join(source.split())[:MAX_CASE_NAME]
    _write(path, recorded([Case(name, source, 1, keys)]))


def _write(path: str, text: str) -> None:
    """Write a whole file, or none; - is stdout."""
    if path == "-":
        sys.stdout.write(text)
        return
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))
