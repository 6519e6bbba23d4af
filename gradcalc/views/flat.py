"""A result as rows: csv, tsv, markdown, latex, and the bare numbers."""

from __future__ import annotations

import csv
import io

from gradcalc.result import Result
from gradcalc.views.numbers import shortest

HEADER = ("quantity", "result", "digits", "status", "reference")


def rows(result: Result) -> list[tuple[str, ...]]:
    """One row for the value, then one for each derivative."""
    counted = "" if result.digits is None else str(result.digits)
    made = [("value", shortest(result.value), counted, result.status, result.reference or "")]
    for row in result.inputs:
        digits = "" if row.digits is None else str(row.digits)
        made.append(
            (f"d_{row.name}", shortest(row.gradient), digits, row.status, row.reference or "")
        )
    return made  # type: ignore[return-value]


def separated(result: Result, delimiter: str) -> str:
    """CSV or TSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows(result))
    return out.getvalue().rstrip("\n")


def markdown(result: Result) -> str:
    """A Markdown table under the formula."""
    formula = result.canonical.replace("\n", "; ")
    lines = [
        f"`{formula}`",
        "",
        "| " + " | ".join(HEADER) + " |",
        "| --- | ---: | ---: | --- | ---: |",
    ]
    lines += ["| " + " | ".join(row) + " |" for row in rows(result)]
    return "\n".join(lines)


def latex(result: Result) -> str:
    """A LaTeX tabular."""
    lines = [r"\begin{tabular}{lrrl}", r"quantity & result & digits & status \\ \hline"]
    for name, value, digits, status, _ in rows(result):
        shown = name.replace("_", r"\_")
        lines.append(rf"{shown} & ${value}$ & {digits} & {status} \\")
    return "\n".join([*lines, r"\end{tabular}"])


def bare(result: Result) -> str:
    """Only the numbers: the value, then the derivatives, a line each."""
    return "\n".join(row[1] for row in rows(result))
