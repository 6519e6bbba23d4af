"""The table of primitives as documentation."""

from __future__ import annotations

import json
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.language.suggest import nearest
from gradcalc.rules import CALLABLE, TABLE
from gradcalc.rules.rule import Rule


def everything() -> list[dict[str, Any]]:
    """Every function that a text may call."""
    return [_entry(row) for row in TABLE.values() if not row.hidden]


def describe(name: str) -> list[dict[str, Any]]:
    """One function; an unknown name suggests the nearest known one."""
    if name in CALLABLE:
        return [_entry(CALLABLE[name])]
    known = nearest(name, sorted(CALLABLE))
    raise GradcalcError(
        "unknown-name",
        f"there is no function '{name}'",
        None,
        f"did you mean {known}?" if known else "gradcalc functions lists them all",
    )


def _entry(row: Rule) -> dict[str, Any]:
    return {
        "name": row.name,
        "signature": f"{row.name}({', '.join(row.parameters)})",
        "aliases": list(row.aliases),
        "kind": row.kind,
        "meaning": row.doc,
        "domain": row.domain,
        "convention": row.convention,
        "example": row.example,
    }


def as_json(entries: list[dict[str, Any]]) -> str:
    """As a JSON list."""
    return json.dumps(entries, indent=2, ensure_ascii=False)


def as_text(entries: list[dict[str, Any]]) -> str:
    """One function in full, or several, a line each."""
    if len(entries) > 1:
        width = max(len(e["signature"]) for e in entries)
        return "\n".join(f"{e['signature']:<{width}}  {e['meaning']}" for e in entries)
    return "\n".join(f"{key}: {value}" for key, value in entries[0].items() if value)
