"""The numbers of the reference: balls, every row of the table enclosed by Arb or else bounded;
where python-flint is not installed, midpoint-radius numbers. And ranges, for whole boxes, in which
every row is enclosed by Arb or missing.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

from gradcalc.numbers import ranges, rounded, unbounded
from gradcalc.numbers.balls import Balls
from gradcalc.numbers.enclosing import enclosing
from gradcalc.numbers.intervals import Monotone, whole
from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import midrad_numbers
from gradcalc.rules.table import SCALAR

FIRST_DIGITS = 50
# What balls do by themselves: their formulas would ask for the same by way of operators.
OPERATIONS = {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide"}
# Instructions of a trace, and the digits of its last replay: what is 0 in so many digits is 0.
LAST_DIGITS = ((300, 3200), (1_000, 1600), (5_000, 800), (sys.maxsize, 400))
SLOW_DIGITS = 400  # of a trace that has slow rows


def last_digits(size: int, rows: Iterable[Rule]) -> int:
    """The digits of the last replay of a trace of so many instructions, of such rows."""
    if any(row.slow for row in set(rows)):
        return SLOW_DIGITS
    return next(digits for most, digits in LAST_DIGITS if size <= most)


@cache
def ball_numbers(digits: int, *, rational: bool = False, final: bool = False) -> Numbers:
    """Balls of so many digits, as `bounds` with their arithmetic; ImportError without flint.

    A row is its column `arb`, or its formula, or its column `ball`, or Arb's method of the same
    name; what Arb does not know is taken from midpoint-radius numbers.
    """
    midrads = midrad_numbers(digits, rational=rational, final=final)
    balls = Balls(midrads.__dict__["bounds"])
    numbers = Numbers("ball", balls.rational, balls.constant, {})
    numbers.context, numbers.__dict__["bounds"] = midrads.context, balls
    for name, row in SCALAR.items():
        composed = row.formula or row.ball
        if composed is not None and row.arb is None:
            numbers.__dict__[name] = partial(composed, numbers)
        else:
            enclose = row.arb or getattr(balls.flint.arb, name, None)
            numbers.__dict__[name] = enclosing(
                balls,
                enclose,
                getattr(midrads, name),
                selects=row.kind == "piecewise",
                limits=row.limits,
            )
    for name, operation in OPERATIONS.items():
        numbers.__dict__[name] = getattr(balls, operation)
    return numbers


@cache
def range_numbers() -> Numbers:
    """Ranges: every row over all numbers between two ends; ImportError without flint.

    A row is chosen as for balls. One that Arb does not enclose is missing: AttributeError.
    """
    numbers = Numbers("range", ranges.rational, ranges.constant, {})
    for name, row in SCALAR.items():
        composed, enclose = row.formula or row.ball, _enclosure(name)
        if composed is not None and row.arb is None:
            numbers.__dict__[name] = partial(composed, numbers)
        elif enclose is not None:
            numbers.__dict__[name] = ranges.over_ranges(enclose)
        if row.monotone:
            whole = ranges.over_arbs(getattr(numbers, name))
            numbers.__dict__[name] = ranges.over_ranges(ranges.at_ends(whole))
    numbers.__dict__["div"] = lambda x, y: x / y
    return numbers


@cache
def rounded_numbers() -> Numbers:
    """Ranges that hold what float64 makes of a step as well as the exact number, see `Rounded`."""
    exact = range_numbers()
    numbers = Numbers("rounded", rounded.rational, rounded.constant, {})
    for name, row in SCALAR.items():
        if row.kind == "arithmetic" and row.formula is not None:
            numbers.__dict__[name] = partial(row.formula, numbers)
        else:
            errs = row.kind != "piecewise" or row.ball is not None
            numbers.__dict__[name] = rounded.function(getattr(exact, name), errs=errs)
    numbers.__dict__["div"] = lambda x, y: x / y
    return numbers


@cache
def sided_numbers() -> Numbers:
    """`rounded_numbers` for sweeps over boxes with kinks that do no harm: what selects a side of
    one is all between them."""
    numbers = Numbers("sided", rounded.rational, rounded.constant, rounded_numbers().__dict__)
    for name in ("sign", "heaviside"):
        plain = rounded_numbers().__dict__[name]
        numbers.__dict__[name] = lambda x, plain=plain: rounded.Between(plain(x).arb)
    return numbers


@cache
def arb_kernels() -> Mapping[str, Callable[..., Any]]:
    """The rows of `range_numbers` as functions of Arb's balls themselves, by name."""
    numbers = range_numbers()
    plain: dict[str, Callable[..., Any]] = {
        "add": ranges.total,
        "sub": operator.sub,
        "mul": ranges.product,
        "div": ranges.quotient,
        "neg": operator.neg,
        "identity": operator.pos,
    }
    kernels: dict[str, Callable[..., Any]] = {}
    for name, row in SCALAR.items():
        composed = (row.formula or row.ball) is not None and row.arb is None
        enclose = None if composed else _enclosure(name)
        kernel = plain.get(name) or enclose or ranges.over_arbs(getattr(numbers, name))
        kernels[name] = ranges.at_ends(kernel) if row.monotone else kernel
    return kernels


