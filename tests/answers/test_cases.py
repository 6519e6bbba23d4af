"""Cases with 40-digit answers found without any rule of differentiation, and malformed inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mpmath
import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.cli.point import read_at

CASES = Path(__file__).parents[1] / "cases"
NEAR = mpmath.mpf(10) ** -28


def load(*names: str) -> list[Any]:
    """The cases of some files, one parameter a case."""
    rows = [json.loads(line) for name in names for line in (CASES / name).open(encoding="utf-8")]
    return [pytest.param(row, id=row["id"]) for row in rows]


CASE_FILES = ("derivatives.jsonl", "programs.jsonl", "awkward.jsonl", "optimization.jsonl")


def flat(items: Any) -> list[Any]:
    """The numbers or texts of nested lists or arrays, in order."""
    if hasattr(items, "tolist"):
        items = items.tolist()
    return [x for part in items for x in flat(part)] if isinstance(items, list) else [items]


def expect_close(found: str | None, true: str) -> None:
    """A reference of 30 digits against a truth of 40."""
    assert found is not None
    a, b = mpmath.mpf(found), mpmath.mpf(true)
    assert abs(a - b) <= abs(b) * NEAR


@pytest.mark.parametrize("numbers", ["float64", "typed"])
@pytest.mark.parametrize("case", load(*CASE_FILES))
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
        for row in result.derivatives:
            wanted = flat(truth["grad"][row.by[0]])
            columns = map(flat, (row.reference, row.gradient, row.digits))
            for reference, number, digits, text in zip(*columns, wanted, strict=True):
                expect_close(reference, text)
                true = mpmath.mpf(text)
                if true and 0 < digits < 16:  # never overstated
                    assert abs(number - true) <= abs(true) * mpmath.mpf(10) ** -digits


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
