"""Run the benchmark and print its figures; exit 1 where one does not hold."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from tests.bench import arrays, scalar

GROUPS = (*scalar.GROUPS, *arrays.GROUPS)


def main() -> int:
    """All figures, or those of the groups named on the command line."""
    wanted = sys.argv[1:]
    table = Table("figure", "measured", "limit", "")
    held = True
    for group in GROUPS:
        if wanted and group.__name__ not in wanted:
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
