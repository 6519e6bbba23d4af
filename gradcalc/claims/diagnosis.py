"""What went wrong with a claimed derivative, where it can be recognised.

Claims and truths at several points are compared with what the usual slips give.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.errors import GradcalcError
from gradcalc.language.syntax import Binary, Call, Expr, Unary
from gradcalc.rules.table import SCALAR
from gradcalc.trace.formula import formula
from gradcalc.trace.trace import CONSTANT, INPUT

INNER = 30  # inner expressions of arrays that are tried
LONG = 300  # instructions past which no formula is made
ANGLES = tuple(row.name for row in SCALAR.values() if row.family == "angle")
LOGS = tuple(row.name for row in SCALAR.values() if row.family == "logarithm")
NEARLY = 1e-15  # relative, of ratios in big numbers
CLOSE = 1e-9  # relative; the numbers are right in more digits than float64 has
TURNED = "it is the transpose of the Jacobian: J[i, j] is the derivative of f[i] by x[j]"
SLIPS = (2, 3, 4, 10)  # factors that a single number may be wrong by, or by their inverses
KNOWN = (
    (math.pi / 180, "radians were taken for degrees: it is pi/180 times the true derivative"),
    (180 / math.pi, "degrees were taken for radians: it is 180/pi times the true derivative"),
    (math.log(10), "log10 was taken for ln: it is ln(10) times the true derivative"),
    (1 / math.log(10), "ln was taken for log10: it is 1/ln(10) times the true derivative"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What is claimed and what is true at a point, element by element, as big numbers.

    Where the claim has no value, `why` says so and its numbers are none.
    """

    at: Mapping[str, str]
    claimed: list[Any]
    true: list[Any]
    shape: tuple[int, ...]
    result: Result
    why: str | None = None


def diagnosed(by: str, samples: Sequence[Sample], slack: float | None = None) -> str | None:
    """The first of the usual slips that explains every point; None where none does.

    A claim that is a number is known to `slack`; it says less, so less is guessed.
    """
    if slack is not None:
        return _of_a_number(samples, slack) or (
            _transposed(by, samples) or _other_input(by, samples, slack)
        )
    slips: tuple[Callable[[str, Sequence[Sample]], str | None], ...] = (
        _sign,
        _factor,
        _transposed,
        _other_input,
        _chain,
        _chain_of_elements,
        _mistaken,
    )
    for slip in slips:
        found = slip(by, samples)
        if found:
            return found
    return None


def _of_a_number(samples: Sequence[Sample], slack: float) -> str | None:
    """The sign, or a small factor, of numbers that are claimed for a single point."""
    pairs = _pairs(samples)
    if not all(t and abs(c) > slack for c, t in pairs):
        return None
    if all(_same(c, -t, slack) for c, t in pairs):
        return "the sign is wrong"
    for factor in (Fraction(f) for k in SLIPS for f in (k, Fraction(1, k))):
        if all(_same(c, float(factor) * t, slack) for c, t in pairs):
            return f"a constant factor: it is {factor} times the true derivative"
    return None


