"""The proof of an answer: reference digits, agreement of the modes, agreement with sympy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcalc.checks.probe import OneSided
from gradcalc.checks.reference import (
    Reference,
    correct_digits,
    is_noise,
    reference,
    same,
    ulps,
)
from gradcalc.result import Checks
from gradcalc.trace.point import Point
from gradcalc.trace.trace import Trace

CANCELS = 4  # digits lost by one subtraction that are worth a note


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """The true value and gradient, sympy's gradient, and what was compared."""

    reference: Reference | None
    value: Any
    gradient: Mapping[str, Any]
    checks: Checks
    symbolic: Mapping[str, Any] = field(default_factory=dict)
    trace: Trace | None = None
    failed: str = ""

    @property
    def _context(self) -> Any:
        assert self.reference is not None
        return self.reference.numbers.context

    def finite(self, number: Any) -> bool:
        """Is this a finite big number?"""
        return self.reference is not None and number is not None and bool(
            self._context.isfinite(number)
        )  # fmt: skip

    def count(self, answer: float, truth: Any) -> tuple[int | None, float | None]:
        """Correct digits and error in units in the last place; None where no truth is known."""
        if self.reference is None or truth is None:
            return None, None
        if self.reference.broken:
            return 0, None
        numbers = self.reference.numbers
        return correct_digits(answer, truth, numbers), ulps(answer, truth, numbers)

    def shown(self, number: Any, digits: int) -> str | None:
        """A big number as a decimal string."""
        if self.reference is None or number is None:
            return None
        context = self._context
        if context.isnan(number):
            return "NaN"
        if context.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        if is_noise(number, context.dps, context):
            return "0"
        return str(context.nstr(number, digits, strip_zeros=True)).removesuffix(".0")

    def notes(self, source: str, digits: int | None) -> list[str]:
        """What the replay noticed: a branch that rounding decided, digits that cancelled."""
        told = [self.failed] if self.failed else []
        if self.reference is None or self.trace is None:
            return told
        for guard in self.reference.broken[:3]:
            text = source[guard.span.start : guard.span.end] if guard.span else guard.op
            told.append(f"rounding decided the branch at {text}: no digits are claimed")
        lost = _worst_cancellation(self.trace, self.reference)
        if lost is not None and lost[0] >= CANCELS:
            span = self.trace.spans[lost[1]]
            text = source[span.start : span.end] if span else "a difference"
            column = f" at column {span.start + 1}" if span else ""
            told.append(f"{text}{column} cancels {lost[0]} digits")
        return told


def prove(
    trace: Trace,
    point: Point,
    wrt: tuple[str, ...],
    sides: Mapping[str, OneSided],
    *,
    sympy: bool,
    digits: int,
) -> Proof:
    """Replay, compare modes and sympy; where the probe spoke, its word is the truth."""
    try:
        truth = reference(trace, point, wrt, digits)
    except (ValueError, ArithmeticError):
        return Proof(
            None, None, {}, Checks(), failed="no reference: a step has no value in big numbers"
        )
    gradient = dict(truth.reverse)
    context: Any = truth.numbers.context
    for name, side in sides.items():
        if side.mean is not None and side.status != "jump":
            probed = context.mpf(side.mean)
            apart = abs(probed - gradient[name])
            # A difference quotient is right in 20 digits or so: where they agree, the rules are.
            if not apart <= max(1, abs(probed)) * context.mpf(10) ** -20:
                gradient[name] = probed
    smooth = [name for name in wrt if name not in sides]
    if sides and not smooth:
        checks = Checks(None, None, "probe", truth.digits)
        return Proof(truth, truth.value, gradient, checks, trace=trace)
    checks = Checks(truth.modes_agree, None, "none", truth.digits)
    if not sympy:
        return Proof(truth, truth.value, gradient, checks, trace=trace)
    return _with_sympy(trace, wrt, truth, gradient)


def _with_sympy(
    trace: Trace, wrt: tuple[str, ...], truth: Reference, gradient: Mapping[str, Any]
) -> Proof:
    from gradcalc.checks.symbolic import NotEvaluatedError, symbolic_gradient

    try:
        found, method = symbolic_gradient(trace, truth.values, truth.numbers, wrt)
    except (NotEvaluatedError, ValueError, ArithmeticError) as error:
        checks = Checks(truth.modes_agree, None, "none", truth.digits)
        failed = f"sympy gives no derivative to compare with: {error}"
        return Proof(truth, truth.value, gradient, checks, trace=trace, failed=failed)
    agree = all(same(found[name], gradient[name], truth.numbers) for name in wrt)
    checks = Checks(truth.modes_agree, agree, method, truth.digits)
    return Proof(truth, truth.value, gradient, checks, found, trace)


def _worst_cancellation(trace: Trace, truth: Reference) -> tuple[int, int] | None:
    """The subtraction that loses most digits: (digits, slot)."""
    context: Any = truth.numbers.context
    worst: tuple[int, int] | None = None
    for slot, row in enumerate(trace.rules):
        if row.name not in ("add", "sub"):
            continue
        left, right = (truth.values[a] for a in trace.arguments[slot])
        out = truth.values[slot]
        if not out or not left or not right or not context.isfinite(out):
            continue
        lost = int((context.mag(max(abs(left), abs(right))) - context.mag(out)) * 0.30103)
        exact = trace.values[slot] == out
        if not exact and (worst is None or lost > worst[0]):
            worst = lost, slot
    return worst
