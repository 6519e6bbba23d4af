"""Suites written from today's answers, to be run again tomorrow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gradcalc.claims.suites import Case, evaluated_case, points_of
from gradcalc.errors import GradcalcError
from gradcalc.rules import big_numbers

WRITTEN = ("name", "expr", "value", "gradient", "error", "status")  # what is written afresh


def recorded(cases: Iterable[Case]) -> str:
    """The suite as TOML, with today's values and gradients for what is expected."""
    parts = []
    for case in cases:
        lines = ["[[case]]", f"name = {json.dumps(case.name)}", f"expr = {json.dumps(case.expr)}"]
        kept = {k: v for k, v in case.given.items() if k not in WRITTEN}
        lines += [f"{key} = {_toml(value)}" for key, value in kept.items()]
        try:
            result = evaluated_case(case, points_of(case.given)[0], "fast")
        except GradcalcError as error:
            parts.append("\n".join([*lines, f"error = {json.dumps(error.code)}"]))
            continue
        if "over" not in case.given:
            if result.error is not None:
                lines.append(f"error = {json.dumps(result.error.code)}")
            else:
                lines.append(f"value = {_toml(_rounded(result.reference))}")
                rows = ", ".join(
                    f"{row.name} = {_toml(_rounded(row.reference))}" for row in result.inputs
                )
                lines += [f"gradient = {{{rows}}}", f"status = {json.dumps(result.status)}"]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


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
        inner = ", ".join(f"{key} = {_toml(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
