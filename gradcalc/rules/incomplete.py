"""The incomplete gamma and beta functions, differentiated by every argument, to any order.

Their derivatives by parameters are moments of logarithms, which are rows of their own: the orders
are the first arguments of those, as of polygamma, so that the rows are closed.
"""

from __future__ import annotations

from typing import Any

from gradcalc.numbers import arb_incomplete as a
from gradcalc.numbers.incomplete_beta import beta_density, beta_power, incomplete_beta
from gradcalc.numbers.incomplete_gamma import gamma_density, gamma_power, incomplete_gamma
from gradcalc.rules.rule import rule

ORDER = (1.0, 1.0)
NONE = (0.0, 0.0)
POSITIVE = (0.5, 10.0)
UNIT = (0.05, 0.95)
GAMMA = "a > 0 and x >= 0"
BETA = "a, b > 0 and 0 <= x <= 1"


def gamma_integral(s: Any, a: Any, x: Any, upper: bool = False, power: Any = 0) -> Any:
    """The incomplete gamma function as sympy's integral, not evaluated."""
    t = s.Dummy("t", positive=True)
    integrand = t ** (a - 1) * s.exp(-t) * s.log(t) ** power
    return s.Integral(integrand, (t, x, s.oo) if upper else (t, 0, x))


def beta_integral(s: Any, a: Any, b: Any, x: Any, powers: tuple[Any, Any] = (0, 0)) -> Any:
    """The incomplete beta function as sympy's integral, not evaluated."""
    t = s.Dummy("t", positive=True)
    logs = s.log(t) ** powers[0] * s.log(1 - t) ** powers[1]
    return s.Integral(t ** (a - 1) * (1 - t) ** (b - 1) * logs, (t, 0, x))


def _beta(s: Any, a: Any, b: Any) -> Any:
    return s.gamma(a) * s.gamma(b) / s.gamma(a + b)


def _by_parameters(s: Any, function: Any, orders: tuple[Any, ...], *parameters: Any) -> Any:
    """A function's derivative by its parameters, as sympy finds it."""
    dummies = [s.Dummy(positive=True) for _ in orders]
    value = function(*dummies)
    for dummy, order in zip(dummies, orders, strict=True):
        value = value.diff(dummy, order) if order else value
    return value.subs(dict(zip(dummies, parameters, strict=True)))


