"""What a fit answers beside the parameters: intervals, comparisons, predictions, outliers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

import gradcalc
from gradcalc.cli import run
from gradcalc.errors import GradcalcError
from gradcalc.fitting.losses import SHAPES

ENZYME = {
    "conc": [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1],
    "rate": [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200],
}
MENTEN = "V*conc/(K + conc)"
T = np.linspace(0, 5, 60)
Y = 3 * np.exp(-1.3 * T) + 0.5 + 0.02 * np.random.default_rng(1).normal(size=60)
DECAY = "a*exp(-b*t) + c"


def test_profile_intervals() -> None:
    """At the ends for K the best V, in closed form, gives rss*(1 + t²/10); and R's confint, which
    interpolates, has nearly the same (Venables and Ripley, section 8.4)."""
    found = gradcalc.fit(MENTEN, ENZYME, "rate", profile_ci=True)
    ends = [end for one in found.parameters for end in one.profile or ()]
    assert ends == pytest.approx([197.30213, 229.29006, 0.04692517, 0.08615995], rel=2e-4)
    x, y = np.array(ENZYME["conc"]), np.array(ENZYME["rate"])
    t = 2.2281388519649385  # Student's quantile for 10 degrees of freedom
    for K in ends[2:]:
        shape = x / (K + x)
        rss = np.sum((y - shape * (shape @ y) / (shape @ shape)) ** 2)
        assert rss == pytest.approx(found.quality.rss * (1 + t * t / 10), rel=1e-8)


def test_a_profile_that_never_ends_is_infinite() -> None:
    """Data on a plateau: how steep the rise to it is has no upper bound."""
    table = {"x": [1.0, 2, 3, 4, 5], "y": [1.01, 0.99, 1.0, 1.02, 0.98]}
    found = gradcalc.fit("A*(1 - exp(-k*x))", table, "y", {"A": 1, "k": 4}, profile_ci=True)
    profile = found.parameters[1].profile
    if profile is not None:  # the minimum itself may be at infinity
        assert profile[1] == math.inf


def test_comparison_with_another_model() -> None:
    found = gradcalc.fit(DECAY, {"t": T, "y": Y}, "y", versus="a*exp(-b*t)")
    other = gradcalc.fit("a*exp(-b*t)", {"t": T, "y": Y}, "y")
    assert found.versus is not None
    f = (other.quality.rss - found.quality.rss) / (found.quality.rss / 57)
    assert found.versus.f == pytest.approx(f)
    assert found.versus.p == pytest.approx(0, abs=1e-12)
    assert found.versus.quality.rss == other.quality.rss
    assert found.versus.difference == pytest.approx(other.quality.aicc - found.quality.aicc)  # type: ignore[operator]


def test_predictions_of_a_line_have_the_textbook_bands() -> None:
    x, y = np.arange(1.0, 9.0), np.array([1.1, 1.9, 3.2, 3.9, 5.1, 5.8, 7.2, 8.1])
    found = gradcalc.fit("a + b*x", {"x": x, "y": y}, "y")
    at = np.array([0.0, 4.5, 20.0])
    columns = found.predictors[0].columns({"x": at}, 3)
    s = found.quality.residual_sd
    assert s is not None
    spread = np.sqrt(1 / 8 + (at - 4.5) ** 2 / np.sum((x - 4.5) ** 2))
    assert columns["standard_error"] == pytest.approx(s * spread)
    t = 2.4469118511449692  # Student's quantile for 6 degrees of freedom
    assert columns["high"] - columns["prediction"] == pytest.approx(t * s * spread)
    assert columns["new_high"] - columns["prediction"] == pytest.approx(
        t * s * np.sqrt(1 + spread**2)
    )


def test_outliers_are_found_and_good_rows_are_not() -> None:
    assert not gradcalc.fit(DECAY, {"t": T, "y": Y}, "y").outliers
    bad = Y.copy()
    bad[20] += 0.3
    bad[44] -= 0.25
    found = gradcalc.fit(DECAY, {"t": T, "y": bad}, "y")
    assert [one.row for one in found.outliers] == [21, 45]
    assert found.outliers[0].residual == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize("loss", sorted(SHAPES))
def test_a_robust_fit_satisfies_its_equations(loss: str) -> None:
    """The gradient of the loss vanishes; outliers hardly move the parameters."""
    bad = Y.copy()
    bad[[5, 20, 40]] += [2, -1, 3]
    found = gradcalc.fit(DECAY, {"t": T, "y": bad}, "y", loss=loss)  # type: ignore[arg-type]
    a, b, c = found.values.values()
    e = np.exp(-b * T)
    r = a * e + c - bad
    u = r / (np.median(np.abs(r)) / 0.6744897501960817) / SHAPES[loss].tuning
    psi = SHAPES[loss].weight(u) * r
    for slope in (e, -a * T * e, np.ones(60)):
        assert abs(psi @ slope) < 1e-10 * (np.abs(psi) @ np.abs(slope))
    assert [a, b, c] == pytest.approx([3, 1.3, 0.5], abs=0.02)


@pytest.mark.parametrize("loss", sorted(SHAPES))
def test_the_slopes_of_losses_are_derivatives(loss: str) -> None:
    shape, u = SHAPES[loss], np.array([-1.7, -0.6, 0.2, 0.9, 1.3])
    h = 1e-6
    central = ((u + h) * shape.weight(u + h) - (u - h) * shape.weight(u - h)) / (2 * h)
    assert shape.slope(u) == pytest.approx(central, abs=1e-8)


def test_several_tables_share_parameters() -> None:
    one = {"t": T, "y": Y}
    other = {"t": T, "y": 7 * np.exp(-1.3 * T) + 0.1 + 0.02 * np.cos(np.arange(60) * 2.3)}
    found = gradcalc.fit(DECAY, [one, other], "y", share=["b"])
    assert list(found.values) == ["a[1]", "a[2]", "b", "c[1]", "c[2]"]
    assert found.values["b"] == pytest.approx(1.3, abs=0.01)
    assert found.values["a[2]"] == pytest.approx(7, abs=0.05)
    assert found.proven or "proof" in found.unproven
    both = gradcalc.fit(DECAY, [one, one], "y")
    alone = gradcalc.fit(DECAY, one, "y")
    assert both.values == pytest.approx(alone.values)


def test_ties_are_formulas_of_parameters() -> None:
    y = 3 * np.exp(-1.3 * T) + 1.5 + 0.02 * np.cos(np.arange(60) * 2.3)
    tied = gradcalc.fit(DECAY, {"t": T, "y": y}, "y", tie={"c": "a/2"})
    written = gradcalc.fit("a*exp(-b*t) + a/2", {"t": T, "y": y}, "y")
    assert tied.values == written.values
    assert tied.notes == ("c is tied: c = a/2",)
    with pytest.raises(GradcalcError, match="--tie names d"):
        gradcalc.fit(DECAY, {"t": T, "y": y}, "y", tie={"d": "a/2"})


def test_the_command_predicts_draws_and_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = zip(ENZYME["conc"], ENZYME["rate"], strict=True)
    Path("e.csv").write_text("conc,rate\n" + "".join(f"{x},{y}\n" for x, y in rows), "utf-8")
    Path("new.csv").write_text("id,conc\n1,0.1\n2,1\n", encoding="utf-8")
    line = ["fit", MENTEN, "e.csv", "--target", "rate", "--predict", "new.csv", "--json"]
    assert run(line) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "conc,prediction,standard_error,low,high,new_low,new_high"
    assert out.splitlines()[2].startswith("1,199.86795377914")
    assert json.loads(err)["parameters"]["V"]["digits"] == 16
    line = ["fit", MENTEN, "e.csv", "--target", "rate", "--plot", "--picture", "fit.svg"]
    assert run(line) == 0
    assert "residuals(conc)" in capsys.readouterr().out
    svg = Path("fit.svg").read_text("utf-8")
    assert svg.count('class="data') >= 24 or svg.count("(0.02, 76)") == 1


def test_a_table_of_decimal_commas_and_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["t;y", "0,5;2,1", "1,0;1,4", "1,5;0,95", "2,0;x", "2,5;0,5"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    plain = [row.replace(",", ".").replace(";", ",") for row in rows if "x" not in row]
    (tmp_path / "b.csv").write_text("\n".join(plain), encoding="utf-8")
    asked = ["--target", "y", "--numbers", "typed", "-q"]
    told = ["--decimal", ",", "--na", "x", "--skip-missing"]
    run(["fit", "a*exp(-b*t)", str(tmp_path / "a.csv"), *asked, *told])
    own = capsys.readouterr().out
    run(["fit", "a*exp(-b*t)", str(tmp_path / "b.csv"), *asked])
    assert own == capsys.readouterr().out
    assert own


def test_a_fixed_parameter_must_be_one_of_the_formula() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 3.5, 3.0, 5.0]}
    with pytest.raises(GradcalcError, match="--fix names q, which the formula does not have"):
        gradcalc.fit("a*x + b", table, "y", fix={"q": 1})
    found = gradcalc.fit("a*x + b", table, "y", fix={"b": 1}, versus="a*x^2")  # has no b
    assert found.versus


def test_a_formula_that_reads_its_target_is_told() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 3.5, 3.0, 5.0]}
    assert "the formula reads y, as the target does" in gradcalc.fit("a*y + b", table, "y").notes
