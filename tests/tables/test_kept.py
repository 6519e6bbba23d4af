"""What a table holds besides comes out as it went in, to the bit, in every pair of formats."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

Captured = pytest.CaptureFixture[str]
IDS = [9224851642388483, 1582218195625938945]


def columns() -> Any:
    """A table with a column of each kind, and metadata of the table and of a column."""
    table = pa.table(
        {
            "id": pa.array(IDS, pa.int64()),
            "dec": pa.array(list(map(decimal.Decimal, ("1.10", "2.2"))), pa.decimal128(30, 3)),
            "ts": pa.array([datetime.datetime(2024, 1, 1, 12), None], pa.timestamp("us", tz="UTC")),
            "cat": pa.array(["a", "b"]).dictionary_encode(),
            "s": pa.array(["0001", 'x,"y']),
            "none": pa.nulls(2),
            "f": pa.array([0.5, None], pa.float32()),
            "b": pa.array([True, None]),
            "list": pa.array([[1, 2], []]),
        }
    ).replace_schema_metadata({"who": "me"})
    return table.set_column(0, pa.field("id", pa.int64(), metadata={"unit": "m"}), table["id"])


def stored(table: Any, path: Path) -> Any:
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        new = pa.ipc.new_stream if path.suffix == ".arrows" else pa.ipc.new_file
        with new(path, table.schema) as writer:
            writer.write_table(table)
    return loaded(path)


def loaded(path: Path) -> Any:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    if path.suffix == ".arrows":
        return pa.ipc.open_stream(path).read_all()
    return pa.ipc.open_file(path).read_all()


@pytest.mark.parametrize("used", ["f", "id", "dec"])
@pytest.mark.parametrize("rows", [2, 0])
@pytest.mark.parametrize("source", ["t.parquet", "t.arrow", "t.arrows"])
@pytest.mark.parametrize("target", ["o.parquet", "o.arrow", "o.arrows"])
def test_arrow_to_arrow(tmp_path: Path, used: str, rows: int, source: str, target: str) -> None:
    before = stored(columns().slice(0, rows), tmp_path / source)
    output = tmp_path / target
    assert run(["map", f"{used}*2", str(tmp_path / source), "-q", "-o", str(output)]) == 0
    after = loaded(output)
    kept = after.select(before.column_names)
    assert kept.equals(before)
    assert kept.schema.equals(before.schema.with_metadata(None), check_metadata=False)
    assert after.schema.metadata[b"who"] == b"me"
    assert after.schema.field("id").metadata[b"unit"] == b"m"
    assert after.num_rows == rows


@pytest.mark.parametrize("used", ["id*f", "f"])
def test_arrow_to_json(tmp_path: Path, used: str) -> None:
    stored(columns(), tmp_path / "t.parquet")
    output = tmp_path / "o.jsonl"
    assert run(["map", used, str(tmp_path / "t.parquet"), "-q", "-o", str(output)]) == 0
    text = output.read_text()
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["id"] for row in rows] == IDS
    assert '"dec": 1.100' in text
    assert [row["s"] for row in rows] == ["0001", 'x,"y']
    assert [row["cat"] for row in rows] == ["a", "b"]
    assert rows[1]["b"] is rows[1]["f"] is rows[1]["ts"] is rows[0]["none"] is None


TEXT = 'id,zip,x,note\n12345678901234567890,0001,1.50,NA\n2,2,.5,"a,b"\n7,,1e-3,\'\n'


@pytest.mark.parametrize("used", ["id*zip*x", "x", "zip"])
def test_text_to_text(tmp_path: Path, used: str) -> None:
    (tmp_path / "t.csv").write_text(TEXT)
    for target in ("o.tsv", "o.csv"):
        output = tmp_path / target
        assert run(["map", used, str(tmp_path / "t.csv"), "-q", "-o", str(output)]) == 0
        sign = "\t" if target == "o.tsv" else ","
        cells = [line.split(sign)[:3] for line in output.read_text().splitlines()[1:]]
        assert cells == [
            ["12345678901234567890", "0001", "1.50"],
            ["2", "2", ".5"],
            ["7", "", "1e-3"],
        ]


def test_text_to_numbers_of_json(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TEXT)
    for target in ("o.jsonl", "o.json"):
        output = tmp_path / target
        assert run(["map", "id*zip*x", str(tmp_path / "t.csv"), "-q", "-o", str(output)]) == 0
        text = output.read_text()
        assert '"id": 12345678901234567890, "zip": "0001", "x": 1.50' in text
        rows = json.loads(text) if target == "o.json" else list(map(json.loads, text.splitlines()))
        assert [row["zip"] for row in rows] == ["0001", 2, None]
        again = tmp_path / f"again.{target}"
        assert run(["map", "x*2", str(output), "-q", "-o", str(again), "--prefix", "b_"]) == 0
        assert '"id": 12345678901234567890, "zip": "0001", "x": 1.5' in again.read_text()


def test_text_to_types(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "t.csv").write_text(TEXT)
    output = tmp_path / "o.parquet"
    assert run(["map", "id*zip*x", str(tmp_path / "t.csv"), "-q", "-o", str(output)]) == 0
    table = pq.read_table(output)
    assert table["id"].to_pylist() == ["12345678901234567890", "2", "7"]
    assert table["zip"].to_pylist() == ["0001", "2", ""]
    assert table["x"].to_pylist() == [1.5, 0.5, 1e-3]
    (tmp_path / "n.csv").write_text("x,y\n1,NA\n2,3\n")
    assert run(["map", "x*y", str(tmp_path / "n.csv"), "-q", "-o", str(output)]) == 0
    assert pq.read_table(output)["y"].to_pylist() == [None, 3.0]
    for column in ("id", "zip"):
        numbers = str(tmp_path / "o.npy")
        assert (
            run(["map", f"{column}*x", str(tmp_path / "t.csv"), "-q", "-o", numbers]) == Exit.FILE
        )
        assert f"a number in column {column} that the output would" in capsys.readouterr().err


def test_integers_of_json_in_types(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"id": 12345678901234567890, "x": 1}\n{"id": 3, "x": 2.5}\n')
    output = tmp_path / "o.parquet"
    for used in ("id*x", "x"):
        assert run(["map", used, str(tmp_path / "t.jsonl"), "-q", "-o", str(output)]) == 0
        assert [int(cell) for cell in pq.read_table(output)["id"].to_pylist()] == [
            12345678901234567890,
            3,
        ]


def test_a_column_has_one_source(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,2\n")
    assert run(["map", "x*y", str(tmp_path / "t.csv"), "--at", "x=100"]) == Exit.REQUEST
    assert "x is a column of the table and is given by --at" in capsys.readouterr().err


def test_map_after_map(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "t.csv").write_text("x,y\n2,3\n")
    once, twice = tmp_path / "a.csv", tmp_path / "b.csv"
    assert run(["map", "x*y", str(tmp_path / "t.csv"), "-q", "-o", str(once)]) == 0
    again = ["map", "value^2 + d_x", str(once), "-q", "-o", str(twice)]
    assert run(again) == Exit.REQUEST
    assert "--prefix" in capsys.readouterr().err
    assert run([*again, "--prefix", "g_"]) == 0
    assert twice.read_text().splitlines() == [
        "x,y,value,d_x,d_y,g_value,g_d_value,g_d_d_x",
        "2,3,6,3,2,39,12,1",
    ]


@pytest.mark.parametrize(
    ("formula", "more", "value"),
    [
        ("`temp (C)`*2", (), "40"),
        ("T*2", ("--rename", "temp (C)=T"), "40"),
        ("`T in`*`p [kPa]`", ("--rename", "temp (C)=T in"), "2020"),
        ("`Sepal.Length` + `if`", (), "12"),
    ],
)
def test_columns_with_any_name(
    tmp_path: Path, capsys: Captured, formula: str, more: tuple[str, ...], value: str
) -> None:
    (tmp_path / "t.csv").write_text("temp (C),p [kPa],Sepal.Length,if\n20,101,5,7\n")
    assert run(["map", formula, str(tmp_path / "t.csv"), "-j", "--keep", ",", *more]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split(",")[0] == value
    assert json.loads(err)["checked"]["digits"] == 16


@pytest.mark.parametrize(
    ("formula", "remedy"),
    [
        ("Sepal.Length*2", "`Sepal.Length`"),
        ("p [kPa] + 1", "`p [kPa]`"),
        ("T_in*2", "`T_in [°C]`"),
        ("p_kPa*2", "`p [kPa]`"),
    ],
)
def test_titles_that_need_backquotes(
    tmp_path: Path, capsys: Captured, formula: str, remedy: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("T_in [°C],p [kPa],Sepal.Length\n20,101,5\n")
    assert run(["map", formula, str(path)]) == Exit.REQUEST
    err = capsys.readouterr().err
    assert remedy in err
    assert "--rename" in err
    assert run(["map", f"{remedy}*2", str(path), "-q"]) == 0


NS = 1234567890123456789
TIMES = {
    "timestamp": (
        lambda: pa.array([NS, None], pa.timestamp("ns")),
        "2009-02-13 23:31:30.123456789",
    ),
    "zoned": (
        lambda: pa.array([NS, None], pa.timestamp("ns", "Europe/Berlin")),
        "2009-02-14 00:31:30.123456789+0100",
    ),
    "of a day": (
        lambda: pa.array([1_234_567_890_123, None], pa.time64("ns")),
        "00:20:34.567890123",
    ),
    "far": (lambda: pa.array([10**7, None], pa.int32()).cast(pa.date32()), "29349-01-26"),
    "nested": (
        lambda: pa.array([[{"t": NS}], None], pa.list_(pa.struct([("t", pa.timestamp("ns"))]))),
        '[{"t": "2009-02-13 23:31:30.123456789"}]',
    ),
}


@pytest.mark.parametrize("target", ["csv", "tsv", "jsonl", "json"])
@pytest.mark.parametrize("kind", TIMES)
def test_times_that_python_has_not(
    tmp_path: Path, capsys: Captured, kind: str, target: str
) -> None:
    """Nanoseconds, and years past 9999, are written in full."""
    make, expected = TIMES[kind]
    pq.write_table(pa.table({"x": [1.0, 2.0], "t": make()}), tmp_path / "t.parquet")
    assert run(["map", "x*2", str(tmp_path / "t.parquet"), "-q", "--to", target]) == Exit.OK
    out = capsys.readouterr().out
    assert expected in out.replace('""', '"')


@pytest.mark.parametrize("kind", ["i8", "u8", "i4", "f8", "f4"])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("target", ["parquet", "arrow"])
def test_numbers_of_another_byte_order(tmp_path: Path, kind: str, order: str, target: str) -> None:
    numbers = np.array([3, 1], kind)
    np.savez(tmp_path / "t.npz", x=numbers.astype(order + kind), y=np.array([1.0, 2.0]))
    path = tmp_path / f"o.{target}"
    assert run(["map", "y*2", str(tmp_path / "t.npz"), "-q", "-o", str(path)]) == Exit.OK
    assert loaded(path)["x"].to_numpy().tolist() == numbers.tolist()


MANY = [2**53 + 1, 2**63 - 1, -(2**63) + 1]
ARRAYS = {
    "i8": np.array(MANY),
    "big-endian": np.array(MANY, ">i8"),
    "u8": np.array([2**64 - 1, 2**53 + 1, 0], np.uint64),
    "i2": np.array([1, -2, 3], np.int16),
    "f4": np.array([0.1, np.nan, -0.0], np.float32),
    "bool": np.array([True, False, True]),
    "text": np.array(["0001", "é", ""]),
    "bytes": np.array([b"a", b"", b"bc"]),
    "ns": np.array([NS, 0, "NaT"], "M8[ns]"),
    "days": np.array(["2024-02-29", "NaT", "1969-12-31"], "M8[D]"),
    "delta": np.array([1, NS, -1], "m8[ns]"),
}


@pytest.mark.parametrize("source", ["t.npy", "t.npz"])
@pytest.mark.parametrize("target", ["o.npy", "o.npz"])
@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_to_arrays(tmp_path: Path, kind: str, source: str, target: str) -> None:
    """A column of any type, whether the formula can use it or not, block for block."""
    kept, x = ARRAYS[kind], np.array([1.0, 2.0, 3.0])
    if source == "t.npz":
        np.savez(tmp_path / source, k=kept, x=x)
    else:
        rows = np.empty(3, [("k", kept.dtype), ("x", "f8")])
        rows["k"], rows["x"] = kept, x
        np.save(tmp_path / source, rows)
    path = tmp_path / target
    for used in ("x*2", "k*x") if kept.dtype.kind in "iuf" else ("x*2",):
        more = ["--on-error", "keep"] if kind == "f4" else []
        assert run(["map", used, str(tmp_path / source), "-q", "-o", str(path), *more]) == Exit.OK
        after = np.load(path)["k"]
        assert after.dtype == kept.dtype
        assert after.tobytes() == kept.tobytes()


@pytest.mark.parametrize("target", ["o.npy", "o.npz"])
@pytest.mark.parametrize("source", ["t.parquet", "t.arrow", "t.jsonl"])
@pytest.mark.parametrize("cells", [MANY, [2**64 - 1, 3, 0], [1, 2, 3]])
def test_long_integers_to_arrays(
    tmp_path: Path, cells: list[int], source: str, target: str
) -> None:
    path = tmp_path / source
    if source == "t.jsonl":
        path.write_text("".join(json.dumps({"k": k, "x": 1.5}) + "\n" for k in cells))
    else:
        kind = pa.uint64() if max(cells) >= 2**63 else pa.int64()
        stored(pa.table({"k": pa.array(cells, kind), "x": [1.5] * 3}), path)
    assert run(["map", "x*2", str(path), "-q", "-o", str(tmp_path / target)]) == Exit.OK
    assert list(map(int, np.load(tmp_path / target)["k"])) == cells


@pytest.mark.parametrize("target", ["o.npy", "o.npz"])
def test_arrays_of_two_types_are_one_column_where_no_cell_changes(
    tmp_path: Path, capsys: Captured, target: str
) -> None:
    x = np.array([1.0, 2.0])
    paths = [str(tmp_path / name) for name in ("a.npz", "b.npz", "c.npz")]
    for path, kept in zip(paths, ([2**53 + 1, 2], [3.0, 4.0], [0.5, 1.0]), strict=True):
        np.savez(path, k=np.array(kept), x=x)
    command = ["map", "x*2", *paths[:2], "-q", "-o", str(tmp_path / target)]
    assert run(command) == Exit.OK
    assert np.load(tmp_path / target)["k"].tolist() == [2**53 + 1, 2, 3, 4]
    assert run([*command, paths[2]]) == Exit.FILE
    assert "column k: it begins as int64" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["csv", "jsonl", "json", "parquet", "arrow"])
def test_times_of_numpy(tmp_path: Path, target: str) -> None:
    """Nanoseconds are a time, as those of Arrow are, not the count of them."""
    np.savez(tmp_path / "t.npz", t=np.array([NS, "NaT"], "M8[ns]"), x=np.array([1.0, 2.0]))
    path = tmp_path / f"o.{target}"
    assert run(["map", "x*2", str(tmp_path / "t.npz"), "-q", "-o", str(path)]) == Exit.OK
    if target in ("parquet", "arrow"):
        assert loaded(path)["t"].equals(pa.chunked_array([pa.array([NS, None], "timestamp[ns]")]))
    else:
        assert "2009-02-13 23:31:30.123456789" in path.read_text()
        assert "NaT" not in path.read_text()
    assert run(["map", "t*2", str(tmp_path / "t.npz"), "-q", "-o", str(path)]) == Exit.FILE
