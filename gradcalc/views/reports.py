"""Reports of suites for other programs: JUnit XML, SARIF, GitHub annotations, JSON."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gradcalc.claims.suites import Ran, Report

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def record(report: Report) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.suite/1."""
    return {
        "schema": "gradcalc.suite/1",
        "suite": report.path,
        "passed": report.count("passed"),
        "failed": report.count("failed"),
        "errors": report.count("error"),
        "skipped": report.skipped,
        "seconds": round(report.seconds, 3),
        "cases": [
            {"name": c.name, "expr": c.expr, "line": c.line, "outcome": c.outcome,
             "why": list(c.why), "seconds": round(c.seconds, 4)}
            for c in report.cases
        ],
    }  # fmt: skip


def junit(report: Report) -> str:
    """As JUnit XML, which every CI reads."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name={quoteattr(report.path)} tests="{len(report.cases)}" '
        f'failures="{report.count("failed")}" errors="{report.count("error")}" '
        f'skipped="{report.skipped}" time="{report.seconds:.3f}">',
    ]
    for case in report.cases:
        head = f"  <testcase name={_attribute(case.name)} classname={_attribute(report.path)} "
        head += f'file={_attribute(report.path)} line="{case.line}" time="{case.seconds:.4f}"'
        if case.outcome == "passed":
            lines.append(head + "/>")
            continue
        tag = "failure" if case.outcome == "failed" else "error"
        lines += [
            head + ">",
            f"    <{tag} message={_attribute(_first(case))}>{escape(_clean(_all(case)))}</{tag}>",
            "  </testcase>",
        ]
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _clean(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(c if c in "\n\t" or ord(c) >= 32 else "?" for c in text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _first(case: Ran) -> str:
    return case.why[0] if case.why else case.outcome


def _all(case: Ran) -> str:
    return f"{case.expr}\n" + "\n".join(case.why)


def sarif(report: Report) -> dict[str, Any]:
    """As SARIF 2.1.0, which code scanning reads."""
    from gradcalc import __version__

    results = [
        {
            "ruleId": f"gradcalc/{case.outcome}",
            "level": "error",
            "message": {"text": f"{case.name}: {_first(case)}"},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": report.path},
                "region": {"startLine": case.line},
            }}],
        }
        for case in report.cases
        if case.outcome != "passed"
    ]  # fmt: skip
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
    """Strict JSON text."""
    return json.dumps(data, allow_nan=False, ensure_ascii=False, indent=2) + "\n"
