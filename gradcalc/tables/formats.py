"""Which format a file has, and opening it for reading or writing."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

from gradcalc.atomic import STANDARD
from gradcalc.errors import GradcalcError
from gradcalc.places import bare
from gradcalc.tables.compression import FAILURES, without_suffix
from gradcalc.tables.compression import SUFFIXES as COMPRESSED
from gradcalc.tables.damage import reading
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import Source, is_stream, open_source
from gradcalc.tables.foreign import BEGINNING_BYTES, refuse_begun, refuse_named
from gradcalc.tables.table import Reader, Writer, checked_names

Format: TypeAlias = Literal["csv", "tsv", "jsonl", "json", "parquet", "arrow", "npy", "npz"]

FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".txt": "csv",
    ".dat": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".arrows": "arrow",
    ".npy": "npy",
    ".npz": "npz",
}
BEGINNINGS: tuple[tuple[re.Pattern[bytes], Format], ...] = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*\{"), "jsonl"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*\[(?:\s*\{|\s*$|\s*\])"), "json"),
    (re.compile(b"PAR1"), "parquet"),
    (re.compile(b"ARROW1"), "arrow"),
    (re.compile(b"\xff\xff\xff\xff"), "arrow"),
    (re.compile(b"\x93NUMPY"), "npy"),
    (re.compile(b"PK"), "npz"),
)
PEEKED_BYTES = 64
DELIMITERS = {"csv": ",", "tsv": "\t"}
COLUMNAR = ("parquet", "arrow")
COMPRESSIBLE = ("csv", "tsv", "jsonl", "json")  # as a whole: .csv.gz


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
    path = bare(path)
    inner = without_suffix(path)
    kind = SUFFIXES.get(os.path.splitext(inner.lower())[1])
    if kind is None or (inner != path and kind not in COMPRESSIBLE):
        refuse_named(path)
        raise GradcalcError(
            "unknown-format",
            f"the name {path} doesn't say which table format it has",
            hint=f"name it with --from, or --to: {', '.join(FORMATS)}; or end the name in "
            f"{', '.join(SUFFIXES)} (text may be compressed: {', '.join(COMPRESSED)})",
        )
    return kind


def _sniffed(source: Source) -> Format:
    """The format of a stream by its first bytes; CSV where they say nothing."""
    with reading(source.path, "text"):
        start = source.file.peek(PEEKED_BYTES)[:PEEKED_BYTES]
    return next((kind for pattern, kind in BEGINNINGS if pattern.match(start)), "csv")


def _refuse_foreign(source: Source, kind: Format) -> None:
    """GradcalcError where a file of text begins as another kind of file does."""
    try:
        refuse_begun(source.path, source.file.peek(BEGINNING_BYTES)[:BEGINNING_BYTES], kind)
    except FAILURES:  # a damaged stream is reported where it is read
        return
    except BaseException:
        source.resources.close()
        raise


def _read_as(source: Source, told: Format | None) -> Format:
    """The format that the name tells; where it doesn't, or for objects outside of an array named
    .json, what the file begins with."""
    if told is None or (told == "json" and _sniffed(source) == "jsonl"):
        return _sniffed(source)
    return told


def open_table(
    path: str,
    format: str | None = None,
    *,
    names: Sequence[str] = (),
    dialect: Dialect = PLAIN,
    block: int | None = None,
) -> Reader:
    """A table to read; `names` are for the columns of an .npy without names.

    `dialect` says how it is written, and which columns are renamed. `block` is the size of a block:
    in bytes for text formats, else in rows. The format of stdin, or of a pipe, follows from its
    first bytes, unless it is named.
    """
    told = None if format is None and is_stream(path) else format_of(path, format)
    source = open_source(path)
    try:
        kind = _read_as(source, told)
    except BaseException:
        source.resources.close()
        raise
    if kind == "npz" and told is None:  # so begin workbooks, and all archives
        _refuse_foreign(source, kind)
    if kind in COMPRESSIBLE:
        from gradcalc.tables.encodings import as_utf8

        if not dialect.skip:  # which may be what a file of another kind is read with
            _refuse_foreign(source, kind)
        source = as_utf8(source, dialect.encoding)
    return _reader(kind, source, names, dialect, {} if block is None else {"block": block})


def _reader(
    kind: str, source: Source, names: Sequence[str], dialect: Dialect, size: dict[str, int]
) -> Reader:
    """What reads a format; `size` is that of its blocks, if it was told."""
    if kind in DELIMITERS:
        from gradcalc.tables.delimited import DelimitedReader

        return DelimitedReader(source, DELIMITERS[kind], dialect, **size)
    if kind == "jsonl":
        from gradcalc.tables.jsonlines import JsonReader

        return JsonReader(source, dialect, **size)
    if kind == "json":
        from gradcalc.tables.jsonarray import JsonArrayReader

        return JsonArrayReader(source, dialect, **size)
    if kind in COLUMNAR:
        from gradcalc.tables.columnar import ArrowReader, ParquetReader

        reader = ParquetReader if kind == "parquet" else ArrowReader
        return reader(source, dialect, **size)
    from gradcalc.tables.numpyfiles import NpyReader, NpzReader

    if kind == "npy":
        return NpyReader(source, names, dialect, **size)
    return NpzReader(source, dialect, **size)


def create_table(
    path: str, format: str | None, columns: Sequence[str], schema: Any = None
) -> Writer:
    """A table to write, with these columns; it replaces the file at the end, or not at all.

    `schema` is the Arrow schema of the input, where it has one: columns that are kept keep their
    types and metadata.
    """
    kind = format_of(path, format)
    names = checked_names(path, columns)
    if kind in DELIMITERS:
        from gradcalc.tables.delimited_writer import DelimitedWriter

        return DelimitedWriter(path, names, DELIMITERS[kind])
    if kind == "json":
        from gradcalc.tables.jsonarray import JsonArrayWriter

        return JsonArrayWriter(path, names)
    if kind == "jsonl":
        from gradcalc.tables.jsonlines import JsonWriter

        return JsonWriter(path, names)
    if kind in COLUMNAR:
        from gradcalc.tables.columnar import ColumnarWriter

        return ColumnarWriter(path, names, kind, schema)
    from gradcalc.tables.numpywriter import NpyWriter, NpzWriter

    return NpyWriter(path, names) if kind == "npy" else NpzWriter(path, names)
