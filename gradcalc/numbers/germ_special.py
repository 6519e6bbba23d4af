"""Special functions of germs: their expansions at singular points and at infinity.

At other points a row of the table has its Taylor series there, by its own derivatives: `regular`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, nearest_integer, quotient, sign
from gradcalc.numbers.germ_elementary import (
    HALF,
    MAX_ARGUMENT_BITS,
    at,
    coefficients,
    integrated,
    needed,
    oscillating,
    pi,
)
from gradcalc.numbers.germs import UNIT, Germ, InexpressibleError, raised

EXACT_ARGUMENTS = (-1, 0, 1)
EXACT_UNIT = 1024  # a value at those is exact where it is a multiple of 1/1024
MAX_REMEMBERED_SERIES = 4096

Kernel = Callable[..., Any]


# Taylor series by the table's own derivatives ----------------------------------------------


def regular(n: Any, name: str, partials: Sequence[Kernel | None], arguments: Sequence[Germ]) -> Any:
    """A row at arguments of which at most one varies, by its Taylor series."""
    parts = [x.finite() for x in arguments]
    constants = tuple(c for c, _ in parts)
    varying = [k for k, (_, small) in enumerate(parts) if small.terms or small.rest is not None]
    if len(varying) > 1:
        raise InexpressibleError
    if not varying:
        return n.field.germ(_value(n, name, partials, constants))
    (which,) = varying
    small = parts[which][1]
    return small.composed(_taylor(n, name, partials, constants, which, needed(small)))


def _value(n: Any, name: str, partials: Sequence[Kernel | None], constants: Sequence[Real]) -> Real:
    """A row at real numbers, by big numbers; its slopes there say what their bounds come to."""
    context, big = n.context, n.big
    mids = [n.precision.number(c) for c in constants]
    if any(abs(context.mag(x)) > MAX_ARGUMENT_BITS for x in mids if x):
        raise InexpressibleError
    try:
        value = getattr(big, name)(*mids)
    except OverflowError:
        raise InexpressibleError from None
    if not context.isfinite(value):
        raise InexpressibleError
    whole = value * EXACT_UNIT
    if all(type(c) is int and c in EXACT_ARGUMENTS for c in constants) and context.isint(whole):
        return n.precision.trimmed(Fraction(int(whole), EXACT_UNIT))
    total: Any = n.precision.rounded(value)
    for k, c in enumerate(constants):
        if type(c) is Bounded:
            partial = partials[k]
            if partial is None:
                raise InexpressibleError
            slope = context.mpf(partial(big, value, *mids) or 0)
            if not context.isfinite(slope):
                raise InexpressibleError
            off = n.precision.rounded(value, slope, c)
            total = Bounded(n.precision, value, max(off.bound, total.bound) + 1, off.scale)
    return total


def _taylor(
    n: Any,
    name: str,
    partials: Sequence[Kernel | None],
    constants: tuple[Real, ...],
    which: int,
    count: int,
) -> list[Real]:
    """The first `count` coefficients by an argument.

    The derivative is known to one order less than the value, and is integrated: each order comes
    from the one before, and the rows that the derivative is made of are asked for fewer terms.
    """
    remembered = n.remembered
    key = (name, which, count, *[(c.mid, c.bound) if type(c) is Bounded else c for c in constants])
    if key in remembered:
        return remembered[key]  # type: ignore[no-any-return]
    if count == 1:
        series = [_value(n, name, partials, constants)]
    else:
        partial = partials[which]
        if partial is None:
            raise InexpressibleError
        field, rest = n.field, ((), count - 1, 0)
        before = _taylor(n, name, partials, constants, which, count - 1)
        out = field.collected([(((), k, 0), c) for k, c in enumerate(before)], rest)
        given = [field.constant(c) for c in constants]
        given[which] = field.collected((given[which] + field.step(1)).terms, rest)
        slope = coefficients(field.germ(partial(n, out, *given)), count - 1)
        if len(slope) < count - 1:
            raise InexpressibleError
        series = [before[0], *(quotient(c, k + 1) for k, c in enumerate(slope))]
    if len(remembered) > MAX_REMEMBERED_SERIES:
        remembered.clear()
    remembered[key] = series
    return series


def _integer_constant(x: Germ) -> int | None:
    """The integer that a constant is."""
    if not x.is_constant:
        raise InexpressibleError
    c = x.limit()
    nearest, integral = nearest_integer(c)
    return nearest if integral else None


def _is(x: Germ, point: int) -> bool:
    """Does x tend to an integer?"""
    if x.is_infinite:
        return False
    c = x.limit()
    nearest, integral = nearest_integer(c)
    return integral and nearest == point


def _series(x: Germ, terms: Callable[[int], Real], start: int = 0) -> Any:
    """The sum of terms(k)·x^k over k >= start, x vanishing."""
    count = max(needed(x), start + 1)
    return x.composed([terms(k) if k >= start else 0 for k in range(count)])


def _factorial(k: int) -> int:
    product = 1
    for i in range(2, k + 1):
        product *= i
    return product


def _euler(n: Any) -> Real:
    return n.precision.rounded(+n.context.euler)


def _constant(n: Any, x: Any) -> Any:
    return n.field.germ(x)


# the error function -----------------------------------------------------------------------


def _gauss(n: Any) -> Callable[[Any], Any]:
    """The derivative of erf."""
    factor = n.field.germ(2 / _root_of_pi(n))
    return lambda t: factor * n.exp(-t * t)


def _root_of_pi(n: Any) -> Any:
    return n.field.germ(n.precision.rounded(n.context.sqrt(n.context.pi)))


def erf(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return 1 - erfc(n, x) if x.sign() > 0 else erfc(n, -x) - 1
    m = n.context
    value = at(n, m.erf, lambda y: 2 * m.exp(-y * y), x.limit(), 0)
    return integrated(n, value, _gauss(n), x)


def erfc(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return n.exp(-x * x) * erfcx(n, x) if x.sign() > 0 else 2 - erfc(n, -x)
    m, slope = n.context, _gauss(n)
    value = at(n, m.erfc, lambda y: 2 * m.exp(-y * y), x.limit(), 1)
    return integrated(n, value, lambda t: -slope(t), x)


def erfcx(n: Any, x: Germ) -> Any:
    """DLMF 7.12.1 at infinity."""
    if not (x.is_infinite and x.sign() > 0):
        return n.exp(x * x) * erfc(n, x)
    terms = [Fraction(1)]
    for k in range(1, n.field.length):
        terms.append(terms[-1] * Fraction(1 - 2 * k, 2))
    return _series((x * x).power(-1), lambda k: terms[k]) / (x * _root_of_pi(n))


def normal_pdf(n: Any, x: Germ) -> Any:
    return n.exp(-x * x * HALF) / (_root_of_pi(n) * _constant(n, 2).power(HALF))


def normal_cdf(n: Any, x: Germ) -> Any:
    return erfc(n, -x * _constant(n, HALF).power(HALF)) * HALF


def gelu(n: Any, x: Germ) -> Any:
    return x * normal_cdf(n, x)


def erfinv(n: Any, x: Germ) -> Any:
    """At ±1 it grows as sqrt(log(1/(1 - |x|))), and what follows that is o(1)·log log."""
    if _is(x, 1) or _is(x, -1):
        ((exponent, a, _), _), side = (1 - abs(x)).lead, x.sign()
        if (1 - abs(x)).sign() < 0 or exponent or sign(a) <= 0:
            raise ValueError("beyond 1")
        lead = n.field.germ(a).power(HALF).shifted(((), 0, HALF))
        return Germ(n.field, lead.terms, UNIT) * side
    return n.regular("erfinv", x)


# gamma ------------------------------------------------------------------------------------


def _pole_of_gamma(x: Germ) -> int | None:
    """k where x tends to -k, k = 0, 1, 2, …"""
    if x.is_infinite:
        if x.sign() < 0:
            raise InexpressibleError
        return None
    c = x.limit()
    nearest, integral = nearest_integer(c)
    return -nearest if integral and nearest <= 0 else None


def _upto(x: Germ, k: int) -> Iterator[Any]:
    """x, x + 1, …, x + k: what the recurrence of gamma from x + k + 1 back to x divides by."""
    return (x + j for j in range(k + 1))


MAX_RECURRENCE = 50  # steps from a pole to where a function is regular; past them, reflection


def _pi(n: Any) -> Any:
    return _constant(n, n.precision.rounded(n.context.pi))


def gamma(n: Any, x: Germ) -> Any:
    """By the recurrence, or by reflection, DLMF 5.5.3: sin(pi x) = (-1)^k sin(pi (x + k))."""
    k = _pole_of_gamma(x)
    if k is not None and k > MAX_RECURRENCE:
        odd = -1 if k % 2 else 1
        return odd * _pi(n) / (n.sin(_pi(n) * (x + k)) * n.regular("gamma", 1 - x))
    if k is not None:
        value = n.regular("gamma", x + k + 1)
        for factor in _upto(x, k):
            value = value / factor
        return value
    return n.exp(lgamma(n, x)) if x.is_infinite else n.regular("gamma", x)


def lgamma(n: Any, x: Germ) -> Any:
    """Stirling's series at infinity, DLMF 5.11.1; reflection as for gamma."""
    k = _pole_of_gamma(x)
    if k is not None and k > MAX_RECURRENCE:
        sine = n.sin(_pi(n) * (x + k))
        return n.log(_pi(n)) - n.log(abs(sine)) - n.regular("lgamma", 1 - x)
    if k is not None:
        return n.regular("lgamma", x + k + 1) - sum(n.log(abs(f)) for f in _upto(x, k))
    if not x.is_infinite:
        return n.regular("lgamma", x)
    half_log = _constant(n, n.precision.rounded(n.context.log(2 * n.context.pi) / 2))
    tail = _bernoulli(x, lambda j: Fraction(1, 2 * j * (2 * j - 1))) * x
    return (x - HALF) * n.log(x) - x + half_log + tail


