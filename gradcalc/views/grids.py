"""Arrays as text: on a line, row by row, or in a few words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.text import Text

from gradcalc.numbers.shapes import Shape
from gradcalc.views.layout import LOST
from gradcalc.views.numbers import shortest, trusted

MAX_WHOLE_ELEMENTS = 12  # elements of an array that is shown whole where a number would be


@dataclass(frozen=True, slots=True)
class Grid:
    """The texts of an array's elements in order, and how many characters of each are right."""

    shape: Shape
    texts: Sequence[str]
    right: Sequence[int]

    def line(self) -> Text:
        """As the language writes it: `[[1, 2], [3, 4]]`."""
        return self._laid(False)

    def rows(self) -> Text:
        """The same, a line a row, and a line an element of a vector."""
        return self._laid(True)

    def listed(self) -> Text:
        """A line an element, each with its index."""
        names = [str(list(index)) for index in np.ndindex(self.shape)]
        first, last = max(map(len, names)), max(map(len, self.texts))
        lines = []
        for name, text, right in zip(names, self.texts, self.right, strict=True):
            line = Text(f"{name:<{first}}  " + " " * (last - len(text)) + text[:right])
            lines.append(line.append(text[right:], style=LOST))
        return Text("\n").join(lines)

    def widths(self) -> list[int]:
        """The columns that each column of the rows takes."""
        count = self.shape[-1] if len(self.shape) > 1 else 1
        return [max(map(len, self.texts[k::count])) for k in range(count)]

    def _laid(self, rows: bool) -> Text:
        rank = len(self.shape)
        strides = [math.prod(self.shape[k:]) for k in range(rank)]
        widths = self.widths() if rows else [0]
        made = Text()
        for k, (text, right) in enumerate(zip(self.texts, self.right, strict=True)):
            opened = sum(k % stride == 0 for stride in strides)
            closed = sum((k + 1) % stride == 0 for stride in strides)
            if k:
                broken = rows and (opened or rank == 1)
                made.append(",\n" + " " * (rank - opened) if broken else ", ")
            made.append("[" * opened + " " * (widths[k % len(widths)] - len(text)))
            made.append(text[:right]).append(text[right:], style=LOST).append("]" * closed)
        return made


def grid(array: Any, digits: Any = None, texts: Any = None) -> Grid:
    """The elements' shortest texts, or nested texts in their place; digits that are wrong end
    what is right."""
    numbers = np.ravel(array).tolist()
    if texts is not None:
        wanted = [str(text) for text in _leaves(texts)]
        return Grid(np.shape(array), wanted, [len(text) for text in wanted])
    texts = [shortest(number) for number in numbers]
    if digits is None:
        return Grid(np.shape(array), texts, [len(text) for text in texts])
    counts = np.broadcast_to(digits, np.shape(array)).ravel().tolist()
    right = [
        len(text) if count >= 16 else trusted(number, count)
        for text, number, count in zip(texts, numbers, counts, strict=True)
    ]
    return Grid(np.shape(array), texts, right)


def _leaves(nested: Any) -> Iterator[Any]:
    if not isinstance(nested, list):
        yield nested
        return
    for item in nested:
        yield from _leaves(item)


def complete(texts: Any) -> Any:
    """Nested texts, but None where one of them is missing."""
    return None if any(text is None for text in _leaves(texts)) else texts


def cell(array: Any, room: int, digits: Any = None, texts: Any = None) -> Text | None:
    """A small array whole, a vector on a line if it can; None where it finds no room.

    `texts` were asked for: they are folded rather than left out.
    """
    if np.size(array) > MAX_WHOLE_ELEMENTS:
        return None
    cells = grid(array, digits, texts)
    for text in (cells.line(), cells.rows(), cells.listed())[np.ndim(array) > 1 :]:
        if max(len(line.plain) for line in text.split("\n")) <= room:
            return text
    return cells.listed() if texts is not None else None


def summary(array: Any, *, norm: bool = False, brief: bool = False) -> str:
    """The range of the elements, and the array's Euclidean norm: `from -1 to 2.5, norm 4.1`."""
    array = np.asarray(array, dtype=float)
    finite = array[np.isfinite(array)]
    if not finite.size:
        return "not finite"
    low, high = (float(x) + 0.0 for x in (finite.min(), finite.max()))
    text = f"{low:.3g} to {high:.3g}" if brief else f"from {low:.4g} to {high:.4g}"
    if low == high:
        text = f"all {low:.4g}" if brief else f"all {shortest(low)}"
    if finite.size < array.size:
        return f"{text}, {array.size - finite.size} not finite"
    if norm and low != high:
        scale = float(np.abs(array).max())
        text += f", norm {scale * float(np.sqrt(np.sum((array / scale) ** 2))):.4g}"
    return text


def tally(digits: Any) -> str:
    """Counts of digits as one text: `16`, or `13 to 16`."""
    if digits is None:
        return ""
    known = np.asarray(digits, dtype=float)
    known = known[~np.isnan(known)]
    if not known.size:
        return ""
    low, high = int(known.min()), int(known.max())
    return str(low) if low == high else f"{low} to {high}"
