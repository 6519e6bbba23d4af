"""Too little memory: one clear message, never a bug, and NumPy where machine code can't be had."""

from __future__ import annotations

import builtins
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcalc import Options, memory
from gradcalc.cli import run
from gradcalc.cli.failures import explained
from gradcalc.cli.lines import answers
from gradcalc.errors import Exit
from gradcalc.kernels import llvm
from gradcalc.tables.arrow import arrow

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("_bounded_integers.so: failed to map segment from shared object"),
        OSError("[Errno 12] Cannot allocate memory"),
        RuntimeError("Unknown error: Failed to launch worker thread: Resource unavailable"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_lacks_memory_says_so(error: Exception) -> None:
    told = explained(error, [])
    assert (told.code, told.exit) == ("too-large", Exit.FILE)


@pytest.mark.parametrize("raised", [OSError("libllvmlite.so"), MemoryError(), ImportError("no")])
def test_tables_need_no_machine_code(
    raised: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    own = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("llvmlite"):
            raise raised
        return own(name, *rest, **more)

    path = tmp_path / "t.csv"
    path.write_text("x\n" + "".join(f"{k}\n" for k in range(30_000)))
    llvm.machine.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", without)
        assert run(["map", "x^2", str(path), "-q", "--check-rows", "0"]) == 0
        assert llvm.machine() is None
    llvm.machine.cache_clear()
    assert capsys.readouterr().out.splitlines()[-1] == "29999,899940001,59998"


COMMANDS = [
    ["map", "x^2+y", "t.csv", "-q"],
    ["x^2", "--at", "x=3"],
    ["check", "x^2", "--at", "x=3", "--claim", "2*x"],
    ["hunt", "x^2", "--over", "x=-1:1"],
    ["fit", "a*x+b", "t.csv", "--target", "y"],
    ["minimize", "(x-1)^2", "--at", "x=3"],
    ["propagate", "x^2", "--at", "x=3±0.1"],
    ["solve", "x^2-2", "--at", "x=1"],
    ["bound", "x^2", "--over", "x=0:1"],
    ["plot", "x^2", "--over", "x=0:1"],
]


class Allocation:
    """The `last` call of a function of gradcalc finds no memory."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.calls = 0

    def __call__(self, frame: Any, event: str, argument: object) -> None:
        # What is raised while a generator is closed, Python itself drops.
        if event != "call" or frame.f_code.co_flags & inspect.CO_GENERATOR:
            return
        if frame.f_globals.get("__name__", "").startswith("gradcalc."):
            self.calls += 1
            if self.calls == self.last:
                raise MemoryError


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_memory_that_ends_anywhere_is_one_message(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("x,y\n" + "".join(f"{k},{2 * k + k % 3}\n" for k in range(40)))
    assert run(command) == Exit.OK
    whole = Allocation(0)
    assert traced(command, whole) == Exit.OK
    capsys.readouterr()
    for share in (0.3, 0.7):
        status = traced(command, Allocation(int(whole.calls * share)))
        err = capsys.readouterr().err
        assert (status, err.count("not enough memory")) == (Exit.FILE, 1)
        assert "Traceback" not in err


def traced(command: list[str], allocation: Allocation) -> int:
    before = sys.getprofile()
    sys.setprofile(allocation)
    try:
        return run(command)
    finally:
        sys.setprofile(before)


def test_little_address_space_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for limit, scarce in ((300 << 20, True), (4 << 30, False), (resource.RLIM_INFINITY, False)):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, limit=limit: (limit, limit))
        assert memory.is_scarce() is scarce
        if scarce:
            assert arrow() is None


UNDER_A_LIMIT = """
import resource, sys

megabytes, *arguments = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20,) * 2)
sys.argv[1:] = arguments
import gradcalc.__main__

