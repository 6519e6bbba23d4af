"""Slips with the chain rule: the derivative of an inner expression is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from gradcalc.claims.sample import Sample, pairs_of, same, same_numbers, value_at
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary, Call, Expr
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.reading import read_program
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

MAX_INNER = 30  # inner expressions of arrays that are tried


def _missing(inner: str, by: str) -> str:
    return f"the chain rule's factor d({inner})/d{by} is missing"


def inner_derivative(by: str, samples: Sequence[Sample]) -> str | None:
    """A factor of the chain rule that is missing, where derivatives are numbers."""
    if any(sample.shape for sample in samples) or not _ran_alike(samples):
        return None
    trace = samples[0].result.steps.trace
    missing = [t / c if c else math.nan for c, t in pairs_of(samples)]
    tangents = [sample.result.steps.tangents.get(by, []) for sample in samples]
    for slot in _inner_slots(trace):
        factors = [column[slot] for column in tangents if slot < len(column)]
        if len(factors) == len(missing) and all(map(_is_factor, missing, factors)):
            return _missing(to_text(formula(trace, slot)), by)
    return None


def _ran_alike(samples: Sequence[Sample]) -> bool:
    """Have the runs equally many instructions? Then a slot is the same expression in all."""
    return len({len(sample.result.steps.trace) for sample in samples}) == 1


def _inner_slots(trace: Trace) -> Iterator[int]:
    for slot, row in enumerate(trace.rules):
        if row not in (INPUT, CONSTANT) and slot != trace.result:
            yield slot


def _is_factor(missing: float, inner: float | None) -> bool:
    # Of an inner derivative that is 0 anything is a multiple.
    return bool(inner) and same(missing, float(inner or 0.0))


def inner_derivative_of_elements(by: str, samples: Sequence[Sample]) -> str | None:
    """The same where they are arrays, element by element."""
    body = read_program(samples[0].result.expr, samples[0].point)[0].body
    if not all(sample.shape for sample in samples) or len(body) != 1:
        return None
    for inner in map(to_text, _inner_parts(body[0])):
        try:
            if all(_explains(f"grad(sum({inner}), {by})", sample) for sample in samples):
                return _missing(inner, by)
        except GradcalcError:
            continue
    return None


def _inner_parts(body: Any) -> Sequence[Expr]:
    return [part for part in body.walk() if isinstance(part, Binary | Call)][:MAX_INNER]


def _explains(text: str, sample: Sample) -> bool:
    """Is the truth the claim times the value of this formula, element by element?"""
    factor = value_at(text, sample)
    if not shape_of(factor) or factor.size != len(sample.true) or not factor.all():
        return False
    return same_numbers(sample.true, factor.ravel() * [float(x) for x in sample.claimed])
