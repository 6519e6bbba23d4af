"""The incomplete gamma and beta functions of big numbers, with their derivatives by parameters.

Each is a prefactor, elementary but for complete gamma functions, times a series of positive terms
(DLMF 8.7.1, 8.17.8) or, for the upper gamma function, a continued fraction (DLMF 8.9.2).
Both factors are computed as jets in the parameters, so that a derivative of any order comes from
the same loop as the value. The loops run over integers that stand for fixed-point numbers.

What cancels, between the factors, or where a small part is what its complement leaves of the
whole, is measured by sums of absolute values, and asks for more bits until it is made up for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradcalc.numbers import jets
from gradcalc.numbers.jets import Jet

MAX_TERMS = 4_000_000  # of a series: some seconds
MAX_BITS = 40_000  # of the working precision
GUARD_BITS = 30  # that are left when all that cancels is made up for

Part = tuple[
    Jet, Any
]  # a jet, and the size of what was added up on the way to its last coefficient


def sufficient(m: Any, part: Callable[[], Part], order: int = 0) -> Any:
    """The derivative that a jet ends in, computed with as many bits as it takes.

    A derivative of a higher order may be 0, as that by both parameters of beta is where all is
    symmetric: what is smaller than its terms by four times the digits asked for is concluded to be.
    """
    prec, extra = m.prec, 2 * GUARD_BITS
    most = 4 * (prec + GUARD_BITS) if order > 1 else MAX_BITS
    while extra <= most:
        with m.workprec(prec + extra):
            jet, size = part()
            value = jets.derivative(jet)
            lost = m.mag(size) - m.mag(jet[-1][-1]) if value else extra
        if lost + GUARD_BITS <= extra:
            return +value
        extra = max(2 * extra, lost + 2 * GUARD_BITS)
    if order > 1:
        return m.mpf(0)
    raise OverflowError("too large to evaluate")


def _towards_zero(above: int, below: int) -> int:
    """A quotient without its fraction: rounded down, what is below 0 would never get to 0."""
    return above // below if (above < 0) == (below < 0) else -(-above // below)


def _bits(m: Any, *numbers: Any) -> int:
    """How many bits the largest of some numbers has before the point."""
    return int(max(0, *(m.mag(x) for x in numbers if x)))


def _sizes(jet: Jet) -> Jet:
    return [[abs(c) for c in row] for row in jet]


def _times(m: Any, scale: Any, exponent: Jet, series: Jet) -> Part:
    """scale·exp(exponent)·series, and what its terms' sizes add up to.

    The error of each coefficient of the series is that of its first one.
    """
    jet = jets.product(jets.exponential(exponent), series)
    majorant = sum(map(sum, jets.exponential(_sizes(exponent))))
    largest = max(abs(c) for row in series for c in row)
    return [[scale * c for c in row] for row in jet], abs(scale) * majorant * largest


def _less(whole: Part, part: Part) -> Part:
    """What a part leaves of the whole."""
    left = [
        [x - y for x, y in zip(*rows, strict=True)] for rows in zip(whole[0], part[0], strict=True)
    ]
    return left, whole[1] + part[1]


# gamma ------------------------------------------------------------------------------------


def incomplete_gamma(
    m: Any, k: Any, a: Any, x: Any, *, upper: bool = False, regularized: bool = True
) -> Any:
    """The k-th derivative by a of the lower or the upper incomplete gamma function.

    Regularised it is divided by gamma(a), and a > 0; the upper one alone is defined for every a.
    ValueError outside of that, and for x < 0.
    """
    k = int(k)
    if x < 0 or m.isnan(x) or not m.isfinite(a) or (a <= 0 and not (upper and not regularized)):
        raise ValueError("outside the domain")
    if x == 0 or m.isinf(x):
        empty = (x == 0) != upper
        if not empty and a <= 0:
            return m.inf * (-1) ** k
        return m.mpf(0) if empty else _whole_gamma(m, k, a, regularized)
    if a <= 0 and m.isint(a):  # between poles that cancel
        a = m.fadd(a, m.ldexp(1, -m.prec - GUARD_BITS), exact=True)

    def part() -> Part:
        # Where the fraction takes longer than it takes to make up for what cancels.
        small = m.prec**2 / (10**5 if a > 0.001 else 10**6) if upper else m.prec / 8
        if x > max(a, small):
            here, is_upper = _gamma_by_fraction(m, k, a, x, regularized), True
        else:
            here, is_upper = _gamma_by_series(m, k, a, x, regularized), False
        if is_upper == upper:
            return here
        return _less(_whole_gamma_jet(m, k, a, regularized), here)

    return sufficient(m, part, k)


def _whole_gamma(m: Any, k: int, a: Any, regularized: bool) -> Any:
    if regularized:
        return m.mpf(int(k == 0))
    return sufficient(m, lambda: _whole_gamma_jet(m, k, a, regularized))


def _whole_gamma_jet(m: Any, k: int, a: Any, regularized: bool) -> Part:
    one = m.mpf(1)
    flat = [[m.mpf(0)] for _ in range(k + 1)]
    if regularized:
        return jets.constant(one, flat), m.mpf(0) if k else one
    exponent = [[c] for c in jets.log_gamma(m.psi, a, k)]
    return _times(m, m.gamma(a), exponent, jets.constant(one, flat))


def _gamma_power(m: Any, k: int, a: Any, x: Any, below: Any) -> tuple[Any, Jet]:
    """x^a exp(-x), over gamma(below) unless that is None: scale and exponent."""
    exponent = [m.mpf(0), m.log(x), *[m.mpf(0)] * (k - 1)][: k + 1]
    with m.workprec(m.prec + 2 * _bits(m, a, x)):
        size = a * m.log(x) - x
        if below is not None:
            size -= m.loggamma(below)
        scale = m.exp(size)
    if below is not None:
        logs = jets.log_gamma(m.psi, below, k)
        exponent = [c - d for c, d in zip(exponent, logs, strict=True)]
    return scale, [[c] for c in exponent]


def _gamma_by_series(m: Any, k: int, a: Any, x: Any, regularized: bool) -> Part:
    """The lower one: x^a exp(-x) Σ x^n/(a (a + 1)…(a + n))."""
    bits = m.prec + GUARD_BITS + _bits(m, a) * (k + 1)
    if a > 0 and _gamma_terms(float(a), float(x), bits) > MAX_TERMS:
        raise OverflowError("too large to evaluate")
    one = 1 << bits
    top, bottom = int(m.ldexp(x, bits)), int(m.ldexp(a, bits))
    term = [one] + [0] * k
    total = list(term)
    while any(abs(t) > 1 for t in term) or bottom < 0:
        bottom += one
        before = 0
        for i, t in enumerate(term):
            before = _towards_zero(t * top - (before << bits), bottom)
            term[i] = before
            total[i] += before
    series = [[m.ldexp(m.mpf(c), -bits)] for c in total]
    if regularized:
        scale, exponent = _gamma_power(m, k, a, x, a + 1)
        return _times(m, scale, exponent, series)
    scale, exponent = _gamma_power(m, k, a, x, None)
    reciprocal = [[(-1) ** i / a ** (i + 1)] for i in range(k + 1)]
    jet, size = _times(m, scale, exponent, jets.product(reciprocal, series))
    return jet, size


def _gamma_terms(a: float, x: float, bits: int) -> float:
    """About how many terms the series takes where x <= a."""
    fall = bits * math.log(2)
    near = math.sqrt(2 * a * fall)
    if x > a:
        return near + 3 * x
    return min(near, fall / math.log(a / x)) if 0 < x < a else near


def _gamma_by_fraction(m: Any, k: int, a: Any, x: Any, regularized: bool) -> Part:
    """The upper one: x^a exp(-x)/(x + 1 - a - 1(1 - a)/(x + 3 - a - 2(2 - a)/(x + 5 - a - …)))."""
    bits = m.prec + 2 * GUARD_BITS + _bits(m, a)
    count = _fraction_terms(float(a), float(x), bits)
    bits += count.bit_length() * (k + 1)
    one = 1 << bits
    power, start = int(m.ldexp(a, bits)), int(m.ldexp(x - a + 1, bits))
    tail = [0] * (k + 1)
    for n in range(count, 0, -1):
        tail = _quotient([n * (n * one - power), -n * one], start + 2 * n * one, tail, bits)
    fraction = [[m.ldexp(m.mpf(c), -bits)] for c in _quotient([one], start, tail, bits)]
    scale, exponent = _gamma_power(m, k, a, x, a if regularized else None)
    return _times(m, scale, exponent, fraction)


def _quotient(top: list[int], bottom: int, tail: list[int], bits: int) -> list[int]:
    """top/(bottom - s - tail), as series in s of fixed-point numbers."""
    below = [-t for t in tail]
    below[0] += bottom
    if len(below) > 1:
        below[1] -= 1 << bits
    out: list[int] = []
    for i in range(len(tail)):
        rest = (top[i] << bits) if i < len(top) else 0
        rest -= sum(below[p] * out[i - p] for p in range(1, i + 1))
        out.append(rest // below[0])
    return out


def _fraction_terms(a: float, x: float, bits: int) -> int:
    """How many terms the continued fraction takes: until two of its values are that close."""
    ratio, fall, n = x + 1 - a, 0.0, 0
    while fall < bits and n < MAX_TERMS:
        n += 1
        above = n * (n - a)
        after = x + 2 * n + 1 - a - above / ratio
        size = n * max(abs(n - a), 1)  # where a is n, its derivatives go on
        fall -= math.log2(size / (ratio * after))
        ratio = after
    if n >= MAX_TERMS:
        raise OverflowError("too large to evaluate")
    return n


def gamma_power(m: Any, a: Any, x: Any) -> Any:
    """x^(a - 1) exp(-x), with as many digits where the exponent is large."""
    if x < 0:
        raise ValueError("outside the domain")
    if x == 0 or m.isinf(x):
        return x ** (a - 1) if x == 0 and a >= 1 else m.inf if x == 0 else m.mpf(0)
    with m.workprec(m.prec + 20 + 2 * _bits(m, a, x)):
        value = m.exp((a - 1) * m.log(x) - x)
    return +value


def gamma_density(m: Any, k: Any, a: Any, x: Any) -> Any:
    """The k-th derivative by a of x^(a - 1) exp(-x)/gamma(a)."""
    k = int(k)
    if k < 0:
        return m.mpf(0)  # only ever meets a factor 0
    if x < 0 or a <= 0:
        raise ValueError("outside the domain")
    if x == 0 or m.isinf(x):
        if a > 1 or m.isinf(x):
            return m.mpf(0)
        return m.inf * (-1) ** k if a < 1 or k else m.mpf(1)

    def part() -> Part:
        scale, exponent = _gamma_power(m, k, a, x, a)
        return _times(m, scale / x, exponent, jets.constant(m.mpf(1), exponent))

    return sufficient(m, part, k + 1)


# beta -------------------------------------------------------------------------------------


def incomplete_beta(
    m: Any, j: Any, k: Any, a: Any, b: Any, x: Any, *, upper: bool = False, regularized: bool = True
) -> Any:
    """The derivative, j times by a and k times by b, of the incomplete beta function.

    Regularised it is divided by beta(a, b); the upper one goes from x to 1. ValueError unless
    a, b > 0 and 0 <= x <= 1.
    """
    j, k = int(j), int(k)
    if not (0 <= x <= 1 and 0 < a < m.inf and 0 < b < m.inf):
        raise ValueError("outside the domain")
    if x in (0, 1):
        return m.mpf(0) if (x == 0) != upper else _whole_beta(m, j, k, a, b, regularized)

    def part() -> Part:
        with m.workprec(m.prec + max(0, -m.mag(x))):
            y = 1 - x
        at_left = _beta_terms(m, a, b, x, y)
        at_right = _beta_terms(m, b, a, y, x)
        if at_left <= at_right:
            here, is_upper = _beta_by_series(m, j, k, a, b, x, y, regularized, at_left), False
        else:
            jet, size = _beta_by_series(m, k, j, b, a, y, x, regularized, at_right)
            here, is_upper = ([list(c) for c in zip(*jet, strict=True)], size), True
        if is_upper == upper:
            return here
        return _less(_whole_beta_jet(m, j, k, a, b, regularized), here)

    return sufficient(m, part, j + k)


def _whole_beta(m: Any, j: int, k: int, a: Any, b: Any, regularized: bool) -> Any:
    if regularized:
        return m.mpf(int(j == k == 0))
    return sufficient(m, lambda: _whole_beta_jet(m, j, k, a, b, regularized))


def _log_beta_jet(m: Any, j: int, k: int, a: Any, b: Any) -> Jet:
    """log(beta) but for its constant."""
    first, second = jets.log_gamma(m.psi, a, j), jets.log_gamma(m.psi, b, k)
    both = [-c for c in jets.log_gamma(m.psi, a + b, j + k)]
    return jets.combined((j, k), first, second, both)


def _whole_beta_jet(m: Any, j: int, k: int, a: Any, b: Any, regularized: bool) -> Part:
    one, logs = m.mpf(1), _log_beta_jet(m, j, k, a, b)
    if regularized:
        return jets.constant(one, logs), m.mpf(0) if j or k else one
    return _times(m, m.exp(_log_beta(m, a, b)), logs, jets.constant(one, logs))


def _log_beta(m: Any, a: Any, b: Any) -> Any:
    with m.workprec(m.prec + 2 * _bits(m, a, b) + max(0, -m.mag(a), -m.mag(b))):
        return m.loggamma(a) + m.loggamma(b) - m.loggamma(a + b)


def _beta_power(
    m: Any, size: tuple[int, int], a: Any, b: Any, x: Any, y: Any, regularized: bool
) -> tuple[Any, Jet]:
    """x^a y^b, over beta(a, b) if regularised: scale and exponent."""
    j, k = size
    zeros = [m.mpf(0)] * (j + k + 1)
    exponent = jets.combined(
        size, [zeros[0], m.log(x), *zeros], [zeros[0], m.log(y), *zeros], zeros
    )
    with m.workprec(m.prec + 2 * _bits(m, a, b)):
        log = a * m.log(x) + b * m.log(y)
        scale = m.exp(log - _log_beta(m, a, b) if regularized else log)
    if regularized:
        logs = _log_beta_jet(m, j, k, a, b)
        exponent = [
            [c - d for c, d in zip(*rows, strict=True)] for rows in zip(exponent, logs, strict=True)
        ]
    return scale, exponent


def _beta_by_series(
    m: Any, j: int, k: int, a: Any, b: Any, x: Any, y: Any, regularized: bool, terms: float
) -> Part:
    """The lower one: x^a y^b/a Σ (a + b)…(a + b + n - 1)/((a + 1)…(a + n)) x^n."""
    if terms > MAX_TERMS:
        raise OverflowError("too large to evaluate")
    bits = m.prec + GUARD_BITS + _bits(m, a, b) * (j + k + 1)
    one = 1 << bits
    ratio, above, below = (int(m.ldexp(z, bits)) for z in (x, a + b, a))
    term = [[0] * (k + 1) for _ in range(j + 1)]
    term[0][0] = one
    total = [list(row) for row in term]
    while True:
        below += one
        before = [0] * (k + 1)
        last = term
        term = []
        for i, row in enumerate(last):
            now = []
            for h, t in enumerate(row):
                grown = t * above
                if i:
                    grown += last[i - 1][h] << bits
                if h:
                    grown += row[h - 1] << bits
                rest = (grown * ratio >> bits) - (before[h] << bits)
                now.append(_towards_zero(rest, below))
            term.append(now)
            total[i] = [s + t for s, t in zip(total[i], now, strict=True)]
            before = now
        above += one
        if above * ratio < below * one and all(abs(t) <= 1 for row in term for t in row):
            break
    series = [[m.ldexp(m.mpf(c), -bits) for c in row] for row in total]
    reciprocal = jets.constant(m.mpf(0), series)
    for i in range(j + 1):
        reciprocal[i][0] = (-1) ** i / a ** (i + 1)
    scale, exponent = _beta_power(m, (j, k), a, b, x, y, regularized)
    return _times(m, scale, exponent, jets.product(reciprocal, series))


def _beta_terms(m: Any, a: Any, b: Any, x: Any, y: Any) -> float:
    """About how many terms the series takes, more where its complement is small: a term of many
    bits, and a gamma function of them, takes longer.
    """
    return _float_terms(m.prec * math.log(2), *(max(float(z), 1e-300) for z in (a, b, x, y)))


def _float_terms(fall: float, a: float, b: float, x: float, y: float) -> float:
    """The same, for terms that are to fall by exp(fall)."""
    mean = a / (a + b)
    if x <= mean:
        slow = math.sqrt(2 * fall * a * ((a + b) / b))
        return min(fall * mean / (mean - x), slow) if x < mean else slow
    rise = ((a + b) * x - a) / y  # terms up to the greatest
    tail = -(b * math.log(y / (b / (a + b))) + a * math.log(x / mean))
    fall += tail
    down = 3 * math.sqrt(fall * (rise + a))
    return (rise + (min(fall / -math.log(x), down) if x < 1 else down)) * (1 + tail / 100) ** 2


def beta_power(m: Any, a: Any, b: Any, x: Any) -> Any:
    """x^(a - 1) (1 - x)^(b - 1), with as many digits where the exponents are large."""
    if not 0 <= x <= 1:
        raise ValueError("outside the domain")
    if x in (0, 1):
        exponent = a if x == 0 else b
        return m.mpf(int(exponent == 1)) if exponent >= 1 else m.inf
    with m.workprec(m.prec + 20 + 2 * _bits(m, a, b) + max(0, -m.mag(x))):
        value = m.exp((a - 1) * m.log(x) + (b - 1) * m.log(1 - x))
    return +value


def beta_density(m: Any, j: Any, k: Any, a: Any, b: Any, x: Any) -> Any:
    """The derivative, j times by a and k times by b, of x^(a - 1) (1 - x)^(b - 1)/beta(a, b)."""
    j, k = int(j), int(k)
    if j < 0 or k < 0:
        return m.mpf(0)  # only ever meets a factor 0
    if not (0 <= x <= 1 and a > 0 and b > 0):
        raise ValueError("outside the domain")
    if x in (0, 1):
        return _beta_density_at_end(m, (j, k), (a, b) if x == 0 else (b, a), x == 0)

    def part() -> Part:
        with m.workprec(m.prec + max(0, -m.mag(x))):
            y = 1 - x
        scale, exponent = _beta_power(m, (j, k), a, b, x, y, True)
        return _times(m, scale / (x * y), exponent, jets.constant(m.mpf(1), exponent))

    return sufficient(m, part, j + k + 1)


def _beta_density_at_end(m: Any, orders: tuple[int, int], ab: tuple[Any, Any], left: bool) -> Any:
    """x^(a - 1)/beta(a, b) and its derivatives where x is 0; at 1, a and b have changed places."""
    a, b = ab
    orders = orders if left else (orders[1], orders[0])
    if a > 1:
        return m.mpf(0)
    if a < 1 or orders[0]:
        return m.inf * (-1) ** orders[0]
    if orders[1] > 1:
        return m.mpf(0)
    return m.mpf(1) if orders[1] else +b  # x^0/beta(1, b) is b
