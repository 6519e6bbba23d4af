"""Run the benchmark and print its figures; exit 1 where one does not hold.

`python -m tests.bench [GROUP …]` prints figures, `--page DIR` writes the page of the kernels.
"""

from __future__ import annotations

import argparse
import compileall
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import arrays, boxes, fits, graphs, kernels, minima, plots, scalar, steps, tables

ROOMS = (scalar, arrays, kernels, tables, plots, graphs, steps, minima, boxes, fits)
PACKAGE = Path(__file__).parents[2] / "gradcalc"
GROUPS = tuple(group for room in ROOMS for group in room.GROUPS)


def main() -> int:
    """All figures, or those of the groups named on the command line."""
    names = [group.__name__ for group in GROUPS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", allow_abbrev=False)
    parser.add_argument("group", nargs="*", help=" ".join(names))
    parser.add_argument("--page", type=Path, metavar="DIR", help="write table and plot there")
    args = parser.parse_args()
    if unknown := set(args.group) - set(names):
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if args.page:
        from tests.bench.page import write

        write(args.page)
        if not args.group:
            return 0
    # As an installed package has it, also where PYTHONDONTWRITEBYTECODE is set.
    compileall.compile_dir(PACKAGE, quiet=1)
    table = Table("figure", "measured", "limit", "")
    held = True
    for group in GROUPS:
        if args.group and group.__name__ not in args.group:
            continue
        for figure in group():
            held &= figure.holds
            bound = "at least" if figure.least else "at most"
            table.add_row(
                figure.name,
                f"{figure.measured:.3g} {figure.unit}",
                f"{bound} {figure.limit:g} {figure.unit}",
                "ok" if figure.holds else "MISSED",
            )
    Console().print(table)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
