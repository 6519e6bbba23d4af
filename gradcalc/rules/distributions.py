"""Distributions made of the incomplete gamma and beta functions, and the normal one's logarithm.

The distribution functions of counts are continued between the integers by those functions. What
is called a score is the derivative of a log-density by a parameter, what is called a slope that of
a distribution function: rows of their own, for in float64 they would cancel.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers import distributions as d
from gradcalc.numbers.incomplete import gamma_density, incomplete_gamma
from gradcalc.rules.error_function import scaled_erfc_of
from gradcalc.rules.incomplete import beta_integral, gamma_integral
from gradcalc.rules.rule import Kernel, rule

W = (-3.0, 3.0)
POSITIVE = (0.5, 10.0)
UNIT = (0.05, 0.95)
NEAR_1 = (0.5, 3.0)
COUNT, COUNTS = (1.0, 9.0), (10.0, 30.0)
NOT_BELOW_0 = "below 0 the distribution function is 0"


def _half(n: Any) -> Any:
    return n.number(Fraction(1, 2))


def _int(n: Any, k: int) -> Any:
    return n.number(Fraction(k))


def _guarded(inside: Kernel, formula: Kernel) -> Kernel:
    """A formula that would go on outside the domain, refused there."""

    def value(n: Any, *arguments: Any) -> Any:
        if not inside(*arguments):
            raise ValueError("outside the domain")
        return formula(n, *arguments)

    return value


def _of_f(x: Any, d1: Any, d2: Any) -> bool:
    return bool(x > 0 and d1 > 0 and d2 > 0)


def _of_f_from_0(x: Any, d1: Any, d2: Any) -> bool:
    return bool(x >= 0 and d1 > 0 and d2 > 0)


def _within_counts(k: Any, n: Any, p: Any) -> bool:
    return bool(k > -1 and n - k > -1 and 0 < p < 1)


def _of_counts(k: Any, n: Any, p: Any) -> bool:
    return bool(0 <= k <= n and 0 <= p <= 1)


def _digamma_gap(n: Any, a: Any, b: Any) -> Any:
    """digamma(a) - digamma(a + b)."""
    return n.polygamma_gap(_int(n, 0), a, b)


def _t_tail(n: Any, x: Any, nu: Any) -> Any:
    """The density's logarithm less its constant."""
    return n.log1p(x * x / nu)


def _t_slope_by_nu(n: Any, out: Any, x: Any, nu: Any) -> Any:
    """d out/d nu, where out = -sign(x)/4 I_z^(1,0)(nu/2, 1/2) - x*pdf/(2*nu), z = nu/(nu + x^2)."""
    density = x * n.student_t_pdf(x, nu) / nu
    curved = n.betainc_dab(_int(n, 0), _int(n, 2), _half(n), nu / 2, x * x / (nu + x * x))
    inner = -_t_tail(n, x, nu) - _digamma_gap(n, nu / 2, _half(n))
    score = n.student_t_score(x, nu) - 1 / nu
    return n.sign(x) * curved / 8 - density * inner / 4 - density * score / 2


def _t_score_by_nu(n: Any, out: Any, x: Any, nu: Any) -> Any:
    total = nu + x * x
    gap = n.polygamma_gap(_int(n, 1), nu / 2, _half(n))
    return (x * x / (nu * total) - gap / 2 - (x - 1) * (x + 1) / (total * total)) / 2


def _t_log(s: Any, x: Any, nu: Any) -> Any:
    half = s.Rational(1, 2)
    constant = s.loggamma((nu + 1) * half) - s.loggamma(nu * half) - s.log(nu * s.pi) * half
    return constant - (nu + 1) * half * s.log(1 + x * x / nu)


def _t_integral(s: Any, x: Any, nu: Any) -> Any:
    """Half and the density from 0 to x, as a beta function of x^2/(nu + x^2)."""
    half = s.Rational(1, 2)
    share = beta_integral(s, half, nu / 2, x * x / (nu + x * x))
    constant = s.gamma((nu + 1) / 2) / (s.gamma(half) * s.gamma(nu / 2))
    return half + s.sign(x) * share * constant / 2


