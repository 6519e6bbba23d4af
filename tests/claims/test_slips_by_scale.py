"""What went wrong with a claim is told at every scale, and not where nothing tells it."""

from __future__ import annotations

import pytest

from gradcalc.claims.check import check

SCALES = ("1e-310", "1e-302", "1e-30", "1e30", "1e300")
AT = {"x": "0.7", "y": "1.3"}


def diagnosis(source: str, claim: str) -> str:
    (found,) = check(source, {"x": claim}, [AT]).claims
    assert not found.holds
    return found.diagnosis or ""


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("source", "claim", "words"),
    [
        ("x^2*y", "-2*x*y", "the sign is wrong"),
        ("x^2*y", "3*x*y", "a constant factor: it is 3/2 times the true derivative"),
        ("x^3*y", "x^3", "it is the derivative by y"),
        ("sin(x^2)*y", "cos(x^2)*y", "the chain rule's factor d(x^2)/dx is missing"),
        ("x^2*y", "7*x", ""),
        ("x*y", "2*x", ""),  # a constant factor only where x and y grow alike
    ],
)
def test_slips_at_every_scale(scale: str, source: str, claim: str, words: str) -> None:
    assert diagnosis(f"{scale}*({source})", f"{scale}*({claim})") == words


@pytest.mark.parametrize("near", ["1e-10", "-1e-12", "3e-17"])
@pytest.mark.parametrize(
    ("source", "slope"),
    [("sin(x + y)", "cos(x + y)"), ("x + y", "1"), ("exp(x)*(x + y - y)", "exp(x)*(1 + x)")],
)
def test_what_is_nearly_true_is_no_slip(near: str, source: str, slope: str) -> None:
    """Inner derivatives of 1, and derivatives by others that are the same, explained it."""
    assert diagnosis(source, f"({slope})*(1 + {near})").startswith("a constant factor: it is ")
    assert diagnosis(source, f"{slope} + {near}*x^2") == ""
