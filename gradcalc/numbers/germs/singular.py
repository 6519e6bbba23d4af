"""Singular values of matrices of germs that share no more than two rows and columns.

Those are told by square roots, which know what happens where two values meet: [[x, 1], [1, x]] has
1 + x and 1 - x beside 0, whichever is the larger.
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from gradcalc.numbers.germs.elementary import hypot
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.values import HALF
from gradcalc.numbers.singular_algebra import dot, place
from gradcalc.numbers.singular_exact import blocks


def singular_value(n: Any, k: Germ, *x: Germ) -> Any:
    """The k-th singular value; one of a larger matrix where that has a Taylor series."""
    which, size = place(k.limit(), len(x))
    values: list[Any] = []
    for block in blocks(list(x), size):
        some = _values(n, block)
        if some is None:
            return n.regular("singular_value", k, *x)
        values += some
    return sorted(values, key=cmp_to_key(_descending))[which]


def _descending(x: Any, y: Any) -> int:
    """How two germs are ordered, the larger first."""
    return (y - x).sign()  # type: ignore[no-any-return]


def _values(n: Any, block: list[Germ]) -> list[Any] | None:
    """The singular values of a square block, in any order."""
    size = int(len(block) ** 0.5)
    there = [place for place, one in enumerate(block) if not one.is_zero]
    if len({place // size for place in there}) < 2 or len({place % size for place in there}) < 2:
        return [_length(n, [block[place] for place in there]), *[n.field.constant(0)] * (size - 1)]
    return _pair(n, *block) if size == 2 else None


def _length(n: Any, x: list[Germ]) -> Any:
    """That of a vector."""
    if len(x) < 2:
        return abs(x[0]) if x else n.field.constant(0)
    return dot(x, x).power(HALF)


def _pair(n: Any, a: Germ, b: Germ, c: Germ, d: Germ) -> list[Any]:
    """Those of [[a, b], [c, d]], whose sum and whose difference are lengths of vectors."""
    largest = (hypot(n, a + d, b + -c) + hypot(n, a + -d, b + c)) * HALF
    return [largest, abs(a * d + -(b * c)) / largest]
