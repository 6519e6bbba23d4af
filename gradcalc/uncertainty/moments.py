"""The variance of a result as a trace of its own, so that its digits can be counted like any's.

With g the gradient, H the Hessian and Σ the covariances of the inputs, the first order is
u² = gᵀΣg (GUM, equation 13). To order u⁴ the variance of a function of normal inputs has more:

    ½ tr(HΣHΣ) + gᵀΣ ∇tr(HΣ)

which for independent inputs is the sum of (½ f_ij² + f_i f_ijj) u_i² u_j² in the note to GUM
5.1.2: third derivatives belong to it. An input that is not normal adds its cumulants κ3 and κ4:
f_i f_ii κ3 + (¼ f_ii² + ⅓ f_i f_iii) κ4. The mean is f + ½ tr(HΣ) to second order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.traced import Traced
from gradcalc.run.point import Given
from gradcalc.trace.builder import Builder, alone
from gradcalc.trace.trace import Trace
from gradcalc.uncertainty.covariance import Pair, squared
from gradcalc.uncertainty.notation import Quantity

_Derivatives = Mapping[str, Any]  # by name; None where one is absent

HALF, QUARTER, THIRD = Fraction(1, 2), Fraction(1, 4), Fraction(1, 3)


@dataclass(frozen=True, slots=True)
class Spread:
    """Which covariances and cumulants there are, by the names that their inputs have in traces."""

    names: tuple[str, ...]
    covariances: Mapping[Pair, str]  # of both orders of a pair, and of each with itself
    third: Mapping[str, str]
    fourth: Mapping[str, str]


def spread_of(
    quantities: Mapping[str, Quantity], pairs: Mapping[Pair, Given]
) -> tuple[Spread, dict[str, Given]]:
    """The names of covariances and cumulants in traces, and their exact values."""
    given: dict[str, Given] = {}
    covariances: dict[Pair, str] = {}
    third: dict[str, str] = {}
    fourth: dict[str, str] = {}
    for name, one in quantities.items():
        key = covariances[name, name] = f"u2({name})"
        given[key] = squared(one.uncertainty)
        for kept, sign, number in ((third, "k3", one.third), (fourth, "k4", one.fourth)):
            if number != "0":
                kept[name] = f"{sign}({name})"
                given[kept[name]] = number
    for (a, b), number in pairs.items():
        covariances[a, b] = covariances[b, a] = f"u({a}, {b})"
        given[covariances[a, b]] = number
    return Spread(tuple(quantities), covariances, third, fourth), given


@dataclass(frozen=True, slots=True)
class Moments:
    """Traces of the mean of an output to second order, and of its variance to fourth."""

    mean: Trace
    variance: Trace


def covariance(trace: Trace, results: tuple[int, int], spread: Spread) -> Trace:
    """The covariance of two results of a trace, to first order; of one with itself, its variance.

    The results are slots of the trace.
    """
    builder = Builder()
    values = builder.copied(replace(trace, guards=[]))
    left, right = (_gradient(builder, replace(trace, result=s), values, spread) for s in results)
    return _finished(builder, _form(left, right, _added(builder, spread)))


def moments(trace: Trace, spread: Spread) -> Moments:
    """The moments of a trace's result. GradcalcError where a third derivative is not known."""
    builder = Builder()
    values = builder.copied(replace(trace, guards=[]))
    gradient = _gradient(builder, trace, values, spread)
    second = _second(builder, values[trace.result], gradient, spread)
    return Moments(second.mean, _variance(second, spread))


def _gradient(
    builder: Builder, trace: Trace, values: Sequence[Traced], spread: Spread
) -> _Derivatives:
    cotangents = reverse(trace, values, builder.numbers)
    return {name: cotangents[trace.inputs[name]] for name in spread.names}


@dataclass(frozen=True, slots=True)
class _Second:
    """A trace with gradient, Hessian and `bend`, ½ tr(HΣ): slots, of what is not absent.

    And the trace of the mean.
    """

    trace: Trace
    gradient: Mapping[str, int]
    hessian: Mapping[Pair, int]
    bend: int
    mean: Trace


