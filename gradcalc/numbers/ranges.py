"""Ranges: all the reals between two ends, through python-flint, for functions over a whole box.

A ball of `numbers/balls.py` stands for one real number that is known nearly; a range stands for
all the numbers inside it at once. What comes out of it encloses every value that the operation
takes there, whatever rounding did. Nothing is guessed: where Arb has no finite enclosure the range
is not finite, and a comparison that comes out differently within the range has no outcome.

The precision of flint is one for the whole process, so all work stands inside `working()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from gradcalc.numbers.balls import FLINT
from gradcalc.numbers.midrad import UndecidedError

Arb = Any  # flint.arb

NARROW_BITS = 20  # accurate bits, from which on the ends of a range need no care of their own
MAX_INTEGER_POWER = 10_000  # that is taken at both ends
HUGE_BITS = 64  # of an exponent of two: past it Arb's work for some functions has no bound


@contextmanager
def working(bits: int) -> Iterator[None]:
    """Work with ranges of so many bits: flint at this precision, for this thread alone."""
    from flint import ctx

    with FLINT:
        before, ctx.prec = ctx.prec, bits
        try:
            yield
        finally:
            ctx.prec = before


class Range:
    """All numbers inside `arb`, a ball of Arb's."""

    __slots__ = ("arb",)

    def __init__(self, arb: Arb) -> None:
        self.arb = arb

    def __repr__(self) -> str:
        return str(self.arb)

    def _new(self, arb: Arb) -> Range:
        """The outcome of an operation."""
        return Range(arb)

    def __neg__(self) -> Range:
        return type(self)(-self.arb)

    def __pos__(self) -> Range:
        return self

    def __abs__(self) -> Range:
        return type(self)(magnitude(self.arb))

    def __add__(self, other: Any) -> Range:
        if isinstance(other, Range):
            return self._new(total(self.arb, other.arb))
        return self._new(self.arb + _arb(other))

    def __sub__(self, other: Any) -> Range:
        return self._new(self.arb - _arb(other))

    def __mul__(self, other: Any) -> Range:
        if other is self:
            return self._new(integer_power(self.arb, 2))  # type: ignore[no-any-return]
        if isinstance(other, Range):
            return self._new(product(self.arb, other.arb))
        return self._new(self.arb * _arb(other))

    def __truediv__(self, other: Any) -> Range:
        return self._new(self.arb / _arb(other))

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Range:
        return self._new(_arb(other) - self.arb)

    def __rtruediv__(self, other: Any) -> Range:
        return self._new(_arb(other) / self.arb)

    def __mod__(self, other: Any) -> Range:
        """The floored remainder, for predicates."""
        divisor = _arb(other)
        return self._new(self.arb - divisor * (self.arb / divisor).floor())

    # True, False or OPEN.
    def __lt__(self, other: Any) -> Any:
        a, b = self.arb, _arb(other)
        return _outcome(a < b, a >= b)

    def __le__(self, other: Any) -> Any:
        a, b = self.arb, _arb(other)
        return _outcome(a <= b, a > b)

    def __gt__(self, other: Any) -> Any:
        a, b = self.arb, _arb(other)
        return _outcome(a > b, a <= b)

    def __ge__(self, other: Any) -> Any:
        a, b = self.arb, _arb(other)
        return _outcome(a >= b, a < b)

    def __eq__(self, other: object) -> Any:
        a, b = self.arb, _arb(other)
        return _outcome(other is self or a == b, a != b)

    def __ne__(self, other: object) -> Any:
        a, b = self.arb, _arb(other)
        return _outcome(other is not self and a != b, other is self or a == b)

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        return bool(self != 0)


class Open:
    """What a comparison comes to that holds for some numbers of a range, and for others not.

    `and` with what is false is false, `or` with what is true is true: written & and |, as kinks
    are. Whoever must know gets an UndecidedError.
    """

    def __and__(self, other: Any) -> Any:
        return self if other is self or other else False

    def __or__(self, other: Any) -> Any:
        return self if other is self or not other else True

    __rand__, __ror__ = __and__, __or__

    def __bool__(self) -> bool:
        raise UndecidedError("the comparison is not the same all over the range")


OPEN = Open()


def _arb(other: Any) -> Arb:
    if isinstance(other, Range):
        return other.arb
    return int(bool(other)) if other is OPEN else other


def _outcome(holds: bool, fails: bool) -> Any:
    """A comparison that certainly holds, certainly fails, or neither."""
    return OPEN if holds == fails else bool(holds)


# Functions that Arb's own methods enclose too widely, or not at all ----------------------------


def magnitude(x: Arb) -> Arb:
    """|x|."""
    return x.abs_lower().union(x.abs_upper()) if x.contains(0) else abs(x)


