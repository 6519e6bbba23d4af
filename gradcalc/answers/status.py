"""The status of an answer as a whole: how smooth, what decided it, which exit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gradcalc.answers.request import Options, Run
from gradcalc.checks.checks import Checks
from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.system import COMPARISONS
from gradcalc.trace.trace import Trace, decides

MAX_NOTES = 12
MAX_GUARDS = 1000

# From the harmless to the hopeless: the status of several derivatives is the worst of them.
SEVERITY = (
    "smooth",
    "one-sided",
    "partial",
    "kink",
    "cusp",
    "vertical",
    "jump",
    "removable",
    "pole",
    "oscillating",
    "undefined",
    "not determined",
)


class Outcome(NamedTuple):
    """Is there a finite answer, do the checks hold, and are enough digits correct?"""

    error: GradcalcError | None
    checks: Checks
    too_few_digits: bool  # for --min-digits and --atol


COMPARING = "<>=≤≥≠"


def worst(statuses: Iterable[str]) -> str:
    """The status of the point as a whole."""
    return max(statuses, key=SEVERITY.index, default="smooth")


def guards(run: Run) -> tuple[str, ...]:
    """What decided the run's branches: the answer holds while this holds."""
    trace: Trace = run.trace
    seen: dict[str, None] = {}
    for guard in trace.guards[:MAX_GUARDS]:
        if not decides(trace, guard):
            continue
        text = run.source[guard.span.start : guard.span.end] if guard.span else guard.op
        if not any(sign in text for sign in COMPARING):  # a function decides by itself: interp
            seen[f"{text} takes the same branches"] = None
            continue
        outcome = COMPARISONS[guard.op](trace.values[guard.left], trace.values[guard.right])
        seen[text if outcome else f"not ({text})"] = None
    return tuple(seen)


def exit_of(outcomes: Iterable[Outcome], status: str, options: Options) -> Exit:
    """The exit status of an answer that consists of numbers with these outcomes."""
    worst_exit = Exit.OK
    for error, checks, too_few_digits in outcomes:
        if error is not None:
            return Exit.NO_ANSWER
        if checks.modes is False or checks.symbolic is False or too_few_digits:
            worst_exit = Exit.VERDICT
    if worst_exit is Exit.OK and options.strict and status != "smooth":
        return Exit.NOT_SMOOTH
    return worst_exit
