"""A row of balls: Arb's enclosure, or the bound of midpoint-radius numbers where that says nothing.

Arb says nothing at poles, at the edge of a domain, where its exponents end, or of a row it lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.balls import Ball, Balls
from gradcalc.numbers.midrad import MidRad, UndecidedError

Bound = Callable[..., MidRad]

MOVED = 2.0**-20  # of an argument, by which it is moved to see whether the function varies


def enclosing(
    system: Balls,
    enclose: Callable[..., Any] | None,
    bound: Bound,
    *,
    selects: bool,
    limits: tuple[bool, bool],
) -> Callable[..., Ball]:
    """The row that is `enclose(*arbs)` by Arb, or else `bound(*midrads)`; `selects` says that it is
    one in pieces, with arguments that may not matter; `limits`, whether the work for tiny and for
    huge numbers has no bound."""
    tiny, huge = limits
    least = system.small if tiny else system.flint.arb(0)
    most = system.large if huge else system.flint.arb.pos_inf()

    def function(*operands: Any) -> Ball:
        balls = [x if type(x) is Ball else system.number(x) for x in operands]
        if enclose is None:
            return _bounded(system, bound, balls)
        for ball in balls if tiny or huge else ():
            if not least < ball.arb < most:
                _check_size(ball, least, most)
        arbs = [ball.arb for ball in balls]
        arb = enclose(*arbs)
        lost = system.final and (
            any(ball.lost for ball in balls) or (not selects and _saturates(enclose, arb, arbs))
        )
        if arb.rel_accuracy_bits() > 0:
            return system.result(arb, lost=lost)
        return _better(system, arb, bound, balls, lost)

    return function


def _check_size(ball: Ball, least: Any, most: Any) -> None:
    """OverflowError where mpmath's work would have no bound, so that both ways agree."""
    size = abs(ball.arb)
    if size.is_finite() and (size > most or 0 < size < least):
        raise OverflowError("too large to evaluate")


def _saturates(enclose: Callable[..., Any], arb: Any, arbs: list[Any]) -> bool:
    """Has the function lost an argument: is it the same for another one, as tanh(1e9) is 1?"""
    if arb.is_exact() or not arb.is_finite():
        return False
    for k, argument in enumerate(arbs):
        if argument.contains(0) or not argument.is_finite():
            continue
        other = enclose(*arbs[:k], argument + argument * MOVED, *arbs[k + 1 :])
        if other.is_finite() and other.rad() < 2 * arb.rad() and arb.overlaps(other):
            return True
    return False


def _better(system: Balls, arb: Any, bound: Bound, balls: list[Ball], lost: bool) -> Ball:
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
    return system.result(arb, lost=lost)


def _bounded(system: Balls, bound: Bound, balls: list[Ball]) -> Ball:
    number = bound(*map(system.midrad, balls))
    if system.context.isfinite(number.mid):  # infinities at poles are by convention
        system.proven = False
    return system.enclosed(number)
