"""`gradcalc eval --jsonl`: one request a line, one answer a line, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gradcalc.cli.files import checked
from gradcalc.errors import Exit, GradcalcError
from gradcalc.evaluation import Options, evaluate
from gradcalc.views.json import failure, record, text

EXAMPLE = 'write {"id": 1, "expr": "x^2", "at": {"x": 3}}'


def answers(
    lines: Iterable[str], options: Options, rows: int | None = 0
) -> Iterator[tuple[str, int]]:
    """Each request's answer as JSON text, and its exit status; blank lines are passed over.

    `rows` is how many steps of the trace an answer holds.
    """
    for line in lines:
        if line.strip():
            answer, status = _answer(line, options, rows)
            yield text(answer, indent=None), int(status)


def _answer(line: str, options: Options, rows: int | None) -> tuple[dict[str, Any], Exit]:
    identity: Any = None
    try:
        request = _request(line)
        identity = request.get("id")
        wrt = request.get("wrt")
        result = evaluate(
            request["expr"],
            checked(request.get("at", {}), "at"),
            wrt=None if wrt is None else tuple(map(str, wrt)),
            options=options,
        )
    except GradcalcError as error:
        return {"id": identity, "error": failure(error)}, error.exit
    except Exception as error:
        bug = GradcalcError("bug", f"{type(error).__name__}: {error}", exit=Exit.BUG)
        return {"id": identity, "error": failure(bug)}, Exit.BUG
    return {"id": identity, **record(result, rows=rows)}, result.exit


def _request(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise GradcalcError("bad-json", f"the line is not JSON: {error}", None, EXAMPLE) from None
    if not isinstance(request, dict) or not isinstance(request.get("expr"), str):
        raise GradcalcError("bad-request", 'the line has no "expr"', None, EXAMPLE)
    return request
