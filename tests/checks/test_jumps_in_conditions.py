"""What a condition compares may jump at the point, though it compares no equals there."""

from __future__ import annotations

import numpy as np
import pytest

import gradcalc
from gradcalc import Options, evaluate

FAST = Options(check="fast")
# By what jumps (or has a pole) at x = 0, its value there and its limits from the left and right.
JUMPS = {
    "floor(x)": (0, -1, 0),
    "ceil(x)": (0, 0, 1),
    "sign(x)": (0, -1, 1),
    "heaviside(x)": (0.5, 0, 1),
    "trunc(1 - x)": (1, 1, 0),
    "mod(x, 2)": (0, 2, 0),
    "round(x + 0.5)": (0, 0, 1),
    "floor(cos(x))": (1, 0, 0),
    "abs(x)": (0, 0, 0),
    "1/x": (np.inf, -np.inf, np.inf),
}


@pytest.mark.parametrize("bound", [-0.75, -0.25, 0.25, 0.75, 1.5])
@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_in_a_condition(jump: str, bound: float) -> None:
    """The branch is 3 + x or 5 + x, here and on either side: it jumps where they are not alike."""
    here, left, right = (at > bound for at in JUMPS[jump])
    sources = (
        f"3 + x if {jump} > {bound} else 5 + x",
        f"y = 5; if not ({jump} <= {bound}) {{ y = 3 }}; y + x",
        f"n = 0; while n == 0 and {jump} > {bound} {{ n = 1 }}; 5 - 2*n + x",
        f"where({jump} > {bound}, 3 + x, 5 + x)",
    )
    for source in sources:
        (row,) = evaluate(source, {"x": 0}, options=FAST).derivatives
        assert row.status == ("smooth" if here == left == right else "jump"), source
        assert row.gradient == 1 or row.status == "jump"


@pytest.mark.parametrize("jump", ["floor(x)", "sign(x)"])
def test_tables_say_so_too(jump: str) -> None:
    """A row is what it is alone; one beside it, where nothing jumps, is smooth."""
    source = f"3*x if {jump} > -0.5 else 5 - x"
    summary = gradcalc.map(source, {"x": [0.0, 0.25]})
    alone = [evaluate(source, {"x": x}, options=FAST) for x in (0.0, 0.25)]
    assert list(summary["d_x"]) == [result.derivatives[0].gradient for result in alone]
    assert [result.status for result in alone] == ["jump", "smooth"]