def _enclosure(name: str) -> Callable[..., Any] | None:
    """A row's function of Arb's balls, if it has one."""
    from flint import arb

    own: dict[str, Any] = {
        "ipow": ranges.power,
        "cpow": ranges.power,
        "pow": ranges.power,
        "abs": ranges.magnitude,
    }
    row = SCALAR[name]
    enclose = own.get(name) or row.arb or getattr(arb, name, None)
    if enclose is None or not row.limits[1] or enclose is ranges.power:
        return enclose
    return ranges.limited(enclose)


INFINITE = float("inf")
EVERYWHERE, POSITIVE = (-INFINITE, INFINITE), (0.0, INFINITE)
LOGARITHM = Monotone(*POSITIVE, -INFINITE, INFINITE)
MONOTONE = {
    "exp": Monotone(*EVERYWHERE, 0.0, INFINITE),
    "expm1": Monotone(*EVERYWHERE, -1.0, INFINITE),
    "log": LOGARITHM,
    "log2": LOGARITHM,
    "log10": LOGARITHM,
    "log1p": Monotone(-1.0, INFINITE, -INFINITE, INFINITE),
    "sqrt": Monotone(*POSITIVE, 0.0, INFINITE),
    "cbrt": Monotone(*EVERYWHERE, -INFINITE, INFINITE),
    "sinh": Monotone(*EVERYWHERE, -INFINITE, INFINITE),
    "tanh": Monotone(*EVERYWHERE, -1.0, 1.0),
    "atan": Monotone(*EVERYWHERE, -1.6, 1.6),
    "asin": Monotone(-1.0, 1.0),
    "acos": Monotone(-1.0, 1.0, falls=True),
    "asinh": Monotone(*EVERYWHERE, -INFINITE, INFINITE),
    "acosh": Monotone(1.0, INFINITE, 0.0, INFINITE),
    "atanh": Monotone(-1.0, 1.0, -INFINITE, INFINITE),
    "erf": Monotone(*EVERYWHERE, -1.0, 1.0),
    "erfc": Monotone(*EVERYWHERE, 2.0, 0.0, falls=True),
}


@cache
def unbounded_numbers() -> Numbers:
    """Quotients of intervals that may have no end, see `numbers.unbounded`: every row over the part
    of its arguments where it is defined."""
    from flint import arb

    balls = arb_kernels()
    numbers = Numbers("unbounded", _rational_quotient, _constant_quotient, {})
    for name, row in SCALAR.items():
        composed = row.ball or row.formula
        if name in MONOTONE:
            numbers.__dict__[name] = unbounded.monotone(MONOTONE[name], balls[name])
        elif composed is not None:
            numbers.__dict__[name] = partial(composed, numbers)
        else:
            numbers.__dict__[name] = unbounded.bounded(balls[name])
    reciprocal_gamma = unbounded.bounded(arb.rgamma)
    numbers.__dict__.update(
        div=operator.truediv,
        log=unbounded.logarithm(MONOTONE["log"], balls["log"]),
        sqrt=unbounded.root(MONOTONE["sqrt"], balls["sqrt"]),
        abs=lambda x: unbounded.Quotient(unbounded.quotient(x).interval.size()),
        max=_greater,
        min=lambda x, y: -_greater(-x, -y),
        relu=lambda x: _greater(x, 0),
        ipow=unbounded.power,
        cpow=unbounded.power,
        pow=lambda x, y: _power(numbers, x, y),
        gamma=lambda x: 1 / reciprocal_gamma(x),
    )
    return numbers


def _rational_quotient(exact: Any) -> unbounded.Quotient:
    return unbounded.quotient(ranges.rational(exact))


def _constant_quotient(name: str) -> unbounded.Quotient:
    return unbounded.quotient(ranges.constant(name))


def _greater(x: Any, y: Any) -> unbounded.Quotient:
    return unbounded.Quotient(unbounded.quotient(x).interval.max(unbounded.quotient(y).interval))


def _power(numbers: Numbers, x: Any, y: Any) -> Any:
    """x^y; of a negative x, which has powers by integers alone, nothing is said."""
    if unbounded.quotient(x).interval.low >= 0:
        return numbers.exp(unbounded.quotient(y) * numbers.log(x))
    return unbounded.Quotient(whole())


@cache
def has_flint() -> bool:
    """Is python-flint installed? It is imported by asking, which costs 40 ms."""
    try:
        import flint  # noqa: F401
    except ImportError:
        return False
    return True


def reference_numbers(digits: int, *, rational: bool = False, final: bool = False) -> Numbers:
    """The best numbers that carry a bound: balls, or midpoint-radius numbers without flint."""
    system = ball_numbers if has_flint() else midrad_numbers
    return system(digits, rational=rational, final=final)
