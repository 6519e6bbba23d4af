"""Damaged, cut off and changing files: an error of that file, never a bug, never a part of it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables import Block, create_table, open_table
from tests.fuzz.files import FORMATS, ROWS, faults, whole

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("suffix", FORMATS)
def test_mutated_files(tmp_path: Path, suffix: str) -> None:
    """A slice of `tests/fuzz/files`."""
    assert not list(faults(suffix, 60, "mutated", tmp_path))


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
@pytest.mark.parametrize("command", ["map", "eval"])
def test_headers_that_make_no_sense(tmp_path: Path, header: str, suffix: str, command: str) -> None:
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
    table = ["map", "x*2", str(path), "-q", "-o", str(tmp_path / "o.csv")]
    status = run(table if command == "map" else ["eval", "sum(v)", "--at", f"v=@{path}"])
    a_number = command == "eval" and "(((" in header  # (((()))) is the shape ()
    assert status == Exit.OK if a_number else status in (Exit.FILE, Exit.REQUEST)


@pytest.mark.parametrize("count", [600, 3000])
def test_headers_of_many_columns(tmp_path: Path, count: int) -> None:
    """What is written is read again, though NumPy itself refuses a header that long."""
    names = [f"column_{k}" for k in range(count)]
    path = str(tmp_path / "t.npy")
    with create_table(path, None, names) as writer:
        writer.write(writer.encode({name: np.full(2, k) for k, name in enumerate(names)}))
    with open_table(path) as reader:
        assert reader.columns == tuple(names)
        (block,) = reader.blocks()
        assert list(block.decode().numbers(names[-1])) == [count - 1] * 2


def arrow_column(kind: str, wrong: int) -> Any:
    """Three texts that are stored in this way, the places of the second one wrong."""
    if kind == "indices":
        indices = np.array([0, wrong, 1], dtype=np.int8)
        buffers = [None, pa.py_buffer(indices.tobytes())]
        array = pa.Array.from_buffers(pa.int8(), 3, buffers)
        return pa.DictionaryArray.from_arrays(array, pa.array(["a", "b"]), safe=False)
    large = kind == "large offsets"
    offsets = np.array([0, wrong, 2, 3], dtype=np.int64 if large else np.int32)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"abc")]
    return pa.Array.from_buffers(pa.large_utf8() if large else pa.utf8(), 3, buffers)


@pytest.mark.parametrize("kind", ["offsets", "large offsets", "indices"])
@pytest.mark.parametrize("wrong", [-1, -128, 100])
@pytest.mark.parametrize("form", ["file", "stream"])
def test_arrow_files_that_point_elsewhere(
    tmp_path: Path, capsys: Captured, kind: str, wrong: int, form: str
) -> None:
    """pyarrow reads where offsets point, wherever that is: they are looked at before."""
    path = tmp_path / "t.arrow"
    table = pa.table({"x": [1.0, 2.0, 3.0], "text": arrow_column(kind, wrong)})
    new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with new(str(path), table.schema) as writer:
        writer.write_table(table)
    for output in ("o.csv", "o.jsonl", "o.parquet"):
        status = run(["map", "x*2", str(path), "-q", "-o", str(tmp_path / output)])
        assert (status, "t.arrow can't be read" in capsys.readouterr().err) == (Exit.FILE, True)


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


READ_MUTATED = """
import random, re, sys
from pathlib import Path
from gradcalc import GradcalcError
from gradcalc.tables import open_table
from tests.fuzz.files import mutated, whole

path = Path(sys.argv[1])
raw = whole(path)
rng = random.Random("2026 parquet")
for _ in range(100):
    path.write_bytes(mutated(raw, rng))
    try:
        with open_table(str(path)) as reader:
            list(reader.blocks())
    except GradcalcError:
        pass
# What getrusage tells begins with the size of the process that started this one.
print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is counted otherwise")
def test_damaged_sizes_of_pages_take_no_memory(tmp_path: Path) -> None:
    """A page that claims to have 1.5 GB in a file of some KB is not given them."""
    command = [sys.executable, "-c", READ_MUTATED, str(tmp_path / "t.parquet")]
    kilobytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert int(kilobytes) < 600_000


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
