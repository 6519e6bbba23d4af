"""JSON Lines: an object a line, its keys the columns; those of the first line are those of all.

Numbers that are not finite are written as gradcalc's other JSON has them: "NaN", "Infinity".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from gradcalc.tables.cells import Column, objects
from gradcalc.tables.files import FileWriter
from gradcalc.tables.lines import TEXT_BLOCK, Lines, decoded
from gradcalc.tables.table import Batch, bad_file, checked_names


def _record(text: str, path: str, line: int) -> dict[str, Any]:
    """The object in a line."""
    place = f"{path}, line {line}"
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except RecursionError:
        raise bad_file(place, "is nested too deeply") from None
    except ValueError as error:
        raise bad_file(
            place, f"is no JSON: {error}", 'a line holds one row: {"x": 1, "y": 2}'
        ) from None
    if not isinstance(pairs, list) or not text.lstrip().startswith("{"):
        raise bad_file(place, "is no object", 'a line holds one row: {"x": 1, "y": 2}')
    checked_names(place, [name for name, _ in pairs])
    made: dict[str, Any] = json.loads(text)
    return made


class JsonReader:
    """A file of JSON Lines."""

    def __init__(self, path: str, block: int = TEXT_BLOCK) -> None:
        self._lines = Lines(path, block=block)
        self.path = self._lines.path
        self.total = self._lines.total
        try:
            head = self._lines.head()
            if not head.strip():
                raise bad_file(self.path, "is empty", 'a line holds one row: {"x": 1, "y": 2}')
            self._lines.push(head)
            line = self._lines.line
            self.columns = tuple(_record(decoded(head, self.path, line), self.path, line))
        except BaseException:
            self._lines.close()
            raise

    def blocks(self) -> Iterator[JsonBlock]:
        """Pieces of some MB."""
        for raw, line in self._lines.blocks():
            yield JsonBlock(raw, line, self.columns, self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.close()


@dataclass(frozen=True, slots=True)
class JsonBlock:
    """Whole lines as bytes; `line` is where the first stands."""

    raw: bytes
    line: int
    names: tuple[str, ...]
    path: str

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.raw)

    def decode(self) -> Batch:
        """Columns of Python's objects; a key that a line lacks is None there."""
        known = frozenset(self.names)
        rows: list[dict[str, Any]] = []
        places: list[int] = []
        for line, text in enumerate(decoded(self.raw, self.path, self.line).split("\n"), self.line):
            if not text.strip():
                continue
            row = self._row(text, line)
            if not known.issuperset(row):
                new = next(name for name in row if name not in known)
                raise bad_file(
                    f"{self.path}, line {line}",
                    f"has a key {new!r} that the first row has not",
                    f"the columns are {', '.join(self.names)}: give the first row all keys",
                )
            rows.append(row)
            places.append(line)
        columns = {name: [row.get(name) for row in rows] for name in self.names}
        return Batch(columns, len(rows), self.path, self.line, "line", places.__getitem__)

    def _row(self, text: str, line: int) -> dict[str, Any]:
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            return _record(text, self.path, line)
        # A key that is there twice leaves one pair fewer than there are colons.
        plain = isinstance(row, dict) and text.count(":") == len(row)
        return row if plain else _record(text, self.path, line)


class JsonWriter(FileWriter):
    """Rows as JSON objects, one a line."""

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The rows as bytes."""
        keys = [json.dumps(name, ensure_ascii=False) for name in self.columns]
        template = "{" + ", ".join(f"{key.replace('%', '%%')}: %s" for key in keys) + "}\n"
        spelt = (list(map(_spelt, objects(columns[name]))) for name in self.columns)
        return self.packed("".join(template % row for row in zip(*spelt, strict=True)).encode())


def _spelt(cell: Any) -> str:
    if type(cell) is float:
        if math.isfinite(cell):
            return repr(cell)
        return '"NaN"' if math.isnan(cell) else '"Infinity"' if cell > 0 else '"-Infinity"'
    return json.dumps(cell, ensure_ascii=False, default=str)
