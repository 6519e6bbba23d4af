"""`propagate` against published examples, another package's numbers, and closed forms.

GUM is JCGM 100:2008, whose annex H has worked examples; JCGM 101 is its Supplement 1, whose
clause 9 has others. `first_order.json` has what the package uncertainties 3.2.3 answers.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcalc
from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.uncertainty.distributions import DISTRIBUTIONS
from gradcalc.uncertainty.notation import filled
from gradcalc.uncertainty.propagation import Output, Propagation

FIRST_ORDER = json.loads((Path(__file__).parent / "first_order.json").read_text("utf-8"))


def only(found: Propagation) -> Output:
    (output,) = found.outputs
    return output


def pairs(texts: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(a, b): r for key, r in texts.items() for a, b in [key.split(",")]}


# Published examples -------------------------------------------------------------------------

END_GAUGE = "ls + d - ls*(da*theta + alpha*dtheta)"


def test_end_gauge_calibration_of_the_gum() -> None:
    """GUM H.1: 838 nm, u = 32, second order 34, ν = 16, U99 = 93."""
    found = gradcalc.propagate(
        END_GAUGE,
        {"ls": "50000623±25", "d": "215±9.7", "da": "0±0.58e-6", "theta": "-0.1±0.41",
         "alpha": "11.5e-6±1.2e-6", "dtheta": "0±0.029"},
        dof={"ls": 18, "d": 25.6, "da": 50, "dtheta": 2},
        coverage=0.99,
        draws=0,
    )  # fmt: skip
    one = only(found)
    assert one.second is not None
    assert one.dof is not None
    assert round(one.first.value - 50_000_000) == 838
    assert round(one.first.u) == 32
    assert round(one.second.u) == 34
    assert math.floor(one.dof) == 16
    assert round(one.expanded) == 93


READINGS = {
    "V": [5.007, 4.994, 5.005, 4.990, 4.999],
    "I": [0.019663, 0.019639, 0.019640, 0.019685, 0.019678],
    "phi": [1.0456, 1.0438, 1.0468, 1.0428, 1.0433],
}


def test_resistance_and_reactance_of_the_gum() -> None:
    """GUM H.2, table H.4: values, uncertainties and correlations, from five readings.

    Its u(X) = 0.295 follows from numbers rounded on the way; from the readings it is 0.2956.
    """
    found = gradcalc.propagate("[V/I*cos(phi), V/I*sin(phi), V/I]", {}, readings=READINGS, draws=0)
    assert [round(o.first.value, 3) for o in found.outputs] == [127.732, 219.847, 254.260]
    assert [round(o.first.u, 4) for o in found.outputs] == [0.0711, 0.2956, 0.2363]
    u = [o.first.u for o in found.outputs]
    strengths = [found.covariance[j][k] / (u[j] * u[k]) for j, k in ((0, 1), (0, 2), (1, 2))]
    assert [round(r, 3) for r in strengths] == [-0.588, -0.485, 0.993]
    # Willink's formula: all were read together, five times.
    assert [o.dof for o in found.outputs] == pytest.approx([4, 4, 4])


def test_thermometer_correction_of_the_gum() -> None:
    """GUM H.3: the correction at 30 degrees is -0.1494, with u = 0.0041."""
    found = gradcalc.propagate(
        "y1 + y2*(t - 20)",
        {"y1": "-0.1712±0.0029", "y2": "0.00218±0.00067", "t": 30},
        corr={("y1", "y2"): "-0.930"},
        draws=0,
    )
    assert round(found.value, 4) == -0.1494
    assert round(found.u, 4) == 0.0041


UNIFORM = "uniform(-sqrt(3), sqrt(3))"  # of standard deviation 1


@pytest.mark.parametrize(
    ("inputs", "interval", "u", "holds"),
    [
        (["normal(0, 1)"] * 4, (-3.92, 3.92), 2.0, True),  # 9.2.2
        ([UNIFORM] * 4, (-3.88, 3.88), 2.0, True),  # 9.2.3
        ([UNIFORM] * 3 + ["uniform(-10*sqrt(3), 10*sqrt(3))"], (-17.0, 17.0), 10.1, False),  # 9.2.4
    ],
)
def test_additive_models(
    inputs: list[str], interval: tuple[float, float], u: float, holds: bool
) -> None:
    """JCGM 101, 9.2, tables 2 to 4, with the verdict of clause 8, which 10^6 draws leave open."""
    at = dict(zip("abcd", inputs, strict=True))
    one = only(gradcalc.propagate("a + b + c + d", at, draws=4_000_000))
    drawn = one.monte_carlo
    assert drawn is not None
    assert drawn.u == pytest.approx(u, rel=0.01)
    assert drawn.shortest == pytest.approx(interval, abs=0.03 * u)
    assert drawn.interval == pytest.approx(interval, abs=0.01 * u)
    assert one.first.u == pytest.approx(u, rel=0.005)
    assert one.first.verdict is not None
    assert one.first.verdict.holds is holds


def test_mass_calibration() -> None:
    """JCGM 101, 9.3, table 6: first order 0.0539, higher order 0.0750, Monte Carlo 0.0754."""
    found = gradcalc.propagate(
        "(m + dm)*(1 + (a - 1.2)*(1/w - 1/r)) - 100000",
        {"m": "100000.000±0.050", "dm": "1.234±0.020", "a": "uniform(1.10, 1.30)",
         "w": "uniform(7e3, 9e3)", "r": "uniform(7.95e3, 8.05e3)"},
    )  # fmt: skip
    one = only(found)
    assert one.second is not None
    assert one.monte_carlo is not None
    assert round(one.first.value, 4) == 1.2340
    assert round(one.first.u, 4) == 0.0539
    assert round(one.second.u, 4) == 0.0750
    assert one.monte_carlo.mean == pytest.approx(1.2341, abs=3e-4)
    assert one.monte_carlo.u == pytest.approx(0.0754, abs=2e-4)
    assert one.monte_carlo.shortest == pytest.approx((1.0834, 1.3825), abs=3e-3)
    assert one.first.interval == pytest.approx((1.1285, 1.3395), abs=2e-4)
    assert one.second.interval == pytest.approx((1.0870, 1.3810), abs=2e-4)
    assert one.first.verdict is not None
    assert one.first.verdict.holds is False


@pytest.mark.parametrize(
    ("x1", "r", "value", "u"),
    [(0, 0, 50, 50), (0.010, 0, 150, 112), (0.050, 0, 2550, 502),
     (0, 0.9, 50, 67), (0.010, 0.9, 150, 121), (0.050, 0.9, 2550, 505)],
)  # fmt: skip
def test_comparison_loss(x1: float, r: float, value: float, u: float) -> None:
    """JCGM 101, 9.4, tables 7 and 8, in 1e-6: the loss x1² + x2², both inputs with u = 0.005."""
    one = only(
        gradcalc.propagate(
            "x1^2 + x2^2",
            {"x1": f"{x1}±0.005", "x2": "0±0.005"},
            corr={("x1", "x2"): str(r)},
            draws=200_000,
        )
    )
    drawn = one.monte_carlo
    assert one.second is not None
    assert drawn is not None
    assert [1e6 * one.second.value, 1e6 * one.second.u] == pytest.approx([value, u], abs=0.51)
    assert [1e6 * drawn.mean, 1e6 * drawn.u] == pytest.approx([value, u], rel=0.01)
    assert one.first.value == pytest.approx(x1**2)
    assert one.first.u == pytest.approx(0.01 * x1)


def test_gauge_block_by_monte_carlo() -> None:
    """JCGM 101, 9.5: mean 838, u = 36, shortest 99 % interval [745, 932]."""
    found = gradcalc.propagate(
        "ls + d + d1 + d2 - ls*(da*(t0 + delta) + alpha*dtheta) - 50000000",
        {"ls": "t(50000623, 25, 18)", "d": "t(215, 6, 24)", "d1": "t(0, 4, 5)", "d2": "t(0, 7, 8)",
         "alpha": "uniform(9.5e-6, 13.5e-6)", "t0": "-0.1±0.2", "delta": "arcsine(-0.5, 0.5)",
         "da": "ctrapezoid(-1.0e-6, 1.0e-6, 0.1e-6)",
         "dtheta": "ctrapezoid(-0.050, 0.050, 0.025)"},
        coverage=0.99,
    )  # fmt: skip
    drawn = only(found).monte_carlo
    assert drawn is not None
    assert drawn.mean == pytest.approx(838, abs=0.5)
    assert round(drawn.u) == 36
    assert drawn.shortest == pytest.approx((745, 932), abs=2)


# Other oracles ------------------------------------------------------------------------------


@pytest.mark.parametrize("row", FIRST_ORDER, ids=lambda row: f"{row['text']} {len(row['corr'])}")
def test_first_order_of_another_package(row: dict[str, Any]) -> None:
    """To 12 digits; its sensitivities of gamma and lgamma are difference quotients."""
    found = gradcalc.propagate(row["text"], row["at"], corr=pairs(row["corr"]), draws=0)
    digits = 1e-6 if "gamma" in row["text"] else 1e-12
    assert found.value == pytest.approx(row["value"], rel=1e-12)
    assert found.u == pytest.approx(row["u"], rel=digits)


@pytest.mark.parametrize(
    ("text", "at", "second"),
    [
        ("log(x)", {"x": "1±0.3"}, math.sqrt(0.09 + 0.0081 / 2 + 2 * 0.0081)),
        ("1/x", {"x": "1±0.2"}, math.sqrt(0.04 + 8 * 0.0016)),
        ("x*y", {"x": "0±2", "y": "0±3"}, 6.0),
        ("x^2", {"x": "0±10"}, math.sqrt(2) * 100),
        ("x^2", {"x": "3±1/2"}, math.sqrt(9 + 1 / 8)),
        ("x^2", {"x": "uniform(-1, 1)"}, math.sqrt(4 / 45)),  # E x⁴ - (E x²)² = 1/5 - 1/9
        ("x^2", {"x": "exponential(1)"}, math.sqrt(20)),  # 24 - 4
        ("x^2", {"x": "triangular(-1, 1)"}, math.sqrt(1 / 15 - 1 / 36)),
        ("x^2", {"x": "arcsine(-1, 1)"}, math.sqrt(3 / 8 - 1 / 4)),
    ],
)
def test_second_order(text: str, at: dict[str, str], second: float) -> None:
    """Of polynomials of degree 2 it is the exact variance, whatever the distribution."""
    answer = only(gradcalc.propagate(text, at, draws=0)).second
    assert answer is not None
    assert answer.u == pytest.approx(second, rel=1e-14)
    assert answer.u_digits == 16


def test_second_order_of_correlated_inputs() -> None:
    """Var(xy) of normal x, y with means a, b: the exact one, from Isserlis' theorem."""
    a, b, s, t, r = 2.0, -1.5, 0.25, 0.5, 0.75
    exact = (a * t) ** 2 + (b * s) ** 2 + 2 * a * b * r * s * t + (s * t) ** 2 * (1 + r**2)
    found = gradcalc.propagate("x*y", {"x": (a, s), "y": (b, t)}, corr={("x", "y"): r}, draws=0)
    answer = only(found).second
    assert answer is not None
    assert answer.u == pytest.approx(math.sqrt(exact), rel=1e-15)
    assert answer.value == a * b + r * s * t


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_moments_are_those_of_the_draws(name: str) -> None:
    """Each row of the table: mean, deviation and cumulants as formulas, and as drawn."""
    shape = DISTRIBUTIONS[name]
    samples = {"normal": "2 0.5", "t": "2 0.5 30", "uniform": "1 4", "triangular": "1 4",
               "arcsine": "1 4", "trapezoid": "1 4 0.3", "ctrapezoid": "1 4 0.8",
               "lognormal": "2 0.6", "exponential": "1.5"}  # fmt: skip
    texts = dict(zip(shape.parameters, samples[name].split(), strict=True))
    numbers = [float(text) for text in texts.values()]
    y = shape.draw(np.random.default_rng(1), 1_000_000, *numbers)
    formulas = (shape.mean, shape.deviation, shape.third, shape.fourth)
    mean, deviation, third, fourth = (
        gradcalc.evaluate(filled(formula, texts), {}).value for formula in formulas
    )
    off = y - y.mean()
    variance = float((off**2).mean())
    if name == "t":  # its scale counts as the uncertainty (GUM); the deviation is larger
        deviation *= math.sqrt(30 / 28)
    assert y.mean() == pytest.approx(mean, abs=5e-3)
    assert math.sqrt(variance) == pytest.approx(deviation, rel=5e-3)
    if name != "t":
        # Cumulants in units of the deviation; those of a long tail are noisy.
        scatter = 0.3 if name in ("exponential", "lognormal") else 0.02
        assert float((off**3).mean()) / deviation**3 == pytest.approx(
            third / deviation**3, abs=scatter
        )
        drawn = float((off**4).mean()) - 3 * variance**2
        assert drawn / deviation**4 == pytest.approx(fourth / deviation**4, abs=3 * scatter)


