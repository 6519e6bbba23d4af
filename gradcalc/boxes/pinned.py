"""A function by some of its inputs, the others being held: on a piece of a box's border, say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.function import Box
from gradcalc.boxes.krawczyk import Matrix

Arb = Any  # flint.arb


@dataclass(frozen=True, slots=True)
class Pinned:
    """The function by the coordinates `free`, the others being held in `box`."""

    function: Any
    box: Box
    free: Sequence[int]

    def value(self, box: Box) -> Arb:
        """All values in the box."""
        return self.function.value(self._whole(box))

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and each derivative."""
        value, gradient = self.function.gradient(self._whole(box))
        return value, [gradient[k] for k in self.free]

    def hessian(self, box: Box) -> Matrix:
        """The second derivatives."""
        rows = self.function.hessian(self._whole(box))
        return [[rows[i][j] for j in self.free] for i in self.free]

    def _whole(self, box: Box) -> list[Arb]:
        whole = list(self.box)
        for k, ball in zip(self.free, box, strict=True):
            whole[k] = ball
        return whole
