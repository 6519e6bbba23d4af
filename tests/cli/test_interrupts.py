"""A signal ends a run wherever it falls."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# The run sends itself a signal where Python drops what is raised, then works on without an end.
SCRIPT = """
import importlib, signal, sys, time, weakref
import gradcalc.cli
from gradcalc.__main__ import main

class Fallen:
    def __del__(self):
        signal.raise_signal(sent)

def run(arguments):
    if where == "destructor":
        Fallen()
    else:
        kept = set()
        weakref.ref(kept, lambda ref: signal.raise_signal(sent))
        listening = weakref.ref(kept, lambda ref: signal.raise_signal(sent))
        del kept
    try:
        time.sleep(600)
    except KeyboardInterrupt:
        return 130
    return 0

where, sent = sys.argv[1], getattr(signal, sys.argv[2])
gradcalc.cli.run = run
main()
"""


@pytest.mark.parametrize("where", ["destructor", "callback"])
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_where_python_drops_errors(where: str, sent: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, where, sent],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
