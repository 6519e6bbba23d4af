"""Runs of `map` that are ended from outside at random moments: their file is whole or absent.

`python -m tests.fuzz.signals --signals 600 --seed 2026` maps a table of 300,000 rows in five
formats, and sends INT, TERM, HUP in turn after a random part of the time that a run takes. What is
printed broke: a file that is not whole, a status that is not told, a traceback, or a part file that
is there after the next run.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gradcalc.errors import Exit
from gradcalc.tables import create_table, open_table

FORMATS = ("csv", "jsonl", "parquet", "arrow", "npz")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ROWS = 300_000
FIRST_MOMENT = 0.1  # seconds: before, Python itself is loading, which a signal kills


def inputs(path: Path, rows: int) -> None:
    """The table to map."""
    x = np.arange(float(rows))
    with create_table(str(path), None, ("x", "y")) as writer:
        for start in range(0, rows, 100_000):
            part = x[start : start + 100_000]
            writer.write(writer.encode({"x": part, "y": part + 0.5}))


def start(source: Path, output: Path) -> subprocess.Popen[bytes]:
    """A run of map in a process of its own."""
    command = [sys.executable, "-m", "gradcalc", "map", "x*y", str(source), "-o", str(output)]
    return subprocess.Popen(
        [*command, "--check-rows", "10"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def rows_of(path: Path) -> int:
    """How many rows the file holds whose gradient is right."""
    with open_table(str(path)) as reader:
        blocks = [block.decode() for block in reader.blocks()]
    x, slope = (np.concatenate([block.numbers(name) for block in blocks]) for name in ("y", "d_x"))
    return int(np.count_nonzero(x == slope))


def faults(suffix: str, count: int, seed: int, folder: Path, rows: int = ROWS) -> Iterator[str]:
    """What breaks as so many runs are ended at random moments."""
    source, output = folder / "source.npy", folder / f"o.{suffix}"
    inputs(source, rows)
    rng = random.Random(f"{seed} {suffix}")
    began = time.monotonic()
    start(source, output).communicate()
    whole = time.monotonic() - began
    for number in range(count):
        output.unlink(missing_ok=True)
        sent = SIGNALS[number % len(SIGNALS)]
        moment = rng.uniform(FIRST_MOMENT, 1.1 * whole)
        with start(source, output) as running:
            time.sleep(moment)
            running.send_signal(sent)
            _, err = running.communicate()
        told = f"{suffix} {number}, {sent.name} after {moment:.3f} s"
        loading = running.returncode == -sent or (b"Traceback" in err and b"gradcalc/" not in err)
        if not loading:
            if running.returncode not in (Exit.OK, Exit.INTERRUPTED):
                yield f"{told}: status {running.returncode}: {err.decode()}"
            if b"Traceback" in err:
                yield f"{told}: {err.decode()}"
        if output.exists() and (found := rows_of(output)) != rows:
            yield f"{told}: {found:,} rows"
        if running.returncode == Exit.OK and not output.exists():
            yield f"{told}: no file, and status 0"
    start(source, output).communicate()
    for path in folder.iterdir():
        if path not in (source, output):
            yield f"{suffix}: {path.name} is left"


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.signals")
    parser.add_argument("formats", nargs="*", default=FORMATS)
    parser.add_argument("--signals", type=int, default=600)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    broken = 0
    for suffix in options.formats:
        count = options.signals // len(options.formats)
        with tempfile.TemporaryDirectory() as folder:
            found = list(faults(suffix, count, options.seed, Path(folder)))
        print(*found, sep="\n", end="\n" * bool(found))
        print(f"{count} signals, {suffix}: {len(found)} broken", flush=True)
        broken += len(found)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
