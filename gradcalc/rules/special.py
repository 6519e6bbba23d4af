"""Special functions. Those without a float64 kernel of their own are rounded from 30 digits."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers import big as b
from gradcalc.numbers import machine as f
from gradcalc.numbers import vector as v
from gradcalc.rules.rule import rule

W = (-3.0, 3.0)
MAX_EXTRA_BITS = 2100  # from the least to the greatest float64
POSITIVE = (0.5, 10.0)


def _or_pole(name: str) -> Any:
    """An mpmath function that answers +inf at its poles, where mpmath raises."""

    def kernel(m: Any, *x: Any) -> Any:
        try:
            return getattr(m, name)(*x)
        except ValueError:
            return m.inf

    return kernel


DIRICHLET_BITS = 20
REFLECTED_BELOW = -30  # where mpmath's own derivatives of zeta take ever longer


def _zeta(m: Any, x: Any) -> Any:
    """zeta; far to the left by the functional equation, DLMF 25.4.1."""
    if not m.isfinite(x) or x > REFLECTED_BELOW:
        return m.inf if x == 1 else m.zeta(x)
    with m.workprec(m.prec + 2 * int(m.mag(x)) + 20):
        mirrored = 1 - x
        power = 2 * (2 * m.pi) ** -mirrored
        value = power * m.sinpi(x / 2) * m.gamma(mirrored) * m.zeta(mirrored)
    return +value


def _zeta_prime(m: Any, k: Any, x: Any) -> Any:
    """The k-th derivative of zeta; far to the left by differences, in more digits.

    Far to the right by Dirichlet's series, whose fifth term is nothing to the first one there.
    """
    order = _order(k)
    if m.isfinite(x) and order and x > m.prec + order + DIRICHLET_BITS:
        return sum((-m.log(n)) ** order * b.power(m, m.mpf(n), -x) for n in range(2, 6))
    if not m.isfinite(x) or x > REFLECTED_BELOW:
        return m.zeta(x, 1, order)
    with m.workprec(m.prec + int(m.mag(x)) + 20):
        value = m.diff(lambda s: _zeta(m, s), x, order)
    return +value


def _order(k: Any) -> int:
    """How often a function is differentiated; ValueError where that is not 0, 1, …, a.MAX_ORDER."""
    if not 0 <= k <= a.MAX_ORDER or k != int(k):
        raise ValueError("an order is 0, 1, 2, …")
    return int(k)


def _symbolic_zeta_prime(s: Any, k: Any, x: Any) -> Any:
    t = s.Dummy("t", real=True)
    return s.Subs(s.Derivative(s.zeta(t), (t, k)), t, x) if k else s.zeta(x)


def _polygamma(m: Any, k: Any, x: Any) -> Any:
    """The k-th derivative of digamma, left of 0 by reflection, DLMF 5.15.6."""
    k = _order(k)
    if x > 0 or not m.isfinite(x):
        return m.psi(k, x)
    if x == m.floor(x):
        return m.inf
    with m.workprec(m.prec + 20 + max(0, m.mag(x))):
        cot = m.cot(m.pi * x)
        polynomial = [0, 1]  # the k-th derivative of cot(pi x), as a polynomial in cot(pi x)
        for _ in range(k):
            slope = [n * c for n, c in enumerate(polynomial)][1:]
            polynomial = [-m.pi * c for c in _summed(slope, [0, 0, *slope])]
        value = (-1) ** k * m.psi(k, 1 - x) - m.pi * m.polyval(polynomial[::-1], cot)
    return +value


def _beta(m: Any, x: Any, y: Any) -> Any:
    """The beta function; the gamma function is steep at large arguments, which need all digits."""
    large = max((m.mag(z) for z in (x, y) if z and m.isfinite(z)), default=0)
    with m.workprec(m.prec + 20 + 2 * max(0, large)):
        value = _or_pole("beta")(m, x, y)
    return +value


def _erfc(m: Any, x: Any) -> Any:
    """erfc; past 1e140, where mpmath overflows, by its series in 1/x, DLMF 7.12.1."""
    if abs(x) < 1e140 or not m.isfinite(x) or m.mag(x) > MAX_EXTRA_BITS:
        return m.erfc(x)
    with m.workprec(m.prec + 20 + 2 * m.mag(x)):
        square, size = x * x, abs(x)
        term = total = m.exp(-square) / (size * m.sqrt(m.pi))
        for k in range(m.prec // 900 + 1):
            term *= -(2 * k + 1) / (2 * square)
            total += term
        value = total if x > 0 else 2 - total
    return +value


def _extra_bits(m: Any, *numbers: Any) -> int:
    """By how many powers of two the sizes of numbers lie apart, as far as float64 goes."""
    sizes = [m.mag(z) for z in numbers if z and m.isfinite(z)]
    return min(MAX_EXTRA_BITS, max(sizes, default=0) - min(sizes, default=0))


def _lbeta(m: Any, x: Any, y: Any) -> Any:
    """log|beta|; large terms cancel where the arguments are of different sizes."""
    with m.workprec(m.prec + 20 + 2 * _extra_bits(m, x, y, m.mpf(1))):
        value = _lgamma(m, x) + _lgamma(m, y) - _lgamma(m, x + y)
    return +value


def _polygamma_gap(m: Any, k: Any, x: Any, y: Any) -> Any:
    with m.workprec(m.prec + 20 + (int(k) + 2) * _extra_bits(m, x, y, m.mpf(1))):
        value = _polygamma(m, k, x) - _polygamma(m, k, x + y)
    return +value


def _lambertw(n: Any, x: Any) -> Any:
    """lambertw in numbers with a bound, which tell -1/e, the edge of its domain, only from e*x."""
    at_edge = n.kind != "range" and n.constant("e") * x == -1
    return n.number(Fraction(-1)) if at_edge else n.lambertw_inside(x)


def _lambertw_gap(m: Any, x: Any) -> Any:
    """1 + W(x), with twice the digits: at the edge of its domain half of them are lost."""
    with m.workprec(2 * m.prec + 20):
        value = 1 + m.lambertw(x)
    return +value


def _summed(a: list[Any], b: list[Any]) -> list[Any]:
    return [x + y for x, y in zip_longest(a, b, fillvalue=0)]


def _lgamma(m: Any, x: Any) -> Any:
    if x <= 0 and x == int(x):
        return m.inf
    return m.loggamma(x) if x > 0 else m.log(abs(m.gamma(x)))


def _gamma(x: float) -> float:
    return math.inf if x <= 0 and x == math.floor(x) else math.gamma(x)


def _bessel_series(m: Any, n: int, x: Any, sign: int) -> tuple[Any, Any, Any]:
    """The parts of the ascending series of Y_n (sign -1) and K_n (sign 1), DLMF 10.8.1, 10.31.1.

    In terms of q = sign*x^2/4: the finite sum, the sum of J_n or I_n, and that with digammas;
    mpmath's own way at integer orders takes seconds at 300 digits.
    """
    q = sign * x * x / 4
    finite = m.fsum(m.fac(n - k - 1) / m.fac(k) * (-q) ** k for k in range(n))
    term = 1 / m.fac(n)
    digammas = m.psi(0, 1) + m.psi(0, n + 1)
    plain, weighted = term, term * digammas
    k = 0
    while abs(term * digammas) > m.eps * abs(weighted) or k < 3:
        k += 1
        term *= q / (k * (n + k))
        digammas += m.mpf(1) / k + m.mpf(1) / (n + k)
        plain += term
        weighted += term * digammas
    return finite, plain, weighted


def _besselk(m: Any, v: Any, x: Any) -> Any:
    if x == 0:
        return m.inf
    n = abs(v)
    if not (m.isint(n) and 0 < x < 2 * m.dps):
        return m.besselk(v, x)
    n = int(n)
    with m.workprec(m.prec + 30 + int(3 * x)):  # K falls as exp(-x) where its series grows
        finite, plain, weighted = _bessel_series(m, n, x, 1)
        power, odd = (x / 2) ** n, (-1) ** n
        value = finite / (2 * power) - odd * power * (m.log(x / 2) * plain - weighted / 2)
    return +value


def _bessely(m: Any, v: Any, x: Any) -> Any:
    if x == 0:
        return -m.inf
    n = abs(v)
    if not m.isint(n) or x < 0 or not m.isfinite(x):
        return m.bessely(v, x)
    n = int(n)
    odd = (-1) ** n if v < 0 else 1
    if x > 2 * m.dps + n * n:
        return odd * _hankel(m, n, x)
    with m.workprec(m.prec + 30 + int(2 * x)):
        finite, plain, weighted = _bessel_series(m, n, x, -1)
        power = (x / 2) ** n
        value = (power * (2 * m.log(x / 2) * plain - weighted) - finite / power) / m.pi
    return odd * value


def _hankel(m: Any, n: int, x: Any) -> Any:
    """Y_n(x) for large x by Hankel's expansion, DLMF 10.17.4."""
    with m.workprec(m.prec + 30 + max(0, m.mag(x))):
        term, k = m.mpf(1), 0
        sums = [term, m.mpf(0)]
        while abs(term) > m.eps:
            k += 1
            term *= (4 * n * n - (2 * k - 1) ** 2) / (8 * k * x)
            sums[k % 2] += term if k % 4 < 2 else -term
        angle = x - (2 * n + 1) * m.pi / 4
        value = m.sqrt(2 / (m.pi * x)) * (m.sin(angle) * sums[0] + m.cos(angle) * sums[1])
    return +value


