"""The true derivative as a formula, where it is short enough to be shown and compared."""

from __future__ import annotations

from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.syntax import Expr
from gradcalc.modes.derived import gradient_trace
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import Trace

MAX_INSTRUCTIONS = 300  # of a trace whose derivative is written out
MAX_CHARS = 300  # of a formula that is shown

# A trace may have rows without a formula, or a formula too deep to be walked.
NO_FORMULA = (GradcalcError, ValueError, ArithmeticError, RecursionError)


def derivative_of(trace: Trace, by: str) -> Expr | None:
    """The derivative by an input, from the partial derivatives of the rules."""
    if len(trace) > MAX_INSTRUCTIONS:
        return None
    try:
        derivative, slots = gradient_trace(trace, (by,))
        return formula(derivative, slots[by])
    except NO_FORMULA:
        return None


def derivative_text(trace: Trace, by: str) -> str | None:
    """The same as text; None where it is too long."""
    derivative = derivative_of(trace, by)
    try:
        text = "" if derivative is None else to_text(derivative)
    except NO_FORMULA:
        return None
    return text if 0 < len(text) <= MAX_CHARS else None
