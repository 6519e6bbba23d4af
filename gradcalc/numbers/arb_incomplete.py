"""Derivatives of the incomplete gamma and beta functions by their parameters, enclosed by Arb.

They are moments of logarithms under the density, integrated rigorously (Johansson, Numerical
integration in arbitrary-precision ball arithmetic, 2018) over u, where t = x exp(-u) or x exp(u):
the integrand is analytic around the path, and falls so fast that what is left out is bounded in
terms of powers and exponentials.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial
from typing import Any

from gradcalc.numbers import jets
from gradcalc.numbers.arb import polygamma
from gradcalc.numbers.jets import Jet

Arb = Any  # flint.arb
SPARE_BITS = 40  # by which what is left out of an integral is smaller than its last bit
MAX_END = 1e6  # of an interval, past which its integral takes too long


class _UnknownError(ArithmeticError):
    """An argument is outside what can be enclosed here."""


def _enclosed(kernel: Callable[..., Arb]) -> Callable[..., Arb]:
    """A kernel whose orders are read as ints, and that says nothing where it can't."""

    def function(*arguments: Arb) -> Arb:
        try:
            return kernel(*arguments)
        except _UnknownError:
            return type(arguments[0]).nan()

    return function


def _order(k: Arb) -> int:
    whole = k.unique_fmpz() if k.is_exact() else None
    if whole is None:
        raise _UnknownError
    return int(whole)


def _positive(*numbers: Arb) -> None:
    if not all(z > 0 for z in numbers):
        raise _UnknownError


def _log_gamma_jet(z: Arb, order: int) -> list[Arb]:
    return jets.log_gamma(lambda k, x: polygamma(type(x)(k), x), z, order)


def _size(*numbers: Arb) -> int:
    """Bits of the largest of some numbers."""
    return max(0, *(int(abs(z).log().upper().floor().unique_fmpz() or 0) * 2 for z in numbers))


