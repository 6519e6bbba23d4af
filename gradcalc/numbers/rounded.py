"""Ranges that hold a number and all that float64 may have in its place.

Each operation is that of `numbers/ranges.py`, made wider by what float64 rounds: half a unit in the
last place for + - * /, FUNCTION_ERROR for functions, which the system's library and our own kernels
stay far below. What may exceed float64's largest number is not finite. So an enclosure of a step
that is finite says of both, the exact function and its run in float64, that they stay inside it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from gradcalc.numbers import ranges
from gradcalc.numbers.ranges import OPEN, Arb, Range

UNIT = 2.0**-53  # relative, of one rounding to the nearest float64
FUNCTION_ERROR = 2.0**-40  # relative, of a function in float64
SMALLEST = 2.0**-1074  # of float64: what is smaller is rounded to it, or to 0


class Rounded(Range):
    """All numbers inside `arb`, among them what float64 has."""

    __slots__ = ()

    def _new(self, arb: Arb) -> Range:
        return Rounded(rounded(arb))


class Between(Rounded):
    """All between the sides of a kink: as a selection it is not 0, unless that is certain."""

    __slots__ = ()

    def __eq__(self, other: object) -> Any:
        outcome = super().__eq__(other)
        return False if outcome is OPEN else outcome

    def __hash__(self) -> int:
        return id(self)


class _Widths(NamedTuple):
    """The factor of one rounding, that of a function, and what underflow adds."""

    operation: Arb
    function: Arb
    underflow: Arb


@cache
def _widths() -> _Widths:
    from flint import arb

    return _Widths(arb(1, UNIT), arb(1, FUNCTION_ERROR), arb(0, SMALLEST))


def rounded(ball: Arb, *, function: bool = False) -> Arb:
    """A ball with what float64 may round its numbers to; NaN where they may overflow."""
    if not function and ball.is_exact() and ball == float(ball):
        return ball
    widths = _widths()
    wide = ball * (widths.function if function else widths.operation) + widths.underflow
    if not wide.abs_upper() <= sys.float_info.max:
        return type(ball).nan()
    return wide.nonnegative_part() if ball >= 0 else wide


def function(exact: Callable[..., Range], *, errs: bool) -> Callable[..., Range]:
    """A function of exact ranges as one of rounded ranges; not `errs`: float64 has it exactly."""

    def kernel(*operands: Any) -> Range:
        plain = [Range(one.arb) if isinstance(one, Range) else one for one in operands]
        ball = exact(*plain).arb
        return Rounded(rounded(ball, function=True) if errs else ball)

    return kernel


def rational(exact: Fraction | int) -> Range:
    """A fraction, and the float64 nearest to it."""
    return Rounded(rounded(ranges.rational(exact).arb))


def constant(name: str) -> Range:
    """A named constant, and the float64 nearest to it."""
    return Rounded(rounded(ranges.constant(name).arb))