gradcalc.__main__.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited there")
@pytest.mark.parametrize("megabytes", [190, 240, 300])
@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "a*x+b", "t.csv", "--target", "y"],
        ["minimize", "(x-1)^2", "--at", "x=3", "--method", "slsqp"],
        ["minimize", "(x-1)^2", "--over", "x=-2:3", "--global"],
    ],
    ids=lambda arguments: arguments[-1],
)
def test_no_run_waits_for_address_space(
    tmp_path: Path, arguments: list[str], megabytes: int
) -> None:
    """A library that asks for memory without an end is not loaded where there is none."""
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{k},{2 * k + 1}\n" for k in range(20_000)))
    done = subprocess.run(
        [sys.executable, "-c", UNDER_A_LIMIT, str(megabytes), *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (Exit.OK, Exit.FILE), done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_freed_is_kept_unless_memory_is_scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = []

    class Library:
        def mallopt(self, parameter: int, value: int) -> int:
            settings.append((parameter, value))
            return 1

    monkeypatch.setattr("ctypes.CDLL", lambda name: Library())
    monkeypatch.setattr(memory.sys, "platform", "linux")
    for scarce in (True, False):
        monkeypatch.setattr(memory, "is_scarce", lambda scarce=scarce: scarce)
        assert memory.keep_freed() is not scarce
        assert dict(settings) == ({} if scarce else memory.KEPT_BYTES)
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())  # another C library
    assert not memory.keep_freed()


SUPERVISED = """
import os, signal, sys, time
from gradcalc.supervision import supervised

kind = sys.argv[1]

def work():
    if kind.isdigit():
        return int(kind)
    if kind == "exits":
        os._exit(1)  # as NumPy's library does, whose status would be a negative verdict
    if kind == "waits":
        def end(number, frame):
            raise KeyboardInterrupt
        signal.signal(signal.SIGTERM, end)
        try:
            print("ready", flush=True)
            time.sleep(50)
        except KeyboardInterrupt:
            return 130
    os.kill(os.getpid(), getattr(signal, kind))

sys.exit(supervised(work))
"""


def supervised_run(kind: str) -> subprocess.Popen[str]:
    """A run of work that ends in one of these ways."""
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, kind],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *[(str(status), status) for status in (0, 1, 2, 6, 70)],
        *[("SIGSEGV", Exit.FILE), ("SIGABRT", Exit.FILE), ("exits", Exit.FILE)],
        *[("SIGTERM", Exit.INTERRUPTED), ("SIGHUP", Exit.INTERRUPTED)],
    ],
)
def test_work_that_a_library_ends_lacked_memory(kind: str, status: int) -> None:
    with supervised_run(kind) as running:
        _, err = running.communicate()
    assert running.returncode == status
    told = err.count("not enough memory")
    assert told == (status == Exit.FILE and not kind.isdigit())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_signal_is_handed_on() -> None:
    with supervised_run("waits") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.terminate()
        _, err = running.communicate()
    assert (running.returncode, err) == (Exit.INTERRUPTED, "")


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited there")
@pytest.mark.parametrize("megabytes", [90, 130, 170])
@pytest.mark.parametrize(
    "arguments",
    [
        ["jacobian", "[x^2,y]", "--at", "x=1,y=2"],
        ["hessian", "x^2*y", "--at", "x=1,y=2"],
        ["eval", "y = x; for i in 0..100000 { y = sin(y) + x }; y", "--at", "x=1"],
        ["map", "gamma(x/1e4)*y", "t.csv", "-q", "-o", "o.parquet"],
        ["bound", "x^2", "--over", "x=0:1"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_libraries_that_end_the_process_are_no_verdict(
    tmp_path: Path, arguments: list[str], megabytes: int
) -> None:
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{k},{2 * k + 1}\n" for k in range(20_000)))
    done = subprocess.run(
        [sys.executable, "-c", UNDER_A_LIMIT, str(megabytes), *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    lacking = done.returncode == Exit.FILE and done.stderr.count("not enough memory") == 1
    assert done.returncode == Exit.OK or lacking, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    assert "[bug]" not in done.stderr


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_a_request_that_lacks_memory_says_so(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any, **options: Any) -> Any:
        raise error

    monkeypatch.setattr("gradcalc.cli.lines.evaluate", fails)
    ((answer, status),) = answers(['{"expr": "x", "at": {"x": 1}}'], Options())
    assert '"too-large"' in answer
    assert status == Exit.FILE
