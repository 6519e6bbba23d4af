"""Tables come back as they were written, in every format, cut anywhere; errors name the place."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc.errors import GradcalcError
from gradcalc.tables import create_table, open_table
from gradcalc.tables.numpywriter import header_of

FORMATS = [".csv", ".tsv", ".jsonl", ".parquet", ".arrow", ".npy", ".npz", ".csv.gz", ".jsonl.gz"]
NUMBERS = [0.0, -0.0, 0.1, -1e-300, 1e22, 5e-324, np.nan, np.inf, -np.inf, 1 / 3, 2.0**53]


def write(path: Path, columns: dict[str, Any], cut: int = 4) -> Path:
    with create_table(str(path), None, list(columns)) as writer:
        count = len(next(iter(columns.values())))
        for start in range(0, count, cut):
            writer.write(
                writer.encode({name: x[start : start + cut] for name, x in columns.items()})
            )
    return path


def read(
    path: Path, names: Sequence[str], block: int | None = None, unnamed: Sequence[str] = ()
) -> dict[str, Any]:
    with open_table(str(path), names=unnamed, block=block) as reader:
        assert set(names) <= set(reader.columns)
        blocks = list(reader.blocks())
        batches = [one.decode() for one in blocks]
        if reader.total is not None and path.suffix not in (".csv", ".tsv", ".jsonl"):
            assert sum(one.size for one in blocks) == reader.total
    return {
        name: np.concatenate([np.empty(0), *(one.numbers(name) for one in batches)])
        for name in names
    }


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("block", [None, 1, 3, 64])
def test_numbers_come_back(tmp_path: Path, suffix: str, block: int | None) -> None:
    x = np.array(NUMBERS)
    path = write(tmp_path / f"t{suffix}", {"x": x, "größe 2": -x})
    found = read(path, ["x", "größe 2"], block)
    np.testing.assert_array_equal(found["x"], x)
    np.testing.assert_array_equal(np.signbit(found["x"])[:6], np.signbit(x)[:6])
    np.testing.assert_array_equal(found["größe 2"], -x)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_rows(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"t{suffix}", {"x": np.empty(0), "y": np.empty(0)})
    if suffix.startswith(".jsonl"):  # which has no place for names without rows
        with pytest.raises(GradcalcError, match="is empty"):
            read(path, ["x"])
        return
    assert len(read(path, ["x", "y"])["x"]) == 0


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet", ".arrow"])
def test_texts_come_back(tmp_path: Path, suffix: str) -> None:
    texts = ["007", 'say "so"', "a,b\tc", "two\nlines", " x ", "é\r\n", "", "%s"]
    x = np.arange(len(texts), dtype=float)
    path = write(tmp_path / f"t{suffix}", {"id": texts, "x": x})
    for block in (None, 1, 5):
        with open_table(str(path), block=block) as reader:
            batches = [one.decode() for one in reader.blocks()]
        found = [str(cell) for one in batches for cell in one.columns["id"]]
        assert found == texts
        assert [k for one in batches for k in one.numbers("x")] == x.tolist()


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.lists(st.tuples(st.text(alphabet='a",\n\r é', max_size=5), st.floats()), max_size=8),
    st.integers(1, 40),
)
def test_csv_is_read_as_written(rows: list[tuple[str, float]], block: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = write(
            Path(folder) / "t.csv",
            {"s": [s for s, _ in rows], "x": np.array([x for _, x in rows], dtype=float)},
        )
        with open_table(str(path), block=block) as reader:
            batches = [one.decode() for one in reader.blocks()]
        assert [s for one in batches for s in one.columns["s"]] == [s for s, _ in rows]
        found = [k for one in batches for k in one.numbers("x").tolist()]
        np.testing.assert_array_equal(found, [x for _, x in rows])


def test_bytes_are_the_same_with_and_without_pyarrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = np.random.default_rng(1)
    x = drawn.standard_normal(9000) * 10.0 ** drawn.integers(-320, 300, 9000)
    columns = {"x": np.concatenate([x, NUMBERS]), "k": list(map(str, range(9011)))}
    one = write(tmp_path / "a.csv", columns, 9011).read_bytes()
    monkeypatch.setattr("gradcalc.tables.delimited_writer.arrow", lambda: None)
    monkeypatch.setattr("gradcalc.tables.cells.arrow", lambda: None)
    assert write(tmp_path / "b.csv", columns, 9011).read_bytes() == one
    np.testing.assert_array_equal(read(tmp_path / "a.csv", ["x"])["x"], columns["x"])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.csv", "x,y\n1,2\n3,abc\n", "line 3: column y holds 'abc', which is not a number"),
        ("t.csv", "x,y\n1,2\n\n3,\n", "line 4: column y is empty"),
        ("t.csv", 'x,y\n"1\n",2\n3,1_0\n', "line 4: column y holds '1_0', which is not a number"),
        ("t.csv", "x,y\n1,2\n3\n", "line 3 has 1 cell where there are 2 columns"),
        ("t.csv", "x,y\n1,2,3\n", "line 2 has 3 cells where there are 2 columns"),
        ("t.csv", "", "t.csv is empty"),
        ("t.csv", "x,y,x,y\n", "has two columns 'x'"),
        ("t.csv", 'x,y\n1,"2\n', "ends inside the quotes opened in line 2"),
        ("t.jsonl", '{"x": 1, "y": 2}\n{"x": 1, "y": "no"}\n', "line 2: column y holds 'no'"),
        ("t.jsonl", '{"x": 1, "y": 2}\n\n{"x": 1}\n', "line 3: column y is empty"),
        (
            "t.jsonl",
            '{"x": 1, "y": 2}\n{"x": 1, "z": 2}\n',
            "line 2 has key 'z', which the first row lacks",
        ),
        ("t.jsonl", '{"x": 1, "x": 2}\n', "has two columns 'x'"),
        ("t.jsonl", '{"x": 1, "y": 2}\n{"x": 1, "y": 1, "y": 2}\n', "has two columns 'y'"),
        ("t.jsonl", '{"x": 1, "y": 2}\n[1, 2]\n', "line 2 is not a JSON object"),
        ("t.jsonl", '{"x": 1, "y": 2}\n[["x", 2]]\n', "line 2 is not a JSON object"),
        ("t.jsonl", '{"x": 1,\n', "line 1 is not valid JSON"),
        ("t.jsonl", '{"x": true, "y": 1}\n', "column x holds 'True', which is not a number"),
        ("t.jsonl", "[" * 100_000 + "\n", "line 1 is nested too deeply"),
        ("t.parquet", "x,y\n1,2\n", "can't be read as Parquet"),
        ("t.arrow", "x,y\n1,2\n", "can't be read as Arrow IPC"),
        ("t.npy", "x,y\n1,2\n", "can't be read as .npy"),
        ("t.npz", "x,y\n1,2\n", "it is not a zip file"),
        ("t.xyz", "", "doesn't say which table format"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(GradcalcError) as raised:
        read(path, ["x", "y"])
    assert message in raised.value.message
    assert raised.value.hint or "not valid JSON" not in message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y\n1,2\n3,\xff\n")
    with pytest.raises(GradcalcError, match=r"not UTF-8 text \(line 3\)"):
        read(path, ["x"])
    path.write_bytes(b"\xef\xbb\xbfx,y\r\n1,2\r\n")  # as spreadsheets save it
    assert read(path, ["x", "y"])["y"].tolist() == [2.0]
    packed = tmp_path / "u.csv.gz"
    packed.write_bytes(gzip.compress(b"x\n" + b"1\n" * 99)[:-12])
    with pytest.raises(GradcalcError, match="can't be read"):
        read(packed, ["x"])


def test_arrays_of_numpy(tmp_path: Path) -> None:
    both = np.array([[1.0, 2], [3, 4], [5, 6]])
    for order in (both, np.asfortranarray(both), both.astype(np.int32)):
        np.save(tmp_path / "t.npy", order)
        found = read(tmp_path / "t.npy", ["a", "b"], 2, unnamed=["a", "b"])
        assert [found["a"].tolist(), found["b"].tolist()] == both.T.tolist()
    np.savez_compressed(tmp_path / "t.npz", x=both[:, 0], k=np.arange(3))
    assert read(tmp_path / "t.npz", ["k", "x"], 2)["k"].tolist() == [0, 1, 2]
    write(tmp_path / "u.npy", {"x": both[:, 0], "d x": both[:, 1]}, 2)
    assert np.load(tmp_path / "u.npy")["d x"].tolist() == [2, 4, 6]
    write(tmp_path / "u.npz", {"x": both[:, 0], "y": both[:, 1]}, 2)
    assert np.load(tmp_path / "u.npz")["y"].tolist() == [2, 4, 6]
    wide = np.dtype([(f"column_{k:05}", "<f8") for k in range(4000)])
    assert len(header_of(wide, 3)) == len(header_of(wide, 10**19)) > 65_536
    for array, message in [
        (np.zeros((2, 2, 2)), r"an array of shape \(2, 2, 2\)"),
        (both, "has 2 unnamed columns, but 1 input needs a value"),
        (np.array([None]), "holds Python objects"),
    ]:
        np.save(tmp_path / "t.npy", array, allow_pickle=True)
        with pytest.raises(GradcalcError, match=message):
            read(tmp_path / "t.npy", ["x"], unnamed=["x"])
    np.savez(tmp_path / "t.npz", x=np.zeros(3), y=np.zeros(4))
    with pytest.raises(GradcalcError, match="x has 3 rows, y has 4"):
        read(tmp_path / "t.npz", ["x"])
    whole = (tmp_path / "u.npy").read_bytes()
    (tmp_path / "u.npy").write_bytes(whole[:-8])
    with pytest.raises(GradcalcError, match="is cut off"):
        read(tmp_path / "u.npy", ["x"])


def _write_both(path: Path, first: list[Any], second: list[Any]) -> None:
    with create_table(str(path), None, ["k"]) as writer:
        for cells in (first, second):
            writer.write(writer.encode({"k": cells}))


def test_columns_of_several_kinds(tmp_path: Path) -> None:
    """Types are those of the first rows; what comes later is refused, never bent."""
    path = tmp_path / "t.parquet"
    for first, second in ([[1, 2], ["a"]], [[1], [2.5]], [[1, "a"], [2]]):
        with pytest.raises(GradcalcError, match="can't hold column k"):
            _write_both(path, first, second)
        assert not list(tmp_path.iterdir())
    write(path, {"k": [None, None, "a", "b"]}, 2)
    with pytest.raises(GradcalcError, match="can only hold numbers, but column k holds 'a'"):
        write(tmp_path / "t.npy", {"k": ["a"]})
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def _interrupted(path: Path) -> None:
    with create_table(str(path), None, ["x"]) as writer:
        writer.write(writer.encode({"x": np.arange(10.0)}))
        raise KeyboardInterrupt


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_fails_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_text("what was there")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(path)
    assert path.read_text() == "what was there"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    write(tmp_path / "link.csv", {"x": np.ones(1)})
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "x\n1\n"
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "arrow", "npy", "npz"])
def test_pipes(kind: str) -> None:
    """Written to a pipe and read from one."""
    through = (
        "import sys, numpy as np\n"
        "from gradcalc.tables import create_table, open_table\n"
        f"with create_table('-', {kind!r}, ['x']) as w:\n"
        "    if sys.argv[1] == 'make': w.write(w.encode({'x': np.arange(5.0)}))\n"
        f"    else:\n        with open_table('-', {kind!r}) as r:\n"
        "            for b in r.blocks(): w.write(w.encode(dict(b.decode().columns)))\n"
    )
    made = b""
    for what in ("make", "pass", "pass"):
        made = subprocess.run(
            [sys.executable, "-c", through, what], input=made, capture_output=True, check=True
        ).stdout
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{kind}"
        path.write_bytes(made)
        assert read(path, ["x"])["x"].tolist() == [0, 1, 2, 3, 4]


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("gradcalc.tables.arrow._loaded", lambda: None)
    with pytest.raises(GradcalcError, match="Parquet needs the package pyarrow") as raised:
        create_table(str(tmp_path / "t.parquet"), None, ["x"])
    assert raised.value.hint == 'pip install "gradcalc[arrow]"'
