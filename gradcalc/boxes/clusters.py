"""Parts that touch, as one box around them, where it is small or they nearly fill it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcalc.boxes.parts import Sides

MAX_EXCESS = 4.0  # of a box's volume over that of the parts in it: more, and they stay apart
SMALL_SHARE = 1e-3  # of the whole box's sides: parts within so little are one box in any case
LEAST_SHARE = 1e-12  # of the whole box's side, that a side counts as at least


def clusters(parts: Sequence[Sides], domain: Sides) -> list[tuple[Sides, int]]:
    """Boxes that hold all parts, with the number of parts in each."""
    found: list[tuple[Sides, int]] = []
    for group in _touching(parts, domain):
        hull = _hull(group)
        filled = sum(_volume(part, domain) for part in group)
        if _is_small(hull, domain) or _volume(hull, domain) <= MAX_EXCESS * filled:
            found.append((hull, len(group)))
        else:
            found += [(part, 1) for part in group]
    return sorted(found)


def touch(one: Sides, other: Sides, domain: Sides) -> bool:
    """Do two boxes touch, or nearly?"""
    return all(
        a <= d + gap and c <= b + gap
        for (a, b), (c, d), gap in zip(one, other, _least(domain), strict=True)
    )


def _touching(parts: Sequence[Sides], domain: Sides) -> list[list[Sides]]:
    groups: list[list[Sides]] = []
    for part in sorted(parts):
        near = [group for group in groups if any(touch(part, one, domain) for one in group)]
        groups = [group for group in groups if group not in near]
        groups.append([part, *(one for group in near for one in group)])
    return groups


def _hull(parts: Sequence[Sides]) -> Sides:
    return tuple(
        (min(low for low, _ in sides), max(high for _, high in sides))
        for sides in zip(*parts, strict=True)
    )


def _is_small(box: Sides, domain: Sides) -> bool:
    return all(
        high - low <= SMALL_SHARE * (most - least)
        for (low, high), (least, most) in zip(box, domain, strict=True)
    )


def _volume(part: Sides, domain: Sides) -> float:
    """The share of the whole box."""
    return math.prod(
        max(high - low, least) / (most - start)
        for (low, high), (start, most), least in zip(part, domain, _least(domain), strict=True)
    )


def _least(domain: Sides) -> list[float]:
    return [LEAST_SHARE * (high - low) for low, high in domain]
