"""Tables on a Dask cluster: every row once, whatever dies."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dask.distributed import Client, LocalCluster

from gradcalc.batch.cluster import MANIFEST, Job, parts_of, run_on_cluster
from gradcalc.batch.options import MapOptions
from gradcalc.cli import run
from gradcalc.errors import Exit
from gradcalc.kernels.kernel import Kernel

Captured = pytest.CaptureFixture[str]
ROWS = 40_000


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:  # type: ignore[no-untyped-call]
        yield found


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    monkeypatch.chdir(tmp_path)
    drawn = np.random.default_rng(0)
    made = pa.table({"id": np.arange(ROWS), "x": drawn.random(ROWS), "y": drawn.random(ROWS)})
    Path("in").mkdir()
    pq.write_table(made[: ROWS // 2], "in/a.parquet", row_group_size=1500)
    pq.write_table(made[ROWS // 2 :], "in/b.parquet", row_group_size=1500)
    return made


def found_in(folder: str) -> pa.Table:
    """All rows that the manifest names."""
    manifest = json.loads((Path(folder) / MANIFEST).read_text())
    assert {part["file"] for part in manifest["parts"]} | {MANIFEST} == set(os.listdir(folder))
    parts = [pq.read_table(Path(folder) / part["file"]) for part in manifest["parts"]]
    assert manifest["rows"] == sum(part.num_rows for part in parts)
    return pa.concat_tables(parts)


def test_a_worker_is_killed_midway(table: pa.Table, cluster: Any) -> None:
    """Its parts are computed anew; every row is there once, in order."""
    kernel = Kernel("sin(x)*exp(y)", names={"id", "x", "y"})
    job = Job(kernel, MapOptions(), ("id", "x", "y", *kernel.columns), (), None, "parquet", "out")
    parts = parts_of(["in/a.parquet", "in/b.parquet"], None, "parquet")
    assert len(parts) == 28
    killed: list[int] = []
    with Client(cluster.scheduler_address) as client:  # type: ignore[no-untyped-call]
        workers = list(client.run(os.getpid).values())

    def kill(done: int) -> None:
        assert not (Path("out") / MANIFEST).exists(), "the manifest comes last"
        if not killed:
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    total = run_on_cluster(job, parts, cluster.scheduler_address, kill)
    assert killed
    assert total.rows == total.written == ROWS
    found = found_in("out")
    assert found["id"].equals(table["id"])
    x, y = (table[name].to_numpy() for name in "xy")
    np.testing.assert_allclose(found["value"].to_numpy(), np.sin(x) * np.exp(y), rtol=1e-14)
    np.testing.assert_allclose(found["d_x"].to_numpy(), np.cos(x) * np.exp(y), rtol=1e-13)


def test_the_command(table: pa.Table, cluster: Any, capsys: Captured) -> None:
    command = ["map", "x*y", "in/*.parquet", "-o", "out", "--dask", cluster.scheduler_address]
    assert run([*command, "--wrt", "x", "--keep", "id"]) == Exit.OK
    told = capsys.readouterr().err
    assert told.startswith("40,000 rows in ")
    assert "100 rows checked: forward, reverse and sympy agree; all 16 digits are right" in told
    assert found_in("out").column_names == ["id", "value", "d_x"]
    assert run(command) == Exit.FILE
    assert "out holds a finished table already" in capsys.readouterr().err


def test_what_a_killed_worker_left_is_cleared_away(
    table: pa.Table, cluster: Any, capsys: Captured
) -> None:
    Path("out").mkdir()
    Path("out/part-00003.parquet.0a1b2c3d.part").write_bytes(b"PAR1 and no more")
    Path("out/part-00003.parquet").write_bytes(b"of a run that failed: it is replaced")
    command = ["map", "x*y", "in/*.parquet", "-o", "out", "--dask", cluster.scheduler_address]
    assert run(command) == Exit.OK
    assert found_in("out").num_rows == ROWS
    (Path("out") / MANIFEST).unlink()
    Path("out/part-00099.parquet").touch()
    assert run(command) == Exit.FILE
    assert "out holds part-00099.parquet, which belongs to another table" in capsys.readouterr().err


def test_what_fails_in_a_worker(table: pa.Table, cluster: Any, capsys: Captured) -> None:
    command = ["map", "log(x - 2)", "in/*.parquet", "-o", "out", "--dask"]
    assert run([*command, cluster.scheduler_address, "--on-error", "fail"]) == Exit.NO_ANSWER
    told = capsys.readouterr().err
    assert told.startswith("error[domain]: /")
    assert ".parquet, row " in told
    assert "log is defined for x > 0" in told
    assert not (Path("out") / MANIFEST).exists()
    pq.write_table(table.drop_columns(["y"]), "in/c.parquet")
    assert run(["map", "x", *command[2:], cluster.scheduler_address]) == Exit.FILE
    assert "in/c.parquet: its columns differ from the first file's" in capsys.readouterr().err


def test_no_cluster(table: pa.Table, capsys: Captured) -> None:
    command = ["map", "x", "in/*.parquet", "-o", "out", "--dask", "tcp://127.0.0.1:9"]
    assert run(command) == Exit.FILE
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
