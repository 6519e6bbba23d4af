"""Taylor series of any row at a finite point, by the table's own derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, quotient
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import InexpressibleError
from gradcalc.numbers.germs.series import coefficients, needed
from gradcalc.numbers.germs.values import MAX_ARGUMENT_BITS, MAX_REMEMBERED

EXACT_ARGUMENTS = (-1, 0, 1)
EXACT_UNIT = 1024  # a value at those is exact where it is a multiple of 1/1024
Kernel = Callable[..., Any]


def regular(
    n: Any,
    name: str,
    partials: Sequence[Kernel | None],
    arguments: Sequence[Germ],
    kink: Kernel | None = None,
) -> Any:
    """A row at arguments of which at most one varies, by its Taylor series; where it has a `kink`
    there is none."""
    parts = [x.finite() for x in arguments]
    constants = tuple(c for c, _ in parts)
    varying = [k for k, (_, small) in enumerate(parts) if small.terms or small.rest is not None]
    if len(varying) > 1:
        raise InexpressibleError
    if not varying:
        return n.field.germ(_value(n, name, partials, constants))
    (which,) = varying
    if kink is not None and kink(*(float(n.precision.bounded(c).mid) for c in constants)):
        raise InexpressibleError
    small = parts[which][1]
    return small.composed(_taylor(n, name, partials, constants, which, needed(small)))


def _value(n: Any, name: str, partials: Sequence[Kernel | None], constants: Sequence[Real]) -> Real:
    """A row at real numbers, by big numbers; its slopes there say what their bounds come to."""
    context, big = n.context, n.big
    bounded = [n.precision.bounded(c) for c in constants]
    mids = [c.mid for c in bounded]
    if any(abs(context.mag(x)) > MAX_ARGUMENT_BITS for x in mids if x):
        raise InexpressibleError
    try:
        value = getattr(big, name)(*mids)
    except OverflowError:
        raise InexpressibleError from None
    if not context.isfinite(value):
        raise InexpressibleError
    whole = value * EXACT_UNIT
    if all(type(c) is int and c in EXACT_ARGUMENTS for c in constants) and context.isint(whole):
        return n.precision.trimmed(Fraction(int(whole), EXACT_UNIT))
    total: Any = n.precision.rounded(value)
    for k, c in enumerate(bounded):
        if n.precision.last or c.bound != -math.inf:
            partial = partials[k]
            if partial is None:
                if c.bound == -math.inf:
                    continue
                raise InexpressibleError
            slope = context.mpf(partial(big, value, *mids) or 0)
            if not context.isfinite(slope):
                raise InexpressibleError
            off = n.precision.rounded(value, slope, c)
            lost = total.lost or off.lost
            bound = max(off.bound, total.bound) + 1
            total = Bounded(n.precision, value, bound, off.scale, lost=lost)
    return total


def _taylor(
    n: Any,
    name: str,
    partials: Sequence[Kernel | None],
    constants: tuple[Real, ...],
    which: int,
    count: int,
) -> list[Real]:
    """The first `count` coefficients by an argument.

    The derivative is known to one order less than the value, and is integrated: each order comes
    from the one before, and the rows that the derivative is made of are asked for fewer terms.
    """
    known = n.remembered
    key = (name, which, count, *[(c.mid, c.bound) if type(c) is Bounded else c for c in constants])
    if key in known:
        return known[key]  # type: ignore[no-any-return]
    if count == 1:
        series = [_value(n, name, partials, constants)]
    else:
        partial = partials[which]
        if partial is None:
            raise InexpressibleError
        field, rest = n.field, ((), count - 1, 0)
        before = _taylor(n, name, partials, constants, which, count - 1)
        out = field.collected([(((), k, 0), c) for k, c in enumerate(before)], rest)
        given = [field.constant(c) for c in constants]
        given[which] = field.collected((given[which] + field.step(1)).terms, rest)
        slope = coefficients(field.germ(partial(n, out, *given)), count - 1)
        if len(slope) < count - 1:
            raise InexpressibleError
        series = [before[0], *(quotient(c, k + 1) for k, c in enumerate(slope))]
    if len(known) > MAX_REMEMBERED:
        known.clear()
    known[key] = series
    return series
