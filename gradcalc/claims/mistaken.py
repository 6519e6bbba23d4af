"""Slips that make another formula of a derivative: a term left out, a function taken for another.

Each derivative that such a slip would give is written out, and the claim is compared with its value
at all points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.claims.formulas import MAX_INSTRUCTIONS, NO_FORMULA, derivative_of
from gradcalc.claims.sample import Sample, same, same_numbers, value_at
from gradcalc.claims.terms import without_a_term
from gradcalc.claims.truth import truth_of
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Unary
from gradcalc.rules.table import SCALAR
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import Trace


class Mistake(NamedTuple):
    """Calls of functions that were taken for `other`."""

    functions: tuple[str, ...]
    other: Callable[[Call], Expr]
    cause: str


MISTAKES = (
    Mistake(
        tuple(row.name for row in SCALAR.values() if row.family == "angle"),
        lambda call: Call(call.function, (Call("deg", call.arguments),)),
        "radians were taken for degrees",
    ),
    Mistake(("log",), lambda call: Call("log10", call.arguments), "ln was taken for log10"),
    Mistake(("log10",), lambda call: Call("log", call.arguments), "log10 was taken for ln"),
)


def dropped_term(by: str, samples: Sequence[Sample]) -> str | None:
    """A sum or a product whose derivative lacks a term."""
    if any(sample.shape for sample in samples):
        return None
    return _explaining(without_a_term(by, samples[0].result.steps.trace), samples)


def other_function(by: str, samples: Sequence[Sample]) -> str | None:
    """The derivative of, or as, another function of nearly the same name."""
    return _explaining(_mistaken_derivatives(by, samples[0].result.steps.trace), samples)


def _explaining(candidates: Iterable[tuple[str, str]], samples: Sequence[Sample]) -> str | None:
    """The cause of the first wrong derivative, a text, that the claim equals at all points."""
    for text, cause in candidates:
        try:
            if all(_equals(text, sample) for sample in samples):
                return cause
        except GradcalcError:
            continue
    return None


def _equals(text: str, sample: Sample) -> bool:
    """Is the claim the value of this formula, in float64, or where that cancels, in truth?"""
    if same_numbers(sample.claimed, value_at(text, sample)):
        return True
    exact = truth_of(evaluate(text, sample.point, wrt=(), options=Options(check="fast")))
    if exact is None or len(exact.numbers) != len(sample.claimed):
        return False
    return all(map(same, sample.claimed, exact.numbers))


def _mistaken_derivatives(by: str, trace: Trace) -> Iterator[tuple[str, str]]:
    """What the derivative would be after each mistake, as a text, and the mistake."""
    if trace.statics or trace.guards or trace.solutions or len(trace) > MAX_INSTRUCTIONS:
        return
    try:
        derivative, whole = derivative_of(trace, by), formula(trace, trace.result)
    except NO_FORMULA:
        return
    if derivative is None:
        return
    for mistake in MISTAKES:
        # Made in the derivative, which was right before, or in the function, and differentiated.
        for true, template in ((derivative, "{0}"), (whole, "D({0}, {1})")):
            mistaken = _swapped(true, mistake)
            if mistaken != true:
                yield template.format(to_text(mistaken), by), mistake.cause


def _swapped(node: Expr, mistake: Mistake) -> Expr:
    """A formula with the mistake made in every call."""
    if isinstance(node, Binary):
        return Binary(node.op, _swapped(node.left, mistake), _swapped(node.right, mistake))
    if isinstance(node, Unary):
        return Unary(node.op, _swapped(node.operand, mistake))
    if isinstance(node, Call):
        call = Call(node.function, tuple(_swapped(n, mistake) for n in node.arguments))
        is_mistaken = node.function in mistake.functions and len(call.arguments) == 1
        return mistake.other(call) if is_mistaken else call
    return node
