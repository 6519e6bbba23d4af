"""What is worth saying about a proven number: what was not compared, kinks, digits that are lost.

The notes about a trace alone come from `checks/notes.py`; those about an answer are made here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradcalc.answers.evidence import Evidence, Target
from gradcalc.answers.result import Derivative
from gradcalc.numbers.big import brief

if TYPE_CHECKING:
    from gradcalc.checks.proof import Proof

# Correct digits, of 16, below which a note says where they were lost and how to keep them.
EXPLAINED_BELOW_DIGITS = 12
# Characters of the source, or instructions, above which no rewrite is looked for.
MAX_REWRITTEN_SIZE = 20_000
MAX_NOTED_DECISIONS = 3  # branches and steps that rounding decided
UNDERFLOW = 1e-300  # smaller derivatives, where float64 has 0, have underflowed

Rows = tuple[Derivative, ...]


def notes(
    target: Target, known: Evidence, rows: Rows, digits: int | None, *, answered: bool
) -> Iterator[str]:
    """All notes about a number, the weightiest first.

    `rows` are its derivatives, `digits` the correct ones of its value; `answered` says that all are
    finite.
    """
    if known.truth is None and target.run.options.wants_reference:
        yield "no digits are counted: a step can't be computed at higher precision"
    if known.truth is not None and known.truth.value_within is not None:
        within = known.truth.numbers.context.nstr(known.truth.value_within, 2)
        yield f"the value is 0 within {within}: {known.truth.digits} digits don't tell its own"
    if known.proof is not None and known.proof.failed:
        yield known.proof.failed
    yield from _of_smoothness(target, known, rows)
    if known.proof is not None:
        yield from _of_underflow(target, known.proof, rows)
        yield from _of_lost_digits(target, known, known.proof, rows, digits, answered=answered)


def _of_smoothness(target: Target, known: Evidence, rows: Rows) -> Iterator[str]:
    """What rounding decided, and the kinks and branch boundaries that the point lies at."""
    source, trace, kink = target.run.source, target.trace, target.run.options.kink
    if known.kinks.by_rounding or not known.smooth:
        from gradcalc.checks import notes as trace_notes

        for span in known.kinks.by_rounding[:MAX_NOTED_DECISIONS]:
            yield f"rounding decided {trace_notes.place(source, span)}: no digits are counted"
        if any(side.status == "partial" for side in known.sides.values()):
            yield "not differentiable here: only the derivatives along the axes exist"
        ways = (side.beyond for side in known.sides.values() if side.beyond)
        yield from dict.fromkeys(map(trace_notes.domain_edge, ways))
        if not known.smooth:
            yield from dict.fromkeys(trace_notes.boundaries(source, trace))
        if not known.smooth and kink == "mean":
            yield from dict.fromkeys(trace_notes.conventions(source, trace))
    yield from _of_convention(target, known, rows)


def _of_convention(target: Target, known: Evidence, rows: Rows) -> Iterator[str]:
    """What the derivatives are by a convention that was asked for."""
    kink, count = target.run.options.kink, 0
    for row in rows:
        name = row.by[0]
        what = f"d/d{name}" if name.isidentifier() or "[" in name else "the derivative"
        if kink in ("left", "right") and row.status == "kink":
            text = f"{what} is the derivative from the {kink}"
        elif name not in target.answers.framework or (name not in known.sides and row.digits):
            continue
        elif math.isnan(row.gradient):
            text = f"{kink} gives NaN for {what}: it multiplies 0 by an infinite derivative"
        elif row.status in ("kink", "jump"):
            text = f"{kink} gives {row.gradient:.6g} for {what} at this {row.status}"
        elif row.digits == 0:
            smooth = ", though it is smooth here" if row.status == "smooth" else ""
            text = f"{kink} gives {row.gradient:.6g} for {what}{smooth}"
        else:
            continue
        count += 1
        if count <= MAX_NOTED_DECISIONS:
            yield text


def _of_underflow(target: Target, proof: Proof, rows: Rows) -> Iterator[str]:
    """What is 0 in float64 and not in truth."""
    from gradcalc.checks import notes as trace_notes

    yield from trace_notes.underflow(target.run.source, target.trace, proof.reference)
    for row in rows:
        true = proof.gradient[row.by[0]]
        lost = row.gradient == 0 and row.digits == 0 and proof.claims
        if lost and 0 < abs(true) < UNDERFLOW:
            yield f"d/d{row.by[0]} underflows: it is {brief(proof.text(true, 3))}"


def _of_lost_digits(
    target: Target, known: Evidence, proof: Proof, rows: Rows, digits: int | None, *, answered: bool
) -> Iterator[str]:
    """Which digits float64 lost where, and how to keep them."""
    from gradcalc.checks import notes as trace_notes

    rescued = [row.by[0] for row in rows if _is_rescued(row) and row.by[0] not in known.sides]
    for name in rescued:
        yield f"float64 overflows on the way to d/d{name}: the answer is the rounded reference"
    counts = [count for count in (digits, *(row.digits for row in rows)) if count is not None]
    enough = min(EXPLAINED_BELOW_DIGITS, target.run.options.digits or 16)
    low = min(counts, default=16) < enough
    if (low or rescued) and proof.claims:
        if answered:
            yield from trace_notes.lost_digits(target.run.source, target.trace, proof.reference)
        yield from _rewrites(target, known, proof)


def _is_rescued(row: Derivative) -> bool:
    """Is this a derivative that float64 could not form and the reference could?"""
    rescued = math.isfinite(row.gradient) and not math.isfinite(row.reverse)
    return rescued and row.status == "smooth"


def _rewrites(target: Target, known: Evidence, proof: Proof) -> Iterator[str]:
    """The best rewrite of the source, where one keeps the digits."""
    from gradcalc.checks.advice import better

    size = max(len(target.run.source), len(target.trace))
    if target.retrace is None or size > MAX_REWRITTEN_SIZE:
        return
    limits = {side.limit for side in known.sides.values() if side.status == "removable"}
    value = limits.pop() if len(limits) == 1 else proof.value
    advice = better(target.run.program, target.retrace, target.point, target.wrt, value, proof)
    if advice and advice.digits >= EXPLAINED_BELOW_DIGITS:
        yield str(advice)