def _power_tail(rate: Arb, start: Arb, end: Arb, n: int) -> Arb:
    """The integral of exp(-rate*u)*(start + u)^n from `end` to infinity."""
    total = sum(
        (start + end) ** (n - i) * (factorial(n) // factorial(n - i)) / rate ** (i + 1)
        for i in range(n + 1)
    )
    return (-rate * end).exp() * total


def _first_cause(error: BaseException) -> BaseException:
    """What happened inside an integrand, a time limit or Ctrl-C: Arb calls it a SystemError."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _integral(integrand: Callable[[Any, bool], Any], end: Arb, rest: Arb) -> Arb:
    """The integral from 0 to `end`, and of a rest of unknown sign beyond it."""
    from flint import acb, ctx

    if not end < MAX_END:
        raise _UnknownError
    tiny = type(end)(2) ** (-ctx.prec - SPARE_BITS)
    try:
        value = acb.integral(integrand, 0, end, abs_tol=tiny, rel_tol=type(end)(2) ** -ctx.prec)
    except SystemError as error:
        raise _first_cause(error) from None
    return value.real + type(end)(0, abs(rest).upper())


# gamma ------------------------------------------------------------------------------------


def _gamma_moment(weights: list[Arb], a: Arb, x: Arb, upper: bool) -> Arb:
    """The integral of Σ weights[i]·log(t)^i·t^(a - 1)·exp(-t), over x^a·exp(-x)."""
    from flint import acb, ctx

    side = 1 if upper else -1
    log, fall = x.log(), (ctx.prec + SPARE_BITS) * 0.7
    sizes = [abs(w) for w in weights]
    if upper:
        reach = abs(a)
        last = x + 2 * (fall + reach * (1 + (1 + (reach + fall) / x).log())) + len(weights)
        last = last.upper()
        end = (last / x).log()
        # From there on t^(s - 1)·exp(-t) comes to at most last^s·exp(-last)/(last - |s|).
        rest = sum(
            size * (a * end + x - last).exp() * last**i * last / (last - reach - i)
            for i, size in enumerate(sizes)
        )
    else:
        _positive(a)
        end = ((x + fall) / a).upper()
        rest = x.exp() * sum(
            size * _power_tail(a, abs(log), end, i) for i, size in enumerate(sizes)
        )

    def integrand(u: Any, _: bool) -> Any:
        moved = side * u
        value, current = acb(0), log + moved
        for weight in reversed(weights):
            value = value * current + weight
        return value * (a * moved - x * moved.expm1()).exp()

    return _integral(integrand, end, rest)


def _gamma_weights(k: int, a: Arb, regularized: bool) -> list[Arb]:
    """The k-th derivative by a of t^a/gamma(a), over that, as a polynomial in log(t)."""
    if not regularized:
        return [type(a)(int(i == k)) for i in range(k + 1)]
    logs = [[-c] for c in _log_gamma_jet(a, k)]
    ratios = jets.exponential(logs)
    return [comb(k, i) * factorial(k - i) * ratios[k - i][0] for i in range(k + 1)]


def _gamma_scale(a: Arb, x: Arb, regularized: bool) -> Arb:
    """x^a exp(-x), over gamma(a) if regularised."""
    from flint import ctx

    with ctx.workprec(ctx.prec + 2 * _size(a, x)):
        log = a * x.log() - x
        return ((log - a.lgamma()) if regularized else log).exp()


@_enclosed
def gammainc_da(k: Arb, a: Arb, x: Arb) -> Arb:
    """The k-th derivative by a of the regularised lower function, k > 0."""
    order = _order(k)
    _positive(a, x, k)
    upper = not x < a
    moment = _gamma_moment(_gamma_weights(order, a, True), a, x, upper)
    return _gamma_scale(a, x, True) * (-moment if upper else moment)


@_enclosed
def gamma_lower_da(k: Arb, a: Arb, x: Arb) -> Arb:
    """The integral of log(t)^k·t^(a - 1)·exp(-t) from 0 to x."""
    _positive(a, x)
    moment = _gamma_moment(_gamma_weights(_order(k), a, False), a, x, False)
    return _gamma_scale(a, x, False) * moment


@_enclosed
def gamma_upper_da(k: Arb, a: Arb, x: Arb) -> Arb:
    """The integral of log(t)^k·t^(a - 1)·exp(-t) from x on."""
    _positive(x)
    moment = _gamma_moment(_gamma_weights(_order(k), a, False), a, x, True)
    return _gamma_scale(a, x, False) * moment


@_enclosed
def gamma_density(k: Arb, a: Arb, x: Arb) -> Arb:
    """The k-th derivative by a of x^(a - 1)·exp(-x)/gamma(a)."""
    order = _order(k)
    if order < 0:
        return type(a)(0)  # only ever meets a factor 0
    _positive(a, x)
    logs = _log_gamma_jet(a, order)
    exponent = [[-c] for c in logs]
    if order:
        exponent[1][0] += x.log()
    return _gamma_scale(a, x, True) / x * jets.derivative(jets.exponential(exponent))


@_enclosed
def gamma_lower(a: Arb, x: Arb) -> Arb:
    """The lower function."""
    _positive(a, x)
    return x.gamma_lower(a)


@_enclosed
def gamma_upper(a: Arb, x: Arb) -> Arb:
    """The upper function."""
    _positive(x)
    return x.gamma_upper(a)


@_enclosed
def gammainc(a: Arb, x: Arb) -> Arb:
    """The regularised lower function; near its middle the upper one may be known better."""
    _positive(a, x)
    lower = x.gamma_lower(a, regularized=1)
    return _better(lower, 1 - x.gamma_upper(a, regularized=1))


@_enclosed
def gammaincc(a: Arb, x: Arb) -> Arb:
    """The regularised upper function."""
    _positive(a, x)
    upper = x.gamma_upper(a, regularized=1)
    return _better(upper, 1 - x.gamma_lower(a, regularized=1))


def _better(one: Arb, other: Arb) -> Arb:
    return one if one.rel_accuracy_bits() >= other.rel_accuracy_bits() else other


# beta -------------------------------------------------------------------------------------


def _beta_moment(weights: Jet, a: Arb, b: Arb, x: Arb, y: Arb) -> Arb:
    """The integral of Σ weights[i][h]·log(t)^i·log(1 - t)^h·t^(a - 1)·(1 - t)^(b - 1) from 0 to
    x = 1 - y, over x^a·y^(b - 1).
    """
    from flint import acb, ctx

    log_x, log_y, fall = x.log(), y.log(), (ctx.prec + SPARE_BITS) * 0.7
    end = ((fall + abs((b - 1) * log_y)) / a).upper()
    left = (-end).exp() * x  # of t, where the integral is cut off
    above = 1 if b >= 1 else (1 - left) ** (b - 1)
    far = abs((1 - left).log())
    rest = (
        sum(
            abs(w) * _power_tail(a, abs(log_x), end, i) * far**h
            for i, row in enumerate(weights)
            for h, w in enumerate(row)
        )
        * above
        / y ** (b - 1)
    )

    def integrand(u: Any, analytic: bool) -> Any:
        other = acb(1) - x * (-u).exp()
        log_t, log_other = log_x - u, other.log(analytic=analytic)
        value = acb(0)
        for row in reversed(weights):
            inner = acb(0)
            for weight in reversed(row):
                inner = inner * log_other + weight
            value = value * log_t + inner
        return value * ((b - 1) * (log_other - log_y) - a * u).exp()

    return _integral(integrand, end, rest)


def _log_beta_jet(a: Arb, b: Arb, j: int, k: int) -> Jet:
    both = [-c for c in _log_gamma_jet(a + b, j + k)]
    return jets.combined((j, k), _log_gamma_jet(a, j), _log_gamma_jet(b, k), both)


def _beta_weights(j: int, k: int, a: Arb, b: Arb, regularized: bool) -> Jet:
    """The derivative, j times by a and k times by b, of t^a (1 - t)^b/beta(a, b), over that, as a
    polynomial in log(t) and log(1 - t).
    """
    if not regularized:
        return [[type(a)(int((i, h) == (j, k))) for h in range(k + 1)] for i in range(j + 1)]
    ratios = jets.exponential([[-c for c in row] for row in _log_beta_jet(a, b, j, k)])
    return [
        [
            comb(j, i) * factorial(j - i) * comb(k, h) * factorial(k - h) * ratios[j - i][k - h]
            for h in range(k + 1)
        ]
        for i in range(j + 1)
    ]


def _beta_scale(a: Arb, b: Arb, x: Arb, y: Arb, regularized: bool) -> Arb:
    """x^a y^(b - 1), over beta(a, b) if regularised."""
    from flint import ctx

    with ctx.workprec(ctx.prec + 2 * _size(a, b)):
        log = a * x.log() + (b - 1) * y.log()
        if regularized:
            log += (a + b).lgamma() - a.lgamma() - b.lgamma()
        return log.exp()


def _beta_integral(j: int, k: int, a: Arb, b: Arb, x: Arb, y: Arb, regularized: bool) -> Arb:
    moment = _beta_moment(_beta_weights(j, k, a, b, regularized), a, b, x, y)
    return _beta_scale(a, b, x, y, regularized) * moment


@_enclosed
def betainc_dab(j: Arb, k: Arb, a: Arb, b: Arb, x: Arb) -> Arb:
    """The derivative, j times by a and k times by b, of the regularised function, j + k > 0."""
    _positive(a, b, x, 1 - x, j + k)
    if x < a / (a + b):
        return _beta_integral(_order(j), _order(k), a, b, x, 1 - x, True)
    return -_beta_integral(_order(k), _order(j), b, a, 1 - x, x, True)


@_enclosed
def beta_lower_dab(j: Arb, k: Arb, a: Arb, b: Arb, x: Arb) -> Arb:
    """The integral of log(t)^j·log(1 - t)^k·t^(a - 1)·(1 - t)^(b - 1) from 0 to x."""
    _positive(a, b, x, 1 - x)
    return _beta_integral(_order(j), _order(k), a, b, x, 1 - x, False)


@_enclosed
def beta_density(j: Arb, k: Arb, a: Arb, b: Arb, x: Arb) -> Arb:
    """The derivative, j times by a and k times by b, of x^(a - 1)·(1 - x)^(b - 1)/beta(a, b)."""
    orders = _order(j), _order(k)
    if min(orders) < 0:
        return type(a)(0)  # only ever meets a factor 0
    _positive(a, b, x, 1 - x)
    exponent = [[-c for c in row] for row in _log_beta_jet(a, b, *orders)]
    if orders[0]:
        exponent[1][0] += x.log()
    if orders[1]:
        exponent[0][1] += (1 - x).log()
    scale = _beta_scale(a, b, x, 1 - x, True) / x
    return scale * jets.derivative(jets.exponential(exponent))


@_enclosed
def betainc(a: Arb, b: Arb, x: Arb) -> Arb:
    """The regularised lower function; near its middle the upper one may be known better.

    Of an argument next to 1, Arb sums its series without an end: it is asked for the one on the
    other side, and only where that leaves fewer digits than the arguments have, for this one.
    """
    y = 1 - x
    _positive(a, b, x, y)
    enough = min(z.rel_accuracy_bits() for z in (a, b, x, y)) - SPARE_BITS
    if y > x:
        lower = x.beta_lower(a, b, regularized=1)
        if lower.rel_accuracy_bits() >= enough:
            return lower
        return _better(lower, 1 - y.beta_lower(b, a, regularized=1))
    upper = 1 - y.beta_lower(b, a, regularized=1)
    if upper.rel_accuracy_bits() >= enough:
        return upper
    return _better(x.beta_lower(a, b, regularized=1), upper)


def betaincc(a: Arb, b: Arb, x: Arb) -> Arb:
    """The regularised upper function."""
    return betainc(b, a, 1 - x)


@_enclosed
def beta_lower(a: Arb, b: Arb, x: Arb) -> Arb:
    """The lower function."""
    _positive(a, b, x, 1 - x)
    return x.beta_lower(a, b)
