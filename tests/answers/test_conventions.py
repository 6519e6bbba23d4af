"""Status, sides, notes, --strict and JSON speak of the answer that was given, by any convention."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from gradcalc import Exit, Options, evaluate
from gradcalc.answers.request import Kink
from gradcalc.answers.result import Derivative, Result
from gradcalc.rules.table import TABLE
from gradcalc.views import json as json_view
from tests.answers.frameworks import CASES, STEPS

CONVENTIONS: tuple[Kink, ...] = ("mean", "left", "right", "torch", "jax")
POINTS = [*((step, {"x": 0}) for step in STEPS), *CASES]
# An array's comparison, whose kink is that of what it chooses between; ties of singular values,
# which frameworks leave to chance.
MASKS = {"compare", "svd", "singular_value"}


@cache
def answers(case: int) -> dict[Kink, Result]:
    source, at = POINTS[case]
    given = {name: json.dumps(x) if isinstance(x, list) else x for name, x in at.items()}
    return {
        kink: evaluate(source, given, options=Options(kink=kink, check="fast", strict=True))
        for kink in CONVENTIONS
    }


def parts(result: Result) -> Iterator[Derivative]:
    """The derivatives of numbers by numbers."""
    for row in result.derivatives:
        yield from row.parts or (row,)


CASE = pytest.mark.parametrize("case", range(len(POINTS)), ids=[source for source, _ in POINTS])


def test_every_row_with_a_kink_is_met() -> None:
    met = {
        row.name for case in range(len(POINTS)) for row in answers(case)["mean"].steps.trace.rules
    }
    assert {name for name, row in TABLE.items() if row.kink is not None} - met <= MASKS


@CASE
def test_the_status_is_that_of_the_function(case: int) -> None:
    found = answers(case)
    for part, *others in zip(*(parts(found[kink]) for kink in CONVENTIONS), strict=True):
        for other in others:
            assert other.status == part.status
            if part.left is not None:  # where the rules were in doubt, as they always are at a kink
                assert (other.left, other.right) == (part.left, part.right)
    assert len({result.status for result in found.values()}) == 1


@CASE
def test_the_answer_is_that_of_the_convention(case: int) -> None:
    found = answers(case)
    for side in ("left", "right"):
        for part in parts(found[side]):  # type: ignore[index]
            if part.status == "kink":
                assert part.gradient == getattr(part, side)
    for part in parts(found["mean"]):
        if part.status == "kink" and part.left is not None and part.right is not None:
            low, high = sorted((part.left, part.right))
            assert low <= part.gradient <= high


@CASE
def test_a_smooth_answer_is_the_derivative_whatever_a_framework_says(case: int) -> None:
    for kink, result in answers(case).items():
        for part in parts(result):
            if part.status == "smooth" and part.left is not None and part.digits == 16:
                assert part.gradient == pytest.approx(part.left, rel=1e-14, abs=1e-300)
            if kink in ("torch", "jax") and part.status in ("kink", "jump"):
                assert part.digits is None
                assert part.reference is None


@CASE
def test_notes_are_of_the_convention(case: int) -> None:
    found = answers(case)
    for kink in ("left", "right", "torch", "jax"):
        result = found[kink]
        assert not any("the mean" in note or "shared" in note for note in result.notes)
        if any(part.status == "kink" for part in parts(result)):
            words = f"from the {kink}" if kink in ("left", "right") else f"{kink} gives"
            assert any(words in note for note in result.notes)


@CASE
def test_strict_and_json_agree_with_it(case: int) -> None:
    for result in answers(case).values():
        numbers = [result.value, *(part.gradient for part in parts(result))]
        if not all(map(math.isfinite, numbers)):
            assert result.exit is Exit.NO_ANSWER
        else:
            assert result.exit is (Exit.OK if result.status == "smooth" else Exit.NOT_SMOOTH)
        data = json.loads(json_view.text(json_view.record(result)), parse_constant=_refused)
        assert data["status"] == result.status
        for name, number in result.gradient.items():
            assert _flat(data["gradient"][name]) == [_spelt(x) for x in _flat(number)]


def test_a_framework_has_no_more_digits_than_float64() -> None:
    result = evaluate(
        "relu(x) - relu(-x) + y/3", {"x": 0, "y": 1}, options=Options(kink="torch", digits=40)
    )
    assert result.wanted_digits is None
    assert result.gradient == {"x": 0, "y": 1 / 3}
    assert [row.digits for row in result.derivatives] == [0, 16]


@pytest.mark.parametrize("size", [3, 60_001])
def test_elements_at_a_kink_have_no_digits_by_a_framework(size: int) -> None:
    """Proven element by element, or in extended precision."""
    source, at = "sum(relu(v) + v^2)", {"v": f"linspace(-1, 1, {size})"}
    result = evaluate(source, at, options=Options(kink="torch", check="fast", min_digits=10))
    (row,) = result.derivatives
    middle = size // 2
    assert row.gradient[middle] == 0
    assert [math.isnan(row.digits[k]) for k in (0, middle, size - 1)] == [False, True, False]
    assert result.worst_digits is not None
    assert result.worst_digits > 10
    assert result.exit is Exit.OK
    assert "NaN" not in json_view.text(json_view.record(result))


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def _flat(number: Any) -> list[Any]:
    if hasattr(number, "tolist"):
        number = number.tolist()
    return [x for part in number for x in _flat(part)] if isinstance(number, list) else [number]


def _spelt(x: float) -> Any:
    if math.isnan(x):
        return "NaN"
    return x if math.isfinite(x) else "Infinity" if x > 0 else "-Infinity"
