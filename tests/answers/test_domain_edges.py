"""Rounding that leaves the edge of a domain is told from a point that lies outside of it."""

import numpy as np
import pytest

from gradcalc import GradcalcError, evaluate

ROUNDED = [
    ("sqrt(a - b - c)", {"a": "0.3", "b": "0.1", "c": "0.2"}),
    ("log(a - b - c)", {"a": "0.3+1e-20", "b": "0.1", "c": "0.2"}),
    ("asin(3*x - y)", {"x": "0.7", "y": "1.1-1e-20"}),
]


@pytest.mark.parametrize(("source", "at"), ROUNDED)
def test_rounding_out_of_a_domain_is_told(source: str, at: dict[str, str]) -> None:
    try:
        evaluate(source, at)
    except GradcalcError as error:
        assert error.code == "domain"
        assert "only rounding left the domain" in (error.hint or "")


@pytest.mark.parametrize("x", [1 + 2**-52, 1.5, 2.0, 1 + 1e-9])
@pytest.mark.parametrize("function", ["acos", "asin"])
def test_operands_outside_are_printed_in_full(function: str, x: float) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(f"{function}(x)", {"x": x})
    shown = caught.value.message.split("(")[1].split(")")[0]
    assert np.float64(shown) == x
    assert "rounding" not in (caught.value.hint or "")
