"""Enclosures over parts of a box, attacked by points inside, in 60 digits."""

from __future__ import annotations

from random import Random

import pytest

from gradcalc.boxes.forms import enclosed
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.paths import PathFunction
from gradcalc.language import parse
from gradcalc.numbers.ranges import working
from tests.boxes.attacks import BITS, SLACK, attack, expression, fraction, part_of, value_at

flint = pytest.importorskip("flint")


@pytest.mark.parametrize("seed", range(8))
def test_random_programs_lie_in_their_enclosures(seed: int) -> None:
    random, compared = Random(seed), 0
    for _ in range(40):
        text, part = expression(random, random.choice((2, 3, 4))), part_of(random)
        with working(BITS):
            function = PathFunction(parse(f"{text} + 0*x*y"), ("x", "y"), {})
            try:
                found = enclosed(function, part, second=random.random() < 0.5)
            except NotEnclosedError:
                continue
        compared += attack(text, part, found, random)
        ends = ((found.lowest, found.least, 1), (found.highest, found.greatest, -1))
        for point, end, sign in ends:
            if end.is_finite():
                assert all(a <= x <= b for x, (a, b) in zip(point, part, strict=True))
                value = value_at(text, point)
                assert value is not None
                assert sign * (value - fraction(end)) <= SLACK
    assert compared > 100


def test_a_kink_inside_has_slopes_and_a_jump_has_none() -> None:
    def slopes(text: str) -> list[tuple[float, float]] | None:
        with working(BITS):
            function = PathFunction(parse(text), ("x",), {})
            found = enclosed(function, ((-1.0, 2.0),))
            if found.slopes is None:
                return None
            return [(float(s.lower()), float(s.upper())) for s in found.slopes]

    for text, low, high in (
        ("abs(x)", -1, 1),
        ("relu(x)", 0, 1),
        ("max(x, -x)", -1, 1),
        ("min(2*x, 1)", 0, 2),
        ("clip(x, 0, 1)", 0, 1),
        ("leaky_relu(x, 0.5)", 0.5, 1),
    ):
        found = slopes(text)
        assert found is not None, text
        assert found[0][0] <= low
        assert found[0][1] >= high
    assert slopes("floor(x)") is None
    assert slopes("sign(x)") is None
    assert slopes("heaviside(x)") is None
