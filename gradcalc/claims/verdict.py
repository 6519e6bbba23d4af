"""What is said of claims about a program: which hold, how that is known, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.boxes.cover import Cover
from gradcalc.errors import Exit
from gradcalc.notebook import cut, table


@dataclass(frozen=True, slots=True)
class Miss:
    """A point where a claim is wrong, with both values as decimals.

    `error` is relative, infinite where the truth is 0 or the claim has no number; `element` is the
    index into an array; `why` says why the claim can't be compared there.
    """

    at: Mapping[str, str]
    claimed: str
    true: str
    error: float
    element: tuple[int, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Everywhere:
    """How much of a box a claim is proven for: as a formula (`identical`) where both have a value,
    or else within `tolerance`."""

    over: Mapping[str, tuple[float, float]]
    identical: bool
    tolerance: float
    cover: Cover


@dataclass(frozen=True, slots=True)
class Judgement:
    """One claim: does it hold, how is that known, and what went wrong?

    Elements of arrays that are too large to be proven one by one are compared to at least `digits`
    digits (None: each was proven); `unknown` counts those of which fewer are known.
    """

    by: str
    text: str
    holds: bool
    compared: int  # points
    wrong: int = 0  # points
    proven: bool = False  # sympy finds that the difference is zero everywhere
    rounded: bool = False  # a number that is right to the digits it is written with
    worst: Miss | None = None
    formula: str | None = None  # the true derivative
    largest: float = 0.0  # derivative at the points, in size
    everywhere: Everywhere | None = None  # where a proof over a box was asked for
    branch: bool = False  # the formula is that of the branch taken at the worst point
    diagnosis: str | None = None
    digits: int | None = None
    unknown: int = 0

    @property
    def word(self) -> str:
        """The judgement in a word."""
        return "right" if self.holds else "WRONG"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All claims about a program; `aside` counts the points that were singular."""

    expr: str
    claims: tuple[Judgement, ...]
    points: int
    aside: int

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.claims)

    def __repr__(self) -> str:
        claims = ", ".join(f"{one.by}: {one.word}" for one in self.claims)
        return f"Verdict({cut(self.expr)}: {claims}; points compared: {self.points})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [
            (f"d/d{one.by}", cut(one.text), one.word, one.formula or "", one.diagnosis or "")
            for one in self.claims
        ]
        head = ("", "claim", "verdict", "the derivative", "diagnosis")
        return table(self.expr, head, rows, f"points compared: {self.points}")

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where a claim holds at the points, but is not proven all over the box."""
        if not self.holds:
            return Exit.VERDICT
        proofs = [claim.everywhere for claim in self.claims if claim.everywhere is not None]
        return Exit.OK if all(one.cover.proven for one in proofs) else Exit.NOT_CONVERGED
