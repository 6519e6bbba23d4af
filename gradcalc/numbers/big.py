"""Big numbers: mpmath at any precision, in a context of their own, real results only."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, wraps
from threading import RLock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

TURNS = RLock()  # whoever holds it may change the precision of contexts that threads share
REMEMBERED = 2_048  # values of a function: a sweep asks for what the replay has just found


def in_turn(work: Callable[P, R]) -> Callable[P, R]:
    """Work with big numbers that threads do one after the other: mpmath's functions raise their
    context's precision and set it back, and two at once would leave it as neither found it."""

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with TURNS:
            return work(*args, **kwargs)

    return alone


def context(digits: int) -> Any:
    """A new mpmath context that works with so many decimal digits."""
    import mpmath

    made = mpmath.MPContext()
    made.dps = digits
    # sin and cos come together, and one is the derivative of the other. Under a name of its own,
    # for mpmath itself calls cos_sin at other precisions.
    made.cos_and_sin = lru_cache(REMEMBERED)(made.cos_sin)
    return made


def number(ctx: Any) -> Callable[[Fraction], Any]:
    """Exact numbers, rounded to the context's precision."""

    def convert(exact: Fraction) -> Any:
        return ctx.mpf(exact.numerator) / exact.denominator

    return convert


MAX_CONVERTED_EXPONENT = 10_000  # of ten: past that mpmath would build integers of so many digits


def decimal(ctx: Any, text: str) -> Any:
    """A decimal rounded to the context's precision, in a time that its exponent does not change.

    Past MAX_CONVERTED_EXPONENT the last digit of the context may be off by a few units.
    """
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent or abs(int(exponent)) <= MAX_CONVERTED_EXPONENT:
        return ctx.mpf(text)
    return ctx.mpf(mantissa) * ctx.mpf(10) ** int(exponent)


LONGEST_EXPONENT = 12  # digits of an exponent that is looked at as it is


def brief(text: str) -> str:
    """A decimal for the eye: of an exponent of hundreds of digits only the size matters.

    >>> brief("-1.8941e-2251689001358648043608")
    '-10^-2.2516e21'
    """
    mantissa, _, exponent = text.partition("e")
    digits = exponent.lstrip("+-")
    if len(digits) <= LONGEST_EXPONENT:
        return text
    sign = "-" if mantissa.startswith("-") else ""
    down = "-" if exponent.startswith("-") else ""
    return f"{sign}10^{down}{digits[0]}.{digits[1:5]}e{len(digits) - 1}"


def constant(ctx: Any) -> Callable[[str], Any]:
    """Named constants to the context's precision."""

    def convert(name: str) -> Any:
        if name == "tau":
            return 2 * ctx.pi
        return +getattr(ctx, name)

    return convert


def divide(ctx: Any, x: Any, y: Any) -> Any:
    """IEEE division, as in float64: x/0 is an infinity, 0/0 is not a number."""
    if y:
        return x / y
    return ctx.sign(x) * ctx.inf if x else ctx.nan


MAX_SQUARINGS = 64  # of an integer power: each takes the more digits the more of them there are
POWER_GUARD_BITS = 20  # log(x) has at most MAX_EXPONENT_BITS, a number of 14 bits


def power(ctx: Any, x: Any, y: Any) -> Any:
    """x^y, an infinity at the pole 0^-k.

    By exp(y log(x)) in the digits that takes: mpmath's own loses as many as y log(x) has before
    the point.
    """
    if not x:
        return ctx.inf if y < 0 else x**y
    whole = ctx.isint(y)
    if not (ctx.isfinite(x) and ctx.isfinite(y)) or (x < 0 and not whole):
        return x**y
    if (whole and ctx.mag(y) <= MAX_SQUARINGS) or abs(y) == ctx.mpf(0.5):
        return x**y
    with ctx.workprec(ctx.prec + max(0, ctx.mag(y)) + POWER_GUARD_BITS):
        value = ctx.exp(y * ctx.log(abs(x)))
    return -value if x < 0 and int(y) % 2 else +value


MAX_EXPONENT_BITS = 10_000  # of an argument: past that a function could take forever


def real(
    ctx: Any, kernel: Callable[..., Any], limits: tuple[bool, bool] = (True, True)
) -> Callable[..., Any]:
    """The kernel, with ValueError where its answer is not a real number.

    OverflowError where the work has no bound; `limits` says whether that is so for arguments below
    10^-3000 or so, and for those past 10^3000.
    """
    complex_number = ctx.mpc
    tiny, huge = limits
    least = -MAX_EXPONENT_BITS if tiny else -ctx.inf
    most = MAX_EXPONENT_BITS if huge else ctx.inf

    def checked(*arguments: Any) -> Any:
        for argument in arguments if tiny or huge else ():
            if argument and ctx.isfinite(argument) and not least <= ctx.mag(argument) <= most:
                raise OverflowError("too large to evaluate")
        try:
            result = kernel(*arguments)
        except (TypeError, ctx.NoConvergence) as error:  # mpmath's way with some infinities
            raise ValueError("not evaluated") from error
        if isinstance(result, complex_number):
            if result.imag != 0:
                raise ValueError("not a real number")
            return result.real
        return result

    return lru_cache(REMEMBERED)(checked)
