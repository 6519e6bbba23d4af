"""What a hunt found, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from gradcalc.claims.hunting import Hunt, reproducer


def show(found: Hunt, held: Mapping[str, Any], out: Console) -> None:
    """A finding a paragraph: its kind and operation, what is said, how to see it again."""
    for finding in found.findings:
        place = f" at {finding.place}" if finding.place else ""
        out.print(Text(finding.kind, style="bold red").append(place, style="default"))
        out.print(Text(f"  {finding.what}"))
        out.print(Text(f"  --at {reproducer(finding, held)}"))
    told = f"{len(found.findings)} kinds of trouble" if found.findings else "no trouble"
    told += f" in {found.points} points"
    out.print(Text(told if found.ended else f"{told}; time ran out (--timeout)"))


def record(found: Hunt, held: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.hunt/1."""
    return {
        "schema": "gradcalc.hunt/1",
        "expr": found.expr,
        "points": found.points,
        "ended": found.ended,
        "findings": [
            {
                "kind": f.kind, "at": dict(f.at), "what": f.what, "place": f.place,
                "span": None if f.span is None else [f.span.start, f.span.end],
                "reproduce": reproducer(f, held),
            }
            for f in found.findings
        ],
    }  # fmt: skip