def _bernoulli(x: Germ, factor: Callable[[int], Fraction]) -> Any:
    """The sum of B_2j factor(j) x^(-2j) over j >= 1."""
    from mpmath import bernfrac

    return _series((x * x).power(-1), lambda j: factor(j) * Fraction(*bernfrac(2 * j)), 1)


def factorial(n: Any, x: Germ) -> Any:
    return n.gamma(x + 1)


def digamma(n: Any, x: Germ) -> Any:
    """DLMF 5.11.2 at infinity; reflection, DLMF 5.5.4."""
    k = _pole_of_gamma(x)
    if k is not None and k > MAX_RECURRENCE:
        angle = _pi(n) * (x + k)
        return n.regular("digamma", 1 - x) - _pi(n) * n.cos(angle) / n.sin(angle)
    if k is not None:
        return n.regular("digamma", x + k + 1) - sum(1 / f for f in _upto(x, k))
    if not x.is_infinite:
        return n.regular("digamma", x)
    return n.log(x) - 1 / (2 * x) - _bernoulli(x, lambda j: Fraction(1, 2 * j))


def polygamma(n: Any, k: Germ, x: Germ) -> Any:
    """DLMF 5.15.8 at infinity."""
    order = _integer_constant(k)
    if order is None or order < 0:
        raise ValueError("not an order")
    if order == 0:
        return digamma(n, x)
    odd = -1 if order % 2 else 1
    pole = _pole_of_gamma(x)
    if pole is not None and pole > MAX_RECURRENCE:
        raise InexpressibleError
    if pole is not None:
        value = n.regular("polygamma", k, x + pole + 1)
        return value - sum(odd * _factorial(order) / f.power(order + 1) for f in _upto(x, pole))
    if not x.is_infinite:
        return n.regular("polygamma", k, x)
    tail = _bernoulli(x, lambda j: Fraction(_factorial(2 * j + order - 1), _factorial(2 * j)))
    below = x.power(-order)
    near = _factorial(order - 1) + _factorial(order) / (2 * x)
    return (near + tail) * below * -odd


