"""What was compared for an answer, as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

FULL_DIGITS = 15
FULL_DIGITS_OF_ARRAYS = 12
Guarantee = Literal["enclosed", "bounded", ""]


class Checks(NamedTuple):
    """What was compared. `modes`: forward = reverse; `symbolic`: both = sympy; None: not checked.

    `method`: whole (the whole expression by sympy), instruction (sympy's derivative of each
    instruction), germs (one-sided limits of the source by algebra), probe (difference quotients of
    the source, of all derivatives or of some beside germs), extended (a replay of arrays in
    extended precision, sympy for a sample), or none.
    `proof`: what vouches for the digits: enclosed (a theorem: each number in a ball of Arb),
    bounded (a bound of the rounding, with mpmath's functions trusted), or nothing: agreement.
    """

    modes: bool | None = None
    symbolic: bool | None = None
    method: str = "none"
    precision: int = 0  # digits of the big numbers that were compared
    directions: int = 0  # along which forward and reverse mode were compared; 0: along all
    sampled: int = 0  # partial derivatives that sympy was asked for; 0: for all
    proof: Guarantee = ""
    unreferenced: bool = False  # a step has no value in big numbers: there was no reference

    @property
    def full_digits(self) -> int:
        """Correct digits, of 16, below which a number counts as having lost some.

        Float64 rounding costs one. Arrays too large for big numbers are long sums, whose rounding
        costs more.
        """
        return FULL_DIGITS_OF_ARRAYS if self.method == "extended" else FULL_DIGITS


def weakest(proofs: Iterable[Guarantee]) -> Guarantee:
    """What vouches for all of several answers."""
    order: tuple[Guarantee, ...] = ("", "bounded", "enclosed")
    return min(proofs, key=order.index, default="")


def agreed(outcomes: Iterable[bool | None]) -> bool | None:
    """Of several comparisons: False where one failed, else None where one was not made."""
    every = set(outcomes)
    return False if False in every else None if None in every else True
