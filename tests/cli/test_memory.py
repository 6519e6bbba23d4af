"""Too little memory: one clear message, never a bug, and NumPy where machine code can't be had."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from gradcalc.cli import run
from gradcalc.cli.failures import explained
from gradcalc.errors import Exit
from gradcalc.kernels import llvm

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
    assert (told.code, told.exit) == ("too-large", Exit.REQUEST)


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
