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
GZIPPED = ("csv", "tsv", "jsonl")  # may be compressed as a whole: .csv.gz


def format_of(path: str, format: str | None = None) -> Format:
    """The format that is named, or that of the file name; stdin and stdout are CSV."""
    if format is not None:
        for known in FORMATS:
            if format == known:
                return known
        raise GradcalcError(
            "unknown-format",
            f"unknown table format '{format}'",
            hint=f"use one of {', '.join(FORMATS)}",
        )
    if path == STANDARD:
        return "csv"
    stem, suffix = os.path.splitext(path.lower())
    gzipped = suffix == ".gz"
    kind = SUFFIXES.get(os.path.splitext(stem)[1] if gzipped else suffix)
    if kind is None or (gzipped and kind not in GZIPPED):
        raise GradcalcError(
            "unknown-format",
            f"the name {path} doesn't say which table format it has",
            hint=f"end it in {', '.join(SUFFIXES)}, or name the format: {', '.join(FORMATS)}",
        )
    return kind


def _of_stdin() -> Format:
    """The format of stdin by its first bytes; CSV where they say nothing."""
    stdin: Any = sys.stdin.buffer  # it is buffered, so peeking consumes nothing
    first = stdin.peek(8).lstrip()
    return next((kind for start, kind in BEGINNINGS.items() if first.startswith(start)), "csv")


def open_table(
    path: str, format: str | None = None, *, names: Sequence[str] = (), block: int | None = None
) -> Reader:
    """A table to read; `names` are for the columns of an .npy without names.

    `block` is the size of a block: in bytes for text formats, else in rows. The format of stdin
    follows from its first bytes, unless it is named.
    """
    kind = format_of(path, format) if format or path != STANDARD else _of_stdin()
    size = {} if block is None else {"block": block}
    if kind in DELIMITERS:
        from gradcalc.tables.delimited import DelimitedReader

        return DelimitedReader(path, DELIMITERS[kind], **size)
    if kind == "jsonl":
        from gradcalc.tables.jsonlines import JsonReader

        return JsonReader(path, **size)
    if kind in COLUMNAR:
        from gradcalc.tables.columnar import ArrowReader, ParquetReader

        return ParquetReader(path, **size) if kind == "parquet" else ArrowReader(path, **size)
    from gradcalc.tables.numpyfiles import NpyReader, NpzReader

    return NpyReader(path, names, **size) if kind == "npy" else NpzReader(path, **size)


def create_table(path: str, format: str | None, columns: Sequence[str]) -> Writer:
    """A table to write, with these columns; it replaces the file at the end, or not at all."""
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
