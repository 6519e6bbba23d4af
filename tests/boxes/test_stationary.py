"""What boxes prove of stationary points, and what they must not prove."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

import mpmath
import pytest

from gradcalc.boxes.function import BoxFunction, NotEnclosedError
from gradcalc.boxes.inertia import inertia
from gradcalc.boxes.recording import box_function
from gradcalc.boxes.stationary import stationary_point
from gradcalc.numbers.ranges import working
from gradcalc.run.point import point
from gradcalc.run.reading import read_program

flint = pytest.importorskip("flint")

BITS = 200


def _function(text: str, at: Mapping[str, object]) -> BoxFunction:
    program, names = read_program(text, at)
    return box_function(program, point(at), tuple(names))


def _kind(text: str, **at: object) -> str | None:
    with working(BITS):
        function = _function(text, at)
        middle = [flint.arb(float(str(at[name]))) for name in function.names]
        found = stationary_point(function, middle)
        return found and found.kind


def _refusal(text: str, **at: object) -> str:
    with pytest.raises(NotEnclosedError) as caught:
        _kind(text, **at)
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("(1-x)^2+100*(y-x^2)^2", {"x": 1, "y": 1}, "minimum"),
        ("-cosh(x)-y^2", {"x": 0, "y": 0}, "maximum"),
        ("x*y", {"x": 0, "y": 0}, "saddle"),
        ("x^2-y^2+z^4", {"x": 0, "y": 0, "z": 0}, "saddle"),  # singular, and exactly stationary
        ("(x-1e6)^2+(y-2e-6)^2+(x*y-2)^2", {"x": 1e6, "y": 2e-6}, "minimum"),
        ("v = [x, y]; sum(v^2) + det([[x, 1], [2, y]])", {"x": 0, "y": 0}, "minimum"),
        ("x^2 if x >= -1 else 5", {"x": 0}, "minimum"),
        ("s = 0; for i in 1..4 { s = s + (x - i)^2 }; s", {"x": 2}, "minimum"),
        ("max(x^2 - 1, x^2 + x - 5)", {"x": 0}, "minimum"),
    ],
)
def test_kinds_are_proven(text: str, at: Mapping[str, object], kind: str) -> None:
    assert _kind(text, **at) == kind


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("x^4", {"x": 0}),
        ("x^3", {"x": 0}),
        ("x^3-3*x*y^2", {"x": 0, "y": 0}),
        ("(x*y)^2", {"x": 0, "y": 0}),
        ("(x*y)^2", {"x": 0, "y": 1}),
        ("(x+y)^2", {"x": 1, "y": -1}),
        ("x^2+y^4", {"x": 0, "y": 0}),
        ("x^2-y^4", {"x": 0, "y": 0}),
        ("(y-x^2)*(y-3*x^2)", {"x": 0, "y": 0}),  # Peano's: a minimum along each line, and none
        ("x^2", {"x": 0.001953125}),  # near a minimum, and far at the working precision
        ("0*x", {"x": 1}),
        ("exp(x)", {"x": -40}),
    ],
)
def test_nothing_is_proven_of_what_is_flat_or_not_stationary(
    text: str, at: Mapping[str, object]
) -> None:
    kind = _kind(text, **at)
    assert kind is None or (text == "x^2" and kind == "minimum")


@pytest.mark.parametrize("seed", range(12))
def test_planted_quadratics_have_the_kind_of_their_eigenvalues(seed: int) -> None:
    """A quadratic form of random eigenvalues, some of them 0, in random coordinates."""
    random = Random(seed)
    size = random.choice((2, 3, 4))
    values = [random.choice((-2, -0.5, 0, 0.25, 1, 3)) for _ in range(size)]
    mixed = [[random.randint(-3, 3) / 4 + (i == j) * 2 for j in range(size)] for i in range(size)]
    names = [f"x{k}" for k in range(size)]
    forms = ["+".join(f"({c})*{n}" for c, n in zip(row, names, strict=True)) for row in mixed]
    text = " + ".join(f"({v})*({form})^2" for v, form in zip(values, forms, strict=True))
    kind = _kind(text, **dict.fromkeys(names, 0))
    signs = {value > 0 for value in values if value}
    if len(signs) == 2:
        expected = "saddle"
    elif 0 in values or not values:
        expected = None
    else:
        expected = "minimum" if True in signs else "maximum"
    assert kind == expected


def test_what_has_no_enclosure_says_why() -> None:
    assert _refusal("abs(x) + x^2", x=0) == "abs may have a kink in the box"
    condition = "a condition decides differently in the box"
    assert _refusal("x^2 if x > 0 else x^2 + 1", x=0) == condition
    assert condition in _refusal("s = 0; for i in 0..floor(x) { s = s + x^2 }; s", x=2)
    assert condition in _refusal("x^2 if 0.1 + 0.2 > 0.3 else 1", x=0)  # by rounding alone
    assert "detach hides a dependence" in _refusal("x^2 - detach(x)^2", x=0)
    assert "the value is an array" in _refusal("[x, x]", x=0)
    assert _refusal("sqrt(x*x)", x=0) == "sqrt may have a kink in the box"


@pytest.mark.parametrize(
    "text",
    [
        "sin(x*y)/(2 + x^2) + exp(-y^2)*x",
        "sqrt(x^2 + y^2 + 1)*log(2 + sin(x*y))",
        "tanh(x)^3 - atan2(y, 3 + x) + hypot(x, 2)",
        "A = [[2 + x, y], [y, 3]]; sum(solve(A, [x, 1]))",
    ],
)
def test_derivatives_at_points_lie_in_the_enclosures(text: str) -> None:
    """Against mpmath's own derivatives of the value in 60 digits."""
    random = Random(text)
    centre = {"x": random.uniform(-0.9, 0.9), "y": random.uniform(-0.9, 0.9)}
    half = 0.02
    with working(BITS):
        function = _function(text, centre)
        box = [flint.arb(centre[name], half) for name in function.names]
        value, gradient = function.gradient(box)
        hessian = function.hessian(box)
    for _ in range(6):
        inner = {n: c + half * random.uniform(-1, 1) for n, c in centre.items()}
        for ball, order in _truths(function.names, value, gradient, hessian):
            truth = _derivative(text, inner, order)
            around = flint.arb(truth, mpmath.mpf(10) ** -20)
            assert ball.overlaps(around), (order, truth, ball)


