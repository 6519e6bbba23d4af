"""Sums over all rows in Arb's balls: faster than mpmath's numbers, and they know their error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from gradcalc.boxes.function import NotEnclosedError
from gradcalc.errors import GradcalcError
from gradcalc.fitting.problem import Problem
from gradcalc.fitting.squares import Term, terms_of
from gradcalc.fitting.sums import Sums
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import working

BITS_A_DIGIT = math.log2(10)
SPARE_BITS = 80  # that cancellation may take of a row

Arb = Any  # flint.arb


class BallSums:
    """The sums of a problem near some parameters, as often as they are asked for.

    `enclosed`: had every row an enclosure, and every sum enough digits?
    """

    def __init__(self, problem: Problem, digits: int, context: Any) -> None:
        self.problem = problem
        self.digits = digits
        self.context = context
        self.bits = math.ceil(digits * BITS_A_DIGIT) + SPARE_BITS
        self.enclosed = True
        self._terms: list[Term] = []

    def at(self, theta: Sequence[Any]) -> Sums:
        """The sums at these parameters; ValueError where they are not `enclosed`."""
        with working(self.bits):
            try:
                return self._summed(theta)
            except (ValueError, NotEnclosedError, UndecidedError, GradcalcError):
                self.enclosed = False
                raise ValueError("a row has no enclosure") from None

    def _summed(self, theta: Sequence[Any]) -> Sums:
        from flint import arb

        self._terms = self._terms or terms_of(self.problem, [float(x) for x in theta])
        point, total = [arb(x) for x in theta], Sums.zero(arb(0), len(theta))
        for term, factor in zip(self._terms, _factors(self.problem), strict=True):
            _add(term, factor, point, total)
        self._require_digits(total)
        return total.mirrored().converted(self._to_big)

    def _require_digits(self, total: Sums) -> None:
        """The error of each sum is small beside what it is summed from."""
        allowed = 10.0 ** (10 - self.digits)
        for j, slope in enumerate(total.gradient):
            square, rss, targets = (x.upper() for x in (total.gram[j][j], total.rss, total.squares))
            size = (square * rss).sqrt() + (square * targets).sqrt() * allowed
            known = slope.rad() <= size * allowed and total.gram[j][j].rad() <= square * allowed
            if not (known and slope.is_finite()):
                raise ValueError("a sum is not known in enough digits")

    def _to_big(self, ball: Arb) -> Any:
        mantissa, exponent = ball.mid().man_exp()
        return self.context.ldexp(self.context.mpf(int(mantissa)), int(exponent))


def _factors(problem: Problem) -> Iterator[float | None]:
    """What a robust loss multiplies each row with."""
    for one in problem.series:
        yield from [None] * one.rows if one.factors is None else one.factors.tolist()


def _add(term: Term, factor: float | None, point: Sequence[Arb], total: Sums) -> None:
    """Add a row."""
    value, slopes = term.row.gradient([point[place] for place in term.places])
    target, residual = term.target, value - term.target
    if term.sigma is not None or factor is not None:
        scale = (1 if factor is None else factor) / (1 if term.sigma is None else term.sigma)
        target, residual = target * scale, residual * scale
        slopes = [slope * scale for slope in slopes]
    if term.places == tuple(range(len(point))):
        local = slopes
    else:
        local = [point[0] * 0] * len(point)
        for place, slope in zip(term.places, slopes, strict=True):
            local[place] += slope
    total.add(target, residual, local)