# The answer's own claims --------------------------------------------------------------------


def test_digits_are_counted_where_contributions_cancel() -> None:
    """The difference of fully correlated inputs has no uncertainty: exactly 0, and known to be."""
    equal = {"x": "5±0.1", "y": "3±0.1"}
    found = gradcalc.propagate("x - y", equal, corr={("x", "y"): 1}, draws=0)
    assert (found.u, only(found).first.u_digits) == (0.0, 16)
    near = {"x": "5±0.1", "y": "3±0.1000000000000001"}
    found = gradcalc.propagate("x - y", near, corr={("x", "y"): "1"}, draws=0)
    assert found.u == pytest.approx(1e-16, rel=1e-15)  # which float64 has as 2.8e-17 or 0
    assert only(found).first.u_digits == 16


def test_shares_add_up() -> None:
    for row in FIRST_ORDER:
        found = gradcalc.propagate(row["text"], row["at"], corr=pairs(row["corr"]), draws=0)
        assert sum(part.share for part in only(found).budget) == pytest.approx(1)


def test_draws_are_the_same_for_the_same_seed() -> None:
    at = {"x": "1±0.1", "y": "uniform(1, 2)"}
    one, same, other = (gradcalc.propagate("x*y", at, draws=20_000, seed=s) for s in (1, 1, 2))
    assert only(one).monte_carlo == only(same).monte_carlo
    assert only(one).monte_carlo != only(other).monte_carlo


