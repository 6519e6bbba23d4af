"""A result as rows: csv, tsv, markdown, latex, and the bare numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.answers.status import SEVERITY
from gradcalc.trace.elements import element_name, indices
from gradcalc.views import names
from gradcalc.views.numbers import counted, shortest

Row = tuple[str, str, str, str, str]
HEADER = ("quantity", "result", "digits", "status", "reference")


def rows(result: Result) -> list[Row]:
    """One row for the value, then one for each derivative; of arrays, one for each element.

    `d_v[1]` is the derivative by v[1]; where the value is an array its index stands first:
    `d_v[0, 1]` is that of value[0] by v[1].
    """
    value = ("value", result.value, result.reference, result.digits)
    made = list(_rows(result, *value, _statuses_of_value(result)))
    for row in result.derivatives:
        statuses = [part.status for part in row.parts]
        given = (names.column(result, row), row.gradient, row.reference, row.digits)
        made += _rows(result, *given, statuses or [row.status])
    return made


def _rows(
    result: Result, name: str, answers: Any, references: Any, digits: Any, statuses: list[str]
) -> Iterator[Row]:
    """The rows of a number, or of each element of an array."""
    if not hasattr(answers, "shape"):
        true, told = references or "", "" if digits is None else str(digits)
        yield name, answer(result, answers, true), told, statuses[0], true
        return
    if len(statuses) != answers.size:
        statuses = [max(statuses, key=SEVERITY.index)] * answers.size
    numbers, counts = answers.ravel().tolist(), [None] * answers.size
    if digits is not None:
        counts = digits.ravel().tolist()
    for k, index in enumerate(indices(answers.shape)):
        true = references
        for place in index if true is not None else ():
            true = true[place]
        count = counted(counts[k])
        shown = answer(result, numbers[k], true or "")
        told = "" if count is None else str(count)
        yield element_name(name, index), shown, told, statuses[k], true or ""


def _statuses_of_value(result: Result) -> list[str]:
    """By element of the value, the worst status of its derivatives."""
    size = getattr(result.value, "size", 1)
    if size == 1 or not all(len(row.parts) == row.gradient.size for row in result.derivatives):
        return [result.status]
    made = ["smooth"] * size
    for row in result.derivatives:
        each = len(row.parts) // size
        for k, part in enumerate(row.parts):
            made[k // each] = max(made[k // each], part.status, key=SEVERITY.index)
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
