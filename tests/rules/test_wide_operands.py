"""What is known of a function over a wide interval: its ends, and a slope of 0, tell nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from gradcalc import Options, evaluate
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.rules.systems import midrad_numbers
from gradcalc.rules.table import SCALAR

OSCILLATING = sorted(name for name, row in SCALAR.items() if row.oscillates)


@pytest.mark.parametrize("name", [name for name in OSCILLATING if len(SCALAR[name].parameters) < 2])
@pytest.mark.parametrize("middle", ["1/2", "1", "3/2"])
def test_waves_have_no_narrow_value_over_a_wide_interval(name: str, middle: str) -> None:
    """Around 1000*pi, half a turn wide and whole ones: ends and middle may all be equal."""
    n: Any = midrad_numbers(50)
    place = n.constant("pi") * (1000 + Fraction(middle))
    for half in (n.constant("pi") / 2, n.constant("pi"), n.number(Fraction(1))):
        wide = type(place)(n.__dict__["bounds"], place.mid, half.mid._mpf_)
        with pytest.raises(UndecidedError):
            getattr(n, name)(wide)


@pytest.mark.parametrize("wave", ["sin(pi*{})", "cos(2*pi*{}) - 1", "sinpi({})"])
@pytest.mark.parametrize("step", ["floor", "ceil", "round", "trunc"])
def test_a_function_of_integers_is_sampled_at_integers(wave: str, step: str) -> None:
    """x*sin(pi*floor(1/x)) is 0, though sin is -1 halfway between integers."""
    source = f"0 if x == 0 else x*({wave.format(f'{step}(1/x)')})"
    (row,) = evaluate(source, {"x": 0}, options=Options(check="fast")).derivatives
    assert row.status in ("smooth", "not determined")
    assert row.status == "not determined" or row.gradient == 0