def _f_log(s: Any, x: Any, d1: Any, d2: Any) -> Any:
    a, b = d1 / 2, d2 / 2
    constant = s.loggamma(a + b) - s.loggamma(a) - s.loggamma(b) + a * s.log(d1) + b * s.log(d2)
    return constant + (a - 1) * s.log(x) - (a + b) * s.log(d1 * x + d2)


def _f_integral(s: Any, x: Any, d1: Any, d2: Any) -> Any:
    a, b = d1 / 2, d2 / 2
    share = beta_integral(s, a, b, d1 * x / (d1 * x + d2))
    return share * s.gamma(a + b) / (s.gamma(a) * s.gamma(b))


def _of(s: Any, function: Any, which: int, *arguments: Any) -> Any:
    """sympy's derivative of a function by one of its arguments."""
    dummies = [s.Dummy(positive=True) for _ in arguments]
    dummies[0] = s.Dummy(real=True)
    slope = function(s, *dummies).diff(dummies[which])
    return slope.subs(dict(zip(dummies, arguments, strict=True)))


def _f_slope_parts(n: Any, k: int, x: Any, d1: Any, d2: Any) -> tuple[Any, Any, Any]:
    """x*pdf, the logarithmic factor of z'·density by a (k = 1) or b, and z."""
    total = d1 * x + d2
    a, b = d1 / 2, d2 / 2
    if k == 1:
        return x * n.f_pdf(x, d1, d2), -n.log1p(d2 / (d1 * x)) - _digamma_gap(n, a, b), (
            d1 * x / total)  # fmt: skip
    return x * n.f_pdf(x, d1, d2), -n.log1p(d1 * x / d2) - _digamma_gap(n, b, a), d1 * x / total


def _binomial_ways(s: Any, k: Any, n: Any, p: Any) -> Any:
    ways = s.loggamma(n + 1) - s.loggamma(k + 1) - s.loggamma(n - k + 1)
    return ways + k * s.log(p) + (n - k) * s.log(1 - p)


def _f_slope1_by_d1(n: Any, out: Any, x: Any, d1: Any, d2: Any) -> Any:
    density, log, z = _f_slope_parts(n, 1, x, d1, d2)
    curved = n.betainc_dab(_int(n, 2), _int(n, 0), d1 / 2, d2 / 2, z)
    return curved / 4 + density / d1 * (log / 2 + n.f_score1(x, d1, d2) - 1 / d1)


def _f_slope1_by_d2(n: Any, out: Any, x: Any, d1: Any, d2: Any) -> Any:
    density, log, z = _f_slope_parts(n, 1, x, d1, d2)
    mixed = n.betainc_dab(_int(n, 1), _int(n, 1), d1 / 2, d2 / 2, z)
    return mixed / 4 - density / d2 * log / 2 + density / d1 * n.f_score2(x, d1, d2)


def _f_slope2_by_d2(n: Any, out: Any, x: Any, d1: Any, d2: Any) -> Any:
    density, log, z = _f_slope_parts(n, 2, x, d1, d2)
    curved = n.betainc_dab(_int(n, 0), _int(n, 2), d1 / 2, d2 / 2, z)
    return curved / 4 - density / d2 * (log / 2 + n.f_score2(x, d1, d2) - 1 / d2)


