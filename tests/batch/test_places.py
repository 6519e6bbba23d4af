"""Tables at s3:// addresses, against moto's server on the loopback: read, and written whole.

It runs where moto is installed, as it is by `.ci/run`.
"""

from __future__ import annotations

import io
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from pyarrow import fs

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.places import COPY_BYTES, Place, files_in, place
from gradcalc.tables import open_table

Captured = pytest.CaptureFixture[str]
BUCKET = "s3://bucket"
SUFFIXES = ("csv", "csv.gz", "tsv", "jsonl", "json", "parquet", "arrow", "npy", "npz")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("moto.server")
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(600):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
        process.kill()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> fs.FileSystem:
    """An empty bucket, and its file system."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(urllib.request.Request(f"{server}/bucket", method="PUT")).close()
    system = fs.S3FileSystem(endpoint_override=server)
    system.delete_dir_contents("bucket")
    return system


def put(system: fs.FileSystem, name: str, content: bytes) -> None:
    with system.open_output_stream(f"bucket/{name}") as file:
        file.write(content)


def columns_of(path: str) -> dict[str, list[float]]:
    with open_table(path) as reader:
        batches = [block.decode() for block in reader.blocks()]
        return {
            name: [x for batch in batches for x in batch.numbers(name).tolist()]
            for name in reader.columns
        }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_there_as_here(bucket: fs.FileSystem, suffix: str) -> None:
    """Read from the bucket and written to it, a table is what it is on a disk."""
    x = np.random.default_rng(5).normal(size=(40, 2))
    Path("in.csv").write_text("x,y\n" + "".join(f"{a!r},{b!r}\n" for a, b in x.tolist()))
    assert run(["map", "x*exp(y)", "in.csv", "-o", f"here.{suffix}", "-q"]) == Exit.OK
    assert run(["map", "x*exp(y)", "in.csv", "-o", f"{BUCKET}/a b/there.{suffix}", "-q"]) == 0
    there = columns_of(f"{BUCKET}/a b/there.{suffix}")
    assert there == columns_of(f"here.{suffix}")
    assert there["value"] == pytest.approx(x[:, 0] * np.exp(x[:, 1]), rel=1e-14)
    again = ["map", "x + y", f"{BUCKET}/a b/there.{suffix}", "--prefix", "s_", "-q", "-o", "o.csv"]
    assert run(again) == Exit.OK
    assert columns_of("o.csv")["s_value"] == pytest.approx(x.sum(axis=1), rel=1e-14)


def test_arrays_points_and_programs(bucket: fs.FileSystem, capsys: Captured) -> None:
    array = io.BytesIO()
    np.save(array, np.array([1.0, 2.0]))
    arrays = io.BytesIO()
    np.savez(arrays, x=np.array([3.0, 4.0]))
    put(bucket, "a.npy", array.getvalue())
    put(bucket, "a.npz", arrays.getvalue())
    put(bucket, "a.json", b'{"x": 5}')
    put(bucket, "a.csv", b"6,7\n")
    put(bucket, "a.grad", b"sum(x^2)\n")
    expected = {"x=@{}/a.npy": "5", "@{}/a.npz": "25", "@{}/a.json": "25", "x=@{}/a.csv": "85"}
    for at, value in expected.items():
        command = ["eval", f"@{BUCKET}/a.grad", "--at", at.format(BUCKET), "-q"]
        assert run(command) == Exit.OK
        assert capsys.readouterr().out.splitlines()[0] == value


def test_a_pattern(bucket: fs.FileSystem, capsys: Captured) -> None:
    for k in (3, 1, 2):
        put(bucket, f"in/{k}.csv", b"x\n%d\n" % k)
    put(bucket, "in/other.txt", b"x\n9\n")
    assert run(["map", "x", f"{BUCKET}/in/*.csv", "-q"]) == Exit.OK
    assert capsys.readouterr().out == "x,value,d_x\n1,1,1\n2,2,1\n3,3,1\n"
    assert run(["map", "x", f"{BUCKET}/in/*.tsv", "-q"]) == Exit.FILE
    assert capsys.readouterr().err == f"error[file]: no file matches {BUCKET}/in/*.tsv\n"


def test_a_run_that_fails_leaves_what_was_there(bucket: fs.FileSystem, capsys: Captured) -> None:
    put(bucket, "out.csv", b"as it was")
    put(bucket, "in.csv", b"x\n" + b"1\n" * 200_000 + b"-1\n")
    for name in ("out.csv", "new.csv", "new.parquet"):
        command = ["map", "log(x)", f"{BUCKET}/in.csv", "-o", f"{BUCKET}/{name}", "-q"]
        assert run([*command, "--on-error", "fail"]) == Exit.NO_ANSWER
        assert "log is defined for x > 0" in capsys.readouterr().err
    assert set(files_in(BUCKET)) == {"in.csv", "out.csv"}
    assert bucket.open_input_file("bucket/out.csv").read() == b"as it was"


class Interrupted(io.BytesIO):
    """A file whose reading is interrupted after some pieces."""

    def __init__(self, content: bytes, pieces: int) -> None:
        super().__init__(content)
        self.pieces = pieces

    def read(self, size: int | None = -1) -> bytes:
        if self.pieces == 0:
            raise KeyboardInterrupt
        self.pieces -= 1
        return super().read(size)


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_an_interrupt_while_it_is_sent(bucket: fs.FileSystem, pieces: int) -> None:
    content = bytes(3 * COPY_BYTES)
    with pytest.raises(KeyboardInterrupt):
        place(f"{BUCKET}/big.npy").write(Interrupted(content, pieces))
    assert files_in(BUCKET) == ()
    place(f"{BUCKET}/big.npy").write(io.BytesIO(content))
    assert bucket.get_file_info("bucket/big.npy").size == len(content)


INTERRUPTED = f"""
import io, sys
from gradcalc.places import place

