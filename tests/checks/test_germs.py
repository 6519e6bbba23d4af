"""Limits by algebra: one-sided derivatives, poles and gaps, without a step size."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.answers.request import Run, read
from gradcalc.checks.directions import surroundings
from gradcalc.checks.neighbourhoods import one_sided_derivatives
from gradcalc.checks.onesided import one_sided
from gradcalc.checks.probe import OneSided
from gradcalc.checks.sides import COEFFICIENT_DIGITS
from gradcalc.numbers.bounded import NotDeterminedError, compare
from gradcalc.numbers.germs import InexpressibleError
from gradcalc.rules.systems import big_numbers, germ_numbers

INF = math.inf
EULER = 0.57721566490153286


def read_run(source: str, at: Mapping[str, Any]) -> Run:
    return read(source, at, None, Options(check="off"))


def along(run: Run, name: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any], Any]]:
    """The value with one input replaced, and that input's exact value."""

    def rerun(numbers: Any, x: Any) -> Any:
        trace = run.again(numbers, {**run.point.numbers(numbers), name: x}, (name,))
        return trace.values[trace.result]

    return rerun, lambda numbers: run.point.numbers(numbers)[name]


def probed(source: str, at: Any, name: str = "x") -> OneSided:
    return one_sided(*along(read_run(source, {name: at}), name))


def check(found: OneSided, status: str, left: Any, right: Any, limit: Any = None) -> None:
    assert found.status == status
    for got, wanted in ((found.left, left), (found.right, right), (found.limit, limit)):
        if wanted is None or got is None:
            assert got is wanted
        else:
            assert float(got) == pytest.approx(wanted, rel=1e-15, abs=0)


