"""Other special functions.

Those without a float64 kernel of their own are rounded from 30 digits.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers import big as b
from gradcalc.numbers import lambert
from gradcalc.rules.gamma import or_pole, order_of
from gradcalc.rules.rule import rule

W = (-3.0, 3.0)
POSITIVE = (0.5, 10.0)
DIRICHLET_BITS = 20
REFLECTED_BELOW = -30  # where mpmath's own derivatives of zeta take ever longer
ORDER = (1.0, 1.0)


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
    order = order_of(k)
    if m.isfinite(x) and order and x > m.prec + order + DIRICHLET_BITS:
        return sum((-m.log(n)) ** order * b.power(m, m.mpf(n), -x) for n in range(2, 6))
    if not m.isfinite(x) or x > REFLECTED_BELOW:
        return m.zeta(x, 1, order)
    with m.workprec(m.prec + int(m.mag(x)) + 20):
        value = m.diff(lambda s: _zeta(m, s), x, order)
    return +value


def _symbolic_zeta_prime(s: Any, k: Any, x: Any) -> Any:
    t = s.Dummy("t", real=True)
    return s.Subs(s.Derivative(s.zeta(t), (t, k)), t, x) if k else s.zeta(x)


def _lambertw(n: Any, x: Any) -> Any:
    """lambertw in numbers with a bound, which tell -1/e, the edge of its domain, only from e*x."""
    at_edge = n.kind != "range" and n.constant("e") * x == -1
    return n.number(Fraction(-1)) if at_edge else n.lambertw_inside(x)


def _lambertw_gap(m: Any, x: Any) -> Any:
    """1 + W(x), with twice the digits: at the edge of its domain half of them are lost."""
    with m.workprec(2 * m.prec + 20):
        value = 1 + m.lambertw(x)
    return +value


def _half(n: Any, k: int) -> Any:
    """k/2 as a number of the system."""
    return n.number(Fraction(k, 2))


SPECIAL = (
    rule("lambertw", "x", "special", "the w >= -1 with w*exp(w) = x",
         lambda n, out, x: n.lambertw_slope(x),
         sympy="LambertW", ball=_lambertw, vector=lambert.lambertw,
         textbook=("exp(-lambertw(x))/(1 + lambertw(x))",),
         notation="W", easy=True, monotone=1, samples=((-0.3, 10.0),), domain="x >= -1/e",
         example="lambertw(1)"),
    rule("lambertw_inside", "x", "special", "lambertw(x) where x > -1/e",
         lambda n, out, x: n.lambertw_slope(x),
         symbolic=lambda s, x: s.LambertW(x), big=lambda m, x: m.lambertw(x),
         arb=lambda x: x.lambertw(), vector=lambert.lambertw,
         easy=True, samples=((-0.3, 10.0),), domain="x > -1/e", hidden=True),
    # Far out exp(-W(x)) has as many wrong digits as W(x) has before the point, x*(1 + 1/W(x)) none.
    rule("lambertw_slope", "x", "special", "1/(exp(w)*(1 + w)), the derivative of w = lambertw(x)",
         lambda n, out, x: -out * out * (1 + 1 / n.lambertw_gap(x)),
         big=lambda m, x: m.exp(-m.lambertw(x)) / g if (g := _lambertw_gap(m, x)) else m.inf,
         symbolic=lambda s, x: s.exp(-s.LambertW(x)) / (1 + s.LambertW(x)),
         ball=lambda n, x: n.exp(-n.lambertw(x)) / n.lambertw_gap(x), vector=lambert.slope,
         easy=True, samples=((-0.3, 10.0),), domain="x > -1/e", hidden=True),
    # Near -1/e the sum 1 + w has fewer digits than x tells.
    rule("lambertw_gap", "x", "special", "1 + lambertw(x)",
         lambda n, out, x: n.exp(1 - out) / out,
         big=_lambertw_gap, symbolic=lambda s, x: 1 + s.LambertW(x),
         ball=lambda n, x: 1 + n.lambertw(x), vector=lambert.gap,
         easy=True, samples=((-0.3, 10.0),), domain="x >= -1/e", hidden=True),
    rule("zeta", "x", "special", "the Riemann zeta function", lambda n, out, x: n.zeta_prime(1, x),
         big=_zeta, arb=a.zeta, scipy="zeta",
         notation="ζ", crossing=lambda out, x: x - 1, poles=True,
         slow=True, oscillates=True, samples=((1.5, 10.0),), domain="x != 1",
         example="zeta(2)"),
    rule("zeta_prime", "k x", "special", "the k-th derivative of zeta", None,
         lambda n, out, k, x: n.zeta_prime(k + 1, x),
         big=_zeta_prime, arb=a.zeta_prime,
         symbolic=_symbolic_zeta_prime,
         notation="ζ^(#)", slow=True, oscillates=True,
         samples=(ORDER, (1.5, 10.0)), domain="k = 0, 1, …, 1000 and x != 1",
         example="zeta_prime(1, 2)"),
    # K and E by the hypergeometric function, which is closed: K' = pi/8 F(3/2, 3/2; 2; m).
    rule("ellipk", "m", "special", "the complete elliptic integral K of parameter m = k^2",
         lambda n, out, m: n.constant("pi") / 8 * n.hyp2f1(
             _half(n, 3), _half(n, 3), _half(n, 4), m),
         sympy="elliptic_k", arb=a.ellipk, scipy="ellipk",
         textbook=("(ellipe(m)/(1 - m) - ellipk(m))/(2*m)",),
         notation="K", crossing=lambda out, m: 1 - m,
         slow=True, samples=((-3.0, 0.9),), domain="m < 1",
         example="ellipk(1/2)"),
    rule("ellipe", "m", "special", "the complete elliptic integral E of parameter m = k^2",
         lambda n, out, m: -n.constant("pi") / 8 * n.hyp2f1(
             _half(n, 1), _half(n, 3), _half(n, 4), m),
         sympy="elliptic_e", arb=a.ellipe, scipy="ellipe",
         textbook=("(ellipe(m) - ellipk(m))/(2*m)",),
         notation="E", crossing=lambda out, m: 1 - m,
         monotone=-1, slow=True, samples=((-3.0, 0.9),), domain="m <= 1",
         example="ellipe(1/2)"),
    rule("hyp2f1", "a b c x", "special", "Gauss's hypergeometric function", None, None, None,
         lambda n, out, a, b, c, x: a * b / c * n.hyp2f1(a + 1, b + 1, c + 1, x),
         symbolic=lambda s, a, b, c, x: s.hyper((a, b), (c,), x),
         arb=lambda a, b, c, x: x.hypgeom_2f1(a, b, c), scipy="hyp2f1",
         slow=True, samples=((0.5, 0.5), (1.5, 1.5), (2.0, 2.0), (-3.0, 0.9)),
         domain="x < 1", hidden=True),
    rule("expint", "v x", "special", "the exponential integral E_v(x); expint(x) is E_1(x)", None,
         lambda n, out, v, x: -n.expint(v - 1, x),
         big=or_pole("expint"), arb=lambda v, x: x.expint(v),
         notation="E_#",
         crossing=lambda out, v, x: x,
         slow=True, samples=(ORDER, POSITIVE),
         domain="x > 0", variants={1: "e1"}, example="expint(1, 2)"),
    rule("e1", "x", "special", "the exponential integral E_1(x)",
         lambda n, out, x: -n.exp(-x) / x,
         big=lambda m, x: m.e1(x) if x else m.inf, symbolic=lambda s, x: s.expint(1, x),
         arb=lambda x: x.expint(1), scipy="exp1", crossing=lambda out, x: x,
         monotone=-1, samples=(POSITIVE,), domain="x > 0", hidden=True),
    rule("si", "x", "special", "the sine integral", lambda n, out, x: n.sinc(x),
         sympy="Si",
         notation="Si", easy=True, oscillates=True, samples=(POSITIVE,), example="si(1)"),
    rule("ci", "x", "special", "the cosine integral", lambda n, out, x: n.cos(x) / x,
         sympy="Ci",
         notation="Ci", crossing=lambda out, x: x,
         oscillates=True, samples=((0.5, 1.4),), domain="x > 0", example="ci(1)"),
)  # fmt: skip
