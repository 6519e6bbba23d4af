"""What is constant because a root is squared, or divided by itself, has the derivative 0.

In float64, and in series that are cut off, it is constant but for a rest, which a function at the
edge of its domain turns into no value at all.
"""

from __future__ import annotations

import itertools
from random import Random

import pytest

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options

random = Random(15)


def vector() -> str:
    return str([random.randint(-9, 9) or 1 for _ in range(random.randint(2, 4))])


ONES = (
    "a@a/norm(a)^2", "norm(a)*norm(a)/(a@a)", "norm(a)/sqrt(a@a)", "norm(a)^4/(a@a)^2",
    "a@a/(norm(a)*norm(a))",
)  # fmt: skip
EDGES = ("acosh({0})", "acos({0})", "sqrt({0} - 1)", "sqrt(1 - {0})", "asin({0})", "abs({0} - 1)")
CASES = [(edge.format(one), vector()) for one, edge in itertools.product(ONES, EDGES)]


@pytest.mark.parametrize(("source", "at"), CASES)
def test_a_constant_at_the_edge_of_a_domain_is_smooth(source: str, at: str) -> None:
    result = evaluate(source, {"a": at}, options=Options(check="fast"))
    (derivative,) = result.derivatives
    assert derivative.status == "smooth"
    assert not any(derivative.gradient.ravel())


@pytest.mark.parametrize("factor", [1, 2, -3])
def test_the_angle_of_parallel_vectors_has_a_kink(factor: int) -> None:
    u = [1, 2, 2]
    at = {"u": str(u), "v": str([factor * c for c in u])}
    result = evaluate("acos(u@v/(norm(u)*norm(v)))", at, wrt=["u"], options=Options(check="fast"))
    assert result.derivatives[0].status == "kink"
