"""A result as rows: csv, tsv, markdown, latex, and the bare numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

from gradcalc.answers.result import Derivative, Result
from gradcalc.answers.status import worst
from gradcalc.numbers.shapes import shape_of
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
    table = list(_rows(result, *value, _statuses_of_value(result)))
    for row in result.derivatives:
        statuses = [part.status for part in row.parts]
        answers = (names.column(result, row), row.gradient, row.reference, row.digits)
        table += _rows(result, *answers, statuses or [row.status])
    return table


def _rows(
    result: Result, name: str, answers: Any, references: Any, digits: Any, statuses: list[str]
) -> Iterator[Row]:
    """The rows of a number, or of each element of an array."""
    if not shape_of(answers):
        yield _row(result, name, answers, references, digits, statuses[0])
        return
    if len(statuses) != answers.size:
        statuses = [worst(statuses)] * answers.size
    counts = [None] * answers.size if digits is None else digits.ravel().tolist()
    numbers = answers.ravel().tolist()
    for k, index in enumerate(indices(answers.shape)):
        reference = references
        for place in index if references is not None else ():
            reference = reference[place]
        element = element_name(name, index)
        yield _row(result, element, numbers[k], reference, counted(counts[k]), statuses[k])


def _row(
    result: Result, name: str, number: float, reference: str | None, count: Any, status: str
) -> Row:
    true = reference or ""
    return name, answer(result, number, true), "" if count is None else str(count), status, true


def _statuses_of_value(result: Result) -> list[str]:
    """By element of the value, the worst status of its derivatives."""
    size = getattr(result.value, "size", 1)
    if size == 1 or not all(len(row.parts) == row.gradient.size for row in result.derivatives):
        return [result.status]
    statuses = ["smooth"] * size
    for row in result.derivatives:
        each = len(row.parts) // size
        for k, part in enumerate(row.parts):
            statuses[k // each] = worst([statuses[k // each], part.status])
    return statuses


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
    """Only the numbers: the value, then the derivatives, a line each.

    Jacobians and Hessians keep their shape where it says something: a line a row, which is an
    element of the value (of the first input), with blanks between its columns, which are those of
    the input (of all second inputs); an empty line before each input.
    """
    if result.kind == "hessian":
        return "\n\n".join([*_value_block(result), *_hessian_blocks(result)])
    shaped = any(shape_of(row.gradient) for row in result.derivatives)
    if result.kind == "jacobian" and (shaped or shape_of(result.value)):
        count = int(getattr(result.value, "size", 1))
        blocks = ["\n".join(_lines(result, row, count)) for row in result.derivatives]
        return "\n\n".join([*_value_block(result), *blocks])
    return "\n".join(row[1] for row in rows(result))


def _value_block(result: Result) -> list[str]:
    """The value, its elements on a line."""
    value = _rows(result, "", result.value, result.reference, None, ["smooth"])
    return [" ".join(number for _, number, *_ in value)]


def _lines(result: Result, row: Derivative, count: int) -> list[str]:
    """A derivative as so many rows of numbers."""
    numbers = [n for _, n, *_ in _rows(result, "", row.gradient, row.reference, None, ["smooth"])]
    columns = len(numbers) // count
    return [" ".join(numbers[k * columns : (k + 1) * columns]) for k in range(count)]


def _hessian_blocks(result: Result) -> list[str]:
    """The rows of each first input, those by all second inputs beside each other.

    Numbers alone make one matrix.
    """
    groups: dict[str, list[list[str]]] = {}
    for row in result.derivatives:
        count = math.prod(shape_of(result.at[row.by[0]]))
        groups.setdefault(row.by[0], []).append(_lines(result, row, count))
    blocks = ["\n".join(map(" ".join, zip(*parts, strict=True))) for parts in groups.values()]
    arrays = any(shape_of(result.at[name]) for name in groups)
    return blocks if arrays else ["\n".join(blocks)]
