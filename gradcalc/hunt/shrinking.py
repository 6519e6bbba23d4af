"""Points made simpler, a coordinate at a time, for as long as they show the same trouble."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradcalc.claims.boxes import Box
from gradcalc.hunt.simplicity import SIMPLE, simplicity, value_of

if TYPE_CHECKING:
    from gradcalc.hunt.search import Finding, Search

ROUNDS = 10  # over all coordinates
DECIMALS = 12


def shrunk(search: Search, box: Box, finding: Finding) -> Finding:
    """The simplest point of the same kind of trouble at the same operation that was reached."""
    if finding.near:
        return finding
    for _ in range(ROUNDS):
        before = finding
        for name in box.bounds:
            finding = _along(search, box, finding, name)
        if finding is before:
            break
    return finding


def _along(search: Search, box: Box, finding: Finding, name: str) -> Finding:
    """One coordinate: the first of its simpler values that shows the same."""
    low, high = box.bounds[name]
    for text in _simpler(finding.at[name]):
        if low <= value_of(text) <= high:
            found = _same(search, finding, name, text)
            if found is not None:
                finding = found
                break
    whole = value_of(finding.at[name])
    if finding.at[name] in SIMPLE or not whole.is_integer() or not abs(whole) < 1e15:
        return finding
    return _nearest_zero(search, box, finding, name, int(whole))


def _nearest_zero(search: Search, box: Box, finding: Finding, name: str, whole: int) -> Finding:
    """Of whole numbers the smallest: where trouble begins, if it begins once."""
    low, high = box.bounds[name]
    without = 0
    while abs(whole - without) > 1:
        middle = (whole + without) // 2
        found = _same(search, finding, name, str(middle)) if low <= middle <= high else None
        if found is None:
            without = middle
        else:
            finding, whole = found, middle
    return finding


def _same(search: Search, finding: Finding, name: str, text: str) -> Finding | None:
    """The same trouble with another coordinate; None where it is another, or none."""
    for found in search.seen({**finding.at, name: text}):
        if (found.kind, found.place) == (finding.kind, finding.place):
            return found
    return None


def _simpler(text: str) -> Iterator[str]:
    """Values to put in the place of one, the simplest first: simple ones, and those with fewer
    digits, to the nearest and to both sides."""
    number = value_of(text)
    rounded = [f"{number:.{digits}g}" for digits in range(1, DECIMALS)]
    if abs(number) < 1e15:
        rounded += [str(int(number)), *_to_both_sides(number)]
    keys = {t: simplicity({"": t}) for t in [*SIMPLE, *rounded]}
    now = simplicity({"": text})
    yield from sorted((t for t, key in keys.items() if key < now), key=keys.__getitem__)


def _to_both_sides(number: float) -> Iterator[str]:
    for places in range(6):
        for side in (math.floor, math.ceil):
            yield f"{side(number * 10**places) / 10**places:.{places}f}"
