"""Does something hold at every point of a box? The box is covered by parts over which it is proven.

A part that is not proven is cut in two, across the side that is the longest share of the box's. The
largest part is always next, so that what is left when time runs out is small. What can't be decided
stays open; it is listed with its share of the box, never dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import Ends
from gradcalc.boxes.parts import CUT, Look, Looker, Part, Sides, halves
from gradcalc.boxes.search import Limits, search
from gradcalc.errors import Exit, GradcalcError, Span

LEAST_SHARE = 2.0**-20  # of a side of the box, below which a part is not cut again
MAX_KEPT = 50_000  # parts that wait at a time

Proof = Callable[[Sides], Any]


class Claim(Protocol):
    """What is to be proven. It is pickled, to be asked in other processes."""

    def proof(self) -> Proof:
        """What proves it over a part, or raises NotEnclosedError; it answers None, or else with
        what refutes it at a point of the part."""


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part of the box that is not decided: why, and at which place of the text."""

    box: Mapping[str, Ends]
    why: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a box is proven, and what is open, the largest part first.

    `share` is the open parts' share of the volume: 0.0 where all is proven. `refutation` is what
    the claim answered where it does not hold. `cause` says why the search ended early (time, room),
    or is None.
    """

    undecided: tuple[OpenPart, ...]
    share: float
    parts: int
    cause: str | None
    refutation: Any = None

    @property
    def proven(self) -> bool:
        """Does it hold at every point of the box?"""
        return not self.undecided and self.refutation is None

    @property
    def ended(self) -> bool:
        """Was everything looked at?"""
        return self.cause is None


@dataclass(frozen=True, slots=True)
class _Open:
    """Why a part is open; `share` is that of the part."""

    why: str = "not looked at"
    span: Span | None = None
    share: float = 1.0
    divisible: bool = True


@dataclass(frozen=True, slots=True)
class _Question:
    claim: Claim
    whole: Sides
    bits: int

    def looker(self) -> Looker:
        """What proves a part, or cuts it."""
        proof = self.claim.proof()

        def look(part: Part, _known: Any) -> Look:
            try:
                refutation = proof(part.sides)
            except NotEnclosedError as error:
                return self._cut(part, error)
            return Look() if refutation is None else Look((refutation,))

        return look

    def _cut(self, part: Part, error: NotEnclosedError) -> Look:
        mark = _Open(error.reason, error.span, part.mark.share, error.divisible)
        both = self._halves(part.sides) if error.divisible else None
        if both is None:
            return Look((replace(part, mark=mark),))
        shares = (mark.share * CUT, mark.share * (1 - CUT))
        return Look(
            (),
            tuple(
                Part(sides, -share, replace(mark, share=share))
                for sides, share in zip(both, shares, strict=True)
            ),
        )

    def _halves(self, sides: Sides) -> tuple[Sides, Sides] | None:
        shares = [
            (high - low) / (end - start) if start < end else 0.0
            for (low, high), (start, end) in zip(sides, self.whole, strict=True)
        ]
        longest = max(range(len(shares)), key=shares.__getitem__)
        return None if shares[longest] < LEAST_SHARE else halves(sides, longest)


class _Ledger:
    def __init__(self) -> None:
        self.open: list[Part] = []
        self.refutation: Any = None

    def known(self) -> None:
        return None

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        for finding in look.findings:
            if not isinstance(finding, Part):
                self.refutation = self.refutation or finding
                continue
            if not finding.mark.divisible:
                raise GradcalcError(
                    "not-enclosed",
                    f"no proof can be made: {finding.mark.why}",
                    finding.mark.span,
                    hint="leave out --prove",
                    exit=Exit.NO_ANSWER,
                )
            self.open.append(finding)
        return look.rest

    def done(self, first: Part) -> bool:
        return self.refutation is not None


def cover(claim: Claim, over: Mapping[str, Ends], limits: Limits, *, bits: int) -> Cover:
    """Prove the claim over the box, as far as the limits allow.

    GradcalcError where it can't be proven over any part: a row that is not a function of balls.
    """
    sides, ledger = tuple(over.values()), _Ledger()
    start = [Part(sides, -1.0, _Open())] if sides else []
    ending = search(_Question(claim, sides, bits), start, ledger, limits)
    left = sorted([*ending.left, *ledger.open], key=lambda part: (-part.mark.share, part.sides))
    undecided = tuple(
        OpenPart(dict(zip(over, part.sides, strict=True)), part.mark.why, part.mark.span)
        for part in left
    )
    if len(over) == 1:
        undecided = _merged(undecided)
    share = min(1.0, math.fsum(part.mark.share for part in left))
    return Cover(undecided, share, ending.parts, ending.cause, ledger.refutation)


def _merged(parts: tuple[OpenPart, ...]) -> tuple[OpenPart, ...]:
    """The parts of an interval, those that touch as one, the widest first."""
    merged: list[OpenPart] = []
    for part in sorted(parts, key=lambda one: [*one.box.values()]):
        (name, (low, high)), *_ = part.box.items()
        if merged and merged[-1].box[name][1] >= low:
            start, _ = merged[-1].box[name]
            merged[-1] = replace(merged[-1], box={name: (start, high)})
        else:
            merged.append(part)
    return tuple(sorted(merged, key=_negative_width))


def _negative_width(part: OpenPart) -> float:
    return sum(low - high for low, high in part.box.values())
