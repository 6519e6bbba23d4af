"""Rails on narrow screens, and on those that have ASCII alone."""

from __future__ import annotations

import io

import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import GradcalcError
from gradcalc.graphs.graph import graph
from gradcalc.views.console import Screen
from gradcalc.views.rails import show


def shown(program: str, columns: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", write_through=True)
    result = evaluate(program, {"x": "0.3", "y": "0.7"}, options=Options(check="off"))
    from gradcalc.views.plain import spell_out

    screen = Screen(file=spell_out(stream), width=columns, color_system=None)
    show(graph(result.steps.trace, most=1000), result, screen)
    stream.seek(0)
    return stream.read()


PROGRAM = "sin(x)*y + exp(x*y)"


@pytest.mark.parametrize("columns", [200, 60, 40, 24])
def test_lines_are_no_wider_than_the_screen(columns: int) -> None:
    lines = shown(PROGRAM, columns).splitlines()
    assert max(map(len, lines)) <= columns
    assert any("●───╯" in line for line in lines)


def test_where_nothing_fits_a_message_says_how_wide_it_must_be() -> None:
    wide = " + ".join(f"sin({k}*x)*cos({k}*y)" for k in range(2, 9))
    powers = f"a = [{', '.join(f'x^{k}*y' for k in range(2, 30))}]; {wide} + sum(a)*max(a)"
    with pytest.raises(GradcalcError, match=r"needs \d+ columns, the terminal has 30"):
        shown(powers, 30)


def test_without_unicode_rails_are_ascii() -> None:
    text = shown(PROGRAM, 100, "ascii")
    assert "*---'  v6" in text
    assert "?" not in text
