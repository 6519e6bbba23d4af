"""What a question about a box is asked with: the box, and the values of other inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcalc.boxes.elements import arrays_of
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.errors import GradcalcError, not_used
from gradcalc.memory import refuse_scarce
from gradcalc.rules.enclosures import has_flint
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given
from gradcalc.run.reading import read_program

Arb = Any  # flint.arb
Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Setting:
    """The inputs that a box has, in the order of its sides, and the values of the others."""

    names: tuple[str, ...]
    held: Mapping[str, Given] = field(default_factory=dict)
    limits: Limits | None = None

    def function(self, source: str) -> PathFunction:
        """A program over boxes; GradcalcError for an input without a value."""
        known = {*arrays_of(self.names), *self.held}
        program, inputs = read_program(source, known, self.limits)
        missing = [name for name in inputs if name not in known]
        if missing:
            raise GradcalcError(
                "missing-value",
                f"{missing[0]} has neither a value nor bounds",
                hint=f"add --over {missing[0]}=-2:2, or --at {missing[0]}=…",
            )
        held = {name: value for name, value in self.held.items() if name in inputs}
        return PathFunction(program, self.names, held, self.limits)

    def surplus(self, *sources: str) -> tuple[str, ...]:
        """A note on each name that has a value or an interval but is in none of the texts."""
        known = {*self.names, *self.held}
        used = {name for one in sources for name in read_program(one, known, self.limits)[1]}
        return tuple(not_used(name for name in (*self.names, *self.held) if name not in used))


def refuse_bad_box(over: Mapping[str, Ends]) -> None:
    """GradcalcError for a box that can't be searched, or where python-flint is missing."""
    refuse_infinite_box(over)
    if not over:
        raise GradcalcError("usage", "no box to search", hint="write --over x=-5:5")
    for name, (low, high) in over.items():
        if not low < high:
            raise GradcalcError(
                "bad-box", f"the interval of {name} is empty", hint=f"write --over {name}=-1:1"
            )


def refuse_infinite_box(over: Mapping[str, Ends]) -> None:
    """GradcalcError for an interval without an end, or where python-flint is missing."""
    refuse_missing_extra()
    for name, ends in over.items():
        if not all(map(math.isfinite, ends)):
            raise GradcalcError(
                "bad-box",
                f"the interval of {name} is infinite",
                hint=f"write --over {name}=-100:100",
            )


def refuse_missing_extra() -> None:
    """GradcalcError where python-flint is missing."""
    if not has_flint():
        refuse_scarce("flint")
        raise GradcalcError(
            "missing-extra",
            "proofs over a box need python-flint",
            hint='pip install "gradcalc[proof]"',
        )


# Balls and floats ------------------------------------------------------------------------------


def ball(ends: Ends) -> Arb:
    """All numbers between two ends, 0 being exact where it is one of them."""
    from flint import arb

    low, high = ends
    if low == high:
        return arb(low)
    whole = arb(low).union(arb(high))
    if low >= 0:
        return whole.nonnegative_part()
    return whole if high > 0 else -((-whole).nonnegative_part())


def balls(sides: Sides) -> list[Arb]:
    """A part as a box of balls."""
    return [ball(side) for side in sides]


def ends(number: Arb) -> Ends:
    """The ends of a ball as float64 around it."""
    low, high = float(number.lower()), float(number.upper())
    low = low if number.lower() >= low else math.nextafter(low, -math.inf)
    high = high if number.upper() <= high else math.nextafter(high, math.inf)
    return low, high
