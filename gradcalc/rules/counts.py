"""Distributions of counts: Poisson's and the binomial one, with scores as in `distributions.py`.

Between the integers the incomplete gamma and beta functions continue them.
"""

from __future__ import annotations

from typing import Any

from gradcalc.numbers import distributions as d
from gradcalc.numbers import machine as f
from gradcalc.numbers.incomplete_gamma import incomplete_gamma
from gradcalc.rules.distributions import digamma_gap, guarded, integer
from gradcalc.rules.incomplete import beta_integral, gamma_integral
from gradcalc.rules.rule import rule

POSITIVE = (0.5, 10.0)
UNIT = (0.05, 0.95)
COUNT, COUNTS = (1.0, 9.0), (10.0, 30.0)


def _within_counts(k: Any, n: Any, p: Any) -> bool:
    return bool(k > -1 and n - k > -1 and 0 < p < 1)


def _of_counts(k: Any, n: Any, p: Any) -> bool:
    return bool(0 <= k <= n and 0 <= p <= 1)


def _binomial_ways(s: Any, k: Any, n: Any, p: Any) -> Any:
    ways = s.loggamma(n + 1) - s.loggamma(k + 1) - s.loggamma(n - k + 1)
    return ways + k * s.log(p) + (n - k) * s.log(1 - p)


