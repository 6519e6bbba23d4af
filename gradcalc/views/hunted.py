"""What a hunt found, on a terminal and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from gradcalc.search.hunt import Hunt, reproducer
from gradcalc.views.console import Screen
from gradcalc.views.layout import WRONG, sentence
from gradcalc.views.sheets import INDENT_COLUMNS


def show(hunt: Hunt, held: Mapping[str, Any], out: Screen) -> None:
    """A finding a paragraph: its kind and operation, what is said, how to see it again."""
    for finding in hunt.findings:
        place = f" at {finding.place}" if finding.place else ""
        kind = Text().append(finding.kind, style=WRONG).append(place)
        sentence(out, kind, INDENT_COLUMNS)
        sentence(out, Text(f"  {finding.what}"), INDENT_COLUMNS)
        near = "   (as near as decimals go)" if finding.near else ""
        # Whole, to be copied.
        out.print(Text(f"  --at {quoted(reproducer(finding, held))}{near}"), soft_wrap=True)
    count = len(hunt.findings)
    text = f"{count} kind{'s' if count > 1 else ''} of trouble" if count else "no trouble"
    text += f" in {hunt.points} points"
    sentence(out, Text(text if hunt.ended else f"{text}; time ran out (--timeout)"))


def quoted(point: str) -> str:
    """A point as a shell takes it."""
    return f'"{point}"' if re.search(r"[^\w.,=/+-]", point) else point


def record(hunt: Hunt, held: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.hunt/1."""
    return {
        "schema": "gradcalc.hunt/1",
        "expr": hunt.expr,
        "points": hunt.points,
        "ended": hunt.ended,
        "findings": [
            {
                "kind": f.kind,
                "at": dict(f.at),
                "what": f.what,
                "place": f.place,
                "span": None if f.span is None else [f.span.start, f.span.end],
                "near": f.near,
                "reproduce": reproducer(f, held),
            }
            for f in hunt.findings
        ],
    }
