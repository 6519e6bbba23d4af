"""The page of the benchmark: gradcalc's kernels beside all that is installed, tables and a plot."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.figure import processes
from tests.bench.formulas import EIGHT, Formula, euler, sine, wave
from tests.bench.in_c import FLAGS
from tests.bench.peers import PEERS, left_out, package
from tests.bench.race import Outcome, Timing, race

ROWS = 1_000_000
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
LENGTHS = (10, 100, 1_000, 10_000)
LENGTH_ROWS = 10_000
THREADS = (1, 2)


@dataclass(frozen=True)
class Results:
    """All that was measured: by what is varied, the outcome of each peer."""

    formulas: Mapping[int, Mapping[str, Sequence[Outcome]]]
    rows: Mapping[int, Sequence[Outcome]]
    lengths: Mapping[int, Sequence[Outcome]]
    start_up: Sequence[float | None]


def measured(say: Callable[[str], object]) -> Results:
    """Run all races; it takes a quarter of an hour."""

    def raced(formula: Formula, rows: int, threads: int, rounds: int) -> list[Outcome]:
        say(f"{formula.name}, {rows:,} rows, threads: {threads}")
        return race([(peer, formula) for peer in PEERS], rows, threads, rounds)

    most = THREADS[-1]
    return Results(
        {
            threads: {each.name: raced(each, ROWS, threads, 11) for each in EIGHT}
            for threads in THREADS
        },
        {rows: raced(wave, rows, most, 5) for rows in SIZES},
        {count: raced(euler(count), LENGTH_ROWS, most, 5) for count in LENGTHS},
        start_up(say),
    )


def start_up(say: Callable[[str], object]) -> list[float | None]:
    """The seconds of a process that imports, compiles and computes a thousand rows."""
    say("start-up")
    runs = {
        peer: [sys.executable, "-m", "tests.bench.peers", peer, sine.name, "1000", "1", "--once"]
        for peer in PEERS
        if not left_out(peer, sine)
    }
    taken = dict(zip(runs, processes(list(runs.values()), rounds=5), strict=True))
    return [taken.get(peer) for peer in PEERS]


def three(number: float) -> str:
    """Three digits, no exponent."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def table(
    corner: str, rows: Mapping[Any, Sequence[Outcome]], cell: Callable[[Any, Timing], float]
) -> str:
    """A table of Markdown, a column for each peer that takes part; a dash for who is left out."""
    taking = [k for k in range(len(PEERS)) if any(isinstance(r[k], Timing) for r in rows.values())]
    names = [list(PEERS)[k] for k in taking]
    lines = [f"| {corner} | {' | '.join(names)} |", "| --- |" + " ---: |" * len(names)]
    for key, outcomes in rows.items():
        shown = [outcomes[k] for k in taking]
        cells = [three(cell(key, each)) if isinstance(each, Timing) else "–" for each in shown]
        lines.append(f"| {key if isinstance(key, str) else f'{key:,}'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def absent(results: Results) -> Iterator[str]:
    """Who is left out of what, and why."""
    for peer, outcome in zip(PEERS, results.rows[SIZES[0]], strict=True):
        if outcome == "not installed":
            yield f"- {peer} is not installed."
    races = {
        **results.formulas[THREADS[0]],
        **{f"{rows:,} rows": outcomes for rows, outcomes in results.rows.items()},
        **{f"{count:,} operations": outcomes for count, outcomes in results.lengths.items()},
    }
    for k, peer in enumerate(PEERS):
        reasons: dict[str, list[str]] = {}
        for name, outcomes in races.items():
            if isinstance(outcomes[k], str) and outcomes[k] != "not installed":
                reasons.setdefault(outcomes[k], []).append(name)
        yield from (f"- {peer}, {', '.join(names)}: {why}." for why, names in reasons.items())


def operations(formula: Formula) -> int:
    """How many operations a row records."""
    from gradcalc import Options, evaluate

    at = {name: float(np.ravel(value)[0]) for name, value in formula.data(1).items()}
    trace = evaluate(formula.source, at, options=Options(check="off")).steps.trace
    return sum(map(bool, trace.arguments))


def setting() -> str:
    """Processor, system and versions."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    names = dict.fromkeys(package(peer) for peer in PEERS)
    versions = [
        f"{name} {importlib.metadata.version(name)}"
        for name in names
        if name != "ctypes" and not left_out(next(p for p in PEERS if package(p) == name), sine)
    ]
    processor = models[0] if models else platform.processor()
    return (
        f"{processor}, {os.cpu_count()} processors; {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {', '.join(versions)}."
    )


def text(results: Results, plotted: bool) -> str:
    """The page."""
    begun = {sine.name: [(t and Timing(t, t, 0)) or "" for t in results.start_up]}
    sections = [
        "# The benchmark of kernels",
        "Value and gradient of every row, in float64. Each peer has a process of its own, the "
        "processes take turns, the numbers are medians. Before a peer is timed, its answer is "
        "compared with gradcalc's: they agree to 1e-9. Each process is confined to as many "
        "processors as it is given threads; autograd uses one, whatever it is given. "
        "NumPy's, numexpr's and C's gradients are derived by hand; C is compiled by gcc with "
        f"{' '.join(FLAGS)}. Inputs are in the "
        "peer's own form beforehand, the answer is new memory, which the process keeps from call "
        "to call.",
        setting(),
        *(["![plot](benchmark.svg)"] if plotted else []),
    ]
    for threads, outcomes in results.formulas.items():
        count = f"{threads} thread" + "s" * (threads > 1)
        sections += [
            f"## Throughput, {count}",
            f"Nanoseconds a row, of {ROWS:,} rows.",
            table("formula", outcomes, lambda _, t: t.seconds / ROWS * 1e9),
        ]
    sections += [
        "```\n"
        + "\n\n".join(
            f"# {each.name}, {operations(each)} operations, by {len(each.wrt)} inputs\n"
            + each.source
            for each in EIGHT
        )
        + "\n```",
        "## Scaling, rows",
        f"Nanoseconds a row, of *wave*, {THREADS[-1]} threads.",
        table("rows", results.rows, lambda rows, t: t.seconds / rows * 1e9),
        "## Scaling, operations",
        "Euler's method for y' = sin(x*y), unrolled. Nanoseconds a row and operation, of "
        f"{LENGTH_ROWS:,} rows, {THREADS[-1]} threads:",
        table("operations", results.lengths, lambda n, t: t.seconds / n / LENGTH_ROWS * 1e9),
        "From text to the first answer, in seconds, the import left out:",
        table("operations", results.lengths, lambda _, t: t.first),
        "## Start-up",
        "Seconds of a process that imports, compiles *sine* and computes a thousand rows.",
        table("formula", begun, lambda _, t: t.seconds),
        "## Memory",
        "Bytes a row of *wave* at the most, the answer included (24 bytes), the inputs not.",
        table("rows", {SIZES[-1]: results.rows[SIZES[-1]]}, lambda rows, t: t.memory / rows),
        "## Left out",
        "\n".join(absent(results)) or "Nobody.",
    ]
    return "\n\n".join(sections) + "\n"


def write(folder: Path) -> None:
    """Measure, and write benchmark.md and, where matplotlib is installed, benchmark.svg."""
    results = measured(lambda what: print(what, file=sys.stderr, flush=True))
    folder.mkdir(parents=True, exist_ok=True)
    plotted = importlib.util.find_spec("matplotlib") is not None
    if plotted:
        from tests.bench.plot import draw

        draw(results, folder / "benchmark.svg")
    (folder / "benchmark.md").write_text(text(results, plotted))
