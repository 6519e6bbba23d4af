"""Another program's results as columns: CSV with a header, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError

KINDS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True, eq=False)
class Dump:
    """Columns of float64 by name, all of one length; of other columns, why they are none."""

    path: str
    columns: Mapping[str, Any]
    faults: Mapping[str, GradcalcError]
    rows: int

    def column(self, name: str) -> Any:
        """The numbers of a column; its fault where a cell is no number."""
        if name in self.faults:
            raise self.faults[name]
        return self.columns[name]

    @property
    def names(self) -> list[str]:
        return [*self.columns, *self.faults]


def read_dump(path: str) -> Dump:
    """Read a dump, - from stdin; GradcalcError with the line where it is no table."""
    kind = KINDS.get(os.path.splitext(path)[1].lower(), "")
    if not kind and path != "-":
        raise GradcalcError("bad-file", f"{path} is neither .csv nor .jsonl", exit=Exit.FILE)
    try:
        text = _text(path)
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None
    lines = list(io.StringIO(text, newline=""))
    if not kind:
        kind = "jsonl" if text.lstrip().startswith("{") else "csv"
    return _columns(path, _from_csv(path, lines) if kind == "csv" else _from_lines(path, lines))


def _text(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    with open(path, encoding="utf-8-sig", newline="") as file:
        return file.read()


def _columns(path: str, rows: Iterable[tuple[int, dict[str, Any]]]) -> Dump:
    """The columns; what is no number spoils its column, which may not be needed."""
    kept: dict[str, list[float]] | None = None
    faults: dict[str, GradcalcError] = {}
    count = 0
    for line, found in rows:
        count += 1
        if kept is None:
            kept = {name: [] for name in found}
        if found.keys() != kept.keys():
            raise _bad(path, line, f"has other columns than {', '.join(kept)}")
        for name, numbers in kept.items():
            if name not in faults:
                try:
                    numbers.append(_number(path, line, name, found[name]))
                except GradcalcError as fault:
                    faults[name] = fault
    if not kept:
        raise GradcalcError("bad-file", f"{path} holds no rows", exit=Exit.FILE)
    columns = {name: np.array(n) for name, n in kept.items() if name not in faults}
    return Dump(path, columns, faults, count)


def _from_csv(path: str, lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    first = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=max(SEPARATORS, key=first.count))
    try:
        header = [name.strip() for name in next(reader, [])]
        if twice := [name for k, name in enumerate(header) if name in header[:k]]:
            raise _bad(path, 1, f"names the column {twice[0]} twice")
        for cells in reader:
            if len(cells) != len(header):
                if not any(cells):
                    continue
                raise _bad(path, reader.line_num, f"has {len(cells)} cells, not {len(header)}")
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise _bad(path, reader.line_num, f"can't be read: {error}") from None


def _from_lines(path: str, lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _bad(path, number, f"is not JSON: {error}") from None
        if not isinstance(found, dict):
            raise _bad(path, number, "is no object")
        yield number, found


def _number(path: str, line: int, name: str, cell: Any) -> float:
    if isinstance(cell, list):
        raise _bad(path, line, f"column {name}: arrays are not compared")
    try:
        if isinstance(cell, bool):
            raise ValueError
        return math.nan if cell is None else float(cell)
    except (TypeError, ValueError, OverflowError):
        raise _bad(path, line, f"column {name}: {cell!r} is no number") from None


def _bad(path: str, line: int, what: str) -> GradcalcError:
    return GradcalcError("bad-file", f"{path}, line {line} {what}", exit=Exit.FILE)
