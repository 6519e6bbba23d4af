"""What is asked for in words, or beside a formula, is told the command or the option for it."""

from __future__ import annotations

import pytest

from gradcalc import GradcalcError, evaluate


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("derivative of {} at 3", "write {} --at x=3"),
        ("derivative of {} with respect to x at x = 3", "write {} --at x=3"),
        ("differentiate {} wrt x at x=2.5", "write {} --at x=2.5"),
        ("subs(x=2, {})", "write {} --at x=2"),
        ("eval({}, x=2)", "write {} --at x=2"),
        ("{} | x=3", "write {} --at x=3"),
        ("{}, x = 3", "write --at x=3"),
        ("{} where x is 3", "write --at x=3"),
        ("evaluate {} at x = 3", "write --at x=3"),
        ("nDeriv({}, x, 3)", "write D({}, x) --at x=3"),
        ("gradient of {} at x=1", "write {} --at x=1"),
        ("hessian of {}", "run gradcalc hessian with {}"),
        ("minimize {}", "run gradcalc minimize"),
        ("plot {}", "run gradcalc plot"),
        ("integrate {} dx", "only derivatives"),
        ("limit of {} as x->0", "close to the place with --at"),
    ],
)
@pytest.mark.parametrize("formula", ["x^2", "sin(x)*x", "x + exp(-x)"])
def test_a_request_is_answered_with_what_does_it(text: str, said: str, formula: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(text.format(formula), {"x": 0.7})
    assert said.format(formula) in (caught.value.hint or "")
    assert caught.value.proposals == ()


@pytest.mark.parametrize("word", ["calculator", "foo", "berechne"])
@pytest.mark.parametrize("text", ["{} x", "x {}", "{} of x", "{} x^2 + 1"])
def test_a_word_without_a_value_is_no_factor(word: str, text: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(text.format(word), {"x": 0.7})
    assert caught.value.proposals == ()
    assert f"'{word}' has no value" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("log(10, x)", "write log(x, 10) for the base 10"),
        ("log(2, x + 1)", "write log(x + 1, 2) for the base 2"),
        ("gammainc(x, 3)", "write gammainc(3, x) for what MATLAB has as gammainc(x, 3)"),
    ],
)
def test_an_order_that_others_have_otherwise_is_noted(text: str, note: str) -> None:
    assert any(note in given for given in evaluate(text, {"x": 0.7}).notes)


@pytest.mark.parametrize("text", ["log(x, 10)", "log(8, 2)", "gammainc(3, x)", "gammainc(x, x)"])
def test_the_usual_order_has_no_note(text: str) -> None:
    assert not any("argument" in note for note in evaluate(text, {"x": 0.7}).notes)


@pytest.mark.parametrize("sign", ["·", "⋅", "•"])
def test_a_dot_between_vectors_has_two_readings(sign: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(f"sum([x, 2] {sign} [3, x])", {"x": 0.7})
    assert caught.value.proposals == ("sum([x, 2] @ [3, x])", "sum([x, 2]*[3, x])")


@pytest.mark.parametrize("text", ["x*x; y = 2", "sin(x)\n y = x", "x^2; x"])
def test_a_value_that_nothing_reads_is_noted(text: str) -> None:
    notes = evaluate(text, {"x": 0.7}).notes
    assert any("is not used: the value of a program is that of its last" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sum(［x，3］)", 3.7),
        ("ｌｉｎｓｐａｃｅ(0, x, 3)[2]", 0.7),
        ("Ｄ(x^2, x)", 1.4),
        (r"\lbrack x, 3 \rbrack @ [1, 1]", 3.7),
        ("٢٫٥*x", 1.75),
        ("۲*x + ३", 4.4),
    ],
)
def test_signs_and_digits_of_other_scripts_are_read(text: str, value: float) -> None:
    """The run decides from the plain text whether it holds arrays and derivatives."""
    assert evaluate(text, {"x": 0.7}).value == pytest.approx(value)


@pytest.mark.parametrize("name", ["µ", "x₁", "ｘ"])
def test_names_are_given_as_they_are_typed(name: str) -> None:
    assert evaluate(f"3*{name}", {name: 2}).value == 6


@pytest.mark.parametrize("form", ["D", "grad"])
def test_derivatives_by_several_names_are_written_out(form: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(f"{form}(x^2*y, [x, y])", {"x": 1, "y": 2})
    assert caught.value.hint == "write one derivative by each name: [D(f, x), D(f, y)]"
