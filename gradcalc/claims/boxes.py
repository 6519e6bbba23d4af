"""Boxes of points: `x=-2:2,y=0:pi`, and points drawn from them, to be typed back as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        text = f"{random.uniform(low, high):.{PLACES}g}"
        return text if low <= float(text) <= high else repr(low)


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
        "bad-box", what, Span(start, end), "write --over x=-2:2,y=0:1", source=text
    )