def _integer(n: Any, k: int) -> Any:
    return n.number(Fraction(k))


def scaled_erfc_of(m: Any, k: Any, x: Any) -> Any:
    """exp(x^2) times the k-fold integral of erfc.

    By parabolic cylinder functions, DLMF 12.7.7; for large x by the series in 1/x, DLMF 7.18.14.
    """
    if x > 0 and x * x > 4 * m.dps + 4 * k:
        term = total = 2 / (m.sqrt(m.pi) * (2 * x) ** (k + 1))
        n = 0
        while abs(term) > abs(total) * m.eps:
            n += 1
            term *= -(2 * n + k) * (2 * n + k - 1) / (n * (2 * x) ** 2)
            total += term
        return total
    with m.workprec(m.prec + 20 + 2 * max(0, m.mag(x) if x else 0)):
        cylinder = m.exp(x * x / 2) * m.pcfd(-k - 1, x * m.sqrt(2))
        value = cylinder / m.sqrt(m.mpf(2) ** (k - 1) * m.pi)
    return +value


def _half(n: Any, k: int) -> Any:
    """k/2 as a number of the system."""
    return n.number(Fraction(k, 2))


def _order_down(kernel: str, sign: int) -> Any:
    """2 f_v' = f_(v-1) ± f_(v+1), DLMF 10.6.1 and 10.29.1."""
    return lambda n, out, v, x: (
        (getattr(n, kernel)(v - 1, x) + sign * getattr(n, kernel)(v + 1, x)) / 2
    )