def beta(n: Any, x: Germ, y: Germ) -> Any:
    return n.gamma(x) * n.gamma(y) / n.gamma(x + y)


def lbeta(n: Any, x: Germ, y: Germ) -> Any:
    return n.lgamma(x) + n.lgamma(y) - n.lgamma(x + y)


def zeta(n: Any, x: Germ) -> Any:
    if x.is_infinite and x.sign() > 0:  # 1 + 2^-x + O(3^-x)
        smaller = n.exp(-x * _constant(n, n.precision.rounded(n.context.log(3))))
        return 1 + n.exp2(-x) + Germ(n.field, (), smaller.lead[0])
    return _zeta_at_one(n, x) if _is(x, 1) else n.regular("zeta", x)


def _zeta_at_one(n: Any, s: Germ) -> Any:
    """By Euler and Maclaurin's sum, DLMF 25.2.9, whose terms fall as 10^-j."""
    m, precision = n.context, n.precision
    top = m.dps + 10
    total: Any = n.field.constant(0)
    small = s - 1
    if needed(small) > 1 or small.rest is not None:
        sums = [m.mpf(0)] * needed(small)
        for j in range(1, top):
            term, log = m.mpf(1) / j, -m.log(j)
            for k in range(len(sums)):
                sums[k] += term
                term = term * log / (k + 1)
        total = small.composed([precision.rounded(x * (1 + m.eps * top)) for x in sums])
    power = n.exp(-s * _constant(n, precision.rounded(m.log(top))))
    total = total + power * top / small + power * HALF
    rising = s * power / top
    for j in range(1, top):
        total = total + rising * n.precision.rounded(m.bernoulli(2 * j) / m.factorial(2 * j))
        rising = rising * (s + (2 * j - 1)) * (s + 2 * j) * Fraction(1, top * top)
    return total


