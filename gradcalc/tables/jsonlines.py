"""JSON Lines: one object a line. Its keys are the columns; the first line has all of them.

Numbers that are not finite are written as in gradcalc's other JSON: "NaN", "Infinity".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gradcalc.errors import listed
from gradcalc.tables.cells import Column, Numeral, objects
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import FileWriter, Source
from gradcalc.tables.lines import BLOCK_BYTES, TextBlock, TextReader, decoded
from gradcalc.tables.table import Batch, bad_file, checked_names

ROW_HINT = 'a line holds one row: {"x": 1, "y": 2}'
ARRAY_HINT = "--from json reads an array of rows"


def _record(text: str, path: str, line: int) -> dict[str, Any]:
    """The object in a line; GradcalcError where there is none, or a key comes twice."""
    place = f"{path}, line {line}"
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except RecursionError:
        raise bad_file(place, "is nested too deeply") from None
    except ValueError as error:
        hint = ARRAY_HINT if text.strip() == "[" else ROW_HINT
        raise bad_file(place, f"is not valid JSON: {error}", hint) from None
    if not isinstance(pairs, list) or not text.lstrip().startswith("{"):
        hint = ARRAY_HINT if line == 1 and text.lstrip().startswith("[") else ROW_HINT
        raise bad_file(place, "is not a JSON object", hint)
    checked_names(place, [name for name, _ in pairs])
    record: dict[str, Any] = json.loads(text)
    return record


class JsonReader(TextReader):
    """A file of JSON Lines."""

    def __init__(self, source: Source, dialect: Dialect = PLAIN, block: int = BLOCK_BYTES) -> None:
        self._block = block
        super().__init__(source, dialect)

    def open(self) -> tuple[str, ...]:
        """Read the first line for its keys, and put it back: it is a row too."""
        self.open_lines(block=self._block)
        head = self.lines.head()
        if not head.strip():
            raise bad_file(self.path, "is empty", ROW_HINT)
        self.lines.push(head)
        line = self.lines.line
        return tuple(_record(decoded(head, self.path, line), self.path, line))

    def pieces(self) -> Iterator[JsonBlock]:
        """Pieces of some MB."""
        for raw, line in self.lines.blocks():
            yield JsonBlock(raw, line, self.columns, self.path, self.titles)


@dataclass(frozen=True, slots=True)
class JsonBlock(TextBlock):
    """Whole lines of JSON, whose keys are the `titles`."""

    titles: tuple[str, ...]

    def decode(self) -> Batch:
        """Columns of Python's objects; a key that a line lacks is None there."""
        known = frozenset(self.titles)
        rows: list[dict[str, Any]] = []
        places: list[int] = []
        for line, text in enumerate(self.text().split("\n"), self.line):
            if not text.strip():
                continue
            row = self._row(text, line)
            if not known.issuperset(row):
                new = next(name for name in row if name not in known)
                raise bad_file(
                    f"{self.path}, line {line}",
                    f"has key {new!r}, which the first row lacks",
                    f"the columns are {listed(self.titles)}: put every key in the first row",
                )
            rows.append(row)
            places.append(line)
        keys = zip(self.names, self.titles, strict=True)
        columns = {name: [row.get(title) for row in rows] for name, title in keys}
        return Batch(columns, len(rows), self.path, self.line, "line", places.__getitem__)

    def _row(self, text: str, line: int) -> dict[str, Any]:
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            return _record(text, self.path, line)
        # A key that comes twice leaves fewer pairs than colons. The quick test spares a slow parse.
        plain = isinstance(row, dict) and text.count(":") == len(row)
        return row if plain else _record(text, self.path, line)


class JsonWriter(FileWriter):
    """Rows as JSON objects, one a line."""

    holds = "objects"

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The rows as bytes."""
        return self.compressed(self.lines(columns))

    def lines(self, columns: Mapping[str, Column]) -> bytes:
        """The rows as lines of text, not compressed."""
        keys = [json.dumps(name, ensure_ascii=False) for name in self.columns]
        template = "{" + ", ".join(f"{key.replace('%', '%%')}: %s" for key in keys) + "}\n"
        cells = (list(map(_formatted, objects(columns[name]))) for name in self.columns)
        return "".join(template % row for row in zip(*cells, strict=True)).encode()


def _formatted(cell: Any) -> str:
    if type(cell) is Numeral:
        return cell
    if isinstance(cell, Decimal) and cell.is_finite():
        return str(cell)
    if type(cell) is float:
        if math.isfinite(cell):
            return repr(cell)
        return '"NaN"' if math.isnan(cell) else '"Infinity"' if cell > 0 else '"-Infinity"'
    return json.dumps(cell, ensure_ascii=False, default=str)
