"""Elements of exponentials of matrices: their values and enclosures against mpmath and the laws."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest

import gradcalc
from gradcalc.language import parse
from gradcalc.modes.derived import derivative
from gradcalc.rules import enclosures
from gradcalc.rules.enclosures import has_flint, reference_numbers
from gradcalc.rules.rule import EachPartial
from gradcalc.rules.systems import big_numbers, machine_numbers, midrad_numbers
from gradcalc.rules.table import SCALAR
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.elements import elements_of
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

ROW = SCALAR["expm_element"]
BIG, FINE = big_numbers(50), big_numbers(400)
ENTRIES = (0, 1, -1, 3, Fraction(1, 7), Fraction(-5, 2), 40, Fraction(1, 10**12))


def matrices() -> list[tuple[int, list[Fraction]]]:
    """Of all kinds: 1x1, with zeros, stiff, nilpotent, with equal eigenvalues."""
    random = np.random.default_rng(3)
    drawn = [
        (n, [Fraction(ENTRIES[k]) for k in random.integers(0, len(ENTRIES), n * n)])
        for n in (1, 2, 2, 2, 3, 3, 3, 4)
    ]
    shapes = ("0 1 0 0", "0 1e-30 0 0", "2 1 0 2", "-300 1 1 -300", "0 50 -50 0", "-1 1e5 0 -2")
    return drawn + [(2, [Fraction(entry) for entry in text.split()]) for text in shapes]


def truth(n: int, x: list[Fraction]) -> Any:
    """By Taylor's series of the matrix itself, in 400 digits: no scaling, no squaring."""
    ctx = FINE.context
    numbers = [FINE.number(number) for number in x]
    a = ctx.matrix(n, n)
    for k, (i, j) in enumerate(product(range(n), repeat=2)):
        a[i, j] = numbers[k]
    total = term = ctx.eye(n)
    k = 0
    while ctx.mnorm(term, 1) > ctx.mpf(10) ** -390:
        k += 1
        term = term * a / k
        total = total + term
    return total


SLOW = 10_000  # a norm, past which the plain series takes too many terms
SERIES = [(n, x) for n, x in matrices() if max(map(abs, x)) < SLOW]


@pytest.mark.parametrize(("n", "x"), SERIES)
def test_values_in_big_numbers_are_right_to_the_last_digits(n: int, x: list[Fraction]) -> None:
    """Each element by its own size, however much smaller it is than others."""
    exact, ctx = truth(n, x), BIG.context
    for i, j in product(range(n), repeat=2):
        value = BIG.expm_element(i, j, *map(BIG.number, x))
        assert abs(value - exact[i, j]) <= abs(exact[i, j]) * ctx.mpf(10) ** -48


@pytest.mark.parametrize("flint", [True, False])
@pytest.mark.parametrize(("n", "x"), SERIES)
def test_enclosures_hold_the_truth(n: int, x: list[Fraction], flint: bool) -> None:
    """Of arguments that are rounded, too: the ball holds what each of its matrices has."""
    if flint and not has_flint():
        pytest.skip("python-flint is not installed")
    numbers = reference_numbers(50) if flint else midrad_numbers(50)
    exact, ctx = truth(n, x), FINE.context
    with numbers.__dict__["bounds"].working():
        arguments = [numbers.number(entry) for entry in x]
        for i, j in product(range(n), repeat=2):
            number = numbers.expm_element(numbers.number(Fraction(i)), Fraction(j), *arguments)
            number = number + numbers.number(Fraction(0))
            away = abs(ctx.mpf(number.mid) - exact[i, j])
            radius = number.radius if flint else ctx.make_mpf(number.rad)
            assert away <= radius + abs(exact[i, j]) * ctx.mpf(10) ** -380
            assert number.right_digits is None or number.right_digits < 60 or radius == 0
        assert not flint or numbers.__dict__["bounds"].proven


@pytest.mark.parametrize(("n", "x"), [(n, x) for n, x in SERIES if n < 4])
def test_partials_are_difference_quotients(n: int, x: list[Fraction]) -> None:
    """In big numbers, at every place."""
    ctx, step = BIG.context, Fraction(1, 10**20)
    assert isinstance(ROW.partials, EachPartial)
    for i, j in ((0, 0), (0, n - 1)):
        for which in range(n * n):
            given = list(map(BIG.number, x))
            sides = [
                BIG.expm_element(
                    i, j, *map(BIG.number, [*x[:which], x[which] + s, *x[which + 1 :]])
                )
                for s in (step, -step)
            ]
            found = ROW.partials[2 + which](BIG, None, i, j, *given)
            quotient = (sides[0] - sides[1]) / (2 * BIG.number(step))
            size = max(map(abs, sides)) + abs(found)
            assert abs(found - quotient) <= size * ctx.mpf(10) ** -27


