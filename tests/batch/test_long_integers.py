"""Integers that float64 can't hold are counted, whatever the format of the table."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gradcalc import Exit
from gradcalc.cli import run

RANDOM = Random(53)
INTEGERS = [
    RANDOM.choice((-1, 1)) * RANDOM.getrandbits(RANDOM.randrange(48, 63)) for _ in range(60)
]
INTEGERS += [2**53 + k for k in range(-2, 5)]
ROUNDED = sum(Fraction(float(n)) != n for n in INTEGERS)


def csv(path: Path) -> str:
    path = path / "t.csv"
    path.write_text("x\n" + "\n".join(map(str, INTEGERS)) + "\n")
    return str(path)


def jsonl(path: Path) -> str:
    path = path / "t.jsonl"
    path.write_text("".join(json.dumps({"x": n}) + "\n" for n in INTEGERS))
    return str(path)


def npz(path: Path) -> str:
    np.savez(path / "t.npz", x=np.array(INTEGERS, dtype=np.int64))
    return str(path / "t.npz")


def parquet(path: Path) -> str:
    pq.write_table(pa.table({"x": pa.array(INTEGERS, pa.int64())}), path / "t.parquet")
    return str(path / "t.parquet")


@pytest.mark.parametrize("write", [csv, jsonl, npz, parquet])
def test_rounded_integers_are_counted(
    write: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 20 < ROUNDED < len(INTEGERS) - 10
    table = write(tmp_path)  # type: ignore[operator]
    assert run(["map", "2*x", table, "-o", str(tmp_path / "o.csv")]) == Exit.OK
    words = f"{ROUNDED} rows with an integer past 2^53, rounded to float64"
    assert words in capsys.readouterr().err


def test_floats_past_them_are_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("x\n1e300\n9007199254740993.0\n-4e17\n")
    assert run(["map", "2*x", str(tmp_path / "t.csv")]) == Exit.OK
    assert "past 2^53" not in capsys.readouterr().err
