"""The exact run: what to answer where only rounding leaves a domain.

acos(a·b/(|a||b|)) of equal vectors has a value, 0, though float64 rounds its operand to
1.0000000000000002. Where a run in float64 has no value, the program is run again in numbers that
carry a bound of their rounding, of more and more digits, until each step is known to be inside its
domain or outside. What that run comes to, step by step, is then rounded to float64: a trace like
any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from gradcalc.errors import Exit, GradcalcError
from gradcalc.language.syntax import Program
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.point import Point
from gradcalc.run.recorder import record
from gradcalc.trace.elements import Elements, elements_of
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

MAX_EXACT_NUMBERS = 100_000  # of a run, elements of arrays counted one by one
DIGITS_GROW_BY = 4
FLOAT64_DIGITS = 17  # that every value needs, to be rounded to float64

Outcome = TypeVar("Outcome")


class Recording(NamedTuple):
    """A run recorded; `left` is the error of the run in float64 where the exact run stands in."""

    trace: Trace
    left: GradcalcError | None = None


def recorded(
    program: Program,
    point: Point,
    wrt: tuple[str, ...],
    *,
    typed: bool = True,
    limits: Limits | None = None,
    variables: Container[str] = (),
) -> Recording:
    """The program run at a point in float64, or exactly where only rounding leaves a domain.

    The arguments are those of `record`. GradcalcError where the program can't be run, or has no
    value in truth either: then it is that of the float64 run.
    """
    trace = Trace()
    try:
        record(
            program,
            machine_numbers(),
            point.machine(),
            wrt,
            typed=typed,
            limits=limits,
            variables=variables,
            into=trace,
        )
        return Recording(trace)
    except GradcalcError as error:
        if error.exit is not Exit.NO_ANSWER or error.code == "asymmetric":
            raise
        left = error
    if _count(trace.values) > MAX_EXACT_NUMBERS:
        raise left
    bounds = (limits or Limits())._replace(trace=MAX_EXACT_NUMBERS, elements=MAX_EXACT_NUMBERS)

    def attempt(numbers: Numbers) -> Trace:
        exact = record(
            program,
            numbers,
            point.numbers(numbers),
            wrt,
            typed=typed,
            limits=bounds,
            variables=variables,
        )
        return replace(exact, values=rounded(exact.values, numbers))

    try:
        exact = decided(attempt, trace)
    except (GradcalcError, ValueError, ArithmeticError):
        raise left from None
    result = exact.values[exact.result]
    if not shape_of(result) and math.isnan(result):  # sin(inf) has no value, in truth either
        return Recording(exact)
    return Recording(exact, left)


def exact_values(trace: Trace, point: Point) -> list[Any]:
    """The exact value of each slot, rounded to float64.

    UndecidedError where that takes too many digits, ValueError or ArithmeticError where an
    instruction leaves its domain.
    """

    def attempt(numbers: Numbers) -> list[Any]:
        return rounded(replay(trace, numbers, point.numbers(numbers)), numbers)

    return decided(attempt, trace)


def exact_elements(trace: Trace, point: Point, limit: int) -> Elements:
    """The trace element by element, what decides in it decided exactly; values as `exact_values`.

    TooManyElementsError past `limit` instructions.
    """

    def attempt(numbers: Numbers) -> Elements:
        unfolded = elements_of(trace, limit, numbers=numbers, inputs=point.numbers(numbers))
        values = rounded(unfolded.trace.values, numbers)
        return unfolded._replace(trace=replace(unfolded.trace, values=values))

    return decided(attempt, trace)


def decided(attempt: Callable[[Numbers], Outcome], trace: Trace) -> Outcome:
    """attempt(numbers) in numbers with a bound, of as many digits as it takes to decide it.

    `trace` is that of the run in float64: the longer it is, and the slower its rows, the fewer are
    the digits of the last attempt.
    UndecidedError where those won't do; what else the attempt raises once it is decided.
    """
    from gradcalc.rules.enclosures import reference_numbers

    for digits, rational, final in _precisions(trace):
        numbers = reference_numbers(digits, rational=rational, final=final)
        with numbers.__dict__["bounds"].working():
            try:
                return attempt(numbers)
            except UndecidedError:
                continue
            except GradcalcError as error:
                if not isinstance(error.__cause__, UndecidedError):
                    raise
    raise UndecidedError("at the last precision")


def _precisions(trace: Trace) -> Iterator[tuple[int, bool, bool]]:
    """Digits; whether rational numbers are kept; whether these are the last digits."""
    from gradcalc.rules.enclosures import FIRST_DIGITS, last_digits

    digits, last = FIRST_DIGITS, last_digits(_count(trace.values), trace.rules)
    yield digits, False, False
    while digits < last:
        yield digits, True, False
        digits *= DIGITS_GROW_BY
    yield last, True, True


def rounded(values: Iterable[Any], numbers: Numbers) -> list[Any]:
    """Numbers and arrays with a bound, each rounded to float64.

    UndecidedError where the bound leaves too few digits, unless there are no more.
    """
    final = numbers.__dict__["bounds"].final

    def convert(number: Any) -> float:
        digits = getattr(number, "right_digits", FLOAT64_DIGITS)  # plain numbers are exact
        if not final and (digits is None or digits < FLOAT64_DIGITS):
            raise UndecidedError("a value of too few digits")
        try:
            return float(number)
        except OverflowError:
            return math.inf if number > 0 else -math.inf

    return [_each(convert, value) for value in values]


def _each(convert: Callable[[Any], float], value: Any) -> Any:
    if not shape_of(value):
        return convert(value)
    import numpy as np

    return np.array([convert(number) for number in value.flat]).reshape(value.shape)


def _count(values: Iterable[Any]) -> int:
    return sum(math.prod(shape_of(value)) for value in values)
