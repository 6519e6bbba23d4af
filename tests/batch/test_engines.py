"""The sample for other engines: pyarrow, and PySpark and Ray where they are installed."""

from __future__ import annotations

import os
import pickle
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "map" / "arrow_engines.py"
ROWS = 20_000


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    monkeypatch.chdir(tmp_path)
    drawn = np.random.default_rng(0)
    table = pa.table({"id": np.arange(ROWS), "x": drawn.random(ROWS), "y": drawn.random(ROWS)})
    pq.write_table(table, "in.parquet", row_group_size=1500)
    return table


def test_what_the_engines_call(table: pa.Table) -> None:
    """The sample's functions, called as PySpark and Ray do; the kernel travels to workers."""
    engines = runpy.run_path(str(SAMPLE))
    batches = table.to_batches(max_chunksize=7000)
    answer = pa.Table.from_batches(list(engines["in_batches"](iter(batches))))
    assert answer.column_names == ["id", "x", "y", "value", "d_x", "d_y"]
    x, y = (table[name].to_numpy() for name in "xy")
    np.testing.assert_allclose(answer["d_x"].to_numpy(), np.cos(x) * np.exp(y), rtol=1e-13)
    assert engines["in_table"](table).equals(answer)
    travelled = pickle.loads(pickle.dumps(engines["KERNEL"]))
    assert travelled(batches[0]).equals(answer.to_batches()[0][: batches[0].num_rows])


@pytest.mark.parametrize(
    ("engine", "package"), [("pyarrow", "pyarrow"), ("spark", "pyspark"), ("ray", "ray")]
)
def test_an_engine(table: pa.Table, engine: str, package: str) -> None:
    """The sample as its page says to run it: every row is there once, with the right numbers."""
    pytest.importorskip(package)
    command = [sys.executable, str(SAMPLE), engine, "in.parquet", "out"]
    settings = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    ended = subprocess.run(
        command, env={**os.environ, **settings}, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    answer = pq.read_table("out").sort_by("id")
    assert answer.column_names == ["id", "x", "y", "value", "d_x", "d_y"]
    assert answer["id"].equals(table["id"])
    x, y = (table[name].to_numpy() for name in "xy")
    np.testing.assert_allclose(answer["value"].to_numpy(), np.sin(x) * np.exp(y), rtol=1e-14)
    np.testing.assert_allclose(answer["d_x"].to_numpy(), np.cos(x) * np.exp(y), rtol=1e-13)
