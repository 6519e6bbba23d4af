"""What went wrong with a claimed derivative, where it can be recognised.

Claims and truths at several points are compared with what the usual slips give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.claims.chain import inner_derivative, inner_derivative_of_elements
from gradcalc.claims.factors import constant_factor, famous_factor, small_factor, wrong_sign
from gradcalc.claims.mistaken import dropped_term, other_function
from gradcalc.claims.sample import TRANSPOSED, Sample, pairs_of, same
from gradcalc.claims.truth import truth_of

Slip = Callable[[str, Sequence[Sample]], str | None]


def diagnosed(by: str, samples: Sequence[Sample], slack: float | None = None) -> str | None:
    """The first of the usual slips that explains every point; None where none does.

    A claim that is a number is known to `slack`; it says less, so less is guessed. Slips are told
    by float64 where it can: what is that near to the truth can be told to be a constant factor, no
    more.
    """
    if all(same(claimed, true) for claimed, true in pairs_of(samples)):
        return None if slack is not None else constant_factor(by, samples)
    if slack is not None:
        return (
            small_factor(by, samples, slack)
            or _transposed(by, samples)
            or _other_input(by, samples, slack)
        )
    slips: tuple[Slip, ...] = (
        wrong_sign,
        famous_factor,
        inner_derivative,
        dropped_term,
        constant_factor,
        _transposed,
        _other_input,
        inner_derivative_of_elements,
        other_function,
    )
    return next((text for slip in slips if (text := slip(by, samples))), None)


def _transposed(by: str, samples: Sequence[Sample]) -> str | None:
    return TRANSPOSED if all(map(_is_transposed, samples)) else None


def _is_transposed(sample: Sample) -> bool:
    if len(sample.shape) != 2:
        return False
    rows, columns = sample.shape
    transposed = [sample.true[j * columns + i] for i, j in product(range(columns), range(rows))]
    return all(map(same, sample.claimed, transposed))


def _other_input(by: str, samples: Sequence[Sample], slack: float = 0.0) -> str | None:
    """The derivative by another input."""
    for name in samples[0].result.steps.trace.inputs:
        if name != by and all(_is_derivative_by(name, sample, slack) for sample in samples):
            return f"it is the derivative by {name}"
    return None


def _is_derivative_by(name: str, sample: Sample, slack: float) -> bool:
    result = evaluate(sample.result.expr, sample.point, wrt=(name,), options=Options(check="fast"))
    (derivative,) = result.derivatives
    other = truth_of(derivative)
    if other is None or not other.is_finite or len(other.numbers) != len(sample.claimed):
        return False
    pairs = zip(sample.claimed, other.numbers, strict=True)
    return all(same(claimed, true, slack) for claimed, true in pairs)
