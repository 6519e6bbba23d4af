"""Plots as whole processes, beside matplotlib drawing the same points."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import Figure, processes
from tests.bench.scalar import GRADCALC

PLOT = [*GRADCALC, "plot", "tan(x) + abs(x)", "--over", "x=-5:5"]
SCRIPT = """
import json, sys
from matplotlib.figure import Figure
with open(sys.argv[1]) as file:
    curves = json.load(file)["members"][0]["curves"]
figure = Figure(figsize=(7.2, 6.1), dpi=150)
for axes, curve in zip(figure.subplots(len(curves), 1), curves):
    for piece in curve["pieces"]:
        axes.plot(piece["x"], piece["y"])
    axes.grid()
figure.savefig(sys.argv[2])
"""


def plots() -> Iterator[Figure]:
    """An SVG of our own, and a PNG by way of matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        points = Path(folder, "points.json")
        found = subprocess.run([*PLOT, "--json"], capture_output=True, check=True, text=True)
        points.write_text(found.stdout)
        for format, limit in (("svg", 0.5), ("png", 1.3)):
            ours, theirs = (str(Path(folder, f"{who}.{format}")) for who in ("ours", "theirs"))
            mine, others = processes(
                [[*PLOT, "-o", ours], [sys.executable, "-c", SCRIPT, str(points), theirs]]
            )
            yield Figure(f"plot as {format} / matplotlib", mine / others, limit)


GROUPS = (plots,)