ORDER = (1.0, 1.0)
SPECIAL = (
    rule("erf", "x", "special", "the error function",
         lambda n, out, x: 2 * n.exp(-x * x) / n.sqrt(n.constant("pi")),
         machine=math.erf, scipy="erf", samples=(W,), example="erf(1)"),
    rule("erfc", "x", "special", "1 - erf(x), accurate for large x",
         lambda n, out, x: -2 * n.exp(-x * x) / n.sqrt(n.constant("pi")),
         machine=math.erfc, big=_erfc, scipy="erfc", samples=(W,), example="erfc(5)"),
    rule("gamma", "x", "special", "the gamma function", lambda n, out, x: out * n.digamma(x),
         machine=f.saturating(_gamma), big=_or_pole("gamma"), scipy="gamma",
         notation="Γ", samples=(POSITIVE,),
         domain="x not 0, -1, -2, …", example="gamma(5)", crossing=lambda out, x: out, poles=True),
    rule("lgamma", "x", "special", "log(|gamma(x)|)", lambda n, out, x: n.digamma(x),
         big=_lgamma, arb=a.lgamma, sympy="loggamma", scipy="gammaln",
         crossing=lambda out, x: (x < 1) * (x // 1), steps=True,
         samples=(POSITIVE,),
         domain="x not 0, -1, -2, …", example="lgamma(100)"),
    rule("digamma", "x", "special", "the derivative of lgamma",
         lambda n, out, x: n.polygamma(_integer(n, 1), x),
         big=lambda m, x: _polygamma(m, 0, x), scipy="psi",
         notation="ψ", samples=((2.0, 10.0),), domain="x not 0, -1, -2, …", example="digamma(1)",
         crossing=lambda out, x: out, poles=True),
    rule("polygamma", "k x", "special", "the k-th derivative of digamma", None,
         lambda n, out, k, x: n.polygamma(k + 1, x),
         big=_polygamma, arb=a.polygamma,
         notation="ψ^(#)", crossing=lambda out, k, x: (x < 1) * (x // 1), steps=True,
         samples=((1.0, 1.0), POSITIVE),
         domain="k = 0, 1, …, 1000 and x not 0, -1, -2, …", example="polygamma(1, 2)"),
    rule("factorial", "x", "special", "x!, gamma(x + 1)",
         lambda n, out, x: out * n.digamma(x + 1),
         machine=f.saturating(lambda x: _gamma(x + 1)), big=_or_pole("factorial"),
         arb=lambda x: (x + 1).gamma(),
         notation="#!", crossing=lambda out, x: (x < 0) * (x // 1), steps=True,
         samples=(POSITIVE,), domain="x not -1, -2, …", example="5!", grows=True),
    rule("erfcx", "x", "special", "exp(x^2)*erfc(x), without underflow",
         lambda n, out, x: -2 * n.scaled_erfc(1, x),
         big=lambda m, x: scaled_erfc_of(m, m.mpf(0), x), arb=a.erfcx,
         symbolic=lambda s, x: s.exp(x * x) * s.erfc(x), scipy="erfcx",
         textbook=("2*x*erfcx(x) - 2/sqrt(pi)",),
         samples=(W,), example="erfcx(100)"),
    rule("scaled_erfc", "k x", "special", "exp(x^2) times the k-fold integral of erfc", None,
         lambda n, out, k, x: -2 * (k + 1) * n.scaled_erfc(k + 1, x),
         big=scaled_erfc_of, arb=a.scaled_erfc,
         symbolic=lambda s, k, x: s.exp(x * x) * (
             s.exp(-x * x) / s.sqrt(s.pi) - x * s.erfc(x)),  # k = 1
         samples=(ORDER, W), hidden=True),
    rule("erfinv", "x", "special", "the inverse of erf",
         lambda n, out, x: n.sqrt(n.constant("pi")) * n.exp(out * out) / 2,
         big=lambda m, x: m.erfinv(x) if abs(x) != 1 else m.inf * x,
         scipy="erfinv", crossing=lambda out, x: (1 - x) * (1 + x),
         samples=((-0.95, 0.95),), domain="-1 < x < 1", example="erfinv(1/2)"),
    rule("beta", "x y", "special", "gamma(x)*gamma(y)/gamma(x + y)",
         lambda n, out, x, y: out * n.polygamma_gap(_integer(n, 0), x, y),
         lambda n, out, x, y: out * n.polygamma_gap(_integer(n, 0), y, x),
         big=_beta, arb=a.beta,
         symbolic=lambda s, x, y: s.gamma(x) * s.gamma(y) / s.gamma(x + y),
         scipy="beta",
         textbook=("beta(x, y)*(digamma(x) - digamma(x + y))",
                   "beta(x, y)*(digamma(y) - digamma(x + y))"),
         notation="B",
         crossing=lambda out, x, y: (x < 1) * (x // 1) + (y < 1) * (y // 1), steps=True,
         samples=(POSITIVE, POSITIVE), domain="x, y not 0, -1, -2, …", example="beta(2, 3)"),
    rule("lbeta", "x y", "special", "log(|beta(x, y)|)",
         lambda n, out, x, y: n.polygamma_gap(_integer(n, 0), x, y),
         lambda n, out, x, y: n.polygamma_gap(_integer(n, 0), y, x),
         big=_lbeta,
         symbolic=lambda s, x, y: s.loggamma(x) + s.loggamma(y) - s.loggamma(x + y),
         scipy="betaln",
         ball=lambda n, x, y: n.lgamma(x) + n.lgamma(y) - n.lgamma(x + y),
         textbook=("digamma(x) - digamma(x + y)", "digamma(y) - digamma(x + y)"),
         crossing=lambda out, x, y: (x < 1) * (x // 1) + (y < 1) * (y // 1), steps=True,
         samples=(POSITIVE, POSITIVE), domain="x, y not 0, -1, -2, …", example="lbeta(200, 300)"),
    # What the derivatives of beta are made of: a difference that cancels where y is small.
    rule("polygamma_gap", "k x y", "special", "polygamma(k, x) - polygamma(k, x + y)", None,
         lambda n, out, k, x, y: n.polygamma_gap(k + 1, x, y),
         lambda n, out, k, x, y: -n.polygamma(k + 1, x + y),
         big=_polygamma_gap,
         symbolic=lambda s, k, x, y: s.polygamma(k, x) - s.polygamma(k, x + y),
         ball=lambda n, k, x, y: y if y == 0 else n.polygamma(k, x) - n.polygamma(k, x + y),
         samples=(ORDER, POSITIVE, POSITIVE), domain="x and x + y not 0, -1, -2, …", hidden=True),
    rule("normal_pdf", "x", "special", "the density of the standard normal distribution",
         lambda n, out, x: n.normal_slope(x),
         into=v.normal_pdf,
         machine=lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
         big=lambda m, x: m.npdf(x), symbolic=lambda s, x: s.exp(-x * x / 2) / s.sqrt(2 * s.pi),
         ball=lambda n, x: n.exp(-x * x / 2) / n.sqrt(2 * n.constant("pi")),
         textbook=("-x*normal_pdf(x)",),
         notation="φ", samples=(W,), example="normal_pdf(0)"),
    # A row of its own: by the product rule its derivative would cancel near 1.
    rule("normal_slope", "x", "special", "-x*normal_pdf(x), its derivative",
         lambda n, out, x: (x - 1) * (x + 1) * n.normal_pdf(x),
         machine=lambda x: -x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
         symbolic=lambda s, x: -x * s.exp(-x * x / 2) / s.sqrt(2 * s.pi),
         formula=lambda n, x: -x * n.normal_pdf(x),
         samples=(W,), hidden=True),
    rule("normal_cdf", "x", "special", "the standard normal distribution function",
         lambda n, out, x: n.normal_pdf(x),
         machine=lambda x: math.erfc(-x / math.sqrt(2)) / 2,
         big=lambda m, x: _erfc(m, -x / m.sqrt(2)) / 2,
         symbolic=lambda s, x: s.erfc(-x / s.sqrt(2)) / 2, scipy="ndtr",
         native=lambda c, x: c.erfc(-x / math.sqrt(2)) / 2,
         ball=lambda n, x: n.erfc(-x / n.sqrt(n.number(2))) / 2,
         notation="Φ", samples=(W,), example="normal_cdf(2)"),
    rule("gelu", "x", "special", "x*normal_cdf(x), the Gaussian error linear unit",
         lambda n, out, x: n.normal_cdf(x) + x * n.normal_pdf(x),
         machine=lambda x: x * (math.erfc(-x / math.sqrt(2)) / 2),
         big=lambda m, x: x * _erfc(m, -x / m.sqrt(2)) / 2,
         native=lambda c, x: x * (c.erfc(-x / math.sqrt(2)) / 2),
         symbolic=lambda s, x: x * s.erfc(-x / s.sqrt(2)) / 2,
         ball=lambda n, x: x * n.erfc(-x / n.sqrt(n.number(2))) / 2,
         samples=((-0.5, 3.0),),
         example="gelu(1)"),
    rule("lambertw", "x", "special", "the w >= -1 with w*exp(w) = x",
         lambda n, out, x: n.exp(-out) / n.lambertw_gap(x),
         sympy="LambertW", ball=_lambertw,
         textbook=("exp(-lambertw(x))/(1 + lambertw(x))",),
         notation="W", samples=((-0.3, 10.0),), domain="x >= -1/e",
         example="lambertw(1)"),
    rule("lambertw_inside", "x", "special", "lambertw(x) where x > -1/e",
         lambda n, out, x: n.exp(-out) / n.lambertw_gap(x),
         symbolic=lambda s, x: s.LambertW(x), big=lambda m, x: m.lambertw(x),
         arb=lambda x: x.lambertw(), samples=((-0.3, 10.0),), domain="x > -1/e", hidden=True),
    # Near -1/e the sum 1 + w has fewer digits than x tells.
    rule("lambertw_gap", "x", "special", "1 + lambertw(x)",
         lambda n, out, x: n.exp(1 - out) / out,
         big=_lambertw_gap, symbolic=lambda s, x: 1 + s.LambertW(x),
         ball=lambda n, x: 1 + n.lambertw(x),
         samples=((-0.3, 10.0),), domain="x >= -1/e", hidden=True),
    rule("zeta", "x", "special", "the Riemann zeta function", lambda n, out, x: n.zeta_prime(1, x),
         big=_zeta, arb=a.zeta, scipy="zeta",
         notation="ζ", crossing=lambda out, x: x - 1, poles=True,
         samples=((1.5, 10.0),), domain="x != 1", example="zeta(2)"),
    rule("zeta_prime", "k x", "special", "the k-th derivative of zeta", None,
         lambda n, out, k, x: n.zeta_prime(k + 1, x),
         big=_zeta_prime, arb=a.zeta_prime,
         symbolic=_symbolic_zeta_prime,
         notation="ζ^(#)", samples=(ORDER, (1.5, 10.0)), domain="k = 0, 1, …, 1000 and x != 1",
         example="zeta_prime(1, 2)"),
    rule("besselj", "v x", "special", "the Bessel function of the first kind, of order v", None,
         _order_down("besselj", -1),
         arb=lambda v, x: x.bessel_j(v), scipy="jv",
         notation="J_#", samples=(ORDER, POSITIVE),
         domain="x > 0, or any x where v is an integer", example="besselj(0, 2)"),
    rule("bessely", "v x", "special", "the Bessel function of the second kind, of order v", None,
         _order_down("bessely", -1),
         big=_bessely, arb=lambda v, x: x.bessel_y(v), scipy="yv",
         notation="Y_#", crossing=lambda out, v, x: x,
         samples=(ORDER, POSITIVE), domain="x > 0", example="bessely(0, 2)"),
    rule("besseli", "v x", "special", "the modified Bessel function I of order v", None,
         _order_down("besseli", 1),
         arb=lambda v, x: x.bessel_i(v), scipy="iv",
         notation="I_#", samples=(ORDER, POSITIVE),
         domain="x > 0, or any x where v is an integer", example="besseli(0, 2)"),
    rule("besselk", "v x", "special", "the modified Bessel function K of order v", None,
         lambda n, out, v, x: -(n.besselk(v - 1, x) + n.besselk(v + 1, x)) / 2,
         big=_besselk, arb=lambda v, x: x.bessel_k(v), scipy="kv",
         notation="K_#", crossing=lambda out, v, x: x,
         samples=(ORDER, POSITIVE), domain="x > 0", example="besselk(0, 2)"),
    # K and E by the hypergeometric function, which is closed: K' = pi/8 F(3/2, 3/2; 2; m).
    rule("ellipk", "m", "special", "the complete elliptic integral K of parameter m = k^2",
         lambda n, out, m: n.constant("pi") / 8 * n.hyp2f1(
             _half(n, 3), _half(n, 3), _half(n, 4), m),
         sympy="elliptic_k", arb=a.ellipk, scipy="ellipk",
         textbook=("(ellipe(m)/(1 - m) - ellipk(m))/(2*m)",),
         notation="K", crossing=lambda out, m: 1 - m,
         samples=((-3.0, 0.9),), domain="m < 1",
         example="ellipk(1/2)"),
    rule("ellipe", "m", "special", "the complete elliptic integral E of parameter m = k^2",
         lambda n, out, m: -n.constant("pi") / 8 * n.hyp2f1(
             _half(n, 1), _half(n, 3), _half(n, 4), m),
         sympy="elliptic_e", arb=a.ellipe, scipy="ellipe",
         textbook=("(ellipe(m) - ellipk(m))/(2*m)",),
         notation="E", crossing=lambda out, m: 1 - m,
         samples=((-3.0, 0.9),), domain="m <= 1",
         example="ellipe(1/2)"),
    rule("hyp2f1", "a b c x", "special", "Gauss's hypergeometric function", None, None, None,
         lambda n, out, a, b, c, x: a * b / c * n.hyp2f1(a + 1, b + 1, c + 1, x),
         symbolic=lambda s, a, b, c, x: s.hyper((a, b), (c,), x),
         arb=lambda a, b, c, x: x.hypgeom_2f1(a, b, c), scipy="hyp2f1",
         samples=((0.5, 0.5), (1.5, 1.5), (2.0, 2.0), (-3.0, 0.9)), domain="x < 1", hidden=True),
    rule("expint", "v x", "special", "the exponential integral E_v(x); expint(x) is E_1(x)", None,
         lambda n, out, v, x: -n.expint(v - 1, x),
         big=_or_pole("expint"), arb=lambda v, x: x.expint(v),
         notation="E_#",
         crossing=lambda out, v, x: x,
         samples=(ORDER, POSITIVE), domain="x > 0", variants={1: "e1"}, example="expint(1, 2)"),
    rule("e1", "x", "special", "the exponential integral E_1(x)",
         lambda n, out, x: -n.exp(-x) / x,
         big=lambda m, x: m.e1(x) if x else m.inf, symbolic=lambda s, x: s.expint(1, x),
         arb=lambda x: x.expint(1), scipy="exp1", crossing=lambda out, x: x,
         samples=(POSITIVE,), domain="x > 0", hidden=True),
    rule("si", "x", "special", "the sine integral", lambda n, out, x: n.sinc(x),
         sympy="Si",
         notation="Si", samples=(POSITIVE,), example="si(1)"),
    rule("ci", "x", "special", "the cosine integral", lambda n, out, x: n.cos(x) / x,
         sympy="Ci",
         notation="Ci", crossing=lambda out, x: x,
         samples=((0.5, 1.4),), domain="x > 0", example="ci(1)"),
)  # fmt: skip
