"""Narrow parts next to each other as one: around a root that is not decided there are several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Arb = Any  # flint.arb


def joined(parts: Sequence[Sequence[Arb]], gap: float) -> list[tuple[Arb, ...]]:
    """Parts that lie closer together than they are wide, or than `gap`, relative to their place,
    as one box around them."""
    boxes: list[tuple[Arb, ...]] = []
    for part in sorted(parts, key=lambda one: [float(ball.mid()) for ball in one]):
        whole = tuple(part)
        while near := next((box for box in boxes if _close(box, whole, gap)), None):
            boxes.remove(near)
            whole = tuple(a.union(b) for a, b in zip(whole, near, strict=True))
        boxes.append(whole)
    return boxes


def _close(one: Sequence[Arb], other: Sequence[Arb], gap: float) -> bool:
    for a, b in zip(one, other, strict=True):
        slack = max(1, abs(a.mid())) * type(a)(0, gap) + type(a)(0, a.rad() + b.rad())
        if not (a + slack).overlaps(b):
            return False
    return True
