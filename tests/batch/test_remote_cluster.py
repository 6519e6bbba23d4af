"""A cluster that gradcalc did not start: a scheduler and two workers, each a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gradcalc.batch.folder import claimed
from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]
ROWS = 60_000


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    monkeypatch.chdir(tmp_path)
    drawn = np.random.default_rng(0)
    table = pa.table({"x": drawn.random(ROWS), "y": drawn.random(ROWS)})
    pq.write_table(table, "in.parquet", row_group_size=2000)
    return table


@pytest.fixture
def cluster() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a scheduler with two workers, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    run_module = [sys.executable, "-m"]
    of_all = ["--host", "127.0.0.1", "--no-dashboard"]
    of_scheduler = ["distributed.cli.dask_scheduler", "--port", str(port), *of_all]
    of_worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", *of_all]
    processes = [
        subprocess.Popen(
            [*run_module, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in (of_scheduler, of_worker, of_worker)
    ]
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.1)
    yield address, processes[0]
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)


def test_all_rows_then_a_scheduler_that_dies(
    table: pa.Table, cluster: tuple[str, subprocess.Popen[bytes]], capsys: Captured
) -> None:
    address, scheduler = cluster
    command = ["map", "sin(x)*y", "in.parquet", "--dask", address]
    assert run([*command, "-o", "out"]) == Exit.OK
    manifest = json.loads(Path("out/manifest.json").read_text())
    answer = pa.concat_tables(pq.read_table(f"out/{part['file']}") for part in manifest["parts"])
    x, y = (table[name].to_numpy() for name in "xy")
    np.testing.assert_allclose(answer["value"].to_numpy(), np.sin(x) * y, rtol=1e-14)
    capsys.readouterr()
    arguments = [sys.executable, "-m", "gradcalc", *command, "-o", "second"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        while not list(Path().glob("second/part-*.parquet")):
            assert process.poll() is None
            time.sleep(0.01)
        scheduler.send_signal(signal.SIGKILL)
        _, told = process.communicate(timeout=100)
    assert process.returncode == Exit.FILE
    assert told == (
        f"error[cluster]: the Dask scheduler at {address} is gone\n"
        "  │ start it again: what this run wrote is removed\n"
    )
    assert sorted(os.listdir()) == ["in.parquet", "out"]


def test_two_runs_at_once(table: pa.Table, capsys: Captured) -> None:
    """The second writes nothing, and leaves what it finds; after the first one's end it may."""
    command = ["map", "x", "in.parquet", "-o", "out", "--dask", "tcp://127.0.0.1:9"]
    with claimed("out", ["part-00000.parquet"]) as claim:
        Path("out/part-00000.parquet").write_bytes(b"of the first run")
        assert run(command) == Exit.FILE
        told = capsys.readouterr().err
        assert told == (
            "error[file]: another run is writing into OUT\n"
            f"  │ name another folder; after a run that was killed, remove {claim}\n"
        ).replace("OUT", "out")
        assert sorted(os.listdir("out")) == [claim, "part-00000.parquet"]
    assert os.listdir("out") == ["part-00000.parquet"]
    assert run(command) == Exit.FILE
    assert "no Dask scheduler answers" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, None])
def test_what_a_claim_leaves(tmp_path: Path, error: type[BaseException] | None) -> None:
    """A run that fails clears its parts away, whole or not, and the folder if it was not there."""
    for folder, strangers in ((tmp_path / "new", []), (tmp_path / "old", ["notes.txt"])):
        for name in strangers:
            folder.mkdir()
            (folder / name).touch()
        try:
            with claimed(str(folder), ["part-00000.csv"]):
                (folder / "part-00000.csv").touch()
                (folder / "part-00000.csv.0a1b2c3d-1-2.part").touch()
                if error is not None:
                    raise error
        except (KeyboardInterrupt, OSError):
            assert folder.exists() == bool(strangers)
            assert not strangers or os.listdir(folder) == strangers
        else:
            assert error is None
            assert len(os.listdir(folder)) == 2 + len(strangers)


def test_the_claim_of_a_run_that_was_killed(tmp_path: Path) -> None:
    """The next run removes it."""
    script = (
        "import os, sys\nfrom gradcalc.batch.folder import claimed\n"
        "with claimed(sys.argv[1], []): os._exit(9)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 9
    (left,) = os.listdir(tmp_path)
    with claimed(str(tmp_path), []) as claim:
        assert os.listdir(tmp_path) == [claim]
    assert claim != left
    assert os.listdir(tmp_path) == []
