"""The comparison with another program's results: worst rows and a histogram of digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text

from gradcalc.claims.against import Comparison
from gradcalc.views.layout import table
from gradcalc.views.numbers import jsonable, shortest

BAR = 40  # columns of the longest bar


def show(found: Comparison, out: Console) -> None:
    """How many rows are wrong, which are worst, and how many digits are right."""
    rows = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
    told = f"{found.path}: {rows}, {found.wrong:,} wrong"
    if found.aside:
        told += f", {found.aside:,} set aside (no finite, smooth answer there to compare with)"
    out.print(Text(told))
    if found.worst:
        names = list(found.worst[0].at)
        heads = ("row", *names, "column", "theirs", "ours", "relative error")
        made = table(out, None, heads)
        for w in found.worst:
            at = [_as(found.dtype, w.at[name]) for name in names]
            theirs = _as(found.dtype, w.theirs)
            cells = [str(w.row), *at, w.column, theirs, shortest(w.ours)]
            made.add_row(*map(Text, [*cells, f"{w.error:.3g}"]))
        out.print(made)
    width = max(4, min(BAR, out.width - 20)) if out.is_terminal else BAR
    for column, counts in found.digits.items():
        out.print(Text(f"correct digits of {column} ({len(counts) - 1} is all of {found.dtype})"))
        most = max(counts) or 1
        for digits, count in enumerate(counts):
            if count:
                bar = "#" * max(1, round(width * count / most))
                out.print(Text(f"  {digits:>2} {bar} {count:,}"))
    if found.ignored:
        left = ", ".join(found.ignored)
        out.print(Text(f"not compared: {left}; what is compared is called value and d_<input>"))
    plural = "1 row was" if found.confirmed == 1 else f"{found.confirmed:,} rows were"
    out.print(Text(f"{plural} looked at with the reference; {found.seconds:.2f} s"))


def _as(dtype: str, number: float) -> str:
    """The shortest text that a program of the dtype reads as the number."""
    if dtype == "float64" or not math.isfinite(number):
        return shortest(number)
    return str(np.float32(number)).removesuffix(".0")


def record(found: Comparison) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.against/1."""
    return {
        "schema": "gradcalc.against/1",
        "path": found.path,
        "dtype": found.dtype,
        "rows": found.rows,
        "wrong": found.wrong,
        "aside": found.aside,
        "worst": [
            {
                "row": w.row,
                "at": {k: jsonable(v) for k, v in w.at.items()},
                "column": w.column,
                "theirs": jsonable(w.theirs),
                "ours": jsonable(w.ours),
                "relative_error": jsonable(w.error),
            }
            for w in found.worst
        ],
        "digits": {column: list(counts) for column, counts in found.digits.items()},
        "confirmed": found.confirmed,
        "ignored": list(found.ignored),
        "seconds": round(found.seconds, 3),
    }
