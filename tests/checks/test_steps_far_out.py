"""Integers of any size are where floor and its kin jump: rounding to fewer digits keeps them so."""

import pytest

from gradcalc import Options, evaluate


@pytest.mark.parametrize("formula", ["floor(x)", "ceil(x)", "trunc(x)", "floor(x)*2 - x"])
def test_integers_far_out_are_jumps(formula: str) -> None:
    options = Options(check="modes")
    points = [f"{digit}e{exponent}" for digit in (1, 3, 7) for exponent in range(28, 64, 3)]
    points += ["1e40", "12345678901234567890e21", "-1e40", "1e100"]
    answers = {at: evaluate(formula, {"x": at}, options=options).status for at in points}
    assert {at: status for at, status in answers.items() if status != "jump"} == {}
