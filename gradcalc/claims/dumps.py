"""Another program's results as columns: CSV with a header, or JSON Lines."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError


@dataclass(frozen=True, slots=True, eq=False)
class Dump:
    """Columns of float64 by name, all of one length."""

    path: str
    columns: Mapping[str, Any]

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())))


def read_dump(path: str) -> Dump:
    """Read a dump; GradcalcError with line, column and text where a cell is no number."""
    kind = os.path.splitext(path)[1].lower()
    if kind not in (".csv", ".jsonl"):
        raise GradcalcError("bad-file", f"{path} is neither .csv nor .jsonl", exit=Exit.FILE)
    rows = _from_csv(path) if kind == ".csv" else _from_lines(path)
    names: list[str] | None = None
    kept: list[list[float]] = []
    for line, found in rows:
        if names is None:
            names = list(found)
        if list(found) != names and set(found) != set(names):
            raise _bad(path, line, f"has other columns than {', '.join(names)}")
        kept.append([_number(path, line, name, found[name]) for name in names])
    if not names or not kept:
        raise GradcalcError("bad-file", f"{path} holds no rows", exit=Exit.FILE)
    table = np.array(kept)
    return Dump(path, {name: table[:, k] for k, name in enumerate(names)})


def _from_csv(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = [name.strip() for name in next(reader, [])]
        for number, cells in enumerate(reader, 2):
            if len(cells) != len(header):
                if not any(cells):
                    continue
                raise _bad(path, number, f"has {len(cells)} cells, not {len(header)}")
            yield number, dict(zip(header, cells, strict=True))


def _from_lines(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except ValueError as error:
                raise _bad(path, number, f"is not JSON: {error}") from None
            if not isinstance(found, dict):
                raise _bad(path, number, "is no object")
            yield number, found


def _number(path: str, line: int, name: str, cell: Any) -> float:
    try:
        number = math.nan if cell is None else float(cell)
    except (TypeError, ValueError):
        raise _bad(path, line, f"column {name}: {cell!r} is no number") from None
    return number


def _bad(path: str, line: int, what: str) -> GradcalcError:
    return GradcalcError("bad-file", f"{path}, line {line} {what}", exit=Exit.FILE)
