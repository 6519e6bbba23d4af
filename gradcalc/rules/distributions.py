"""Distributions: the normal one's logarithm, chi-squared, Student's t.

They are made of the incomplete gamma and beta functions. What is called a score is the derivative
of a log-density by a parameter, what is called a slope that of a distribution function: rows of
their own, for in float64 they would cancel.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers import distributions as d
from gradcalc.numbers.incomplete_gamma import gamma_density, incomplete_gamma
from gradcalc.rules.error_function import scaled_erfc_of
from gradcalc.rules.incomplete import beta_integral, gamma_integral
from gradcalc.rules.rule import Kernel, rule

W = (-3.0, 3.0)
POSITIVE = (0.5, 10.0)
NOT_BELOW_0 = "below 0 the distribution function is 0"


def _half(n: Any) -> Any:
    return n.number(Fraction(1, 2))


def integer(n: Any, k: int) -> Any:
    return n.number(Fraction(k))


def guarded(inside: Kernel, formula: Kernel) -> Kernel:
    """A formula that would go on outside the domain, refused there."""

    def value(n: Any, *arguments: Any) -> Any:
        if not inside(*arguments):
            raise ValueError("outside the domain")
        return formula(n, *arguments)

    return value


def digamma_gap(n: Any, a: Any, b: Any) -> Any:
    """digamma(a) - digamma(a + b)."""
    return n.polygamma_gap(integer(n, 0), a, b)


def _t_tail(n: Any, x: Any, nu: Any) -> Any:
    """The density's logarithm less its constant."""
    return n.log1p(x * x / nu)


def _t_steepness(n: Any, x: Any, nu: Any) -> Any:
    """x/(nu + x^2), without overflow."""
    h = n.hypot(x, n.sqrt(nu))
    return x / h / h


def _t_slope_by_nu(n: Any, out: Any, x: Any, nu: Any) -> Any:
    """d out/d nu, where out = -sign(x)/4 I_z^(1,0)(nu/2, 1/2) - x*pdf/(2*nu), z = nu/(nu + x^2)."""
    density = x * n.student_t_pdf(x, nu) / nu
    curved = n.betainc_dab(integer(n, 0), integer(n, 2), _half(n), nu / 2, x * x / (nu + x * x))
    inner = -_t_tail(n, x, nu) - digamma_gap(n, nu / 2, _half(n))
    score = n.student_t_score(x, nu) - 1 / nu
    return n.sign(x) * curved / 8 - density * inner / 4 - density * score / 2


def _t_score_by_nu(n: Any, out: Any, x: Any, nu: Any) -> Any:
    total = nu + x * x
    gap = n.polygamma_gap(integer(n, 1), nu / 2, _half(n))
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


def symbolic_partial(s: Any, function: Any, which: int, *arguments: Any) -> Any:
    """sympy's derivative of a function by one of its arguments."""
    dummies = [s.Dummy(positive=True) for _ in arguments]
    dummies[0] = s.Dummy(real=True)
    slope = function(s, *dummies).diff(dummies[which])
    return slope.subs(dict(zip(dummies, arguments, strict=True)))


