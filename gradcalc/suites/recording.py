"""Suites written from today's answers, to be run again tomorrow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gradcalc.errors import Exit, GradcalcError
from gradcalc.rules.systems import big_numbers
from gradcalc.suites.running import evaluated_case, points_of
from gradcalc.suites.suite import Case

WRITTEN = ("name", "expr", "value", "gradient", "error", "status")  # what is written afresh


def recorded(cases: Iterable[Case]) -> str:
    """The suite as TOML, with today's values and gradients for what is expected."""
    return "\n\n".join("\n".join(_lines(case)) for case in cases) + "\n"


def _lines(case: Case) -> Iterator[str]:
    """One case. A request that can't be read is an error here, unless it is the one expected."""
    yield "[[case]]"
    yield f"name = {json.dumps(case.name)}"
    yield f"expr = {json.dumps(case.expr)}"
    kept = {k: v for k, v in case.given.items() if k not in WRITTEN}
    yield from (f"{key} = {_toml(value)}" for key, value in kept.items())
    if "over" in case.given:  # there is no one answer
        yield from (f"{k} = {_toml(case.given[k])}" for k in ("status", "error") if k in case.given)
        return
    try:
        result = evaluated_case(case, points_of(case)[0], "fast")
    except GradcalcError as error:
        if error.exit is not Exit.NO_ANSWER and "error" not in case.given:
            error.message = f"{case.name}: {error.message}"
            error.source = case.expr
            raise
        yield f"error = {json.dumps(error.code)}"
        return
    if result.error is not None:
        yield f"error = {json.dumps(result.error.code)}"
        return
    yield f"value = {_toml(_rounded(result.reference))}"
    rows = (
        f"{_key(result.key(row))} = {_toml(_rounded(row.reference))}" for row in result.derivatives
    )
    yield f"gradient = {{{', '.join(rows)}}}"
    yield f"status = {json.dumps(result.status)}"


def _rounded(reference: Any) -> Any:
    """References to 20 digits."""
    if isinstance(reference, list):
        return [_rounded(part) for part in reference]
    if reference in ("NaN", "Infinity", "-Infinity", None):
        return str(reference)
    context = big_numbers(40).context
    return str(context.nstr(context.mpf(reference), 20)).removesuffix(".0")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _key(name: str) -> str:
    """A key of TOML is bare where it is ASCII: α must be quoted."""
    return name if name.isascii() else json.dumps(name)
