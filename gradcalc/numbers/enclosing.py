"""A row of balls: Arb's enclosure, or the bound of midpoint-radius numbers where that says nothing.

Arb says nothing at poles, at the edge of a domain, where its exponents end, or of a row it lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.balls import Ball, Balls
from gradcalc.numbers.midrad import MidRad, UndecidedError

Bound = Callable[..., MidRad]


def enclosing(
    system: Balls, enclose: Callable[..., Any] | None, bound: Bound
) -> Callable[..., Ball]:
    """The row that is `enclose(*arbs)` by Arb, or else `bound(*midrads)`."""

    def function(*operands: Any) -> Ball:
        balls = [system.number(x) for x in operands]
        if enclose is None:
            return _bounded(system, bound, balls)
        for ball in balls:
            if not system.small < ball.arb < system.large:
                _check_size(system, ball)
        arb = enclose(*[ball.arb for ball in balls])
        if arb.rel_accuracy_bits() > 0:
            return system.result(arb)
        return _better(system, arb, bound, balls)

    return function


def _check_size(system: Balls, ball: Ball) -> None:
    """OverflowError where mpmath's work would have no bound, so that both ways agree."""
    size = abs(ball.arb)
    if size.is_finite() and (size > system.large or 0 < size < system.small):
        raise OverflowError("too large to evaluate")


def _better(system: Balls, arb: Any, bound: Bound, balls: list[Ball]) -> Ball:
    """What Arb leaves without a digit: a zero, or else what mpmath knows of it."""
    if not arb.is_finite():
        return _bounded(system, bound, balls)
    proven = system.proven
    try:
        bounded = _bounded(system, bound, balls)
    except UndecidedError:
        bounded = None
    if bounded is not None and bounded.right_digits is not None:
        return bounded
    system.proven = proven
    return system.result(arb)


def _bounded(system: Balls, bound: Bound, balls: list[Ball]) -> Ball:
    number = bound(*map(system.midrad, balls))
    if system.context.isfinite(number.mid):  # infinities at poles are by convention
        system.proven = False
    return system.enclosed(number)