def _truths(
    names: tuple[str, ...], value: object, gradient: list[object], hessian: list[list[object]]
) -> Iterable[tuple[object, tuple[int, ...]]]:
    size = range(len(names))
    yield value, tuple(0 for _ in size)
    for i in size:
        yield gradient[i], tuple(int(k == i) for k in size)
        for j in size:
            yield hessian[i][j], tuple(int(k == i) + int(k == j) for k in size)


def _derivative(text: str, at: Mapping[str, float], order: tuple[int, ...]) -> object:
    """By differences of the value in many digits: no rule of the table takes part."""
    from fractions import Fraction

    from gradcalc.language import parse
    from gradcalc.rules.array_systems import big_arrays
    from gradcalc.run.recorder import record

    numbers = big_arrays(60)
    step, program = numbers.context.mpf(10) ** -13, parse(text)

    def value(*point: object) -> object:
        trace = record(program, numbers, dict(zip(at, point, strict=True)), ())
        return trace.values[trace.result]

    differences = value
    for which, times in enumerate(order):
        for _ in range(times):
            differences = _central(differences, which, step)
    return differences(*(numbers.number(Fraction(x)) for x in at.values()))


def _central(function: Callable[..., Any], which: int, step: Any) -> Callable[..., Any]:
    def difference(*point: Any) -> Any:
        ahead, back = ([*point] for _ in range(2))
        ahead[which] += step
        back[which] -= step
        return (function(*ahead) - function(*back)) / (2 * step)

    return difference


def test_inertia_counts_only_what_is_certain() -> None:
    with working(BITS):
        ball = flint.arb
        certain = inertia([[ball(2), ball(1)], [ball(1), ball(-3)]])
        assert (certain.positive, certain.negative, certain.unknown) == (1, 1, 0)
        vague = inertia([[ball(2), ball(0)], [ball(0), ball(0, 1)]])
        assert (vague.positive, vague.negative, vague.unknown) == (1, 0, 1)
        wide = inertia([[ball(1), ball(0, 2)], [ball(0, 2), ball(1)]])
        assert not wide.negative
        assert wide.unknown


def test_signs_are_certain_where_a_diagonal_entry_is_next_to_nothing() -> None:
    from flint import arb

    from gradcalc.boxes.inertia import Inertia, inertia

    for tiny in (0, 1e-30, 1e-283, 1e-308):
        for other in (-1.77, 3.0, 1e-3):
            matrix = [[arb(tiny), arb(other)], [arb(other), arb(-tiny)]]
            assert inertia(matrix) == Inertia(1, 1, 0)
