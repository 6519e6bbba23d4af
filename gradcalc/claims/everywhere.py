"""Does a claim hold at every point of a box? Where it holds at all points drawn from one, a proof.

What sympy finds to be the same formula is equal wherever both have a value, and that they have one
is proven over the box; the difference of others is enclosed over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradcalc.boxes.equality import Difference, Equality, equality
from gradcalc.boxes.inputs import Setting, refuse_infinite_box
from gradcalc.boxes.search import Limits
from gradcalc.claims.boxes import Box, fitted
from gradcalc.claims.notation import inputs_of
from gradcalc.claims.sample import Point
from gradcalc.claims.tolerance import Tolerance
from gradcalc.claims.verdict import Everywhere, Judgement, Miss, Verdict
from gradcalc.errors import GradcalcError

DEFAULT_RTOL = 1e-4  # of the largest derivative at the points


def refuse_without_box(claims: Mapping[str, str], box: Box) -> None:
    """GradcalcError where there is nothing to prove a claim over."""
    if not box.bounds:
        raise GradcalcError("usage", "--prove needs a box", hint="write --over x=-5:5")
    refuse_infinite_box(box.bounds)
    for by in claims:
        if by not in box.bounds:
            raise GradcalcError(
                "usage", f"{by} has a claim to prove, but no interval", hint=f"add --over {by}=-2:2"
            )


def proven(
    verdict: Verdict,
    box: Box,
    held: Point,
    tolerance: Tolerance,
    *,
    timeout: float | None = None,
    jobs: int = 1,
) -> Verdict:
    """The verdict, each claim that holds at the points proven over the box, or refuted.

    `held` has the other inputs. After `timeout` seconds for each claim the rest of the box is
    undecided. GradcalcError where no proof can be made at all.
    """
    inputs = inputs_of(verdict.expr, {*held, *box.bounds})
    box, _ = fitted(box, held, inputs)
    claims = []
    for claim in verdict.claims:
        if not claim.holds:
            claims.append(claim)
            continue
        search = Limits.of(timeout, jobs)
        allowed = _allowed(claim, tolerance)
        claims.append(_judged(claim, verdict.expr, box, held, allowed, search))
    return replace(verdict, claims=tuple(claims))


def _allowed(claim: Judgement, tolerance: Tolerance) -> float:
    rtol = DEFAULT_RTOL if tolerance.rtol is None else tolerance.rtol
    return tolerance.atol + rtol * (claim.largest or 1.0)


def _judged(
    claim: Judgement, source: str, box: Box, held: Point, allowed: float, search: Limits
) -> Judgement:
    """The claim with its proof; wrong where a point refutes it."""
    setting = Setting(tuple(box.bounds), held)
    question = Equality(source, claim.text, claim.by, setting, allowed, claim.proven)
    cover = equality(question, box.bounds, search)
    if isinstance(cover.refutation, Difference):
        found = cover.refutation
        at = {**{name: str(value) for name, value in held.items()}, **found.at}
        worst = Miss(at, found.claimed, found.true, found.error)
        return replace(claim, holds=False, wrong=1, worst=worst, rounded=False)
    around = Everywhere(box.bounds, claim.proven, allowed, cover)
    return replace(claim, everywhere=around)
