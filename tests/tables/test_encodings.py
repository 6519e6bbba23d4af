"""Text in other encodings than UTF-8: told by an option, marked, or beyond doubt."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables import open_table
from gradcalc.tables.dialect import Dialect
from gradcalc.tables.encodings import encoding

Captured = pytest.CaptureFixture[str]
ENCODINGS = (
    *("latin-1", "cp1252", "cp437", "mac_roman", "iso8859-15", "utf-16", "utf-16-le"),
    *("utf-16-be", "utf-32", "utf-8", "utf-8-sig", "cp500"),
)
NAMES = ("Größe", "é")
ROWS = 400


def written(kind: str) -> str:
    """A table of two columns, in one of the formats of text."""
    rows = [dict(zip(NAMES, (k, k * k), strict=True)) for k in range(ROWS)]
    if kind == "json":
        return json.dumps(rows, ensure_ascii=False)
    if kind == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    sign = "," if kind == "csv" else "\t"
    return "".join(f"{sign.join(map(str, row))}\n" for row in (NAMES, *map(dict.values, rows)))


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json"])
@pytest.mark.parametrize("compressed", [False, True])
def test_the_encoding_that_is_told(tmp_path: Path, kind: str, name: str, compressed: bool) -> None:
    path = tmp_path / f"t.{kind}{'.gz' * compressed}"
    raw = written(kind).encode(name)
    path.write_bytes(gzip.compress(raw) if compressed else raw)
    for block in (50, 1 << 20):
        with open_table(str(path), dialect=Dialect(encoding=encoding(name)), block=block) as table:
            assert table.columns == NAMES
            batches = [one.decode() for one in table.blocks()]
        found = [x for batch in batches for x in batch.numbers("é").tolist()]
        assert found == [k * k for k in range(ROWS)]


@pytest.mark.parametrize("name", ["utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json"])
def test_what_is_beyond_doubt(tmp_path: Path, kind: str, name: str) -> None:
    """A mark says which encoding it is; so do letters of Latin of which every other byte is 0."""
    path = tmp_path / f"t.{kind}"
    path.write_bytes(written(kind).encode(name))
    with open_table(str(path)) as table:
        assert table.columns == NAMES
        assert any(name.upper() in note for note in table.notes) == name.endswith("e")


@pytest.mark.parametrize(
    ("name", "title"), [("cp1252", "Größe"), ("mac_roman", "é"), ("shift_jis", "温")]
)
def test_doubt_names_the_option(tmp_path: Path, capsys: Captured, name: str, title: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(f"{title},b\n1,2\n".encode(name))
    assert run(["map", "b^2", str(path)]) == Exit.FILE
    assert "--encoding" in capsys.readouterr().err
    assert run(["map", "b^2", str(path), "-q", "--encoding", name]) == Exit.OK
    assert capsys.readouterr().out == f"{title},b,value,d_b\n1,2,4,4\n"


@pytest.mark.parametrize("text", ["Größe,b\n1,2\n", "b,c\n1,2\n\xe9,3\n"])
def test_bytes_of_another_encoding(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode("latin-1"))
    for name in ("ascii", "utf-8"):
        with (
            pytest.raises(GradcalcError, match="text") as caught,
            open_table(str(path), dialect=Dialect(encoding=name)) as table,
        ):
            [block.decode() for block in table.blocks()]
        assert caught.value.exit is Exit.FILE


@pytest.mark.parametrize("name", ["nonsense", "hex", "base64", "rot13", "", "undefined\0", "é"])
def test_what_is_no_encoding(name: str) -> None:
    with pytest.raises(GradcalcError, match="--encoding can't be"):
        encoding(name)
