"""The global minimum over a box, and all stationary points of one, as they are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.boxes.inputs import Ends
from gradcalc.boxes.stationary import Kind
from gradcalc.errors import Exit
from gradcalc.notebook import MAX_ELEMENTS, briefs, cut, more, table


@dataclass(frozen=True, slots=True)
class Minimiser:
    """A box in which the minimum may be attained, by input.

    `unique`: exactly one point of it may be it. It is stationary, or so along the border of the
    whole box.
    """

    at: Mapping[str, Ends]
    unique: bool


@dataclass(frozen=True, slots=True)
class GlobalMinimum:
    """The least value over a box (of `maximized`: the greatest), which lies within `value`.

    It is attained in one of `minimisers` at least, and nowhere else; the value at `point` is within
    `value` too (with equations, that at a point which rounds to it). In `undecided` boxes the
    formula could not be enclosed: nothing is claimed there. `complete`: there are none, and neither
    time nor room ran out. Where they did (`cause`), value and minimisers are as true, but wide.
    `parts` is how many parts of the box were looked at. `at_edge`: some of `minimisers` reach
    beyond the edge of the domain, at which the least value may be a limit that is not attained.
    """

    expr: str
    over: Mapping[str, Ends]
    subject_to: tuple[str, ...]
    maximized: bool
    value: Ends
    point: Mapping[str, float]
    minimisers: tuple[Minimiser, ...]
    undecided: tuple[Mapping[str, Ends], ...]
    tolerance: float
    cause: str | None
    parts: int
    notes: tuple[str, ...] = ()
    at_edge: bool = False

    @property
    def complete(self) -> bool:
        """Was all of the box decided?"""
        return self.cause is None and not self.undecided

    @property
    def narrow(self) -> bool:
        """Is the value enclosed to the tolerance?"""
        low, high = self.value
        return high - low <= self.tolerance * max(1.0, abs(low), abs(high))

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where something was not decided, or the value is not narrow."""
        return Exit.OK if self.complete and self.narrow else Exit.NOT_CONVERGED

    def __repr__(self) -> str:
        what = "maximum" if self.maximized else "minimum"
        low, high = self.value
        value = f"{what} in [{low:.10g}, {high:.10g}] at {briefs(self.point)}"
        state = "proven" if self.complete else "not complete"
        return f"GlobalMinimum({cut(self.expr)}: {value}; {state})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [[f"[{low}, {high}]" for low, high in one.at.values()] for one in self.minimisers]
        return table(self.expr, tuple(self.over), rows, f"value in {list(self.value)}")


@dataclass(frozen=True, slots=True)
class StationaryPoint:
    """Exactly one stationary point lies in the box `at`, by input, and it is of this kind."""

    at: Mapping[str, Ends]
    kind: Kind
    value: Ends


@dataclass(frozen=True, slots=True)
class StationaryPoints:
    """All points of a box at which the gradient is 0: proven ones, and boxes where it is undecided
    whether there are some, or of which kind: a degenerate one, a kink.

    `complete`: there are no others; else time or room ran out.
    """

    expr: str
    over: Mapping[str, Ends]
    points: tuple[StationaryPoint, ...]
    undecided: tuple[Mapping[str, Ends], ...]
    complete: bool
    parts: int
    notes: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where something was not decided."""
        decided = self.complete and not self.undecided
        return Exit.OK if decided else Exit.NOT_CONVERGED

    def __repr__(self) -> str:
        points: list[str] = [one.kind for one in self.points[:MAX_ELEMENTS]]
        points += more(len(self.points), MAX_ELEMENTS)
        state = "complete" if self.complete else "not complete"
        return f"StationaryPoints({cut(self.expr)}: {', '.join(points) or 'none'}; {state})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [[p.kind, *(f"[{a}, {b}]" for a, b in p.at.values())] for p in self.points]
        return table(self.expr, ("kind", *self.over), rows, f"undecided: {len(self.undecided)}")
