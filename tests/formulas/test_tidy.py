"""Forms of a formula: tidied, rearranged, and sympy's, the same whatever was asked before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gradcalc.formulas.equality import Comparison, Values
from gradcalc.formulas.sympy_forms import forms
from gradcalc.formulas.tidy import rearranged, tidy
from gradcalc.language import parse_expression, to_text
from gradcalc.language.syntax import Expr
from gradcalc.run.forms import reserved
from tests.formulas.corpus import random_formulas

LONG = ("sin(x)^2*x + cos(x)^2*x + sqrt(x)*x^(3/2)", "exp(x)*x/(exp(x) + 1)^2 + x^2*exp(x)")


def read(text: str) -> Expr:
    return parse_expression(text, functions=reserved())


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("1/(y*(1 + x^2/y^2))", "y/(y^2 + x^2)"),
        ("-57/(10*(x^2 + 3249/100))", "-570/(100*x^2 + 3249)"),
        ("-1/(x*sqrt((1 - x)*(1 + x)))", "-1/(x*sqrt(1 - x^2))"),
        ("x/(5*sqrt(1 - 4*x^4/25))", "x/sqrt(25 - 4*x^4)"),
        ("((x^2 + 1)*(x^2 - 1) - 2*x^2)/x^3", "(x^4 - 1 - 2*x^2)/x^3"),
        ("y*(x + 1) + x*y*(z - 1)", "y + x*y*z"),
        ("(a + b)*(c + d)/(a + b)^2", "(c + d)/(a + b)"),
    ],
)
def test_fractions_are_cleared_and_products_multiplied_out(text: str, shortest: str) -> None:
    found = [to_text(one) for one in (tidy(read(text)), *rearranged(read(text)))]
    assert min(found, key=len) == shortest


@pytest.mark.parametrize("text", random_formulas(40, seed=3))
def test_other_forms_have_the_same_values(text: str) -> None:
    root = read(text)
    names = {"x", "y", "a", "b", "c", "n", "t", "A", "R", "C", "V", "S", "Km", "Vmax", "omega"}
    names |= {"phi0", "m", "v", "g", "h", "k", "q1", "q2", "r"}
    truth = Comparison(names, Values(root))
    for one in (tidy(root), *rearranged(root)):
        assert truth.proves(one), to_text(one)


def shown(text: str) -> list[str]:
    return [to_text(one) for one in forms(read(text))]


def test_sympy_answers_the_same_whatever_it_was_asked_before() -> None:
    code = (
        "from tests.formulas.test_tidy import LONG, shown\n"
        "print([shown(text) for text in reversed(LONG)])"
    )
    run = [sys.executable, "-c", code]
    fresh = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    here = [shown(text) for text in LONG]
    assert fresh.strip() == str(here[::-1])
    assert [shown(text) for text in LONG] == here


@pytest.mark.parametrize("zero", ["0", "2 - 2", "0.7 - 0.7", "y - y", "0*y"])
@pytest.mark.parametrize("base", ["x", "x - pi", "sin(x)", "2*x", "x^2*y", "1/x", "exp(x)"])
@pytest.mark.parametrize(
    ("form", "tidied"),
    [
        ("({b})^({z})", "1"),
        ("3*y*({b})^({z})", "3*y"),
        ("y^2*(({b})^({z}))^y", "y^2"),
        ("(({b})^({z}))^(x*y) + y", "1 + y"),
        ("y/({b})^({z})", "y"),
        ("sin(({b})^({z})*y)", "sin(y)"),
    ],
)
def test_a_power_of_zero_is_one_wherever_it_is(
    zero: str, base: str, form: str, tidied: str
) -> None:
    text = form.replace("{b}", base).replace("{z}", zero)
    assert to_text(tidy(read(text))) == tidied
