"""Enclosures by Arb of functions that it has under another name, in parts, or on a part of the
reals: of flint's balls, at flint's precision. Where they say nothing they are not finite.
"""

from __future__ import annotations

from typing import Any

Arb = Any  # flint.arb


def _nan(x: Arb) -> Arb:
    return type(x).nan()


def _complex(x: Arb) -> Any:
    from flint import acb

    return acb(x)


def power(x: Arb, y: Arb) -> Arb:
    """x^y, of x = 0 too."""
    if x == 0 and y > 0:
        return x
    return x**y


def atan2(y: Arb, x: Arb) -> Arb:
    """The angle; of the origin, none."""
    if y.contains(0) and x.contains(0):
        return _nan(x)
    return type(x).atan2(y, x)


def cbrt(x: Arb) -> Arb:
    """The real cube root."""
    if x == 0:
        return x
    return -((-x).root(3)) if x < 0 else x.root(3)


def root(x: Arb, n: Arb) -> Arb:
    """The real n-th root."""
    if x > 0:
        return (x.log() / n).exp()
    order = n.unique_fmpz() if n.is_exact() else None
    if x < 0 and order is not None and int(order) % 2:
        return -((-x).log() / n).exp()
    return _nan(x)


def spherical(k: Arb, x: Arb) -> Arb:
    """The spherical Bessel function j_k: DLMF 10.47.3; near 0 by its series, 10.53.1."""
    order = k.unique_fmpz() if k.is_exact() else None
    if order is None:
        return _nan(x)
    if order < 0:
        return type(x)(0)  # only ever meets a factor 0
    size = abs(x)
    if size > 1:
        value = (type(x).pi() / (2 * size)).sqrt() * size.bessel_j(k + 0.5)
        return -value if x < 0 and int(order) % 2 else value
    double_factorial = 1
    for odd in range(3, 2 * int(order) + 2, 2):
        double_factorial *= odd
    return x ** int(order) / double_factorial * (-x * x / 4).hypgeom_0f1(k + 1.5)


def lgamma(x: Arb) -> Arb:
    """log(|gamma(x)|)."""
    return x.lgamma() if x > 0 else -abs(x.rgamma()).log()


MAX_ORDER = 1000  # of derivatives of zeta and digamma: the work grows with it without a bound


def polygamma(k: Arb, x: Arb) -> Arb:
    """The k-th derivative of digamma."""
    if not k.is_integer() or not 0 <= k <= MAX_ORDER:
        return _nan(x)
    return x.digamma() if k == 0 else _complex(x).polygamma(_complex(k)).real


def beta(x: Arb, y: Arb) -> Arb:
    """gamma(x)*gamma(y)/gamma(x + y)."""
    from flint import ctx

    # The gamma function is steep at large arguments, which need all digits.
    size = max(abs(x), abs(y)).log()
    more = int(size.floor().unique_fmpz() or 0) * 3 if size.is_finite() and size > 1 else 0
    with ctx.workprec(ctx.prec + more):
        return x.gamma() * y.gamma() * (x + y).rgamma()


def erfcx(x: Arb) -> Arb:
    """exp(x^2)*erfc(x)."""
    return scaled_erfc(type(x)(0), x)


def scaled_erfc(k: Arb, x: Arb) -> Arb:
    """exp(x^2) times the k-fold integral of erfc: DLMF 7.18.10, and left of 1 the recurrence
    7.18.7 from exp(x^2)*erfc(x).
    """
    root_pi = type(x).pi().sqrt()
    if x > 1:
        return (x * x).hypgeom_u((k + 1) / 2, 0.5) / (root_pi * 2**k)
    order = k.unique_fmpz() if k.is_exact() else None
    if order is None:
        return _nan(x)
    before, now = 2 / root_pi, (x * x).exp() * x.erfc()
    for n in range(1, int(order) + 1):
        before, now = now, (before / 2 - x * now) / n
    return now


FAR_ZETA = 2.0**40  # past it Arb's work on zeta has no bound


def zeta(x: Arb) -> Arb:
    """The Riemann zeta function."""
    return x.zeta() if abs(x) < FAR_ZETA else _nan(x)


def zeta_prime(k: Arb, x: Arb) -> Arb:
    """The k-th derivative of zeta, from its series at x."""
    from flint import arb_series, ctx

    order = k.unique_fmpz() if k.is_exact() else None
    if order is None or not 0 <= order <= MAX_ORDER or not abs(x) < FAR_ZETA:
        return _nan(x)
    terms, ctx.cap = ctx.cap, int(order) + 1  # past its cap flint answers 0
    try:
        return arb_series([x, 1], prec=ctx.cap).zeta()[int(order)] * type(x)(order).fac()
    finally:
        ctx.cap = terms


def ellipk(m: Arb) -> Arb:
    """The complete elliptic integral K, real below 1."""
    return _complex(m).elliptic_k().real if m < 1 else _nan(m)


def ellipe(m: Arb) -> Arb:
    """The complete elliptic integral E, real up to 1."""
    return _complex(m).elliptic_e().real if m <= 1 else _nan(m)


def round_even(x: Arb) -> Arb:
    """The nearest integer; a tie goes to the even one."""
    if x.is_integer():
        return x
    if not x.is_exact():
        return (x + 0.5).floor().union((x - 0.5).ceil())
    whole = (x + 0.5).floor()
    if whole - x == 0.5 and not (whole / 2).is_integer():
        return whole - 1
    return whole


def trunc(x: Arb) -> Arb:
    """Towards zero."""
    if x >= 0:
        return x.floor()
    return x.ceil() if x <= 0 else x.floor().union(x.ceil())


def heaviside(x: Arb) -> Arb:
    """0 below 0, 1/2 at 0, 1 above."""
    if x > 0 or x < 0:
        return type(x)(int(x > 0))
    if not x.is_finite():
        return _nan(x)
    return type(x)(0.5) if x.is_zero() else type(x)(0.5, 0.5).nonnegative_part()