def test_standard_errors_are_those_of_repeated_runs() -> None:
    """Of 40 seeds: the scatter of mean, u and interval ends is what one run says of itself."""
    drawn = [
        only(gradcalc.propagate("exp(x)", {"x": "0±0.5"}, draws=5000, seed=seed)).monte_carlo
        for seed in range(40)
    ]
    rows = np.array([[d.mean, d.u, *d.interval] for d in drawn if d])
    told = np.array([[d.mean_error, d.u_error, *d.interval_errors] for d in drawn if d])
    ratio = rows.std(axis=0, ddof=1) / told.mean(axis=0)
    assert ((ratio > 0.6) & (ratio < 1.5)).all()


def test_draws_outside_the_domain_are_counted() -> None:
    found = gradcalc.propagate("log(x)", {"x": "1±0.3"})
    drawn = only(found).monte_carlo
    assert drawn is not None
    expected = 1_000_000 * 0.5 * math.erfc(1 / 0.3 / math.sqrt(2))
    assert drawn.failed == pytest.approx(expected, abs=5 * math.sqrt(expected))
    assert found.notes == (
        f"{drawn.failed} of 1,000,000 draws ({drawn.failed / 1e6:.2g} of all) have no finite value"
        " and are left out",
    )


@pytest.mark.parametrize(
    ("text", "at", "place", "share"),
    [
        ("abs(x - 1)*y", {"x": "1.2±0.2", "y": "2±0.1"}, "a kink of abs(x - 1)", 0.158655),
        ("max(x, y)", {"x": "1±0.1", "y": "1.15±0.1"}, "a kink of max(x, y)", 0.144422),
        ("floor(x)", {"x": "1.6±0.3"}, "a jump of floor(x)", 0.113898),  # below 1, above 2
        ("relu(x^2 - 4)", {"x": "1.5±0.5"}, "a kink of relu(x^2 - 4)", 0.158655),
        ("y/x", {"x": "1±0.4", "y": 2}, "a pole of y/x", 0.00621),
        ("abs(x)", {"x": "uniform(-1, 3)"}, "a kink of abs(x)", 0.25),
        ("y/x", {"x": "5±0.4", "y": 2}, "", 0),
        ("abs(x)", {"x": "uniform(0.5, 3)"}, "", 0),
        ("abs(x) + y", {"x": -2, "y": "1±5"}, "", 0),
        ("abs(x)", {"x": "0±1"}, "", 0),  # it lies there: another note says so
    ],
)
def test_draws_beyond_a_kink_are_counted(
    text: str, at: dict[str, Any], place: str, share: float
) -> None:
    """The shares by hand, from the distributions."""
    found = gradcalc.propagate(text, at)
    notes = [note for note in found.notes if "lie beyond" in note]
    assert len(notes) == bool(place)
    for note in notes:
        assert f"lie beyond {place}, of which" in note
        assert float(note.split()[0]) == pytest.approx(share, rel=0.1)


