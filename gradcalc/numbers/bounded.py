"""Real numbers that carry a bound of their own rounding.

A real number here is an int or a Fraction where it is known exactly, and else a `Bounded`: an
mpmath number with a bound of its error. Bounds are kept as base-2 logarithms, which neither
overflow nor underflow and cost a fraction of what a second big number would.

A sum that is 0 within its bound may be 0 or not. At a precision that can still be raised, that
is a `MoreDigitsError`; at the last one it counts as 0, provided that the bound is small beside
what was added, and that nothing but 0 was lost in it: 1 - tanh(1e9) is not determined.

The reference's numbers (`midrad.py`) are another kind: those round each step of a program and
stay inexact, these stay rational as long as they can, for a germ's exponents and most of its
coefficients are, and a 0 among them must be exactly 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers import big

Real = Any  # int, Fraction or Bounded
EXACT = (int, Fraction)

NEGLIGIBLE = 0.25  # of the working bits: a zero's bound lies at least so far below its summands
KERNEL_BITS = 8  # by which a function of mpmath may be less accurate than its working precision
SLOPE_BITS = 1  # for the change of the slope within a bound
SLOPE_PRECISION = 30  # bits of a slope, of which the size is all that is asked
CLEAR_BITS = 20  # by which a slope must exceed its own uncertainty to be known not to be 0
EXACT_BITS = 60  # of a factor's bound below it, past which a bound's own bound is nothing
LOG_UNITS = 100  # in the last place, that a log2 may be off by
LARGEST_EXPONENT = int(1e300)  # bits, that a log2 is told apart by
MAX_EXACT_BITS = 6_000  # past which an exact number is rounded


class MoreDigitsError(Exception):
    """A number is 0 within its bound, and more digits may tell it from 0."""


class NotDeterminedError(Exception):
    """At the last precision a number's bound still says nothing of its sign."""


def log_sum(x: float, y: float, z: float = -math.inf) -> float:
    """log2 of the sum of numbers that are given by their log2."""
    top = max(x, y, z)
    if top == -math.inf:
        return top
    return top + math.log2(2.0 ** (x - top) + 2.0 ** (y - top) + 2.0 ** (z - top))


def magnitude(number: Any) -> float:
    """log2 of the size of an mpmath number; -inf of 0. Past 2^(10^308) it only says so."""
    _, mantissa, exponent, _ = number._mpf_
    if not mantissa:
        return -math.inf
    limited: int = max(-LARGEST_EXPONENT, min(LARGEST_EXPONENT, exponent))
    return math.log2(int(mantissa)) + limited  # an int also where mpmath works with gmpy2


class Precision:
    """The working precision of bounded numbers; `last` says that it can't be raised."""

    def __init__(self, context: Any, last: bool) -> None:
        self.context = context
        self.bits: int = context.prec
        self.last = last

    def bounded(self, x: Real) -> Bounded:
        """Any real number as one with a bound."""
        if type(x) is Bounded:
            return x
        mid = self.number(x)
        binary = x.denominator & (x.denominator - 1) == 0
        exact = binary and x.numerator.bit_length() <= self.bits
        return Bounded(self, mid, -math.inf if exact else magnitude(mid) - self.bits)

    def rounded(self, mid: Any, slope: Real = 0, at: Real = 0) -> Bounded:
        """A function's value as mpmath computed it at `at`, where its slope is `slope`."""
        size = magnitude(mid)
        own = size - self.bits + KERNEL_BITS
        if type(at) is not Bounded:
            return Bounded(self, mid, own)
        steep = magnitude(self.context.mpf(slope))
        saturates = at.bound + CLEAR_BITS < steep and -math.inf < steep + at.size < own
        bound = log_sum(own, at.bound + steep + SLOPE_BITS)
        return Bounded(self, mid, bound, max(size, at.scale + steep), lost=at.lost or saturates)

    def trimmed(self, x: Real) -> Real:
        """An exact number in its simplest form, and rounded where it has grown too long."""
        if type(x) is int:
            return x if x.bit_length() <= MAX_EXACT_BITS else self.bounded(x)
        if type(x) is Fraction:
            if x.denominator == 1:
                return self.trimmed(x.numerator)
            if x.numerator.bit_length() + x.denominator.bit_length() > MAX_EXACT_BITS:
                return self.bounded(x)
        return x

    def number(self, x: Real) -> Any:
        """As an mpmath number."""
        if type(x) is Bounded:
            return x.mid
        if x.denominator == 1:
            return self.context.mpf(x.numerator)
        return self.context.mpf(x.numerator) / x.denominator


