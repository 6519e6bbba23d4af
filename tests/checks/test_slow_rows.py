"""Functions whose digits are expensive: a formula that cancels all of them is answered at once."""

from __future__ import annotations

import pytest

from gradcalc import evaluate
from gradcalc.checks import symbolic
from gradcalc.checks.budget import within_budget
from gradcalc.rules import enclosures
from gradcalc.rules.table import CALLABLE, SCALAR

# Calls and returns of functions: 300,000 are half a second where each works on 400 digits. At
# 3,200 digits the gamma function and its derivative alone are 2,700,000, some of which take 10 ms.
MAX_EVENTS = 600_000
DIFFICULT = ["gamma", "lgamma", "digamma", "factorial", "besselj", "besselk", "zeta", "erfcx"]
DIFFICULT += ["ellipk", "log_normal_cdf"]


def cancelling(name: str) -> tuple[str, dict[str, str]]:
    """f(x) - f(x) + 1e-20, the second x in a guise that no simplification sees; and a point."""
    at, plain, disguised = {}, [], []
    for letter, (low, high) in zip("xyzuv", SCALAR[name].samples, strict=False):
        if low == high:
            plain.append(repr(low))
            disguised.append(repr(low))
            continue
        at[letter] = f"{low + (high - low) * 0.37:.4g}"
        plain.append(letter)
        disguised.append(f"sin({letter})^2 + cos({letter})^2 + {letter} - 1")
    return f"{name}({', '.join(plain)}) - {name}({', '.join(disguised)}) + 1e-20", at


@pytest.mark.parametrize("flint", [True, False])
@pytest.mark.parametrize("name", DIFFICULT)
def test_all_digits_cancel(name: str, flint: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not flint:
        monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    source, at = cancelling(name)
    symbolic.symbolic_numbers()  # importing sympy is no part of the work
    result = within_budget(MAX_EVENTS, lambda: evaluate(source, at))
    assert result.reference == "1e-20"
    assert [row.reference for row in result.derivatives] == ["0"] * len(at)
    assert result.checks.modes
    assert result.checks.symbolic


def test_slow_rows_have_fewer_last_digits() -> None:
    slow = {row.name for row in SCALAR.values() if row.slow}
    assert slow >= {name for name in DIFFICULT if name in CALLABLE}
    for name in ("exp", "erf", "erfc", "lambertw"):  # what absorbs needs thousands
        assert enclosures.last_digits(9, [SCALAR[name]]) == 3200
    assert enclosures.last_digits(9, [SCALAR["exp"], SCALAR["gamma"]]) == 400
