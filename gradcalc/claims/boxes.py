"""Boxes of points: `x=-2:2,y=0:pi`, and points drawn from them, to be typed back as they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.pieces import pieces
from gradcalc.run.point import point

PLACES = 6  # significant digits of a coordinate that is drawn


@dataclass(frozen=True, slots=True)
class Box:
    """The least and the greatest value of each input."""

    bounds: Mapping[str, tuple[float, float]]

    def draw(self, count: int, seed: int) -> list[dict[str, str]]:
        """So many points as decimals, the same for the same seed."""
        random = Random(seed)
        return [
            {name: self._coordinate(name, random) for name in self.bounds} for _ in range(count)
        ]

    def _coordinate(self, name: str, random: Random) -> str:
        low, high = self.bounds[name]
        share = random.random()
        drawn = (
            low + (high - low) * share
            if math.isfinite(high - low)
            else (low * (1 - share) + high * share)
        )
        text = f"{drawn:.{PLACES}g}"
        return text if low <= float(text) <= high else repr(low)


def surplus(names: Iterable[str], given: Iterable[str]) -> list[str]:
    """What is to be said of names that are given and that no input has."""
    known = set(names)
    return [f"{n} is given but not used" for n in given if n not in known]


def fitted(box: Box, held: Iterable[str], names: Sequence[str]) -> tuple[Box, list[str]]:
    """The box of a program's inputs, less what it does not read, and what is to be said of that.

    An error where an input has neither a value nor bounds, or both.
    """
    held = set(held)
    for name in box.bounds:
        if name in held:
            raise GradcalcError(
                "usage", f"{name} is given by --at and by --over", hint="give one of them"
            )
    left = [name for name in names if name not in box.bounds and name not in held]
    if left:
        raise GradcalcError(
            "missing-value",
            f"{', '.join(left)} has neither a value nor bounds",
            hint=f"add --over {','.join(f'{name}=-2:2' for name in left)}, or --at {left[0]}=…",
        )
    kept = {name: box.bounds[name] for name in names if name in box.bounds}
    return Box(kept), surplus(names, box.bounds)


def read_over(texts: Iterable[str]) -> Box:
    """Read boxes: bounds are numbers or formulas of numbers, the lower one first."""
    bounds: dict[str, tuple[float, float]] = {}
    for text in texts:
        for start, end in pieces(text):
            name, equals, ends = (part.strip() for part in text[start:end].partition("="))
            low, colon, high = ends.partition(":")
            if not equals or not colon or not name.isidentifier():
                raise _bad(text, start, end, "this is not of the form name=low:high")
            if name in bounds:
                raise _bad(text, start, end, f"{name} is given twice")
            found = point({"low": low, "high": high}).machine()
            if any(hasattr(value, "shape") for value in found.values()):
                raise _bad(text, start, end, "bounds are numbers")
            if not found["low"] <= found["high"]:
                raise _bad(text, start, end, f"the bounds of {name} are the wrong way round")
            bounds[name] = found["low"], found["high"]
    return Box(bounds)


def _bad(text: str, start: int, end: int, what: str) -> GradcalcError:
    return GradcalcError(
        "bad-box", what, Span(start, end), hint="write --over x=-2:2,y=0:1", source=text
    )
