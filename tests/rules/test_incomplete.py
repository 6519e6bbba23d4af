"""The incomplete gamma and beta functions: mpmath's own, differentiated numerically, and tails."""

from __future__ import annotations

from random import Random
from typing import Any

import mpmath
import pytest

from gradcalc import evaluate
from gradcalc.rules.systems import big_numbers

DIGITS = 40
BIG = big_numbers(DIGITS)
mpf = BIG.context.mpf


def near(found: Any, truth: Any, digits: int = DIGITS - 2) -> bool:
    return bool(abs(found - truth) <= abs(truth) * mpmath.mpf(10) ** -digits)


def draw(random: Random, *sizes: float) -> list[float]:
    """Numbers between 0.01 and the sizes."""
    return [10 ** random.uniform(-2, size) for size in sizes]


def gamma_by_mpmath(k: int, upper: bool, a: float, x: float) -> Any:
    ends = (x, mpmath.inf) if upper else (0, x)
    with mpmath.workdps(120):
        return mpmath.diff(lambda s: mpmath.gammainc(s, *ends, regularized=True), mpmath.mpf(a), k)


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("upper", [False, True])
def test_gamma_by_numerical_differentiation(k: int, upper: bool) -> None:
    random = Random(k)
    for _ in range(4):
        a, x = draw(random, 1.5, 1.8)
        found = BIG.gammaincc(mpf(a), mpf(x)) if upper else BIG.gammainc(mpf(a), mpf(x))
        if k:
            found = BIG.gammainc_da(k, mpf(a), mpf(x)) * (-1 if upper else 1)
        assert near(found, gamma_by_mpmath(k, upper, a, x)), (a, x)


def beta_by_mpmath(orders: tuple[int, int], a: float, b: float, x: float) -> Any:
    with mpmath.workdps(90):
        return mpmath.diff(
            lambda s, t: mpmath.betainc(s, t, 0, x, regularized=True),
            (mpmath.mpf(a), mpmath.mpf(b)),
            orders,
        )


@pytest.mark.parametrize("orders", [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)])
def test_beta_by_numerical_differentiation(orders: tuple[int, int]) -> None:
    random = Random(str(orders))
    for _ in range(3):
        a, b, x = *draw(random, 1, 1), random.random()
        found = BIG.betainc_dab(*orders, mpf(a), mpf(b), mpf(x))
        assert near(found, beta_by_mpmath(orders, a, b, x)), (a, b, x)


def upper_by_quadrature(k: int, a: str, x: str) -> Any:
    with mpmath.workdps(40):
        low, s = mpmath.mpf(x), mpmath.mpf(a)
        points = [low, *(p for p in (0.001, 0.1, 1, 5, 20, 60) if p > low), mpmath.inf]
        return mpmath.quad(
            lambda t: t ** (s - 1) * mpmath.exp(-t) * mpmath.log(t) ** k, points, maxdegree=9
        )


@pytest.mark.parametrize("a", ["-3", "-1.5", "-1e-20", "0", "1e-30", "4"])
@pytest.mark.parametrize("x", ["1e-5", "0.5", "30"])
def test_the_upper_gamma_function_of_any_parameter(a: str, x: str) -> None:
    """By quadrature: poles of the complete gamma function are none of the upper one."""
    for k in (0, 1):
        found = BIG.gamma_upper_da(k, mpf(a), mpf(x))
        assert near(found, upper_by_quadrature(k, a, x), 25), k


LARGE = [
    ("gammaincc", ("1", "1000"), lambda: mpmath.exp(-1000)),
    ("gammainc", ("1", "1e-30"), lambda: -mpmath.expm1(-mpmath.mpf("1e-30"))),
    ("betainc", ("1e6", "1", "0.5"), lambda: mpmath.mpf(2) ** -1000000),
    ("betaincc", ("1", "1e6", "0.5"), lambda: mpmath.mpf(2) ** -1000000),
    ("betainc", ("1e6", "1e6", "0.5"), lambda: mpmath.mpf(1) / 2),
    ("gammaincc", ("0.5", "400"), lambda: mpmath.erfc(20)),
    ("betainc", ("0.5", "0.5", "1e-40"), lambda: 2 / mpmath.pi * mpmath.asin(mpmath.mpf("1e-20"))),
]


