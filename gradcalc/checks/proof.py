"""The proof of an answer: reference digits, agreement of the modes, agreement with sympy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from gradcalc.checks.checks import Checks
from gradcalc.checks.reference import Reference, Replay, confirms, counted, replayed
from gradcalc.rules.enclosures import last_digits
from gradcalc.run.point import Point
from gradcalc.trace.trace import Trace

Symbolic = Literal["whole", "instruction"]  # what sympy differentiates
PROBED_DIGITS = 16  # of a difference quotient that count as right; it has 20 or so


class Proof(NamedTuple):
    """The true value and gradient, sympy's gradient, and what was compared.

    `claims` is False where rounding decided the run: then no digit is claimed.
    """

    reference: Reference
    value: Any
    gradient: Mapping[str, Any]
    checks: Checks
    symbolic: Mapping[str, Any] = MappingProxyType({})
    claims: bool = True
    failed: str = ""
    probed: frozenset[str] = frozenset()  # inputs whose derivative is a probe's quotient

    def counted(self, answer: float, truth: Any) -> tuple[int, float | None]:
        """Correct digits and error in units in the last place."""
        if not self.claims:
            return 0, None
        return counted(answer, truth, self.reference.numbers)

    def right_digits(self, name: str | None, wanted: int) -> int:
        """How many of so many digits are right in the true value, or derivative by an input.

        By the bound of the replay, for the number rounded to `wanted` digits; what germs give is
        right in all that were asked of them, a probe's quotient in PROBED_DIGITS.
        """
        truth = self.value if name is None else self.gradient[name]
        if not self.claims or self.reference.numbers.context.isnan(truth):
            return 0
        if name in self.probed:
            return min(wanted, PROBED_DIGITS)
        own = self.reference.value if name is None else self.reference.reverse[name]
        if truth != own:  # found beside the point, by germs
            return wanted
        known = self.reference.reverse_digits
        bounded = self.reference.value_digits if name is None else known.get(name, 0)
        return wanted if bounded > wanted else max(0, bounded - 1)

    def text(self, number: Any, digits: int) -> str:
        """A big number as a decimal string."""
        context = self.reference.numbers.context
        if context.isnan(number):
            return "NaN"
        if context.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        text = str(context.nstr(number, digits, strip_zeros=True))
        return text.removesuffix(".0").replace(".0e", "e")


def prove(
    trace: Trace,
    point: Point,
    wrt: tuple[str, ...],
    truth: Reference,
    value: Any,
    one_sided: Mapping[str, Any],
    *,
    smooth: bool,
    method: str,
    sympy: Symbolic | None,
    claims: bool,
) -> Proof:
    """Compare the modes and sympy, whose derivative is that of the whole expression or that of each
    instruction; where the latter does not agree, the whole is asked.

    `value` is the true one; `one_sided` are the derivatives that were found beside the point, by a
    `method` (germs or probe), and `smooth` says that there is no kink. A probe's quotients are
    right to 20 digits or so: where the rules agree with them, the rules' derivatives are kept.
    """
    context: Any = truth.numbers.context
    gradient = dict(truth.reverse)
    replaced = set()
    for name, number in one_sided.items():
        quotient = context.mpf(number)
        near = abs(quotient) * context.mpf(10) ** -20
        if not (context.isfinite(quotient) and abs(quotient - gradient[name]) <= near):
            gradient[name] = quotient
            replaced.add(name)
            smooth = False
    probed = frozenset(replaced if method == "probe" else ())
    alone = _checks(truth, None, None, method)
    beside = Proof(truth, value, gradient, alone, claims=claims, probed=probed)
    if not smooth:
        return beside
    failed = ""
    symbolic: Mapping[str, Any] = {}
    if not sympy:
        checks = _checks(truth, truth.modes_agree)
    else:
        ask = partial(_with_sympy, trace, point, wrt, truth, gradient)
        checks, symbolic, failed = ask(whole=sympy == "whole")
        if sympy == "instruction" and not checks.symbolic:
            checks, symbolic, failed = ask(whole=True)
    if one_sided and sympy and not checks.symbolic:  # sympy, too, may fail at such a point
        return beside
    return Proof(truth, value, gradient, checks, symbolic, claims, failed)


def _checks(
    truth: Reference, modes: bool | None, symbolic: bool | None = None, method: str = "none"
) -> Checks:
    directions = len(truth.slopes) if modes is not None else 0
    return Checks(modes, symbolic, method, truth.digits, directions, proof=truth.proof)


def _with_sympy(
    trace: Trace,
    point: Point,
    wrt: tuple[str, ...],
    truth: Reference,
    gradient: Mapping[str, Any],
    *,
    whole: bool,
) -> tuple[Checks, Mapping[str, Any], str]:
    """sympy's derivative may cancel where ours does not: it gets more digits until it agrees."""
    from gradcalc.checks.symbolic import SymbolicGradient
    from gradcalc.checks.sympy_values import NotEvaluatedError

    replay: Reference | Replay = truth
    last = last_digits(len(trace), trace.rules)
    try:
        derive = SymbolicGradient(trace, wrt, whole=whole)
        while True:
            derivatives = derive(replay.values, replay.numbers)
            agree = all(confirms(derivatives[name], gradient[name], replay.numbers) for name in wrt)
            if agree or 2 * replay.digits > last:
                break
            replay = replayed(trace, point, 2 * replay.digits)
        if not agree and not derive.exact:
            raise NotEvaluatedError(f"its terms cancel all of {replay.digits} digits")
    except (NotEvaluatedError, ValueError, ArithmeticError) as error:
        checks = _checks(truth, truth.modes_agree)
        failed = f"sympy gives no derivative to compare with: {error}"
        return checks, {}, failed
    return _checks(truth, truth.modes_agree, agree, derive.method), derivatives, ""
