"""Tables: `map` beside a script of pyarrow and NumPy, and its memory on a table of 10^8 rows.

`python -m tests.bench.tables IN.csv OUT.csv` is that script.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.bench.byhand import by_hand
from tests.bench.figure import Figure, most_memory, processes
from tests.bench.formulas import wave

PYARROW = importlib.util.find_spec("pyarrow") is not None
ROWS, COLUMNAR, MANY, GROUP = 2_000_000, 10_000_000, 100_000_000, 1_000_000
PROFILED = 300_000
ROOM = 12_000_000_000
MAP = [sys.executable, "-m", "gradcalc", "map", wave.source]


def script(source: str, target: str) -> None:
    """What is done by hand: read with pyarrow, compute in blocks, write with pyarrow."""
    import pyarrow as pa
    from pyarrow import csv

    table = csv.read_csv(source)
    at = {name: table[name].to_numpy() for name in wave.inputs}
    answer = by_hand(wave, os.cpu_count() or 1)(at)
    csv.write_csv(pa.table({**at, **answer}), target)


def columnar_script(source: str, target: str) -> None:
    """Parquet read and written by pyarrow, and the kernel alone."""
    import pyarrow as pa
    from pyarrow import parquet

    from gradcalc import compile

    table = parquet.read_table(source)
    at = {name: table[name].to_numpy() for name in wave.inputs}
    parquet.write_table(pa.table({**at, **compile(wave.source, wave.wrt)(at)}), target)


def same(ours: Path, theirs: Path) -> None:
    """Check that two files hold the same answers."""
    from pyarrow import csv

    one, other = csv.read_csv(ours), csv.read_csv(theirs)
    if one.num_columns != other.num_columns:
        raise RuntimeError(f"map wrote {one.column_names}, the script {other.column_names}")
    for name in wave.outputs:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-9, atol=1e-9, err_msg=name)


def tables() -> Iterator[Figure]:
    """2,000,000 rows of CSV, two columns to five."""
    if not PYARROW:
        return
    import pyarrow as pa
    from pyarrow import csv

    with tempfile.TemporaryDirectory() as folder:
        given, ours, theirs = (Path(folder) / name for name in ("in.csv", "ours.csv", "theirs.csv"))
        csv.write_csv(pa.table(wave.data(ROWS)), given)
        taken = processes(
            [
                [*MAP, str(given), "-o", str(ours)],
                [sys.executable, "-m", "tests.bench.tables", str(given), str(theirs)],
            ],
            rounds=5,
        )
        same(ours, theirs)
    yield Figure("2*10^6 rows of CSV, map / pyarrow and NumPy", taken[0] / taken[1], 1.0)


def columnar() -> Iterator[Figure]:
    """10,000,000 rows of Parquet, two columns to five."""
    if not PYARROW:
        return
    import pyarrow as pa
    from pyarrow import parquet

    with tempfile.TemporaryDirectory() as folder:
        names = ("in.parquet", "ours.parquet", "theirs.parquet")
        given, ours, theirs = (Path(folder) / name for name in names)
        parquet.write_table(pa.table(wave.data(COLUMNAR)), given)
        taken = processes(
            [
                [*MAP, str(given), "-o", str(ours)],
                [sys.executable, "-m", "tests.bench.tables", str(given), str(theirs)],
            ],
            rounds=5,
        )
    name = "10^7 rows of Parquet, map / read, kernel and write alone"
    yield Figure(name, taken[0] / taken[1], 1.1)


def written(path: Path) -> None:
    """A Parquet file of many rows, written a group at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    group = pa.table(wave.data(GROUP))
    with parquet.ParquetWriter(path, group.schema) as writer:
        for _ in range(MANY // GROUP):
            writer.write_table(group)


def memory() -> Iterator[Figure]:
    """The most memory that a map over 10^8 rows of Parquet holds."""
    if not PYARROW or sys.platform == "win32":
        return
    from pyarrow import parquet

    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < ROOM:
            print(f"10^8 rows of Parquet left out: they need {ROOM:,} bytes of disk")
            return
        given, ours = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        written(given)
        most = most_memory([*MAP, str(given), "-o", str(ours)])
        rows = parquet.read_metadata(ours).num_rows
        if rows != MANY:
            raise RuntimeError(f"map wrote {rows} rows of {MANY}")
    yield Figure("10^8 rows of Parquet, memory", most, 600, "MB")


def profiles() -> Iterator[Figure]:
    """What the phases of a profile add up to, beside the run without one."""
    draw = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "in.csv", Path(folder) / "out.csv"
        np.savetxt(
            given, draw.uniform(0.1, 3, (PROFILED, 2)), delimiter=",", header="x,y", comments=""
        )
        command = [*MAP[:-1], "sin(x)*y + exp(-x*y) if x > y else x^3*y", str(given)]
        command += ["-o", str(out), "--threads", "1", "--check-rows", "10", "--json"]

        def whole(*more: str) -> float:
            answer = subprocess.run([*command, *more], capture_output=True, check=True)
            summary = json.loads(answer.stdout)
            return float(summary["profile"]["seconds"] if more else summary["seconds"])

        pairs = [(whole("--profile"), whole()) for _ in range(9)]
    profiled, plain = (min(times) for times in zip(*pairs, strict=True))  # not interrupted
    ratio = profiled / plain
    yield Figure("map --profile, total / unprofiled run", max(ratio, 1 / ratio), 1.1)


GROUPS = (tables, columnar, memory, profiles)

if __name__ == "__main__":
    (columnar_script if sys.argv[1].endswith(".parquet") else script)(*sys.argv[1:])