# source, point, then status, derivative from the left and from the right, and the limit
TEXTBOOK = [
    ("abs(x)^1.1", 0, "smooth", 0, 0),
    ("abs(x)^1.2", 0, "smooth", 0, 0),
    ("abs(x)^0.9", 0, "cusp", -INF, INF),
    ("x*x^0.1", 0, "one-sided", None, 0),
    ("0 if x == 0 else x/log(1/abs(x))", 0, "smooth", 0, 0),
    ("0 if x == 0 else x*log(abs(x))", 0, "vertical", -INF, -INF),
    ("0 if x == 0 else 1/log(abs(x))", 0, "cusp", INF, -INF),
    ("x*cbrt(x)", 0, "smooth", 0, 0),
    ("cbrt(x^4)", 0, "smooth", 0, 0),
    ("cbrt(x)", 0, "vertical", INF, INF),
    ("1.380649e-23*abs(x)", 0, "kink", -1.380649e-23, 1.380649e-23),
    ("1e-300*cbrt(x)", 0, "vertical", INF, INF),
    ("abs(x)/(abs(x) + 4e-21)", 0, "kink", -2.5e20, 2.5e20),
    ("sqrt(x^4)/(x^2 + 4.11e-21)", 0, "smooth", 0, 0),
    ("relu(x) + 1e20*x^2", 0, "kink", 0, 1),
    ("abs(x) + exp(1e19*x)", 0, "kink", 1e19 - 1, 1e19 + 1),
    ("1e-5*log(x)", 0, "pole", None, INF, -INF),
    ("1e-200/x", 0, "pole", -INF, -INF, None),
    ("x^-0.001", 0, "pole", None, -INF, INF),
    ("floor(x)", "1e31", "jump", None, 0),
    ("round(x)", "1e100", "smooth", 0, 0),
    ("exp(x)", 1, "smooth", math.e, math.e),
    ("x*sqrt(x)", 0, "one-sided", None, 0),
    ("x*xlogy(x, x)", 0, "one-sided", None, 0),
    ("relu(x) + x^3", 0, "kink", 0, 1),
    ("sin(x)/x", 0, "removable", 0, 0, 1),
    ("sin(1e20*x)/x", 0, "removable", 0, 0, 1e20),
    ("(1 - cos(x))/x^2", 0, "removable", 0, 0, 0.5),
    ("(sin(x) - x)/x^3", 0, "removable", 0, 0, -1 / 6),
    ("x^2/abs(x)", 0, "removable", -1, 1, 0),
    ("relu(x) - relu(-x)", 0, "smooth", 1, 1),
    ("4 if x == 2 else x^2", 2, "smooth", 4, 4),
    ("5 if x == 2 else x^2", 2, "jump", None, None),
    ("sqrt(x^2)", 0, "kink", -1, 1),
    ("sqrt((x^2 - 9)^4)*x", 3, "smooth", 0, 0),
    ("abs(sin(x))", "pi", "kink", -1, 1),
    ("acos(cos(x))", 0, "kink", -1, 1),
    ("x^x", 0, "vertical", None, -INF),
    ("log(abs(x))", 0, "pole", -INF, INF, -INF),
    ("1/x^2", 0, "pole", INF, -INF, INF),
    ("expm1(x)/x", 0, "removable", 0.5, 0.5, 1),
    ("1 if x == 0 else expm1(x)/x", 0, "smooth", 0.5, 0.5),
    ("x*log(x)", 0, "removable", None, -INF, 0),
    ("exp(-1/x^2) if x != 0 else 0", 0, "smooth", 0, 0),
    ("x^2*sin(1/x) if x != 0 else 0", 0, "smooth", 0, 0),
    ("max(x, x^2)", 1, "kink", 1, 2),
    ("sqrt(abs(x))", 0, "cusp", -INF, INF),
    ("x/(1 + exp(1/x)) if x != 0 else 0", 0, "kink", 1, 0),
    ("tan(x)", "pi/2", "pole", INF, INF, None),
    ("y = x; while y > 1 { y = y/2 }; y", 4, "jump", 0.25, None),
    ("floor(x)", 0.5, "smooth", 0, 0),
    ("x % 1", 3, "jump", None, 1),
    ("round(x)", 0.5, "jump", 0, None),
    ("fmod(x, 2)", -4, "jump", 1, None),
    ("0^x", 0, "jump", None, None),
    ("sum(sort([x, 2*x, -x])*[1, 2, 3])", 0, "kink", 1, 7),
    ("norm([x, 0])", 0, "kink", -1, 1),
    ("det([[x, 1], [1, abs(x)]])", 0, "smooth", 0, 0),
    ("D(abs(x)*x, x)", 0, "kink", -2, 2),
    ("atan2(x, -1)", 0, "jump", None, -1),
    ("atan(x/pi) + abs(x - pi)", "pi", "kink", 1/(2*math.pi) - 1, 1/(2*math.pi) + 1),
    ("sqrt(x)^2", 0, "one-sided", None, 1),
    ("log(1 - tanh(x))", 120, "smooth", -2, -2),
    ("1 if (x + 1) - 1 > 0 else 2", "1e-305", "smooth", 0, 0),
    ("abs(x)^pi", 0, "smooth", 0, 0),
    ("x^(pi)*x^(1 - pi)", 0, "removable", None, 1, 0),
    ("x*floor(1/x) if x != 0 else 1", 0, "not determined", None, None),
    ("x*sin(1/x) if x != 0 else 0", 0, "oscillating", None, None),
    ("x*sin(1/x) if x > 0 else 0", 0, "oscillating", 0, None),
    ("x*sin(1/x)", 0, "removable", None, None, 0),
    ("x^2*sin(1/x)", 0, "removable", 0, 0, 0),
    ("sin(1/x)", 0, "oscillating", None, None),
    ("sin(1/x)/x", 0, "oscillating", None, None),
    ("(2 + sin(1/x))/x", 0, "pole", -INF, -INF, None),
    ("sqrt(abs(x))*(2 + sin(1/x)) if x != 0 else 0", 0, "cusp", -INF, INF),
    ("x*sin(gamma(-1/x)) if x != 0 else 0", 0, "not determined", None, None),
    ("exp(-exp(1/abs(x))) if x != 0 else 0", 0, "not determined", None, None),
    ("log(-log(x))", 0, "not determined", None, None),
]  # fmt: skip


@pytest.mark.parametrize("case", TEXTBOOK, ids=[f"{c[0]} @ {c[1]}" for c in TEXTBOOK])
def test_textbook_cases(case: tuple[Any, ...]) -> None:
    source, at, status, *sides = case
    if status == "not determined":
        with pytest.raises((NotDeterminedError, InexpressibleError)):
            probed(source, str(at))
        return
    check(probed(source, str(at)), status, *sides)