def test_kinks_and_branches_are_warned_of() -> None:
    found = gradcalc.propagate("abs(x)", {"x": "0±1"}, draws=100_000)
    assert only(found).status == "kink"
    assert only(found).second is None
    assert any("first order does not hold there" in note for note in found.notes)
    assert found.exit is Exit.NOT_SMOOTH
    drawn = only(found).monte_carlo
    assert drawn is not None
    assert drawn.mean == pytest.approx(math.sqrt(2 / math.pi), rel=0.01)
    found = gradcalc.propagate("x if x > 1 else 2*x - 1", {"x": "1.5±0.3"}, draws=10_000)
    assert any("2 ways through the branches" in note for note in found.notes)


def test_a_series_without_a_second_term_is_told() -> None:
    """abs(x)^1.5 has a slope at 0, and no second derivative."""
    found = gradcalc.propagate("abs(x)^1.5", {"x": "0±0.1"}, draws=0)
    assert only(found).status == "smooth"
    assert only(found).second is None
    assert found.notes == ("there are no finite terms of second order: take Monte Carlo's",)


def test_names_given_are_inputs() -> None:
    """Constants and functions of the same name give way."""
    found = gradcalc.propagate(
        "phi*e + beta", {"phi": "2±0.1", "e": "3±0.1", "beta": "1±0"}, draws=0
    )
    assert found.value == 7
    assert found.u == pytest.approx(math.hypot(0.3, 0.2))


