"""`gradcalc check suite.toml`: cases like a test runner's, reports for CI; and --record."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TextIO

import typer

from gradcalc.atomic import atomic_write, is_replaceable, refuse_place
from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.progress import bar
from gradcalc.cli.report_options import PointOptions, ReportOptions
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.suites.running import CaseReport, Report
    from gradcalc.suites.suite import Case

REPORT_SECONDS = 1.0  # between two versions of a report that is written as cases end
MAX_CASE_NAME = 60  # characters of a formula that names the case recorded from it


class SuiteOptions(NamedTuple):
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
        int, options.count(help="Number of processes; 0 for one per core.", panel=options.SUITES)
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
    suite: Annotated[
        list[str] | None,
        typer.Option(
            "--suite",
            metavar="FILE",
            hidden=True,
            rich_help_panel=options.SUITES,
            help="Run this suite too: what check a.toml b.toml says.",
        ),
    ] = None
    record: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.SUITES,
            help="Write today's answers to this file, as a suite.",
        ),
    ] = ""


def run_suites(paths: Sequence[str], suite: SuiteOptions, output: ReportOptions) -> int:
    """Run suites, or record one; the exit status.

    All are read before one is run: a suite that can't be read is an error.
    """
    for report_path in (suite.junit, suite.sarif, suite.record):
        if report_path and report_path != "-":
            refuse_place(report_path)
    suites = {path: _read(path, suite) for path in paths}
    if not any(suites.values()):
        which = paths[0] if len(paths) == 1 else "the suites"
        raise GradcalcError("usage", f"no case of {which} has '{suite.pattern}' in its name")
    if suite.record:
        from gradcalc.suites.recording import recorded

        if len(paths) > 1:
            raise GradcalcError(
                "usage", "--record takes one suite", hint="record each to a file of its own"
            )
        _write(suite.record, recorded(suites[paths[0]]))
        return 0
    progress = _Progress(suites, suite)
    try:
        _run(suites, suite, output, progress)
    finally:  # an interrupt, too: what ended is reported, the rest as not run
        reports = progress.reports()
        _write_reports(reports, suite)
        _conclude(reports, suite, output)
    return max(int(report.exit) for report in reports)


class _Progress:
    """What became of the cases so far, which reports in files show as cases end."""

    def __init__(self, suites: Mapping[str, Sequence[Case]], suite: SuiteOptions) -> None:
        self._suites = suites
        self._suite = suite._replace(
            junit=suite.junit if is_replaceable(suite.junit) else "",
            sarif=suite.sarif if is_replaceable(suite.sarif) else "",
        )
        self._ended: dict[str, list[CaseReport]] = {path: [] for path in suites}
        self._seconds: dict[str, float] = {}
        self._next = 0.0

    def add(self, path: str, case: CaseReport) -> None:
        """A case has ended."""
        self._ended[path].append(case)
        if time.monotonic() >= self._next:
            with suppress(OSError):  # the last version will say what is wrong
                _write_reports(self.reports(), self._suite)
            self._next = time.monotonic() + REPORT_SECONDS

    def end(self, report: Report) -> None:
        """A suite has ended: its time is known."""
        self._seconds[report.path] = report.seconds

    def reports(self) -> list[Report]:
        """Of each suite the cases that ended, and the rest."""
        from gradcalc.suites.running import Report

        return [
            Report(
                path,
                tuple(self._ended[path]),
                tuple(cases[len(self._ended[path]) :]),
                self._seconds.get(path, sum(case.seconds for case in self._ended[path])),
            )
            for path, cases in self._suites.items()
        ]


def _read(path: str, suite: SuiteOptions) -> list[Case]:
    """The cases of a file whose name contains the pattern; where it can't be read, CI is told."""
    from gradcalc.suites.suite import load
    from gradcalc.views import reports

    try:
        cases = load(path)
    except (GradcalcError, OSError) as error:
        if _annotates(suite):
            print(reports.unreadable(path, error), file=_annotations(suite, json=False))
        raise
    return [case for case in cases if suite.pattern.lower() in case.name.lower()]


def _annotates(suite: SuiteOptions) -> bool:
    """Is GitHub to show what is wrong beside the file?"""
    return suite.github or bool(os.environ.get("GITHUB_ACTIONS"))


def _annotations(suite: SuiteOptions, *, json: bool) -> TextIO:
    """Where annotations go: GitHub reads both streams, and stdout may be a report."""
    report = json or "-" in (suite.junit, suite.sarif)
    return spell_out(sys.stderr if report else sys.stdout)


def _run(
    suites: Mapping[str, Sequence[Case]],
    suite: SuiteOptions,
    output: ReportOptions,
    progress: _Progress,
) -> None:
    """Run the cases and print what came of each, unless stdout is for a report."""
    from gradcalc.suites import running
    from gradcalc.views import checked

    out, quiet = output.screen(), _is_quiet(suite, output)
    count = sum(map(len, suites.values()))
    with bar(count, True) as advance:

        def each(path: str, case: CaseReport) -> None:
            advance()
            progress.add(path, case)
            if not quiet:
                with advance.hidden(), verdict_output():
                    checked.show_case(path, case, out)

        for path, cases in suites.items():
            report = running.run(
                path,
                cases,
                jobs=suite.jobs or os.cpu_count() or 1,
                fail_fast=suite.fail_fast,
                check=suite.check.value,
                each=partial(each, path),
            )
            progress.end(report)
            if suite.fail_fast and report.exit:
                return


def _is_quiet(suite: SuiteOptions, output: ReportOptions) -> bool:
    """Is stdout for a report?"""
    return output.as_json or "-" in (suite.junit, suite.sarif)


def _conclude(ran: Sequence[Report], suite: SuiteOptions, output: ReportOptions) -> None:
    """Print what came of the suites."""
    from gradcalc.views import checked, reports

    out = output.screen()
    with verdict_output():
        if output.as_json:
            sys.stdout.write(reports.text(reports.record(ran)))
        elif not _is_quiet(suite, output):
            for report in ran:
                checked.summary(report, out)
        if _annotates(suite):
            _annotations(suite, json=output.as_json).write("".join(map(reports.github, ran)))


def _write_reports(ran: Sequence[Report], suite: SuiteOptions) -> None:
    from gradcalc.views import reports

    if suite.junit:
        _write(suite.junit, reports.junit(ran))
    if suite.sarif:
        _write(suite.sarif, reports.text(reports.sarif(ran)))


def record_case(
    source: str, at: Mapping[str, Any], claims: Mapping[str, str], points: PointOptions, path: str
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