# Lambert's W ------------------------------------------------------------------------------


def lambertw(n: Any, x: Germ) -> Any:
    if x.is_infinite and x.sign() > 0:  # log(x) - log(log(x)) + …
        lead = n.log(x).lead
        return Germ(n.field, (lead,), raised(lead[0], HALF))
    c = x.limit()
    if -0.369 < n.precision.number(c) < -0.367:
        above = x * _constant(n, n.precision.rounded(+n.context.e)) + 1
        if sign(above.limit()) == 0:
            return _lambert_at_branch(n, (2 * above).power(HALF))
    return n.regular("lambertw", x)


def _lambert_at_branch(n: Any, p: Germ) -> Any:
    """The series in sqrt(2(e x + 1)) at -1/e: Corless et al. (1996), equations 4.22 to 4.25."""
    mu = [Fraction(-1), Fraction(1)]
    alpha = [Fraction(2), Fraction(-1)]
    for k in range(2, n.field.length + 1):
        alpha.append(sum((mu[j] * mu[k + 1 - j] for j in range(2, k)), Fraction(0)))
        mu.append(
            Fraction(k - 1, k + 1) * (mu[k - 2] / 2 + alpha[k - 2] / 4)
            - alpha[k] / 2
            - mu[k - 1] / (k + 1)
        )
    return _series(p, lambda k: mu[k])


# Bessel functions -------------------------------------------------------------------------


def _order_of(v: Germ) -> tuple[Real, int | None]:
    """The order of a Bessel function, and the integer that it is."""
    return v.limit(), _integer_constant(v)


def _ascending(n: Any, v: Real, x: Germ, side: int) -> Any:
    """J_v (side -1) and I_v (side 1) at 0, for a v that is not a negative integer.

    DLMF 10.2.2 and 10.25.2.
    """
    first = _constant(n, 1) / n.gamma(_constant(n, v) + 1)

    def term(k: int) -> Real:
        below: Real = _factorial(k)
        for j in range(1, k + 1):
            below = below * (v + j)
        return quotient(side**k, below)

    return _series(x * x * Fraction(1, 4), term) * (x * HALF).power(v) * first


