"""The look at a part in which a minimum may be: what drops it, makes it smaller, or cuts it.

How that is done, and from whom it is, stands in `boxes.minima`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from gradcalc.boxes.conditions import Conditions
from gradcalc.boxes.dual import dual_bound
from gradcalc.boxes.feasible import narrowed_by
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import balls, ends
from gradcalc.boxes.lowering import Lowering, change, lowest_centre
from gradcalc.boxes.marks import Known, Rest, narrowness
from gradcalc.boxes.parts import Look, Part, Sides, halves, off_centre, widest
from gradcalc.boxes.ridges import Ridge, lone_along
from gradcalc.boxes.valleys import Lone, bend, less, lone_point, moved

Arb = Any  # flint.arb
Prover = Callable[[Any, Sides, Sequence[int], Sides, Conditions], tuple[Lone, ...] | None]

NARROW_BORDER = 1 / 8  # of the box's side: a part so narrow is taken apart along its border
SHRINKS_TO = 0.7  # of a side, at most, for a part to be looked at again before it is cut
SOLVABLE_BELOW = 0.9  # of each side, that is left of it, for a proof to be tried
MAX_LOOKS = 20  # at a part, as long as it shrinks
LEAST_WIDTH = 1e-9  # of a part that is not cut again, as `narrowness` has it


@dataclass(frozen=True, slots=True)
class Examiner:
    """What looks at parts of the box `domain`, on which the function has its minimum where the
    conditions hold."""

    function: Any
    holds: Conditions
    domain: Sides
    widest_first: bool

    def look(self, part: Part, known: Known) -> Look:
        """Drop a part, or what of it has no minimiser; cut what is left."""
        return View(self, part, known).look()


class View:
    """The look at one part, which gets smaller on the way."""

    def __init__(self, examiner: Examiner, part: Part, known: Known) -> None:
        self.function, self.holds = examiner.function, examiner.holds
        self.domain, self.widest_first = examiner.domain, examiner.widest_first
        self.sides, self.mark, self.known = part.sides, part.mark, known
        self.slopes: list[Arb] | None = None
        self.lowering = Lowering(self.function, self.holds, self.domain, known.best)

    def look(self) -> Look:
        """Drop the part, or what of it has no minimiser; cut what is left."""
        for _ in range(MAX_LOOKS):
            look = self._step()
            if look is not None:
                break
        else:
            look = self._cut()
        return Look((*self.lowering.findings, *look.findings), look.rest)

    def _step(self) -> Look | None:
        """What ends the look; None where the part shrank, and is looked at again."""
        if not self._meets_equations():
            return Look()
        borders = self._borders()
        within = self.holds.within(balls(self.sides))
        if within is True and not borders and self._is_known():
            return Look()
        if within is False or not self._bound():
            return Look()
        if not self._free():
            return self._corner()
        if self.slopes is None:
            return self._cut()
        if (within is not True or self.holds.equations) and not self._bound_dual():
            return Look()
        if within is not True:
            return self._cut()
        if self.holds.equations:
            return self._peeled(borders) if borders else self._lagrange()
        reduced = self._reduced()
        if reduced is None:
            return Look()
        if reduced != self.sides:
            self.sides = reduced
            return None
        return self._peeled(borders) if borders else self._newton()

    def _meets_equations(self) -> bool:
        """Make the part as small as the equations let it be; False: nowhere in it do they hold."""
        if not self.holds.equations:
            return True
        box = balls(self.sides)
        if self.holds.solved(box) is False:
            return False
        left = narrowed_by(self.holds.equations, box)
        if left is None:
            return False
        free, middle = self._free(), [ball.mid() for ball in left]
        moves = [left[k] - middle[k] for k in free]
        self.sides = moved(self.sides, free, [middle[k] for k in free], moves)
        return True

    def _bound(self) -> bool:
        """Bound the values from below, and the minimum from above; False: no minimiser is here."""
        box = balls(self.sides)
        self.slopes = None
        try:
            try:
                value, self.slopes = self.function.slopes(box)
            except NotEnclosedError:
                value = self.function.value(box)
        except NotEnclosedError as error:
            return not error.empty and self._bound_where_defined(box)
        low = ends(value)[0]
        if low > self.lowering.best:
            return False
        slopes = self.slopes or [value * 0] * len(box)
        centres = tuple(map(lowest_centre, self.sides, slopes))
        at_centre = self.lowering.attempt(centres)
        if self.holds.equations:
            self.lowering.attempt_beside(off_centre(self.sides))
        if self.slopes is not None and at_centre is not None:
            low = max(low, ends(at_centre + sum(map(change, self.sides, centres, slopes)))[0])
        self.mark = replace(self.mark, low=max(low, self.mark.low), enclosed=True, at_edge=False)
        return low <= self.lowering.best

    def _bound_where_defined(self, box: list[Arb]) -> bool:
        """Bound the values from below where the function has any; False: no minimiser is here."""
        low = -math.inf
        with suppress(NotEnclosedError):
            low = ends(self.function.where_defined(box, self.sides)[0])[0]
        bounded = low > -math.inf
        low = max(low, self.mark.low) if bounded else low
        self.mark = replace(self.mark, low=low, enclosed=bounded, at_edge=True)
        return low <= self.lowering.best

    def _bound_dual(self) -> bool:
        """Bound the values at feasible points from below; False: no minimiser is here."""
        assert self.slopes is not None
        low = dual_bound(self.function, self.slopes, self.holds, self.sides)
        if low is None:
            return True
        self.mark = replace(self.mark, low=max(low, self.mark.low))
        return low < math.inf and low <= self.lowering.best

    def _is_known(self) -> bool:
        """Is the only stationary point of the part one that is known?"""
        return any(_lies_in(self.sides, lone) for lone in self.known.lone)

    def _free(self) -> list[int]:
        """The coordinates that vary over the part."""
        return [k for k, (low, high) in enumerate(self.sides) if low < high]

    def _borders(self) -> list[int]:
        """The coordinates in which the part reaches to a border that was not taken away."""
        return [
            k
            for k in self._free()
            if k not in self.mark.inner
            and any(a == b for a, b in zip(self.sides[k], self.domain[k], strict=True))
        ]

    def _reduced(self) -> Sides | None:
        """What is left of a part in which the function rises or falls: a piece of the border, or
        nothing."""
        assert self.slopes is not None
        sides = list(self.sides)
        for k, slope in enumerate(self.slopes):
            if not (slope > 0 or slope < 0):
                continue
            end = self.domain[k][0 if slope > 0 else 1]
            if end not in sides[k] or (sides[k][0] < sides[k][1] and k in self.mark.inner):
                return None
            sides[k] = (end, end)
        return tuple(sides)

    def _peeled(self, borders: list[int]) -> Look:
        """The pieces of a border that the part touches, and its inner points."""
        widths = {k: self.sides[k][1] - self.sides[k][0] for k in borders}
        narrow = [
            k
            for k in borders
            if widths[k] <= NARROW_BORDER * (self.domain[k][1] - self.domain[k][0])
        ]
        if not narrow:
            return self._cut()
        k = narrow[0]
        pieces = [
            (end, end)
            for end, border in zip(self.sides[k], self.domain[k], strict=True)
            if end == border
        ]
        parts = [_with(self.sides, k, piece) for piece in pieces]
        inner = replace(self.mark, inner=self.mark.inner | {k})
        rest = [Part(sides, self._rank(sides), self.mark) for sides in parts]
        return Look((), (*rest, Part(self.sides, self._rank(self.sides), inner)))

    def _newton(self) -> Look | None:
        """Make the part smaller by second derivatives, or find the one stationary point in it."""
        free = self._free()
        try:
            hessian = self.function.hessian(balls(self.sides))
        except NotEnclosedError:
            return self._cut()
        if any(hessian[k][k] < 0 for k in free):
            return Look()
        taylor = bend(self.function, self.sides, hessian)
        if taylor is None:
            return self._cut()
        low = ends(taylor.low)[0]
        if low > self.lowering.best:
            return Look()
        self.mark = replace(self.mark, low=max(low, self.mark.low))
        assert self.slopes is not None
        self.slopes = [a.intersection(b) for a, b in zip(self.slopes, taylor.slopes, strict=True)]
        reduced = self._reduced()
        if reduced is None:
            return Look()
        smaller = less(self.sides, free, hessian, taylor.gradient)
        if smaller is None:
            return Look()
        if reduced != self.sides:
            self.sides = reduced
            return None
        return self._shrunk(smaller, lone_point)

    def _lagrange(self) -> Look | None:
        """Make the part smaller along the equations, or find the one stationary point in it."""
        free = self._free()
        if len(free) < len(self.holds.equations):
            return self._cut()
        try:
            smaller = Ridge(self.function, self.holds.equations, self.sides, free).less()
        except NotEnclosedError:
            return self._cut()
        return Look() if smaller is None else self._shrunk(smaller, lone_along)

    def _shrunk(self, smaller: Sides, prove: Prover) -> Look | None:
        """Go on with what is left of the part; where it is narrow, or shrank, it is tried to prove
        that one stationary point is in it."""
        free = self._free()
        changes = [(k, smaller[k], self.sides[k]) for k in free]
        if all(
            _share(new, old) < SOLVABLE_BELOW or narrowness((old,), (self.domain[k],)) < LEAST_WIDTH
            for k, new, old in changes
        ):
            lone = prove(self.function, smaller, free, self.domain, self.holds)
            if lone is not None:
                return Look(lone)
        self.sides = smaller
        shrank = any(_share(new, old) < SHRINKS_TO for _, new, old in changes)
        return None if shrank else self._cut()

    def _corner(self) -> Look:
        """A part that is a single point."""
        if self.holds(balls(self.sides)) is not True or self.mark.at_edge:
            return Look((Rest(self.sides, self.mark),))
        value = ends(self.function.value(balls(self.sides)))
        return Look((Lone(self.sides, self.sides, value),))

    def _cut(self) -> Look:
        """Both halves of the part."""
        weights = None
        if self.slopes is not None and not self.widest_first and not self.holds.equations:
            weights = [float(abs(slope).upper()) for slope in self.slopes]
        which = widest(self.sides, weights)
        parts = halves(self.sides, which)
        if parts is None or narrowness(self.sides, self.domain) < LEAST_WIDTH:
            return Look((Rest(self.sides, self.mark),))
        return Look((), tuple(Part(half, self._rank(half), self.mark) for half in parts))

    def _rank(self, sides: Sides) -> float:
        if self.widest_first:
            return -narrowness(sides, self.domain)
        return self.mark.low if self.mark.enclosed else math.inf


def _with(sides: Sides, which: int, side: tuple[float, float]) -> Sides:
    return (*sides[:which], side, *sides[which + 1 :])


def _share(new: tuple[float, float], old: tuple[float, float]) -> float:
    """What is left of a side, or what of the whole it is."""
    return (new[1] - new[0]) / (old[1] - old[0])


def _lies_in(inner: Sides, outer: Sides) -> bool:
    """Does a part lie in a box, on the same piece of the border?"""
    return all(
        least <= low and high <= most and (low == high) == (least == most)
        for (low, high), (least, most) in zip(inner, outer, strict=True)
    )
