"""Tables in nine formats with the faults that disks, networks and editors make.

`python -m tests.fuzz.files --each 500 --seed 2026 [format …]` mutates a table of each format so
many times and maps it. What is printed broke: a bug instead of an error of that file, a part file
that is left, or more than its time.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gradcalc.cli import run
from gradcalc.errors import Exit
from gradcalc.tables import create_table

FORMATS = ("csv", "csv.gz", "tsv", "jsonl", "json", "parquet", "arrow", "npy", "npz")
POINTS = ("npy", "npz", "json")  # which eval reads too
OUTPUTS = ("o.csv", "o.jsonl", "o.parquet", "o.npz")  # what is kept is written again
ROWS = 300
PATIENCE_SECONDS = 10  # of a processor, for one file
ACCEPTED = (Exit.OK, Exit.FILE, Exit.REQUEST, Exit.VERDICT)
INSERTED = (b"\0" * 8, b'"', b"\xff\xfe", b"[" * 50, b"9" * 5000, b"{'a':")


def whole(path: Path, rows: int = ROWS) -> bytes:
    """A table of two columns of numbers in the format of the name, and one of texts if it can."""
    x = np.random.default_rng(7).random((rows, 2))
    texts = [] if path.suffix in (".npy", ".npz") else ["text"]
    with create_table(str(path), None, ("x", "y", *texts)) as writer:
        for start in range(0, rows, 100):
            part = range(start, min(start + 100, rows))
            cells = {"x": x[part, 0], "y": x[part, 1], "text": [f"é{k % 7}" for k in part]}
            writer.write(writer.encode({name: cells[name] for name in writer.columns}))
    return path.read_bytes()


def mutated(raw: bytes, rng: random.Random) -> bytes:
    """The bytes with one fault: bits flipped, cut off, overwritten, left out, put in, swapped, or a
    length that can't be."""
    data = bytearray(raw)
    # Anywhere, or where headers and footers are: one bit there says what all others mean.
    near = rng.randrange(min(len(data), 400))
    at = rng.choice((rng.randrange(len(data)), near, len(data) - 1 - near))
    kind = rng.randrange(7)
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[at:]
    elif kind == 2:
        data[at : at + rng.randrange(1, 9)] = rng.randbytes(rng.randrange(1, 9))
    elif kind == 3:
        del data[at : at + rng.randrange(1, 50)]
    elif kind == 4:
        data[at:at] = rng.choice(INSERTED)
    elif kind == 5:
        length = rng.choice((0, 1, -1, 1 << 31, 1 << 40, 1 << 62, rng.randrange(1 << 32)))
        data[at : at + 8] = length.to_bytes(8, "little", signed=True)
    else:
        other = rng.randrange(len(data))
        data[at : at + 20], data[other : other + 20] = (
            data[other : other + 20],
            data[at : at + 20],
        )
    return bytes(data)


def faults(suffix: str, count: int, seed: object, folder: Path) -> Iterator[str]:
    """What breaks as so many mutated tables of a format are mapped."""
    path = folder / f"t.{suffix}"
    raw = whole(path)
    rng = random.Random(f"{seed} {suffix}")
    for number in range(count):
        path.write_bytes(mutated(raw, rng))
        output = folder / rng.choice(OUTPUTS)
        command = ["map", "x*y", str(path), "-q", "--check-rows", "0", "-o", str(output)]
        if suffix in POINTS and rng.random() < 0.5:
            command = ["eval", "sum(v)", "--no-check", "-q", "--at", f"v=@{path}"]
        began = time.process_time()
        with (
            contextlib.redirect_stderr(io.StringIO()) as err,
            contextlib.redirect_stdout(io.StringIO()),
        ):
            status = run(command)
        if status not in ACCEPTED or "Traceback" in err.getvalue():
            yield f"{suffix} {number}: status {status}: {err.getvalue().strip()}"
        if (seconds := time.process_time() - began) > PATIENCE_SECONDS:
            yield f"{suffix} {number}: {seconds:.0f} s"
        for part in folder.glob("*.part"):
            part.unlink()
            yield f"{suffix} {number}: {part.name} is left"


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.files")
    parser.add_argument("formats", nargs="*", default=FORMATS)
    parser.add_argument("--each", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    broken = 0
    for suffix in options.formats:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = list(faults(suffix, options.each, options.seed, Path(folder)))
        print(*found, sep="\n", end="\n" * bool(found))
        broken += len(found)
        seconds = time.monotonic() - began
        print(f"{options.each} files of {suffix}: {len(found)} broken; {seconds:.0f} s", flush=True)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
