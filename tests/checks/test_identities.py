"""What is identically constant by algebra is so for germs, however many terms were cut off."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from gradcalc import Exit, Options, evaluate
from gradcalc.errors import GradcalcError
from gradcalc.numbers.germs.forms import Ring, TooLongError, constant, opposite

FAST = Options(check="fast")
# What is 1 for all x, though no series says so.
ONES = [
    "([x, 2, 3]/norm([x, 2, 3]))@([x, 2, 3]/norm([x, 2, 3]))",
    "[2*x, 4]@[x, 2]/(norm([2*x, 4])*norm([x, 2]))",
    "([x, 2]/sqrt(x^2 + 4))@([x, 2]/norm([x, 2]))",
    "(1 + sqrt(x))*(1 - sqrt(x))/(1 - x)",
    "sqrt(x)*sqrt(x + 1)/sqrt(x^2 + x)",
    "cbrt(x)^3/x",
    "(x + pi)^2/(x^2 + 2*pi*x + pi^2)",
    "sin(1 - x)^2 + cos(x - 1)^2",
    "cosh(x)^2 - sinh(x)^2",
    "tanh(x)^2 + sech(x)^2",
    "exp(x)*exp(-x)",
    "sigmoid(x) + sigmoid(-x)",
    "erf(x^2)*erf(2*x*x/2)/erf(x*x)^2",
    "sqrt(8*x)/(2*sqrt(2*x))",
    "log(x)*3/(log(x) + 2*log(x))",
]
# Where what is 1 meets the edge of a domain, a kink or a jump.
AROUND = ("acos({})", "acosh({})", "floor({})", "sqrt(1 - {})", "1 if {} == 1 else x")  # fmt: skip


@pytest.mark.parametrize("source", ONES)
def test_what_is_one_is_so_at_every_edge(source: str) -> None:
    for around in AROUND:
        text = around.format(f"({source})")
        result = evaluate(text, {"x": "0.7"}, options=FAST)
        (row,) = result.derivatives
        assert (row.status, row.gradient) == ("smooth", 0), text
        assert result.exit != Exit.NO_ANSWER


@pytest.mark.parametrize("tiny", ["1e-300*x", "x^30*1e-20", "1e-40*erf(x)", "(x - sin(x))/1e30"])
@pytest.mark.parametrize("source", ["exp(x)*exp(-x)", "cbrt(x)^3/x", "erf(x) - erf(x) + 1"])
def test_what_is_nearly_one_is_not_one(source: str, tiny: str) -> None:
    """It is more than 1 beside the point: acos is undefined, acosh is not."""
    (row,) = evaluate(f"acosh({source} + {tiny})", {"x": "0.7"}, options=FAST).derivatives
    assert row.gradient != 0
    assert row.status in ("smooth", "not determined")
    try:
        (row,) = evaluate(f"acos({source} + {tiny})", {"x": "0.7"}, options=FAST).derivatives
    except GradcalcError as error:
        assert error.code == "domain"
    else:
        assert row.status in ("undefined", "not determined")


def test_what_meets_itself_does_not_oscillate() -> None:
    for wave in ("sin(1/x)", "cos(1/x^2)*exp(x)", "sin(log(abs(x)))"):
        source = f"0 if x == 0 else x*{wave} - x*{wave}"
        (row,) = evaluate(source, {"x": 0}, options=FAST).derivatives
        assert (row.status, row.gradient) == ("smooth", 0)


def test_forms_are_a_field_with_roots() -> None:
    ring = Ring()
    h, e = ring.generator("h"), ring.generator("erf")
    sample = [h, e, constant(3), ring.plus(h, constant(1)), ring.over(e, ring.plus(h, e))]
    for a, b in product(sample, sample):
        total = ring.plus(ring.plus(a, b), opposite(b))
        quotient = ring.over(ring.times(a, b), b)
        square = ring.plus(ring.times(a, a), ring.times(b, b))
        root = ring.power(square, Fraction(1, 2))
        for one, other in ((total, a), (quotient, a), (ring.times(root, root), square)):
            assert ring.plus(one, opposite(other)).is_zero
            assert not ring.plus(one, other).is_zero


def test_forms_that_grow_are_given_up() -> None:
    ring = Ring()
    total = product_of = constant(1)
    for k in range(8):
        total = ring.times(total, ring.plus(ring.generator(k), constant(1)))
    for k in range(8, 16):
        product_of = ring.times(product_of, ring.plus(ring.generator(k), constant(1)))
    with pytest.raises(TooLongError):
        ring.times(total, product_of)