@pytest.mark.parametrize(
    ("source", "at", "value", "slope"),
    [
        ("expm([[0, t], [-t, 0]])[0, 1]", 0.75, "sin(3/4)", "cos(3/4)"),
        ("expm([[t, 1], [0, t]])[0, 1]", -2, "exp(-2)", "exp(-2)"),
        ("expm([[t, 5], [0, 0]])[0, 1]", 1, "5*(e - 1)", "5"),
        ("expm([[0, 1, t], [0, 0, 1], [0, 0, 0]])[0, 2]", 3, "7/2", "1"),
        ("det(expm([[t, 2], [3, -t]]))", 1, "1", "0"),
        ("expm([[t]])[0, 0]", 2, "exp(2)", "exp(2)"),
        ("trace(expm(t*ones(3, 3)))", 1, "exp(3) + 2", "3*exp(3)"),
        ("expm([[t, 1], [0, -t]])[1, 0]", 3, "0", "0"),
    ],
)
def test_closed_forms(source: str, at: float, value: str, slope: str) -> None:
    """Value and derivative are enclosed, agree with sympy, and are the closed form's."""
    found = gradcalc.evaluate(source, {"t": at}, options=gradcalc.Options(digits=40))
    mpmath.mp.dps = 60
    for text, wanted in ((found.reference, value), (found.derivatives[0].reference, slope)):
        true = mpmath.mpmathify(gradcalc.evaluate(wanted, {}, options=_digits(50)).reference)
        assert abs(mpmath.mpf(text) - true) <= abs(true) * mpmath.mpf(10) ** -39
    assert found.checks.modes is True
    assert found.checks.symbolic is True


def _digits(digits: int) -> gradcalc.Options:
    return gradcalc.Options(digits=digits)


@pytest.mark.parametrize("digits", [60, 300])
def test_as_many_digits_as_are_asked_for(digits: int) -> None:
    """No truncated formula sets an end to the digits that are right."""
    source, at = "expm([[t, 1], [1, 2]])[0, 1]", {"t": "1/3"}
    found = gradcalc.evaluate(source, at, options=_digits(digits))
    more = gradcalc.evaluate(source, at, options=_digits(digits + 40))
    mpmath.mp.dps = digits + 60
    for one, other in ((found, more), (found.derivatives[0], more.derivatives[0])):
        mine, true = mpmath.mpf(one.reference), mpmath.mpf(other.reference)
        assert abs(mine - true) <= abs(true) * mpmath.mpf(10) ** (1 - digits)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_of_a_rotation(order: int) -> None:
    trace = elements_of(record_at("expm([[0, t], [-t, 0]])[0, 0]", {"t": 0.5}), 10_000).trace
    higher = derivative(trace, "t", order)
    value = replay(higher, machine_numbers(), {"t": 0.5})[higher.result]
    wanted = [-np.sin(0.5), -np.cos(0.5), np.sin(0.5)][order - 1]
    assert value == pytest.approx(wanted, rel=1e-14)


def record_at(source: str, at: dict[str, float]) -> Trace:
    return record(parse(source, functions=reserved()), machine_numbers(), at)


def test_second_derivatives_by_differences_of_the_first() -> None:
    """Along random directions, in the language and by the command."""
    random = np.random.default_rng(5)
    x, c = random.normal(size=(2, 2, 2))
    hessian = gradcalc.hessian("sum(expm(A)*C)", {"A": x, "C": c}, wrt=["A"]).derivatives[0]
    step = 1e-5
    for _ in range(3):
        t = random.normal(size=(2, 2))
        sides = [
            gradcalc.evaluate("sum(expm(A)*C)", {"A": x + s * t, "C": c}, wrt=["A"]).gradient["A"]
            for s in (step, -step)
        ]
        quotient = (sides[0] - sides[1]) / (2 * step)
        along = np.tensordot(hessian.gradient, t, 2)
        np.testing.assert_allclose(along, quotient, rtol=1e-6, atol=1e-7)


def test_floats_overflow_to_infinity_and_not_to_nan() -> None:
    machine = machine_numbers()
    assert machine.expm_element(0, 0, 1e6, 0.0, 0.0, 0.0) == np.inf
    assert machine.expm_element(0, 0, -1e6, 0.0, 0.0, -1e6) == 0
    assert machine.expm_element(0, 1, 500.0, 1.0, 0.0, -500.0) == pytest.approx(
        np.sinh(500) / 500, rel=1e-13
    )


def test_rows_of_a_table() -> None:
    """The compiled kernels of map, with the gradient."""
    columns = {"x": np.linspace(-1, 1, 7), "y": np.linspace(2, 3, 7)}
    found = gradcalc.compile("expm([[x, y], [y, 0]])[0, 1]")(**columns)
    for k in range(7):
        at = {name: float(column[k]) for name, column in columns.items()}
        alone = gradcalc.evaluate("expm([[x, y], [y, 0]])[0, 1]", at)
        assert found["value"][k] == pytest.approx(alone.value, rel=1e-13)
        for name in at:
            assert found[f"d_{name}"][k] == pytest.approx(alone.gradient[name], rel=1e-12)


def test_without_flint_it_is_bounded_not_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    found = gradcalc.evaluate("expm([[x, 1], [x, 2]])[0, 1]", {"x": 1.5})
    assert found.checks.proof == "bounded"
    assert found.checks.modes is True
    assert found.digits >= 15
