"""Parameters that can't be told apart, and what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

import gradcalc
from gradcalc.errors import Exit

X = np.linspace(0.1, 4.0, 30)
Y = 3 * np.exp(-1.3 * X) + 0.02 * np.cos(np.arange(30.0) * 2.3)


@pytest.mark.parametrize(
    ("formula", "parameters", "determined"),
    [
        ("a*b*exp(-k*x)", "a b", "a*b"),
        ("a + b + c*x", "a b", "a + b"),
        ("a*exp(-k*(x - t0))", "a t0", "a*exp(k*t0)"),
        ("a*b*c*x + d", "a b c", "a*b*c"),
        ("a*b*x + c*b", "a b c", "a*b, b*c"),
        ("a/b*exp(-k*x) + c", "a b", "a/b"),
        ("a^2*b*x", "a b", "a^2*b"),
        ("a*x/(b + c + x)", "b c", "b + c"),
        ("(a - 2*b)*x + c", "a b", "a - 2*b"),
        ("a*x + 0*z", "z", ""),
    ],
)
def test_what_is_determined_is_named(formula: str, parameters: str, determined: str) -> None:
    found = gradcalc.fit(formula, {"x": X, "y": Y}, "y")
    (group,) = found.confounded
    assert group.parameters == tuple(parameters.split())
    assert ", ".join(group.determined) == determined
    assert found.exit == Exit.VERDICT
    assert not found.proven
    for one in found.parameters:
        known = one.name not in group.parameters
        assert (one.digits == 16) == known
        assert (one.standard_error is not None) == known


def test_nearly_confounded_is_determined() -> None:
    """Rates that differ by a part in a thousand, data to 15 digits: hard, but not confounded."""
    y = 2 * np.exp(-1.0 * X) + 3 * np.exp(-1.001 * X)
    start = {"a": 2.1, "b": 1.0, "c": 2.9, "d": 1.001}
    found = gradcalc.fit("a*exp(-b*x) + c*exp(-d*x)", {"x": X, "y": y}, "y", start)
    assert not found.confounded


def test_values_that_hide_a_difference_are_told_apart_from_a_formula_that_does() -> None:
    """In a column of one value a + b*z is one number, though the formula has two."""
    table = {"x": X, "y": Y, "z": np.full(30, 2.0)}
    found = gradcalc.fit("a + b*z + c*x", table, "y")
    (group,) = found.confounded
    assert group.parameters == ("a", "b")
    assert group.determined == ("a + 2*b",)


def test_a_small_effect_is_no_missing_one() -> None:
    """At t0 near 0 a changes little along the valley: a alone is not determined for that."""
    start = {"a": 3.0, "k": 1.3, "t0": 1e-7}
    found = gradcalc.fit("a*exp(-k*(x - t0))", {"x": X, "y": Y}, "y", start)
    assert found.confounded[0].determined == ("a*exp(k*t0)",)