class Interrupted(io.BytesIO):
    def read(self, size=-1):
        if self.tell():
            raise KeyboardInterrupt
        return super().read(size)

try:
    place("{BUCKET}/big.npy").write(Interrupted(bytes(3 * {COPY_BYTES})))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_a_process_ends_after_an_interrupt(bucket: fs.FileSystem) -> None:
    """Nothing closes the stream of half a file, not even the end of Python."""
    command = [sys.executable, "-c", INTERRUPTED]
    process = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (process.returncode, process.stdout) == (0, "interrupted\n")
    assert files_in(BUCKET) == ()


def test_stores_where_a_file_is_seen_while_it_grows(tmp_path: Path) -> None:
    """Hadoop's are such: the file gets its name in the end. A disk stands in for one."""
    there = Place("hdfs://there/big", fs.LocalFileSystem(), str(tmp_path / "big"))
    with pytest.raises(KeyboardInterrupt):
        there.write(Interrupted(bytes(2 * COPY_BYTES), 1))
    assert list(tmp_path.iterdir()) == []
    there.write(io.BytesIO(b"whole"))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


@pytest.mark.parametrize("seconds", [0.7, 1.5])
def test_a_run_that_is_killed(bucket: fs.FileSystem, seconds: float) -> None:
    """Whole or absent."""
    Path("in.csv").write_text("x\n" + "".join(f"0.{k}\n" for k in range(400_000)))
    command = [sys.executable, "-m", "gradcalc", "map", "sin(x)", "in.csv", "-q"]
    with subprocess.Popen([*command, "-o", f"{BUCKET}/out.csv"]) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    left = files_in(BUCKET)
    assert not left or len(columns_of(f"{BUCKET}/out.csv")["value"]) == 400_000
    assert set(left) <= {"out.csv"}


