"""A text that is asked for again is read once, and what was read is the same for all."""

from __future__ import annotations

import pytest

from gradcalc.answers.evaluate import evaluate
from gradcalc.errors import GradcalcError
from gradcalc.language import canonical
from gradcalc.language.syntax import Evaluate, Name
from gradcalc.run.limits import Limits
from gradcalc.run.reading import read_program

TEXTS = ("x^2*beta", "y = x; y*sin(x)", "f(t) = t^2; f(x) + 1", "x # so", "0.1*x + 1e-1")


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_text_is_the_same_program(text: str) -> None:
    first, places = read_program(text, ("x", "beta"))
    again, others = read_program(text, ("beta", "x"))
    assert first is again
    assert places == others
    with pytest.raises(TypeError):
        places["other"] = places["x"]  # type: ignore[index]


def test_what_is_given_and_the_limits_belong_to_the_question() -> None:
    _, places = read_program("beta(2, 3) + beta", ("beta",))
    assert "beta" in places
    with pytest.raises(GradcalcError):
        read_program("beta(2, 3) + beta")
    deep = "(((x)))"
    read_program(deep)
    with pytest.raises(GradcalcError, match="nested"):
        read_program(deep, limits=Limits(depth=2))


def test_a_changed_program_has_its_own_canonical_text() -> None:
    program, _ = read_program("x + 1", ("x",))
    assert canonical(program) == "x + 1"
    assert canonical(program.replaced(body=(Evaluate(Name("y")),))) == "y"
    assert canonical(program) is canonical(program)


@pytest.mark.parametrize("text", TEXTS)
def test_the_second_answer_is_the_first(text: str) -> None:
    at = {"x": 0.5} if "beta" not in text else {"x": 0.5, "beta": 2}
    first, again = (evaluate(text, at) for _ in range(2))
    assert first.canonical == again.canonical
    assert [row.gradient for row in first.derivatives] == [
        row.gradient for row in again.derivatives
    ]
    assert first.notes == again.notes
