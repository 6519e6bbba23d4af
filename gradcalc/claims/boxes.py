"""Boxes of points: `x=-2:2,y=0:pi`, and points drawn from them, to be typed back as they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from gradcalc.errors import GradcalcError, Span, listed, not_used
from gradcalc.language.pieces import pieces
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import point

ELEMENT = re.compile(r"[^\W\d]\w*(\[[\d, ]+\])?")  # an input, or an element of one: v[0], A[0, 1]
DRAWN_DIGITS = 6  # significant ones of a random coordinate: short to type


@dataclass(frozen=True, slots=True)
class Box:
    """The least and the greatest value of each input."""

    bounds: Mapping[str, tuple[float, float]]

    def draw(self, count: int, seed: int) -> list[dict[str, str]]:
        """`count` random points, uniformly, as decimals; the same for the same seed."""
        random = Random(seed)
        return [
            {name: self._coordinate(name, random) for name in self.bounds} for _ in range(count)
        ]

    def _coordinate(self, name: str, random: Random) -> str:
        low, high = self.bounds[name]
        share = random.random()
        if math.isfinite(high - low):
            x = low + (high - low) * share
        else:  # the width overflows
            x = low * (1 - share) + high * share
        text = f"{x:.{DRAWN_DIGITS}g}"
        return text if low <= float(text) <= high else repr(low)


def surplus(inputs: Iterable[str], names: Iterable[str]) -> list[str]:
    """A note on each name that has a value or bounds but is not an input."""
    known = set(inputs)
    return not_used(name for name in names if name not in known)


def fitted(box: Box, held: Iterable[str], names: Sequence[str]) -> tuple[Box, list[str]]:
    """The bounds of a program's inputs, and a note on each name that is not one of them.

    `held` are the inputs with a value, `names` all of them. GradcalcError where an input has
    neither a value nor bounds, or both.
    """
    held = set(held)
    for name in box.bounds:
        if name in held:
            raise GradcalcError(
                "usage", f"{name} is set by both --at and --over", hint="use one of them"
            )
    left = [name for name in names if name not in box.bounds and name not in held]
    if left:
        raise GradcalcError(
            "missing-value",
            f"{listed(left)} has neither a value nor bounds",
            hint=f"add --over {','.join(f'{name}=-2:2' for name in left)}, or --at {left[0]}=…",
        )
    bounds = {name: box.bounds[name] for name in names if name in box.bounds}
    return Box(bounds), surplus(names, box.bounds)


def read_over(texts: Iterable[str]) -> Box:
    """Read boxes: bounds are numbers or formulas of numbers, the lower one first."""
    return _read(texts, {}, "write --over x=-2:2,y=0:1")


def read_bounds(texts: Iterable[str]) -> Box:
    """Read bounds, of which an end may be left out: x=0: has none above."""
    return _read(texts, {"low": "-inf", "high": "inf"}, "write --bounds x=0:1,y=0:")


def _read(texts: Iterable[str], defaults: Mapping[str, str], hint: str) -> Box:
    bounds: dict[str, tuple[float, float]] = {}
    for text in texts:
        for start, end in pieces(text):
            span = Span(start, end)
            try:
                name, low, high = _split(text, span)
                if name in bounds:
                    raise _bad_box(f"{name} has bounds already", text, span)
                low, high = low or defaults.get("low", ""), high or defaults.get("high", "")
                bounds[name] = _ends(name, low, high, text, span)
            except GradcalcError as error:
                if error.code == "bad-box" and not error.hint:
                    error.hint = hint
                raise
    return Box(bounds)


def _split(text: str, span: Span) -> tuple[str, str, str]:
    """x=-2:2 as the name and the formulas of both bounds."""
    name, equals, ends = (part.strip() for part in text[span.start : span.end].partition("="))
    low, colon, high = ends.partition(":")
    if not equals or not colon or not ELEMENT.fullmatch(name):
        raise _bad_box("bounds must have the form name=low:high", text, span)
    return name, low, high


def _ends(name: str, low: str, high: str, text: str, span: Span) -> tuple[float, float]:
    if not low or not high:
        end = "upper" if low else "lower"
        raise _bad_box(f"{name} has no {end} bound", text, span)
    least, most = (point({name: end}).machine()[name] for end in (low, high))
    if shape_of(least) or shape_of(most):
        raise _bad_box("bounds must be numbers", text, span)
    if not least <= most:
        error = _bad_box(f"the lower bound of {name} is above the upper one", text, span)
        error.hint = f"write {name}={high}:{low}"
        raise error
    return least, most


def _bad_box(message: str, text: str, span: Span) -> GradcalcError:
    return GradcalcError("bad-box", message, span, source=text)
