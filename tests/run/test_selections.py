"""Parts of arrays by vectors of indices and by conditions, against NumPy."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import gradcalc
from gradcalc.answers.products import hessian, jacobian
from gradcalc.errors import GradcalcError


def _drawn(seed: int) -> tuple[str, Any, Any]:
    """An index as text, the same for NumPy, and an array it is for."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    shape = rng.choice([(3,), (5,), (2, 3), (4, 2), (3, 3)])
    x = numbers.normal(size=shape)
    x.flat[0] = 2  # a condition holds somewhere
    kind = rng.choice(["places", "condition", "rows", "both ways"])
    if kind == "condition":
        return rng.choice(
            [
                ("x > 0", x > 0, x),
                ("not x < 0.5", ~(x < 0.5), x),
                ("-1 < x < 0 or x > 1", ((x > -1) & (x < 0)) | (x > 1), x),
                ("x^2 > 0.1 and x > 0", (x**2 > 0.1) & (x > 0), x),
            ]
        )
    places = [rng.randrange(-shape[0], shape[0]) for _ in range(rng.randint(1, 4))]
    if kind == "places" or len(shape) == 1:
        return str(places), np.array(places), x
    if kind == "rows":
        return "x[:, 0] > 0", x[:, 0] > 0, x
    columns = [rng.randrange(shape[1]) for _ in range(3)]
    return rng.choice(
        [
            (f":, {columns}", (slice(None), columns), x),
            (f"1, {columns}", (1, columns), x),
            (f"{places}, 1", (places, 1), x),
            (f"{places}, 0:1", (places, slice(0, 1)), x),
            (":, x[0, :] > -9", (slice(None), x[0] > -9), x),
        ]
    )


@pytest.mark.parametrize("seed", range(60))
def test_what_is_taken_and_its_gradient(seed: int) -> None:
    text, index, x = _drawn(seed)
    answer = gradcalc.evaluate(f"sum(x[{text}]^3)", {"x": x})
    wanted = np.zeros_like(x)
    np.add.at(wanted, index, 3 * x[index] ** 2)
    assert answer.value == pytest.approx((x[index] ** 3).sum(), rel=1e-13)
    np.testing.assert_allclose(answer.gradient["x"], wanted, rtol=1e-12, atol=1e-300)
    assert answer.checks.modes
    assert answer.checks.symbolic is not False
    part = jacobian(f"2*x[{text}]", {"x": x})
    np.testing.assert_allclose(part.value, 2 * x[index])


@pytest.mark.parametrize("seed", range(60))
def test_what_is_assigned_and_its_gradient(seed: int) -> None:
    text, index, x = _drawn(seed)
    flat = np.arange(x.size).reshape(x.shape)[index].ravel()
    if len(set(flat)) < len(flat):
        with pytest.raises(GradcalcError, match="assigned twice"):
            gradcalc.evaluate(f"x[{text}] = 1; sum(x)", {"x": x})
        return
    answer = gradcalc.evaluate(f"x[{text}] *= a; sum(x^2)", {"x": x, "a": 3})
    scale = np.ones_like(x)
    scale[index] = 3
    assert answer.value == pytest.approx(((scale * x) ** 2).sum(), rel=1e-13)
    np.testing.assert_allclose(answer.gradient["x"], 2 * scale**2 * x, rtol=1e-12)
    assert answer.gradient["a"] == pytest.approx(6 * (x[index] ** 2).sum(), rel=1e-12)


def test_second_derivatives_go_through() -> None:
    x = np.array([1.0, -4.0, 5.0])
    answer = hessian("sum(x[x > 0]^3) + prod(x[[0, 0, 1]])", {"x": x})
    np.testing.assert_allclose(
        answer.gradient["x, x"], [[6 - 8, 2, 0], [2, 0, 0], [0, 0, 30]], atol=1e-12
    )


def test_each_comparison_is_a_guard() -> None:
    answer = gradcalc.evaluate("sum(x[x > 1])", {"x": [1, 2]})
    assert answer.status != "smooth"  # at x[0] = 1 the sum jumps
    kernel = gradcalc.compile("v = [a, b, 1]; sum(v[v > 0]^2)")
    columns = kernel(a=np.array([1.0, -1.0, 3.0]), b=np.array([2.0, 2.0, -1.0]))
    np.testing.assert_allclose(columns["value"], [6, 5, 10])
    np.testing.assert_allclose(columns["d_a"], [2, 0, 6])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x[x > 9]", "holds for no element"),
        ("x[[0, 3]]", "index 3 is out of range"),
        ("x[[0, 1/2]]", "must be an integer"),
        ("A[[0, 1], [1, 0]]", "only one index"),
        ("A[x > 0]", "the condition is of a vector of 3"),
        ("x[x]", "must be an integer"),
        ("x[A]", "must be an integer"),
        ("x[2 > 1]", "the condition is of a number"),
    ],
)
def test_what_selects_nothing_is_refused(text: str, told: str) -> None:
    with pytest.raises(GradcalcError, match=told):
        gradcalc.evaluate(text, {"x": [1.5, 2, 3], "A": [[1, 2], [3, 4]]})
