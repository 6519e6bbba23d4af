"""D(y, x) at the boundary of a branch that y came by is what it is with the branch inside of D."""

import itertools
from pathlib import Path

import pytest

from gradcalc import Options, evaluate
from gradcalc.cli import run
from gradcalc.errors import Exit

TESTS = ("x >= 2", "x > 2", "x <= 2", "x < 2", "x == 2", "x != 2", "2 <= x", "x^2 >= 4")
PIECES = ("4", "x^2", "2*x", "3*x", "x + 2", "x^3/2", "8/x", "6")
FAST = Options(check="fast")


def _cases() -> list[tuple[str, str, str]]:
    pairs = [(a, b) for a, b in itertools.product(PIECES, PIECES) if a != b]
    return [
        (test, *pairs[(7 * k + n) % len(pairs)]) for n, test in enumerate(TESTS) for k in range(6)
    ]


@pytest.mark.parametrize(("test", "then", "other"), _cases())
def test_a_branch_before_is_as_one_inside(test: str, then: str, other: str) -> None:
    inside = evaluate(f"D({then} if {test} else {other}, x)", {"x": 2}, options=FAST)
    for before in (
        f"if {test} {{ y = {then} }} else {{ y = {other} }}; D(y, x)",
        f"y = {then} if {test} else {other}; D(y, x)",
        f"f(t) = t + 1; y = {then} if {test} else {other}; D(f(y), x)",
    ):
        answer = evaluate(before, {"x": 2}, options=FAST)
        assert (answer.value, answer.status) == (inside.value, inside.status)
        assert answer.gradient == inside.gradient


def test_the_point_of_a_gap_has_the_derivative_of_what_is_beside_it() -> None:
    answer = evaluate("if x == 2 { y = 4 } else { y = x^2 }; D(y, x)", {"x": 2})
    assert (answer.value, answer.gradient, answer.status) == (4, {"x": 2}, "smooth")


def test_rows_at_a_boundary_are_as_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "if x >= 2 { y = x^2 } else { y = 2*x }; D(y, x)"
    for rows in ([2, 3, 1], [3, 2, 1], [1, 3, 2]):
        table = tmp_path / "t.csv"
        table.write_text("\n".join(["x", *map(str, rows)]))
        assert run(["map", text, str(table), "--check-rows", "0"]) == Exit.OK
        _, *lines = capsys.readouterr().out.splitlines()
        for x, line in zip(rows, lines, strict=True):
            answer = evaluate(text, {"x": x}, options=FAST)
            assert list(map(float, line.split(","))) == [x, answer.value, answer.gradient["x"]]


def test_a_loop_of_derivatives_at_a_boundary_ends() -> None:
    text = "y = x^2 if x >= 2 else 2*x; s = 0; for i in 0..200 { s = s + D(y, x) }; s"
    answer = evaluate(text, {"x": 2}, options=FAST)
    assert any("branch taken at a boundary" in note for note in answer.notes)
