"""Which format a file has, and opening it for reading or writing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

from gradcalc.atomic import STANDARD
from gradcalc.errors import GradcalcError
from gradcalc.tables.table import Reader, Writer, checked_names

Format: TypeAlias = Literal["csv", "tsv", "jsonl", "parquet", "arrow", "npy", "npz"]

FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".arrows": "arrow",
    ".npy": "npy",
    ".npz": "npz",
}
BEGINNINGS: dict[bytes, Format] = {
    b"{": "jsonl",
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"\xff\xff\xff\xff": "arrow",
    b"\x93NUMPY": "npy",
    b"PK": "npz",
}
DELIMITERS = {"csv": ",", "tsv": "\t"}
COLUMNAR = ("parquet", "arrow")
PACKED = ("csv", "tsv", "jsonl")  # formats that may be compressed as a whole, by .gz


def format_of(path: str, format: str | None = None) -> Format:
    """The format that is asked for, or the one that the name says; stdin and stdout are CSV."""
    if format is not None:
        for known in FORMATS:
            if format == known:
                return known
        raise GradcalcError(
            "unknown-format",
            f"'{format}' is no format of tables",
            hint=f"the formats: {', '.join(FORMATS)}",
        )
    if path == STANDARD:
        return "csv"
    stem, suffix = os.path.splitext(path.lower())
    packed = suffix == ".gz"
    found = SUFFIXES.get(os.path.splitext(stem)[1] if packed else suffix)
    if found is None or (packed and found not in PACKED):
        raise GradcalcError(
            "unknown-format",
            f"the name {path} does not say which format of table it has",
            hint=f"end it in {', '.join(SUFFIXES)}, or name the format: {', '.join(FORMATS)}",
        )
    return found


def _of_stdin() -> Format:
    """The format of what comes in, by its first bytes: CSV where they say nothing."""
    stdin: Any = sys.stdin.buffer  # which is buffered: one may look ahead
    first = stdin.peek(8).lstrip()
    return next((kind for start, kind in BEGINNINGS.items() if first.startswith(start)), "csv")


def open_table(
    path: str, format: str | None = None, *, names: Sequence[str] = (), block: int | None = None
) -> Reader:
    """A table to read; `names` are those of the columns of an .npy that has none.

    `block` is the size of the pieces: bytes of text, else rows. What comes from stdin says itself
    which format it has, unless told.
    """
    kind = format_of(path, format) if format or path != STANDARD else _of_stdin()
    given = {} if block is None else {"block": block}
    if kind in DELIMITERS:
        from gradcalc.tables.delimited import DelimitedReader

        return DelimitedReader(path, DELIMITERS[kind], **given)
    if kind == "jsonl":
        from gradcalc.tables.jsonlines import JsonReader

        return JsonReader(path, **given)
    if kind in COLUMNAR:
        from gradcalc.tables.columnar import ArrowReader, ParquetReader

        return ParquetReader(path, **given) if kind == "parquet" else ArrowReader(path, **given)
    from gradcalc.tables.numpyfiles import NpyReader, NpzReader

    return NpyReader(path, names, **given) if kind == "npy" else NpzReader(path, **given)


def create_table(path: str, format: str | None, columns: Sequence[str]) -> Writer:
    """A table to write, with these columns."""
    kind = format_of(path, format)
    names = checked_names(path, columns)
    if kind in DELIMITERS:
        from gradcalc.tables.delimited import DelimitedWriter

        return DelimitedWriter(path, names, DELIMITERS[kind])
    if kind == "jsonl":
        from gradcalc.tables.jsonlines import JsonWriter

        return JsonWriter(path, names)
    if kind in COLUMNAR:
        from gradcalc.tables.columnar import ColumnarWriter

        return ColumnarWriter(path, names, kind)
    from gradcalc.tables.numpyfiles import NpyWriter, NpzWriter

    return NpyWriter(path, names) if kind == "npy" else NpzWriter(path, names)
