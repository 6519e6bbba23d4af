"""Every row of the table, by existing, is tested: its value, its partials, and those by sympy."""

from __future__ import annotations

import itertools
import math
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc import GradcalcError, evaluate
from gradcalc.checks.symbolic import Evaluation
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import big_numbers, machine_numbers, symbolic_numbers
from gradcalc.rules.table import SCALAR

MACHINE, BIG = machine_numbers(), big_numbers(60)
ROWS = [pytest.param(row, id=row.name) for row in SCALAR.values()]
CALLED = [pytest.param(row, id=row.name) for row in SCALAR.values() if not row.hidden]


def points(row: Rule) -> st.SearchStrategy[tuple[float, ...]]:
    """Points of the row's box; nothing so near to 0 that its square underflows."""
    return st.tuples(
        *[
            st.floats(low, high).filter(lambda x: x == 0 or abs(x) > 1e-100)
            for low, high in row.samples
        ]
    )


def tolerance(row: Rule, truth: mpmath.mpf) -> float:
    """4 units in the last place for elementary rows, 1e-13 relative for special ones."""
    if row.kind == "special":
        return float(abs(truth)) * 1e-13
    return 4 * math.ulp(float(truth))


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_value_in_float64(row: Rule, data: st.DataObject) -> None:
    point = data.draw(points(row))
    truth = getattr(BIG, row.name)(*map(BIG.context.mpf, point))
    assert abs(getattr(MACHINE, row.name)(*point) - truth) <= tolerance(row, truth)


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_partials_in_float64(row: Rule, data: st.DataObject) -> None:
    point = data.draw(points(row))
    if row.kink is not None and row.kink(*point):
        return
    exact = [BIG.context.mpf(x) for x in point]
    out = getattr(BIG, row.name)(*exact)
    rounded = getattr(MACHINE, row.name)(*point)
    for partial in filter(None, row.partials):
        truth = partial(BIG, out, *exact)
        answer = partial(MACHINE, rounded, *point)
        assert (answer is None) == (truth is None)
        if truth is not None:
            assert abs(answer - truth) <= tolerance(row, truth)


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=st.data())
def test_sympy_proves_the_row_from_its_value_alone(row: Rule, data: st.DataObject) -> None:
    import sympy

    point = data.draw(points(row))
    if (row.kink is not None and row.kink(*point)) or any(abs(x) < 1e-3 for x in point):
        return  # where sympy's own derivatives cancel
    system = symbolic_numbers()
    exact = [BIG.context.mpf(x) for x in point]
    out = getattr(BIG, row.name)(*exact)
    dummies = [sympy.Dummy(p, real=True) for p in row.parameters]
    fixed = [low == high for low, high in row.samples]
    filled = [
        sympy.Rational(x) if constant else dummy
        for dummy, x, constant in zip(dummies, point, fixed, strict=True)
    ]
    value = getattr(system, row.name)(*filled)
    evaluate_ = Evaluation(BIG, dict(zip(dummies, exact, strict=True)))
    assert abs(evaluate_(value) - out) <= abs(out) * BIG.context.mpf(10) ** -40
    for dummy, partial, constant in zip(dummies, row.partials, fixed, strict=True):
        if partial is None or constant:
            continue
        truth = partial(BIG, out, *exact) or BIG.context.mpf(0)
        found = evaluate_(sympy.diff(value, dummy))
        assert (
            abs(found - truth)
            <= max(abs(truth), BIG.context.mpf(10) ** -20) * mpmath.mpf(10) ** -28
        )


@pytest.mark.parametrize("row", CALLED)
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=st.data())
def test_forward_reverse_and_sympy_agree(row: Rule, data: st.DataObject) -> None:
    """The whole way, through the language: nothing is wrong, and most digits are right."""
    point = data.draw(points(row))
    at = dict(zip(row.parameters, point, strict=True))
    wrt = tuple(p for p, d in zip(row.parameters, row.partials, strict=True) if d is not None)
    result = evaluate(f"{row.name}({', '.join(row.parameters)})", at, wrt=wrt)
    assert result.checks.modes is not False
    assert result.checks.symbolic is not False
    if (
        result.status == "smooth"
        and result.error is None
        and not any("underflow" in note for note in result.notes)
    ):
        assert result.digits is not None
        assert result.digits >= 13


@pytest.mark.parametrize("row", [p for p in ROWS if p.values[0].kink and not p.values[0].variadic])
def test_kinks_have_a_status_and_the_mean_of_both_sides(row: Rule) -> None:
    """At a point that the row calls a kink; jumps take the derivative on either side."""
    assert row.kink is not None
    candidates = [(0.0, 0.5, 1.0, 2.0, -2.0, *interval) for interval in row.samples]
    points = (p for p in itertools.product(*candidates) if row.kink(*p))
    point = next(p for p in points if row.name != "cpow" or p[1] % 1)
    at = dict(zip(row.parameters, point, strict=True))
    call = f"{row.name}({', '.join(row.parameters)})"
    text = {"mod": "x % y", "pow": "x^y", "cpow": f"x^{point[-1]}"}.get(row.name, call)
    at = {name: x for name, x in at.items() if name != "c"}
    result = evaluate(text, at)
    assert result.status != "smooth"
    assert row.convention
    for given_ in result.derivatives:
        if given_.status == "kink":
            assert given_.left is not None
            assert given_.right is not None
            assert given_.gradient == pytest.approx((given_.left + given_.right) / 2)


