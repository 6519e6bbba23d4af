"""A result as one strict JSON object, schema gradcalc.eval/1."""

from __future__ import annotations

import json
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.result import Result
from gradcalc.views.numbers import jsonable
from gradcalc.views.tables import operation

SCHEMA = "gradcalc.eval/1"


def record(result: Result, *, rows: int | None = None) -> dict[str, Any]:
    """The result as JSON's own types. `rows` bounds the trace (None: all)."""
    inputs = result.inputs
    known = result.reference is not None
    symbolic = any(row.symbolic is not None for row in inputs)
    return {
        "schema": SCHEMA,
        "expr": result.expr,
        "canonical": result.canonical,
        "at": {name: jsonable(value) for name, value in result.at.items()},
        "value": jsonable(result.value),
        "gradient": {row.name: jsonable(row.gradient) for row in inputs},
        "forward": {row.name: jsonable(row.forward) for row in inputs},
        "reverse": {row.name: jsonable(row.reverse) for row in inputs},
        "symbolic": {r.name: jsonable(r.symbolic) for r in inputs} if symbolic else None,
        "reference": {
            "value": result.reference,
            "gradient": {row.name: row.reference for row in inputs},
        }
        if known
        else None,
        "digits": {
            "value": result.digits,
            "gradient": {row.name: row.digits for row in inputs},
        },
        "ulps": {
            "value": result.ulps,
            "gradient": {row.name: row.ulps for row in inputs},
        },
        "status": result.status,
        "one_sided": {
            row.name: {
                "status": row.status,
                "left": jsonable(row.left),
                "right": jsonable(row.right),
            }
            for row in inputs
            if row.status != "smooth"
        },
        "guards": list(result.guards),
        "checks": {
            "modes": result.checks.modes,
            "symbolic": result.checks.symbolic,
            "method": result.checks.method,
            "precision": result.checks.precision,
        },
        "notes": list(result.notes),
        "trace": _trace(result, rows),
        "error": None if result.error is None else failure(result.error),
    }


def failure(error: GradcalcError) -> dict[str, Any]:
    """An error as data."""
    return {
        "code": error.code,
        "message": error.message,
        "span": None if error.span is None else [error.span.start, error.span.end],
        "hint": error.hint,
        "exit": int(error.exit),
    }


def text(data: dict[str, Any], *, indent: int | None = 2) -> str:
    """Strict JSON text."""
    return json.dumps(data, allow_nan=False, ensure_ascii=False, indent=indent)


def _trace(result: Result, rows: int | None) -> list[dict[str, Any]] | None:
    if rows == 0:
        return None
    steps, trace = result.steps, result.steps.trace
    size = len(trace) if rows is None else min(rows, len(trace))
    return [
        {
            "step": slot,
            "operation": operation(result, slot),
            "rule": trace.rules[slot].name,
            "arguments": list(trace.arguments[slot]),
            "span": [s.start, s.end] if (s := trace.spans[slot]) else None,
            "value": jsonable(trace.values[slot]),
            "tangents": {n: jsonable(t[slot]) for n, t in steps.tangents.items()},
            "cotangent": jsonable(steps.cotangents[slot]),
        }
        for slot in range(size)
    ]
