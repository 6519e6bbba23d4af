"""What went wrong with a claimed derivative, where it can be recognised.

Claims and truths at several points are compared with what the usual slips give.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.claims.formulas import MAX_INSTRUCTIONS, NO_FORMULA, derivative_of
from gradcalc.claims.sample import TRANSPOSED, Sample, big_elements, known
from gradcalc.claims.terms import without_a_term
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Unary
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.rule import Family
from gradcalc.rules.table import SCALAR
from gradcalc.run.reading import read_program
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

MAX_INNER = 30  # inner expressions of arrays that are tried
RATIO_TOLERANCE = 1e-15  # relative, of ratios in big numbers
NUMBER_TOLERANCE = 1e-9  # relative; the numbers are right in more digits than float64 has
SMALL_FACTORS = (2, 3, 4, 10)  # that a single number may be wrong by, or by their inverses


class FamousFactor(NamedTuple):
    """A factor that is known by its cause, where a function of this family is in the program."""

    factor: float
    family: Family
    cause: str
    name: str


FAMOUS_FACTORS = (
    FamousFactor(math.pi / 180, "angle", "radians were taken for degrees", "pi/180"),
    FamousFactor(180 / math.pi, "angle", "degrees were taken for radians", "180/pi"),
    FamousFactor(math.log(10), "logarithm", "log10 was taken for ln", "ln(10)"),
    FamousFactor(1 / math.log(10), "logarithm", "ln was taken for log10", "1/ln(10)"),
)


def diagnosed(by: str, samples: Sequence[Sample], slack: float | None = None) -> str | None:
    """The first of the usual slips that explains every point; None where none does.

    A claim that is a number is known to `slack`; it says less, so less is guessed. Slips are told
    by float64 where it can: what is that near to the truth can be told to be a constant factor, no
    more.
    """
    if all(_same(claimed, true) for claimed, true in _pairs(samples)):
        return None if slack is not None else _factor(by, samples)
    if slack is not None:
        return (
            _factor_of_number(samples, slack)
            or _transposed(by, samples)
            or _other_input(by, samples, slack)
        )
    slips: tuple[Callable[[str, Sequence[Sample]], str | None], ...] = (
        _sign,
        _famous_factor,
        _chain,
        _dropped,
        _factor,
        _transposed,
        _other_input,
        _chain_of_elements,
        _mistaken,
    )
    return next((text for slip in slips if (text := slip(by, samples))), None)


def _times(factor: object) -> str:
    return f"it is {factor} times the true derivative"


# signs and factors ------------------------------------------------------------------------


def _factor_of_number(samples: Sequence[Sample], slack: float) -> str | None:
    """The sign, or a small factor, of numbers that are claimed for a single point."""
    pairs = _pairs(samples)
    if not all(true and abs(claimed) > slack for claimed, true in pairs):
        return None
    if all(_same(claimed, -true, slack) for claimed, true in pairs):
        return "the sign is wrong"
    for factor in (Fraction(f) for k in SMALL_FACTORS for f in (k, Fraction(1, k))):
        if all(_same(claimed, float(factor) * true, slack) for claimed, true in pairs):
            return f"a constant factor: {_times(factor)}"
    return None


def _pairs(samples: Sequence[Sample]) -> list[tuple[Any, Any]]:
    return [pair for sample in samples for pair in sample.pairs]


def _same(a: Any, b: Any, slack: float = 0.0) -> bool:
    """Are two numbers equal, big ones or floats? At every scale: 1e-320 is not 2e-320."""
    return bool(abs(a - b) <= max(NUMBER_TOLERANCE * max(abs(a), abs(b)), slack))


def _sign(by: str, samples: Sequence[Sample]) -> str | None:
    if all(_same(claimed, -true) for claimed, true in _pairs(samples)):
        return "the sign is wrong"
    return None


def _famous_factor(by: str, samples: Sequence[Sample]) -> str | None:
    """A constant factor that is known by its cause."""
    ratio = _common_ratio(samples)
    if ratio is None:
        return None
    families = {row.family for row in samples[0].result.steps.trace.rules}
    for famous in FAMOUS_FACTORS:
        if famous.family in families and _same(float(ratio), famous.factor):
            return f"{famous.cause}: {_times(famous.name)}"
    return None


def _factor(by: str, samples: Sequence[Sample]) -> str | None:
    """Any other constant factor."""
    ratio = _common_ratio(samples)
    return None if ratio is None else f"a constant factor: {_times(_ratio_text(ratio))}"


def _common_ratio(samples: Sequence[Sample]) -> Any | None:
    """The claim by the truth, as a big number, where that is the same at all points, and not 0."""
    pairs = _pairs(samples)
    ratios = [claimed / true for claimed, true in pairs if true]
    if not ratios or any(claimed and not true for claimed, true in pairs):
        return None
    first = ratios[0]
    if not float(first) or not all(math.isfinite(float(ratio)) for ratio in ratios):
        return None
    near = min(RATIO_TOLERANCE, NUMBER_TOLERANCE * abs(first - 1))
    constant = all(abs(ratio / first - 1) <= near for ratio in ratios)
    return first if constant else None


def _ratio_text(ratio: Any) -> str:
    """1/2, where it is such a fraction; 1.00000000001 in full, for it would be shortened to 1."""
    if _same(float(ratio), 1):
        return str(ratio)
    fraction = Fraction(float(ratio)).limit_denominator(1000)
    return str(fraction) if _same(float(fraction), float(ratio)) else f"{float(ratio):.12g}"


# other derivatives ------------------------------------------------------------------------


def _transposed(by: str, samples: Sequence[Sample]) -> str | None:
    return TRANSPOSED if all(map(_is_transposed, samples)) else None


def _is_transposed(sample: Sample) -> bool:
    if len(sample.shape) != 2:
        return False
    rows, columns = sample.shape
    transposed = [sample.true[j * columns + i] for i, j in product(range(columns), range(rows))]
    pairs = zip(sample.claimed, transposed, strict=True)
    return all(_same(claimed, true) for claimed, true in pairs)


def _other_input(by: str, samples: Sequence[Sample], slack: float = 0.0) -> str | None:
    """The derivative by another input."""
    for name in samples[0].result.steps.trace.inputs:
        if name != by and all(_is_derivative_by(name, sample, slack) for sample in samples):
            return f"it is the derivative by {name}"
    return None


def _is_derivative_by(name: str, sample: Sample, slack: float) -> bool:
    result = evaluate(sample.result.expr, sample.at, wrt=(name,), options=Options(check="fast"))
    (derivative,) = result.derivatives
    if not known(derivative):
        return False
    numbers = big_elements(derivative.reference)
    return len(numbers) == len(sample.claimed) and all(
        _same(claimed, other, slack) for claimed, other in zip(sample.claimed, numbers, strict=True)
    )


def _all_same(big: Sequence[Any], answer: Any) -> bool:
    """Are these the numbers of an array, in order, or the single number?"""
    floats = answer.ravel().tolist() if hasattr(answer, "ravel") else [answer]
    return len(floats) == len(big) and all(map(_same, big, floats))


# the chain rule ---------------------------------------------------------------------------


def _missing(inner: str, by: str) -> str:
    return f"the chain rule's factor d({inner})/d{by} is missing"


def _chain(by: str, samples: Sequence[Sample]) -> str | None:
    """A factor of the chain rule that is missing: the derivative of an inner expression."""
    if any(sample.shape for sample in samples) or not _ran_alike(samples):
        return None
    trace = samples[0].result.steps.trace
    missing = [t / c if c else math.nan for c, t in _pairs(samples)]
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
    return bool(inner) and _same(missing, float(inner or 0.0))


def _chain_of_elements(by: str, samples: Sequence[Sample]) -> str | None:
    """The same of arrays: an inner expression's derivative, element by element."""
    body = read_program(samples[0].result.expr, samples[0].at)[0].body
    if not all(sample.shape for sample in samples) or len(body) != 1:
        return None
    for part in [part for part in body[0].walk() if isinstance(part, Binary | Call)][:MAX_INNER]:
        inner = to_text(part)
        try:
            factors = [_value(f"grad(sum({inner}), {by})", sample) for sample in samples]
        except GradcalcError:
            continue
        if all(map(_explains, factors, samples)):
            return _missing(inner, by)
    return None