class Bounded:
    """mid ± 2^bound; `scale` is log2 of the largest number that was added on the way to it, and
    `lost` says that what is not 0 vanished in the bound.

    Compare them by `sign` and `compare`: Python's == says only whether they are one object.
    """

    __slots__ = ("bound", "lost", "mid", "precision", "scale", "size")

    def __init__(
        self,
        precision: Precision,
        mid: Any,
        bound: float,
        scale: float | None = None,
        *,
        lost: bool = False,
    ) -> None:
        self.precision = precision
        self.mid = mid
        self.bound = bound
        self.size = magnitude(mid)
        self.scale = self.size if scale is None else scale
        self.lost = lost

    def __repr__(self) -> str:
        return f"{self.precision.context.nstr(self.mid, 8)}±2^{self.bound:.0f}"

    def __add__(self, other: Any) -> Any:
        if type(other) is not Bounded and not isinstance(other, EXACT):
            return NotImplemented
        y = self.precision.bounded(other)
        mid = self.mid + y.mid
        bound = log_sum(self.bound, y.bound, magnitude(mid) - self.precision.bits)
        lost = self.lost or y.lost or self.bound < self.size < bound or y.bound < y.size < bound
        return Bounded(self.precision, mid, bound, max(self.scale, y.scale), lost=lost)

    __radd__ = __add__

    def __neg__(self) -> Bounded:
        return Bounded(self.precision, -self.mid, self.bound, self.scale, lost=self.lost)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if type(other) is int and other in (1, -1):
            return self if other == 1 else -self
        if type(other) is not Bounded and not isinstance(other, EXACT):
            return NotImplemented
        y = self.precision.bounded(other)
        size = self.size + y.size
        bound = log_sum(self.size + y.bound, y.size + self.bound, size - self.precision.bits)
        if self.bound > self.size - EXACT_BITS or y.bound > y.size - EXACT_BITS:
            bound = log_sum(bound, self.bound + y.bound)
        lost = self.lost or y.lost
        return Bounded(self.precision, self.mid * y.mid, bound, self.scale + y.scale, lost=lost)

    __rmul__ = __mul__

    def inverse(self) -> Bounded:
        """1/x of what is not 0 within its bound."""
        relative = self.bound - self.size
        bound = log_sum(relative + SLOPE_BITS, -self.precision.bits) - self.size
        scale = self.scale - 2 * self.size
        return Bounded(self.precision, 1 / self.mid, bound, scale, lost=self.lost)

    def __abs__(self) -> Bounded:
        return -self if self.mid < 0 else self

    def sign(self) -> int:
        """-1, 0 or 1; MoreDigitsError or NotDeterminedError where the bound can't tell."""
        # Of numbers past 2^(10^15) a log2 has no digit behind the point.
        if self.size > self.bound + LOG_UNITS * math.ulp(self.size):
            return 1 if self.mid > 0 else -1
        if self.bound == -math.inf:
            return 0
        if not self.precision.last:
            raise MoreDigitsError
        negligible = self.scale - NEGLIGIBLE * self.precision.bits
        if self.lost or self.bound > negligible or math.ulp(self.scale) > 1:
            raise NotDeterminedError
        return 0


def sign(x: Real) -> int:
    """-1, 0 or 1 of any real number."""
    if type(x) is Bounded:
        return x.sign()
    return int(x > 0) - int(x < 0)


def compare(x: Real, y: Real) -> int:
    """-1, 0 or 1 as x is less than y, equal, or greater."""
    if type(x) is Bounded or type(y) is Bounded:
        return sign(x - y)
    return int(x > y) - int(x < y)


