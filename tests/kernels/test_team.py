"""OpenMP's threads compute what one thread computes, wherever a call is made."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from gradcalc.kernels import llvm
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.llvm import machine
from gradcalc.kernels.team import MIN_SHARE_ROWS

MACHINE = machine()
pytestmark = pytest.mark.skipif(
    MACHINE is None or MACHINE.team is None, reason="llvmlite or libgomp is not installed"
)
SOURCES = ("sin(x)*y + x/y", "x^2*y - k", "max(x, y)*k")


def columns(rows: int) -> dict[str, Any]:
    random = np.random.default_rng(rows)
    return {"x": random.uniform(-2, 2, rows), "y": random.uniform(1, 2, rows), "k": 0.3}


def answers(kernel: Kernel, rows: int) -> dict[str, bytes]:
    table = columns(rows)
    answer = kernel.rows({name: table[name] for name in kernel.inputs})
    whole = {**answer.columns, "doubtful": answer.doubtful}
    return {name: column.tobytes() for name, column in whole.items()}


@pytest.fixture
def small_shares(monkeypatch: pytest.MonkeyPatch) -> int:
    """Shares of as few rows as there may be; how many they are."""
    assert MACHINE is not None
    monkeypatch.setattr(llvm, "MIN_SHARE_ROWS", MACHINE.registers.width)
    return MACHINE.registers.width


@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("source", SOURCES)
def test_every_row_is_in_one_share(source: str, threads: int, small_shares: int) -> None:
    alone, shared = (Kernel(source, native=True, threads=n) for n in (1, threads))
    least = threads * small_shares
    for rows in (least, least + 1, 2 * least - 1, 7 * least + threads - 1, 1000, 40_000):
        assert answers(shared, rows) == answers(alone, rows), rows


def test_a_thread_has_rows_enough_to_wake_for() -> None:
    assert MACHINE is not None
    for rows, threads, shares in (
        (MIN_SHARE_ROWS, 2, 1),
        (2 * MIN_SHARE_ROWS - 1, 2, 1),
        (2 * MIN_SHARE_ROWS, 2, 2),
        (5 * MIN_SHARE_ROWS, 64, 5),
        (10**9, 64, 64),
        (10**9, 1, 1),
    ):
        assert MACHINE.shares(rows, threads) == shares


def test_rounds_are_one_call(monkeypatch: pytest.MonkeyPatch, small_shares: int) -> None:
    whole = answers(Kernel(SOURCES[0], native=True, threads=1), 1001)
    monkeypatch.setattr("gradcalc.kernels.call.MAX_NATIVE_PIECE_ROWS", 3 * small_shares)
    assert answers(Kernel(SOURCES[0], native=True, threads=2), 1001) == whole


def test_calls_of_many_threads() -> None:
    kernel = Kernel(SOURCES[0], native=True, threads=2)
    sizes = [2 * MIN_SHARE_ROWS + k for k in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda rows: answers(kernel, rows), sizes))
    alone = Kernel(SOURCES[0], native=True, threads=1)
    assert found == [answers(alone, rows) for rows in sizes]


def _in_child(kernel: Kernel, rows: int, sent: Any) -> None:
    sent.send(answers(kernel, rows))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_no_team() -> None:
    """OpenMP would wait there for ever for threads that are not there."""
    kernel, rows = Kernel(SOURCES[0], native=True, threads=2), 3 * MIN_SHARE_ROWS
    wanted = answers(kernel, rows)
    context = multiprocessing.get_context("fork")
    received, sent = context.Pipe(duplex=False)
    child = context.Process(target=_in_child, args=(kernel, rows, sent))
    child.start()
    try:
        assert received.poll(30)
        assert received.recv() == wanted
    finally:
        child.kill()
        child.join()


def test_fewer_threads_than_shares() -> None:
    """Where OpenMP may make no more threads, one does the shares of others."""
    text = (
        "from tests.kernels.test_team import *\n"
        "alone, shared = (Kernel(SOURCES[0], native=True, threads=n) for n in (1, 4))\n"
        "assert answers(shared, 50_001) == answers(alone, 50_001)"
    )
    for limit in ("1", "2", "3"):
        environment = {**os.environ, "OMP_THREAD_LIMIT": limit}
        subprocess.run([sys.executable, "-c", text], env=environment, check=True)


@pytest.mark.parametrize("source", SOURCES)
def test_without_the_library(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Python's threads share out the same pieces."""
    rows = 5 * MIN_SHARE_ROWS + 3
    wanted = answers(Kernel(source, native=True, threads=3), rows)
    assert MACHINE is not None
    monkeypatch.setitem(MACHINE.__dict__, "team", None)
    assert MACHINE.shares(rows, 3) == 1
    assert answers(Kernel(source, native=True, threads=3), rows) == wanted


def test_saved_registers_lie_in_one_line_of_the_cache() -> None:
    """The stack of a function is aligned to its registers, whatever that of its caller is."""
    assert MACHINE is not None
    width = MACHINE.registers.width
    if width == 2 or not MACHINE.target().triple.startswith("x86_64"):
        pytest.skip("registers no longer than C's own alignment")
    kernel = Kernel("sin(x)*exp(y)*log(x + y)*cos(x*y)", native=True)
    kernel(columns(1000))
    (native,) = kernel.paths.straight.natives.values()
    module = MACHINE.binding.parse_assembly(native.source.text)
    assert f"andq\t${-8 * width}, %rsp" in MACHINE.target().emit_assembly(module)
