"""The comparison with another program's results: worst rows and a histogram of digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from rich.text import Text

from gradcalc.claims.against import Comparison
from gradcalc.errors import listed
from gradcalc.views.console import Screen
from gradcalc.views.layout import WRONG, sentence, sheet
from gradcalc.views.numbers import jsonable, shortest
from gradcalc.views.sheets import Column, Sheet, draw

MAX_BAR_COLUMNS = 40


def show(comparison: Comparison, out: Screen) -> None:
    """How many rows are wrong, which are worst, and how many digits are right."""
    heading = f"{comparison.path}: {_rows(comparison.rows)}, {comparison.wrong:,} wrong"
    if comparison.aside:
        why = "no finite, smooth answer there to compare with"
        heading += f", {comparison.aside:,} set aside ({why})"
    sentence(out, Text(heading, style=WRONG if comparison.wrong else ""))
    if comparison.worst:
        draw(_worst(comparison), out)
    _print_digits(comparison, out)
    if comparison.ignored:
        ignored = listed(comparison.ignored)
        sentence(out, Text(f"not compared: {ignored}; only value and d_<input> are compared"))
    were = "was" if comparison.confirmed == 1 else "were"
    confirmed = f"{_rows(comparison.confirmed)} {were} checked with the reference"
    sentence(out, Text(f"{confirmed}; {comparison.seconds:.2f} s"))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _worst(comparison: Comparison) -> Sheet:
    """The worst rows, with what both programs say there."""
    names = list(comparison.worst[0].at)
    columns = sheet((*names, "column"), ("theirs", "ours", "relative error")).columns
    table = Sheet((Column("row", named=True), *columns))
    for w in comparison.worst:
        at = [_as(comparison.dtype, w.at[name]) for name in names]
        theirs = _as(comparison.dtype, w.theirs)
        cells = [str(w.row), *at, w.column, theirs, shortest(w.ours)]
        table.rows.append(tuple(map(Text, [*cells, f"{w.error:.3g}"])))
    return table


def _print_digits(comparison: Comparison, out: Screen) -> None:
    """A histogram of correct digits for each column."""
    width = max(4, min(MAX_BAR_COLUMNS, out.width - 20))
    for column, counts in comparison.digits.items():
        every = f"{len(counts) - 1} is all of {comparison.dtype}"
        sentence(out, Text(f"correct digits of {column} ({every})"))
        largest = max(counts) or 1
        for digits, count in enumerate(counts):
            if count:
                bar = "" if out.plain else "#" * max(1, round(width * count / largest)) + " "
                out.print(Text(f"  {digits:>2} {bar}{count:,}"), soft_wrap=True)


def _as(dtype: str, number: float) -> str:
    """The shortest text that a program of the dtype reads as the number."""
    if dtype == "float64" or not math.isfinite(number):
        return shortest(number)
    return str(np.float32(number)).removesuffix(".0")


def record(comparison: Comparison) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.against/1."""
    return {
        "schema": "gradcalc.against/1",
        "path": comparison.path,
        "dtype": comparison.dtype,
        "rows": comparison.rows,
        "wrong": comparison.wrong,
        "aside": comparison.aside,
        "worst": [
            {
                "row": w.row,
                "at": {k: jsonable(v) for k, v in w.at.items()},
                "column": w.column,
                "theirs": jsonable(w.theirs),
                "ours": jsonable(w.ours),
                "relative_error": jsonable(w.error),
            }
            for w in comparison.worst
        ],
        "digits": {column: list(counts) for column, counts in comparison.digits.items()},
        "confirmed": comparison.confirmed,
        "ignored": list(comparison.ignored),
        "seconds": round(comparison.seconds, 3),
    }
