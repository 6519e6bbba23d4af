"""Points made simpler, a coordinate at a time, for as long as they show the same trouble."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gradcalc.claims.boxes import Box
from gradcalc.search.examiner import Examiner
from gradcalc.search.finding import Finding
from gradcalc.search.simplicity import SIMPLE, simplicity, value_of

MAX_ROUNDS = 10  # over all coordinates
MAX_DIGITS = 12  # significant ones that a coordinate is rounded to
MAX_DECIMALS = 6  # that a coordinate is rounded up and down to
MAX_WHOLE = 1e15  # beyond it neighbouring float64 are not all told apart by their decimals


def shrunk(examiner: Examiner, box: Box, finding: Finding) -> Finding:
    """The same trouble at the simplest point that was reached."""
    if finding.near:
        return finding
    for _ in range(MAX_ROUNDS):
        before = finding
        for name, bounds in box.bounds.items():
            finding = _with_simpler(examiner, finding, name, bounds)
            finding = _nearest_zero(examiner, finding, name, bounds)
        if finding is before:
            break
    return finding


def _with_simpler(
    examiner: Examiner, finding: Finding, name: str, bounds: tuple[float, float]
) -> Finding:
    """The first of the simpler values of a coordinate that shows the same."""
    low, high = bounds
    for text in _simpler(finding.at[name]):
        if low <= value_of(text) <= high and (simpler := _same(examiner, finding, name, text)):
            return simpler
    return finding


def _nearest_zero(
    examiner: Examiner, finding: Finding, name: str, bounds: tuple[float, float]
) -> Finding:
    """Where a coordinate is a whole number: the least that shows the same, found by bisection.

    It is where the trouble begins, if it begins only once.
    """
    low, high = bounds
    value = value_of(finding.at[name])
    if finding.at[name] in SIMPLE or not value.is_integer() or not abs(value) < MAX_WHOLE:
        return finding
    with_trouble, without = int(value), 0
    while abs(with_trouble - without) > 1:
        middle = (with_trouble + without) // 2
        nearer = _same(examiner, finding, name, str(middle)) if low <= middle <= high else None
        if nearer is None:
            without = middle
        else:
            finding, with_trouble = nearer, middle
    return finding


def _same(examiner: Examiner, finding: Finding, name: str, text: str) -> Finding | None:
    """The same trouble with another coordinate; None where there is none, or a different one."""
    others = examiner.findings({**finding.at, name: text})
    return next((other for other in others if other.key == finding.key), None)


def _simpler(text: str) -> Iterator[str]:
    """Values simpler than one, the simplest first: simple numbers, and roundings of it."""
    number = value_of(text)
    roundings = [f"{number:.{digits}g}" for digits in range(1, MAX_DIGITS)]
    if abs(number) < MAX_WHOLE:
        roundings += [str(int(number)), *_up_and_down(number)]
    keys = {t: simplicity({"": t}) for t in [*SIMPLE, *roundings]}
    limit = simplicity({"": text})
    yield from sorted((t for t, key in keys.items() if key < limit), key=keys.__getitem__)


def _up_and_down(number: float) -> Iterator[str]:
    for places in range(MAX_DECIMALS):
        for rounding in (math.floor, math.ceil):
            yield f"{rounding(number * 10**places) / 10**places:.{places}f}"