DISTRIBUTIONS = (
    rule("log_normal_cdf", "x", "special", "log(normal_cdf(x)), without underflow",
         lambda n, out, x: n.normal_hazard(x),
         big=lambda m, x: d.log_normal_cdf(m, x, scaled_erfc_of), scipy="log_ndtr",
         symbolic=lambda s, x: s.log(s.erfc(-x / s.sqrt(2)) / 2),
         ball=lambda n, x: (
             n.log1p(-n.erfc(x / n.sqrt(_int(n, 2))) / 2) if x > 0
             else n.log(n.erfcx(-x / n.sqrt(_int(n, 2))) / 2) - x * x / 2),
         textbook=("normal_pdf(x)/normal_cdf(x)",),
         samples=(W,), example="log_normal_cdf(-1000)"),
    rule("normal_hazard", "x", "special", "normal_pdf(x)/normal_cdf(x)",
         lambda n, out, x: -out * n.normal_hazard_gap(x),
         big=lambda m, x: d.normal_hazard(m, x, scaled_erfc_of),
         symbolic=lambda s, x: 2 * s.exp(-x * x / 2) / (s.sqrt(2 * s.pi) * s.erfc(-x / s.sqrt(2))),
         ball=lambda n, x: (
             n.sqrt(2 / n.constant("pi")) / n.erfcx(-x / n.sqrt(_int(n, 2)))),
         samples=(W,), hidden=True),
    rule("normal_hazard_gap", "x", "special", "x + normal_hazard(x)",
         lambda n, out, x: 1 - n.normal_hazard(x) * out,
         big=lambda m, x: d.normal_hazard_gap(m, x, scaled_erfc_of),
         symbolic=lambda s, x: x + 2 * s.exp(-x * x / 2) / (
             s.sqrt(2 * s.pi) * s.erfc(-x / s.sqrt(2))),
         ball=lambda n, x: x + n.normal_hazard(x), samples=(W,), hidden=True),
    # chi-squared
    rule("chi2_cdf", "x k", "special",
         "the chi-squared distribution function with k degrees of freedom",
         lambda n, out, x, k: n.gamma_density(0, k / 2, x / 2) / 2,
         lambda n, out, x, k: n.gammainc_da(1, k / 2, x / 2) / 2,
         big=lambda m, x, k: incomplete_gamma(m, 0, k / 2, x / 2),
         ball=lambda n, x, k: n.gammainc(k / 2, x / 2),
         symbolic=lambda s, x, k: gamma_integral(s, k / 2, x / 2) / s.gamma(k / 2),
         textbook=("chi2_pdf(x, k)", ""),
         samples=(POSITIVE, POSITIVE), domain="x >= 0 and k > 0", outside=NOT_BELOW_0,
         example="chi2_cdf(3.841, 1)"),
    rule("chi2_pdf", "x k", "special", "the chi-squared density with k degrees of freedom",
         lambda n, out, x, k: out * (k - x - 2) / (2 * x),
         lambda n, out, x, k: out * n.log_less_digamma(k / 2, x / 2) / 2,
         big=lambda m, x, k: gamma_density(m, 0, k / 2, x / 2) / 2,
         ball=lambda n, x, k: n.gamma_density(0, k / 2, x / 2) / 2,
         symbolic=lambda s, x, k: (x / 2) ** (k / 2 - 1) * s.exp(-x / 2) / s.gamma(k / 2) / 2,
         textbook=(
             "chi2_pdf(x, k)*((k/2 - 1)/x - 1/2)",
             "chi2_pdf(x, k)*(log(x/2) - digamma(k/2))/2"),
         samples=(POSITIVE, POSITIVE), domain="x > 0 and k > 0", example="chi2_pdf(1, 2)"),
    rule("chi2_log_pdf", "x k", "special", "log(chi2_pdf(x, k)), without underflow",
         lambda n, out, x, k: (k - x - 2) / (2 * x),
         lambda n, out, x, k: n.log_less_digamma(k / 2, x / 2) / 2,
         big=d.chi2_log_pdf,
         symbolic=lambda s, x, k: (
             (k / 2 - 1) * s.log(x / 2) - x / 2 - s.loggamma(k / 2) - s.log(2)),
         ball=_guarded(lambda x, k: x > 0 and k > 0,
             lambda n, x, k: (
             (k / 2 - 1) * n.log(x / 2) - x / 2 - n.lgamma(k / 2) - n.log(_int(n, 2)))),
         textbook=("(k/2 - 1)/x - 1/2", "(log(x/2) - digamma(k/2))/2"),
         samples=(POSITIVE, POSITIVE), domain="x > 0 and k > 0", example="chi2_log_pdf(1, 2)"),
    rule("log_less_digamma", "a x", "special", "log(x) - digamma(a)",
         lambda n, out, a, x: -n.polygamma(_int(n, 1), a), lambda n, out, a, x: 1 / x,
         big=d.log_less_digamma, symbolic=lambda s, a, x: s.log(x) - s.digamma(a),
         ball=lambda n, a, x: n.log(x) - n.digamma(a),
         samples=(POSITIVE, POSITIVE), domain="a > 0 and x > 0", hidden=True),
    # Student's t
    rule("student_t_cdf", "x nu", "special",
         "Student's t distribution function with nu degrees of freedom",
         lambda n, out, x, nu: n.student_t_pdf(x, nu),
         lambda n, out, x, nu: n.student_t_slope(x, nu),
         big=d.student_t_cdf, symbolic=_t_integral,
         ball=lambda n, x, nu: (
             _half(n) + n.sign(x) * n.betainc(_half(n), nu / 2, x * x / (nu + x * x)) / 2
             if x > -1 else n.betainc(nu / 2, _half(n), nu / (nu + x * x)) / 2),
         samples=(POSITIVE, POSITIVE), domain="nu > 0", example="student_t_cdf(2, 10)"),
    rule("student_t_pdf", "x nu", "special", "Student's t density with nu degrees of freedom",
         lambda n, out, x, nu: -out * (nu + 1) * x / (nu + x * x),
         lambda n, out, x, nu: out * n.student_t_score(x, nu),
         big=d.student_t_pdf, symbolic=lambda s, x, nu: s.exp(_t_log(s, x, nu)),
         ball=lambda n, x, nu: n.exp(n.student_t_log_pdf(x, nu)),
         samples=(W, POSITIVE), domain="nu > 0", example="student_t_pdf(0, 10)"),
    rule("student_t_log_pdf", "x nu", "special", "log(student_t_pdf(x, nu)), without underflow",
         lambda n, out, x, nu: -(nu + 1) * x / (nu + x * x),
         lambda n, out, x, nu: n.student_t_score(x, nu),
         big=d.student_t_log_pdf, symbolic=_t_log,
         ball=lambda n, x, nu: (
             n.lgamma((nu + 1) / 2) - n.lgamma(nu / 2) - n.log(nu * n.constant("pi")) / 2
             - (nu + 1) / 2 * _t_tail(n, x, nu)),
         samples=(W, POSITIVE), domain="nu > 0", example="student_t_log_pdf(1e6, 3)"),
    rule("student_t_score", "x nu", "special", "the derivative of student_t_log_pdf(x, nu) by nu",
         lambda n, out, x, nu: (
             -x * (x - 1) * (x + 1) / ((nu + x * x) * (nu + x * x))),
         _t_score_by_nu,
         big=d.student_t_score, symbolic=lambda s, x, nu: _of(s, _t_log, 1, x, nu),
         ball=lambda n, x, nu: (
             (x * x - 1) / (nu + x * x) - _t_tail(n, x, nu)
             - _digamma_gap(n, nu / 2, _half(n))) / 2,
         samples=(W, POSITIVE), domain="nu > 0", hidden=True),
    rule("student_t_slope", "x nu", "special", "the derivative of student_t_cdf(x, nu) by nu",
         lambda n, out, x, nu: n.student_t_pdf(x, nu) * n.student_t_score(x, nu), _t_slope_by_nu,
         big=d.student_t_slope, symbolic=lambda s, x, nu: _of(s, _t_integral, 1, x, nu),
         ball=lambda n, x, nu: (
             n.sign(x) * n.betainc_dab(0, 1, _half(n), nu / 2, x * x / (nu + x * x)) / 4
             - x * n.student_t_pdf(x, nu) / (2 * nu)),
         samples=(POSITIVE, POSITIVE), domain="nu > 0", hidden=True),
    # Fisher's F
    rule("f_cdf", "x d1 d2", "special",
         "the distribution function of Fisher's F with d1 and d2 degrees of freedom",
         lambda n, out, x, d1, d2: n.f_pdf(x, d1, d2),
         lambda n, out, x, d1, d2: n.f_slope1(x, d1, d2),
         lambda n, out, x, d1, d2: n.f_slope2(x, d1, d2),
         big=d.f_cdf, symbolic=_f_integral,
         ball=lambda n, x, d1, d2: n.betainc(d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)),
         samples=(POSITIVE, POSITIVE, POSITIVE), domain="x >= 0 and d1, d2 > 0",
         outside=NOT_BELOW_0, example="f_cdf(4, 3, 20)"),
    rule("f_pdf", "x d1 d2", "special",
         "the density of Fisher's F with d1 and d2 degrees of freedom",
         lambda n, out, x, d1, d2: out * ((d1 - 2) * d2 - d1 * x * (d2 + 2)) / (
             2 * x * (d1 * x + d2)),
         lambda n, out, x, d1, d2: out * n.f_score1(x, d1, d2),
         lambda n, out, x, d1, d2: out * n.f_score2(x, d1, d2),
         big=d.f_pdf, symbolic=lambda s, x, d1, d2: s.exp(_f_log(s, x, d1, d2)),
         ball=lambda n, x, d1, d2: n.exp(n.f_log_pdf(x, d1, d2)),
         samples=(POSITIVE, POSITIVE, POSITIVE), domain="x > 0 and d1, d2 > 0",
         example="f_pdf(1, 3, 20)"),
    rule("f_log_pdf", "x d1 d2", "special", "log(f_pdf(x, d1, d2)), without underflow",
         lambda n, out, x, d1, d2: ((d1 - 2) * d2 - d1 * x * (d2 + 2)) / (2 * x * (d1 * x + d2)),
         lambda n, out, x, d1, d2: n.f_score1(x, d1, d2),
         lambda n, out, x, d1, d2: n.f_score2(x, d1, d2),
         big=d.f_log_pdf, symbolic=_f_log,
         ball=_guarded(_of_f,
             lambda n, x, d1, d2: (
             -n.lbeta(d1 / 2, d2 / 2) - d1 / 2 * n.log1p(d2 / (d1 * x))
             - d2 / 2 * n.log1p(d1 * x / d2) - n.log(x))),
         samples=(POSITIVE, POSITIVE, POSITIVE), domain="x > 0 and d1, d2 > 0",
         example="f_log_pdf(1000, 3, 20)"),
    rule("f_score1", "x d1 d2", "special", "the derivative of f_log_pdf(x, d1, d2) by d1",
         lambda n, out, x, d1, d2: (
             d2 * d2 * (1 - x) / (2 * x * (d1 * x + d2) * (d1 * x + d2))),
         lambda n, out, x, d1, d2: (
             d2 / (d1 * (t := d1 * x + d2)) - n.polygamma_gap(_int(n, 1), d1 / 2, d2 / 2) / 2
             - d2 * (1 - x) * x / (t * t)) / 2,
         lambda n, out, x, d1, d2: (
             n.polygamma(_int(n, 1), (d1 + d2) / 2) / 2 - 1 / (t := d1 * x + d2)
             + (1 - x) * d1 * x / (t * t)) / 2,
         big=lambda m, x, d1, d2: d.f_score(m, 1, x, d1, d2),
         symbolic=lambda s, x, d1, d2: _of(s, _f_log, 1, x, d1, d2),
         ball=_guarded(_of_f,
             lambda n, x, d1, d2: (
             d2 * (1 - x) / (d1 * x + d2) - n.log1p(d2 / (d1 * x))
             - _digamma_gap(n, d1 / 2, d2 / 2)) / 2),
         samples=(POSITIVE, POSITIVE, POSITIVE), domain="x > 0 and d1, d2 > 0", hidden=True),
    rule("f_score2", "x d1 d2", "special", "the derivative of f_log_pdf(x, d1, d2) by d2",
         lambda n, out, x, d1, d2: d1 * d1 * (1 - x) / (2 * (t := d1 * x + d2) * t),
         lambda n, out, x, d1, d2: (
             n.polygamma(_int(n, 1), (d1 + d2) / 2) / 2 - x / (t := d1 * x + d2)
             + (x - 1) * d2 / (t * t)) / 2,
         lambda n, out, x, d1, d2: (
             d1 * x / (d2 * (t := d1 * x + d2)) - n.polygamma_gap(_int(n, 1), d2 / 2, d1 / 2) / 2
             - d1 * (x - 1) / (t * t)) / 2,
         big=lambda m, x, d1, d2: d.f_score(m, 2, x, d1, d2),
         symbolic=lambda s, x, d1, d2: _of(s, _f_log, 2, x, d1, d2),
         ball=_guarded(_of_f,
             lambda n, x, d1, d2: (
             d1 * (x - 1) / (d1 * x + d2) - n.log1p(d1 * x / d2)
             - _digamma_gap(n, d2 / 2, d1 / 2)) / 2),
         samples=(POSITIVE, POSITIVE, POSITIVE), domain="x > 0 and d1, d2 > 0", hidden=True),
    rule("f_slope1", "x d1 d2", "special", "the derivative of f_cdf(x, d1, d2) by d1",
         lambda n, out, x, d1, d2: n.f_pdf(x, d1, d2) * n.f_score1(x, d1, d2),
         _f_slope1_by_d1, _f_slope1_by_d2,
         big=lambda m, x, d1, d2: d.f_slope(m, 1, x, d1, d2),
         symbolic=lambda s, x, d1, d2: _of(s, _f_integral, 1, x, d1, d2),
         ball=_guarded(_of_f_from_0,
             lambda n, x, d1, d2: (
             x if x == 0 else n.betainc_dab(1, 0, d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)) / 2
             + x * n.f_pdf(x, d1, d2) / d1)),
         samples=(NEAR_1, NEAR_1, NEAR_1), domain="x >= 0 and d1, d2 > 0", hidden=True),
    rule("f_slope2", "x d1 d2", "special", "the derivative of f_cdf(x, d1, d2) by d2",
         lambda n, out, x, d1, d2: n.f_pdf(x, d1, d2) * n.f_score2(x, d1, d2),
         _f_slope1_by_d2, _f_slope2_by_d2,
         big=lambda m, x, d1, d2: d.f_slope(m, 2, x, d1, d2),
         symbolic=lambda s, x, d1, d2: _of(s, _f_integral, 2, x, d1, d2),
         ball=_guarded(_of_f_from_0,
             lambda n, x, d1, d2: (
             x if x == 0 else n.betainc_dab(0, 1, d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)) / 2
             - x * n.f_pdf(x, d1, d2) / d2)),
         samples=(NEAR_1, NEAR_1, NEAR_1), domain="x >= 0 and d1, d2 > 0", hidden=True),
    # counts
    rule("poisson_cdf", "k rate", "special", "the Poisson probability of at most k events",
         lambda n, out, k, rate: -n.gammainc_da(1, k + 1, rate),
         lambda n, out, k, rate: -n.gamma_density(0, k + 1, rate),
         big=lambda m, k, rate: incomplete_gamma(m, 0, k + 1, rate, upper=True),
         ball=lambda n, k, rate: n.gammaincc(k + 1, rate),
         symbolic=lambda s, k, rate: gamma_integral(s, k + 1, rate, True) / s.gamma(k + 1),
         textbook=("", "-rate^k*exp(-rate)/gamma(k + 1)"),
         samples=(POSITIVE, POSITIVE), domain="k > -1 and rate >= 0",
         example="poisson_cdf(2, 3)"),
    rule("poisson_log_pmf", "k rate", "special", "the log of the Poisson probability of k events",
         lambda n, out, k, rate: n.log_less_digamma(k + 1, rate),
         lambda n, out, k, rate: (k - rate) / rate,
         big=d.poisson_log_pmf,
         symbolic=lambda s, k, rate: k * s.log(rate) - rate - s.loggamma(k + 1),
         ball=_guarded(
             lambda k, rate: k >= 0 and rate >= 0,
             lambda n, k, rate: n.xlogy(k, rate) - rate - n.lgamma(k + 1)),
         textbook=("log(rate) - digamma(k + 1)", "k/rate - 1"),
         samples=(POSITIVE, POSITIVE), domain="k >= 0 and rate >= 0",
         example="poisson_log_pmf(2, 3)"),
    rule("binomial_cdf", "k n p", "special",
         "the probability of at most k successes in n trials, each of probability p",
         lambda n, out, k, m, p: n.betainc_dab(0, 1, k + 1, m - k, p) - n.betainc_dab(
             1, 0, k + 1, m - k, p),
         lambda n, out, k, m, p: -n.betainc_dab(0, 1, k + 1, m - k, p),
         lambda n, out, k, m, p: -n.binomial_density(k, m, p),
         big=d.binomial_cdf,
         symbolic=lambda s, k, m, p: beta_integral(s, m - k, k + 1, 1 - p) * s.gamma(m + 1) / (
             s.gamma(k + 1) * s.gamma(m - k)),
         ball=_guarded(_of_counts,
             lambda n, k, m, p: _int(n, 1) if k == m else n.betaincc(k + 1, m - k, p)),
         textbook=("", "", "-p^k*(1 - p)^(n - k - 1)/beta(n - k, k + 1)"),
         samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 <= p <= 1",
         example="binomial_cdf(2, 10, 1/4)"),
    rule("binomial_density", "k n p", "special", "p^k*(1-p)^(n-k-1)/beta(k + 1, n - k)",
         lambda n, out, k, m, p: (
             n.beta_density(1, 0, k + 1, m - k, p) - n.beta_density(0, 1, k + 1, m - k, p)),
         lambda n, out, k, m, p: n.beta_density(0, 1, k + 1, m - k, p),
         lambda n, out, k, m, p: out * (k * (1 - p) - (m - k - 1) * p) / (p * (1 - p)),
         big=d.binomial_density,
         symbolic=lambda s, k, m, p: p**k * (1 - p) ** (m - k - 1) * s.gamma(m + 1) / (
             s.gamma(k + 1) * s.gamma(m - k)),
         ball=_guarded(_of_counts,
             lambda n, k, m, p: _int(n, 0) if k == m else n.beta_density(0, 0, k + 1, m - k, p)),
         samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 <= p <= 1", hidden=True),
    rule("binomial_log_pmf", "k n p", "special",
         "the log of the probability of k successes in n trials, each of probability p",
         lambda n, out, k, m, p: n.binomial_score1(k, m, p),
         lambda n, out, k, m, p: n.binomial_score2(k, m, p),
         lambda n, out, k, m, p: n.binomial_score3(k, m, p),
         big=d.binomial_log_pmf, symbolic=_binomial_ways,
         ball=_guarded(_of_counts,
             lambda n, k, m, p: (
             n.lgamma(m + 1) - n.lgamma(k + 1) - n.lgamma(m - k + 1)
             + n.xlogy(k, p) + n.xlogy(m - k, 1 - p))),
         textbook=(
             "log(p/(1 - p)) + digamma(n - k + 1) - digamma(k + 1)",
             "log(1 - p) + digamma(n + 1) - digamma(n - k + 1)",
             "k/p - (n - k)/(1 - p)"),
         samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 <= p <= 1",
         example="binomial_log_pmf(2, 10, 1/4)"),
    rule("binomial_score1", "k n p", "special", "the derivative of binomial_log_pmf by k",
         lambda n, out, k, m, p: (
             -n.polygamma(_int(n, 1), k + 1) - n.polygamma(_int(n, 1), m - k + 1)),
         lambda n, out, k, m, p: n.polygamma(_int(n, 1), m - k + 1),
         lambda n, out, k, m, p: 1 / (p * (1 - p)),
         big=lambda m, k, n, p: d.binomial_score(m, 1, k, n, p),
         symbolic=lambda s, k, m, p: (
             s.log(p / (1 - p)) - s.digamma(k + 1) + s.digamma(m - k + 1)),
         ball=_guarded(_within_counts,
             lambda n, k, m, p: (
             n.log(p / (1 - p)) - n.digamma(k + 1) + n.digamma(m - k + 1))),
         samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 < p < 1", hidden=True),
    rule("binomial_score2", "k n p", "special", "the derivative of binomial_log_pmf by n",
         lambda n, out, k, m, p: n.polygamma(_int(n, 1), m - k + 1),
         lambda n, out, k, m, p: -n.polygamma_gap(_int(n, 1), m - k + 1, k),
         lambda n, out, k, m, p: -1 / (1 - p),
         big=lambda m, k, n, p: d.binomial_score(m, 2, k, n, p),
         symbolic=lambda s, k, m, p: s.digamma(m + 1) - s.digamma(m - k + 1) + s.log(1 - p),
         ball=_guarded(_within_counts,
             lambda n, k, m, p: n.log1p(-p) - _digamma_gap(n, m - k + 1, k)),
         samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 <= p < 1", hidden=True),
    rule("binomial_score3", "k n p", "special", "the derivative of binomial_log_pmf by p",
         lambda n, out, k, m, p: 1 / (p * (1 - p)), lambda n, out, k, m, p: -1 / (1 - p),
         lambda n, out, k, m, p: -k / (p * p) - (m - k) / ((1 - p) * (1 - p)),
         big=lambda m, k, n, p: d.binomial_score(m, 3, k, n, p),
         symbolic=lambda s, k, m, p: k / p - (m - k) / (1 - p),
         ball=_guarded(_within_counts,
             lambda n, k, m, p: (k - m * p) / (p * (1 - p))),
         samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 < p < 1", hidden=True),
)  # fmt: skip