def _pairs(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    return [(float(c), float(t)) for s in samples for c, t in zip(s.claimed, s.true, strict=True)]


def _same(a: float, b: float, slack: float = 0.0) -> bool:
    return math.isclose(a, b, rel_tol=CLOSE, abs_tol=max(1e-300, slack))


def _sign(by: str, samples: Sequence[Sample]) -> str | None:
    if all(_same(c, -t) for c, t in _pairs(samples)):
        return "the sign is wrong"
    return None


def _factor(by: str, samples: Sequence[Sample]) -> str | None:
    """A constant factor; the well-known ones by their names."""
    exactly = [c / t for s in samples for c, t in zip(s.claimed, s.true, strict=True) if t]
    ratios = [float(ratio) for ratio in exactly]
    if any(c and not t for c, t in _pairs(samples)) or not all(map(math.isfinite, ratios)):
        return None
    if not ratios or not all(_same(r, ratios[0]) for r in ratios) or not ratios[0]:
        return None
    if not all(abs(ratio / exactly[0] - 1) < NEARLY for ratio in exactly):
        return None
    functions = {row.name for row in samples[0].result.steps.trace.rules}
    for factor, told in KNOWN:
        meant = LOGS if "log" in told or "ln" in told else ANGLES
        if _same(ratios[0], factor) and functions & set(meant):
            return told
    if _same(ratios[0], 1):
        return f"a constant factor: it is {exactly[0]} times the true derivative"
    exact = Fraction(ratios[0]).limit_denominator(1000)
    nice = _same(float(exact), ratios[0])
    shown = str(exact) if nice else f"{ratios[0]:.12g}"
    return f"a constant factor: it is {shown} times the true derivative"


def _transposed(by: str, samples: Sequence[Sample]) -> str | None:
    import itertools

    for sample in samples:
        if len(sample.shape) != 2:
            return None
        rows, columns = sample.shape
        places = itertools.product(range(columns), range(rows))
        turned = [sample.true[j * columns + i] for i, j in places]
        if not all(_same(float(c), float(t)) for c, t in zip(sample.claimed, turned, strict=True)):
            return None
    return TURNED


def _other_input(by: str, samples: Sequence[Sample], slack: float = 0.0) -> str | None:
    """The derivative by another variable."""
    trace = samples[0].result.steps.trace
    for name in trace.inputs:
        if name != by and _is_derivative_by(name, samples, slack):
            return f"it is the derivative by {name}"
    return None


def _is_derivative_by(name: str, samples: Sequence[Sample], slack: float) -> bool:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.request import Options

    for sample in samples:
        found = evaluate(
            sample.result.expr, sample.at, wrt=(name,), options=Options(check="off")
        ).gradient[name]
        if not _all_same(sample.claimed, found, slack):
            return False
    return True


def _all_same(claimed: Sequence[Any], found: Any, slack: float = 0.0) -> bool:
    """Are numbers those of an array (or a single one), in order?"""
    flat = found.ravel().tolist() if hasattr(found, "ravel") else [found]
    return len(flat) == len(claimed) and all(
        _same(float(c), f, slack) for c, f in zip(claimed, flat, strict=True)
    )


def _chain(by: str, samples: Sequence[Sample]) -> str | None:
    """A factor of the chain rule that is missing: the derivative of an inner expression."""
    traces = [sample.result.steps.trace for sample in samples]
    if any(sample.shape for sample in samples) or len({len(trace) for trace in traces}) > 1:
        return None
    ratios = [t / c if c else math.nan for c, t in _pairs(samples)]
    for slot, row in enumerate(traces[0].rules):
        if row in (INPUT, CONSTANT) or slot == traces[0].result:
            continue
        inner = [
            sample.result.steps.tangents.get(by, [None])[slot]
            for sample in samples
            if len(sample.result.steps.tangents.get(by, ())) > slot
        ]
        # Of an inner derivative that is 0 anything is a multiple.
        if len(inner) == len(ratios) and all(
            d and _same(r, float(d)) for r, d in zip(ratios, inner, strict=True)
        ):
            return f"the chain rule's factor d({_text(traces[0], slot)})/d{by} is missing"
    return None


def _text(trace: Any, slot: int) -> str:
    from gradcalc.language import to_text

    return to_text(formula(trace, slot))


def _chain_of_elements(by: str, samples: Sequence[Sample]) -> str | None:
    """The same of arrays: an inner expression's derivative, element by element."""
    from gradcalc.language import parse, to_text
    from gradcalc.run.forms import reserved

    body = parse(samples[0].result.expr, functions=reserved()).body
    if not all(sample.shape for sample in samples) or len(body) != 1:
        return None
    for part in [part for part in body[0].walk() if isinstance(part, Binary | Call)][:INNER]:
        inner = to_text(part)
        try:
            factors = [_value(f"grad(sum({inner}), {by})", sample) for sample in samples]
        except GradcalcError:
            continue
        if all(
            hasattr(factor, "shape")
            and factor.size == len(s.true)
            and factor.all()
            and _all_same(s.true, factor.ravel() * [float(c) for c in s.claimed])
            for factor, s in zip(factors, samples, strict=True)
        ):
            return f"the chain rule's factor d({inner})/d{by} is missing"
    return None


def _value(text: str, sample: Sample) -> Any:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.request import Options

    return evaluate(text, sample.at, wrt=(), options=Options(check="off")).value


# functions that are taken for others ------------------------------------------------------

MISTAKEN: tuple[tuple[tuple[str, ...], Callable[[Call], Expr], str], ...] = (
    (
        ANGLES,
        lambda c: Call(c.function, (Call("deg", c.arguments),)),
        "radians were taken for degrees",
    ),
    (("log",), lambda c: Call("log10", c.arguments), "ln was taken for log10"),
    (("log10",), lambda c: Call("log", c.arguments), "log10 was taken for ln"),
)


def _mistaken(by: str, samples: Sequence[Sample]) -> str | None:
    """The derivative of, or as, another function of nearly the same name."""
    from gradcalc.language import to_text
    from gradcalc.modes.derived import gradient_trace

    trace = samples[0].result.steps.trace
    if trace.statics or trace.guards or len(trace) > LONG:
        return None
    try:
        made, slots = gradient_trace(trace, (by,))
        derivative, whole = formula(made, slots[by]), formula(trace, trace.result)
    except (GradcalcError, ValueError, ArithmeticError, RecursionError):
        return None
    for names, other, told in MISTAKEN:
        for true, text in ((derivative, "{0}"), (whole, "D({0}, {1})")):
            mistaken = _swapped(true, names, other)
            if mistaken == true:
                continue
            try:
                source = text.format(to_text(mistaken), by)
                if all(_all_same(s.claimed, _value(source, s)) for s in samples):
                    return told
            except GradcalcError:
                continue
    return None


def _swapped(node: Expr, names: tuple[str, ...], other: Callable[[Call], Expr]) -> Expr:
    """A formula with other functions in the place of those named."""
    if isinstance(node, Binary):
        left, right = (_swapped(n, names, other) for n in (node.left, node.right))
        return Binary(node.op, left, right)
    if isinstance(node, Unary):
        return Unary(node.op, _swapped(node.operand, names, other))
    if isinstance(node, Call):
        call = Call(node.function, tuple(_swapped(n, names, other) for n in node.arguments))
        return other(call) if node.function in names and len(call.arguments) == 1 else call
    return node