def test_several_outputs_of_a_program() -> None:
    text = "p = x*y; for i in 0..2 { p = p*x }; v = [p, p/y]; v*1"
    found = gradcalc.propagate(text, {"x": "2±0.1", "y": "3±0.2"}, draws=20_000)
    assert [o.name for o in found.outputs] == ["value[0]", "value[1]"]
    assert [o.first.value for o in found.outputs] == [24, 8]
    for one in found.outputs:
        assert one.monte_carlo is not None
        assert one.monte_carlo.mean == pytest.approx(one.first.value, rel=0.03)


# Notation -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["5.00±0.02", "5.00 ± 0.02", "5.00+-0.02", "5.00+/-0.02", "5.00(2)", "5.00(0.02)", "5±0.4%",
     "500(2)e-2", "(500±2)e-2", "500(2)*10^-2", "500(2)×10⁻²", "5.00 (2)", "(5.00±0.4%)",
     "(500±0.4%)*10**(-2)", ".05(.0002)e+2", "5.00±0.04/2", "normal(5, 0.02)",
     "gaussian(5, 1/50)", "5±2e-2"],
)  # fmt: skip
def test_notations_of_the_same_input(text: str) -> None:
    found = gradcalc.propagate("x", {"x": text}, draws=0)
    assert (found.value, found.u) == (5.0, 0.02)
    assert only(found).first.u_digits == 16


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({"x": "1±"}, "x has no uncertainty after ±"),
        ({"x": "±1"}, "x has no estimate before ±"),
        ({"x": "1±-1"}, "the uncertainty of x is negative: -1"),
        ({"x": "1"}, "no input of the text has an uncertainty"),
        ({"x": "uniform(1)"}, "uniform takes 2 parameters, not 1"),
        ({"x": "uniform(2, 1)"}, "the distribution of x does not exist: a must be less than b"),
        ({"x": "unifrom(1, 2)"}, "unknown distribution 'unifrom'"),
        ({"x": "[1, 2]±1"}, "x is an array: only numbers can have an uncertainty"),
        ({"x": (1.0, 2.0, 3.0)}, "x has 3 numbers, not an estimate and its uncertainty"),
        ({"x": "5.00±2%e-3"}, "x has something after the percent sign"),  # no remainder of 2 by e
        ({"x": "5.00±2%*3"}, "x has something after the percent sign"),
        ({"x": "(5.00±2%%)e-3"}, "x has something after the percent sign"),
        ({"x": "5.00±%"}, "x has no number before the percent sign"),
        ({"x": "5.00±0.02±0.01"}, "x has two uncertainties"),
    ],
)
def test_bad_inputs(at: dict[str, Any], message: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        gradcalc.propagate("x", at)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["5.00+0.02-0.03", "5.00 +0.02/-0.03", "5.00-0.03+0.02", "5.00^{+0.02}_{-0.03}",
     "5.00_{−0.03}^{+0.02}", "5.00(+2-3)", "5.00(+0.02/-0.03)", "5.00 + 0.02 - 0.03"],
)  # fmt: skip
def test_an_asymmetric_uncertainty_is_refused_with_what_comes_near(text: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        gradcalc.propagate("x + y", {"x": text, "y": "1±1"})
    assert caught.value.message == "x has one uncertainty upwards and another downwards"
    hint = caught.value.hint
    assert hint
    mean, limits = (re.search(pattern, hint) for pattern in (r"x=(5.*?),", r"x=(uniform.*?\))"))
    assert mean
    assert limits
    assert gradcalc.propagate("x", {"x": mean[1]}, draws=0).u == 0.025
    assert gradcalc.propagate("x", {"x": limits[1]}, draws=0).value == pytest.approx(4.995)
    if "in brackets" in hint:
        whole = gradcalc.propagate("x*y", {"x": hint.split("x=")[-1], "y": "1±1"}, draws=0)
        assert whole.value == pytest.approx(4.99)


@pytest.mark.parametrize(
    ("text", "u"),
    [("5±0.3±0.4", 0.5), ("5±3%±4%", 0.25), ("(5±3±4)e-1", 0.5), ("5+-0.3 +- 0.4", 0.5),
     ("5±4%e0", 0.2), ("5±%", 0.1), ("(5±4%%)e-3", 0.0002)],
)  # fmt: skip
def test_what_follows_an_uncertainty_is_refused_with_what_is_right(text: str, u: float) -> None:
    """What the hint says can be typed."""
    with pytest.raises(GradcalcError) as caught:
        gradcalc.propagate("x", {"x": text})
    assert caught.value.hint
    written = re.search(r"write x=(.*?)(, or|, the root|$)", caught.value.hint)
    assert written
    assert gradcalc.propagate("x", {"x": written[1]}, draws=0).u == pytest.approx(u, rel=1e-14)


@pytest.mark.parametrize("text", ["12(3)(4)", "5.00(2)%", "5.00(2)/3", "5.00(2)*3", "5.00(2"])
def test_a_notation_is_never_read_as_a_product(text: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        gradcalc.propagate("x + y", {"x": text, "y": "1±1"})
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "value"),
    [("2*3", 6), ("2(3 + 4 - 5)", 4), ("1/2 + 3 - 4", -0.5), ("(1 + 3 - 4.5)", -0.5)],
)
def test_a_constant_may_be_a_formula(text: str, value: float) -> None:
    assert gradcalc.propagate("x + y", {"x": text, "y": "0±1"}, draws=0).value == value


