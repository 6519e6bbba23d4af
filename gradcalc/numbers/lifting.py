"""Functions of big numbers as functions of midpoint-radius numbers.

Where the operands are clear of their radii the function's own partials say how far their errors
carry, to first order; else the function is asked at both ends of each operand. Where one end
leaves the domain the result is undecided, and more digits are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from gradcalc.numbers.midrad import MidRad, Raw, UndecidedError, magnitude
from gradcalc.numbers.midrads import CLEAR_BITS, MidRads

SLACK_BITS = 10  # functions of mpmath are trusted to 1000 units in the last place

Kernel = Callable[..., Any]

FLAT_BITS = 10  # by which a function may change less than its argument, to first order
MOVED_BITS = 20  # below an argument, by which it is moved to see whether the function varies

MAX_END_BITS = 100_000  # of the end of an operand, which is exact


def lift(
    system: MidRads,
    kernel: Kernel,
    partials: Sequence[Kernel | None] | None,
    *,
    rounds: bool = True,
    oscillates: bool = False,
) -> Callable[..., MidRad]:
    """A function of big numbers as one of midpoint-radius numbers.

    `partials[k](out, *mids)` is its derivative by the k-th argument, in numbers of a few
    digits; without them (a function in pieces) its values at both ends of every operand say how
    far it spreads. `rounds`: its values are rounded, as those of a selection are not. Where one
    `oscillates`, the ends of a wide operand say nothing of what is between.
    """

    def function(*operands: Any) -> MidRad:
        numbers = [system.number(x) for x in operands]
        mids = [number.mid for number in numbers]
        uncertain = [k for k, number in enumerate(numbers) if number.rad != system.zero]
        if oscillates and any(magnitude(numbers[k].rad) > -CLEAR_BITS for k in uncertain):
            raise UndecidedError("an operand of unknown phase")
        try:
            mid = kernel(*mids)
        except (ValueError, ZeroDivisionError) as error:
            if _may_be_inside(system, kernel, numbers, uncertain):
                raise UndecidedError("at the edge of a domain") from error
            raise
        except OverflowError as error:
            if all(system.clear(numbers[k]) for k in uncertain):
                raise
            raise UndecidedError("an operand of unknown size") from error
        mid = system.context.mpf(mid)
        own = system.rounding(mid, SLACK_BITS) if rounds else system.zero
        lost = any(number.lost for number in numbers) or (
            system.final and rounds and _saturates(system, kernel, partials, mid, own, mids)
        )
        if not uncertain:
            return system.made(mid, own, lost=lost)
        spread = None
        if partials is not None and all(system.clear(numbers[k]) for k in uncertain):
            spread = _first_order(system, mid, mids, numbers, uncertain, partials)
        if spread is None:
            spread = _at_the_ends(system, kernel, mid, numbers, uncertain)
        return system.made(mid, system.plus(spread, own), lost=lost)

    return function


def _saturates(
    system: MidRads,
    kernel: Kernel,
    partials: Sequence[Kernel | None] | None,
    mid: Any,
    own: Raw,
    mids: list[Any],
) -> bool:
    """Has the function lost an argument: is it the same for another one, as tanh(1e9) is 1?"""
    if own == system.zero or not system.context.isfinite(mid):
        return False
    for k, argument in enumerate(mids):
        if not argument or not system.context.isfinite(argument):
            continue
        moved = argument + system.context.ldexp(argument, -MOVED_BITS)
        try:
            change = kernel(*mids[:k], moved, *mids[k + 1 :]) - mid
        except (ValueError, ArithmeticError):
            continue
        if abs(change) <= system.context.make_mpf(own):
            whole = partials is not None and system.context.isint(mid)
            if not (whole and _is_idle(partials[k], mid, mids)):  # type: ignore[index]
                return True
    return False


def _is_idle(partial: Kernel | None, mid: Any, mids: list[Any]) -> bool:
    """Does an argument do nothing here, as the exponent of 1^y? Its partial is 0, or it has none,
    as a constant exponent."""
    try:
        return partial is None or not partial(mid, *mids)
    except (ValueError, ArithmeticError):
        return False


def _first_order(
    system: MidRads,
    mid: Any,
    mids: list[Any],
    numbers: list[MidRad],
    uncertain: list[int],
    partials: Sequence[Kernel | None],
) -> Raw | None:
    """Σ |∂f|·rad, a little more for the second order; None where it is no small change."""
    total = system.zero
    for k in uncertain:
        partial = partials[k]
        if partial is None:
            return None
        try:
            slope = partial(mid, *mids)
        except (ValueError, ArithmeticError):
            return None
        if slope is None:
            continue
        slope = system.context.mpf(slope)
        if not system.context.isfinite(slope):
            return None
        # Where it is nearly flat, the second order may be the larger one.
        flat = magnitude(mid._mpf_) - FLAT_BITS
        if magnitude(slope._mpf_) + magnitude(mids[k]._mpf_) < flat:
            return None
        # Where it is 1/sqrt of the distance to the edge of a domain, that edge must be far enough.
        if 2 * magnitude(slope._mpf_) + magnitude(numbers[k].rad) > -CLEAR_BITS:
            return None
        total = system.plus(total, system.times(slope._mpf_, numbers[k].rad))
    if total != system.zero and magnitude(total) > magnitude(mid._mpf_) - CLEAR_BITS:
        return None
    return system.plus(total, system.libmp.mpf_shift(total, -2))


def _at_the_ends(
    system: MidRads, kernel: Kernel, mid: Any, numbers: list[MidRad], uncertain: list[int]
) -> Raw:
    """How far the values at the ends of the operands are from that in the middle."""
    context = system.context
    spread = context.mpf(0)
    for ends in _corners(system, numbers, uncertain):
        try:
            value = kernel(*ends)
        except (ValueError, ArithmeticError) as error:  # or an end too small to evaluate
            raise UndecidedError("at the edge of a domain") from error
        if value != mid:
            spread = max(spread, abs(value - mid))
    if context.isnan(spread) or context.isinf(spread):
        raise UndecidedError("an infinity, or none")
    return (2 * spread)._mpf_  # type: ignore[no-any-return]


def _may_be_inside(
    system: MidRads, kernel: Callable[..., Any], numbers: list[MidRad], uncertain: list[int]
) -> bool:
    """Has the function a value at any end of its operands?"""
    for ends in _corners(system, numbers, uncertain):
        try:
            kernel(*ends)
        except (ValueError, ArithmeticError):
            continue
        return True
    return False


def _end(system: MidRads, number: MidRad, sign: int) -> Any:
    """One end of a number, exactly: rounded to the precision it might be the middle.

    Where that would take too many bits, the end is farther away.
    """
    add = system.libmp.mpf_add if sign > 0 else system.libmp.mpf_sub
    mid, rad = number.mid._mpf_, number.rad
    if magnitude(rad) - mid[2] > MAX_END_BITS:
        raise UndecidedError("an operand of unknown size")
    if magnitude(rad) - mid[2] < -MAX_END_BITS:
        rad = system.libmp.mpf_shift(system.libmp.fone, mid[2] - MAX_END_BITS)
    return system.context.make_mpf(add(mid, rad))


def _corners(system: MidRads, numbers: list[MidRad], uncertain: list[int]) -> list[list[Any]]:
    corners = []
    for signs in product((-1, 1), repeat=len(uncertain)):
        ends = [number.mid for number in numbers]
        for k, sign in zip(uncertain, signs, strict=True):
            ends[k] = _end(system, numbers[k], sign)
        corners.append(ends)
    return corners
