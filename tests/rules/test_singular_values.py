"""Singular values: enclosures against closed forms, derivatives at ties and zeros."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

import gradcalc
from gradcalc.rules.enclosures import has_flint, reference_numbers
from gradcalc.rules.systems import big_numbers, midrad_numbers

BIG = big_numbers(50)

# Two rows, and their singular values by the quadratic formula of the Gram matrix.
PAIRS = [
    "1 2 3 4",
    "1 0 0 1",
    "0 3 -2 0",
    "1 2 2 4",
    "0 0 0 0",
    "1 1 0 0",
    "1 1 1 1.0000000000000000000000000001",
    "1e-30 0 0 1e30",
    "1e20 1 1 1e-20",
    "0.6 0.8 -0.8 0.6",
]


def by_the_quadratic_formula(x: list[Fraction]) -> list[Any]:
    a, b, c, d = x
    with mpmath.workdps(300):
        total = _mpf(a * a + b * b + c * c + d * d)
        gap = mpmath.sqrt(_mpf((a * a + b * b + c * c + d * d) ** 2 - 4 * (a * d - b * c) ** 2))
        largest = mpmath.sqrt((total + gap) / 2)
        return [largest, abs(_mpf(a * d - b * c)) / largest if largest else largest]


def _mpf(exact: Fraction) -> Any:
    return mpmath.mpf(exact.numerator) / exact.denominator


@pytest.mark.parametrize("text", PAIRS)
@pytest.mark.parametrize("flint", [True, False])
def test_enclosures_hold_the_truth(text: str, flint: bool) -> None:
    if flint and not has_flint():
        pytest.skip("python-flint is not installed")
    entries = [Fraction(entry) for entry in text.split()]
    truth = by_the_quadratic_formula(entries)
    numbers = reference_numbers(50) if flint else midrad_numbers(50)
    with numbers.__dict__["bounds"].working(), mpmath.workdps(300):
        arguments = [numbers.number(entry) for entry in entries]
        for k in (0, 1):
            number = numbers.singular_value(Fraction(k), *arguments)
            number = number + numbers.number(Fraction(0))
            radius = number.radius if flint else BIG.context.make_mpf(number.rad)
            away = abs(mpmath.mpf(number.mid) - truth[k])
            assert away <= mpmath.mpf(radius) + truth[k] * mpmath.mpf(10) ** -280


@pytest.mark.parametrize("text", PAIRS)
def test_big_values_are_right_however_small(text: str) -> None:
    entries = [Fraction(entry) for entry in text.split()]
    exact = list(map(BIG.number, entries))
    rounded = [Fraction(*number.man_exp_ratio) for number in map(_Ratio, exact)]
    for k, true in enumerate(by_the_quadratic_formula(rounded)):
        value = BIG.singular_value(k, *exact)
        with mpmath.workdps(100):
            assert abs(mpmath.mpf(value) - true) <= true * mpmath.mpf(10) ** -48


class _Ratio:
    """A big number as the fraction that it is."""

    def __init__(self, number: Any) -> None:
        man, exp = int(number.man), int(number.exp)
        sign = -1 if number < 0 else 1
        self.man_exp_ratio = (
            (sign * abs(man) << exp, 1) if exp >= 0 else (sign * abs(man), 1 << -exp)
        )


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (1, 3), (3, 3)])
def test_gradients_are_proven(shape: tuple[int, int]) -> None:
    x = np.random.default_rng(sum(shape)).normal(size=shape)
    found = gradcalc.evaluate("svd(A)", {"A": x})
    left, values, right = np.linalg.svd(x, full_matrices=False)
    np.testing.assert_allclose(found.value, values, rtol=1e-13)
    wanted = np.einsum("ik,kj->kij", left, right)
    np.testing.assert_allclose(found.gradient["A"], wanted, rtol=1e-10, atol=1e-12)
    assert found.checks.modes is True
    assert found.checks.symbolic is True
    assert found.checks.proof == ("enclosed" if has_flint() else "bounded")


@pytest.mark.parametrize("order", [2, 3])
def test_higher_derivatives_of_a_closed_form(order: int) -> None:
    """The largest singular value of [[x, 1], [1, 0]] is its eigenvalue (x + sqrt(x^2 + 4))/2."""
    inner = "svd([[x, 1], [1, 0]])[0]"
    closed = "(x + sqrt(x^2 + 4))/2"
    for _ in range(order):
        inner, closed = f"D({inner}, x)", f"D({closed}, x)"
    found, true = (gradcalc.evaluate(text, {"x": 0.7}) for text in (inner, closed))
    assert found.value == pytest.approx(true.value, rel=1e-11)


@pytest.mark.parametrize(
    ("source", "x", "left", "right"),
    [
        ("svd([[x, 0], [0, 2]])[0]", 2, 0, 1),
        ("svd([[x, 0], [0, 2]])[1]", 2, 1, 0),
        ("svd([[x, 1], [1, x]])[1]", 1, -1, 1),
        ("svd([[x, 0], [0, 0]])[0]", 0, -1, 1),
        ("svd([[2, x], [0, 2]])[0]", 0, -0.5, 0.5),
    ],
)
def test_ties_and_zeros_are_kinks(source: str, x: float, left: float, right: float) -> None:
    """With both sides' derivatives, of which the answer is the mean."""
    found = gradcalc.evaluate(source, {"x": x})
    row = found.derivatives[0]
    assert row.status == "kink"
    assert (row.left, row.right) == pytest.approx((left, right), rel=1e-12)
    assert row.gradient == pytest.approx((left + right) / 2, rel=1e-12)


def test_the_sum_of_all_is_smooth_where_two_meet() -> None:
    """The nuclear norm of [[x, 0], [0, 2]] is x + 2, also at x = 2."""
    row = gradcalc.evaluate("sum(svd([[x, 0], [0, 2]]))", {"x": 2}).derivatives[0]
    assert row.status == "smooth"
    assert row.gradient == 1


def test_the_norm_of_order_2_is_the_largest() -> None:
    found = gradcalc.evaluate("norm(A, 2)", {"A": [[1, 2], [3, 4]]})
    assert found.value == pytest.approx(np.linalg.norm([[1, 2], [3, 4]], 2), rel=1e-15)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("condition", [1e1, 1e4, 1e8])
def test_columns_lose_no_more_digits_than_the_matrix_does(size: int, condition: float) -> None:
    """The slopes of the least value, of compiled columns, against mpmath's decomposition."""
    random = np.random.default_rng(size)
    stretched = np.diff(random.normal(size=(4, size, size)), append=0)
    left, _, right = np.linalg.svd(stretched)
    matrices = (left * np.geomspace(1, 1 / condition, size)) @ right
    names = [[f"a{i}{j}" for j in range(size)] for i in range(size)]
    text = ", ".join(f"[{', '.join(row)}]" for row in names)
    columns = {n: matrices[:, i, j] for i, row in enumerate(names) for j, n in enumerate(row)}
    found = gradcalc.compile(f"svd([{text}])[{size - 1}]")(**columns)
    for k, matrix in enumerate(matrices):
        with mpmath.workdps(60):
            u, _, v = mpmath.svd_r(mpmath.matrix(matrix.tolist()))
            true = [
                [float(u[i, size - 1] * v[size - 1, j]) for j in range(size)] for i in range(size)
            ]
        slopes = [[found[f"d_{n}"][k] for n in row] for row in names]
        assert slopes == pytest.approx(np.array(true), abs=1e-15 * size * condition)
