"""Profiles: what is counted is exact, the parts add up to the whole, and no test times anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradcalc.errors import GradcalcError
from gradcalc.profiling import clock
from gradcalc.profiling.costs import BOOKKEEPING
from gradcalc.profiling.profile import Profile, profile
from gradcalc.views import profiled

LOOP = "y = x\nfor i in 0..30 { y = sin(y)*x + y/3 }\ny"


def costs(result: Profile) -> dict[str, tuple[int, int, int]]:
    """Calls, partials and flops by primitive."""
    found: dict[str, tuple[int, int, int]] = {}
    for entry in result.entries:
        before = found.get(entry.name, (0, 0, 0))
        own = entry.forward.calls, entry.reverse.calls, entry.forward.flops
        found[entry.name] = (before[0] + own[0], before[1] + own[1], before[2] + own[2])
    return found


def test_calls_are_those_of_the_trace() -> None:
    found = costs(profile(LOOP, {"x": 1.2}))
    assert found.pop(BOOKKEEPING) == (0, 0, 0)
    assert found == {
        "sin": (30, 30, 30),
        "mul": (30, 60, 30),
        "add": (30, 60, 30),
        "div": (30, 30, 30),
    }


def test_flops_of_matrices() -> None:
    at = {"A": [[1.0] * 5] * 4, "v": [1.0] * 5}
    found = costs(profile("sum(tanh(A @ v))", at))
    assert found["matmul"][2] == 2 * 4 * 5
    assert found["tanh"][2] == 4
    assert found["sum"][2] == 4
    at = {"M": [[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 4.0]]}
    assert costs(profile("det(M)", at))["det"][2] == 2 * 27 // 3


@pytest.mark.parametrize(
    ("source", "at"),
    [
        (LOOP, {"x": 1.2}),
        ("x^2*y", {"x": 2, "y": 3}),
        ("v @ v", {"v": [1, 2, 3]}),
        ("abs(x)", {"x": 0}),
        ("5", {}),
        ("x", {"x": 1}),
    ],
)
def test_the_entries_add_up_to_the_whole(source: str, at: dict[str, object]) -> None:
    result = profile(source, at)
    total = sum(entry.seconds for entry in result.entries)
    assert total == pytest.approx(result.seconds, rel=1e-9)
    assert result.run >= sum(e.forward.seconds for e in result.entries if e.name != BOOKKEEPING)
    places = sum(e["forward"]["calls"] for e in profiled.record(result)["places"])
    assert places == sum(e.forward.calls for e in result.entries)


def test_places_are_those_of_the_text() -> None:
    result = profile(LOOP, {"x": 1.2})
    shown = {profiled.place(result.source, entry) for entry in result.entries}
    assert shown == {"2:22 sin(y)", "2:22 sin(y)*x", "2:22 sin(y)*x + y/3", "2:33 y/3", BOOKKEEPING}


def test_events_are_one_for_each_call_in_order() -> None:
    events = json.loads(profiled.chrome_trace(profile(LOOP, {"x": 1.2})))["traceEvents"]
    assert [e["cat"] for e in events] == ["forward"] * 120 + ["reverse"] * 120
    assert [e["args"]["slot"] for e in events[:120]] == sorted(
        e["args"]["slot"] for e in events[:120]
    )
    ends = [e["ts"] + e["dur"] for e in events]
    assert all(e["ts"] == pytest.approx(end) for e, end in zip(events[1:], ends, strict=False))


def test_on_the_command_line(tmp_path: Path) -> None:
    def run(*more: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gradcalc", "eval", "sin(x)*y", "--at", "x=1,y=2", *more]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env
        )

    table = run("--profile", "--sort", "name").stdout
    assert table.index("mul") < table.index("sin")
    assert json.loads(run("--profile", "--json").stdout)["schema"] == "gradcalc.profile/1"
    assert run("--events", "e.json").returncode == 0
    assert json.loads((tmp_path / "e.json").read_text())["traceEvents"]
    assert run("--profile", "--format", "csv").returncode == 2
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    assert "?" not in run("--profile", env=ascii_only).stdout
    assert run("--events", "no/such/e.json").returncode == 6


def test_work_on_arrays_is_timed_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(clock, "perf_counter", lambda: now)
    slow = iter((3, 1, 2))

    def work(indices: clock.Ticks) -> None:
        nonlocal now
        factor = next(slow)
        for index in reversed(indices):
            now += factor * (index + 1)

    assert clock.best_ticks(4, work, rounds=3) == [1, 2, 3, 4]


def test_each_step_on_arrays_has_its_time() -> None:
    at = {"A": np.ones((200, 200)), "v": np.ones(200)}
    entries = profile("sum(tanh(A @ v))*2", at).entries
    steps = [entry for entry in entries if entry.name in ("matmul", "tanh", "sum", "mul")]
    assert len(steps) == 4
    assert all(entry.forward.seconds > 0 and entry.reverse.seconds > 0 for entry in steps)


def test_a_run_that_is_too_long_is_refused() -> None:
    source = "y = x; for i in 0..250001 { y = y + x; y = y - x }; y"
    with pytest.raises(GradcalcError, match="steps"):
        profile(source, {"x": 1})