# Each from the function's expansion there, in the NIST handbook (DLMF).
SINGULAR = [
    ("gamma(x)*x", 0, "removable", -EULER, -EULER, 1),
    ("gamma(x)", -1, "pole", INF, INF, None),  # about -1/(x + 1)
    ("gamma(x)*(x + 1)", -1, "removable", EULER - 1, EULER - 1, -1),
    ("lgamma(x)", 0, "pole", INF, -INF, INF),
    ("lgamma(x) + log(abs(x + 2))", -2, "removable", 1.5 - EULER, 1.5 - EULER, -math.log(2)),
    ("digamma(x) + 1/x", 0, "removable", math.pi**2 / 6, math.pi**2 / 6, -EULER),
    ("polygamma(1, x)*x^2", 0, "removable", 0, 0, 1),
    ("(x - 1)*zeta(x)", 1, "removable", EULER, EULER, 1),
    ("x*besselk(1, x)", 0, "removable", None, 0, 1),
    ("besselk(0, x) + log(x)", 0, "removable", None, 0, math.log(2) - EULER),
    ("besselk(1/2, x)*sqrt(x)", 0, "removable", None,
     -math.sqrt(math.pi / 2), math.sqrt(math.pi / 2)),
    ("x*bessely(1, x)", 0, "removable", None, 0, -2 / math.pi),
    ("bessely(1/2, x)*sqrt(x)", 0, "removable", None, 0, -math.sqrt(2 / math.pi)),
    ("besselj(1, x)/x", 0, "removable", 0, 0, 0.5),
    ("expint(x) + log(x)", 0, "removable", None, 1, -EULER),
    ("expint(3, x)", 0, "one-sided", None, -1),
    ("ci(x) - log(x)", 0, "removable", None, 0, EULER),
    ("si(x)", 0, "smooth", 1, 1),
    ("ellipk(x)", 1, "pole", INF, None, INF),
    ("ellipk(x) + log(1 - x)/2", 1, "removable", -INF, None, math.log(4)),
    ("ellipe(x)", 1, "vertical", -INF, None),
    ("erfinv(x)", 1, "pole", INF, None, INF),
    ("acos(x)", 1, "vertical", -INF, None),
    ("asin(x)", -1, "vertical", None, INF),
    ("acosh(x)", 1, "vertical", None, INF),
    ("atanh(x)", 1, "pole", INF, None, INF),
    ("x*lgamma(1/sqrt(x)^2)", 0, "pole", None, -INF, INF),  # log(1/x) - 1 + …
    ("digamma(1/sqrt(x)^2) + log(x)", 0, "removable", None, -0.5, 0),
    ("x*erf(1/x) if x != 0 else 0", 0, "kink", -1, 1),
    ("x*tanh(1/x) if x != 0 else 0", 0, "kink", -1, 1),
    ("x*atan(1/x) if x != 0 else 0", 0, "kink", -math.pi / 2, math.pi / 2),
    ("exp(1/x)*erfc(1/sqrt(x))/sqrt(x)", 0, "removable", None,
     -1 / (2 * math.sqrt(math.pi)), 1 / math.sqrt(math.pi)),
    ("exp(1/x)*besselk(0, 1/x)/sqrt(x)", 0, "removable", None,
     -math.sqrt(math.pi / 2) / 8, math.sqrt(math.pi / 2)),
]  # fmt: skip


@pytest.mark.parametrize("case", SINGULAR, ids=[f"{c[0]} @ {c[1]}" for c in SINGULAR])
def test_singular_points_of_special_functions(case: tuple[Any, ...]) -> None:
    source, at, status, *sides = case
    check(probed(source, str(at)), status, *sides)


def test_lambert_at_its_branch_point() -> None:
    """W(-1/e + d) = -1 + sqrt(2 e d) - 2 e d/3 + …"""
    n: Any = germ_numbers(800, 6, True)
    e = n.constant("e")
    found = n.lambertw(-1 / e + n.field.step(1) / e)
    (_, a), (_, b), (_, c) = found.terms[:3]
    assert a == -1
    assert not compare(b * b, 2)
    assert not compare(c, Fraction(-2, 3))


