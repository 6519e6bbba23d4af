"""Fisher's F distribution, with scores and slopes as in `distributions.py`."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers import distributions as d
from gradcalc.rules.distributions import digamma_gap, guarded, integer, symbolic_partial
from gradcalc.rules.incomplete import beta_integral
from gradcalc.rules.rule import rule

POSITIVE = (0.5, 10.0)
NEAR_1 = (0.5, 3.0)
NOT_BELOW_0 = "below 0 the distribution function is 0"


def _of_f(x: Any, d1: Any, d2: Any) -> bool:
    return bool(x > 0 and d1 > 0 and d2 > 0)


def _of_f_from_0(x: Any, d1: Any, d2: Any) -> bool:
    return bool(x >= 0 and d1 > 0 and d2 > 0)


def _f_log(s: Any, x: Any, d1: Any, d2: Any) -> Any:
    a, b = d1 / 2, d2 / 2
    constant = s.loggamma(a + b) - s.loggamma(a) - s.loggamma(b) + a * s.log(d1) + b * s.log(d2)
    return constant + (a - 1) * s.log(x) - (a + b) * s.log(d1 * x + d2)


def _f_integral(s: Any, x: Any, d1: Any, d2: Any) -> Any:
    a, b = d1 / 2, d2 / 2
    share = beta_integral(s, a, b, d1 * x / (d1 * x + d2))
    return share * s.gamma(a + b) / (s.gamma(a) * s.gamma(b))


def _f_slope_parts(n: Any, k: int, x: Any, d1: Any, d2: Any) -> tuple[Any, Any, Any]:
    """x*pdf, the logarithmic factor of z'·density by a (k = 1) or b, and z."""
    total = d1 * x + d2
    a, b = d1 / 2, d2 / 2
    if k == 1:
        return x * n.f_pdf(x, d1, d2), -n.log1p(d2 / (d1 * x)) - digamma_gap(n, a, b), (
            d1 * x / total)  # fmt: skip
    return x * n.f_pdf(x, d1, d2), -n.log1p(d1 * x / d2) - digamma_gap(n, b, a), d1 * x / total


def _f_slope1_by_d1(n: Any, out: Any, x: Any, d1: Any, d2: Any) -> Any:
    density, log, z = _f_slope_parts(n, 1, x, d1, d2)
    curved = n.betainc_dab(integer(n, 2), integer(n, 0), d1 / 2, d2 / 2, z)
    return curved / 4 + density / d1 * (log / 2 + n.f_score1(x, d1, d2) - 1 / d1)


def _f_slope1_by_d2(n: Any, out: Any, x: Any, d1: Any, d2: Any) -> Any:
    density, log, z = _f_slope_parts(n, 1, x, d1, d2)
    mixed = n.betainc_dab(integer(n, 1), integer(n, 1), d1 / 2, d2 / 2, z)
    return mixed / 4 - density / d2 * log / 2 + density / d1 * n.f_score2(x, d1, d2)


def _f_slope2_by_d2(n: Any, out: Any, x: Any, d1: Any, d2: Any) -> Any:
    density, log, z = _f_slope_parts(n, 2, x, d1, d2)
    curved = n.betainc_dab(integer(n, 0), integer(n, 2), d1 / 2, d2 / 2, z)
    return curved / 4 - density / d2 * (log / 2 + n.f_score2(x, d1, d2) - 1 / d2)