COUNTED = (
    # counts
    rule("poisson_cdf", "k rate", "special", "the Poisson probability of at most k events",
         lambda n, out, k, rate: -n.gammainc_da(1, k + 1, rate),
         lambda n, out, k, rate: -n.gamma_density(0, k + 1, rate),
         big=lambda m, k, rate: incomplete_gamma(m, 0, k + 1, rate, upper=True),
         ball=lambda n, k, rate: n.gammaincc(k + 1, rate),
         symbolic=lambda s, k, rate: gamma_integral(s, k + 1, rate, True) / s.gamma(k + 1),
         textbook=("", "-rate^k*exp(-rate)/gamma(k + 1)"),
         slow=True, samples=(POSITIVE, POSITIVE), domain="k > -1 and rate >= 0",
         example="poisson_cdf(2, 3)"),
    rule("poisson_log_pmf", "k rate", "special", "the log of the Poisson probability of k events",
         lambda n, out, k, rate: n.log_less_digamma(k + 1, rate),
         lambda n, out, k, rate: n.excess(k, rate),
         big=d.poisson_log_pmf,
         symbolic=lambda s, k, rate: k * s.log(rate) - rate - s.loggamma(k + 1),
         ball=guarded(
             lambda k, rate: k >= 0 and rate >= 0,
             lambda n, k, rate: n.xlogy(k, rate) - rate - n.lgamma(k + 1)),
         textbook=("log(rate) - digamma(k + 1)", "k/rate - 1"),
         slow=True, samples=(POSITIVE, POSITIVE), domain="k >= 0 and rate >= 0",
         example="poisson_log_pmf(2, 3)"),
    # A row of its own: it keeps its digits where x and y are near, and its derivative where not.
    rule("excess", "x y", "elementary", "x/y - 1",
         lambda n, out, x, y: 1 / y, lambda n, out, x, y: -x / y / y,
         machine=lambda x, y: f.divide(x - y, y), formula=lambda n, x, y: (x - y) / y,
         samples=(POSITIVE, POSITIVE), domain="y != 0", hidden=True),
    rule("binomial_cdf", "k n p", "special",
         "the probability of at most k successes in n trials, each of probability p",
         lambda n, out, k, m, p: n.betainc_dab(0, 1, k + 1, m - k, p) - n.betainc_dab(
             1, 0, k + 1, m - k, p),
         lambda n, out, k, m, p: -n.betainc_dab(0, 1, k + 1, m - k, p),
         lambda n, out, k, m, p: -n.binomial_density(k, m, p),
         big=d.binomial_cdf,
         symbolic=lambda s, k, m, p: beta_integral(s, m - k, k + 1, 1 - p) * s.gamma(m + 1) / (
             s.gamma(k + 1) * s.gamma(m - k)),
         ball=guarded(_of_counts,
             lambda n, k, m, p: integer(n, 1) if k == m else n.betaincc(k + 1, m - k, p)),
         textbook=("", "", "-p^k*(1 - p)^(n - k - 1)/beta(n - k, k + 1)"),
         slow=True, samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 <= p <= 1",
         example="binomial_cdf(2, 10, 1/4)"),
    rule("binomial_density", "k n p", "special", "p^k*(1-p)^(n-k-1)/beta(k + 1, n - k)",
         lambda n, out, k, m, p: (
             n.beta_density(1, 0, k + 1, m - k, p) - n.beta_density(0, 1, k + 1, m - k, p)),
         lambda n, out, k, m, p: n.beta_density(0, 1, k + 1, m - k, p),
         lambda n, out, k, m, p: out * (k * (1 - p) - (m - k - 1) * p) / (p * (1 - p)),
         big=d.binomial_density,
         symbolic=lambda s, k, m, p: p**k * (1 - p) ** (m - k - 1) * s.gamma(m + 1) / (
             s.gamma(k + 1) * s.gamma(m - k)),
         ball=guarded(_of_counts,
             lambda n, k, m, p: integer(n, 0) if k == m else n.beta_density(0, 0, k + 1, m - k, p)),
         slow=True, samples=(COUNT, COUNTS, UNIT),
         domain="0 <= k <= n and 0 <= p <= 1", hidden=True),
    rule("binomial_log_pmf", "k n p", "special",
         "the log of the probability of k successes in n trials, each of probability p",
         lambda n, out, k, m, p: n.binomial_score1(k, m, p),
         lambda n, out, k, m, p: n.binomial_score2(k, m, p),
         lambda n, out, k, m, p: n.binomial_score3(k, m, p),
         big=d.binomial_log_pmf, symbolic=_binomial_ways,
         ball=guarded(_of_counts,
             lambda n, k, m, p: (
             n.lgamma(m + 1) - n.lgamma(k + 1) - n.lgamma(m - k + 1)
             + n.xlogy(k, p) + n.xlogy(m - k, 1 - p))),
         textbook=(
             "log(p/(1 - p)) + digamma(n - k + 1) - digamma(k + 1)",
             "log(1 - p) + digamma(n + 1) - digamma(n - k + 1)",
             "k/p - (n - k)/(1 - p)"),
         slow=True, samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 <= p <= 1",
         example="binomial_log_pmf(2, 10, 1/4)"),
    rule("binomial_score1", "k n p", "special", "the derivative of binomial_log_pmf by k",
         lambda n, out, k, m, p: (
             -n.polygamma(integer(n, 1), k + 1) - n.polygamma(integer(n, 1), m - k + 1)),
         lambda n, out, k, m, p: n.polygamma(integer(n, 1), m - k + 1),
         lambda n, out, k, m, p: 1 / (p * (1 - p)),
         big=lambda m, k, n, p: d.binomial_score(m, 1, k, n, p),
         symbolic=lambda s, k, m, p: (
             s.log(p / (1 - p)) - s.digamma(k + 1) + s.digamma(m - k + 1)),
         ball=guarded(_within_counts,
             lambda n, k, m, p: (
             n.log(p / (1 - p)) - n.digamma(k + 1) + n.digamma(m - k + 1))),
         slow=True, samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 < p < 1", hidden=True),
    rule("binomial_score2", "k n p", "special", "the derivative of binomial_log_pmf by n",
         lambda n, out, k, m, p: n.polygamma(integer(n, 1), m - k + 1),
         lambda n, out, k, m, p: -n.polygamma_gap(integer(n, 1), m - k + 1, k),
         lambda n, out, k, m, p: -1 / (1 - p),
         big=lambda m, k, n, p: d.binomial_score(m, 2, k, n, p),
         symbolic=lambda s, k, m, p: s.digamma(m + 1) - s.digamma(m - k + 1) + s.log(1 - p),
         ball=guarded(_within_counts,
             lambda n, k, m, p: n.log1p(-p) - digamma_gap(n, m - k + 1, k)),
         slow=True, samples=(COUNT, COUNTS, UNIT),
         domain="0 <= k <= n and 0 <= p < 1", hidden=True),
    rule("binomial_score3", "k n p", "special", "the derivative of binomial_log_pmf by p",
         lambda n, out, k, m, p: 1 / (p * (1 - p)), lambda n, out, k, m, p: -1 / (1 - p),
         lambda n, out, k, m, p: -k / (p * p) - (m - k) / ((1 - p) * (1 - p)),
         big=lambda m, k, n, p: d.binomial_score(m, 3, k, n, p),
         symbolic=lambda s, k, m, p: k / p - (m - k) / (1 - p),
         ball=guarded(_within_counts,
             lambda n, k, m, p: (k - m * p) / (p * (1 - p))),
         slow=True, samples=(COUNT, COUNTS, UNIT), domain="0 <= k <= n and 0 < p < 1", hidden=True),
)  # fmt: skip
