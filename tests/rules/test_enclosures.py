"""Balls enclose what they stand for: every scalar row, at 50 digits, against mpmath at 250."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from threading import Thread
from typing import Any

import flint
import mpmath
import pytest

from gradcalc.numbers.balls import Ball
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.rules.enclosures import ball_numbers
from gradcalc.rules.rule import Interval, Rule
from gradcalc.rules.systems import big_numbers
from gradcalc.rules.table import SCALAR

DIGITS = 50
TRUE_DIGITS = 250
TRUSTED_DIGITS = 200  # that mpmath's functions have of them, whatever cancels in the samples
RANDOM_POINTS = 12
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.5, 1e-20, -1e-20, 1 - 2.0**-53, 1 + 2.0**-52)


def points(row: Rule) -> Iterator[list[Fraction]]:
    """Points inside a row's intervals, their ends, and the places where functions turn."""
    random = Random(row.name)
    for _ in range(RANDOM_POINTS):
        yield [Fraction(random.uniform(*interval)) for interval in row.samples]
    for which in range(row.arity):
        yield from _edges(row, which, random)


def _edges(row: Rule, which: int, random: Random) -> Iterator[list[Fraction]]:
    low, high = row.samples[which]
    if low == high:  # an order
        return
    for edge in (low, high, *EDGES):
        yield [
            Fraction(edge if k == which else _inside(interval, random))
            for k, interval in enumerate(row.samples)
        ]


def _inside(interval: Interval, random: Random) -> float:
    return random.uniform(*interval)


def true_value(row: Rule, point: list[Fraction]) -> Any:
    """mpmath's value; None where there is none."""
    numbers = big_numbers(TRUE_DIGITS)
    try:
        return getattr(numbers, row.name)(*map(numbers.number, point))
    except (ValueError, ArithmeticError):
        return None


@pytest.mark.parametrize("row", SCALAR.values(), ids=SCALAR)
def test_a_ball_encloses_the_true_value(row: Rule) -> None:
    numbers = ball_numbers(DIGITS)
    proven = 0
    for point in points(row):
        true = true_value(row, point)
        with numbers.bounds.working() as balls:
            try:
                ball = getattr(numbers, row.name)(*map(numbers.number, point))
            except (ValueError, ArithmeticError):
                assert true is None
                continue
            mid, radius = ball.mid, ball.radius
            proven += balls.proven
        if true is None:  # a pole, which mpmath's kernel leaves to the sweep
            assert not mpmath.isfinite(mid), point
            continue
        with mpmath.workdps(TRUE_DIGITS):
            if not mpmath.isfinite(true):
                assert str(mid) == str(true), point
                continue
            slack = abs(true) * mpmath.mpf(10) ** -TRUSTED_DIGITS
            assert abs(mid - true) <= radius + slack, point
            assert ball.right_digits is not None, point
            assert ball.right_digits >= DIGITS // 3, point
    assert proven >= RANDOM_POINTS  # by Arb itself, not by the numbers that it falls back to


def test_a_wide_ball_encloses_what_both_ends_give() -> None:
    """A radius, too, is carried on: by each row of one argument, from an uncertain argument."""
    numbers = ball_numbers(DIGITS)
    width, undecided = Fraction(1, 10**6), 0
    for row in SCALAR.values():
        if row.arity != 1:
            continue
        low, high = row.samples[0]
        for share in (0.2, 0.5, 0.8):
            middle = Fraction(low + share * (high - low))
            ends = [true_value(row, [middle + sign * width]) for sign in (-1, 0, 1)]
            with numbers.bounds.working() as balls:
                around = balls.flint.arb(
                    balls.rational(middle).arb.mid(), balls.rational(2 * width).arb
                )
                try:
                    ball = getattr(numbers, row.name)(Ball(balls, around))
                except UndecidedError:
                    undecided += 1  # which branch a row takes there; nothing is claimed
                    continue
                mid, radius = ball.mid, ball.radius
            assert all(abs(end - mid) <= radius for end in ends), (row.name, middle)
    assert undecided <= 1


def test_comparisons_that_are_open_are_no_outcome() -> None:
    numbers = ball_numbers(DIGITS)
    with numbers.bounds.working():
        third = numbers.number(Fraction(1, 3))
        assert third < 1
        assert third != 0
        assert third - 1 < 0
        with pytest.raises(UndecidedError):
            bool(third * 3 == 1)
        with pytest.raises(UndecidedError):
            1 / (third * 3 - 1)


def test_short_fractions_are_kept() -> None:
    numbers = ball_numbers(DIGITS, rational=True)
    with numbers.bounds.working() as balls:
        tenth = numbers.number(Fraction(1, 10))
        assert tenth + 2 * tenth == numbers.number(Fraction(3, 10))
        assert (tenth * 3) % tenth == 0
        assert balls.proven


def test_the_last_precision_concludes_and_says_so() -> None:
    numbers = ball_numbers(DIGITS, final=True)
    with numbers.bounds.working() as balls:
        root = numbers.sqrt(numbers.number(Fraction(2)))
        assert balls.proven
        assert root * root == 2
        assert not balls.proven


def test_infinities_are_those_of_ieee() -> None:
    numbers = ball_numbers(DIGITS)
    with numbers.bounds.working():
        zero, one = numbers.number(Fraction(0)), numbers.number(Fraction(1))
        assert math.isinf(float(one / zero))
        assert math.isnan(float(zero / zero))
        assert float(numbers.log(zero)) == -math.inf
        assert float(-1 / (one / zero)) == 0
        with pytest.raises(ValueError):
            numbers.log(-one)


def test_the_precision_of_flint_is_as_it_was() -> None:
    """After work, after an error, and whichever thread works: each sees its own precision."""
    before = flint.ctx.prec
    with pytest.raises(ZeroDivisionError), ball_numbers(DIGITS).bounds.working():
        raise ZeroDivisionError
    assert flint.ctx.prec == before
    wrong: list[int] = []

    def work(digits: int) -> None:
        numbers = ball_numbers(digits)
        for _ in range(200):
            with numbers.bounds.working():
                right = (numbers.number(Fraction(1, 3)) + 0).right_digits
                if right is None or abs(right - digits) > 6:
                    wrong.append(digits)

    threads = [Thread(target=work, args=(digits,)) for digits in (50, 200, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert flint.ctx.prec == before
