"""Steps: each line proven, the last one diff's answer, and wrong rules found out."""

from __future__ import annotations

import pytest

from gradcalc.formulas import laws
from gradcalc.formulas.diff import diff
from gradcalc.formulas.explain import explain
from gradcalc.formulas.steps import as_written, at_path, is_sign, shown
from gradcalc.language import to_text
from gradcalc.language.printer import with_place
from gradcalc.language.syntax import Binary, Unary
from tests.formulas.corpus import WRITTEN, random_formulas, row_formulas

LAWS = ("_sum", "_product", "_quotient", "_power", "_constant_power", "_remainder", "_call")


@pytest.mark.parametrize("source", [*WRITTEN, *row_formulas(), *random_formulas(12, seed=8)])
def test_each_line_is_proven_and_the_last_is_the_answer_of_diff(source: str) -> None:
    result = explain(source)
    answers = {row.by[0]: row.formula for row in diff(source).derivatives}
    for one in result.derivations:
        steps = one.derivation.steps
        assert steps
        assert all(step.proven for step in steps)
        assert to_text(one.derivation.answer) == to_text(answers[one.derivation.x])
        assert all(step.rule for step in steps)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (
            "x^2*sin(3*x)",
            [
                "d/dx(x^2)*sin(3*x) + x^2*d/dx(sin(3*x))",
                "2*x*sin(3*x) + x^2*d/dx(sin(3*x))",
                "2*x*sin(3*x) + x^2*(cos(3*x)*d/dx(3*x))",
                "2*x*sin(3*x) + x^2*(cos(3*x)*(3*1))",
                "2*x*sin(3*x) + 3*x^2*cos(3*x)",
            ],
        ),
        (
            "log(x)/x",
            ["(d/dx(log(x))*x - log(x)*1)/x^2", "((1/x)*x - log(x)*1)/x^2", "(1 - log(x))/x^2"],
        ),
        (
            "x^x",
            [
                "x^x*d/dx(x*log(x))",
                "x^x*(1*log(x) + x*d/dx(log(x)))",
                "x^x*(1*log(x) + x*(1/x))",
                "x^x*(log(x) + 1)",
            ],
        ),
    ],
)
def test_lines(source: str, lines: list[str]) -> None:
    (one,) = explain(source).derivations
    assert [shown(step.line) for step in one.derivation.steps] == lines


def test_the_new_part_stands_where_it_is_said_to_stand() -> None:
    (one,) = explain("x^2*sin(3*x) + tan(x)/x").derivations
    for step in one.derivation.steps:
        written = as_written(step.line)
        text, place = with_place(written, at_path(written, step.path))
        part = text[place.start : place.end]
        assert part == to_text(at_path(written, step.path))
        assert text == to_text(written)


def test_detail_gives_every_sum_its_step() -> None:
    short = explain("x^3 + x + 5").derivations[0].derivation
    long = explain("x^3 + x + 5", detail=True).derivations[0].derivation
    assert len(long.steps) > len(short.steps)
    assert any(step.rule == "d/dx x = 1" for step in long.steps)


@pytest.mark.parametrize("name", LAWS)
def test_a_wrong_rule_is_caught_in_its_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(laws, name)

    def wrong(*arguments: object) -> laws.Law:
        law = right(*arguments)
        if isinstance(law.formula, Unary):
            return laws.Law(law.name, law.formula.operand)
        return laws.Law(law.name, Binary("+", law.formula, law.formula))

    monkeypatch.setattr(laws, name, wrong)
    source = {"_remainder": "x % 2", "_sum": "x^2 + sin(x)", "_power": "2^x"}.get(
        name, "x^3*sin(x)/cosh(x)"
    )
    result = explain(source)
    assert not all(step.proven for step in result.derivations[0].derivation.steps)
    assert result.exit == 1


@pytest.mark.parametrize(
    ("source", "claim", "step", "slip"),
    [
        ("sin(3*x)", "cos(3*x)", 0, "the inner derivative is left out"),
        ("x^2*sin(x)", "2*x*cos(x)", 0, "each factor is differentiated by itself"),
        ("x^2*sin(x)", "2*x*sin(x)", 0, "the second term is left out"),
        ("x^3", "3*x^3", 0, "the exponent is not lowered"),
        ("x/(1 + x^2)", "(1 - x^2)/(1 + x^2)", 0, "the denominator is not squared"),
        ("cos(x)", "sin(x)", 0, "the sign is turned"),
        ("x^2*cos(5*x)", "2*x*cos(5*x) - x^2*sin(5*x)", 2, "the inner derivative is left out"),
    ],
)
def test_a_wrong_claim_parts_at_a_line(source: str, claim: str, step: int, slip: str) -> None:
    (one,) = explain(source, claims={"x": claim}).derivations
    assert one.claim is not None
    assert not one.claim.right
    assert (one.claim.step, one.claim.slip) == (step, slip)
    assert is_sign(one.derivation.steps[step].before)


def test_a_right_claim_in_other_words_is_right() -> None:
    result = explain("sin(x)^2", claims={"x": "sin(2*x)"})
    assert result.derivations[0].claim is not None
    assert result.derivations[0].claim.right
    assert result.exit == 0
    assert explain("sin(x)^2", claims={"x": "cos(2*x)"}).exit == 1
