"""The two sweeps by themselves: they agree, absent is not 0, and what is unknown is said."""

from __future__ import annotations

import math

import pytest

from gradcalc import GradcalcError
from gradcalc.language import parse
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.trace import Trace

NUMBERS = machine_numbers()


def recorded(source: str, **at: float) -> Trace:
    return record(parse(source, functions=reserved()), NUMBERS, at)


def by_forward(trace: Trace, name: str) -> object:
    seeds = {trace.inputs[name]: 1}
    return forward(trace, trace.values, NUMBERS, seeds, math.nan)[trace.result]


def by_reverse(trace: Trace, name: str) -> object:
    return reverse(trace, trace.values, NUMBERS, math.nan)[trace.inputs[name]]


def test_both_modes_follow_the_chain_rule() -> None:
    trace = recorded("exp(x*y) + sin(x)", x=0.5, y=2)
    for name, truth in {"x": 2 * math.e + math.cos(0.5), "y": 0.5 * math.e}.items():
        assert by_forward(trace, name) == pytest.approx(truth, rel=1e-15)
        assert by_reverse(trace, name) == pytest.approx(truth, rel=1e-15)


def test_what_does_not_depend_on_an_input_has_no_derivative_rather_than_0() -> None:
    trace = recorded("max(x, 2*y)", x=0.5, y=2)  # y is taken
    assert by_forward(trace, "x") is by_reverse(trace, "x") is None
    assert by_forward(trace, "y") == by_reverse(trace, "y") == 2


def test_a_partial_that_cannot_be_formed_is_nan_or_left_out() -> None:
    trace = recorded("sqrt(x)", x=0)
    assert math.isnan(by_forward(trace, "x"))  # type: ignore[arg-type]
    assert math.isnan(by_reverse(trace, "x"))  # type: ignore[arg-type]
    assert reverse(trace, trace.values, NUMBERS)[trace.inputs["x"]] is None


def test_a_derivative_that_no_rule_knows_is_an_error_in_both_modes() -> None:
    trace = recorded("besselj(n, x)", n=1.5, x=2)
    for derivative in (by_forward, by_reverse):
        with pytest.raises(GradcalcError, match="besselj by v is not known") as e:
            derivative(trace, "n")
        assert e.value.span is not None
