"""The ranges of a function over a box, as `bound` answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.inputs import Ends
from gradcalc.boxes.parts import Sides
from gradcalc.errors import Exit
from gradcalc.notebook import cut, table

Place = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Extent:
    """A range: all values lie within `outer`, and they come down to `inner[0]` or below and up to
    `inner[1]` or above: at the points `at`, None where none was found.

    `slack` is how far outer and inner ends may be apart, to be as close as was asked. `undecided`
    are narrow parts of the box without an enclosure, with the reason: then `outer` is infinite.
    """

    outer: Ends
    inner: Ends
    at: tuple[Place | None, ...]
    slack: float
    undecided: tuple[tuple[Sides, Any], ...] = ()

    @property
    def is_close(self) -> bool:
        """Is each end known as closely as was asked?"""
        low, high = self.outer
        return low >= self.inner[0] - self.slack and high <= self.inner[1] + self.slack


@dataclass(frozen=True, slots=True)
class Bend:
    """A point at which the function certainly bends down (or up) in a direction."""

    at: Place
    direction: Place


@dataclass(frozen=True, slots=True)
class Extents:
    """What a formula and its derivatives come to over a box, all of it proven.

    `monotone` says by input: increasing, decreasing, nondecreasing, nonincreasing, constant,
    neither, or None where that is open. `lipschitz` has by the norm of the ways ("1", "2", "inf")
    two numbers between which the least Lipschitz constant lies. `convex` and `concave` are None
    where that is open; `bends` are the points that refute them. `causes`: what ran out before each
    end was known to `tolerance`, time or room. `parts` is how many parts of the box were looked at.
    """

    expr: str
    over: Mapping[str, Ends]
    tolerance: float
    value: Extent
    gradient: Mapping[str, Extent]
    monotone: Mapping[str, str | None]
    lipschitz: Mapping[str, Ends]
    convex: bool | None
    concave: bool | None
    bends: tuple[Bend, ...]
    parts: int
    causes: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where an end is not known as closely as was asked."""
        close = all(extent.is_close for extent in (self.value, *self.gradient.values()))
        return Exit.OK if close else Exit.NOT_CONVERGED

    def __repr__(self) -> str:
        low, high = self.value.outer
        return f"Extents({cut(self.expr)} in [{low:.10g}, {high:.10g}])"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [["value", *map(str, self.value.outer), ""]]
        rows += [
            [f"∂/∂{name}", *map(str, extent.outer), self.monotone[name] or ""]
            for name, extent in self.gradient.items()
        ]
        box = ", ".join(f"{name} in [{low}, {high}]" for name, (low, high) in self.over.items())
        return table(self.expr, ("", "least", "greatest", "runs"), rows, f"over {box}")
