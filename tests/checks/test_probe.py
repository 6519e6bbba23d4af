"""The numeric probe: it follows the scale of a function, and says so where it can't tell."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcalc import evaluate
from gradcalc.checks.probe import OneSided, probe
from gradcalc.language import parse
from gradcalc.run.forms import reserved
from gradcalc.run.point import point
from gradcalc.run.recorder import record
from gradcalc.views.verdicts import BESIDE, closing

INF = math.inf


def probed(source: str, at: str) -> OneSided:
    program, where = parse(source, functions=reserved()), point({"x": at})

    def rerun(numbers: Any, x: Any) -> Any:
        trace = record(program, numbers, {"x": x})
        return trace.values[trace.result]

    return probe(rerun, lambda numbers: where.numbers(numbers)["x"])


@pytest.mark.parametrize("scale", ["1", "1e30", "1e-30", "1e300", "1e-300"])
@pytest.mark.parametrize(
    ("source", "at", "status", "left", "right"),
    [
        ("abs(x)", "0", "kink", -1, 1),
        ("max(x, 2*x) + x^2", "0", "kink", 1, 2),
        ("abs(x)^1.1", "0", "smooth", 0, 0),
        ("cbrt(x)", "0", "vertical", INF, INF),
        ("sqrt(abs(x))", "0", "cusp", -INF, INF),
        ("1/x", "0", "pole", -INF, -INF),
        ("4 if x == 2 else x^2", "2", "smooth", 4, 4),
    ],
)
def test_answers_at_any_scale(
    scale: str, source: str, at: str, status: str, left: float, right: float
) -> None:
    found = probed(f"{scale}*({source})", at)
    assert found.status == status
    assert float(found.left) == pytest.approx(left * float(scale), rel=1e-15, abs=0)
    assert float(found.right) == pytest.approx(right * float(scale), rel=1e-15, abs=0)


@pytest.mark.parametrize("scale", ["3", "1e30", "1e300"])
@pytest.mark.parametrize("place", ["1", "1e-30", "7e200"])
@pytest.mark.parametrize(
    ("source", "slope", "status"),
    [
        ("abs({u})", 1, "kink"),
        ("tanh({u})", 1, "smooth"),
        ("atan(abs({u}))", 1, "kink"),
        ("{u}/(1 + abs({u}))", 1, "smooth"),
    ],
)
def test_what_changes_within_a_tiny_distance_is_no_jump(
    scale: str, place: str, source: str, slope: int, status: str
) -> None:
    found = probed(source.format(u=f"({scale}*(x - {place}))"), place)
    assert found.status in (status, "not determined")
    if found.status == status:
        assert float(found.right) == slope * float(scale)


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("x*sin(1/x) if x != 0 else 0", "0"),
        ("sin(1/x) if x != 0 else 0", "0"),
        ("x*sin(log(abs(x))) if x != 0 else 0", "0"),
        ("x*log(-log(abs(x))) if x != 0 else 0", "0"),
        ("log(-log(x))", "0"),
        ("exp(-exp(1/abs(x))) if x != 0 else 0", "0"),
        ("x/log(1/abs(x)) if x != 0 else 0", "0"),
    ],
)
def test_what_follows_no_law_is_not_determined(source: str, at: str) -> None:
    found = probed(source, at)
    assert found.status == "not determined"
    assert (found.left, found.right, found.mean) == (None, None, None)


def test_an_answer_says_what_found_it() -> None:
    def method(source: str) -> tuple[str, str]:
        result = evaluate(source, {"x": 0})
        return result.checks.method, closing(result)

    assert method("abs(x)") == ("germs", BESIDE["germs"])
    assert method("x*tan(1/x) if x != 0 else 0") == ("probe", BESIDE["probe"])
