"""The comparison with another program's results: worst rows and a histogram of digits."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcalc.claims.against import Comparison
from gradcalc.views.console import box
from gradcalc.views.numbers import jsonable, shortest

BAR = 40  # columns of the longest bar


def show(found: Comparison, out: Console) -> None:
    """How many rows are wrong, which are worst, and how many digits are right."""
    told = f"{found.path}: {found.rows:,} rows, {found.wrong:,} wrong"
    if found.aside:
        told += f", {found.aside:,} set aside (no finite, smooth answer there)"
    out.print(Text(told))
    if found.worst:
        names = list(found.worst[0].at)
        table = Table("row", *names, "column", "theirs", "ours", "relative error", box=box(out))
        for w in found.worst:
            at = [shortest(w.at[name]) for name in names]
            cells = [str(w.row), *at, w.column, shortest(w.theirs), shortest(w.ours)]
            table.add_row(*map(Text, [*cells, f"{w.error:.3g}"]))
        out.print(table)
    for column, counts in found.digits.items():
        out.print(Text(f"correct digits of {column}"))
        most = max(counts) or 1
        for digits, count in enumerate(counts):
            if count:
                bar = "#" * max(1, round(BAR * count / most))
                out.print(Text(f"  {digits:>2} {bar} {count:,}"))
    out.print(Text(f"{found.confirmed} rows were looked at with the reference; "
                   f"{found.seconds:.2f} s"))  # fmt: skip


def record(found: Comparison) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.against/1."""
    return {
        "schema": "gradcalc.against/1",
        "path": found.path,
        "rows": found.rows,
        "wrong": found.wrong,
        "aside": found.aside,
        "worst": [
            {"row": w.row, "at": {k: jsonable(v) for k, v in w.at.items()}, "column": w.column,
             "theirs": jsonable(w.theirs), "ours": jsonable(w.ours),
             "relative_error": jsonable(w.error)}
            for w in found.worst
        ],
        "digits": {column: list(counts) for column, counts in found.digits.items()},
        "confirmed": found.confirmed,
        "seconds": round(found.seconds, 3),
    }  # fmt: skip
