"""All roots of a system of equations in a box: proven, and proven to be all.

Branch and prune: a part in which an equation certainly does not hold has none; Krawczyk's operator
proves exactly one, or makes the part smaller; else it is cut in two, off its centre, where no
symmetry puts a root on the cut (Kearfott, Rigorous Global Search, 1996; Neumaier 1990, chapter 5).
A part that is as small as it may get is listed as undecided, never dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.krawczyk import Root, System, contracted, unique_root

Arb = Any  # flint.arb
Test = Callable[[Box], bool | None]  # of a part: certainly inside, certainly not, or None

CUT = 0.4969  # of a part's widest side
GROWS_BY = 0.1  # of its width, that a part is widened by for a proof: roots on cuts are inside
SHRINKS_TO = 0.7  # of a side, at most, for a part to be looked at again before it is cut


@dataclass(slots=True)
class Roots:
    """The roots, parts that stayed undecided, and whether all of the box was looked at; `parts`
    counts what was looked at."""

    proven: list[Root] = field(default_factory=list)
    undecided: list[tuple[Arb, ...]] = field(default_factory=list)
    complete: bool = True
    parts: int = 0


def all_roots(
    system: System,
    box: Box,
    *,
    least_width: float,
    holds: Test,
    max_parts: int,
    deadline: float | None = None,
) -> Roots:
    """The roots of the system in the box for which `holds` does not fail.

    Parts narrower than `least_width`, relative to their place, are not cut again. Past `max_parts`
    or the `deadline` (of time.monotonic) what is left counts as undecided, and the answer as not
    complete.
    """
    found = Roots()
    stack = [list(box)]
    while stack:
        if found.parts >= max_parts or (deadline is not None and time.monotonic() > deadline):
            found.complete = False
            found.undecided += [tuple(part) for part in stack]
            break
        found.parts += 1
        _look(system, box, stack.pop(), holds, least_width, found, stack)
    found.undecided = joined(found.undecided, least_width)
    return found


def _look(
    system: System,
    domain: Box,
    part: list[Arb],
    holds: Test,
    least_width: float,
    found: Roots,
    stack: list[list[Arb]],
) -> None:
    """Drop a part, find its root, or put back what is left of it."""
    if any(_within(part, root.unique) for root in found.proven):
        return  # its root, if it has one, is known
    try:
        values = system.values(part)
        if holds(part) is False or any(not value.contains(0) for value in values):
            return
        if all(value.is_zero() for value in values):  # every point of it is a root
            found.undecided.append(tuple(part))
            return
    except NotEnclosedError as error:
        if error.empty:
            return
        _divide(part, least_width, found, stack)
        return
    smaller = _contracted(system, part)
    if smaller is None:
        return
    if _grown_root(system, domain, smaller, holds, found):
        return
    if any(new.rad() < old.rad() * SHRINKS_TO for new, old in zip(smaller, part, strict=True)):
        stack.append(smaller)
    else:
        _divide(smaller, least_width, found, stack)


def _contracted(system: System, part: list[Arb]) -> list[Arb] | None:
    """What Krawczyk's operator leaves of a part; None where there is certainly no root."""
    try:
        inner = contracted(system, part)
    except (NotEnclosedError, ZeroDivisionError):
        return part
    common = []
    for new, old in zip(inner, part, strict=True):
        if not new.is_finite():
            common.append(old)
            continue
        if not new.overlaps(old):
            return None
        common.append(new.intersection(old))
    return common


def _grown_root(system: System, domain: Box, part: list[Arb], holds: Test, found: Roots) -> bool:
    """Is exactly one root proven in the part, made a little wider? Then it is kept, if it lies in
    the domain, and the part is done with."""
    from flint import arb

    wider = [arb(ball.mid(), ball.rad() * (1 + GROWS_BY) + _tiny(ball)) for ball in part]
    try:
        root = unique_root(system, wider)
    except NotEnclosedError:
        return False
    if root is None:
        return False
    if any(
        _within(root.at, known.unique) or _within(known.at, root.unique) for known in found.proven
    ):
        return True
    inside = [
        _inside(system, at, whole, k, root)
        for k, (at, whole) in enumerate(zip(root.at, domain, strict=True))
    ]
    kept = holds(root.at)
    if False in inside or kept is False:
        return True
    if None in inside or kept is None:
        found.undecided.append(root.at)
    else:
        found.proven.append(root)
    return True


def _inside(system: System, at: Arb, whole: Arb, which: int, root: Root) -> bool | None:
    """Does the coordinate of a root lie in the domain? A root may lie exactly on its border."""
    low, high = whole.lower(), whole.upper()
    if at < low or at > high:
        return False
    if at >= low and at <= high:
        return True
    end = low if at.contains(low) else high
    border = [ball.mid() for ball in root.at]
    border[which] = end
    try:
        exact = all(value.is_zero() for value in system.values(border))
    except NotEnclosedError:
        return None
    return True if exact else None


def _divide(part: list[Arb], least_width: float, found: Roots, stack: list[list[Arb]]) -> None:
    """Put both halves of a part back; as undecided where it is too small."""
    sides = [ball.rad() / max(1, abs(ball.mid())) for ball in part]
    widest = max(range(len(part)), key=lambda k: float(sides[k]))
    if sides[widest] * 2 < least_width:
        found.undecided.append(tuple(part))
        return
    low, high = part[widest].lower(), part[widest].upper()
    cut = (low + (high - low) * CUT).mid()
    for start, end in ((cut, high), (low, cut)):
        half = list(part)
        half[widest] = start.union(end)
        stack.append(half)


def _within(inner: Sequence[Arb], outer: Sequence[Arb]) -> bool:
    return all(large.contains(small) for small, large in zip(inner, outer, strict=True))


def _tiny(ball: Arb) -> Arb:
    """A width that a part without any gets."""
    return max(abs(ball.mid()), type(ball)(1)) * type(ball)(2) ** -60


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
