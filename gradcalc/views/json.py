"""A result as one strict JSON object, its schema named after the kind of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gradcalc.answers.result import Derivative, Result
from gradcalc.errors import GradcalcError
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.elements import element_name, indices
from gradcalc.views.numbers import Rows, countable, has_arrays, jsonable
from gradcalc.views.operations import operation
from gradcalc.views.strict import dumped

SCHEMAS = {"gradient": "gradcalc.eval/1"}


def record(result: Result, *, rows: int | None = None) -> dict[str, Any]:
    """The result as JSON's own types. `rows` bounds the trace (None: all)."""
    derivatives = {result.key(row): row for row in result.derivatives}

    def by_key(convert: Callable[[Any], Any], field: str) -> dict[str, Any]:
        return {key: convert(getattr(row, field)) for key, row in derivatives.items()}

    def counts(field: str) -> dict[str, Any]:
        return {"value": countable(getattr(result, field)), "gradient": by_key(countable, field)}

    symbolic = any(row.symbolic is not None for row in result.derivatives)
    return {
        "schema": SCHEMAS.get(result.kind, f"gradcalc.{result.kind}/1"),
        "expr": result.expr,
        "canonical": result.canonical,
        "at": {name: jsonable(value) for name, value in result.at.items()},
        "value": jsonable(result.value),
        **_own(result),
        "gradient": by_key(jsonable, "gradient"),
        "forward": by_key(jsonable, "forward"),
        "reverse": by_key(jsonable, "reverse"),
        "symbolic": by_key(jsonable, "symbolic") if symbolic else None,
        "reference": None
        if result.reference is None
        else {"value": _texts(result.reference), "gradient": by_key(_texts, "reference")},
        "digits": counts("digits"),
        "ulps": counts("ulps"),
        "status": result.status,
        "one_sided": _one_sided(derivatives),
        "guards": list(result.guards),
        "checks": _checks(result),
        "notes": list(result.notes),
        "trace": _trace(result, rows),
        "error": None if result.error is None else failure(result.error),
    }


def _own(result: Result) -> dict[str, Any]:
    """The answer under the name of its kind; what belongs to it is under gradient and so on.

    A Hessian is an object of objects, a jvp the array it is, derivatives of rising order a list.
    """
    answers = {key: jsonable(gradient) for key, gradient in result.gradient.items()}
    match result.kind:
        case "gradient":
            return {}
        case "jvp":
            (product,) = answers.values()
            return {"jvp": product}
        case "order":
            return {"derivatives": list(answers.values())}
        case "hessian":
            nested: dict[str, Any] = {}
            for row in result.derivatives:
                first, second = row.by
                nested.setdefault(first, {})[second] = jsonable(row.gradient)
            return {"hessian": nested}
        case kind:
            return {kind: answers}


def _texts(texts: Any) -> Any:
    return Rows(texts) if isinstance(texts, list) else texts


def _one_sided(derivatives: Mapping[str, Derivative]) -> dict[str, Any]:
    """The derivatives that are not smooth, an array's by their index in it: `v[0]`."""
    numbers = [pair for key, row in derivatives.items() for pair in _numbers(key, row)]
    return {key: _sides(row) for key, row in numbers if row.status != "smooth"}


def _numbers(key: str, row: Derivative) -> list[tuple[str, Derivative]]:
    """A derivative's parts by their own keys; itself where it has none."""
    shape = shape_of(row.gradient)
    if not shape or len(row.parts) != row.gradient.size:
        return [(key, row)]
    names = (element_name(key, index) for index in indices(shape))
    return list(zip(names, row.parts, strict=True))


def _sides(row: Derivative) -> dict[str, Any]:
    return {"status": row.status, "left": jsonable(row.left), "right": jsonable(row.right)}


def _checks(result: Result) -> dict[str, Any]:
    checks = result.checks
    entries = {
        "modes": checks.modes,
        "symbolic": checks.symbolic,
        "method": checks.method,
        "precision": checks.precision,
        "proof": checks.proof,
    }
    if has_arrays(result):
        entries |= {"directions": checks.directions, "sampled": checks.sampled}
    return entries


def failure(error: GradcalcError) -> dict[str, Any]:
    """An error as data."""
    return {
        "code": error.code,
        "message": error.message,
        "span": None if error.span is None else [error.span.start, error.span.end],
        "hint": error.hint,
        "proposals": list(error.proposals),
        "exit": int(error.exit),
    }


def failed(error: GradcalcError) -> dict[str, Any]:
    """The answer where there is only an error; `expr` is the text that its span counts in."""
    return {"schema": "gradcalc.error/1", "expr": error.source, "error": failure(error)}


def text(data: dict[str, Any], *, indent: int | None = 2) -> str:
    """Strict JSON text; each row of an array is on one line."""
    if indent is None or not _has_rows(data):
        return dumped(data, indent=indent)
    return "".join(_chunks(data, indent, "\n"))


def _has_rows(data: Any) -> bool:
    if isinstance(data, dict):
        return any(map(_has_rows, data.values()))
    return isinstance(data, Rows) or (isinstance(data, list) and any(map(_has_rows, data)))


def _chunks(data: Any, indent: int, start: str) -> Iterator[str]:
    """As json.dumps indents it, but for arrays."""
    inner = start + " " * indent
    if isinstance(data, Rows):
        yield _lines(data, inner, start)
    elif isinstance(data, dict | list) and data:
        pairs = (
            [(f"{dumped(k)}: ", v) for k, v in data.items()]
            if isinstance(data, dict)
            else [("", item) for item in data]
        )
        yield "{" if isinstance(data, dict) else "["
        for k, (key, item) in enumerate(pairs):
            yield ("," if k else "") + inner + key
            yield from _chunks(item, indent, inner)
        yield start + ("}" if isinstance(data, dict) else "]")
    else:
        yield dumped(data)


def _lines(rows: Any, inner: str, start: str) -> str:
    """A vector on a line, a matrix with a line a row."""
    if not rows or not isinstance(rows[0], list):
        return dumped(rows)
    step = inner[len(start) :]
    return "[" + ",".join(inner + _lines(row, inner + step, inner) for row in rows) + start + "]"


def _trace(result: Result, rows: int | None) -> list[dict[str, Any]] | None:
    if rows == 0:
        return None
    steps, trace = result.steps, result.steps.trace
    size = len(trace) if rows is None else min(rows, len(trace))
    return [
        {
            "step": slot,
            "operation": operation(trace, slot),
            "rule": trace.rules[slot].name,
            "arguments": list(trace.arguments[slot]),
            "span": [s.start, s.end] if (s := trace.spans[slot]) else None,
            "value": jsonable(trace.values[slot]),
            "tangents": {n: jsonable(t[slot]) for n, t in steps.tangents.items()},
            "cotangent": jsonable(steps.cotangents[slot]),
        }
        for slot in range(size)
    ]