DISTRIBUTIONS = (
    rule("log_normal_cdf", "x", "special", "log(normal_cdf(x)), without underflow",
         lambda n, out, x: n.normal_hazard(x),
         big=lambda m, x: d.log_normal_cdf(m, x, scaled_erfc_of), scipy="log_ndtr",
         symbolic=lambda s, x: s.log(s.erfc(-x / s.sqrt(2)) / 2),
         ball=lambda n, x: (
             n.log1p(-n.erfc(x / n.sqrt(integer(n, 2))) / 2) if x > 0
             else n.log(n.erfcx(-x / n.sqrt(integer(n, 2))) / 2) - x * x / 2),
         textbook=("normal_pdf(x)/normal_cdf(x)",),
         monotone=1, slow=True, samples=(W,), example="log_normal_cdf(-1000)"),
    rule("normal_hazard", "x", "special", "normal_pdf(x)/normal_cdf(x)",
         lambda n, out, x: -out * n.normal_hazard_gap(x),
         big=lambda m, x: d.normal_hazard(m, x, scaled_erfc_of),
         symbolic=lambda s, x: 2 * s.exp(-x * x / 2) / (s.sqrt(2 * s.pi) * s.erfc(-x / s.sqrt(2))),
         ball=lambda n, x: (
             n.sqrt(2 / n.constant("pi")) / n.erfcx(-x / n.sqrt(integer(n, 2)))),
         monotone=-1, slow=True, samples=(W,), hidden=True),
    rule("normal_hazard_gap", "x", "special", "x + normal_hazard(x)",
         lambda n, out, x: 1 - n.normal_hazard(x) * out,
         big=lambda m, x: d.normal_hazard_gap(m, x, scaled_erfc_of),
         symbolic=lambda s, x: x + 2 * s.exp(-x * x / 2) / (
             s.sqrt(2 * s.pi) * s.erfc(-x / s.sqrt(2))),
         ball=lambda n, x: x + n.normal_hazard(x), slow=True, samples=(W,), hidden=True),
    # chi-squared
    rule("chi2_cdf", "x k", "special",
         "the chi-squared distribution function with k degrees of freedom",
         lambda n, out, x, k: n.gamma_density(0, k / 2, x / 2) / 2,
         lambda n, out, x, k: n.gammainc_da(1, k / 2, x / 2) / 2,
         big=lambda m, x, k: incomplete_gamma(m, 0, k / 2, x / 2),
         ball=lambda n, x, k: n.gammainc(k / 2, x / 2),
         symbolic=lambda s, x, k: gamma_integral(s, k / 2, x / 2) / s.gamma(k / 2),
         textbook=("chi2_pdf(x, k)", ""),
         slow=True, samples=(POSITIVE, POSITIVE), domain="x >= 0 and k > 0", outside=NOT_BELOW_0,
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
         slow=True, samples=(POSITIVE, POSITIVE),
         domain="x > 0 and k > 0", example="chi2_pdf(1, 2)"),
    rule("chi2_log_pdf", "x k", "special", "log(chi2_pdf(x, k)), without underflow",
         lambda n, out, x, k: n.excess(k - 2, x) / 2,
         lambda n, out, x, k: n.log_less_digamma(k / 2, x / 2) / 2,
         big=d.chi2_log_pdf,
         symbolic=lambda s, x, k: (
             (k / 2 - 1) * s.log(x / 2) - x / 2 - s.loggamma(k / 2) - s.log(2)),
         ball=guarded(lambda x, k: x > 0 and k > 0,
             lambda n, x, k: (
             (k / 2 - 1) * n.log(x / 2) - x / 2 - n.lgamma(k / 2) - n.log(integer(n, 2)))),
         textbook=("(k/2 - 1)/x - 1/2", "(log(x/2) - digamma(k/2))/2"),
         slow=True, samples=(POSITIVE, POSITIVE),
         domain="x > 0 and k > 0", example="chi2_log_pdf(1, 2)"),
    rule("log_less_digamma", "a x", "special", "log(x) - digamma(a)",
         lambda n, out, a, x: -n.polygamma(integer(n, 1), a), lambda n, out, a, x: 1 / x,
         big=d.log_less_digamma, symbolic=lambda s, a, x: s.log(x) - s.digamma(a),
         ball=lambda n, a, x: n.log(x) - n.digamma(a),
         slow=True, samples=(POSITIVE, POSITIVE), domain="a > 0 and x > 0", hidden=True),
    # Student's t
    rule("student_t_cdf", "x nu", "special",
         "Student's t distribution function with nu degrees of freedom",
         lambda n, out, x, nu: n.student_t_pdf(x, nu),
         lambda n, out, x, nu: n.student_t_slope(x, nu),
         big=d.student_t_cdf, symbolic=_t_integral,
         ball=lambda n, x, nu: (
             _half(n) + n.sign(x) * n.betainc(_half(n), nu / 2, x * x / (nu + x * x)) / 2
             if x > -1 else n.betainc(nu / 2, _half(n), nu / (nu + x * x)) / 2),
         slow=True, samples=(POSITIVE, POSITIVE), domain="nu > 0", example="student_t_cdf(2, 10)"),
    rule("student_t_pdf", "x nu", "special", "Student's t density with nu degrees of freedom",
         lambda n, out, x, nu: -out * (nu + 1) * _t_steepness(n, x, nu),
         lambda n, out, x, nu: out * n.student_t_score(x, nu),
         big=d.student_t_pdf, symbolic=lambda s, x, nu: s.exp(_t_log(s, x, nu)),
         ball=lambda n, x, nu: n.exp(n.student_t_log_pdf(x, nu)),
         textbook=("-student_t_pdf(x, nu)*(nu + 1)*x/(nu + x^2)", ""),
         slow=True, samples=(W, POSITIVE), domain="nu > 0", example="student_t_pdf(0, 10)"),
    rule("student_t_log_pdf", "x nu", "special", "log(student_t_pdf(x, nu)), without underflow",
         lambda n, out, x, nu: -(nu + 1) * _t_steepness(n, x, nu),
         lambda n, out, x, nu: n.student_t_score(x, nu),
         big=d.student_t_log_pdf, symbolic=_t_log,
         textbook=("-(nu + 1)*x/(nu + x^2)", ""),
         ball=lambda n, x, nu: (
             n.lgamma((nu + 1) / 2) - n.lgamma(nu / 2) - n.log(nu * n.constant("pi")) / 2
             - (nu + 1) / 2 * _t_tail(n, x, nu)),
         slow=True, samples=(W, POSITIVE), domain="nu > 0", example="student_t_log_pdf(1e6, 3)"),
    rule("student_t_score", "x nu", "special", "the derivative of student_t_log_pdf(x, nu) by nu",
         lambda n, out, x, nu: (
             -_t_steepness(n, x, nu) * ((x - 1) / (h := n.hypot(x, n.sqrt(nu)))) * ((x + 1) / h)),
         _t_score_by_nu,
         big=d.student_t_score, symbolic=lambda s, x, nu: symbolic_partial(s, _t_log, 1, x, nu),
         ball=lambda n, x, nu: (
             (x * x - 1) / (nu + x * x) - _t_tail(n, x, nu)
             - digamma_gap(n, nu / 2, _half(n))) / 2,
         slow=True, samples=(W, POSITIVE), domain="nu > 0", hidden=True),
    rule("student_t_slope", "x nu", "special", "the derivative of student_t_cdf(x, nu) by nu",
         lambda n, out, x, nu: n.student_t_pdf(x, nu) * n.student_t_score(x, nu), _t_slope_by_nu,
         big=d.student_t_slope,
         symbolic=lambda s, x, nu: symbolic_partial(s, _t_integral, 1, x, nu),
         ball=lambda n, x, nu: (
             n.sign(x) * n.betainc_dab(0, 1, _half(n), nu / 2, x * x / (nu + x * x)) / 4
             - x * n.student_t_pdf(x, nu) / (2 * nu)),
         slow=True, samples=(POSITIVE, POSITIVE), domain="nu > 0", hidden=True),
)  # fmt: skip
