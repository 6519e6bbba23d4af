"""A slice of the random formulas of `tests/fuzz/formulas`, with its oracle of 1,200 digits."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import mpmath
import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.answers.orders import derivatives
from gradcalc.rules import enclosures
from tests.fuzz.formulas import sides
from tests.fuzz.formulas.generator import formula
from tests.fuzz.formulas.judgement import judged, wrong
from tests.fuzz.formulas.sides import Side, UnclearError, mp
from tests.fuzz.formulas.trees import text, value
from tests.fuzz.formulas.truth import truth

FORMULAS = 480
PARTS = 8
SELDOM = 0.05  # the share of formulas that may be left open


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_claimed_that_is_not_so(part: int) -> None:
    outcomes = Counter[str]()
    for k in range(part, FORMULAS, PARTS):
        outcome, complaints, made = judged(f"slice {k}", flint=k // PARTS % 2 == 0)
        assert not complaints, f"{made.source} at {made.at}: {complaints}"
        outcomes[outcome] += 1
    assert outcomes["open"] + outcomes["refused"] <= SELDOM * outcomes.total()


def test_the_oracle_agrees_with_difference_quotients() -> None:
    """Its expansions at places without trouble have the slopes that mpmath's quotients have."""
    compared = 0
    for k in range(300):
        made = formula(f"oracle {k}")
        # Without large scales and jumps, and beside the point of trouble, not at it.
        if any(part in made.source for part in ("00", "ceil", "floor")) or "(" not in made.at:
            continue
        step, place = mp.mpf(10) ** -400, sides.number(made.place).split()[0]
        try:
            beside = sides.add(sides.number(made.place), Side([(sides.H, mp.mpf(1))]))
            slope = value(made.tree, beside).coefficient(sides.H)
            near = [value(made.tree, sides.number(place + s * step)) for s in (-1, 1)]
        except (UnclearError, sides.OutsideError):
            continue
        quotient = (near[1].split()[0] - near[0].split()[0]) / (2 * step)
        size = abs(slope) + abs(near[0].split()[0])
        assert abs(quotient - slope) <= size * mp.mpf(10) ** -100, made.source
        compared += 1
    assert compared > 10


# What vanishes beside something larger is no 0, at whatever precision one looks.

VANISHING = (
    "1 - tanh({})",
    "1 - erf({})",
    "1 - sigmoid({})",
    "exp(-{}) + 1 - 1",
    "sqrt(1 + exp(-{})) - 1",
    "cos(exp(-{})) - 1",
    "log(1 + exp(-{}))",
    "atan(exp({})) - pi/2",
)
ASKING = (
    "log(abs({}))",
    "1/({})",
    "sqrt(abs({}))",
    "abs({})",
    "floor(2 - abs({}))",
    "sign({})",
    "x if {} != 0 else 2*x",
    "({})*exp(x)",
)