FISHER = (
    # Fisher's F
    rule("f_cdf", "x d1 d2", "special",
         "the distribution function of Fisher's F with d1 and d2 degrees of freedom",
         lambda n, out, x, d1, d2: n.f_pdf(x, d1, d2),
         lambda n, out, x, d1, d2: n.f_slope1(x, d1, d2),
         lambda n, out, x, d1, d2: n.f_slope2(x, d1, d2),
         big=d.f_cdf, symbolic=_f_integral,
         ball=lambda n, x, d1, d2: n.betainc(d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)),
         slow=True, samples=(POSITIVE, POSITIVE, POSITIVE), domain="x >= 0 and d1, d2 > 0",
         outside=NOT_BELOW_0, example="f_cdf(4, 3, 20)"),
    rule("f_pdf", "x d1 d2", "special",
         "the density of Fisher's F with d1 and d2 degrees of freedom",
         lambda n, out, x, d1, d2: out * ((d1 - 2) * d2 - d1 * x * (d2 + 2)) / (
             2 * x * (d1 * x + d2)),
         lambda n, out, x, d1, d2: out * n.f_score1(x, d1, d2),
         lambda n, out, x, d1, d2: out * n.f_score2(x, d1, d2),
         big=d.f_pdf, symbolic=lambda s, x, d1, d2: s.exp(_f_log(s, x, d1, d2)),
         ball=lambda n, x, d1, d2: n.exp(n.f_log_pdf(x, d1, d2)),
         slow=True, samples=(POSITIVE, POSITIVE, POSITIVE), domain="x > 0 and d1, d2 > 0",
         example="f_pdf(1, 3, 20)"),
    rule("f_log_pdf", "x d1 d2", "special", "log(f_pdf(x, d1, d2)), without underflow",
         lambda n, out, x, d1, d2: ((d1 - 2) * d2 - d1 * x * (d2 + 2)) / (2 * x * (d1 * x + d2)),
         lambda n, out, x, d1, d2: n.f_score1(x, d1, d2),
         lambda n, out, x, d1, d2: n.f_score2(x, d1, d2),
         big=d.f_log_pdf, symbolic=_f_log,
         ball=guarded(_of_f,
             lambda n, x, d1, d2: (
             -n.lbeta(d1 / 2, d2 / 2) - d1 / 2 * n.log1p(d2 / (d1 * x))
             - d2 / 2 * n.log1p(d1 * x / d2) - n.log(x))),
         slow=True, samples=(POSITIVE, POSITIVE, POSITIVE), domain="x > 0 and d1, d2 > 0",
         example="f_log_pdf(1000, 3, 20)"),
    rule("f_score1", "x d1 d2", "special", "the derivative of f_log_pdf(x, d1, d2) by d1",
         lambda n, out, x, d1, d2: (
             d2 * d2 * (1 - x) / (2 * x * (d1 * x + d2) * (d1 * x + d2))),
         lambda n, out, x, d1, d2: (
             d2 / (d1 * (t := d1 * x + d2)) - n.polygamma_gap(integer(n, 1), d1 / 2, d2 / 2) / 2
             - d2 * (1 - x) * x / (t * t)) / 2,
         lambda n, out, x, d1, d2: (
             n.polygamma(integer(n, 1), (d1 + d2) / 2) / 2 - 1 / (t := d1 * x + d2)
             + (1 - x) * d1 * x / (t * t)) / 2,
         big=lambda m, x, d1, d2: d.f_score(m, 1, x, d1, d2),
         symbolic=lambda s, x, d1, d2: symbolic_partial(s, _f_log, 1, x, d1, d2),
         ball=guarded(_of_f,
             lambda n, x, d1, d2: (
             d2 * (1 - x) / (d1 * x + d2) - n.log1p(d2 / (d1 * x))
             - digamma_gap(n, d1 / 2, d2 / 2)) / 2),
         slow=True, samples=(POSITIVE, POSITIVE, POSITIVE),
         domain="x > 0 and d1, d2 > 0", hidden=True),
    rule("f_score2", "x d1 d2", "special", "the derivative of f_log_pdf(x, d1, d2) by d2",
         lambda n, out, x, d1, d2: d1 * d1 * (1 - x) / (2 * (t := d1 * x + d2) * t),
         lambda n, out, x, d1, d2: (
             n.polygamma(integer(n, 1), (d1 + d2) / 2) / 2 - x / (t := d1 * x + d2)
             + (x - 1) * d2 / (t * t)) / 2,
         lambda n, out, x, d1, d2: (
             d1 * x / (d2 * (t := d1 * x + d2)) - n.polygamma_gap(integer(n, 1), d2 / 2, d1 / 2) / 2
             - d1 * (x - 1) / (t * t)) / 2,
         big=lambda m, x, d1, d2: d.f_score(m, 2, x, d1, d2),
         symbolic=lambda s, x, d1, d2: symbolic_partial(s, _f_log, 2, x, d1, d2),
         ball=guarded(_of_f,
             lambda n, x, d1, d2: (
             d1 * (x - 1) / (d1 * x + d2) - n.log1p(d1 * x / d2)
             - digamma_gap(n, d2 / 2, d1 / 2)) / 2),
         slow=True, samples=(POSITIVE, POSITIVE, POSITIVE),
         domain="x > 0 and d1, d2 > 0", hidden=True),
    rule("f_slope1", "x d1 d2", "special", "the derivative of f_cdf(x, d1, d2) by d1",
         lambda n, out, x, d1, d2: n.f_pdf(x, d1, d2) * n.f_score1(x, d1, d2),
         _f_slope1_by_d1, _f_slope1_by_d2,
         big=lambda m, x, d1, d2: d.f_slope(m, 1, x, d1, d2),
         symbolic=lambda s, x, d1, d2: symbolic_partial(s, _f_integral, 1, x, d1, d2),
         ball=guarded(_of_f_from_0,
             lambda n, x, d1, d2: (
             x if x == 0 else n.betainc_dab(1, 0, d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)) / 2
             + x * n.f_pdf(x, d1, d2) / d1)),
         slow=True, samples=(NEAR_1, NEAR_1, NEAR_1), domain="x >= 0 and d1, d2 > 0", hidden=True),
    rule("f_slope2", "x d1 d2", "special", "the derivative of f_cdf(x, d1, d2) by d2",
         lambda n, out, x, d1, d2: n.f_pdf(x, d1, d2) * n.f_score2(x, d1, d2),
         _f_slope1_by_d2, _f_slope2_by_d2,
         big=lambda m, x, d1, d2: d.f_slope(m, 2, x, d1, d2),
         symbolic=lambda s, x, d1, d2: symbolic_partial(s, _f_integral, 2, x, d1, d2),
         ball=guarded(_of_f_from_0,
             lambda n, x, d1, d2: (
             x if x == 0 else n.betainc_dab(0, 1, d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)) / 2
             - x * n.f_pdf(x, d1, d2) / d2)),
         slow=True, samples=(NEAR_1, NEAR_1, NEAR_1), domain="x >= 0 and d1, d2 > 0", hidden=True),
)  # fmt: skip