def _explains(factor: Any, sample: Sample) -> bool:
    """Is the truth the claim times this factor, element by element?"""
    if not shape_of(factor) or factor.size != len(sample.true) or not factor.all():
        return False
    return _all_same(sample.true, factor.ravel() * [float(x) for x in sample.claimed])


def _value(text: str, sample: Sample) -> Any:
    return evaluate(text, sample.at, wrt=(), options=Options(check="off")).value


# functions that are taken for others ------------------------------------------------------


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


def _mistaken(by: str, samples: Sequence[Sample]) -> str | None:
    """The derivative of, or as, another function of nearly the same name."""
    return _explaining(_mistaken_derivatives(by, samples[0].result.steps.trace), samples)


def _dropped(by: str, samples: Sequence[Sample]) -> str | None:
    """A sum or a product whose derivative lacks a term."""
    if any(sample.shape for sample in samples):
        return None
    return _explaining(without_a_term(by, samples[0].result.steps.trace), samples)


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
    if _all_same(sample.claimed, _value(text, sample)):
        return True
    true = big_elements(evaluate(text, sample.at, wrt=(), options=Options(check="fast")).reference)
    pairs = zip(sample.claimed, true, strict=False)
    return len(true) == len(sample.claimed) and all(_same(*pair) for pair in pairs)


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