@pytest.mark.parametrize(("name", "point", "truth"), LARGE)
def test_closed_forms_in_the_tails(name: str, point: tuple[str, ...], truth: Any) -> None:
    with mpmath.workdps(80):
        exact = truth()
    assert near(getattr(BIG, name)(*map(mpf, point)), exact)


@pytest.mark.parametrize("a", [1e4, 1e6])
@pytest.mark.parametrize("off", [-8.0, -1.0, 0.0, 1.0, 8.0])
def test_large_parameters_by_the_recurrence(a: float, off: float) -> None:
    """P(a + 1, x) = P(a, x) - x^a exp(-x)/gamma(a + 1), DLMF 8.8.5, and its derivative by a."""
    with mpmath.workdps(90):
        s, x = mpmath.mpf(a), mpmath.mpf(round(a + off * a**0.5))
        step = mpmath.exp(s * mpmath.log(x) - x - mpmath.loggamma(s + 1))
        slope = step * (mpmath.log(x) - mpmath.psi(0, s + 1))
    p, q = (BIG.gammainc(mpf(a) + k, mpf(int(x))) for k in (0, 1))
    dp, dq = (BIG.gammainc_da(1, mpf(a) + k, mpf(int(x))) for k in (0, 1))
    assert abs(p - q - step) <= p * mpmath.mpf(10) ** -38
    assert abs(dp - dq - slope) <= abs(dp) * mpmath.mpf(10) ** -38


def test_what_symmetry_makes_zero() -> None:
    """I_x(a, b) + I_(1-x)(b, a) is 1, so that the mixed derivative at a = b, x = 1/2 is 0."""
    assert BIG.betainc_dab(1, 1, mpf(3), mpf(3), mpf("0.5")) == 0


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("gammainc(a, x)", {"a": 2.5, "x": 3}),
        ("gammaincc(a, x)", {"a": 0.5, "x": 700}),
        ("gammaincc(a, x)", {"a": 1e6, "x": 1003000}),
        ("gamma_upper(a, x)", {"a": -1, "x": 0.5}),
        ("betainc(a, b, x)", {"a": 2, "b": 3, "x": 0.4}),
        ("betaincc(a, b, x)", {"a": 500, "b": 0.5, "x": 0.999999}),
        ("gammainc(a^2, 1/x)", {"a": 1.5, "x": 0.3}),
    ],
)
def test_proven_with_full_digits(text: str, at: dict[str, float]) -> None:
    result = evaluate(text, at)
    assert result.checks.proof == "enclosed"
    assert result.checks.symbolic is True
    assert result.digits is not None
    assert result.digits >= 15


@pytest.mark.parametrize("text", ["gammainc(a, x)", "betainc(a, x, 1/4)"])
def test_third_derivatives(text: str) -> None:
    result = evaluate(text, {"a": 2, "x": 3}, wrt=("a",))
    again = evaluate(f"D(D({text}, a), a)", {"a": 2, "x": 3}, wrt=("a",))
    assert result.error is None
    assert again.error is None
    step, here = mpmath.mpf("1e-8"), again.gradient["a"]

    def at(shift: Any) -> Any:
        if text.startswith("gamma"):
            return BIG.gammainc(mpf(2) + shift, mpf(3))
        return BIG.betainc(mpf(2) + shift, mpf(3), mpf("0.25"))

    third = (at(2 * step) - 2 * at(step) + 2 * at(-step) - at(-2 * step)) / (2 * step**3)
    assert abs(here - third) <= 1e-12 * abs(third)
