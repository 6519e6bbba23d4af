"""What is left out of a claimed derivative by hand is named: a term, half a product, a factor."""

from __future__ import annotations

from itertools import combinations

import pytest

from gradcalc.claims.check import check

# Pieces with their derivatives, as people write them.
PIECES = (
    ("x^2", "2*x"),
    ("sin(x)", "cos(x)"),
    ("exp(x)", "exp(x)"),
    ("5*x^3", "15*x^2"),
    ("log(x)", "1/x"),
    ("x*y", "y"),
)
INNER = (("3*x", "3"), ("x^2", "2*x"), ("x*y", "y"), ("exp(x)", "exp(x)"))
OUTER = (("sin({})", "cos({})"), ("exp({})", "exp({})"), ("log({})", "1/({})"))
AT = {"x": "0.7", "y": "1.3"}


def diagnosis(source: str, claim: str) -> str:
    found = check(source, {"x": claim}, [{n: v for n, v in AT.items() if n in source}]).claims[0]
    assert not found.holds
    return found.diagnosis or ""


@pytest.mark.parametrize("one", range(len(PIECES)))
def test_a_term_that_is_missing(one: int) -> None:
    for other in range(len(PIECES)):
        if other != one:
            (f, _), (g, slope) = PIECES[one], PIECES[other]
            assert diagnosis(f"{f} + {g}", slope).startswith("the term "), (f, g)
            assert diagnosis(f"{g} - {f}", slope).endswith(" is missing"), (f, g)


@pytest.mark.parametrize(("one", "other"), list(combinations(PIECES[1:5:2], 2)))
def test_half_of_the_product_rule(one: tuple[str, str], other: tuple[str, str]) -> None:
    (f, df), (g, dg) = one, other
    for half in (f"{df}*{g}", f"{f}*{dg}"):
        assert diagnosis(f"{f}*{g}", half).endswith("is missing, half of the product rule")


@pytest.mark.parametrize(("outer", "slope"), OUTER)
@pytest.mark.parametrize(("inner", "factor"), INNER)
def test_the_inner_derivative_is_missing(outer: str, slope: str, inner: str, factor: str) -> None:
    words = f"the chain rule's factor d({inner})/dx is missing"
    assert diagnosis(outer.format(inner), slope.format(inner)) == words, factor


# Sums of which float64 has no digit at the point: claims that lack one of the derivative's terms.
CANCELLING = (
    ("exp(x^2)*(1 - erf(x))", "2*x*exp(x^2)*(1 - erf(x))", "17"),
    ("exp(x)*(1 - tanh(x/4))", "exp(x)*(1 - tanh(x/4))", "90"),
    ("x*(1 - cos(x))", "1 - cos(x)", "1e-9"),
    ("x^2*((x + 1e30) - 1e30)", "2*x*((x + 1e30) - 1e30)", "3"),
    ("x^3*log(1 + 1e-20*x)", "3*x^2*log(1 + 1e-20*x)", "2"),
)


@pytest.mark.parametrize(("source", "claim", "at"), CANCELLING)
def test_a_term_that_float64_lost_is_told_as_missing(source: str, claim: str, at: str) -> None:
    (found,) = check(source, {"x": claim}, [{"x": at}]).claims
    assert not found.holds
    assert "is missing" in (found.diagnosis or "")
