"""All roots of a system of equations in a box: proven, and proven to be all.

Branch and prune: a part in which an equation certainly does not hold has none; Krawczyk's operator
proves exactly one, or makes the part smaller; else it is cut in two, off its centre, where no
symmetry puts a root on the cut (Kearfott, Rigorous Global Search, 1996; Neumaier 1990, chapter 5).
A part that is as small as it may get is listed as undecided, never dropped. Narrow parts wait until
nothing else is left, and then the widest is next: where they get more and more and no root comes
of them, as around a flat root or along a curve of roots, what is left of them is listed as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gradcalc.boxes.conditions import Test
from gradcalc.boxes.edges import Places
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inputs import balls, ends
from gradcalc.boxes.joining import joined
from gradcalc.boxes.krawczyk import Root, System, narrowed, unique_root
from gradcalc.boxes.parts import Look, Looker, Part, Sides, halves, relative_width, widest
from gradcalc.boxes.search import Limits, search
from gradcalc.numbers.ranges import packed, unpacked

Arb = Any  # flint.arb

GROWS_BY = 0.1  # of its width, that a part is widened by for a proof: roots on cuts are inside
SHRINKS_TO = 0.7  # of a side, at most, for a part to be looked at again before it is cut
SOLVABLE_BELOW = 0.9  # of a side, that is left of it, for a proof to be tried
VAST = 1e9  # values so far apart that a ball around them says little: exp(1/x) beside 0
NARROW = 2.0**-12  # of the box's sides: parts that wait until nothing else is left
MAX_BARREN = 10_000  # narrow parts after the last root
MAX_SHRINKINGS = 30  # of a part in one look


class RootSystem(System, Protocol):
    """Equations over boxes, which may have poles, and edges of their domains, in them."""

    def is_rootless(self, part: Sides) -> bool:
        """Has one of them certainly no root in a part?"""

    def at_edge(self, part: Sides) -> Places | None:
        """The place of the only root in a part, or none; None where that is not known."""


class Equations(Protocol):
    """A system as it is handed to other processes."""

    def system(self) -> RootSystem:
        """The equations over boxes."""

    def test(self) -> Test:
        """The conditions that roots must fulfil."""


@dataclass(slots=True)
class Roots:
    """The roots, parts that stayed undecided, and whether all of the box was looked at; `parts`
    counts what was looked at."""

    proven: list[Root] = field(default_factory=list)
    undecided: list[tuple[Arb, ...]] = field(default_factory=list)
    complete: bool = True
    parts: int = 0
    barren: int = 0  # narrow parts since the last root

    # Ledger of the search

    def known(self) -> tuple[Sides, ...]:
        """The boxes in which a root is alone."""
        return tuple(tuple(ends(ball) for ball in root.unique) for root in self.proven)

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        """Keep the roots that are new, and what is undecided."""
        self.barren += part.rank >= 1 / NARROW
        for finding in look.findings:
            at = tuple(map(unpacked, finding.at))
            if finding.unique is None:
                self.undecided.append(at)
                continue
            root = Root(at, tuple(map(unpacked, finding.unique)))
            if not any(is_same(root, known) for known in self.proven):
                self.proven.append(root)
                self.barren = 0
        return look.rest

    def done(self, first: Part) -> bool:
        """Roots are looked for until nothing is left, or nothing comes of what is left."""
        return first.rank >= 1 / NARROW and self.barren >= MAX_BARREN


@dataclass(frozen=True, slots=True)
class Place:
    """A root in a box, packed to be handed over; without `unique`, where one may be."""

    at: tuple[Any, ...]
    unique: tuple[Any, ...] | None


def all_roots(
    equations: Equations, box: Sides, limits: Limits, *, least_width: float, bits: int
) -> Roots:
    """The roots of the equations in the box for which their test does not fail.

    Parts narrower than `least_width`, relative to their place, are not cut again. What is left when
    the limits are reached counts as undecided, and the answer as not complete.
    """
    found = Roots()
    question = RootQuestion(equations, box, least_width, bits)
    ending = search(question, [Part(box)], found, limits)
    found.parts, found.complete = ending.parts, ending.cause is None
    found.undecided += [tuple(balls(part.sides)) for part in ending.left]
    found.undecided = joined(found.undecided, least_width)
    return found


@dataclass(frozen=True, slots=True)
class RootQuestion:
    """Where are roots in a part? `domain` is the whole box."""

    equations: Equations
    domain: Sides
    least_width: float
    bits: int

    def looker(self) -> Looker:
        """What drops a part, finds its root, or cuts it."""
        system, test = self.equations.system(), self.equations.test()
        return _Explorer(system, test, self.domain, balls(self.domain), self.least_width).look


@dataclass(frozen=True, slots=True)
class _Explorer:
    system: RootSystem
    holds: Test
    sides: Sides
    domain: Box
    least_width: float

    def look(self, part: Part, known: tuple[Sides, ...]) -> Look:
        """Drop a part, find its root, or cut what is left of it."""
        if any(_lies_in(part.sides, sides) for sides in known):
            return Look()  # its root, if it has one, is known
        box = balls(part.sides)
        for _ in range(MAX_SHRINKINGS):
            look = self._without_roots(box)
            if look is not None:
                return look
            smaller = _contracted(self.system, box)
            if smaller is None:
                return Look()
            pairs = list(zip(smaller, box, strict=True))
            root = self._grown_root(smaller) if all(map(_may_be_solved, pairs)) else None
            if root is not None:
                return root
            shrinks = any(new.rad() < old.rad() * SHRINKS_TO for new, old in pairs)
            box = smaller
            if not shrinks:
                break
        return self._divided(box)

    def _without_roots(self, box: list[Arb]) -> Look | None:
        """What ends the look at a part where nothing is solved: no root, roots all over, or no
        enclosure; None where there may be some."""
        try:
            values = self.system.values(box)
            if self.holds(box) is False or any(not value.contains(0) for value in values):
                return Look()
            if any(value.rad() > VAST for value in values) and self._is_rootless(box):
                return Look()
        except NotEnclosedError as error:
            return Look() if error.empty or self._is_rootless(box) else self._divided(box)
        if all(value.is_zero() for value in values):  # every point of it is a root
            return _undecided(box)
        return None

    def _is_rootless(self, box: Box) -> bool:
        """Has what a part has in common with the domain certainly no root?"""
        return self.system.is_rootless(self._common(box))

    def _common(self, box: Box) -> Sides:
        """What a part has in common with the domain."""
        pairs = zip(map(ends, box), self.sides, strict=True)
        return tuple((max(low, least), min(high, most)) for (low, high), (least, most) in pairs)

    def _grown_root(self, part: list[Arb]) -> Look | None:
        """Is exactly one root proven in the part, made a little wider? Then the part is done with,
        and the root is kept if it lies in the domain."""
        from flint import arb

        wider = [arb(ball.mid(), ball.rad() * (1 + GROWS_BY) + _tiny(ball)) for ball in part]
        try:
            root = unique_root(self.system, wider)
        except NotEnclosedError:
            return None
        if root is None:
            return None
        inside = [self._inside(root, k) for k in range(len(self.domain))]
        kept = self.holds(root.at)
        if False in inside or kept is False:
            return Look()
        if None in inside or kept is None:
            return _undecided(root.at)
        return Look((Place(tuple(map(packed, root.at)), tuple(map(packed, root.unique))),))

    def _inside(self, root: Root, which: int) -> bool | None:
        """Does a coordinate of a root lie in the domain? A root may lie exactly on its border."""
        at, whole = root.at[which], self.domain[which]
        low, high = whole.lower(), whole.upper()
        if at < low or at > high:
            return False
        if at >= low and at <= high:
            return True
        border = [ball.mid() for ball in root.at]
        border[which] = low if at.contains(low) else high
        try:
            exact = all(value.is_zero() for value in self.system.values(border))
        except NotEnclosedError:
            return None
        return True if exact else None

    def _divided(self, box: list[Arb]) -> Look:
        """Both halves of a part; as undecided where it is too small."""
        sides = tuple(map(ends, box))
        which = widest(sides)
        parts = halves(sides, which)
        if parts is None or relative_width(sides[which]) < self.least_width:
            return self._at_edge(box)
        return Look((), tuple(Part(half, self._rank(half)) for half in parts))

    def _at_edge(self, box: list[Arb]) -> Look:
        """A part that is too small to be cut: is there an edge of the domain in it, and a root?"""
        from flint import arb

        places = self.system.at_edge(self._common(box))
        at = [arb(place) for place in places or ()]
        if places is None or (at and self.holds(at) is None):
            return _undecided(box)
        if not at or self.holds(at) is False:
            return Look()
        return Look((Place(tuple(map(packed, at)), tuple(map(packed, box))),))

    def _rank(self, part: Sides) -> float:
        """The narrowest parts first, but after them those that are very narrow, from the widest."""
        sides = zip(part, self.sides, strict=True)
        share = max((high - low) / (most - least) for (low, high), (least, most) in sides)
        return share if share > NARROW else 1 / share


def _may_be_solved(sides: tuple[Arb, Arb]) -> bool:
    """Is a proof worth trying: has the side shrunk, or is it narrow already?"""
    new, old = sides
    return bool(new.rad() < old.rad() * SOLVABLE_BELOW or new.rad() <= 4 * _tiny(new))


def _undecided(box: Sequence[Arb]) -> Look:
    return Look((Place(tuple(map(packed, box)), None),))


def _contracted(system: System, part: list[Arb]) -> list[Arb] | None:
    """What may hold a root of a part; None where there is certainly none."""
    middle = [ball.mid() for ball in part]
    try:
        jacobian, values = system.jacobian(part), system.values(middle)
    except NotEnclosedError:
        return part
    moves = narrowed(jacobian, values, [ball - m for ball, m in zip(part, middle, strict=True)])
    if moves is None:
        return None
    pairs = zip(middle, moves, part, strict=True)
    return [(m + move).intersection(ball) for m, move, ball in pairs]


def is_same(one: Root, other: Root) -> bool:
    """Are both certainly the same root?"""
    return _within(one.at, other.unique) or _within(other.at, one.unique)


def _within(inner: Sequence[Arb], outer: Sequence[Arb]) -> bool:
    return all(large.contains(small) for small, large in zip(inner, outer, strict=True))


def _lies_in(inner: Sides, outer: Sides) -> bool:
    pairs = zip(inner, outer, strict=True)
    return all(least < low and high < most for (low, high), (least, most) in pairs)


def _tiny(ball: Arb) -> Arb:
    """A width that a part without any gets."""
    return max(abs(ball.mid()), type(ball)(1)) * type(ball)(2) ** -60
