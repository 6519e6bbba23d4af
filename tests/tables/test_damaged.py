"""Damaged, cut off and changing files: an error of that file, never a bug, never a part of it."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables import Block, create_table, open_table

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

Captured = pytest.CaptureFixture[str]
FORMATS = ("csv", "csv.gz", "tsv", "jsonl", "json", "parquet", "arrow", "npy", "npz")
ROWS = 300


def whole(path: Path, rows: int = ROWS) -> bytes:
    """A table of three columns in the format of the name."""
    x = np.random.default_rng(7).random((rows, 2))
    with create_table(str(path), None, ("x", "y")) as writer:
        for start in range(0, rows, 100):
            part = slice(start, start + 100)
            writer.write(writer.encode({"x": x[part, 0], "y": x[part, 1]}))
    return path.read_bytes()


def mutated(raw: bytes, rng: random.Random) -> bytes:
    """The bytes with one of the faults that disks, networks and editors make."""
    data = bytearray(raw)
    at = rng.randrange(len(data))
    kind = rng.randrange(6)
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[at:]
    elif kind == 2:
        data[at : at + rng.randrange(1, 9)] = rng.randbytes(rng.randrange(1, 9))
    elif kind == 3:
        del data[at : at + rng.randrange(1, 50)]
    elif kind == 4:
        data[at:at] = rng.choice((b"\0" * 8, b'"', b"\xff\xfe", b"[" * 50, b"9" * 5000, b"{'a':"))
    else:
        other = rng.randrange(len(data))
        data[at : at + 20], data[other : other + 20] = (
            data[other : other + 20],
            data[at : at + 20],
        )
    return bytes(data)


@pytest.mark.parametrize("suffix", FORMATS)
def test_mutated_files(tmp_path: Path, capsys: Captured, suffix: str) -> None:
    path = tmp_path / f"t.{suffix}"
    raw = whole(path)
    rng = random.Random(f"mutated {suffix}")
    output = str(tmp_path / "o.csv")
    for number in range(60):
        path.write_bytes(mutated(raw, rng))
        status = run(["map", "x*y", str(path), "-q", "--check-rows", "0", "-o", output])
        err = capsys.readouterr().err
        assert status in (Exit.OK, Exit.FILE, Exit.REQUEST, Exit.VERDICT), (number, status, err)
        assert "Traceback" not in err
        assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_place_to_cut(tmp_path: Path, suffix: str) -> None:
    """Cut anywhere, a file of this kind is refused, or, as text at the end of a line, shorter."""
    path = tmp_path / f"t.{suffix}"
    raw = whole(path)
    text = suffix in ("csv", "tsv", "jsonl")
    for at in random.Random(suffix).sample(range(1, len(raw)), 40):
        path.write_bytes(raw[:at])
        try:
            with open_table(str(path)) as reader:
                rows = sum(len(block.decode().numbers("x")) for block in reader.blocks())
        except GradcalcError as error:
            assert error.exit in (Exit.FILE, Exit.REQUEST)
            continue
        assert text
        assert rows < ROWS


HEADERS = [
    "{'descr': '<f8', 'fortran_order': False, 'shape': (True,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000000000000, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-3, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': " + "(" * 90 + ")" * 90 + ", }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2, }",
    "{'descr': [('x', '<f8'), ('x', '<f8')], 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<f8', 'fortran_order': 3, 'shape': 'abc', }",
    "{'descr': [('x', [('y', '<f8')])], 'fortran_order': False, 'shape': (3,), }",
    "\x00'''",
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_headers_that_make_no_sense(tmp_path: Path, header: str, suffix: str) -> None:
    text = header.ljust(117) + "\n"
    raw = (
        b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode("latin1") + b"\0" * 48
    )
    path = tmp_path / f"t.{suffix}"
    if suffix == "npz":
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.npy", raw)
    else:
        path.write_bytes(raw)
    status = run(["map", "x*2", str(path), "-q", "-o", str(tmp_path / "o.csv")])
    assert status in (Exit.FILE, Exit.REQUEST)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "arrow", "npy", "npz"])
@pytest.mark.parametrize("change", ["cut", "grown", "written"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, suffix: str, change: str) -> None:
    path = tmp_path / f"t.{suffix}"
    raw = whole(path, 3000)
    block = 2000 if suffix in ("csv", "tsv", "jsonl") else 100
    with open_table(str(path), block=block) as reader:
        blocks = reader.blocks()
        next(blocks)
        _change(path, raw, change)
        with pytest.raises(GradcalcError) as raised:
            _decode(blocks)
    assert raised.value.exit is Exit.FILE


def _decode(blocks: Iterator[Block]) -> None:
    for block in blocks:
        block.decode()


def _change(path: Path, raw: bytes, change: str) -> None:
    if change == "cut":
        os.truncate(path, len(raw) // 2)
    elif change == "grown":
        with path.open("ab") as file:
            file.write(raw[-100:])
    else:
        with path.open("r+b") as file:
            file.seek(len(raw) // 2)
            file.write(b"\0" * 10)
    os.utime(path, ns=(0, 12_345))  # the clock may be too coarse to tell the change


def test_rows_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that ends early is found out by the number of rows in the footer."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": np.arange(1000.0)}), path, row_group_size=100)
    original: Callable[..., Any] = pq.ParquetFile.iter_batches

    def early(self: Any, *arguments: Any) -> Any:
        yield from list(original(self, *arguments))[:7]

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", early)
    with (
        open_table(str(path), block=100) as reader,
        pytest.raises(GradcalcError, match="700 of 1,000 rows"),
    ):
        list(reader.blocks())


def test_checksums_of_pages(tmp_path: Path) -> None:
    """A bit that flips in what was written is noticed, wherever it lies in the data."""
    path = tmp_path / "t.parquet"
    raw = whole(path)
    flipped = bytearray(raw)
    flipped[len(raw) // 3] ^= 0x10
    path.write_bytes(bytes(flipped))
    with pytest.raises(GradcalcError), open_table(str(path)) as reader:
        list(reader.blocks())


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = [" * 3000, "a" + ".a" * 3000 + " = 1"])
def test_suites_that_no_reader_takes(tmp_path: Path, capsys: Captured, text: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text)
    assert run(["check", str(path)]) in (Exit.FILE, Exit.REQUEST)
    assert "Traceback" not in capsys.readouterr().err


BLANKS = [" " * 300_000, "\n" * 300_000, "[" + "\r\n" * 150_000, '[{"x": 1},' + "\t " * 150_000]


def lines_run(step: Callable[[], object]) -> int:
    """How many lines of Python a step executes."""
    count = 0

    def trace(frame: Any, event: str, arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        step()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("text", BLANKS)
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_blanks_take_no_step_each(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"t.{suffix}"
    path.write_text(text, newline="")

    def read() -> None:
        with pytest.raises(GradcalcError) as caught, open_table(str(path)) as reader:
            [block.decode() for block in reader.blocks()]
        assert caught.value.exit in (Exit.FILE, Exit.REQUEST)

    assert lines_run(read) < 30_000


@pytest.mark.parametrize(("text", "line"), [("{}\n", 1), ('x,y\n1,2\n1,"{}"\n', 3)])
def test_cells_longer_than_the_csv_module_takes(
    tmp_path: Path, capsys: Captured, text: str, line: int
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text.format("a" * 200_000))
    assert run(["map", "x*y", str(path), "-q"]) == Exit.FILE
    assert f"t.csv, line {line} can't be read" in capsys.readouterr().err
