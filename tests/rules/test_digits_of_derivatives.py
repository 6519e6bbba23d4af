"""First and second derivatives in float64 keep the digits that their arguments have, anywhere.

The truth is that of big numbers, in more digits than steps of float64 could cancel. What the
rounding of an argument costs, by the condition of the derivative, is no defect.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from gradcalc.modes.derived import derivative
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import big_numbers, machine_numbers
from gradcalc.rules.table import CALLABLE, TABLE
from gradcalc.trace.builder import Builder
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

DIGITS, ULPS = 800, 32
LEAST, LARGEST = 1e-290, 1e300  # of a derivative: nearer to its ends float64 has fewer digits
SLOW = 1e6  # arguments beyond which some special functions take long in so many digits
MEETING = 0.5, 1.0, math.pi / 2, math.pi, math.exp(-1), 1.5  # where something may cancel
ROWS = sorted({row.name for row in CALLABLE.values() if row.array is None and not row.slow
               and row.arity == 1 and row.kind in ("elementary", "special")})  # fmt: skip


def arguments(row: Rule) -> list[float]:
    """Of all sizes and signs, and near to where something may cancel."""
    random = Random(row.name)
    sizes = [random.uniform(1, 10) * 10.0**k for k in (*range(-300, 301, 20), *range(-5, 3))]
    sizes += [6e78, 2e154, 1.8e297, 19.0, 24.0, 31.8]
    near = [c * (1 + random.uniform(-1, 1) * 10.0**-k) for c in MEETING for k in (3, 8, 14)]
    every = [side * x for x in (*sizes, *near) for side in (1, -1)]
    return [x for x in every if row.kind == "elementary" or abs(x) < SLOW]


def derivatives(row: Rule) -> list[Trace]:
    """The row, its derivative, and its second and third."""
    builder = Builder()
    traces = [builder.finished([builder.record(row.name, builder.input("x"))])[0]]
    for _ in range(3):
        traces.append(derivative(traces[-1], "x"))
    return traces


def values(traces: list[Trace], numbers: Any, x: Any) -> list[Any]:
    return [replay(trace, numbers, {"x": x})[trace.result] for trace in traces]


@pytest.mark.parametrize("name", ROWS)
def test_derivatives_keep_their_digits(name: str) -> None:
    row, big, machine = TABLE[name], big_numbers(DIGITS), machine_numbers()
    traces = derivatives(row)
    compared = 0
    for x in arguments(row):
        exact = big.context.mpf(x)
        try:
            truths = values(traces, big, exact)
        except (ValueError, ArithmeticError):
            continue
        for order in (1, 2):
            truth, beyond = truths[order : order + 2]
            if not LEAST < abs(truth) < LARGEST:
                continue
            condition = abs(exact * beyond / truth)
            answer = values(traces[order : order + 1], machine, x)[0]
            off = abs(answer - truth) / math.ulp(float(truth))
            assert off <= ULPS + 2 * condition, (x, order, answer, float(truth))
            compared += 1
    assert compared > 10


@pytest.mark.parametrize("apart", [0.0, 1e-300, 3e-12, 1e-6, 0.1])
@pytest.mark.parametrize("y", [0.0, 1e-9, -0.7, 300.0])
def test_third_derivatives_of_logaddexp_keep_their_digits(y: float, apart: float) -> None:
    """-tanh(d/2)/(2*cosh(d/2))^2 by d = x - y, which a product rule takes from a difference."""
    builder = Builder()
    both = builder.record("logaddexp", builder.input("x"), builder.input("y"))
    third = derivative(builder.finished([both])[0], "x", 3)
    d = big_numbers(DIGITS).context.mpf(y + apart) - y
    ctx = big_numbers(DIGITS).context
    truth = -ctx.tanh(d / 2) / (2 * ctx.cosh(d / 2)) ** 2
    found = replay(third, machine_numbers(), {"x": y + apart, "y": y})[third.result]
    assert abs(found - truth) <= ULPS * math.ulp(float(truth))


@pytest.mark.parametrize(
    ("source", "by"), [("poisson_log_pmf", "rate"), ("chi2_log_pdf", "x"), ("excess", "y")]
)
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("count", [3.0, 1000.5])
@pytest.mark.parametrize("x", [1e-200, 0.7, 3.0000001, 998.4999999, 1e6, 1e30, 1e90])
def test_densities_keep_the_digits_of_their_slopes(
    source: str, by: str, order: int, count: float, x: float
) -> None:
    """k/x - 1 has a zero near which it keeps its digits, and -k/x^2 none that could be lost."""
    row, builder = TABLE[source], Builder()
    inputs = [builder.input(name) for name in row.parameters]
    slope = derivative(builder.finished([builder.record(source, *inputs)])[0], by, order)
    point = {name: x if name == by else count for name in row.parameters}
    big = big_numbers(DIGITS)
    exact = {name: big.context.mpf(number) for name, number in point.items()}
    truth = replay(slope, big, exact)[slope.result]
    found = replay(slope, machine_numbers(), point)[slope.result]
    if LEAST < abs(truth) < LARGEST:
        assert abs(found - truth) <= ULPS * math.ulp(float(truth))


@pytest.mark.parametrize("x", [1.7e308, 2e200, 0.3, 1e-280])
@pytest.mark.parametrize("n", [2.618, 3.0, 700.0])
def test_slopes_of_roots_do_not_overflow_on_their_way(n: float, x: float) -> None:
    """n*x does, though x^(1/n)/(n*x) is an ordinary number."""
    row, big = TABLE["root"], big_numbers(DIGITS)
    exact = big.context.mpf(n), big.context.mpf(x)
    truth = big.root(exact[1], exact[0]) / (exact[0] * exact[1])
    partial = row.partials[0]
    assert partial is not None
    found = partial(machine_numbers(), machine_numbers().root(x, n), x, n)
    assert abs(found - truth) <= ULPS * math.ulp(float(truth))


# By the row and the order, the derivative by the first input as on paper: a product rule takes it
# from a difference of what all but cancels, or by squares that are too large or too small.
ON_PAPER: dict[tuple[str, int], Any] = {
    ("hypot", 2): lambda m, x, y: y**2 / m.hypot(x, y) ** 3,
    ("hypot", 3): lambda m, x, y: -3 * x * y**2 / m.hypot(x, y) ** 5,
    ("student_t_log_pdf", 1): lambda m, x, nu: -(nu + 1) * x / (nu + x**2),
    ("student_t_log_pdf", 2): lambda m, x, nu: (nu + 1) * (x**2 - nu) / (nu + x**2) ** 2,
    ("student_t_score", 1): lambda m, x, nu: x * (1 - x**2) / (nu + x**2) ** 2,
    ("normal_pdf", 2): lambda m, x: (x**2 - 1) * m.npdf(x),
    ("normal_pdf", 3): lambda m, x: (3 * x - x**3) * m.npdf(x),
    ("normal_pdf", 4): lambda m, x: (x**4 - 6 * x**2 + 3) * m.npdf(x),
}
OTHERS = {1: [()], 2: [(1.0,), (3.0,), (1e-70,), (1e-290,), (1e60,)]}  # the second input


@pytest.mark.parametrize("k", [-200, -30, -9, -3, 0, 8, 40, 77, 90, 154, 160, 290])
@pytest.mark.parametrize(("name", "order"), ON_PAPER)
def test_what_a_product_rule_loses(name: str, order: int, k: int) -> None:
    row, builder, m = TABLE[name], Builder(), big_numbers(DIGITS).context
    inputs = [builder.input(parameter) for parameter in row.parameters]
    first = builder.finished([builder.record(name, *inputs)])[0]
    slope = derivative(first, row.parameters[0], order)
    for other in OTHERS[row.arity]:
        point = 1.5 * 10.0**k, *other
        truth = ON_PAPER[name, order](m, *map(m.mpf, point))
        without = abs(truth) / max(1, *other, 0)  # a step on the way, before nu + 1 multiplies it
        if LEAST < without < LARGEST:
            given = dict(zip(row.parameters, point, strict=True))
            found = replay(slope, machine_numbers(), given)[slope.result]
            assert abs(found - truth) <= ULPS * math.ulp(float(truth)), (other, found)