@pytest.mark.parametrize(
    ("source", "at", "left", "right"),
    [
        ("1 if x == 0 else expm1(x)/x", 0, [1 / 2, 1 / 3, 1 / 4], [1 / 2, 1 / 3, 1 / 4]),
        ("sin(x)/x", 0, [0, -1 / 3, 0, 1 / 5], [0, -1 / 3, 0, 1 / 5]),
        ("abs(x)*exp(x)", 0, [-1, -2, -3, -4], [1, 2, 3, 4]),
        ("abs(x)^2.5", 0, [0, 0, -INF], [0, 0, INF]),
        ("x^2*log(abs(x))", 0, [0, -INF, -INF], [0, -INF, INF]),
        ("sqrt(x)", 0, None, [INF, -INF, INF]),
        ("exp(-1/x^2)", 0, [0, 0, 0, 0], [0, 0, 0, 0]),
        ("1/x", 0, None, None),
        ("gamma(x)", 1, [-EULER, EULER**2 + math.pi**2 / 6], [-EULER, EULER**2 + math.pi**2 / 6]),
    ],
)
def test_derivatives_of_any_order(source: str, at: Any, left: Any, right: Any) -> None:
    order = len(left or right or [0])
    found = one_sided_derivatives(*along(read_run(source, {"x": str(at)}), "x"), order)
    for got, wanted in zip(zip(*found, strict=True), (left, right), strict=False):
        if wanted is None:
            assert set(got) == {None}
        else:
            assert list(map(float, got)) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("source", "names", "smooth"),
    [
        ("x*y/(x^2 + y^2) if x != 0 or y != 0 else 0", "xy", False),
        ("x^2*y/(x^4 + y^2) if x != 0 or y != 0 else 0", "xy", False),
        ("x^3/(x^2 + y^2) if x != 0 or y != 0 else 0", "xy", False),
        ("x^2*y^2/(x^2 + y^2) if x != 0 or y != 0 else 0", "xy", True),
        ("sqrt(abs(x*y))", "xy", False),
        ("abs(x*y)", "xy", True),
        ("abs(x - y)", "xy", False),
        ("x*y + exp(z)", "xyz", True),
        ("max(x, y) + min(x, y) + z", "xyz", True),
        ("cbrt(x*y*z)", "xyz", False),
        ("x*y/z", "xyz", False),
    ],
)
def test_differentiable_or_only_along_the_axes(source: str, names: str, smooth: bool) -> None:
    run = read_run(source, dict.fromkeys(names, 0))

    def rerun(numbers: Any, moved: Mapping[str, Any]) -> Any:
        trace = run.again(numbers, {**run.point.numbers(numbers), **moved}, tuple(names))
        return trace.values[trace.result]

    found = surroundings(rerun, run.point.numbers, names).bent
    assert (found is None) == smooth


@pytest.mark.parametrize("x", [0, 1])
@pytest.mark.parametrize("base", ["x", "(x - 1)", "(2 + 0*x)"])
@pytest.mark.parametrize("size", ["10^38396^222222150000", "3^(1e9 + sqrt(2))", "-7^(2^40 + 0.5)"])
def test_an_exponent_of_any_size_is_no_bug(base: str, size: str, x: int) -> None:
    """Whether it is an integer was asked of all its digits, for which there is no memory."""
    for source in (f"abs(x) + {base}^({size})", f"log2(x)^2 + 10^22^({size})^2 + {base}^({size})"):
        try:
            result = evaluate(source, {"x": x}, options=Options(check="off"))
        except GradcalcError as error:
            assert error.exit == Exit.NO_ANSWER
        else:
            assert result.exit in (Exit.OK, Exit.NO_ANSWER)


@pytest.mark.parametrize(
    "source", ["expm1(expm1(x))", "exp(exp(x))", "exp(-exp(x))", "sinh(exp(x))"]
)
@pytest.mark.parametrize("x", [800, 1e5, 1e300])
def test_what_no_exponent_can_hold_is_no_bug(source: str, x: float) -> None:
    """exp(exp(800)) has an exponent of 10^347 bits, which no float holds."""
    result = evaluate(source, {"x": x}, options=Options(check="fast"))
    assert result.exit in (Exit.OK, Exit.NO_ANSWER)


@pytest.mark.parametrize("k", [0, 1, 3, 50, 51, 60, 61, 10**6, 10**15])
def test_poles_of_gamma_far_to_the_left(k: int) -> None:
    """At -k gamma is (-1)^k/(k! d) for small d, lgamma -log|k! d|, digamma -1/d: DLMF 5.2."""
    rising = math.inf if k % 2 else -math.inf
    for source, slopes in (
        ("gamma(x)", (rising, rising)),
        ("lgamma(x)", (math.inf, -math.inf)),
        ("digamma(x)", (math.inf, math.inf)),
    ):
        side = evaluate(source, {"x": -k}, options=Options(check="fast")).derivatives[0]
        assert (side.status, side.left, side.right) == ("pole", *slopes), source