def quotient(x: Real, y: Real) -> Real:
    """x/y, exact where both are; ZeroDivisionError where y is 0."""
    if type(y) is Bounded:
        if not y.sign():
            raise ZeroDivisionError
        return x * y.inverse()
    if type(x) is Bounded:
        return x * Fraction(1, y) if y not in (1, -1) else x * y
    exact = Fraction(x, y)
    return exact.numerator if exact.denominator == 1 else exact


def nearest_integer(x: Real) -> tuple[int, bool]:
    """The integer nearest to x, and whether x is that integer."""
    if type(x) is not Bounded:
        return round(x), x.denominator == 1
    nearest = int(x.precision.context.nint(x.mid))
    off = x - nearest
    # Beside a large number a bound is small that leaves open which integer it is nearest to.
    if off.bound >= off.size and off.bound > -NEGLIGIBLE * x.precision.bits:
        raise NotDeterminedError if x.precision.last else MoreDigitsError
    return nearest, not sign(off)


def root(x: int, k: int) -> int | None:
    """The exact k-th root of an integer that is not negative, if it is an integer."""
    if x < 2:
        return x
    guess = math.isqrt(x) if k == 2 else _floor_root(x, k)
    return guess if guess**k == x else None


def _floor_root(x: int, k: int) -> int:
    """Newton's iteration for the integer part of a k-th root."""
    guess = 1 << -(-x.bit_length() // k)
    while (better := ((k - 1) * guess + x // guess ** (k - 1)) // k) < guess:
        guess = better
    return guess


MAX_EXACT_POWER = 64
MAX_EXACT_ROOT = 12


def power(precision: Precision, x: Real, p: Real) -> Real:
    """x^p of x > 0, or of any x by an integer p; exact where that is a rational number."""
    if type(p) is not Bounded and type(x) is not Bounded:
        exact = _exact_power(Fraction(x), Fraction(p))
        if exact is not None:
            return precision.trimmed(exact)
    if type(p) is not Bounded and p.denominator == 1 and abs(p) <= MAX_EXACT_POWER:
        return _repeated(precision, x, int(p))
    base, exponent = precision.bounded(x), precision.bounded(p)
    context = precision.context
    if type(p) is Fraction and p.denominator <= MAX_EXACT_ROOT and base.mid > 0:
        # By Newton's iteration, where a power takes an exponential and a logarithm.
        mid = big.power(context, context.root(base.mid, p.denominator), context.mpf(p.numerator))
    else:
        mid = big.power(context, base.mid, exponent.mid)
    size = magnitude(mid)
    with context.workprec(SLOPE_PRECISION):
        log = magnitude(context.log(abs(base.mid))) if base.mid else 0.0
    own = log_sum(
        KERNEL_BITS - precision.bits,
        exponent.size + base.bound - base.size + SLOPE_BITS,
        log + exponent.bound + SLOPE_BITS,
    )
    return Bounded(precision, mid, size + own, lost=base.lost or exponent.lost)


def _exact_power(x: Fraction, p: Fraction) -> Fraction | None:
    if p.denominator > MAX_EXACT_ROOT or abs(p.numerator) > MAX_EXACT_POWER:
        return Fraction(1) if x == 1 else None
    above, below = root(abs(x.numerator), p.denominator), root(x.denominator, p.denominator)
    if above is None or below is None or (x < 0 and p.denominator > 1):
        return None
    exact: Fraction = Fraction(above, below) ** p.numerator
    return -exact if x < 0 and p.numerator % 2 else exact


def _repeated(precision: Precision, x: Real, p: int) -> Real:
    """An integer power by squaring."""
    if p < 0:
        return quotient(1, _repeated(precision, x, -p))
    product: Real = 1
    while p:
        if p % 2:
            product = product * x
        x = precision.trimmed(x * x) if p > 1 else x
        p //= 2
    return product


def applied(
    precision: Precision, function: Callable[..., Any], slope: Callable[..., Any], x: Real
) -> Bounded:
    """A function of one mpmath number at x, `slope` being its derivative or a bound of it."""
    x = precision.bounded(x)  # a fraction is rounded, too
    if x.bound == -math.inf and not precision.last:
        return precision.rounded(function(x.mid))
    with precision.context.workprec(SLOPE_PRECISION):
        steep = slope(x.mid)
    return precision.rounded(function(x.mid), steep, x)
