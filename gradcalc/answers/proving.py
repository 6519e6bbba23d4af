"""One number that a run answers with, and its derivatives: checked, probed, explained.

`evidence.py` gathers what is known of the number; here the answer is chosen and its digits are
counted; `notes.py` puts into words what a reader should know.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcalc.answers.evidence import Evidence, Target, evidence
from gradcalc.answers.notes import notes
from gradcalc.answers.request import REFERENCE_DIGITS
from gradcalc.answers.result import Derivative
from gradcalc.answers.status import Outcome
from gradcalc.checks.checks import Checks
from gradcalc.errors import GradcalcError
from gradcalc.rules.systems import big_numbers

if TYPE_CHECKING:
    from gradcalc.checks.proof import Proof


class ProvenNumber(NamedTuple):
    """What is known of one number: its value and derivatives with their digits, and why.

    `outcome` says whether it is an answer at all, and whether the checks hold.
    """

    value: float
    derivatives: tuple[Derivative, ...]
    outcome: Outcome
    reference: str | None
    digits: int | None
    ulps: float | None
    notes: tuple[str, ...]

    @property
    def checks(self) -> Checks:
        """What was compared."""
        return self.outcome.checks


def prove_number(target: Target) -> ProvenNumber:
    """Gather the evidence, choose the answers, count their digits, and say what is notable."""
    known = evidence(target)
    proof, options = known.proof, target.run.options
    value = float(known.limit(target.answers.value)) + 0.0
    rows = tuple(_derivative(target, known, name) for name in target.wrt)
    digits, ulps = (None, None) if proof is None else _count(target, proof, None, value)
    checks = Checks(unreferenced=options.wants_reference) if proof is None else proof.checks
    error = _error(target, known, value, rows)
    return ProvenNumber(
        value=value,
        derivatives=rows,
        outcome=Outcome(error, checks, _too_few_digits(target, proof, value, digits, rows)),
        reference=_reference(proof, options.reference_digits),
        digits=digits,
        ulps=ulps,
        notes=tuple(notes(target, known, rows, digits, answered=error is None)),
    )


def _reference(proof: Proof | None, digits: int) -> str | None:
    """The true value as a decimal number; None where it is not known."""
    if proof is None or proof.reference.value_within is not None:
        return None
    return proof.text(proof.value, digits)


def _derivative(target: Target, known: Evidence, name: str) -> Derivative:
    """The derivative by one input, with all that is known of it."""
    answers, side, proof = target.answers, known.sides.get(name), known.proof
    gradient = _gradient(target, known, name)
    status = "smooth" if side is None else side.status
    # By a convention there is no true derivative to count digits against.
    conventional = name in answers.framework and status in ("kink", "jump")
    return Derivative(
        (name,),
        target.at[name],
        gradient,
        answers.forward.get(name),
        answers.reverse[name],
        status=status,
        left=None if side is None else _float(side.left),
        right=None if side is None else _float(side.right),
        **({} if proof is None or conventional else _compared(target, proof, name, gradient)),
    )


def _compared(target: Target, proof: Proof, name: str, gradient: float) -> dict[str, Any]:
    """What the proof tells of a derivative, by the fields of the answer."""
    symbolic = proof.symbolic.get(name)
    digits, ulps = _count(target, proof, name, gradient)
    return {
        "symbolic": None if symbolic is None else float(symbolic),
        "reference": proof.text(proof.gradient[name], target.run.options.reference_digits),
        "digits": digits,
        "ulps": ulps,
    }


def _count(
    target: Target, proof: Proof, name: str | None, answer: float
) -> tuple[int, float | None]:
    """Correct digits of the value, or derivative by an input, and the float64's error in ulps.

    Where the answer was wanted in many digits it is the truth itself, as far as that is known.
    """
    digits, ulps = proof.counted(answer, proof.value if name is None else proof.gradient[name])
    wanted = target.run.options.wanted_digits
    return digits if wanted is None else proof.right_digits(name, wanted), ulps


def _gradient(target: Target, known: Evidence, name: str) -> float:
    """The derivative to report: a framework's where it was asked for; else the reverse sweep's,
    unless there was doubt, or the run is exact.

    Of an exact run the steps are rounded one by one; its reference is rounded once.
    """
    if name in target.answers.framework:
        return target.answers.framework[name]
    side, reverse, proof = known.sides.get(name), target.answers.reverse[name], known.proof
    if side is None and (proof is None or not target.run.exact):
        return reverse
    if proof is not None:
        answer = float(proof.gradient[name])
    else:
        assert side is not None
        context = big_numbers(REFERENCE_DIGITS).context
        answer = float(side.derivative(context.mpf(reverse), target.run.options.kink, context))
    if math.isnan(answer) and side is not None and side.status == "kink":
        return float((side.left + side.right) / 2)  # of which rounding may have left no digit
    return answer


def _float(number: Any) -> float | None:
    """A big number as float64, without a negative zero."""
    return None if number is None else float(number) + 0.0


def _error(
    target: Target, known: Evidence, value: float, rows: tuple[Derivative, ...]
) -> GradcalcError | None:
    """The explanation where there is no finite answer; None where there is one."""
    answers = [(None, value), *((row.by[0], row.gradient) for row in rows)]
    for by, number in answers:
        if not math.isfinite(number):
            from gradcalc.checks.faults import culprit

            source = target.run.source
            return culprit(target.trace, source, by, number, known.sides, known.truth)
    return None


def _too_few_digits(
    target: Target,
    proof: Proof | None,
    value: float,
    digits: int | None,
    rows: tuple[Derivative, ...],
) -> bool:
    """Has any number fewer correct digits than --min-digits asks for, and an error above --atol?"""
    options = target.run.options
    if not options.min_digits or proof is None:
        return False
    if options.wanted_digits is not None:  # the answer is the truth, whose error is not known
        counts = (digits, *(row.digits for row in rows))
        return any((count or 0) < options.min_digits for count in counts)
    answers = [(value, proof.value, digits)]
    answers += [(row.gradient, proof.gradient[row.by[0]], row.digits) for row in rows]
    return any(
        (count or 0) < options.min_digits and not abs(answer - truth) <= options.atol
        for answer, truth, count in answers
        if count is not None
    )
