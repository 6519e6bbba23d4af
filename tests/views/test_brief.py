"""True numbers with exponents of hundreds of digits: their size is shown, JSON has them whole."""

from __future__ import annotations

import json

import mpmath
import pytest

from gradcalc.cli import run
from gradcalc.numbers.big import brief

Captured = pytest.CaptureFixture[str]
FORMULAS = ["sigmoid(exp(x))", "exp(-exp(x))", "1/exp(exp(x))", "[exp(-exp(x)), x]", "erf(exp(x))"]


@pytest.mark.parametrize("exponent", [-3, 12, -999999999999, 10**12, -(10**40) - 7, 3 * 10**500])
@pytest.mark.parametrize("mantissa", ["1.5", "-9.99", "2"])
def test_the_size_is_right(mantissa: str, exponent: int) -> None:
    text = brief(f"{mantissa}e{exponent}")
    if abs(exponent) < 10**12:
        assert text == f"{mantissa}e{exponent}"
        return
    sign, _, power = text.partition("10^")
    assert sign == ("-" if mantissa.startswith("-") else "")
    assert abs(mpmath.mpf(power) / exponent - 1) < 1e-3
    assert len(text) < 20


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_line_is_wide(formula: str, capsys: Captured) -> None:
    run(["eval", formula, "--at", "x=1000"])
    shown = capsys.readouterr().out
    assert "10^-" in shown
    assert max(map(len, shown.splitlines())) < 130
    run(["eval", "exp(-exp(x))", "--at", "x=1000", "--json"])
    assert len(json.loads(capsys.readouterr().out)["reference"]["value"]) > 430