@pytest.mark.parametrize(
    ("corr", "words"),
    [
        ({("x", "y"): 2}, "must lie between -1 and 1"),
        ({("x", "x"): 0.5}, "is correlated with itself"),
        ({("x", "q"): 0.5}, "q has no uncertainty"),
        ({("x", "w"): 0.5}, "w is uniform, and only normal inputs can be correlated"),
        ({("x", "y"): 0.9, ("y", "z"): 0.9, ("x", "z"): -0.9}, "contradict each other"),
        ({("x", "y"): 0.9, ("y", "x"): 0.9}, "are correlated twice"),
    ],
)
def test_bad_correlations(corr: dict[tuple[str, str], float], words: str) -> None:
    at = {"x": "1±1", "y": "1±1", "z": "1±1", "w": "uniform(0, 1)"}
    with pytest.raises(GradcalcError, match=words):
        gradcalc.propagate("x*y*z*w", at, corr=corr)


@pytest.mark.parametrize(
    ("text", "same"),
    [("sqrt(x^4) + 2*y", "x^2 + 2*y"), ("(x^4)^(1/4)*x + y", "x^3 + y"),
     ("sqrt(x^2)^3 + 2*y", "2*y + 0*x"), ("y*exp(-sqrt(x^4))", "y + x^2")],
)  # fmt: skip
def test_what_is_smooth_though_a_step_of_it_is_not(text: str, same: str) -> None:
    """The limits at 0, where the chain rule says 0*inf, have the uncertainty of the function."""
    at = {"x": "0±0.1", "y": "1±0.2"}
    found, other = (gradcalc.propagate(f"[{t}, x + y]", at, draws=2000) for t in (text, same))
    assert found.outputs[0].status == "smooth"
    assert [one.first.u for one in found.outputs] == [one.first.u for one in other.outputs]
    assert {one.name: one.share for one in found.outputs[0].budget} == {"x": 0.0, "y": 1.0}
    assert np.allclose(found.covariance, other.covariance, rtol=1e-15)


