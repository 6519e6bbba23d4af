"""Arguments far from the origin: answered, with a reference, in a time that does not grow."""

import mpmath
import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import Exit

FAST = Options(check="fast")


@pytest.mark.parametrize("x", [-30.5, -31.0, -45.25, -100.0, -120.5, -200.75])
def test_zeta_to_the_left_is_mpmaths(x: float) -> None:
    answer = evaluate("zeta(x)", {"x": x}, options=FAST)
    with mpmath.workdps(60):
        assert answer.value == float(mpmath.zeta(x))
        # Not mpmath's own derivative, which takes ever longer there: a difference of its values.
        assert answer.derivatives[0].gradient == float(mpmath.diff(mpmath.zeta, mpmath.mpf(x)))
    assert answer.worst_digits == 16


@pytest.mark.parametrize("x", [-1e4, -1e8, -1e15, -123456789.5])
def test_zeta_far_to_the_left_ends(x: float) -> None:
    answer = evaluate("zeta(x)", {"x": x}, options=FAST)
    assert answer.exit is Exit.NO_ANSWER  # a derivative that is larger than float64 can hold
    assert answer.value == 0 or abs(answer.value) == float("inf")


@pytest.mark.parametrize("size", [5e3, 1e4, 1e6, 1e12])
def test_the_log_of_far_sums_of_exponentials_has_a_reference(size: float) -> None:
    for text, at, value, slopes in (
        ("softplus(x)", {"x": size}, size, {"x": 1}),
        ("softplus(x) + 2", {"x": -size}, 2, {"x": 0}),
        ("logaddexp(x, y)", {"x": size, "y": 1}, size, {"x": 1, "y": 0}),
        ("logaddexp(x, y)", {"x": size, "y": 2 * size}, 2 * size, {"x": 0, "y": 1}),
    ):
        answer = evaluate(text, at, options=FAST)
        assert (answer.value, answer.digits) == (value, 16)
        assert answer.gradient == slopes
        assert answer.checks.proof