def total(x: Arb, y: Arb) -> Arb:
    """x + y: on one side of 0 where both are, whatever rounding does."""
    total = x + y
    if not total.contains(0):
        return total
    if x >= 0 and y >= 0:
        return total.nonnegative_part()
    return -((-total).nonnegative_part()) if x <= 0 and y <= 0 else total


def hull(x: Arb, y: Arb) -> Arb:
    """All between x and y: on one side of 0 where both are, whatever rounding does."""
    whole = x.union(y)
    if not whole.contains(0):
        return whole
    if x >= 0 and y >= 0:
        return whole.nonnegative_part()
    return -((-whole).nonnegative_part()) if x <= 0 and y <= 0 else whole


def product(x: Arb, y: Arb) -> Arb:
    """x*y: of two wide ranges on one side of 0 each, from end to end."""
    product = x * y
    if product.rel_accuracy_bits() > NARROW_BITS or not product.contains(0):
        return product
    up = x >= 0, y >= 0
    if not (up[0] or x <= 0) or not (up[1] or y <= 0):
        return product
    least, most = x.abs_lower() * y.abs_lower(), x.abs_upper() * y.abs_upper()
    size = least.union(most).nonnegative_part()
    return size if up[0] == up[1] else -size


def quotient(x: Arb, y: Arb) -> Arb:
    """x/y: on one side of 0 where x and y are, whatever rounding does."""
    quotient = x / y
    if not quotient.contains(0) or not (x >= 0 or x <= 0):
        return quotient
    if (x >= 0) == (y > 0):
        return quotient.nonnegative_part()
    return -((-quotient).nonnegative_part())


def integer_power(x: Arb, k: int) -> Arb:
    """x^k: of a wide range at both ends, between which it is monotone on each side of 0."""
    if abs(k) > MAX_INTEGER_POWER or not x.is_finite() or x.rel_accuracy_bits() > NARROW_BITS:
        return x**k
    if k < 0:
        return 1 / integer_power(x, -k)
    if k % 2 == 0:
        return (x.abs_lower() ** k).union(x.abs_upper() ** k).nonnegative_part()
    return (x.lower() ** k).union(x.upper() ** k)


def power(x: Arb, y: Arb) -> Arb:
    """x^y."""
    if (k := y.unique_fmpz() if y.is_exact() else None) is not None:
        return integer_power(x, int(k))
    if x >= 0 and y > 0 and x.contains(0):
        return (x.upper() ** y).union(type(x)(0))
    huge = type(x)(2) ** HUGE_BITS
    if abs(y) < huge and (abs(x) < huge or abs(y * x.log()) < huge):
        return x**y
    return type(x).nan()


def rational(exact: Fraction | int) -> Range:
    """A fraction, enclosed."""
    from flint import arb, fmpq

    return Range(arb(fmpq(exact.numerator, exact.denominator)))


def constant(name: str) -> Range:
    """A named constant."""
    from flint import arb

    if name == "phi":
        return Range((1 + arb(5).sqrt()) / 2)
    known = {"pi": arb.pi, "e": arb.const_e, "inf": arb.pos_inf}
    return Range(2 * arb.pi() if name == "tau" else known[name]())


def over_ranges(enclose: Callable[..., Arb]) -> Callable[..., Range]:
    """A function of Arb's balls as one of ranges."""

    def function(*operands: Any) -> Range:
        from flint import arb

        return Range(enclose(*(x.arb if isinstance(x, Range) else arb(x) for x in operands)))

    return function


def over_arbs(function: Callable[..., Range]) -> Callable[..., Arb]:
    """A function of ranges as one of Arb's balls."""
    return lambda *arbs: function(*map(Range, arbs)).arb


def at_ends(enclose: Callable[[Arb], Arb]) -> Callable[[Arb], Arb]:
    """A monotone function of Arb's balls: of a wide range at both ends."""

    def function(x: Arb) -> Arb:
        if x.rel_accuracy_bits() > NARROW_BITS or x.is_exact():
            return enclose(x)
        return enclose(x.lower()).union(enclose(x.upper()))

    return function


def limited(enclose: Callable[..., Arb]) -> Callable[..., Arb]:
    """A function of Arb's balls that says nothing of huge numbers."""
    from flint import arb

    huge = arb(2) ** HUGE_BITS

    def function(*arbs: Arb) -> Arb:
        return enclose(*arbs) if all(abs(x) < huge for x in arbs) else arb.nan()

    return function


def packed(x: Arb) -> tuple[tuple[int, int], tuple[int, int]]:
    """A finite ball as plain integers: the middle and the radius as (m, e), m * 2^e."""
    (m, e), (r, f) = x.mid().man_exp(), x.rad().man_exp()
    return (int(m), int(e)), (int(r), int(f))


def unpacked(parts: tuple[tuple[int, int], tuple[int, int]]) -> Arb:
    """The ball that was packed, or one hardly wider."""
    from flint import arb

    middle, radius = parts
    return arb(middle, radius)
