"""Whatever is typed is read or refused: what looks for remedies fails at nothing."""

from __future__ import annotations

from random import Random

import pytest

from gradcalc.errors import GradcalcError
from gradcalc.language import parse
from gradcalc.run.forms import reserved
from gradcalc.run.limits import Limits
from gradcalc.run.reading import read_program

SIGNS = r"x y 2 1,5 sin max beta ( ) [ ] { } + - * / ^ % ! = == < , ; ' | \ $ & ? : ° √ ½ ²"
LATEX = r"\left \right \{ \} \begin{array} \end{array} \begin{cases} \end{cases} \\ \sin ^{ _{"
WORDS = "if else for in /* */ // ++ -> := np. .T .* @"
PIECES = [piece for pieces in (SIGNS, LATEX, WORDS) for piece in pieces.split()]


def outcome(text: str) -> None:
    """Read a text, and whatever is proposed for it."""
    try:
        read_program(text, {"x", "y"})
    except GradcalcError as error:
        assert str(error)
        for proposal in error.proposals:
            parse(proposal, functions=reserved(), variables={"x", "y"})


@pytest.mark.parametrize("first", PIECES)
def test_pairs_of_pieces(first: str) -> None:
    for second in PIECES:
        outcome(first + second)
        outcome(f"x {first} {second} y")


def test_strings_of_pieces() -> None:
    random = Random(5)
    for _ in range(1500):
        outcome(random.choice(("", " ")).join(random.choices(PIECES, k=random.randint(3, 7))))


@pytest.mark.parametrize("sign", ["++", "^*", "*/", "^^"])
@pytest.mark.parametrize("value", ["x", "x^2", "f(x)"])
def test_operators_at_the_end(sign: str, value: str) -> None:
    outcome(value + sign)


@pytest.mark.parametrize("name", ["int", "integrate", "Integral", "quad", "limit", "lim"])
@pytest.mark.parametrize("text", ["{}(x^2, x)", "2*{}(x, 0, 1) + y", "y - {}(sin(x), x, 0)"])
def test_what_there_is_not_is_said(name: str, text: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        read_program(text.format(name), {"x", "y"})
    error = caught.value
    what = "limits" if name.startswith("lim") else "integrals"
    assert (error.hint or "").startswith(f"there are no {what} here")
    assert error.span is not None
    assert text.format(name)[error.span.start : error.span.end] == name


@pytest.mark.parametrize("text", ["1/2x + 1/3y", "e^2x - e^3y", "sin cos x + sin cos y"])
def test_the_same_remedy_wherever_it_is_needed(text: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        read_program(text, {"x", "y"})
    assert caught.value.proposals
    for proposal in caught.value.proposals:
        read_program(proposal, {"x", "y"})


@pytest.mark.parametrize("name", ["x", "vec"])
def test_a_transpose_beside_a_matrix_makes_products_of_matrices(name: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        read_program(f"{name}'*A*{name}", {name, "A"})
    assert caught.value.proposals == (f"({name}.T @ A) @ {name}",)


@pytest.mark.parametrize("source", ["beta*x", "x + e*y", "f(t) = t^2; f(x)", "x +"])
def test_a_text_that_was_read_before_is_read_as_the_first_time(source: str) -> None:
    """Kept are programs by text, names and limits: none of these answers for another."""

    def outcome(names: frozenset[str], limits: Limits) -> object:
        try:
            program, places = read_program(source, names, limits)
        except GradcalcError as error:
            return error.code, error.message
        return program, program.notes, dict(places)

    ways = [
        (names, limits)
        for names in (frozenset(), frozenset({"beta"}), frozenset({"e", "x"}))
        for limits in (Limits(), Limits(depth=3), Limits(size=2))
    ]
    first = [outcome(*way) for way in ways]
    assert [outcome(*way) for way in ways] == first
    assert [outcome(*way) for way in reversed(ways)] == first[::-1]
