"""What a misspelt word may have been meant to be."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from operator import eq

_DOUBLED = re.compile(r"(.)\1")


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is few slips away: at most two, and less than half of the word.

    One that differs in upper and lower case alone comes first; of several that are as near one
    without a doubled letter, `taanh`, then one with the same letters, `sni` for sin, then the one
    with most letters in their places, and of those the shortest.
    """
    candidates = tuple(candidates)
    for other in candidates:
        if other != word and other.casefold() == word.casefold():
            return other
    limit = min(2, (len(word) - 1) // 2)
    single = _DOUBLED.sub(r"\1", word)
    found = [
        (
            distance,
            other != single,
            _other_letters(word, other),
            -sum(map(eq, word, other)),
            len(other),
            other,
        )
        for other in candidates
        if abs(len(word) - len(other)) <= limit
        and 0 < (distance := _distance(word, other)) <= limit
    ]
    return min(found)[-1] if found else None


def as_product(word: str, names: Container[str]) -> str | None:
    """`xy` as `x*y`, if the word falls completely into known names, as few as can be."""
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            head = best[start]
            if head is None or word[start:end] not in names:
                continue
            found = best[end]
            if found is None or len(head) + 1 < len(found):
                best[end] = [*head, word[start:end]]
    parts = best[-1]
    return "*".join(parts) if parts is not None and len(parts) > 1 else None


def _other_letters(a: str, b: str) -> int:
    """0 where two words have the same letters, 1 where one of them repeats some, else 2."""
    return 0 if sorted(a) == sorted(b) else 1 if set(a) == set(b) else 2


def _distance(a: str, b: str) -> int:
    """How many letters to add, drop, change or swap with a neighbour."""
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


IMAGINARY = ("i", "j")  # what people call the imaginary unit


def by_parts(name: str) -> str:
    """What to do where a name may have been meant as the imaginary unit."""
    return (
        f"if {name} is the imaginary unit: complex numbers are not supported; "
        "write the real and the imaginary part as two formulas"
    )
