"""`map` for a program that holds its table, or reads it from a file: columns come back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from gradcalc.batch.mapping import map_tables
from gradcalc.batch.naming import output_columns
from gradcalc.batch.options import MapOptions
from gradcalc.batch.summary import Summary
from gradcalc.batch.uncertain import uncertain_inputs
from gradcalc.errors import blaming
from gradcalc.kernels.kernel import Kernel
from gradcalc.notebook import MAX_ELEMENTS, brief, more, table
from gradcalc.tables import Reader, open_table
from gradcalc.tables.memory import MemoryReader, MemoryWriter


class Columns(dict[str, Any]):
    """Columns by name, 1-D arrays of one length; `summary` counts what came of the rows."""

    def __init__(self, columns: Mapping[str, Any], summary: Summary) -> None:
        super().__init__(columns)
        self.summary = summary

    def __reduce__(self) -> tuple[Any, ...]:
        return Columns, (dict(self), self.summary)

    def __repr__(self) -> str:
        names = ", ".join([*list(self)[:MAX_ELEMENTS], *more(len(self), MAX_ELEMENTS)])
        return f"Columns({names}; rows: {self.summary.written})"

    def _repr_html_(self) -> str:
        """The first rows as a table for notebooks."""
        count = min(MAX_ELEMENTS, self.summary.written)
        rows = [[brief(column[row]) for column in self.values()] for row in range(count)]
        rest = more(self.summary.written, MAX_ELEMENTS)
        return table("map", tuple(self), rows, *rest)


def map_columns(
    source: str,
    data: Any,
    request: MapOptions,
    *,
    wrt: Sequence[str] | None = None,
    hessian: bool = False,
    propagate: bool = False,
) -> Columns:
    """The columns for a dict of columns, a structured array, or the path of a table."""
    with blaming(source), ExitStack() as stack:
        reader: Reader = (
            open_table(os.fspath(data))
            if isinstance(data, str | os.PathLike)
            else MemoryReader(data)
        )
        stack.enter_context(reader)
        names = {*reader.columns, *request.at}
        if propagate:
            request = replace(request, uncertain=uncertain_inputs(source, names))
            wrt = tuple(dict.fromkeys([*(wrt or ()), *request.uncertain]))
        kernel = Kernel(source, wrt, hessian=hessian, threads=1, names=names)
        writer = MemoryWriter(output_columns(kernel, request, reader))
        summary = map_tables(kernel, [reader], writer, request)
        if request.check_rows:
            summary.checked = summary.sample.check(kernel, request.at)
        return Columns(writer.columns(), summary)