def _with_logarithm(n: Any, order: int, x: Germ, side: int) -> tuple[Any, Any, Any]:
    """The three parts of K (side 1) and Y (side -1) at 0, DLMF 10.31.1 and 10.8.1."""
    q = x * x * Fraction(side, 4)
    finite = sum(
        ((-q).power(k) * Fraction(_factorial(order - k - 1), _factorial(k)) for k in range(order)),
        _constant(n, 0),
    )
    euler = _euler(n)

    def plain(k: int) -> Fraction:
        return Fraction(1, _factorial(k) * _factorial(order + k))

    def weighted(k: int) -> Real:
        harmonic = [Fraction(1, j) for top in (k, order + k) for j in range(1, top + 1)]
        return (sum(harmonic, Fraction(0)) + euler * -2) * plain(k)

    return finite, _series(q, plain), _series(q, weighted)


def besselk(n: Any, v: Germ, x: Germ) -> Any:
    """At infinity DLMF 10.40.2."""
    if x.is_infinite:
        if x.sign() < 0:
            raise ValueError("negative")
        return n.exp(-x) * _hankel(v.limit(), x, 1) * (pi(n) / (2 * x)).power(HALF)
    if not _is(x, 0):
        return n.regular("besselk", v, x)
    order, integer = _order_of(v)
    if integer is None:
        difference = _ascending(n, -order, x, 1) - _ascending(n, order, x, 1)
        return difference * pi(n) * HALF / n.sin(_constant(n, order * pi(n)))
    integer = abs(integer)
    finite, plain, weighted = _with_logarithm(n, integer, x, 1)
    power, odd = (x * HALF).power(integer), (-1) ** integer
    return finite / (2 * power) - odd * power * (n.log(x * HALF) * plain - weighted * HALF)


def bessely(n: Any, v: Germ, x: Germ) -> Any:
    if x.is_infinite:
        return oscillating(x, raised(x.lead[0], -HALF))
    if not _is(x, 0):
        return n.regular("bessely", v, x)
    order, integer = _order_of(v)
    if integer is None:
        angle = _constant(n, order * pi(n))
        rest = _ascending(n, -order, x, -1)
        return (_ascending(n, order, x, -1) * n.cos(angle) - rest) / n.sin(angle)
    odd = (-1) ** integer if integer < 0 else 1
    integer = abs(integer)
    finite, plain, weighted = _with_logarithm(n, integer, x, -1)
    power = (x * HALF).power(integer)
    value = power * (2 * n.log(x * HALF) * plain - weighted) - finite / power
    return odd * value / _constant(n, pi(n))


def besselj(n: Any, v: Germ, x: Germ) -> Any:
    if x.is_infinite:
        return oscillating(x, raised(x.lead[0], -HALF))
    return _first_kind(n, "besselj", v, x, -1)


def besseli(n: Any, v: Germ, x: Germ) -> Any:
    """At infinity DLMF 10.40.1."""
    if x.is_infinite:
        if x.sign() < 0:
            raise InexpressibleError
        return n.exp(x) * _hankel(v.limit(), x, -1) / (2 * pi(n) * x).power(HALF)
    return _first_kind(n, "besseli", v, x, 1)


def _first_kind(n: Any, name: str, v: Germ, x: Germ, side: int) -> Any:
    if not _is(x, 0):
        return n.regular(name, v, x)
    order, integer = _order_of(v)
    if integer is None or integer >= 0:
        return _ascending(n, order, x, side)
    odd = (-1) ** integer if side < 0 else 1
    return _ascending(n, -integer, x, side) * odd


def _hankel(v: Real, x: Germ, side: int) -> Any:
    """The sum of side^k a_k(v) x^-k, DLMF 10.17.1."""
    terms: list[Real] = [1]
    for k in range(1, x.field.length):
        terms.append(quotient(terms[-1] * (v * v * 4 - (2 * k - 1) ** 2) * side, 8 * k))
    return _series(1 / x, lambda k: terms[k])


# integrals --------------------------------------------------------------------------------


def e1(n: Any, x: Germ) -> Any:
    return expint(n, _constant(n, 1), x)


