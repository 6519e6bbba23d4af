"""`gradcalc eval --jsonl`: one request a line, one answer a line, in order.

A line that can't be answered costs that line alone, be the fault the line's, or a bug that shows
only when the answer is written: its answer is the error.

sympy differentiates instruction by instruction, what it derived for one request serving all that
follow: that is two to three times as many answers a second. Where it does not agree so, it is asked
for the whole expression.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NoReturn

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.cli.json_files import point_object
from gradcalc.deadline import within
from gradcalc.errors import Exit, GradcalcError
from gradcalc.views.json import failed, record, text

KEYS = ("id", "expr", "at", "wrt")
REQUEST_SECONDS = 60.0  # for each request, unless told
EXAMPLE = 'write {"id": 1, "expr": "x^2", "at": {"x": 3}}'


def answers(
    lines: Iterable[str], options: Options, rows: int | None = 0, timeout: float | None = None
) -> Iterator[tuple[str, int]]:
    """Each request's answer as JSON text, and its exit status; blank lines are skipped.

    `rows` is how many steps of the trace an answer includes, None for all of them; `timeout` is in
    seconds for each request, so that one that takes long doesn't keep all others waiting.
    """
    timeout = REQUEST_SECONDS if timeout is None else timeout
    stream = replace(options, symbolic="instruction")
    for line in lines:
        if line.strip():
            answer, status = _answer(line, stream, rows, timeout)
            yield answer, int(status)


def _answer(
    line: str, options: Options, rows: int | None, timeout: float | None
) -> tuple[str, Exit]:
    """The answer's text; whatever is raised on the way to it becomes the answer."""
    identity: Any = None
    try:
        request = _read(line)
        identity = _identity(request)
        _refuse(request)
        wrt = request.get("wrt")
        with within(timeout):
            result = evaluate(
                request["expr"],
                point_object(request.get("at", {}), "at"),
                wrt=None if wrt is None else tuple(wrt),
                options=options,
            )
        answer = {"id": identity, **record(result, rows=rows)}
        return text(answer, indent=None), result.exit
    except GradcalcError as error:
        return _failed(identity, error)
    except Exception as error:
        from gradcalc.cli.failures import explained, lacks_memory

        if lacks_memory(error):
            return _failed(identity, explained(error, []))
        bug = GradcalcError("bug", f"{type(error).__name__}: {error}", exit=Exit.BUG)
        return _failed(identity, bug)


def _failed(identity: Any, error: GradcalcError) -> tuple[str, Exit]:
    return text({"id": identity, **failed(error)}, indent=None), error.exit


def _read(line: str) -> dict[str, Any]:
    try:
        line.encode()  # what stdin could not decode, it has handed on as halves of characters
    except UnicodeEncodeError:
        raise GradcalcError("bad-json", "the request is not UTF-8", hint=EXAMPLE) from None
    try:
        request = json.loads(
            line,
            parse_float=_finite,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except (ValueError, RecursionError) as error:
        raise GradcalcError("bad-json", f"the request is not JSON: {error}", hint=EXAMPLE) from None
    if not isinstance(request, dict):
        raise GradcalcError("bad-request", "the request must be a JSON object", hint=EXAMPLE)
    return request


def _identity(request: dict[str, Any]) -> Any:
    """What the request is called, which its answer has to repeat."""
    identity = request.get("id")
    if not isinstance(identity, dict | list):
        return identity
    try:
        text({"id": identity}, indent=None)
    except RecursionError:
        raise GradcalcError("bad-request", "the id is nested too deeply", hint=EXAMPLE) from None
    return identity


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


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; ValueError where a key comes twice: which value was meant, nobody knows."""
    item = dict(pairs)
    if len(item) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise ValueError(f"key {next(key for key in counts if counts[key] > 1)!r} comes twice")
    return item


def _finite(text: str) -> float:
    """A number of the request; the answer, which may repeat it, can't hold infinity in JSON."""
    number = float(text)
    return number if math.isfinite(number) else _refuse_constant(text)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a finite float64 number")
