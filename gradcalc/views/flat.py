"""A result as rows: csv, tsv, markdown, latex, and the bare numbers."""

from __future__ import annotations

import csv
import io

from gradcalc.result import Result
from gradcalc.views.numbers import shortest

HEADER = ("quantity", "result", "digits", "status", "reference")


def rows(result: Result) -> list[tuple[str, str, str, str, str]]:
    """One row for the value, then one for each derivative."""
    counted = "" if result.digits is None else str(result.digits)
    true = result.reference or ""
    made = [("value", answer(result, result.value, true), counted, result.status, true)]
    for row in result.inputs:
        digits = "" if row.digits is None else str(row.digits)
        true = row.reference or ""
        shown = answer(result, row.gradient, true)
        made.append((f"d_{row.name}", shown, digits, row.status, true))
    return made


def answer(result: Result, number: float, reference: str) -> str:
    """The float64, or the reference where the answer was wanted in many digits."""
    return reference if result.precise and reference else shortest(number)


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
        lines.append(rf"{shown} & ${_tex(value)}$ & {digits} & {status} \\")
    return "\n".join([*lines, r"\end{tabular}"])


def _tex(number: str) -> str:
    """A number as LaTeX sets it."""
    if number.lstrip("-") == "Infinity":
        return number.replace("Infinity", r"\infty")
    if number == "NaN":
        return r"\mathrm{NaN}"
    mantissa, e, exponent = number.partition("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}" if e else number


def bare(result: Result) -> str:
    """Only the numbers: the value, then the derivatives, a line each."""
    return "\n".join(row[1] for row in rows(result))
