"""Suites written from today's answers, to be run again tomorrow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.claims.tolerance import big_number, decimal
from gradcalc.errors import Exit, GradcalcError
from gradcalc.suites.points import answer_at, points_of
from gradcalc.suites.suite import Case

ANSWER_FIELDS = ("value", "gradient", "error", "status")  # written afresh
RECORDED_DIGITS = 20


def recorded(cases: Iterable[Case]) -> str:
    """The suite as TOML, where today's answers are what is expected."""
    return "\n\n".join("\n".join(_lines(case)) for case in cases) + "\n"


def _lines(case: Case) -> Iterator[str]:
    yield "[[case]]"
    fields = {"name": case.name, "expr": case.expr}
    fields |= {k: v for k, v in case.fields.items() if k not in (*fields, *ANSWER_FIELDS)}
    if case.draws:  # there is no single answer
        fields |= {k: case.fields[k] for k in ("status", "error") if k in case.fields}
    else:
        fields |= _answer(case)
    yield from (f"{key} = {_toml(value)}" for key, value in fields.items())


def _answer(case: Case) -> dict[str, Any]:
    """Today's answer. GradcalcError where the text can't be read, unless that is expected."""
    try:
        result = answer_at(case, points_of(case)[0], "fast")
    except GradcalcError as error:
        if error.exit is not Exit.NO_ANSWER and "error" not in case.fields:
            error.message = f"{case.name}: {error.message}"
            error.source = case.expr
            raise
        return {"error": error.code}
    return {"error": result.error.code} if result.error is not None else _numbers(result)


def _numbers(result: Result) -> dict[str, Any]:
    gradient = {result.key(row): _rounded(row.reference) for row in result.derivatives}
    return {"value": _rounded(result.reference), "gradient": gradient, "status": result.status}


def _rounded(reference: Any) -> Any:
    """A reference, a decimal or nested lists of them, with RECORDED_DIGITS."""
    if isinstance(reference, list):
        return [_rounded(part) for part in reference]
    if reference in ("NaN", "Infinity", "-Infinity", None):
        return str(reference)
    return decimal(big_number(reference), RECORDED_DIGITS)


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
