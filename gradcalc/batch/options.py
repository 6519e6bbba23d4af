"""How a table is mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gradcalc.run.point import Given
from gradcalc.tables.rules import LENIENT, CellRules

OnError = Literal["keep", "drop", "fail"]


@dataclass(frozen=True, slots=True)
class MapOptions:
    """How a table is mapped.

    `at` are inputs that are the same in all rows; `keep` names the columns of the input to write
    too, None for all. `on_error` says what becomes of rows without a finite answer: keep
    writes what there is, NaN or an infinity. `check_rows` rows are drawn for the full check, by
    `seed` and by which `part` of a larger table this is. `cells` say how numbers are spelt, and
    which words mark a missing one: its row has no value. `prefix` comes before the names of the
    columns that are added. `uncertain` are inputs x whose uncertainty, a column u_x, makes a column
    u of the result's.
    """

    at: Mapping[str, Given] = field(default_factory=dict)
    keep: tuple[str, ...] | None = None
    on_error: OnError = "keep"
    check_rows: int = 100
    seed: int = 0
    part: int = 0
    threads: int = 1
    cells: CellRules = LENIENT
    prefix: str = ""
    uncertain: tuple[str, ...] = ()