def expint(n: Any, v: Germ, x: Germ) -> Any:
    """At 0 by DLMF 8.19.8 and 8.19.10, at infinity by 8.20.2."""
    if x.is_infinite:
        if x.sign() < 0:
            raise ValueError("negative")
        rising: list[Real] = [1]
        for k in range(1, n.field.length):
            rising.append(rising[-1] * (v.limit() + k - 1) * -1)
        return n.exp(-x) * _series(1 / x, lambda k: rising[k]) / x
    name = {1: "e1"}.get(_integer_constant(v) or 0)
    if not _is(x, 0):
        return n.regular(name, x) if name else n.regular("expint", v, x)
    if x.is_zero or x.sign() < 0:
        raise ValueError("not positive")
    order, integer = _order_of(v)
    if integer is None:
        back = _constant(n, 1 - order)
        tail = _series(x, lambda k: quotient((-1) ** k, _factorial(k) * (1 - order + k)))
        return n.gamma(back) * x.power(order * -1 + 1) - tail
    if integer <= 0:
        value = n.exp(-x) / x
        for k in range(-1, integer - 1, -1):
            value = (n.exp(-x) - k * value) / x
        return value
    skipped = integer - 1

    def term(k: int) -> Real:
        return 0 if k == skipped else Fraction((-1) ** k, (k - skipped) * _factorial(k))

    digamma_of = sum((Fraction(1, j) for j in range(1, integer)), Fraction(0)) - _euler(n)
    weight = Fraction((-1) ** skipped, _factorial(skipped))
    return x.power(skipped) * weight * (digamma_of - n.log(x)) - _series(x, term)


def si(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return pi(n) * HALF * x.sign() + oscillating(x, raised(x.lead[0], -1))
    value = at(n, n.context.si, lambda y: 1, x.limit(), 0)
    return integrated(n, value, n.sinc, x)


def ci(n: Any, x: Germ) -> Any:
    """At 0 by DLMF 6.6.6."""
    if x.is_infinite:
        return oscillating(x, raised(x.lead[0], -1))
    if not _is(x, 0):
        return n.regular("ci", x)
    tail = _series(-x * x, lambda k: Fraction(1, 2 * k * _factorial(2 * k)), 1)
    return n.log(x) + _euler(n) + tail


def ellipk(n: Any, x: Germ) -> Any:
    """At 1 by DLMF 19.12.1."""
    if not _is(x, 1):
        return n.regular("ellipk", x)
    other = 1 - x
    log = n.log(other) * -HALF
    squares = _half_rising(n)
    plain = _series(other, lambda k: squares[k] ** 2)
    return plain * log + _series(other, lambda k: (_elliptic_digammas(n, k)) * squares[k] ** 2)


def ellipe(n: Any, x: Germ) -> Any:
    """At 1 by DLMF 19.12.2."""
    if not _is(x, 1):
        return n.regular("ellipe", x)
    other = 1 - x
    if other.is_zero:
        return _constant(n, 1)
    log = n.log(other) * -HALF
    ratios = _half_rising(n)

    def weight(k: int) -> Fraction:
        return ratios[k] ** 2 * Fraction(2 * k + 1, k + 1) * HALF

    def weighted(k: int) -> Real:
        return (_elliptic_digammas(n, k) - Fraction(1, (2 * k + 1) * (2 * k + 2))) * weight(k)

    return 1 + other * (_series(other, weight) * log + _series(other, weighted))


def _half_rising(n: Any) -> list[Fraction]:
    """(1/2)_k / k!"""
    ratios = [Fraction(1)]
    for k in range(n.field.length):
        ratios.append(ratios[-1] * Fraction(2 * k + 1, 2 * k + 2))
    return ratios


def _elliptic_digammas(n: Any, k: int) -> Real:
    """digamma(1 + k) - digamma(1/2 + k)."""
    exact = sum((Fraction(1, j) - Fraction(2, 2 * j - 1) for j in range(1, k + 1)), Fraction(0))
    return n.precision.rounded(n.context.log(4)) + exact
