"""The distributions: SciPy's values, mpmath's derivatives of sums and integrals, and far tails."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
from scipy import stats

from gradcalc import evaluate
from gradcalc.rules.systems import big_numbers, machine_numbers

DIGITS = 40
BIG, MACHINE = big_numbers(DIGITS), machine_numbers()
mpf = BIG.context.mpf

BY_SCIPY = [
    ("chi2_cdf", (3.8, 2.5), stats.chi2.cdf(3.8, 2.5)),
    ("chi2_pdf", (3.8, 2.5), stats.chi2.pdf(3.8, 2.5)),
    ("chi2_log_pdf", (3800, 2.5), stats.chi2.logpdf(3800, 2.5)),
    ("student_t_cdf", (-2.5, 3), stats.t.cdf(-2.5, 3)),
    ("student_t_cdf", (1.5, 30), stats.t.cdf(1.5, 30)),
    ("student_t_pdf", (1.5, 30), stats.t.pdf(1.5, 30)),
    ("student_t_log_pdf", (150, 30), stats.t.logpdf(150, 30)),
    ("f_cdf", (4.0, 3, 20), stats.f.cdf(4, 3, 20)),
    ("f_pdf", (4.0, 3, 20), stats.f.pdf(4, 3, 20)),
    ("f_log_pdf", (4000, 3, 20), stats.f.logpdf(4000, 3, 20)),
    ("poisson_cdf", (4, 2.5), stats.poisson.cdf(4, 2.5)),
    ("poisson_log_pmf", (400, 2.5), stats.poisson.logpmf(400, 2.5)),
    ("binomial_cdf", (4, 10, 0.3), stats.binom.cdf(4, 10, 0.3)),
    ("binomial_cdf", (10, 10, 0.3), 1.0),
    ("binomial_log_pmf", (0, 10, 0.3), stats.binom.logpmf(0, 10, 0.3)),
    ("log_normal_cdf", (-1000.0,), stats.norm.logcdf(-1000)),
]


@pytest.mark.parametrize(("name", "point", "value"), BY_SCIPY)
def test_values_by_scipy(name: str, point: tuple[float, ...], value: float) -> None:
    assert getattr(MACHINE, name)(*map(float, point)) == pytest.approx(value, rel=1e-12)


def student(x: Any, nu: Any) -> Any:
    """The integral of the density, by mpmath."""
    constant = mpmath.gamma((nu + 1) / 2) / mpmath.gamma(nu / 2) / mpmath.sqrt(nu * mpmath.pi)
    tail = mpmath.quad(
        lambda t: (1 + t * t / nu) ** (-(nu + 1) / 2), [mpmath.mpf(0), x / 2, x], maxdegree=9
    )
    return mpmath.mpf(1) / 2 + constant * tail


def fisher(x: Any, d1: Any, d2: Any) -> Any:
    z = d1 * x / (d1 * x + d2)
    return mpmath.betainc(d1 / 2, d2 / 2, 0, z, regularized=True)


def binomial(k: Any, n: Any, p: Any) -> Any:
    return mpmath.betainc(n - k, k + 1, 0, 1 - p, regularized=True)


SLOPES = [
    ("student_t_slope", student, (0, 1), ("1.5", "4.5")),
    ("student_t_slope", student, (0, 1), ("-0.7", "20")),
    ("f_slope1", fisher, (0, 1, 0), ("2", "3", "7")),
    ("f_slope2", fisher, (0, 0, 1), ("0.3", "3", "7")),
]


@pytest.mark.parametrize(("name", "function", "orders", "point"), SLOPES)
def test_slopes_by_numerical_differentiation(
    name: str, function: Any, orders: tuple[int, ...], point: tuple[str, ...]
) -> None:
    with mpmath.workdps(60):
        truth = mpmath.diff(function, tuple(map(mpmath.mpf, point)), orders)
    found = getattr(BIG, name)(*map(mpf, point))
    assert abs(found - truth) <= abs(truth) * mpmath.mpf(10) ** -25


def test_counts_are_sums_of_their_probabilities() -> None:
    for k in range(5):
        exact = mpmath.fsum(mpmath.exp(BIG.poisson_log_pmf(mpf(i), mpf(3))) for i in range(k + 1))
        assert abs(BIG.poisson_cdf(mpf(k), mpf(3)) - exact) < 1e-14
        exact = mpmath.fsum(
            mpmath.exp(BIG.binomial_log_pmf(mpf(i), mpf(6), mpf("0.3"))) for i in range(k + 1)
        )
        assert abs(BIG.binomial_cdf(mpf(k), mpf(6), mpf("0.3")) - exact) < 1e-14


@pytest.mark.parametrize("x", [-1e8, -40.0, -1.0, 0.0, 5.0, 37.0])
def test_the_log_of_the_normal_distribution(x: float) -> None:
    """And its two derivatives, each with full digits."""
    with mpmath.workdps(60):
        y = mpmath.mpf(x)

        def log_cdf(t: Any) -> Any:
            if t < -1e4:  # DLMF 7.12.1
                terms = [(-1) ** j * mpmath.fac2(2 * j - 1) / t ** (2 * j) for j in range(4)]
                return (
                    mpmath.log(mpmath.fsum(terms)) - t * t / 2
                    - mpmath.log(-t) - mpmath.log(2 * mpmath.pi) / 2
                )  # fmt: skip
            return mpmath.log1p(-mpmath.ncdf(-t)) if t > 0 else mpmath.log(mpmath.ncdf(t))

        truth = log_cdf(y)
        slope = mpmath.exp(-y * y / 2 - truth) / mpmath.sqrt(2 * mpmath.pi)
    assert abs(MACHINE.log_normal_cdf(x) - truth) <= 1e-15 * abs(truth)
    assert abs(MACHINE.normal_hazard(x) - slope) <= 1e-15 * abs(slope)
    if x >= -40:
        with mpmath.workdps(60):
            second = -slope * (y + slope)
        found = -MACHINE.normal_hazard(x) * MACHINE.normal_hazard_gap(x)
        assert abs(found - second) <= 1e-15 * abs(second)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("chi2_cdf(x, k)", {"x": 3.841, "k": 1}),
        ("student_t_cdf(x, nu)", {"x": -2.2, "nu": 7}),
        ("student_t_cdf(x, nu)", {"x": 1.96, "nu": 100000}),
        ("f_cdf(x, m, n)", {"x": 4, "m": 3, "n": 20}),
        ("binomial_cdf(k, n, p)", {"k": 3, "n": 10, "p": 0.25}),
        ("poisson_cdf(k, r)", {"k": 3, "r": 2.5}),
        ("log_normal_cdf(x)", {"x": -30}),
        ("binomial_log_pmf(k, n, p)", {"k": 1, "n": 10, "p": 0.1}),
    ],
)
def test_proven_with_full_digits(text: str, at: dict[str, float]) -> None:
    result = evaluate(text, at)
    assert result.checks.symbolic is not False
    assert result.checks.proof in ("enclosed", "bounded")
    assert result.digits is not None
    assert result.digits >= 13
