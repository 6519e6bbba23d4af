"""Values, first and second derivatives over whole domains, where float64 could lose digits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gradcalc.answers.evaluate import evaluate
from gradcalc.modes.derived import derivative
from gradcalc.rules.systems import big_numbers, machine_numbers
from gradcalc.rules.table import SCALAR
from gradcalc.trace.replay import replay

POINTS = 60
GUARD_DIGITS = 700  # what cancels in the reference's own formulas
Draw = Callable[[random.Random], float]


def anywhere(random: random.Random) -> float:
    """Any size that float64 has, of both signs."""
    return random.choice((-1, 1)) * 10 ** random.uniform(-307, 308)


def positive(random: random.Random) -> float:
    return 10 ** random.uniform(-15, 15)


def moderate(random: random.Random) -> float:
    return random.choice((-1, 1)) * 10 ** random.uniform(-300, 2.5)


def unit(random: random.Random) -> float:
    """Between -1 and 1, near 0 and near both ends."""
    size = 10 ** random.uniform(-16, 0)
    return random.choice((-1, 1)) * random.choice((size, max(0.0, 1 - size)))


def close_to_one(random: random.Random) -> float:
    return random.choice((-1, 1)) * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-15, 0))


def branch(random: random.Random) -> float:
    """From -1/e on, and close to it."""
    return -math.exp(-1) + 10 ** random.uniform(-15, 3)


CASES: list[tuple[str, tuple[Draw, ...]]] = [
    ("asinh", (anywhere,)),
    ("atan2", (anywhere, anywhere)),
    ("beta", (positive, positive)),
    ("lbeta", (positive, positive)),
    ("lambertw", (branch,)),
    ("sigmoid", (moderate,)),
    ("asin", (unit,)),
    ("acos", (unit,)),
    ("normal_pdf", (moderate,)),
    ("normal_pdf", (close_to_one,)),
    ("gelu", (anywhere,)),
]


def drawn(name: str, draws: tuple[Draw, ...]) -> Iterator[tuple[float, ...]]:
    generator = random.Random(name)
    for _ in range(POINTS):
        yield tuple(draw(generator) for draw in draws)


def is_right(answer: float, truth: Any, special: bool) -> bool:
    """Within 4 units in the last place, or 1e-13 of a special function, as all rows are."""
    rounded = float(truth) if abs(truth) > 1e-323 else 0.0
    if not math.isfinite(rounded):
        return answer == rounded
    allowed = 4 * math.ulp(rounded)
    return abs(answer - rounded) <= (max(1e-13 * abs(rounded), allowed) if special else allowed)


@pytest.mark.parametrize(("name", "draws"), CASES, ids=lambda c: c if isinstance(c, str) else "")
def test_values_and_partials(name: str, draws: tuple[Draw, ...]) -> None:
    row, machine, big = SCALAR[name], machine_numbers(), big_numbers(GUARD_DIGITS)
    special = row.kind == "special"
    for point in drawn(name, draws):
        exact = [big.context.mpf(x) for x in point]
        rounded, out = getattr(machine, name)(*point), getattr(big, name)(*exact)
        assert is_right(rounded, out, special), point
        for partial in filter(None, row.partials):
            truth = partial(big, out, *exact)
            assert is_right(partial(machine, rounded, *point), truth, special), point


SECOND = [("sigmoid", moderate), ("asin", unit), ("acos", unit), ("normal_pdf", moderate),
          ("normal_pdf", close_to_one), ("lambertw", branch), ("asinh", anywhere)]  # fmt: skip


@pytest.mark.parametrize(("name", "draw"), SECOND, ids=lambda c: c if isinstance(c, str) else "")
def test_second_derivatives(name: str, draw: Draw) -> None:
    big = big_numbers(GUARD_DIGITS)
    for (x,) in drawn(name, (draw,)):
        trace = derivative(evaluate(f"{name}(x)", {"x": x}).steps.trace, "x", 2)
        answer = replay(trace, machine_numbers(), {"x": x})[trace.result]
        truth = replay(trace, big, {"x": big.context.mpf(x)})[trace.result]
        assert is_right(answer, truth, special=True), x
