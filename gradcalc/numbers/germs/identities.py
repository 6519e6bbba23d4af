"""Is what a germ was computed by identically 0? Then it is, though its terms were cut off.

acos((a/norm(a)) @ (a/norm(a))) has an argument of 1 + O(h^n) for as many terms as are computed, and
erf(x) + erf(x) - 2*erf(x) is O(h^n). Each germ knows the operation that it came by; where a sign
depends on a rest, these are followed back to h and to functions, as a quotient of polynomials in
them (`forms.py`). What is 0 there is 0; nothing else is concluded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import EXACT, Bounded
from gradcalc.numbers.germs.forms import MAX_POWER, Form, Ring, TooLongError, constant, opposite

Computed = Any  # a germ, whose module needs this one

MIN_LENGTH = 6  # of germs, from which on it is asked: at first more terms may tell
MAX_OPERATIONS = 3000


def vanishes(germ: Computed) -> bool:
    """Is it 0 by how it was computed?"""
    if germ.field.length < MIN_LENGTH or germ.origin is None:
        return False
    try:
        form = _form(germ)
    except (TooLongError, ZeroDivisionError):
        return False
    return form is not None and form.is_zero


def _form(germ: Computed) -> Form | None:
    """What it was computed by as a form; None where that is not known."""
    ring = Ring()
    forms: dict[int, Form | None] = {}
    for one in _ordered(germ):
        forms[id(one)] = _exact(ring, one) or _by_operation(ring, forms, one)
        if forms[id(one)] is None and one.row is not None:
            forms[id(one)] = _by_row(ring, forms, one.row)
    return forms[id(germ)]


def _ordered(germ: Computed) -> list[Computed]:
    """The germs that it was computed from, each after those it was computed from itself."""
    order: list[Computed] = []
    seen: set[int] = set()
    waiting: list[tuple[Computed, bool]] = [(germ, False)]
    while waiting:
        one, entered = waiting.pop()
        if entered:
            order.append(one)
            continue
        if id(one) in seen:
            continue
        seen.add(id(one))
        if len(seen) > MAX_OPERATIONS:
            raise TooLongError
        waiting.append((one, True))
        if not _is_exact(one):
            waiting.extend((other, False) for other in _arguments(one))
    return order


def _arguments(germ: Computed) -> list[Computed]:
    origin, row = germ.origin or (), germ.row or ()
    return [x for x in (*origin, *row) if not isinstance(x, (str, Bounded, *EXACT))]


def _is_exact(germ: Computed) -> bool:
    return germ.rest is None and not any(type(c) is Bounded for _, c in germ.terms)


def _exact(ring: Ring, germ: Computed) -> Form | None:
    """Of a germ of which nothing was cut off, and whose coefficients are known."""
    if not _is_exact(germ):
        return None
    total = constant(0)
    for order, c in germ.terms:
        exponent, a, b = order
        if exponent or b or a != int(a):
            power = ring.generator(("order", repr(order)))
        else:
            power = ring.power(ring.generator("h"), Fraction(a))
        total = ring.plus(total, ring.times(constant(c), power))
    return total


def _by_operation(ring: Ring, forms: dict[int, Form | None], germ: Computed) -> Form | None:
    """By the operation of arithmetic that it came by."""
    if germ.origin is None:
        return None
    name, *given = germ.origin
    if name == "power":
        base, p = forms.get(id(given[0])), given[1]
        return None if base is None or type(p) is Bounded else ring.power(base, Fraction(p))
    known = [forms.get(id(x)) for x in given]
    if any(x is None for x in known):
        return None
    arguments: list[Any] = known
    if name == "neg":
        return opposite(arguments[0])
    if name == "add":
        return ring.plus(*arguments)
    return ring.times(*arguments) if name == "mul" else ring.over(*arguments)


def _by_row(ring: Ring, forms: dict[int, Form | None], row: tuple[Any, ...]) -> Form | None:
    """As what a function makes of its arguments, whatever that is."""
    name, *given = row
    known = [forms.get(id(x)) for x in given]
    arguments = [x for x in known if x is not None]
    if len(arguments) < len(given):
        return None
    if name == "exp":
        return _exponential(ring, arguments[0])
    if name in ("sin", "cos") and arguments[0].first < 0:
        value = _function(ring, name, [opposite(arguments[0])])
        return value if name == "cos" else opposite(value)
    return _function(ring, name, arguments)


def _exponential(ring: Ring, x: Form) -> Form:
    """exp(c*u), as a power of exp(u), where that is a simple one."""
    c = x.first
    if c.denominator > MAX_POWER or not 0 < abs(c.numerator) <= MAX_POWER:
        return _function(ring, "exp", [x])
    return ring.power(_function(ring, "exp", [ring.over(x, constant(c))]), c)


def _function(ring: Ring, name: str, arguments: list[Form]) -> Form:
    keys = [x.key for x in arguments]
    if name != "cos":
        return ring.generator((name, *keys))
    sine = ring.generator(("sin", *keys))
    square = ring.plus(constant(1), opposite(ring.times(sine, sine)))
    return ring.generator((name, *keys), (2, square))
