"""Reports of suites for other programs: JUnit XML, SARIF, GitHub annotations, JSON."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from gradcalc.suites.running import CaseReport, Report
from gradcalc.suites.suite import Case
from gradcalc.views.strict import dumped

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def record(report: Report) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.suite/1."""
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


def junit(report: Report) -> str:
    """As JUnit XML, which every CI reads."""
    counts = (
        f'tests="{len(report.cases) + len(report.skipped)}" failures="{report.count("failed")}" '
        f'errors="{report.count("error")}" skipped="{len(report.skipped)}" '
        f'time="{report.seconds:.3f}"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {counts}>",
        f"  <testsuite name={_attribute(report.path)} {counts}>",
    ]
    for case in report.cases:
        head = f'{_testcase(report, case)} time="{case.seconds:.4f}"'
        if case.outcome == "passed":
            lines.append(head + "/>")
            continue
        tag = "failure" if case.outcome == "failed" else "error"
        lines += [
            head + ">",
            f"      <{tag} message={_attribute(_first(case))}>{escape(_clean(_all(case)))}</{tag}>",
            "    </testcase>",
        ]
    lines += [_testcase(report, case) + "><skipped/></testcase>" for case in report.skipped]
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"]) + "\n"


def _testcase(report: Report, case: CaseReport | Case) -> str:
    path = _attribute(report.path)
    name = _attribute(case.name)
    return f'    <testcase name={name} classname={path} file={path} line="{case.line}"'


# What XML 1.0 can't hold, and the halves of characters that no encoding can.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("?", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _first(case: CaseReport) -> str:
    return case.why[0] if case.why else case.outcome


def _all(case: CaseReport) -> str:
    return f"{case.expr}\n" + "\n".join(case.why)


def sarif(report: Report) -> dict[str, Any]:
    """As SARIF 2.1.0, which code scanning reads."""
    from gradcalc.version import __version__

    results = [
        {
            "ruleId": f"gradcalc/{case.outcome}",
            "ruleIndex": 0 if case.outcome == "failed" else 1,
            "level": "error",
            "message": {"text": f"{case.name}: {'; '.join(case.why)}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(report.path)},
                        "region": {"startLine": case.line},
                    }
                }
            ],
        }
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

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def attribute(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return "".join(
        f"::error file={attribute(report.path)},line={case.line},"
        f"title={attribute(case.name)}::{data('; '.join(case.why))}\n"
        for case in report.cases
        if case.outcome != "passed"
    )


def text(data: dict[str, Any]) -> str:
    """Strict JSON text: in ASCII where stdout can't show more."""
    unicode = (getattr(sys.stdout, "encoding", None) or "ascii").lower().startswith("utf")
    return dumped(data, indent=2, ascii=not unicode) + "\n"
