"""Is a formula a program's derivative all over a box? Their difference, enclosed over its parts.

The difference is 0 wherever the formula is right, and so are its derivatives: Taylor's form of it
over a part that is h wide comes as near to 0 as h^3 does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.boxes.cover import Cover, Proof, cover
from gradcalc.boxes.forms import Matrix, enclosed
from gradcalc.boxes.function import Arb, Box, NotEnclosedError
from gradcalc.boxes.inputs import Ends, Setting, balls
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.boxes.search import Limits

BITS = 100
SHOWN_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Difference:
    """A point where claim and derivative certainly differ by more than is allowed, as decimals."""

    at: Mapping[str, str]
    claimed: str
    true: str
    error: float  # relative to the truth


@dataclass(frozen=True, slots=True)
class Equality:
    """That the formula `claim` is ∂`source`/∂`by`, within `tolerance`; where it is `identical` as
    a formula, only that both have a value is left to prove."""

    source: str
    claim: str
    by: str
    setting: Setting
    tolerance: float
    identical: bool

    def proof(self) -> Proof:
        """What proves a part."""
        pair = _Pair(
            self.setting.function(self.source),
            self.setting.function(self.claim),
            self.by,
            self.tolerance,
        )
        return pair.check_values if self.identical else pair.compare


def equality(claim: Equality, over: Mapping[str, Ends], limits: Limits) -> Cover:
    """Prove it over the box, as far as the limits allow; a refutation is a `Difference`.

    GradcalcError where nothing can be proven of it at all: an array for a value.
    """
    return cover(claim, over, limits, bits=BITS)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A claim less a derivative, as a function over boxes (`boxes.forms.Function`)."""

    program: PathFunction
    claim: PathFunction
    by: str
    tolerance: float

    def check_values(self, part: Sides) -> None:
        """NotEnclosedError, unless both have a value all over the part."""
        self.value(balls(part))

    def compare(self, part: Sides) -> Difference | None:
        """A point where they differ; None where the difference is within the tolerance all over
        the part. NotEnclosedError where that is open."""
        from flint import arb

        around = enclosed(self, part, second=True)
        if around.low >= -self.tolerance and around.high <= self.tolerance:
            return None
        for point in (around.lowest, around.highest):
            place = [arb(x) for x in point]
            if abs(self.value(place)) > self.tolerance:
                return self._difference(place)
        raise NotEnclosedError("the difference is not enclosed within the tolerance")

    def _difference(self, point: Box) -> Difference:
        claimed, true = self.claim.value(point), self._slope(point)
        error = abs((claimed - true) / true).mid()
        return Difference(
            {name: repr(float(x)) for name, x in zip(self.program.names, point, strict=True)},
            claimed.str(SHOWN_DIGITS, radius=False),
            true.str(SHOWN_DIGITS, radius=False),
            float(error) if error.is_finite() else float("inf"),
        )

    def _slope(self, box: Box) -> Arb:
        return self.program.gradient(box)[1][self._which]

    @property
    def _which(self) -> int:
        return self.program.names.index(self.by)

    # as a function over boxes

    def value(self, box: Box) -> Arb:
        """All values in the box."""
        return self.claim.value(box) - self._slope(box)

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """All values, and all derivatives."""
        value, ours = self.claim.gradient(box)
        theirs = self.program.hessian(box)[self._which]
        pairs = zip(ours, theirs, strict=True)
        return value - self._slope(box), [a - b for a, b in pairs]

    def hessian(self, box: Box) -> Matrix:
        """All second derivatives."""
        slope = self.program.asked(box, lambda run: run.derivative(self.by).hessian(box))
        claim = self.claim.hessian(box)
        return [
            [a - b for a, b in zip(left, right, strict=True)]
            for left, right in zip(claim, slope, strict=True)
        ]
