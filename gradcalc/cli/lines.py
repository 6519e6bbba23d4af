"""`gradcalc eval --jsonl`: one request a line, one answer a line, in order.

A line that can't be answered costs that line alone: its answer is the error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.cli.json_files import point_object
from gradcalc.errors import Exit, GradcalcError
from gradcalc.views.json import failure, record, text

KEYS = ("id", "expr", "at", "wrt")
EXAMPLE = 'write {"id": 1, "expr": "x^2", "at": {"x": 3}}'


def answers(
    lines: Iterable[str], options: Options, rows: int | None = 0
) -> Iterator[tuple[str, int]]:
    """Each request's answer as JSON text, and its exit status; blank lines are skipped.

    `rows` is how many steps of the trace an answer includes, None for all of them.
    """
    for line in lines:
        if line.strip():
            answer, status = _answer(line, options, rows)
            yield text(answer, indent=None), int(status)


def _answer(line: str, options: Options, rows: int | None) -> tuple[dict[str, Any], Exit]:
    identity: Any = None
    try:
        request = _read(line)
        identity = request.get("id")
        _refuse(request)
        wrt = request.get("wrt")
        result = evaluate(
            request["expr"],
            point_object(request.get("at", {}), "at"),
            wrt=None if wrt is None else tuple(wrt),
            options=options,
        )
    except GradcalcError as error:
        return {"id": identity, "error": failure(error)}, error.exit
    except Exception as error:
        bug = GradcalcError("bug", f"{type(error).__name__}: {error}", exit=Exit.BUG)
        return {"id": identity, "error": failure(bug)}, Exit.BUG
    return {"id": identity, **record(result, rows=rows)}, result.exit


def _read(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line, parse_float=_finite, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise GradcalcError("bad-json", f"the request is not JSON: {error}", hint=EXAMPLE) from None
    if not isinstance(request, dict):
        raise GradcalcError("bad-request", "the request must be a JSON object", hint=EXAMPLE)
    return request


def _refuse(request: dict[str, Any]) -> None:
    """GradcalcError where the request lacks its formula, or has a key that nothing would read."""
    if not isinstance(request.get("expr"), str):
        raise GradcalcError("bad-request", 'the request must have a text "expr"', hint=EXAMPLE)
    if unknown := sorted(request.keys() - KEYS):
        raise GradcalcError(
            "bad-request",
            f"unknown key '{unknown[0]}'",
            hint=f"use {', '.join(KEYS)}; pass settings for all requests as options",
        )
    wrt = request.get("wrt")
    if wrt is not None and not (isinstance(wrt, list) and all(isinstance(n, str) for n in wrt)):
        raise GradcalcError("bad-request", "wrt must be a list of names", hint='write "wrt": ["x"]')


def _finite(text: str) -> float:
    """A number of the request; the answer, which may repeat it, can't hold infinity in JSON."""
    number = float(text)
    return number if math.isfinite(number) else _refuse_constant(text)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a finite float64 number")
