"""References that two replays agreeing used to confirm, each by an oracle of 2,000 digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from gradcalc.answers.evaluate import evaluate

CASES: list[tuple[str, str, Callable[[Any, Any], Any]]] = [
    ("exp(x^2)*(1 - erf(x)) + 1", "16", lambda m, x: m.exp(x * x) * m.erfc(x) + 1),
    ("(1 - cos(x))/x^2 + 3", "2e-51", lambda m, x: 2 * (m.sin(x / 2) / x) ** 2 + 3),
    ("log(1 - tanh(x))", "120", lambda m, x: m.log(2) - 2 * x - m.log1p(m.exp(-2 * x))),
    ("x*1e-305", "1", lambda m, x: x * m.mpf(10) ** -305),
    ("1e30*((x + 1e-60) - x)", "1", lambda m, x: m.mpf(10) ** -30),
]


@pytest.mark.parametrize(("source", "at", "oracle"), CASES, ids=[c[0] for c in CASES])
def test_the_reference_is_true(source: str, at: str, oracle: Callable[[Any, Any], Any]) -> None:
    with mpmath.workdps(2000):
        truth = oracle(mpmath, mpmath.mpf(at))
        result = evaluate(source, {"x": at})
        assert abs(mpmath.mpf(result.reference) - truth) <= abs(truth) * mpmath.mpf(10) ** -15
        error = abs(mpmath.mpf(result.value) - truth) / abs(truth)
        assert result.digits is not None
        assert error <= mpmath.mpf(10) ** -min(result.digits, 15) or result.digits == 0