# The command line ---------------------------------------------------------------------------

Captured = pytest.CaptureFixture[str]


def test_command(capsys: Captured) -> None:
    line = ["propagate", "V/I", "--at", "V=5.00±0.02,I=2.00±0.05", "--corr", "V,I=0.3"]
    assert run([*line, "--draws", "0"]) == 0
    assert (
        capsys.readouterr().out
        == """\
formula  V/I
at       V = 5.00 ± 0.02, I = 2.00 ± 0.05
         V and I correlated: 0.3

result   2.500 ± 0.060   standard uncertainty
         2.50 ± 0.12   95 % coverage, k = 1.96

method            value                    u  95 % interval
────────────────────────────────────────────────────────────────
first order         2.5  0.06025985396596975  [2.38189, 2.61811]
second order  2.5014875  0.06040796201660838  [2.38309, 2.61988]

input     u  derivative  contribution    share
────────────────────────────────────────────────────────────────────
I      0.05       -1.25        0.0625  102.4 %  ████████████████████
V      0.02         0.5          0.01   -2.4 %

digits   16 of 16 are right in value and u of each order
proof    ✓ forward and reverse, enclosed at 50 digits, agree with sympy's derivative of the whole \
expression
"""
    )
    assert run([*line, "--json", "--draws", "10000"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["value"] == 2.5
    assert answer["u"] == pytest.approx(0.060259853965969755)
    assert answer["budget"]["V"]["sensitivity"] == 0.5
    assert answer["monte_carlo"].keys() >= {"mean", "u", "interval"}
    assert answer["second_order"].keys() >= {"value", "u"}


@pytest.mark.parametrize(
    ("text", "at", "result", "coverage"),
    [
        ("x + y", "x=1±0.3,y=2±0.4", r"3.00 ± 0.50   standard uncertainty$", r"± 0.98 .*k = 1.96$"),
        (
            "x^2",
            "x=0±10",
            r"± 1.4e\+02   standard uncertainty, by Monte Carlo$",
            r"^ *0.09\d* to 50\d   95 % coverage$",
        ),
        (
            "x + (a^2 + b^2 + c^2 + d^2 + f^2 + g^2 + h^2 + k^2)/60",
            ",".join(f"{name}=0±1" for name in "abcdfghkx"),
            r"0.1 ± 1.0.*, to second order$",
            r"0.1 ± 2.0   95 % coverage, k",
        ),
    ],
)
def test_the_result_is_that_of_the_answer_that_holds(
    text: str, at: str, result: str, coverage: str, capsys: Captured
) -> None:
    """The square of 0 ± 10 is not 0 ± 0."""
    assert run(["propagate", text, "--at", at, "--draws", "200000", "--significant", "2"]) == 0
    first, second = capsys.readouterr().out.partition("result   ")[2].split("\n")[:2]
    assert re.search(result, first)
    assert re.search(coverage, second)


def test_strict_statuses(capsys: Captured) -> None:
    few = ["--draws", "20000", "--strict"]
    assert run(["propagate", "x", "--at", "x=1±1", "--significant", "1", *few]) == Exit.OK
    assert run(["propagate", "exp(x)", "--at", "x=0±1", *few]) == Exit.VERDICT
    assert run(["propagate", "abs(x)", "--at", "x=0±1", *few]) == Exit.NOT_SMOOTH
    capsys.readouterr()


def test_readings_of_a_file(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "readings.csv"
    rows = [
        f"r{k},{v},{i}" for k, (v, i) in enumerate(zip(READINGS["V"], READINGS["I"], strict=True))
    ]
    path.write_text("run,V,I\n" + "\n".join(rows) + "\n", encoding="utf-8")
    line = ["propagate", "V/I", "--readings", str(path), "--json", "--draws", "0"]
    assert run(line) == 0
    answer = json.loads(capsys.readouterr().out)
    assert round(answer["u"], 3) == 0.236
    assert answer["dof"] == pytest.approx(4)
    path.write_text("V,I\n1,\n2,3\n", encoding="utf-8")
    assert run(line) == Exit.FILE
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run(line) == Exit.FILE
    path.write_text("V,I\n1,2\n", encoding="utf-8")
    assert run(line) == Exit.FILE
    errors = capsys.readouterr().err
    assert "line 2: column I is empty" in errors
    assert "no column for an input: a, b" in errors
    assert "there must be 2 to 100,000 readings, not 1" in errors