@pytest.mark.parametrize("flint", [True, False])
@pytest.mark.parametrize("vanishing", VANISHING)
def test_what_is_lost_in_rounding_is_no_zero(
    vanishing: str, flint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not flint:
        monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    for asking in ASKING:
        for at in ("2e4", "1e9", "1e30"):
            source = asking.format(vanishing.format("x"))
            try:
                result = evaluate(source, {"x": at}, options=Options(check="fast"))
            except GradcalcError:
                continue
            (row,) = result.derivatives
            zero = result.reference in ("0", "Infinity", "-Infinity")
            assert not zero, source
            assert row.status in ("smooth", "not determined"), source
            if row.status == "not determined":
                assert not result.digits, source
                assert not row.digits, source


def test_domains_end_where_powers_and_roots_do() -> None:
    for source, at in [
        ("x^1.5", "0"),
        ("(1 - x)^(7/2)", "1"),
        ("max(3, sqrt(x))", "0"),
        ("max(3, sqrt((1 + x) - 1))", "0"),
        ("asin(x)*(1 - x)", "1"),
        ("min(-1, acosh(x))", "1"),
    ]:
        assert evaluate(source, {"x": at}).status in ("one-sided", "vertical"), source
    assert evaluate("abs(x)^1.5", {"x": 0}).status == "smooth"


def test_tolerances_follow_the_scale_of_a_function() -> None:
    for scale in ("1e-300", "1e-30", "1", "1e300"):
        for source, slope in [
            ("relu(relu(x))", 0.5),
            ("max(max(x, -x), 0)", 0.0),
            ("max(relu(x), x)", 0.5),
            ("(1 if x == 0 else expm1(x)/x)", 0.5),
            ("(1 if x == 0 else expm1(x)/x) + x*(1e70 + exp(x))/1e70", 1.5),
        ]:
            (row,) = evaluate(f"{scale}*({source})", {"x": 0}).derivatives
            assert row.gradient == pytest.approx(float(scale) * slope, rel=1e-15, abs=0)
            assert row.digits == 16


def test_values_that_come_by_way_of_an_infinity_may_cancel() -> None:
    for scale in ("1", "1e-300"):
        result = evaluate(f"{scale}*((1e30 + atan(1/x)) - 1e30)", {"x": 0})
        assert result.status == "jump"


def test_fractions_are_rounded_before_a_logarithm_sees_them() -> None:
    (row,) = evaluate("abs(x)*log((1e70 + exp(x))/1e70)", {"x": 0}).derivatives
    assert (row.status, row.left, row.right) == ("kink", -1e-70, 1e-70)


def test_magnitudes_of_gmpys_integers() -> None:
    from types import SimpleNamespace

    from gradcalc.numbers.bounded import magnitude

    class Mpz:
        """As gmpy2's, it is no float when it is large."""

        def __int__(self) -> int:
            return 3 << 5000

    assert magnitude(SimpleNamespace(_mpf_=(0, Mpz(), -5000, 5002))) == pytest.approx(1.585, 1e-3)


def test_an_exact_run_outside_the_domain_has_no_derivative() -> None:
    for source, at in [
        ("sqrt((x + 1e30) - 1e30)", "-1e-5"),
        ("max(1, log((x + 1) - 1))", "-1e-30"),
    ]:
        result = evaluate(source, {"x": at})
        assert result.status == "undefined"
        assert result.error is not None


def test_where_only_float64_is_in_doubt_the_reference_says_the_derivative() -> None:
    with mpmath.workdps(1300):
        w = mpmath.erfc(35 + mpmath.sin(1) / 20)
        slope = -mpmath.exp(-((35 + mpmath.sin(1) / 20) ** 2)) / mpmath.sqrt(mpmath.pi)
        true = slope * mpmath.cos(1) / 20  # of expm1(w)/w, about 1 + w/2
    assert w < mpmath.mpf("1e-500")
    source = "v = 1 - erf(35 + sin(x)/20); expm1(v)/v"
    reference = evaluate(source, {"x": 1}).derivatives[0].reference
    assert abs(mpmath.mpf(reference) / true - 1) < mpmath.mpf("1e-29")


@pytest.mark.parametrize(
    ("formula", "x", "slope"),
    [
        ("max(max(x, -x), 0)", "1e-400", 1),
        ("max(max(x, -x), 0)", "-1e-400", -1),
        ("min(min(x, 2*x), 3*x)", "1e-400", 1),
        ("min(min(x, 2*x), 3*x)", "-1e-400", 3),
        ("max(x - 2*x, max(x, 3*x))", "1e-330", 3),
        ("max(max(x, -x), 0)", "0", 0),
        ("max(max(x, 2*x), 3*x)", "0", 2),
    ],
)
def test_a_tie_of_float64_alone_is_no_tie(formula: str, x: str, slope: int) -> None:
    """Numbers that float64 rounds to the same 0: the exact ones say which is the largest."""
    (row,) = evaluate(formula, {"x": x}).derivatives
    assert row.gradient == slope


@pytest.mark.parametrize("flint", [True, False])
@pytest.mark.parametrize("scale", ["3", "1e30", "1e-300", "-1e300"])
@pytest.mark.parametrize("place", ["0", "pi", "7e200"])
def test_values_by_way_of_an_infinity_are_zeros(
    scale: str, place: str, flint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """atan(1/0) is pi/2, whose cosine is 0: no digit was lost on the way there."""
    if not flint:
        monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    for source, slope in [
        ("cos(atan(1/({s}*(x - {p}))))", 1),
        ("-2*sin(2*atan(1/({s}*(x - {p}))))", -4),
    ]:
        result = evaluate(source.format(s=scale, p=place), {"x": place})
        (row,) = result.derivatives
        assert result.reference == "0"
        if slope > 0:
            ends = (-abs(float(scale)), abs(float(scale)))
            assert (row.status, row.left, row.right) == ("kink", *ends)
        else:
            assert (row.status, row.gradient) == ("smooth", slope * float(scale))


@pytest.mark.parametrize("size", ["40", "150", "700"])
@pytest.mark.parametrize("step", ["floor", "ceil", "round", "trunc"])
def test_which_integer_a_large_number_is_nearest_to_may_be_open(step: str, size: str) -> None:
    """exp(2*size)/2, nearly, of which rounding leaves no digit behind the point."""
    source = f"{step}(1/(1 - tanh({size} + sin(x))))"
    assert evaluate(source, {"x": 0}).status in ("smooth", "not determined")


@pytest.mark.parametrize("flint", [True, False])
@pytest.mark.parametrize("tiny", ["1e-17", "1e-60", "1e-300"])
@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("abs({u}) + {t}*{u}", "0"),
        ("hypot({u}, {u}^2) + {t}*sin({u})", "0.1"),
        ("abs(sin({u})) + {t}*expm1({u})", "0"),
        ("max({u}, -{u}) + atan({t}*{u})", "1/3"),
        ("abs(cos({u} + pi/2)) + {t}*{u}", "0"),
    ],
)
def test_means_of_slopes_that_all_but_cancel(
    source: str, place: str, tiny: str, flint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean of -1 + t and 1 + t is t, which takes more digits than either has."""
    if not flint:
        monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    for scale in ("1", "1e30", "-3"):
        u = f"({scale}*(x - {place}))"
        (row,) = evaluate(source.format(u=u, t=tiny), {"x": place}).derivatives
        true = Fraction(tiny) * Fraction(scale)
        assert (row.status, row.gradient, row.digits) == ("kink", float(true), 16)
        assert abs(Fraction(row.reference) - true) <= abs(true) / 10**28


def test_means_of_higher_orders_that_all_but_cancel() -> None:
    found = derivatives("x*abs(x) + 1e-60*x^2", {"x": 0}, 2).derivatives[1]
    assert (found.status, found.gradient) == ("kink", 2e-60)


@pytest.mark.parametrize("flint", [True, False])
@pytest.mark.parametrize("tail", ["exp(-1e5)", "(1 - tanh(1e5))", "(1 - erf(200))", "1/gamma(1e5)"])
@pytest.mark.parametrize("bent", ["abs({u})", "max({u}, -{u})", "abs(sin({u}))"])
def test_a_mean_that_rounding_leaves_nothing_of_has_no_digit(
    bent: str, tail: str, flint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of -1 + t and 1 + t the answer is 0, of which no digit is right, however small t is."""
    if not flint:
        monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    result = evaluate(f"u = 3*x; {bent.format(u='u')} + u*{tail}", {"x": 0})
    (row,) = result.derivatives
    assert (row.status, row.left, row.right) == ("kink", -3, 3)
    assert (row.gradient, row.digits) == (0, 0)
    assert row.reference != "0"
    assert result.error is None


@pytest.mark.parametrize("shift", ["0", "1e-30", "1e-300"])
@pytest.mark.parametrize("turns", ["1e15", "2e17", "1e25"])
@pytest.mark.parametrize("wave", ["cos", "sin"])
def test_a_wave_is_even_about_its_crest(wave: str, turns: str, shift: str) -> None:
    """Both sides meet where atan ends, after many half turns: cos has a crest there, of slope 0,
    which in big numbers is turns^2 times their rounding; sin jumps nowhere and has no crest."""
    inverse = ("div", ("number", "1"), ("sub", ("x",), ("number", shift)))
    tree = (wave, ("mul", ("number", turns), ("atan", inverse)))
    true = truth(tree, Fraction(shift))
    assert true.status == "smooth"
    slope = mp.mpf(0 if wave == "cos" else "-" + turns)
    assert abs(true.left - slope) <= abs(slope) * mp.mpf(10) ** -100
    answer = evaluate(text(tree), {"x": Fraction(shift)}, options=Options(check="fast"))
    assert list(wrong(true, answer)) == []
