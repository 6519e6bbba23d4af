"""The columns of the input that are written too: to the last bit, whatever the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcalc.batch.options import MapOptions
from gradcalc.tables import Batch, Writer
from gradcalc.tables.cells import (
    Floats,
    has_padded_numerals,
    is_arrow,
    is_typed,
    numerals,
    rounded_integers,
    with_nulls,
)
from gradcalc.tables.table import bad_file


class KeptColumns:
    """Hands the columns of the input on as the writer holds them best.

    A column that the formula doesn't use is passed on as it was read. Of one that it uses the cells
    were read as numbers; a format with types gets them as numbers, unless float64 would change one:
    by the first rows it is decided which columns stay text.
    """

    def __init__(self, writer: Writer, options: MapOptions) -> None:
        self._holds = writer.holds
        self._options = options
        self._texts: frozenset[str] = frozenset()

    def decide(self, batch: Batch, cells: Mapping[str, Floats]) -> None:
        """Which columns stay text, by the first rows."""
        if self._holds == "types":
            self._texts = frozenset(n for n, f in cells.items() if self._changes(batch, n, f))

    def columns(self, batch: Batch, cells: Mapping[str, Floats]) -> dict[str, Any]:
        """The columns to write; GradcalcError where the file would hold another number."""
        names = batch.columns if self._options.keep is None else self._options.keep
        return {name: self._column(batch, name, cells.get(name)) for name in names}

    def _column(self, batch: Batch, name: str, floats: Floats | None) -> Any:
        column = batch.columns[name]
        if floats is None or self._holds == "text" or is_typed(column):
            return column
        if self._holds == "objects":
            return numerals(column, batch.rules(self._options.cells)) if batch.spelt else column
        if self._holds == "types" and is_arrow(column) and not batch.spelt:
            return column
        if name in self._texts:
            return column
        if self._changes(batch, name, floats):
            raise bad_file(
                batch.path,
                f"has a number in column {name} that the output would round or shorten",
                "write .csv or .jsonl, or leave the column out with --keep",
            )
        return with_nulls(floats) if self._holds == "types" else floats

    def _changes(self, batch: Batch, name: str, floats: Floats) -> bool:
        """Would a float64 be another number than a cell, or drop zeros before it?"""
        column = batch.columns[name]
        if is_typed(column) or (is_arrow(column) and not batch.spelt):
            return False
        if rounded_integers(column, floats, batch.rules(self._options.cells)).size:
            return True
        return batch.spelt and has_padded_numerals(column)
