"""`gradcalc check suite.toml`: cases like a test runner's, reports for CI."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcalc.atomic import atomic_write, refuse_place
from gradcalc.cli.answer import heard
from gradcalc.cli.progress import bar
from gradcalc.errors import GradcalcError


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a suite."""

    pattern: str
    jobs: int
    fail_fast: bool
    check: str
    junit: str
    sarif: str
    github: bool
    record: str
    json: bool
    color: str


def run(path: str, asked: Asked) -> int:
    """Run a suite, or record it; the exit status."""
    from gradcalc.suites import running
    from gradcalc.suites import suite as suites
    from gradcalc.views import checked, reports
    from gradcalc.views.console import console

    for report_path in (asked.junit, asked.sarif, asked.record):
        if report_path and report_path != "-":
            refuse_place(report_path)
    wanted = asked.pattern.lower()
    cases = [case for case in suites.load(path) if wanted in case.name.lower()]
    if not cases:
        raise GradcalcError("usage", f"no case of {path} has '{asked.pattern}' in its name")
    if asked.record:
        from gradcalc.suites.recording import recorded

        _write(asked.record, recorded(cases))
        return 0
    out = console(color=asked.color)
    quiet = asked.json or "-" in (asked.junit, asked.sarif)
    with bar(len(cases), quiet or not sys.stdout.isatty()) as advance:

        def each(ran: Any) -> None:
            advance()
            if not quiet:
                with heard():
                    checked.line(ran, out)

        report = running.run(
            path, cases, jobs=asked.jobs, fail_fast=asked.fail_fast, check=asked.check, each=each
        )
    with heard():
        if asked.json:
            sys.stdout.write(reports.text(reports.record(report)))
        elif not quiet:
            checked.summary(report, out)
            if asked.github:
                sys.stdout.write(reports.github(report))
    if asked.junit:
        _write(asked.junit, reports.junit(report))
    if asked.sarif:
        _write(asked.sarif, reports.text(reports.sarif(report)))
    return int(report.exit)


def record_one(
    source: str,
    held: Mapping[str, Any],
    claims: Mapping[str, str],
    over: list[str],
    count: int,
    seed: int,
    path: str,
) -> None:
    """A suite of one case."""
    from gradcalc.suites.recording import recorded
    from gradcalc.suites.suite import Case

    refuse_place(path)
    at = {
        name: value.tolist() if hasattr(value, "tolist") else value for name, value in held.items()
    }
    given: dict[str, Any] = {"at": at} if at else {}
    if over:
        given |= {"over": ",".join(over), "points": count, "seed": seed}
    if claims:
        given["claim"] = dict(claims)
    name = " ".join(source.split())[:60]
    _write(path, recorded([Case(name, source, 1, given)]))


def _write(path: str, text: str) -> None:
    """Whole or not at all; - is stdout."""
    if path == "-":
        sys.stdout.write(text)
        return
    with atomic_write(path) as file:
        file.write(text.encode("utf-8"))
