"""Formulas on paper: what LaTeX and MathML are written, and that both balance."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from gradcalc.formulas.diff import diff
from gradcalc.formulas.latex import to_latex
from gradcalc.formulas.mathml import to_mathml
from tests.formulas.corpus import WRITTEN, row_formulas


def matrix(cells: str) -> str:
    return rf"\begin{{pmatrix}}{cells}\end{{pmatrix}}"


CASES_OF_MOD = (
    r"\begin{cases}\frac{x \bmod 3}{2} & \text{if } x \bmod 2 > 1 \\ "
    r"2 x \bmod 3 & \text{otherwise}\end{cases}"
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x^2*sin(3x)", r"x^{2} \sin\left(3 x\right)"),
        ("-x^2/2", r"-\frac{x^{2}}{2}"),
        ("(x+1)*(x-1)/(2y)", r"\frac{\left(x + 1\right) \left(x - 1\right)}{2 y}"),
        ("sin(x)^2", r"\sin^{2}\left(x\right)"),
        ("a-(b-c)", r"a - \left(b - c\right)"),
        ("a*-b", r"a \left(-b\right)"),
        ("2*3*x", r"2 \cdot 3 x"),
        ("2*(1/2)", r"2 \cdot \frac{1}{2}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("cbrt(x+1)", r"\sqrt[3]{x + 1}"),
        ("abs(x)^3", r"\left|x\right|^{3}"),
        ("exp(-x)", "e^{-x}"),
        ("log(x, 2) + log2(x)", r"\log_{2}\left(x\right) + \log_{2}\left(x\right)"),
        ("besselj(0, x)*gamma(x)", r"J_{0}\left(x\right) \Gamma\left(x\right)"),
        ("polygamma(1, x)^2", r"\psi^{\left(1\right)}\left(x\right)^{2}"),
        ("theta2*alpha_max", r"\theta_{2} \alpha_{\mathrm{max}}"),
        ("rate*time", r"\mathrm{rate} \, \mathrm{time}"),
        ("1.5e-3*x", r"1.5 \cdot 10^{-3} x"),
        (
            "x if x > 0 else -x",
            r"\begin{cases}x & \text{if } x > 0 \\ -x & \text{otherwise}\end{cases}",
        ),
        ("(x % 3)*(x/3)", r"\left(x \bmod 3\right) \frac{x}{3}"),
        ("x % 3 + 1", r"\left(x \bmod 3\right) + 1"),
        ("-(x % 3)", r"-\left(x \bmod 3\right)"),
        ("x % 3 % 2", r"\left(x \bmod 3\right) \bmod 2"),
        ("(x % 3)/2 if x % 2 > 1 else 2x % 3", CASES_OF_MOD),
        ("[x, y]", r"\begin{pmatrix}x \\ y\end{pmatrix}"),
        ("[[1, x], [y, 2]]", r"\begin{pmatrix}1 & x \\ y & 2\end{pmatrix}"),
        ("[[[1, x]], [[y, 2]]]", matrix(matrix(r"1 & x") + r" \\ " + matrix("y & 2"))),
        ("[[[[1, 2]], [[x, 3]]]]", matrix(matrix("1 & 2") + " & " + matrix("x & 3"))),
    ],
)
def test_latex(source: str, expected: str) -> None:
    assert to_latex(diff(source, wrt=[]).value) == expected


@pytest.mark.parametrize("source", [*WRITTEN, *row_formulas()])
def test_both_notations_balance_and_hold_all_numbers(source: str) -> None:
    value = diff(source, wrt=[]).value
    latex = to_latex(value)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert not re.search(r"\^\{[^{}]*\}\^", latex), "two exponents on one base"
    root = ElementTree.fromstring(to_mathml(value))
    arities = {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2}
    for element in root.iter():
        name = element.tag.partition("}")[2]
        assert len(element) == arities.get(name, len(element))