def silent() -> Iterator[str]:
    """A server that takes requests and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


MISSING: dict[str, tuple[str, dict[str, str], str]] = {
    "no file": ("s3://bucket/none.csv", {}, "there is no such file"),
    "no bucket": ("s3://nowhere/a.csv", {}, "there is no such file"),
    "no server": ("s3://bucket/a.csv", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "NETWORK"),
    "no answer": ("s3://bucket/a.csv", {"AWS_ENDPOINT_URL": "silent"}, "there is no answer"),
    "no option": ("s3://bucket/a.csv?foo=1", {}, "Unexpected query parameter in S3 URI: 'foo'"),
    "no store": ("ftp://there/a.csv", {}, "addresses with ftp:// are not supported"),
    "no Hadoop": ("hdfs://there:9000/a.csv", {}, "hdfs://there:9000/a.csv: "),
}


@pytest.mark.parametrize("kind", MISSING)
@pytest.mark.parametrize("way", ["in", "out", "at"])
def test_what_is_missing(
    bucket: fs.FileSystem, kind: str, way: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message, status 6 (2 for the address itself), and no waiting."""
    address, settings, told = MISSING[kind]
    put(bucket, "a.csv", b"x\n1\n")
    Path("in.csv").write_text("x\n1\n")
    if way == "out":
        address = address.replace("bucket/none", "bucket2/none")
        told = told.replace("there is no such file", f"there is no bucket {address[5:-9]}")
    arguments = {
        "in": ["map", "x", address],
        "out": ["map", "x", "in.csv", "-o", address],
        "at": ["eval", "sum(x)", "--at", f"x=@{address}"],
    }[way]
    servers = silent()
    for name, value in settings.items():
        monkeypatch.setenv(name, next(servers) if value == "silent" else value)
    monkeypatch.setattr("gradcalc.places.ANSWER_SECONDS", 5 if kind == "no answer" else 60)
    start = time.monotonic()
    assert run(arguments) == (Exit.REQUEST if kind == "no option" else Exit.FILE)
    assert time.monotonic() - start < 60
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert err.count("error[") == 1


class Refusing(BaseHTTPRequestHandler):
    """What a store answers without the right keys."""

    def do_HEAD(self) -> None:
        self.send_response(403)
        self.end_headers()

    def log_message(self, format: str, *values: object) -> None:
        """Nothing."""


def test_without_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    with HTTPServer(("127.0.0.1", 0), Refusing) as there:
        Thread(target=there.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{there.server_port}")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        assert run(["map", "x", f"{BUCKET}/a.csv?region=us-east-1"]) == Exit.FILE
        there.shutdown()
    reason, remedy = capsys.readouterr().err.splitlines()
    assert reason.startswith("error[file]: s3://bucket/a.csv: AWS Error ACCESS_DENIED during")
    assert remedy.startswith("  │ set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")


def test_keys_in_an_address_are_not_shown(bucket: fs.FileSystem, capsys: Captured) -> None:
    assert run(["map", "x", "s3://key:hidden@bucket/none.csv?region=us-east-1"]) == Exit.FILE
    told = capsys.readouterr().err
    assert "hidden" not in told
    assert "s3://bucket/none.csv: there is no such file" in told


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(GradcalcError, match="needs the package pyarrow"):
        place("s3://bucket/a.csv")


def test_a_file_that_changes_while_it_is_read(bucket: fs.FileSystem) -> None:
    put(bucket, "a.csv", b"x\n" + b"1\n" * 50)
    with open_table(f"{BUCKET}/a.csv") as reader:
        blocks: Iterator[object] = reader.blocks()
        next(blocks)
        put(bucket, "a.csv", b"x\n2\n")
        with pytest.raises(GradcalcError, match="was changed while it was read"):
            list(blocks)


ON_CLUSTER: dict[str, Callable[[list[str]], set[str]]] = {
    "2*x": lambda parts: {*parts, "manifest.json"},
    "log(x - 1)": lambda parts: set(),
}


@pytest.mark.parametrize("formula", ON_CLUSTER)
def test_on_a_cluster(bucket: fs.FileSystem, formula: str) -> None:
    """All parts and the manifest are there in the end, or nothing."""
    from dask.distributed import LocalCluster

    for k in range(3):
        put(bucket, f"in/{k}.csv", b"x\n%d\n" % (k + 1))
    command = ["map", formula, f"{BUCKET}/in/*.csv", "-o", f"{BUCKET}/out", "--on-error", "fail"]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
        status = run([*command, "--dask", cluster.scheduler_address])
    expected = ON_CLUSTER[formula]([f"part-0000{k}.parquet" for k in range(3)])
    assert set(files_in(f"{BUCKET}/out")) == expected
    assert status == (Exit.OK if expected else Exit.NO_ANSWER)
    if expected:
        tables = [columns_of(f"{BUCKET}/out/part-0000{k}.parquet") for k in range(3)]
        assert [table["value"] for table in tables] == [[2.0], [4.0], [6.0]]
    else:
        assert bucket.get_file_info("bucket/out").type == fs.FileType.NotFound
