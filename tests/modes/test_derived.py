"""Derivatives as traces: any order, shared and folded, and the table closed under them."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc import GradcalcError
from gradcalc.language import parse
from gradcalc.modes.derived import derivative, gradient_trace
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import big_numbers, machine_numbers
from gradcalc.rules.table import SCALAR
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.replay import broken_guards, replay
from gradcalc.trace.trace import INPUT, Trace, check

BIG = big_numbers(60)


def traced(source: str, **at: float) -> Trace:
    trace = record(parse(source, functions=reserved()), machine_numbers(), at)
    check(trace)
    return trace


def true_derivative(trace: Trace, x: str, order: int) -> mpmath.mpf:
    """By differences of the trace's own values at 400 digits."""
    numbers = big_numbers(400)
    context = numbers.context

    def f(point: mpmath.mpf) -> mpmath.mpf:
        return replay(trace, numbers, {"x": point})[trace.result]

    h = context.mpf(10) ** -60
    at = context.mpf(x)
    terms = [
        (-1) ** k * math.comb(order, k) * f(at + (context.mpf(order) / 2 - k) * h)
        for k in range(order + 1)
    ]
    return context.fsum(terms) / h**order


@pytest.mark.parametrize(
    "source",
    [
        "tanh(tanh(x))",
        "sin(x)*exp(x)/x",
        "x^5 - 2*x^3 + x^2.5",
        "x^x",
        "atan2(x, 2) + hypot(x, 3)",
        "erf(x) + gamma(x) + log1p(x)",
        "softplus(x)*gelu(x) + sinc(x)",
        "y = x; for i in 0..5 { y = sin(y)*x }; y",
        "y = x; while y > 0.1 { y = y^2/2 }; y",
        "abs(x)*max(x, 2*x)",
        "besselj(0, x)*expint(2, x) + polygamma(0, x) + zeta(x + 2)",
        "lambertw(x)*erfcx(x) + ellipk(x/2)",
    ],
)
def test_fourth_derivatives(source: str) -> None:
    trace = traced(source, x=0.625)
    for order in range(1, 5):
        derived = derivative(trace, "x", order)
        check(derived)
        found = replay(derived, BIG, {"x": BIG.context.mpf("0.625")})[derived.result]
        truth = true_derivative(trace, "0.625", order)
        assert abs(found - truth) <= max(1, abs(truth)) * mpmath.mpf(10) ** -40


def test_repeated_differentiation_does_not_swell() -> None:
    trace = traced("tanh(tanh(x))", x=0.5)
    assert len(derivative(trace, "x", 5)) <= 224


def test_the_gradient_trace_holds_value_and_derivatives() -> None:
    trace = traced("x*sin(y) + detach(x)*z", x=1.5, y=2, z=3)
    made, slots = gradient_trace(trace, ("x", "y", "z"))
    check(made)
    values = replay(made, machine_numbers(), {"x": 1.5, "y": 2.0, "z": 3.0})
    found = [values[made.result], *[values[slots[name]] for name in "xyz"]]
    assert found == pytest.approx([1.5 * math.sin(2) + 4.5, math.sin(2), 1.5 * math.cos(2), 1.5])


def test_derived_traces_keep_their_guards() -> None:
    trace = traced("x^3 if x > 1 else x^2", x=2)
    derived = derivative(trace, "x")
    for x, broken in ((3.0, 0), (0.5, 1)):
        values = replay(derived, machine_numbers(), {"x": x})
        assert len(broken_guards(derived, values)) == broken


def test_a_user_zero_is_not_dropped() -> None:
    derived = derivative(traced("0*log(x)", x=1), "x")
    values = replay(derived, machine_numbers(), {"x": 0.0})
    assert math.isnan(values[derived.result])


def a_row(row: Rule) -> tuple[Trace, list[float]]:
    """A trace of one instruction, every argument that can vary an input."""
    point = [low + (high - low) * (0.51 + 0.02 * k) for k, (low, high) in enumerate(row.samples)]
    trace = Trace()
    for k, x in enumerate(point):
        active = row.partials[k] is not None
        slot = trace.append(INPUT, (), None, x, active)
        trace.inputs[f"x{k}"] = slot
    value = getattr(machine_numbers(), row.name)(*point)
    trace.result = trace.append(row, tuple(range(len(point))), None, value, True)
    return trace, point


@pytest.mark.parametrize("row", [pytest.param(r, id=r.name) for r in SCALAR.values()])
def test_the_table_is_closed_under_differentiation(row: Rule) -> None:
    """Every partial is traced twice, and is what differences of the first derivative say."""
    trace, point = a_row(row)
    h = BIG.context.mpf(10) ** -20
    exact = [BIG.context.mpf(x) for x in point]
    for k, partial in enumerate(row.partials):
        if partial is None:
            continue
        name = f"x{k}"
        first, second = derivative(trace, name), derivative(trace, name, 2)
        check(first)
        check(second)

        def at(derived: Trace, x: mpmath.mpf, k: int = k) -> mpmath.mpf:
            given = {f"x{j}": x if j == k else e for j, e in enumerate(exact)}
            return replay(derived, BIG, given)[derived.result]

        slope = (at(first, exact[k] + h) - at(first, exact[k] - h)) / (2 * h)
        assert abs(at(second, exact[k]) - slope) <= max(1, abs(slope)) * mpmath.mpf(10) ** -15


def test_an_unknown_derivative_is_an_error() -> None:
    trace = traced("besselj(v, x)", v=1, x=2)
    with pytest.raises(GradcalcError, match="the derivative of besselj by v is not known"):
        derivative(trace, "v")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from("+-*/^sec"), min_size=1, max_size=12),
    st.floats(0.3, 3),
    st.floats(0.3, 3),
)
def test_modes_agree_on_random_formulas(operations: list[str], x: float, y: float) -> None:
    text = "x"
    for k, operation in enumerate(operations):
        named = {"s": "sin", "e": "atan", "c": "sqrt"}.get(operation)
        other = "y" if k % 2 else f"{k + 1.5}"
        text = f"{named}(({text})^2 + 1)" if named else f"(({text}) {operation} {other})"
    try:
        trace = traced(text, x=x, y=y)
        values = replay(trace, BIG, {"x": BIG.context.mpf(x), "y": BIG.context.mpf(y)})
        back = reverse(trace, values, BIG, BIG.context.nan)
    except (GradcalcError, ValueError, ArithmeticError):
        return
    for name, slot in trace.inputs.items():
        ahead = forward(trace, values, BIG, {slot: 1}, BIG.context.nan)[trace.result] or 0
        behind = back[slot] or 0
        if BIG.context.isfinite(ahead):
            assert abs(ahead - behind) <= max(1, abs(ahead)) * mpmath.mpf(10) ** -30, name
