"""What a line or a point is at which a function of two inputs may break: by both sides of it.

A line is looked at along the axis that crosses it, as a break of a curve is (`classify`); a point
by the values on small circles around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.kernels.deciders import Decider
from gradcalc.kernels.kernel import Kernel
from gradcalc.plots.candidates import Candidate
from gradcalc.plots.classify import Classifier
from gradcalc.plots.curves import Kind
from gradcalc.run.point import Given
from gradcalc.search.simplicity import spellings, value_of

CURVE_CELLS = 13  # of a curve's grid in one of a field's
ROOT_ERROR = 1e-11  # of a cell
POINT_ERROR = 1e-7  # of a cell
CIRCLES = (1e-3, 1e-5)  # of a cell
DIRECTIONS = np.exp(2j * np.pi * (np.arange(24) + 0.3) / 24)
GROWN = 3.0  # times, of values on a circle 100 times smaller: a pole
CLOSER = 0.1  # of the spread on a circle, that is left on one 100 times smaller: a limit
BENT = 1e-5  # relative, of slopes that are not the same
NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class FieldJudge:
    """Judges breaks of a kernel's function of two inputs; `cell` has their distances on the grid,
    `held` the other inputs."""

    kernel: Kernel
    names: tuple[str, str]
    held: Mapping[str, Given]
    cell: complex

    def line(self, z: complex, along: bool, which: Decider) -> Kind | None:
        """The kind of a line that crosses the first input's axis at z (`along`), or the second's;
        None where the function and its slope are smooth there."""
        name, other = self.names if along else self.names[::-1]
        x, held = (z.real, z.imag) if along else (z.imag, z.real)
        cell = abs(self.cell.real if along else self.cell.imag)
        around = {**self.held, other: held}

        def columns(points: Any) -> tuple[Any, ...]:
            found = self.kernel({**around, name: points})
            return found["value"], found[f"d_{name}"]

        classifier = Classifier(self.kernel.program, name, around, columns, cell / CURVE_CELLS, 1)
        found = classifier.classify(Candidate(x, ROOT_ERROR * cell, which.span, which.divides))
        return found.kind if found else None

    def point(self, z: complex) -> Kind | None:
        """The kind of a single point; None where the function and its slope are smooth there."""
        far, near = (self._circle(z, share) for share in CIRCLES)
        if not (np.isfinite(near[0]).all() and np.isfinite(far[0]).all()):
            return None  # on a line that breaks it anyway
        if (np.abs(near[0]) > GROWN * np.abs(far[0]) + NOISE).all():
            return "pole"
        here = float(self._values(np.array([self._meant(z)]))[0][0])
        spreads = [np.ptp(circle[0]) for circle in (far, near)]
        size = np.abs(near[0]).max() + np.abs(far[0]).max()
        if spreads[1] > CLOSER * spreads[0] and spreads[1] > NOISE * size:
            return "undefined"
        if not np.isfinite(here):
            return "hole"
        if abs(here - near[0].mean()) > 10 * spreads[1] + NOISE * size:
            return "jump"
        slopes = [np.ptp(slope) for slope in near[1:]]
        before = [np.ptp(slope) for slope in far[1:]]
        steep = max(float(np.abs(slope).max()) for slope in near[1:])
        bent = any(
            now > CLOSER * then and now > BENT * steep
            for now, then in zip(slopes, before, strict=True)
        )
        return "kink" if bent else None

    def _meant(self, z: complex) -> complex:
        """The point whose coordinates can be written, if there is one as near as can be told."""
        pairs = (z.real, self.cell.real), (z.imag, self.cell.imag)
        x, y = (
            next(map(value_of, spellings(number, POINT_ERROR * cell)), number)
            for number, cell in pairs
        )
        return complex(x, y)

    def _circle(self, z: complex, share: float) -> tuple[Any, ...]:
        steps = share * (DIRECTIONS.real * self.cell.real + 1j * DIRECTIONS.imag * self.cell.imag)
        return self._values(z + steps)

    def _values(self, z: Any) -> tuple[Any, ...]:
        one, other = self.names
        found = self.kernel({**self.held, one: z.real, other: z.imag})
        return found["value"], found[f"d_{one}"], found[f"d_{other}"]
