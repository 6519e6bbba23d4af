"""Integrals that sympy leaves to be computed, in big numbers, by quadrature.

They go over t from 0 to some x, or from x on. With t = x exp(-u), or x exp(u), they go over u from
0 on, and what is integrated falls exponentially there. The doubly exponential rule for that
(Takahasi and Mori 1974: u = exp(v - exp(-v)), equal steps in v) doubles its right digits with each
halving of the step: two steps that agree in half of the digits have them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SPARE_BITS = 20  # by which what is left out is smaller than the last bit
FIRST_HALVINGS = 3  # the widest step is 1/8
MAX_HALVINGS = 11
MAX_BITS = 2_000_000  # of all values of the function together: about a second
QUIET = 4  # terms in succession that are negligible end the sum

Function = Callable[[Any], Any]


class NotIntegratedError(ValueError):
    """The quadrature did not converge, or not in a second or so."""


def integral(context: Any, function: Function, low: Any, high: Any) -> Any:
    """The integral of a function from 0 to `high`, or from `low` > 0 to infinity."""
    upper = bool(context.isinf(high))
    if not (upper and low > 0) and not (low == 0 and high > 0):
        raise NotIntegratedError("such limits are not met")
    start, side = (low, 1) if upper else (high, -1)
    bits = 0

    def term(v: Any) -> Any:
        nonlocal bits
        bits += context.prec
        if bits > MAX_BITS:
            raise NotIntegratedError("the quadrature takes too long")
        back = context.exp(-v)
        u = context.exp(v - back)
        t = start * context.exp(side * u)
        return function(t) * t * u * (1 + back) if t else context.zero

    with context.workprec(context.prec + SPARE_BITS):
        total = _summed(context, term, FIRST_HALVINGS, False)
        for halvings in range(FIRST_HALVINGS + 1, MAX_HALVINGS + 1):
            before = total
            total = before + _summed(context, term, halvings, True)
            finer, coarser = total, 2 * before
            if abs(finer - coarser) <= abs(finer) * context.ldexp(1, -context.prec // 2):
                return context.ldexp(finer, -halvings)
    raise NotIntegratedError("the quadrature did not converge")


def _summed(context: Any, term: Function, halvings: int, odd: bool) -> Any:
    """The terms at the multiples of a step, at the odd ones only if that is asked."""
    negligible = context.ldexp(1, -context.prec)
    stride = 2 if odd else 1
    sums = largest = context.zero
    for first, direction in ((1 if odd else 0, 1), (-1, -1)):
        k, quiet = first, 0
        while quiet < QUIET:
            value = term(context.ldexp(k, -halvings))
            sums += value
            largest = max(largest, abs(value))
            quiet = quiet + 1 if abs(value) <= largest * negligible else 0
            k += stride * direction
    return sums
