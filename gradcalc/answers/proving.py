"""One number that a run answers with, and its derivatives: checked, probed, explained.

It works on a trace of single numbers. Of a run with arrays that is the trace of its elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradcalc.answers.request import Run
from gradcalc.answers.result import Derivative
from gradcalc.checks.checks import Checks
from gradcalc.checks.faults import culprit
from gradcalc.checks.kinks import Kinks, touches_kink
from gradcalc.errors import GradcalcError
from gradcalc.language.syntax import Program
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point
from gradcalc.trace.trace import Trace

if TYPE_CHECKING:
    from gradcalc.checks.probe import OneSided

SHOWN = 30  # digits of the reference, unless told
LOW = 12  # correct digits below which it is said where they went, and how to keep them
LONG = 20_000  # characters, or instructions, past which no rewrite is looked for


@dataclass(frozen=True, slots=True)
class Answers:
    """The float64 answers to be checked: a value, and its derivatives by both sweeps.

    `forward` may be empty where there are too many inputs for it.
    """

    value: float
    forward: Mapping[str, float]
    reverse: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Proven:
    """What is known of one number: its value and derivatives with their digits, and why."""

    value: float
    derivatives: tuple[Derivative, ...]
    checks: Checks
    reference: str | None
    digits: int | None
    ulps: float | None
    notes: tuple[str, ...]
    error: GradcalcError | None
    too_few: bool  # correct digits, by --min-digits and --atol


class Proving:
    """The work on one number; `trace` has it for its result, and `wrt` for active inputs.

    `rerun(numbers, name, x)` runs the source again with one input replaced, for the probe;
    `retrace(program)` is the trace of another program at the same point, for rewrites, if any.
    """

    def __init__(
        self,
        run: Run,
        trace: Trace,
        point: Point,
        wrt: tuple[str, ...],
        answers: Answers,
        rerun: Callable[[Any, str, Any], Any],
        retrace: Callable[[Program], Trace] | None,
    ) -> None:
        self.run = run
        self.options = run.options
        self.source = run.source
        self.trace = trace
        self.point = point
        self.at = point.machine()
        self.wrt = wrt
        self.answers = answers
        self.rerun = rerun
        self.retrace = retrace
        self.notes: list[str] = []
        self.unreferenced = False

    def proven(self) -> Proven:
        """Check, probe where there is doubt, and gather."""
        truth = self._reference()
        found = self._kinks(truth)
        sides = self._probe(truth) if self._in_doubt(truth, found) else {}
        proof = self._prove(truth, sides, found)
        value = float(_limit(self.answers.value, sides)) + 0.0
        rows = tuple(self._derivative(name, sides.get(name), proof) for name in self.wrt)
        digits, ulps = proof.count(value, proof.value) if proof else (None, None)
        made = Proven(
            value=value,
            derivatives=rows,
            checks=proof.checks if proof else Checks(unreferenced=self.unreferenced),
            reference=proof.shown(proof.value, self.options.digits or SHOWN) if proof else None,
            digits=digits,
            ulps=ulps,
            notes=(),
            error=self._error(value, rows, sides, truth),
            too_few=False,
        )
        few = bool(self.options.min_digits and proof is not None and self._too_few(made, proof))
        return replace(made, notes=self._noticed(made, proof, sides, found), too_few=few)

    # the checks ---------------------------------------------------------------------------

    def _reference(self) -> Any:
        """The replay in big numbers; None where nothing is checked, or a step has no value."""
        if self.options.check == "off" and self.options.digits is None:
            return None
        from gradcalc.checks.reference import reference

        try:
            return reference(self.trace, self.point, self.wrt, self.options.digits or SHOWN)
        except (ValueError, ArithmeticError):
            self.unreferenced = True
            self.notes.append("no digits are counted: a step has no value in big numbers")
            return None

    def _kinks(self, truth: Any) -> Kinks:
        if truth is None:
            return Kinks(touches_kink(self.trace))
        from gradcalc.checks.kinks import kinks

        return kinks(self.trace, truth)

    def _in_doubt(self, truth: Any, found: Kinks) -> bool:
        """Is there a kink, an equality, or a number that is not finite?"""
        answers = self.answers
        numbers = [answers.value, *answers.reverse.values(), *answers.forward.values()]
        if truth is not None:
            isfinite = truth.numbers.context.isfinite
            if not truth.settled or not all(isfinite(n) for n in truth.all):
                return True
        return found.touched or touches_kink(self.trace) or not all(map(math.isfinite, numbers))

    def _probe(self, truth: Any) -> dict[str, OneSided]:
        """The one-sided probe along each input, all others held."""
        from gradcalc.checks.probe import digits_for, probe

        numbers = big_numbers(digits_for(truth, self.at.values()))
        context: Any = numbers.context
        exact = self.point.numbers(numbers)
        missing = truth is not None and not truth.numbers.context.isfinite(truth.value)

        def along(name: str) -> OneSided:
            return probe(
                lambda x: self.rerun(numbers, name, x), exact[name], context, missing=missing
            )

        return {name: along(name) for name in self.wrt}

    def _prove(self, truth: Any, sides: Mapping[str, OneSided], found: Kinks) -> Any:
        if truth is None:
            return None
        from gradcalc.checks.proof import prove

        context, kink = truth.numbers.context, self.options.kink
        probed = {
            name: side.derivative(truth.reverse[name], kink, context)
            for name, side in sides.items()
        }
        return prove(
            self.trace,
            self.point,
            self.wrt,
            truth,
            _limit(truth.value, sides),
            probed,
            smooth=all(side.status == "smooth" for side in sides.values()),
            sympy=self.options.check == "full",
            claims=not found.by_rounding,
        )

    # the answers --------------------------------------------------------------------------

    def _derivative(self, name: str, side: OneSided | None, proof: Any) -> Derivative:
        back = self.answers.reverse[name]
        ahead = self.answers.forward.get(name)
        gradient = self._gradient(name, back, side, proof)
        at = self.at[name]
        status, left, right = "smooth", None, None
        if side is not None:
            status = side.status
            left = None if side.left is None else float(side.left) + 0.0
            right = None if side.right is None else float(side.right) + 0.0
        if proof is None:
            return Derivative(
                (name,), at, gradient, ahead, back, status=status, left=left, right=right
            )
        truth = proof.gradient[name]
        digits, error = proof.count(gradient, truth)
        symbolic = proof.symbolic.get(name)
        return Derivative(
            (name,),
            at,
            gradient,
            ahead,
            back,
            symbolic=None if symbolic is None else float(symbolic),
            reference=proof.shown(truth, self.options.digits or SHOWN),
            digits=digits,
            ulps=error,
            status=status,
            left=left,
            right=right,
        )

    def _gradient(self, name: str, back: float, side: OneSided | None, proof: Any) -> float:
        """The derivative to report: the reverse sweep's, unless there was doubt."""
        if side is None:
            return back
        if side.status == "smooth" and self.options.kink in ("torch", "jax"):
            return back
        if proof is not None:
            return float(proof.gradient[name])
        context = big_numbers(SHOWN).context
        return float(side.derivative(context.mpf(back), self.options.kink, context))

    def _error(
        self, value: float, rows: tuple[Derivative, ...], sides: Mapping[str, OneSided], truth: Any
    ) -> GradcalcError | None:
        """The explanation where there is no finite answer; None where there is one."""
        if not math.isfinite(value):
            return culprit(self.trace, self.source, "the value", value, sides, truth)
        for row in rows:
            if not math.isfinite(row.gradient):
                what = f"d/d{row.by[0]}"
                return culprit(self.trace, self.source, what, row.gradient, sides, truth)
        return None

    def _too_few(self, made: Proven, proof: Any) -> bool:
        """Has any number fewer correct digits than asked for, and an error above atol?"""
        answers = [(made.value, proof.value, made.digits)]
        answers += [
            (row.gradient, proof.gradient[row.by[0]], row.digits) for row in made.derivatives
        ]
        return any(
            (digits or 0) < self.options.min_digits and not abs(answer - truth) <= self.options.atol
            for answer, truth, digits in answers
        )

    # what is said about it ----------------------------------------------------------------

    def _noticed(
        self, made: Proven, proof: Any, sides: Mapping[str, OneSided], found: Kinks
    ) -> tuple[str, ...]:
        told = list(self.notes)
        if proof is not None and proof.failed:
            told.append(proof.failed)
        if found.by_rounding or any(side.status != "smooth" for side in sides.values()):
            from gradcalc.checks import notes

            for span in found.by_rounding[:3]:
                place = notes.place(self.source, span)
                told.append(f"rounding decided {place}: no digits are claimed")
        if any(side.status != "smooth" for side in sides.values()):
            told += dict.fromkeys(notes.boundaries(self.source, self.trace))
            told += dict.fromkeys(notes.conventions(self.source, self.trace))
        elif self.options.kink in ("torch", "jax") and sides:
            told += [
                f"{self.options.kink} says {row.reverse:.6g} for d/d{row.by[0]}, a smooth point"
                for row in made.derivatives
                if row.digits == 0
            ]
        if proof is not None:
            told += self._of_digits(made, proof, sides)
        return tuple(told)

    def _of_digits(self, made: Proven, proof: Any, sides: Mapping[str, OneSided]) -> Iterator[str]:
        """What float64 lost, and how to keep it."""
        from gradcalc.checks import notes

        yield from notes.underflow(self.source, self.trace, proof.reference)
        for row in made.derivatives:
            true = proof.gradient[row.by[0]]
            small = 0 < abs(true) < 1e-300
            if row.gradient == 0 and row.digits == 0 and proof.claims and small:
                yield f"d/d{row.by[0]} underflows: it is {proof.shown(true, 3)}"
        rescued = list(self._rescued(made))
        yield from rescued
        counted = [made.digits, *(row.digits for row in made.derivatives)]
        low = min((c for c in counted if c is not None), default=16) < LOW
        if (low or rescued) and proof.claims:
            if made.error is None:
                yield from notes.lost_digits(self.source, self.trace, proof.reference)
            yield from self._rewrites(proof, sides)

    def _rescued(self, made: Proven) -> Iterator[str]:
        """The derivatives that float64 could not form and the reference could."""
        for row in made.derivatives:
            lost = math.isfinite(row.gradient) and not math.isfinite(row.reverse)
            if lost and row.status == "smooth":
                yield (
                    f"float64 overflows on the way to d/d{row.by[0]}: "
                    "shown is the reference, rounded"
                )

    def _rewrites(self, proof: Any, sides: Mapping[str, OneSided]) -> list[str]:
        from gradcalc.checks.advice import better

        if self.retrace is None or len(self.source) > LONG or len(self.trace) > LONG:
            return []
        limits = {side.limit for side in sides.values() if side.status == "removable"}
        value = limits.pop() if len(limits) == 1 else proof.value
        found = better(self.run.program, self.retrace, self.point, self.wrt, value, proof)
        return [str(found)] if found and found.digits >= LOW else []


def _limit(value: Any, sides: Mapping[str, OneSided]) -> Any:
    """The value; at a pole the infinity that both sides end in, nan where they differ."""
    for side in sides.values():
        if side.status == "pole":
            return math.nan if side.limit is None else side.limit
    return value
