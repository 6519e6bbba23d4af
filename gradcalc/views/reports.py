"""Reports of suites for other programs: JUnit XML, SARIF, GitHub annotations, JSON."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from gradcalc.errors import GradcalcError
from gradcalc.harmless import harmless
from gradcalc.suites.running import CaseReport, Outcome, Report
from gradcalc.suites.suite import Case
from gradcalc.views.strict import dumped

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def record(reports: Sequence[Report]) -> dict[str, Any]:
    """As JSON's own types: schema gradcalc.suite/1, or gradcalc.suites/1 with several of them."""
    if len(reports) == 1:
        return _record(reports[0])
    return {"schema": "gradcalc.suites/1", "suites": list(map(_record, reports))}


def _record(report: Report) -> dict[str, Any]:
    return {
        "schema": "gradcalc.suite/1",
        "suite": report.path,
        "passed": report.count("passed"),
        "failed": report.count("failed"),
        "errors": report.count("error"),
        "skipped": len(report.skipped),
        "seconds": round(report.seconds, 3),
        "cases": [
            {
                "name": c.name,
                "expr": c.expr,
                "line": c.line,
                "outcome": c.outcome,
                "why": list(c.why),
                "seconds": round(c.seconds, 4),
            }
            for c in report.cases
        ],
    }


def junit(reports: Sequence[Report]) -> str:
    """As JUnit XML, which every CI reads."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_counts(reports)}>"]
    for report in reports:
        lines += [f"  <testsuite name={_attribute(report.path)} {_counts([report])}>"]
        lines += [*_testcases(report), "  </testsuite>"]
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(reports: Sequence[Report]) -> str:
    """The attributes that count the cases of some suites."""

    def count(outcome: Outcome) -> int:
        return sum(report.count(outcome) for report in reports)

    skipped = sum(len(report.skipped) for report in reports)
    tests = skipped + sum(len(report.cases) for report in reports)
    return (
        f'tests="{tests}" failures="{count("failed")}" errors="{count("error")}" '
        f'skipped="{skipped}" time="{sum(report.seconds for report in reports):.3f}"'
    )


def _testcases(report: Report) -> Iterator[str]:
    for case in report.cases:
        head = f'{_testcase(report, case)} time="{case.seconds:.4f}"'
        if case.outcome == "passed":
            yield head + "/>"
            continue
        tag = "failure" if case.outcome == "failed" else "error"
        message, body = _attribute(_first(case)), escape(_clean(_all(case)))
        yield head + ">"
        yield f"      <{tag} message={message}>{body}</{tag}>"
        yield "    </testcase>"
    for left in report.skipped:
        yield _testcase(report, left) + "><skipped/></testcase>"


def _testcase(report: Report, case: CaseReport | Case) -> str:
    path = _attribute(report.path)
    name = _attribute(case.name)
    return f'    <testcase name={name} classname={path} file={path} line="{case.line}"'


# What XML 1.0 can't hold, and the halves of characters that no encoding can.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return harmless(NOT_IN_XML.sub("?", text))


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _first(case: CaseReport) -> str:
    return case.why[0] if case.why else case.outcome


def _all(case: CaseReport) -> str:
    return f"{case.expr}\n" + "\n".join(case.why)


def sarif(reports: Sequence[Report]) -> dict[str, Any]:
    """As SARIF 2.1.0, which code scanning reads."""
    from gradcalc.version import __version__

    results = [
        {
            "ruleId": f"gradcalc/{case.outcome}",
            "ruleIndex": 0 if case.outcome == "failed" else 1,
            "level": "error",
            "message": {"text": "\n".join([f"{case.name}: {_first(case)}", *case.why[1:]])},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(report.path)},
                        "region": {"startLine": case.line},
                    }
                }
            ],
        }
        for report in reports
        for case in report.cases
        if case.outcome != "passed"
    ]
    rules = [
        {"id": "gradcalc/failed", "shortDescription": {"text": "A gradient is not as claimed"}},
        {"id": "gradcalc/error", "shortDescription": {"text": "A case could not be run"}},
    ]
    driver = {"name": "gradcalc", "version": __version__, "rules": rules}
    return {
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _uri(path: str) -> str:
    """A path as a reference that is relative where it can be, as code scanning wants it."""
    full = os.path.abspath(path)
    inside = os.path.relpath(full).replace(os.sep, "/")
    if inside.startswith("../") or os.path.isabs(inside):
        return Path(full).as_uri()
    return quote(inside)


def github(report: Report) -> str:
    """As annotations that GitHub shows beside the file."""
    return "".join(
        _annotation(report.path, case.line, case.name, "\n".join(case.why)) + "\n"
        for case in report.cases
        if case.outcome != "passed"
    )


def unreadable(path: str, error: GradcalcError | OSError) -> str:
    """The annotation of a suite that can't be read, at the line where it is wrong."""
    if isinstance(error, OSError):
        return _annotation(path, 1, "unreadable suite", error.strerror or str(error))
    return _annotation(path, error.line or 1, "unreadable suite", str(error))


def _annotation(path: str, line: int, title: str, message: str) -> str:
    def data(text: str) -> str:
        return harmless(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))

    def attribute(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return f"::error file={attribute(path)},line={line},title={attribute(title)}::{data(message)}"


def text(data: dict[str, Any]) -> str:
    """Strict JSON text: in ASCII where stdout can't show more."""
    unicode = (getattr(sys.stdout, "encoding", None) or "ascii").lower().startswith("utf")
    return dumped(data, indent=2, ascii=not unicode) + "\n"
