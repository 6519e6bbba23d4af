"""What was compared for an answer, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checks:
    """What was compared. `modes`: forward = reverse; `symbolic`: both = sympy; None: not checked.

    `method`: whole (the whole expression by sympy), instruction (sympy's derivative of each
    instruction), probe (difference quotients of the source), extended (a replay of arrays in
    extended precision, sympy for a sample), or none.
    """

    modes: bool | None = None
    symbolic: bool | None = None
    method: str = "none"
    precision: int = 0  # digits of the big numbers that were compared
    directions: int = 0  # along which forward and reverse mode were compared; 0: along all
    sampled: int = 0  # partial derivatives that sympy was asked for; 0: for all


def agreed(outcomes: Iterable[bool | None]) -> bool | None:
    """Of several comparisons: False where one failed, else None where one was not made."""
    every = set(outcomes)
    return False if False in every else None if None in every else True
