"""Cases with 40-digit answers found without any rule of differentiation, and malformed inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mpmath
import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.cli.point import read_at

CASES = Path(__file__).parent / "cases"
NEAR = mpmath.mpf(10) ** -28


def load(*names: str) -> list[Any]:
    """The cases of some files, one parameter a case."""
    rows = [json.loads(line) for name in names for line in (CASES / name).open(encoding="utf-8")]
    return [pytest.param(row, id=row["id"]) for row in rows]


def is_scalar(case: dict[str, Any]) -> bool:
    text = json.dumps([case["at"], case["expr"]])
    return not text.count("[", 1)


SCALAR = [
    case
    for case in load("derivatives.jsonl", "programs.jsonl", "awkward.jsonl", "optimization.jsonl")
    if is_scalar(case.values[0])
]


def expect_close(found: str | None, true: str) -> None:
    """A reference of 30 digits against a truth of 40."""
    assert found is not None
    a, b = mpmath.mpf(found), mpmath.mpf(true)
    assert abs(a - b) <= abs(b) * NEAR


@pytest.mark.parametrize("numbers", ["float64", "typed"])
@pytest.mark.parametrize("case", SCALAR)
def test_reference_and_digits(case: dict[str, Any], numbers: str) -> None:
    typed = numbers == "typed"
    truth = case.get("typed", case) if typed else case
    at = {name: repr(value) if typed else value for name, value in case["at"].items()}
    result = evaluate(case["expr"], at, options=Options(typed=typed, digits=40))
    with mpmath.workdps(60):
        expect_close(result.reference, truth["value"])
        assert result.digits is not None
        assert result.checks.modes is True
        assert result.checks.symbolic is True
        for row in result.inputs:
            expect_close(row.reference, truth["grad"][row.name])
            assert row.digits is not None
            true = mpmath.mpf(truth["grad"][row.name])
            if true and 0 < row.digits < 16:  # never overstated
                assert abs(row.gradient - true) <= abs(true) * mpmath.mpf(10) ** -row.digits


def repeated(parts: list[Any]) -> str:
    """Texts, each as often as the number behind it says."""
    made = ""
    for part, following in zip(parts, [*parts[1:], 1], strict=True):
        if isinstance(part, str):
            made += part * (following if isinstance(following, int) else 1)
    return made


@pytest.mark.parametrize("case", load("malformed.jsonl"))
def test_malformed_inputs_give_one_clear_message(case: dict[str, Any]) -> None:
    source = case["expr"]
    if isinstance(source, dict):
        source = repeated(source["repeat"])
    try:
        result = evaluate(source, read_at([case["at"]]))
    except GradcalcError as error:
        assert error.exit in (2, 3)
        assert error.message
        assert error.source is not None
    else:
        assert case["expect"] != "error"
        assert "answer" in case["expect"]
        if result.exit:
            assert result.error is not None
