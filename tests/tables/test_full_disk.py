"""A disk that fills while a table is written: one message, status 6, nothing left behind."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from gradcalc.errors import Exit

ROWS = 30_000
LIMIT = 64 << 10  # bytes that a file may have
SUFFIXES = ("csv", "csv.gz", "tsv", "jsonl", "json", "parquet", "arrow", "npy", "npz")


def limited(arguments: list[str], limit: int = LIMIT) -> subprocess.CompletedProcess[str]:
    """A run in which no file may become larger, as on a disk that is full."""
    return subprocess.run(
        [sys.executable, "-m", "gradcalc", *arguments],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("x\n" + "".join(f"0.{k * k}\n" for k in range(ROWS)))
    return tmp_path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table(folder: Path, suffix: str) -> None:
    ended = limited(["map", "sin(x)", "in.csv", "-o", f"out.{suffix}", "-q"])
    assert ended.returncode == Exit.FILE
    assert ended.stderr == f"error[file]: File too large: out.{suffix}\n"
    assert os.listdir() == ["in.csv"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_on_a_cluster(folder: Path, suffix: str) -> None:
    ended = limited(["map", "sin(x)", "in.csv", "-o", "out", "--to", suffix, "--dask", "local"])
    assert ended.returncode == Exit.FILE
    assert ended.stderr == f"error[file]: File too large: {folder}/out/part-00000.{suffix}\n"
    assert os.listdir() == ["in.csv"]


@pytest.mark.parametrize("suffix", [*SUFFIXES[:1], *SUFFIXES[2:]])
def test_a_device(folder: Path, suffix: str) -> None:
    ended = limited(["map", "sin(x)", "in.csv", "-o", "/dev/full", "--to", suffix, "-q"], 1 << 30)
    assert ended.returncode == Exit.FILE
    assert ended.stderr == "error[file]: No space left on device: /dev/full\n"


def test_a_report_and_a_picture(folder: Path) -> None:
    Path("suite.toml").write_text('[[case]]\nexpr = "x^2"\nat.x = 1\nclaim.x = "2*x"\n')
    for arguments, name in (
        (["check", "suite.toml", "--junit", "out.xml"], "out.xml"),
        (["plot", "sin(x)", "--over", "x=0:1", "-o", "out.svg"], "out.svg"),
        (["eval", "sin(x)", "--at", "x=[1,2]", "--save", "out.npz"], "out.npz"),
    ):
        ended = limited(arguments, 64)
        assert ended.returncode == Exit.FILE, ended.stderr
        assert f"error[file]: File too large: {name}\n" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert sorted(os.listdir()) == ["in.csv", "suite.toml"]
