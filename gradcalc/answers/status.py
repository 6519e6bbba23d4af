"""The status of an answer as a whole: how smooth, what decided it, which exit."""

from __future__ import annotations

from collections.abc import Iterable

from gradcalc.answers.proving import Proven
from gradcalc.answers.request import Options, Run
from gradcalc.errors import Exit
from gradcalc.numbers.system import COMPARISONS
from gradcalc.trace.trace import Trace

NOTES = 12  # notes at most


SEVERITY = (
    "smooth",
    "one-sided",
    "kink",
    "cusp",
    "vertical",
    "jump",
    "removable",
    "pole",
    "undefined",
)


def worst(statuses: Iterable[str]) -> str:
    """The status of the point as a whole."""
    return max(statuses, key=SEVERITY.index, default="smooth")


def guards(run: Run) -> tuple[str, ...]:
    """What decided the run's branches: the answer holds while this holds."""
    trace: Trace = run.trace
    seen: dict[str, None] = {}
    for guard in trace.guards[:1000]:
        text = run.source[guard.span.start : guard.span.end] if guard.span else guard.op
        outcome = COMPARISONS[guard.op](trace.values[guard.left], trace.values[guard.right])
        seen[text if outcome else f"not ({text})"] = None
    return tuple(seen)


def exit_of(numbers: Iterable[Proven], status: str, options: Options) -> Exit:
    """The exit status of an answer that consists of these numbers."""
    found = Exit.OK
    for proven in numbers:
        if proven.error is not None:
            return Exit.NO_ANSWER
        if proven.checks.modes is False or proven.checks.symbolic is False or proven.too_few:
            found = Exit.VERDICT
    if found is Exit.OK and options.strict and status != "smooth":
        return Exit.NOT_SMOOTH
    return found