def _second(builder: Builder, value: Traced, gradient: _Derivatives, spread: Spread) -> _Second:
    """The trace of all second derivatives, by forward mode over the gradient."""
    first, value_slot, slots = _joint(builder, value, gradient)
    builder = Builder()
    values = builder.copied(first)
    hessian: dict[Pair, Any] = {}
    for name in spread.names:
        tangents = forward(first, values, builder.numbers, {first.inputs[name]: 1})
        for other in spread.names:
            hessian[other, name] = tangents[slots[other]] if other in slots else None
    sigma = _added(builder, spread)
    terms = (_times(sigma[pair], hessian[pair]) for pair in spread.covariances)
    bend = _times(_number(builder, _sum(terms)), HALF)
    mean = _finished(builder, values[value_slot] + bend)
    numbers = {(name,): values[slot] for name, slot in slots.items()} | hessian
    joint, bend_slot, places = _joint(builder, bend, numbers)
    first_places = {name: places[name,] for name in slots}
    second_places = {pair: places[pair] for pair in hessian if pair in places}
    return _Second(joint, first_places, second_places, bend_slot, mean)


def _variance(second: _Second, spread: Spread) -> Trace:
    """The variance to fourth order."""
    trace, builder = second.trace, Builder()
    values = builder.copied(trace)
    sigma = _added(builder, spread)
    names = spread.names
    pairs = [(one, other) for one in names for other in names]
    g = {n: values[second.gradient[n]] if n in second.gradient else None for n in names}
    h = {pair: values[second.hessian[pair]] if pair in second.hessian else None for pair in pairs}
    back = reverse(replace(trace, result=second.bend), values, builder.numbers)
    slope = {name: _times(back[trace.inputs[name]], 2) for name in names}  # of tr(HΣ)
    bent = {  # HΣ
        (one, other): _sum(_times(h[one, k], sigma.get((k, other))) for k in names)
        for one, other in pairs
    }
    terms = [_form(g, g, sigma), _form(g, slope, sigma)]
    terms += [_times(_times(bent[pair], bent[pair[::-1]]), HALF) for pair in bent]
    for name, key in spread.third.items():
        terms.append(_times(_times(g[name], h[name, name]), _input(builder, key)))
    for name, key in spread.fourth.items():
        kappa, second_slot = _input(builder, key), second.hessian.get((name, name))
        tangents = forward(trace, values, builder.numbers, {trace.inputs[name]: 1})
        third = None if second_slot is None else tangents[second_slot]
        square = _times(h[name, name], h[name, name])
        terms.append(_times(_times(square, QUARTER), kappa))
        terms.append(_times(_times(_times(g[name], third), THIRD), kappa))
    return _finished(builder, _sum(terms))


# Sums of traced numbers, in which an absent one is None ------------------------------------


def _times(x: Any, y: Any) -> Any:
    return None if x is None or y is None else x * y


def _sum(terms: Iterable[Any]) -> Any:
    total = None
    for term in terms:
        if term is not None:
            total = term if total is None else total + term
    return total


def _form(left: _Derivatives, right: _Derivatives, sigma: Mapping[Pair, Traced]) -> Any:
    """leftᵀ Σ right."""
    return _sum(_times(_times(left[a], right[b]), sigma[a, b]) for a, b in sigma)


def _number(builder: Builder, number: Any) -> Traced:
    """A sum as a traced number."""
    if isinstance(number, Traced):
        return number
    return builder.constant(Fraction(number or 0))


def _input(builder: Builder, key: str) -> Traced:
    slot = builder.trace.inputs.get(key)
    return builder.input(key, active=False) if slot is None else Traced(slot, builder.record)


def _added(builder: Builder, spread: Spread) -> dict[Pair, Traced]:
    """The covariances as inputs of the trace that is built."""
    return {pair: _input(builder, key) for pair, key in spread.covariances.items()}


def _joint(
    builder: Builder, result: Traced, numbers: Mapping[Any, Any]
) -> tuple[Trace, int, dict[Any, int]]:
    """The trace of a result and other numbers: its slot in it, and theirs unless absent."""
    there = {key: _number(builder, one) for key, one in numbers.items() if one is not None}
    trace, slots = builder.finished([result, *there.values()])
    return trace, slots[0], dict(zip(there, slots[1:], strict=True))


def _finished(builder: Builder, number: Any) -> Trace:
    """The trace of one number alone."""
    return alone(builder.trace, _number(builder, number).slot)
