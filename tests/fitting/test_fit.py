"""Parameters and standard errors against closed forms, published fits and other solvers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest

import gradcalc
from gradcalc.errors import GradcalcError
from gradcalc.fitting.answer import Fit

SAMPLES = Path(__file__).parents[2] / "samples" / "fit"
ENZYME = {
    "conc": [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1],
    "rate": [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200],
}


def errors(found: Fit) -> list[float]:
    return [one.standard_error or 0.0 for one in found.parameters]


def test_a_line_is_that_of_the_normal_equations() -> None:
    """In rational numbers: slope, intercept and their standard errors, all 16 digits."""
    x, y = [1, 2, 3, 5, 8, 13], [1.5, 1.25, 2.75, 3.5, 6.125, 9.0]
    found = gradcalc.fit("a + b*x", {"x": x, "y": y}, "y")
    n, ys = len(x), list(map(Fraction, y))
    sx, sxx = sum(x), sum(k * k for k in x)
    sy, sxy = sum(ys), sum(k * v for k, v in zip(x, ys, strict=True))
    d = n * sxx - sx * sx
    b, a = Fraction(n * sxy - sx * sy) / d, Fraction(sxx * sy - sx * sxy) / d
    rss = sum((v - a - b * k) ** 2 for k, v in zip(x, ys, strict=True))
    assert found.values == {"a": float(a), "b": float(b)}
    mpmath.mp.dps = 40
    variance = mpmath.mpf(rss.numerator) / rss.denominator / (n - 2)
    expected = [mpmath.sqrt(variance * sxx / d), mpmath.sqrt(variance * n / d)]
    assert errors(found) == pytest.approx([float(e) for e in expected], rel=1e-15)
    assert found.quality.rss == pytest.approx(float(rss), rel=1e-15)
    assert [one.digits for one in found.parameters] == [16, 16]


def test_an_enzyme_as_it_is_published() -> None:
    """Bates and Watts, Nonlinear Regression Analysis (1988), table 2.2."""
    found = gradcalc.fit("V*conc/(K + conc)", ENZYME, "rate")
    assert [round(v, 4) for v in found.values.values()] == [212.6837, 0.0641]
    assert [round(e, 5) for e in errors(found)] == [6.94716, 0.00828]
    assert found.correlation[0][1] == pytest.approx(0.7651, abs=1e-4)


def test_all_digits_against_an_independent_solver() -> None:
    """The stationarity conditions of a decay, solved by mpmath with its own derivatives."""
    t, y = [0, 1, 2, 3, 4, 5], [3.52, 1.31, 0.73, 0.55, 0.53, 0.49]
    found = gradcalc.fit("a*exp(-b*t) + c", {"t": t, "y": y}, "y")
    mpmath.mp.dps = 40

    def gradient(a: mpmath.mpf, b: mpmath.mpf, c: mpmath.mpf) -> list[mpmath.mpf]:
        rows = [
            (a * mpmath.exp(-b * k) + c - mpmath.mpf(v), mpmath.exp(-b * k), k)
            for k, v in zip(t, y, strict=True)
        ]
        return [
            sum(r * e for r, e, _ in rows),
            sum(-r * a * k * e for r, e, k in rows),
            sum(r for r, _, _ in rows),
        ]

    exact = mpmath.findroot(gradient, (3, 1.3, 0.5))
    for one, truth in zip(found.parameters, exact, strict=True):
        assert one.digits == 16
        assert abs(one.value - truth) <= abs(truth) * 1.2e-16


def test_typed_cells_are_the_decimals_that_are_written(tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("x,y\n0.1,0.4\n0.2,0.7\n0.3,1\n", encoding="utf-8")
    exact = gradcalc.fit("a + b*x", str(table), "y", typed=True)
    assert exact.quality.rss == 0
    assert exact.values == {"a": 0.1, "b": 3.0}
    rounded = gradcalc.fit("a + b*x", str(table), "y")
    assert 0 < rounded.quality.rss < 1e-30


def test_names_of_parameters_and_columns_win_over_constants() -> None:
    x = np.linspace(0.0, 6.0, 30)
    table = {"e": x, "y": 2 * np.sin(x + 0.5)}
    found = gradcalc.fit("a*sin(e + phi)", table, "y", parameters=["phi"], bounds="phi=-2:2,a=0:9")
    assert found.values == pytest.approx({"a": 2.0, "phi": 0.5})
    plain = gradcalc.fit("a*sin(e + phi)", table, "y")
    assert list(plain.values) == ["a"]
    assert plain.notes == (
        "phi is read as the constant (1 + sqrt(5))/2; to fit it, write --parameters phi",
    )


def test_fixed_parameters_and_bounds() -> None:
    t, y = [0, 1, 2, 3, 4, 5], [3.52, 1.31, 0.73, 0.55, 0.53, 0.49]
    table = {"t": t, "y": y}
    fixed = gradcalc.fit("a*exp(-b*t) + c", table, "y", fix={"b": "1"})
    bounded = gradcalc.fit("a*exp(-b*t) + c", table, "y", bounds={"b": (0, 1)})
    assert list(fixed.values) == ["a", "c"]
    assert bounded.values["b"] == 1
    assert bounded.parameters[1].at_bound
    assert bounded.values["a"] == fixed.values["a"]
    assert errors(bounded)[0] == errors(fixed)[0]


def test_weights_are_proportions_unless_absolute() -> None:
    table = {"x": [1, 2, 3, 4], "y": [1.1, 1.9, 3.2, 3.9], "s": [0.1, 0.1, 0.2, 0.2]}
    relative = gradcalc.fit("a*x", table, "y", sigma="10*s")
    same = gradcalc.fit("a*x", table, "y", sigma="s")
    absolute = gradcalc.fit("a*x", table, "y", sigma="s", absolute_sigma=True)
    assert errors(relative) == pytest.approx(errors(same))
    weights = [1 / s**2 for s in table["s"]]
    expected = 1 / sum(w * x * x for w, x in zip(weights, table["x"], strict=True)) ** 0.5
    assert errors(absolute) == pytest.approx([expected])
    assert absolute.values == pytest.approx(relative.values)


FIVE = {"x": [1.0, 2.0, 3.0], "y": [2.0, 3.5, 3.0], "one": [1.0, 1.0, 1.0], "z": [0.0, 1.0, 2.0]}
GAP = {**FIVE, "y": [1.0, float("nan"), 2.0]}


@pytest.mark.parametrize(
    ("formula", "table", "target", "message"),
    [
        ("a*x + b", FIVE, "one", "the target one is 1 in all rows: there is nothing to fit"),
        ("a*one + b", FIVE, "y", "column one is 1 in all rows: the target can't depend on it"),
        ("a*x + b*x^2 + c*x^3 + d", FIVE, "y", "3 rows can't determine 4 parameters"),
        ("a*x + b", GAP, "y", "the table, row 2: column y has no number"),
        ("a*x + b", FIVE, "w", "no column named w"),
        ("2*x", FIVE, "y", "the formula has no parameters: its inputs are columns, or fixed"),
        ("a*x", FIVE, "log(z)", "the target is not finite in row 1 of the table, where z = 0"),
    ],
)
def test_bad_data_is_named(
    formula: str, table: dict[str, list[float]], target: str, message: str
) -> None:
    with pytest.raises(GradcalcError) as raised:
        gradcalc.fit(formula, table, target)
    assert raised.value.message == message


def test_rows_with_a_missing_cell_may_be_skipped(tmp_path: Path) -> None:
    table = tmp_path / "gaps.csv"
    table.write_text("x,y\n1,2\n2,\n3,6.5\n4,NA\n5,10\n", encoding="utf-8")
    with pytest.raises(GradcalcError, match="line 3: column y has no number"):
        gradcalc.fit("a*x", str(table), "y")
    found = gradcalc.fit("a*x", str(table), "y", skip_missing=True)
    assert found.rows == 3
    assert found.notes == ("2 rows with a missing cell left out",)
