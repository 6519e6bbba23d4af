"""Numbers with a wide radius: what has poles or waves in it is not enclosed by its ends."""

from __future__ import annotations

from random import Random

import pytest

from gradcalc.numbers.midrad import UndecidedError
from gradcalc.rules.systems import big_numbers, midrad_numbers

ROWS = ["gamma", "lgamma", "digamma", "factorial", "zeta", "tan", "sec", "csc", "cot", "sin", "ci"]
ROWS += ["tanpi", "cospi", "sinpi", "si", "gelu", "silu", "sech", "normal_pdf", "cosh"]
TRIES = 60
MIDDLES = ["-200.3", "-20.3", "-2.3", "0.4", "0.500000001", "1.4616321449683623", "7.3", "60"]


@pytest.mark.parametrize("radius", ["1e-20", "1e-9", "0.01", "0.8", "3", "40"])
@pytest.mark.parametrize("middle", MIDDLES)
@pytest.mark.parametrize("name", ROWS)
def test_what_is_inside_is_enclosed_or_undecided(name: str, middle: str, radius: str) -> None:
    numbers, big, random = midrad_numbers(50), big_numbers(50), Random(name)
    bounds, ctx = numbers.__dict__["bounds"], big.context
    mid, rad = ctx.mpf(middle), ctx.mpf(radius)
    try:
        enclosed = getattr(numbers, name)(bounds.made(mid, rad._mpf_))
    except (UndecidedError, ValueError, ArithmeticError):
        return
    for _ in range(TRIES):
        inside = getattr(big, name)(mid + rad * random.uniform(-1, 1))
        assert abs(inside - enclosed.mid) <= enclosed.radius
