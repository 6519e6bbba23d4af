"""What a hunt found, on a terminal and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from gradcalc.boxes.cover import Cover, OpenPart
from gradcalc.search.hunt import Hunt, reproducer
from gradcalc.views.boxes import LISTED_PARTS, SHOWN_PARTS, box_record, box_text
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, WRONG, line, sentence
from gradcalc.views.sheets import INDENT_COLUMNS

LABELS = 11  # columns of the words before what is proven
PROVEN = "no kink, jump, pole, edge of the domain or overflow anywhere in the box"


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
    if hunt.proof is not None:
        _show_proof(hunt.proof, hunt.expr, out)


def _show_proof(proof: Cover, expr: str, out: Screen) -> None:
    """What is proven, and the largest parts of the box that are not."""
    if proof.proven:
        line(out, "proof", Text(f"✓ {PROVEN}", style=RIGHT), indent=LABELS)
        return
    for part in proof.undecided[:SHOWN_PARTS]:
        text = f"{_place(part, expr)} in {box_text(part.box)}"
        line(out, "undecided", Text(text), indent=LABELS)
    hidden = len(proof.undecided) - SHOWN_PARTS
    if hidden > 0:
        line(out, "", Text(f"and {hidden} more"), indent=LABELS)
    ran_out = "" if proof.ended else "; time ran out (--timeout)"
    text = f"not complete: {proof.share:.2g} of the box is undecided{ran_out}"
    line(out, "proof", Text(text), indent=LABELS)


def _place(part: OpenPart, expr: str) -> str:
    if part.span is None:
        return "a step"
    return " ".join(expr[part.span.start : part.span.end].split())


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
        "proof": None if hunt.proof is None else _proof(hunt.proof, hunt.expr),
    }


def _proof(proof: Cover, expr: str) -> dict[str, Any]:
    return {
        "proven": proof.proven,
        "share": proof.share,
        "parts": proof.parts,
        "ended": proof.ended,
        "undecided": [
            {"box": box_record(part.box), "place": _place(part, expr), "why": part.why}
            for part in proof.undecided[:LISTED_PARTS]
        ],
    }
