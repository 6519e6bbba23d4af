"""Equations and systems with planted roots: all of them are found and proven, and no others.

    python -m tests.fuzz.planted 1000 [seed]

The roots are fractions; what surrounds them keeps them: factors that are never 0, functions that
are 0 at 0 alone, sums of equations. The first that fails is printed; the
suite has a fixed sample.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from random import Random
from typing import NamedTuple

from gradcalc.boxes.solve import Solution, solve

BOX = (-9.03, 9.0)
NEVER_ZERO = (
    *("(x^2 + 1)", "exp(x/5)", "(2 + sin(x))", "(1 + x^2)^2", "cosh(x/4)", "gamma(1 + x^2/50)"),
    *("(3 + cos(2*x))/(x^2 + 2)", "(1 + abs(x))", "max(x^2, 1)", "(2 if x > 0.3 else 5)"),
)
ZERO_AT_ZERO = (
    *("{0}", "({0})^3 + {0}", "atan({0})", "tanh(({0})/1000)", "sinh(({0})/10^5)"),
    *(
        "expm1(({0})/10^6)",
        "asinh({0})",
        "({0})/(1 + ({0})^2)",
        "erf(({0})/1000)",
        "{0} + ({0})*abs({0})",
    ),
)


class Planted(NamedTuple):
    """Equations, the box of their unknowns, and all roots in it."""

    text: str
    over: dict[str, tuple[float, float]]
    roots: list[tuple[Fraction, ...]]


def planted(random: Random) -> Planted:
    """An equation of one unknown, or sometimes a system of two."""
    return _system(random) if random.random() < 0.2 else _equation(random)


def _equation(random: Random) -> Planted:
    roots = _eighths(random, random.randint(0, 5))
    factors = [f"(x - ({root}))" for root in roots] + [random.choice(NEVER_ZERO)]
    random.shuffle(factors)
    wrap = random.choice(ZERO_AT_ZERO)
    text = wrap.format(f"({'*'.join(factors)})")
    if wrap == "{0}":  # the same on both sides
        other = random.choice(("sin(x)", "x^3", "0", "atan(x)"))
        text = f"{text} + {other} = {other}"
    return Planted(text, {"x": BOX}, [(root,) for root in sorted(roots)])


def _system(random: Random) -> Planted:
    """Some places by x and some by y, with the second equation added to the first."""
    first, second = (_eighths(random, random.randint(1, 2), 24) for _ in "uv")
    p = "*".join(f"(x - ({root}))" for root in first)
    q = "*".join(f"(y - ({root}))" for root in second)
    a, b = random.choice((1, 2, -1)), random.choice((0, 1, -2))
    text = f"{a}*{p} + {b}*({q}) = 0; {random.choice(NEVER_ZERO)}*({q}) = 0"
    roots = sorted((x, y) for x in first for y in second)
    return Planted(text, {"x": (-4.01, 4.0), "y": (-4.02, 4.0)}, roots)


def _eighths(random: Random, count: int, most: int = 70) -> list[Fraction]:
    return random.sample([Fraction(k, 8) for k in range(-most, most + 1)], count)


def check(one: Planted, found: Solution) -> None:
    """AssertionError unless the roots that were found are those that were planted."""
    assert found.complete, one
    assert not found.undecided, (one, found.undecided)
    assert len(found.roots) == len(one.roots), (one, found)
    for root, truth in zip(found.roots, one.roots, strict=True):
        assert root.unique, one
        for (low, high), value in zip(root.at.values(), truth, strict=True):
            assert Fraction(low) <= value <= Fraction(high), (one, root)


def main(count: int, seed: int) -> None:
    """So many equations."""
    random, roots = Random(seed), 0
    for _ in range(count):
        one = planted(random)
        check(one, solve(one.text, one.over))
        roots += len(one.roots)
    print(f"{count} of {count}: all {roots} roots found and proven, none invented")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
