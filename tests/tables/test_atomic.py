"""A part file goes with its target, wherever an interrupt strikes; what is complete stays."""

from __future__ import annotations

import builtins
import gc
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gradcalc.atomic import Target, atomic_write


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_interrupted_as_the_file_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file exists, and the interrupt comes before anyone holds it."""
    made = builtins.open

    def struck(*given: object, **more: object) -> object:
        made(*given, **more).close()  # type: ignore[call-overload]
        assert list(Path().iterdir())
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", struck)
        with pytest.raises(KeyboardInterrupt), atomic_write("o.csv"):
            pass
    gc.collect()
    assert not list(Path().iterdir())


def test_interrupted_before_anything_is_written() -> None:
    target = Target("o.csv")
    target.open()
    assert [path.suffix for path in Path().iterdir()] == [".part"]
    del target
    gc.collect()
    assert not list(Path().iterdir())


def test_what_is_complete_stays() -> None:
    with atomic_write("o.csv") as file:
        file.write(b"1\n")
    gc.collect()
    assert [path.name for path in Path().iterdir()] == ["o.csv"]


def test_part_files_of_processes_that_were_killed() -> None:
    """They go when the file is written again; those of a living process stay."""
    script = (
        "import os, signal; from gradcalc.atomic import Target\n"
        "target = Target('o.csv'); target.open(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    for _ in range(2):
        killed = subprocess.run([sys.executable, "-c", script], check=False)
        assert killed.returncode == -signal.SIGKILL
        assert len(list(Path().iterdir())) == 1
    living = Target("o.csv")
    living.open()
    with atomic_write("o.csv") as file:
        file.write(b"1\n")
    assert sorted(path.suffix for path in Path().iterdir()) == [".csv", ".part"]
    living.discard()
    assert [path.name for path in Path().iterdir()] == ["o.csv"]