@pytest.mark.parametrize("source", ["abs(sin(x))*exp(x) + log(x)*atan(x)", "exp(1/sin(x))/exp(x)"])
def test_a_function_of_a_constant_is_computed_once(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source runs at x - h, x and x + h, in few digits and in many: once for each of these."""
    computed: list[Any] = []

    def count(context: Any, name: str) -> None:
        own = getattr(context, name)

        def counted(x: Any) -> Any:
            computed.append((name, x, context.dps))
            return own(x)

        monkeypatch.setattr(context, name, counted)

    germ_numbers.cache_clear()
    for digits in COEFFICIENT_DIGITS:
        for name in ("exp", "log", "atan"):
            count(big_numbers(digits).context, name)
    probed(source, "pi")
    full = [call for call in computed if call[2] >= min(COEFFICIENT_DIGITS)]
    assert full
    assert len(full) == len(set(full))


@pytest.mark.parametrize(
    "source", ["digamma(x) + 1/x", "1/x^2 + log(abs(x)) - 1/x^2", "1/abs(x) - 1/x^2*abs(x)"]
)
def test_a_gap_has_no_infinite_value(source: str) -> None:
    """What IEEE's infinities add up to at the point is not what the function tends to."""
    result = evaluate(source, {"x": 0})
    status = result.derivatives[0].status
    assert (status == "pole") == ("log" in source)
    assert math.isnan(result.value) == (status == "removable")
    assert result.exit is Exit.NO_ANSWER


@pytest.mark.parametrize(
    ("source", "x", "slope"),
    [
        ("acos(x/sqrt(x^2))", 3, 0),
        ("acos(x/sqrt(x^2))", "0.1", 0),
        ("acosh((x + 1)^2/(x^2 + 2*x + 1))", 2, 0),
        ("asin(sqrt((x - 2)^2)/(x - 2))", 5, 0),
        ("sqrt(1 - (x^2 - 1)/(x - 1)/(x + 1))", 3, 0),
    ],
)
def test_what_cancels_exactly_leaves_no_rest(source: str, x: Any, slope: float) -> None:
    """At the edge of a domain a germ is 1 exactly, or nothing is known of it."""
    row = evaluate(source, {"x": x}, options=Options(check="fast")).derivatives[0]
    assert (row.gradient, row.status) == (slope, "smooth")


def test_a_gap_of_finite_float64_is_a_gap() -> None:
    """1^inf is 1 by IEEE's rules, and (1 + x)^(1/x) tends to e."""
    result = evaluate("(1 + x)^(1/x)", {"x": 0})
    assert math.isnan(result.value)
    assert result.exit is Exit.NO_ANSWER
    assert result.derivatives[0].gradient == pytest.approx(-math.e / 2, rel=1e-15)


def test_a_tie_of_three_that_is_smooth_along_two_axes() -> None:
    """clip(1, 1, 1) changes by 1 along (1, 1, 1), and not at all along the first two axes."""
    found = evaluate("clip(x, l, h)", {"x": 1, "l": 1, "h": 1})
    assert sum(found.gradient.values()) == 1
    assert found.gradient["x"] == found.gradient["l"] > 0


@pytest.mark.parametrize("exponent", [300, 460, 600, 700, 707])
@pytest.mark.parametrize("flint", [True, False])
def test_kinks_below_what_cancels(
    exponent: int, flint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slopes of e^-k/sqrt(8), where numbers of size 1 and of size e^-2k cancel on the way."""
    if not flint:
        monkeypatch.setattr("gradcalc.rules.enclosures.has_flint", lambda: False)
    s = f"({exponent} + abs(x))"
    (row,) = evaluate(f"(log(exp{s} + 1) - {s})/sqrt(1 - tanh{s})", {"x": "0"}).derivatives
    slope = float(mpmath.exp(-exponent) / mpmath.sqrt(8))
    assert row.status == "kink"
    assert (row.left, row.right) == pytest.approx((-slope, slope), rel=1e-12)
