"""The plot of the page: throughput as bars, scaling as lines, start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.peers import PEERS
from tests.bench.race import Outcome, Timing

if TYPE_CHECKING:
    from tests.bench.page import Results

INK = dict(
    zip(
        PEERS,
        ("#c0392b", "#2471a3", "#e67e22", "#7d3c98", "#148f77", "#839192", "#2c3e50"),
        strict=True,
    )
)


def bars(axes: Any, groups: Mapping[str, Sequence[Outcome]]) -> None:
    """A group of bars for each formula, a bar for each peer: nanoseconds a row."""
    from tests.bench.page import ROWS

    width = 0.8 / len(PEERS)
    for k, peer in enumerate(PEERS):
        there = [
            (place + (k - len(PEERS) / 2) * width, each[k].seconds / ROWS * 1e9)
            for place, each in enumerate(groups.values())
            if isinstance(each[k], Timing)
        ]
        if there:
            places, heights = zip(*there, strict=True)
            axes.bar(places, heights, width, color=INK[peer], label=peer, align="edge")
    axes.set_xticks(range(len(groups)), groups, rotation=25, ha="right")
    axes.set_yscale("log")
    axes.set_ylabel("ns a row")


def lines(
    axes: Any, sizes: Mapping[int, Sequence[Outcome]], height: Callable[[int, Timing], float]
) -> None:
    """A line for each peer over the sizes."""
    for k, peer in enumerate(PEERS):
        there = [
            (size, height(size, each[k]))
            for size, each in sizes.items()
            if isinstance(each[k], Timing)
        ]
        if there:
            axes.loglog(*zip(*there, strict=True), "o-", ms=3, color=INK[peer], label=peer)


def draw(results: Results, path: Path) -> None:
    """Six panels in one picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams.update({"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "gradcalc"})
    from matplotlib import pyplot as plt

    from tests.bench.page import LENGTH_ROWS

    figure, panels = plt.subplots(3, 2, figsize=(11, 12), layout="constrained")
    for axes, (threads, groups) in zip(panels[0], results.formulas.items(), strict=True):
        bars(axes, groups)
        axes.set_title(f"throughput, threads: {threads}")
    panels[0][0].legend(ncols=2, fontsize=7)
    rows, run, begin, start = panels[1:].flat
    lines(rows, results.rows, lambda size, t: t.seconds / size * 1e9)
    rows.set(title="scaling, rows", xlabel="rows", ylabel="ns a row")
    lines(run, results.lengths, lambda size, t: t.seconds / size / LENGTH_ROWS * 1e9)
    run.set(title="scaling, operations", xlabel="operations", ylabel="ns a row and operation")
    lines(begin, results.lengths, lambda _, t: t.first)
    begin.set(title="from text to the first answer", xlabel="operations", ylabel="s")
    begun = {peer: t for peer, t in zip(PEERS, results.start_up, strict=True) if t}
    start.barh(list(begun), list(begun.values()), color=[INK[peer] for peer in begun])
    start.invert_yaxis()
    start.set(title="start-up, a process", xlabel="s")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