INCOMPLETE = (
    rule("gammainc", "a x", "special", "the regularised lower incomplete gamma function P(a, x)",
         lambda n, out, a, x: n.gammainc_da(1, a, x), lambda n, out, a, x: n.gamma_density(0, a, x),
         big=lambda m, a, x: incomplete_gamma(m, 0, a, x), arb=a.gammainc, scipy="gammainc",
         symbolic=lambda s, a, x: gamma_integral(s, a, x) / s.gamma(a),
         textbook=("", "x^(a - 1)*exp(-x)/gamma(a)"),
         slow=True, samples=(POSITIVE, POSITIVE), domain=GAMMA, example="gammainc(2, 3)",
         aliases=("gamma_p",)),
    rule("gammaincc", "a x", "special", "the regularised upper incomplete gamma function Q(a, x)",
         lambda n, out, a, x: -n.gammainc_da(1, a, x),
         lambda n, out, a, x: -n.gamma_density(0, a, x),
         big=lambda m, a, x: incomplete_gamma(m, 0, a, x, upper=True), arb=a.gammaincc,
         symbolic=lambda s, a, x: gamma_integral(s, a, x, True) / s.gamma(a),
         scipy="gammaincc",
         textbook=("", "-x^(a - 1)*exp(-x)/gamma(a)"),
         slow=True, samples=(POSITIVE, POSITIVE), domain=GAMMA,
         example="gammaincc(2, 30)", aliases=("gamma_q",)),
    rule("gammainc_da", "k a x", "special", "the k-th derivative of gammainc(a, x) by a", None,
         lambda n, out, k, a, x: n.gammainc_da(k + 1, a, x),
         lambda n, out, k, a, x: n.gamma_density(k, a, x),
         big=incomplete_gamma, arb=a.gammainc_da,
         symbolic=lambda s, k, a, x: _by_parameters(
             s, lambda b: gamma_integral(s, b, x) / s.gamma(b), (k,), a),
         slow=True, samples=(ORDER, POSITIVE, POSITIVE), domain=GAMMA, hidden=True),
    rule("gamma_density", "k a x", "special",
         "the k-th derivative by a of x^(a - 1)*exp(-x)/gamma(a)", None,
         lambda n, out, k, a, x: n.gamma_density(k + 1, a, x),
         lambda n, out, k, a, x: (out * (a - x - 1) + k * n.gamma_density(k - 1, a, x)) / x,
         big=gamma_density, arb=a.gamma_density,
         symbolic=lambda s, k, a, x: _by_parameters(
             s, lambda b: x ** (b - 1) * s.exp(-x) / s.gamma(b), (k,), a),
         slow=True, samples=(NONE, POSITIVE, POSITIVE), domain="a > 0 and x > 0", hidden=True),
    rule("gamma_lower", "a x", "special",
         "the lower incomplete gamma function, t^(a - 1)*exp(-t) integrated from 0 to x",
         lambda n, out, a, x: n.gamma_lower_da(1, a, x),
         lambda n, out, a, x: n.gamma_power(a, x),
         big=lambda m, a, x: incomplete_gamma(m, 0, a, x, regularized=False),
         arb=a.gamma_lower, aliases=("lowergamma",),
         symbolic=gamma_integral,
         textbook=("", "x^(a - 1)*exp(-x)"),
         slow=True, samples=(POSITIVE, POSITIVE), domain=GAMMA, example="gamma_lower(2, 3)"),
    rule("gamma_upper", "a x", "special",
         "the upper incomplete gamma function, t^(a - 1)*exp(-t) integrated from x on",
         lambda n, out, a, x: n.gamma_upper_da(1, a, x),
         lambda n, out, a, x: -n.gamma_power(a, x),
         big=lambda m, a, x: incomplete_gamma(m, 0, a, x, upper=True, regularized=False),
         arb=a.gamma_upper, aliases=("uppergamma",),
         symbolic=lambda s, a, x: gamma_integral(s, a, x, True),
         textbook=("", "-x^(a - 1)*exp(-x)"),
         slow=True, samples=(POSITIVE, POSITIVE), domain="x > 0, or x = 0 where a > 0",
         example="gamma_upper(2, 3)"),
    rule("gamma_lower_da", "k a x", "special", "the k-th derivative of gamma_lower(a, x) by a",
         None,
         lambda n, out, k, a, x: n.gamma_lower_da(k + 1, a, x),
         lambda n, out, k, a, x: n.ipow(n.log(x), k) * n.gamma_power(a, x),
         big=lambda m, k, a, x: incomplete_gamma(m, k, a, x, regularized=False),
         arb=a.gamma_lower_da,
         symbolic=lambda s, k, a, x: gamma_integral(s, a, x, power=k),
         slow=True, samples=(ORDER, POSITIVE, POSITIVE), domain=GAMMA, hidden=True),
    rule("gamma_upper_da", "k a x", "special", "the k-th derivative of gamma_upper(a, x) by a",
         None,
         lambda n, out, k, a, x: n.gamma_upper_da(k + 1, a, x),
         lambda n, out, k, a, x: -n.ipow(n.log(x), k) * n.gamma_power(a, x),
         big=lambda m, k, a, x: incomplete_gamma(m, k, a, x, upper=True, regularized=False),
         arb=a.gamma_upper_da,
         symbolic=lambda s, k, a, x: gamma_integral(s, a, x, True, k),
         slow=True, samples=(ORDER, POSITIVE, POSITIVE),
         domain="x > 0, or x = 0 where a > 0", hidden=True),
    rule("betainc", "a b x", "special", "the regularised incomplete beta function I_x(a, b)",
         lambda n, out, a, b, x: n.betainc_dab(1, 0, a, b, x),
         lambda n, out, a, b, x: n.betainc_dab(0, 1, a, b, x),
         lambda n, out, a, b, x: n.beta_density(0, 0, a, b, x),
         big=lambda m, a, b, x: incomplete_beta(m, 0, 0, a, b, x), arb=a.betainc,
         scipy="betainc",
         symbolic=lambda s, a, b, x: beta_integral(s, a, b, x) / _beta(s, a, b),
         textbook=("", "", "x^(a - 1)*(1 - x)^(b - 1)/beta(a, b)"),
         slow=True, samples=(POSITIVE, POSITIVE, UNIT), domain=BETA, example="betainc(2, 3, 1/2)"),
    rule("betaincc", "a b x", "special", "1 - betainc(a, b, x), accurate where that is small",
         lambda n, out, a, b, x: -n.betainc_dab(1, 0, a, b, x),
         lambda n, out, a, b, x: -n.betainc_dab(0, 1, a, b, x),
         lambda n, out, a, b, x: -n.beta_density(0, 0, a, b, x),
         big=lambda m, a, b, x: incomplete_beta(m, 0, 0, a, b, x, upper=True), arb=a.betaincc,
         scipy="betaincc",
         symbolic=lambda s, a, b, x: beta_integral(s, b, a, 1 - x) / _beta(s, a, b),
         textbook=("", "", "-x^(a - 1)*(1 - x)^(b - 1)/beta(a, b)"),
         slow=True, samples=(POSITIVE, POSITIVE, UNIT),
         domain=BETA, example="betaincc(2, 3, 0.99)"),
    rule("betainc_dab", "j k a b x", "special",
         "the derivative of betainc(a, b, x), j times by a and k times by b", None, None,
         lambda n, out, j, k, a, b, x: n.betainc_dab(j + 1, k, a, b, x),
         lambda n, out, j, k, a, b, x: n.betainc_dab(j, k + 1, a, b, x),
         lambda n, out, j, k, a, b, x: n.beta_density(j, k, a, b, x),
         big=incomplete_beta, arb=a.betainc_dab,
         symbolic=lambda s, j, k, a, b, x: _by_parameters(
             s, lambda c, d: beta_integral(s, c, d, x) / _beta(s, c, d), (j, k), a, b),
         slow=True, samples=(ORDER, NONE, POSITIVE, POSITIVE, UNIT), domain=BETA, hidden=True),
    rule("beta_density", "j k a b x", "special",
         "the derivative, j times by a and k times by b, of x^(a-1)*(1-x)^(b-1)/beta(a, b)",
         None, None,
         lambda n, out, j, k, a, b, x: n.beta_density(j + 1, k, a, b, x),
         lambda n, out, j, k, a, b, x: n.beta_density(j, k + 1, a, b, x),
         lambda n, out, j, k, a, b, x: (
             out * ((a - 1) * (1 - x) - (b - 1) * x)
             + j * n.beta_density(j - 1, k, a, b, x) * (1 - x)
             - k * n.beta_density(j, k - 1, a, b, x) * x) / (x * (1 - x)),
         big=beta_density, arb=a.beta_density,
         symbolic=lambda s, j, k, a, b, x: _by_parameters(
             s, lambda c, d: x ** (c - 1) * (1 - x) ** (d - 1) / _beta(s, c, d), (j, k), a, b),
         slow=True, samples=(NONE, NONE, POSITIVE, POSITIVE, UNIT), domain="a, b > 0 and 0 < x < 1",
         hidden=True),
    rule("beta_lower", "a b x", "special",
         "the incomplete beta function, t^(a-1)*(1-t)^(b-1) integrated from 0 to x",
         lambda n, out, a, b, x: n.beta_lower_dab(1, 0, a, b, x),
         lambda n, out, a, b, x: n.beta_lower_dab(0, 1, a, b, x),
         lambda n, out, a, b, x: n.beta_power(a, b, x),
         big=lambda m, a, b, x: incomplete_beta(m, 0, 0, a, b, x, regularized=False),
         arb=a.beta_lower,
         symbolic=beta_integral,
         textbook=("", "", "x^(a - 1)*(1 - x)^(b - 1)"),
         slow=True, samples=(POSITIVE, POSITIVE, UNIT),
         domain=BETA, example="beta_lower(2, 3, 1/2)"),
    rule("beta_lower_dab", "j k a b x", "special",
         "the derivative of beta_lower(a, b, x), j times by a and k times by b", None, None,
         lambda n, out, j, k, a, b, x: n.beta_lower_dab(j + 1, k, a, b, x),
         lambda n, out, j, k, a, b, x: n.beta_lower_dab(j, k + 1, a, b, x),
         lambda n, out, j, k, a, b, x: (
             n.ipow(n.log(x), j) * n.ipow(n.log1p(-x), k) * n.beta_power(a, b, x)),
         big=lambda m, j, k, a, b, x: incomplete_beta(m, j, k, a, b, x, regularized=False),
         arb=a.beta_lower_dab,
         symbolic=lambda s, j, k, a, b, x: beta_integral(s, a, b, x, (j, k)),
         slow=True, samples=(ORDER, NONE, POSITIVE, POSITIVE, UNIT), domain=BETA, hidden=True),
    # Rows of their own: the powers overflow where the exponentials underflow.
    rule("gamma_power", "a x", "special", "x^(a - 1)*exp(-x)",
         lambda n, out, a, x: out * n.log(x), lambda n, out, a, x: out * (a - x - 1) / x,
         big=gamma_power, symbolic=lambda s, a, x: x ** (a - 1) * s.exp(-x),
         ball=lambda n, a, x: n.exp((a - 1) * n.log(x) - x),
         slow=True, samples=(POSITIVE, POSITIVE), domain="x > 0", hidden=True),
    rule("beta_power", "a b x", "special", "x^(a - 1)*(1 - x)^(b - 1)",
         lambda n, out, a, b, x: out * n.log(x), lambda n, out, a, b, x: out * n.log1p(-x),
         lambda n, out, a, b, x: out * ((a - 1) * (1 - x) - (b - 1) * x) / (x * (1 - x)),
         big=beta_power, symbolic=lambda s, a, b, x: x ** (a - 1) * (1 - x) ** (b - 1),
         ball=lambda n, a, b, x: n.exp((a - 1) * n.log(x) + (b - 1) * n.log1p(-x)),
         slow=True, samples=(POSITIVE, POSITIVE, UNIT), domain="0 < x < 1", hidden=True),
)  # fmt: skip
