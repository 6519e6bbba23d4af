"""Has a function certainly no root in a part of a box, though it has no bound, or no value, in some
of it? At a pole, and at the edge of a domain, no enclosure of its values says so; see
`numbers.unbounded`.
"""

from __future__ import annotations

from gradcalc.boxes.function import BoxFunction, NotEnclosedError
from gradcalc.boxes.parts import Sides
from gradcalc.numbers.intervals import Interval
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range
from gradcalc.numbers.system import COMPARISONS
from gradcalc.numbers.unbounded import Quotient, quotient
from gradcalc.rules.enclosures import unbounded_numbers
from gradcalc.trace.replay import replay


def is_rootless(run: BoxFunction, part: Sides) -> bool:
    """Is the function nowhere 0 in the part, wherever it is defined? False says nothing.

    NotEnclosedError where the run does not certainly hold all over the part.
    """
    return not unbounded_values(run, part)[run.trace.result].may_be_zero


def unbounded_values(run: BoxFunction, part: Sides) -> list[Quotient]:
    """What each step comes to in the part, wherever it is defined.

    NotEnclosedError where the run does not certainly hold all over the part.
    """
    from flint import arb

    numbers = {name: quotient(Range(ball)) for name, ball in run.held.items()}
    for name, (low, high) in zip(run.names, part, strict=True):
        numbers[name] = Quotient(Interval(arb(low), arb(high)))
    try:
        values: list[Quotient] = replay(run.trace, unbounded_numbers(), numbers)
        for guard in run.trace.guards:
            compare = COMPARISONS["==" if guard.op == "is" else guard.op]
            if bool(compare(values[guard.left], values[guard.right])) != guard.outcome:
                raise NotEnclosedError("a condition decides differently in the box", guard.span)
    except (UndecidedError, ArithmeticError, ValueError):
        raise NotEnclosedError("a condition is not the same all over the box") from None
    return values