EDGES = (
    -1e300,
    -745.5,
    -20.0,
    -2.0,
    -1.5,
    -1.0,
    -0.5,
    -1e-300,
    0.0,
    1e-300,
    0.5,
    1.0,
    1.5,
    2.0,
    20.0,
    711.0,
    1e300,
)


def outcome(numbers: Any, row: Rule, point: tuple[float, ...]) -> Any:
    """What a system says at the edge of a row: a number, or that there is none."""
    try:
        kind = numbers.context.mpf if numbers is BIG else float
        return getattr(numbers, row.name)(*map(kind, point))
    except (ValueError, ArithmeticError):
        return None


@pytest.mark.parametrize("row", [p for p in ROWS if len(p.values[0].parameters) == 1])
def test_the_edges_of_the_domain(row: Rule) -> None:
    """float64 and big numbers have the same domain, the same poles, and no NaN in it."""
    for x in EDGES:
        big = outcome(BIG, row, (x,))
        here = outcome(MACHINE, row, (x,))
        if big is None and here is not None and abs(x) >= 711:
            continue  # too large to evaluate in big numbers
        assert (big is None) == (here is None), x
        if big is None:
            continue
        assert not BIG.context.isnan(big)
        assert not math.isnan(here)
        if not BIG.context.isfinite(big):
            assert here == big
        elif abs(big) < 1e307:
            assert abs(here - big) <= max(1e-13 * abs(big), 1e-300), x


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("log", 0.0, -math.inf),
        ("log1p", -1.0, -math.inf),
        ("atanh", 1.0, math.inf),
        ("gamma", 0.0, math.inf),
        ("gamma", -1.0, math.inf),
        ("exp", 1000.0, math.inf),
        ("erfinv", 1.0, math.inf),
        ("csc", 0.0, math.inf),
        ("tanh", 1000.0, 1.0),
        ("sigmoid", -1000.0, 0.0),
        ("softplus", 1000.0, 1000.0),
        ("log_sigmoid", -1000.0, -1000.0),
    ],
)
def test_edges_in_float64(name: str, argument: float, value: float) -> None:
    assert getattr(MACHINE, name)(argument) == value


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("log", -1.0),
        ("sqrt", -1.0),
        ("asin", 2.0),
        ("acosh", 0.5),
        ("atanh", 2.0),
        ("log1p", -2.0),
        ("lambertw", -1.0),
    ],
)
def test_outside_the_domain(name: str, argument: float) -> None:
    for numbers in (MACHINE, BIG):
        x = argument if numbers is MACHINE else BIG.context.mpf(argument)
        with pytest.raises(ValueError):
            getattr(numbers, name)(x)
    with pytest.raises(GradcalcError) as caught:
        evaluate(f"{name}(x)", {"x": argument})
    assert caught.value.code == "domain"


@pytest.mark.parametrize("k", [0, 1, 2, 3])
@pytest.mark.parametrize("x", ["-0.5", "-3.25", "-7.9", "0.3", "12"])
def test_polygamma_by_reflection(k: int, x: str) -> None:
    found = BIG.polygamma(BIG.context.mpf(k), BIG.context.mpf(x))
    with mpmath.workdps(70):
        assert abs(found - mpmath.psi(k, mpmath.mpf(x))) <= abs(found) * mpmath.mpf(10) ** -50


@pytest.mark.parametrize("v", [0, 1, 2.5, 7])
@pytest.mark.parametrize("x", ["1e-300", "1e-9", "0.3", "5", "50", "119", "500"])
def test_besselk_by_its_series(v: float, x: str) -> None:
    found = BIG.besselk(BIG.context.mpf(v), BIG.context.mpf(x))
    with mpmath.workdps(70):
        assert abs(found - mpmath.besselk(v, mpmath.mpf(x))) <= abs(found) * mpmath.mpf(10) ** -50


@pytest.mark.parametrize("k", [0, 1, 3])
@pytest.mark.parametrize("x", ["16.2", "30", "1000"])
def test_scaled_erfc_by_its_series(k: int, x: str) -> None:
    found = BIG.scaled_erfc(BIG.context.mpf(k), BIG.context.mpf(x))
    with mpmath.workdps(90):
        z = mpmath.mpf(x)
        cylinder = mpmath.pcfd(-k - 1, z * mpmath.sqrt(2))
        truth = mpmath.exp(z * z / 2) * cylinder / mpmath.sqrt(mpmath.mpf(2) ** (k - 1) * mpmath.pi)
        assert abs(found - truth) <= abs(truth) * mpmath.mpf(10) ** -50


@pytest.mark.parametrize("v", [0, 1, -1, 3])
@pytest.mark.parametrize("x", ["1e-9", "0.3", "5", "100", "1000", "1e9"])
def test_bessely_by_its_series(v: int, x: str) -> None:
    found = BIG.bessely(BIG.context.mpf(v), BIG.context.mpf(x))
    with mpmath.workdps(90):
        truth = mpmath.bessely(v, mpmath.mpf(x))
        assert abs(found - truth) <= abs(truth) * mpmath.mpf(10) ** -50
