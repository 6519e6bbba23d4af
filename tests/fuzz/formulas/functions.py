"""Functions of numbers a hair beside a point, and at infinities, for the oracle.

They are expanded by power series that are written down here once more: nothing of gradcalc is
asked.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tests.fuzz.formulas.sides import (
    FLAT,
    TERMS,
    UNIT,
    OutsideError,
    Series,
    Side,
    UnclearError,
    add,
    clear,
    collected,
    composed,
    mp,
    neg,
    nothing,
    number,
    power,
    sub,
    summed,
    times,
)

# power series -----------------------------------------------------------------------------


def _product(x: Series, y: Series) -> Series:
    return [sum(x[i] * y[n - i] for i in range(n + 1)) for n in range(min(len(x), len(y)))]


def _raised(x: Series, p: Any) -> Series:
    """x^p by n*x0*y_n = sum (p*k - n + k) x_k y_(n-k)."""
    y = [mp.power(x[0], p)]
    for n in range(1, len(x)):
        y.append(sum((p * k - n + k) * x[k] * y[n - k] for k in range(1, n + 1)) / (n * x[0]))
    return y


def _exp(x: Series) -> Series:
    y = [mp.exp(x[0])]
    for n in range(1, len(x)):
        y.append(sum(k * x[k] * y[n - k] for k in range(1, n + 1)) / n)
    return y


def _integral(first: Any, slope: Series) -> Series:
    return [first, *(k / (n + 1) for n, k in enumerate(slope[:-1]))]


def _padded(*ks: Any) -> Series:
    return [*map(mp.mpf, ks), *[mp.mpf(0)] * TERMS][:TERMS]


def _cyclic(*values: Any) -> Series:
    return [values[n % len(values)] / mp.factorial(n) for n in range(TERMS)]


def _log(c: Any) -> Series:
    if c <= 0:
        raise OutsideError("a logarithm of what is not positive")
    return [mp.log(c), *((-1) ** (n + 1) / (n * c**n) for n in range(1, TERMS))]


def _tanh(c: Any) -> Series:
    y = [mp.tanh(c), mp.sech(c) ** 2]
    for n in range(1, TERMS - 1):
        y.append(-_product(y, y)[n] / (n + 1))
    return y


def _bell(c: Any) -> Series:
    """2/sqrt(pi)*exp(-x^2)."""
    return [2 / mp.sqrt(mp.pi) * k for k in _exp(_padded(-c * c, -2 * c, -1))]


def _asin(c: Any) -> Series:
    if abs(c) > 1:
        raise OutsideError("asin beyond 1")
    if 1 - abs(c) < clear():
        raise UnclearError("asin at 1")
    slope = _raised(_padded((1 - c) * (1 + c), -2 * c, -1), mp.mpf(-1) / 2)
    return _integral(mp.asin(c), slope)


def _sinc(c: Any) -> Series:
    if c:
        inverse = [(-1) ** n / c ** (n + 1) for n in range(TERMS)]
        sine = _cyclic(mp.sin(c), mp.cos(c), -mp.sin(c), -mp.cos(c))
        return _product(sine, inverse)
    return [
        (-1) ** (n // 2) / mp.factorial(n + 1) if n % 2 == 0 else mp.mpf(0) for n in range(TERMS)
    ]


TAYLOR: dict[str, Callable[[Any], Series]] = {
    "exp": lambda c: _cyclic(mp.exp(c)),
    "expm1": lambda c: [mp.expm1(c), *_cyclic(mp.exp(c))[1:]],
    "sin": lambda c: _cyclic(mp.sin(c), mp.cos(c), -mp.sin(c), -mp.cos(c)),
    "cos": lambda c: _cyclic(mp.cos(c), -mp.sin(c), -mp.cos(c), mp.sin(c)),
    "sinh": lambda c: _cyclic(mp.sinh(c), mp.cosh(c)),
    "cosh": lambda c: _cyclic(mp.cosh(c), mp.sinh(c)),
    "log": _log,
    "log1p": lambda c: [mp.log1p(c), *_log(1 + c)[1:]] if c > -1 else _log(1 + c),
    "atan": lambda c: _integral(mp.atan(c), _raised(_padded(1 + c * c, 2 * c, 1), mp.mpf(-1))),
    "tanh": _tanh,
    "erf": lambda c: _integral(mp.erf(c), _bell(c)),
    "erfc": lambda c: _integral(mp.erfc(c), [-k for k in _bell(c)]),
    "asinh": lambda c: _integral(
        mp.asinh(c), _raised(_padded(1 + c * c, 2 * c, 1), mp.mpf(-1) / 2)
    ),
    "asin": _asin,
    "sinc": _sinc,
}
ENDS = {"atan": lambda: mp.pi / 2, "tanh": lambda: mp.mpf(1), "erf": lambda: mp.mpf(1)}


def function(name: str, x: Side) -> Side:
    """A smooth function of one number."""
    if x.is_infinite:
        return _at_infinity(name, x)
    if name in ("log", "log1p"):
        return (
            log(x)
            if name == "log"
            else log(add(x, number(1)))
            if _near(x, -1)
            else _smooth(name, x)
        )
    return _smooth(name, x)


def _near(x: Side, c: int) -> bool:
    return bool(x.split()[0] == c)


def _smooth(name: str, x: Side) -> Side:
    c, small = x.split()
    if abs(c) > 10**6 and name in ("exp", "sinh", "cosh", "expm1", "tanh", "erf", "erfc"):
        raise UnclearError("too large or too small a number")
    return composed(small, _taylor(name, c, mp.dps))


@lru_cache(4096)
def _taylor(name: str, c: Any, digits: int) -> Series:
    """The coefficients of a function, which are the same on both sides of a point.

    One that is only what c's rounding leaves of 0 is 0: the value of cos at pi/2, its slope at pi.
    """
    series = TAYLOR[name](c)
    for n, following in enumerate(series[1:]):
        size = abs(c * (n + 1) * following)  # what c's rounding is multiplied by
        if abs(series[n]) < size * clear():
            if abs(series[n]) > size * nothing():
                raise UnclearError("close to a zero of a function")
            series[n] = mp.mpf(0)
    return series


def log(x: Side) -> Side:
    """log of k*h^a*(1 + d) is log k - a*log(1/h) + ..."""
    if x.is_zero:
        raise OutsideError("log(0)")
    (a, b), k = x.lead
    if k < 0:
        raise OutsideError("a logarithm of what is negative")
    if b or abs(a) == FLAT:
        raise UnclearError("a logarithm of a logarithm")
    small = Side(
        [((o[0] - a, o[1]), m / k) for o, m in x.terms[1:]],
        None if x.rest is None else (x.rest[0] - a, x.rest[1]),
    )
    off = summed(UNIT, [k, mp.mpf(-1)]) if abs(k) < 2 and abs(k) > 0.5 else k
    head = [(UNIT, mp.log(k))] if off else []
    if a:
        head.append(((Fraction(0), 1), mp.mpf(-a.numerator) / a.denominator))
    series = [mp.mpf(0), *(mp.mpf((-1) ** (n + 1)) / n for n in range(1, TERMS))]
    return add(collected(head, None), composed(small, series))


def _at_infinity(name: str, x: Side) -> Side:
    (a, b), k = x.lead
    up = k > 0
    if name == "log":
        return log(x)
    if name == "log1p":
        return log(add(x, number(1)))
    if name in ("exp", "expm1") and a == 0:
        if b != 1 or k != int(k) or len(x.terms) > 2 or x.rest is not None:
            raise UnclearError("an exponential of a logarithm")
        found = function("exp", Side(x.terms[1:]))
        raised = Side([(times(o, (Fraction(-int(k)), 0)), m) for o, m in found.terms])
        return raised if name == "exp" else sub(raised, number(1))
    if a == 0:
        raise UnclearError("a function of a logarithm")
    flat = Side([((FLAT, 0), mp.mpf(1))])
    match name:
        case "exp":
            return Side([((-FLAT, 0), mp.mpf(1))]) if up else flat
        case "expm1":
            return Side([((-FLAT, 0), mp.mpf(1))]) if up else sub(flat, number(1))
        case "erfc":
            return flat if up else sub(number(2), flat)
        case "tanh" | "erf":
            return sub(number(1), flat) if up else sub(flat, number(1))
        case "atan":
            end = number(mp.pi / 2 if up else -mp.pi / 2)
            return sub(end, function("atan", power(x, Fraction(-1))))
    raise UnclearError(f"{name} of what is infinite")


# functions in pieces ----------------------------------------------------------------------


def absolute(x: Side) -> Side:
    return neg(x) if x.sign < 0 else x


def larger(x: Side, y: Side) -> Side:
    difference = sub(x, y)
    if not difference.terms:
        return x
    return x if difference.sign >= 0 else y


def floor(x: Side) -> Side:
    c, small = x.split()
    whole = mp.nint(c)
    if abs(c - whole) > clear():
        return number(mp.floor(c))
    if c != whole and abs(c - whole) > abs(c) * nothing():
        raise UnclearError("close to an integer")
    return number(whole - 1 if small.sign < 0 else whole)


def cbrt(x: Side) -> Side:
    if x.is_zero:
        return x
    third = Fraction(1, 3)
    return neg(power(neg(x), third)) if x.sign < 0 else power(x, third)


INFINITIES: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y if y else mp.nan if mp.isnan(x) else mp.inf * mp.sign(x),
    "neg": lambda x: -x,
    "abs": abs,
    "max": max,
    "min": min,
    "relu": lambda x: max(x, mp.mpf(0)),
    "sign": mp.sign,
    "compare": lambda x, y: 0 if x == y else 1 if x > y else -1,
    "exp": mp.exp,
    "expm1": lambda x: mp.exp(x) - 1,
    "log": mp.log,
    "log1p": lambda x: mp.log(1 + x),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "sqrt": mp.sqrt,
    "cbrt": lambda x: x,
    "atan": mp.atan,
    "tanh": mp.tanh,
    "erf": mp.erf,
    "asinh": lambda x: x,
    "sinh": lambda x: x,
    "cosh": abs,
}


def at_infinities(op: str, x: list[Any]) -> Any:
    """A function where an argument is infinite, or not a number, as IEEE's arithmetic has it."""
    if any(map(mp.isnan, x)):
        return mp.nan
    if op.startswith("power "):
        p = Fraction(op.removeprefix("power "))
        if p.denominator != 1 and x[0] < 0:
            raise UnclearError("a root of what is negative and infinite")
        even = p.denominator == 1 and p.numerator % 2 == 0
        return mp.mpf(0) if p < 0 else abs(x[0]) if even else x[0]
    if op not in INFINITIES or (op in ("log", "log1p", "sqrt") and not x[0] > 0):
        raise UnclearError(f"{op} of what is infinite")
    found = INFINITIES[op](*x)
    if isinstance(found, mp.mpc):
        raise UnclearError(f"{op} of what is infinite")
    return found
