"""Profiles of tables: counts are exact, phases and entries add up, the table is the same."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

from gradcalc.batch.mapping import map_tables
from gradcalc.batch.options import MapOptions
from gradcalc.kernels import execution
from gradcalc.kernels.kernel import Kernel
from gradcalc.profiling.costs import BOOKKEEPING
from gradcalc.profiling.table import TableProfile, TableProfiler
from gradcalc.tables import create_table, open_table
from gradcalc.views import profiled_tables

BRANCHES = "m = S - K; m^2/K if m > 0 else abs(m)*sin(K)"
ROWS = 5000


@pytest.fixture(autouse=True)
def compiled_for_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is machine code, it runs: for fewer rows a path would go by its steps."""
    monkeypatch.setattr(execution, "MIN_NATIVE_PATH_ROWS", 1)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    draw = random.Random(3)
    lines = [f"{draw.uniform(1, 9)},{draw.uniform(1, 9)}" for _ in range(ROWS)]
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_text("\n".join(["S,K", *lines, ""]))
    return str(path)


def run(source: str, table: str, output: Path, native: bool | None = False) -> TableProfile:
    kernel = Kernel(source, threads=1, native=native)
    profiler = TableProfiler(kernel, perf_counter())
    with open_table(table) as reader:
        names = [*reader.columns, *kernel.columns]
        with create_table(str(output), "csv", names, reader.schema) as writer:
            summary = profiler.map_tables([reader], writer, MapOptions())
    return profiler.profile(summary.rows)


@pytest.mark.parametrize("native", [False, None, True])
@pytest.mark.parametrize("source", [BRANCHES, "sin(S)*K", "S", "5 + 0*K"])
def test_phases_and_entries_add_up(
    source: str, native: bool | None, table: str, tmp_path: Path
) -> None:
    result = run(source, table, tmp_path / "out.csv", native)
    assert sum(result.phases.values()) == pytest.approx(result.seconds, rel=1e-9)
    steps = sum(e.seconds for e in result.entries if e.name != BOOKKEEPING)
    kernel = result.phases["kernel"]
    assert sum(e.seconds for e in result.entries) == pytest.approx(max(kernel, steps), rel=1e-9)
    assert result.attributed == bool(native)
    assert result.rows == ROWS


@pytest.mark.parametrize("native", [False, True])
def test_calls_are_the_rows_that_take_each_path(native: bool, table: str, tmp_path: Path) -> None:
    result = run(BRANCHES, table, tmp_path / "out.csv", native)
    cells = [line.split(",") for line in Path(table).read_text().splitlines()[1:]]
    ahead = sum(float(s) > float(k) for s, k in cells)
    calls: dict[tuple[str, str], list[int]] = {}
    for e in result.entries:
        text = BRANCHES[e.span.start : e.span.end] if e.span else ""
        both = calls.setdefault((text, e.name), [0, 0])
        both[:] = both[0] + e.forward.calls, both[1] + e.reverse.calls
    assert calls["sin(K)", "sin"] == [ROWS - ahead, 0]
    assert calls["sin(K)", "cos"] == [0, ROWS - ahead]
    assert calls["abs(m)", "abs"] == [ROWS - ahead, 0]
    assert calls["m^2/K", "div"][0] == ahead
    assert calls["S - K", "sub"][0] == ROWS


def test_every_step_of_a_derivative_has_its_place() -> None:
    arrays = "gamma(S)^K/(1 + exp(-S*K)) + [S, K] @ [K, S]"
    for source in (BRANCHES, arrays, "S^7.5*atan2(S, K)"):
        for hessian in (False, True):
            kernel = Kernel(source, hessian=hessian, native=False)
            kernel(S=[1.5, 2.5], K=[2.0, 2.0])
            for path in kernel.paths:
                for schedule in path.schedules.values():
                    placed = [schedule.trace.spans[s] for s in schedule.slots if s is not None]
                    assert placed
                    assert None not in placed


def test_the_table_is_the_same(table: str, tmp_path: Path) -> None:
    run(BRANCHES, table, tmp_path / "profiled.csv")
    kernel = Kernel(BRANCHES, threads=1, native=False)
    with open_table(table) as reader:
        names = [*reader.columns, *kernel.columns]
        with create_table(str(tmp_path / "plain.csv"), "csv", names, reader.schema) as writer:
            map_tables(kernel, [reader], writer, MapOptions())
    assert (tmp_path / "profiled.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()


def test_as_json_and_as_events(table: str, tmp_path: Path) -> None:
    result = run(BRANCHES, table, tmp_path / "out.csv")
    record = profiled_tables.record(result)
    assert {e["name"] for e in record["primitives"]} >= {"sin", "abs", "div", "sub", "mul"}
    events = json.loads(profiled_tables.chrome_trace(result))["traceEvents"]
    phases = [e for e in events if e["tid"] == 1]
    assert {"start", "read", "parse", "kernel", "write"} <= {e["name"] for e in phases}
    ends = [e["ts"] + e["dur"] for e in phases]
    assert all(e["ts"] >= end - 1e-3 for e, end in zip(phases[1:], ends, strict=False))


def test_on_the_command_line(table: str, tmp_path: Path) -> None:
    def gradcalc(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gradcalc", "map", "sin(S)*K", table, "--check-rows", "0"]
        return subprocess.run(
            [*command, *more], capture_output=True, text=True, check=False, cwd=tmp_path
        )

    plain, shown = gradcalc("-q"), gradcalc("--profile", "-q", "--sort", "name")
    assert shown.stdout == plain.stdout
    assert shown.stderr.index("cos") < shown.stderr.index("sin")
    record = json.load(io.StringIO(gradcalc("--profile", "--json", "-o", "o.csv").stdout))
    assert record["profile"]["seconds"] >= record["profile"]["phases"]["kernel"]
    assert gradcalc("--events", "e.json", "-o", "o.csv").returncode == 0
    assert json.loads((tmp_path / "e.json").read_text())["traceEvents"]
    refused = gradcalc("--profile", "--dask", "local", "-o", "out")
    assert refused.returncode == 2
    assert "cluster" in refused.stderr
