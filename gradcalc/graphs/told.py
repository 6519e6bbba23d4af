"""What `explain` tells of a run at a point: its two passes, or its paths."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result, Steps
from gradcalc.graphs.account import Accounts, accounts
from gradcalc.graphs.passes import Passes, passes
from gradcalc.graphs.single import single_steps
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import Given


@dataclass(frozen=True, slots=True)
class ToldPasses:
    """Both passes of a run in single numbers, beside its answer."""

    result: Result
    steps: Steps
    passes: Passes
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldPaths:
    """The paths of a run in single numbers, beside its answer."""

    result: Result
    steps: Steps
    accounts: Accounts
    notes: tuple[str, ...]


def tell_passes(
    source: str, at: Mapping[str, Given], wrt: tuple[str, ...] | None, options: Options
) -> ToldPasses:
    """Both passes over a program at a point. GradcalcError where the value is no number."""
    result = evaluate(source, at, wrt=wrt, options=options)
    steps = single_steps(result, options.limits.trace)
    notes = (*result.notes, *_differing(result, steps))
    return ToldPasses(result, steps, passes(steps), notes)


def tell_paths(
    source: str, at: Mapping[str, Given], wrt: tuple[str, ...] | None, options: Options
) -> ToldPaths:
    """The paths of a program at a point, by input. GradcalcError as `accounts` and `tell_passes`.

    Inputs in `wrt` must each have a path; without it, one of all must.
    """
    result = evaluate(source, at, wrt=wrt, options=options)
    steps = single_steps(result, options.limits.trace)
    found = accounts(steps, named=wrt is not None)
    return ToldPaths(
        result, steps, found, (*result.notes, *_differing(result, steps), *found.notes)
    )


def _differing(result: Result, steps: Steps) -> Iterator[str]:
    """Notes about inputs whose derivative is not what the chain rule's products add up to here."""
    if result.error is not None:
        return
    for row in result.derivatives:
        if shape_of(row.gradient) or row.by[0] not in steps.trace.inputs:
            continue
        swept = steps.reverse(row.by[0])
        if not math.isclose(swept, row.gradient, rel_tol=1e-9, abs_tol=1e-300):
            given = "no number" if math.isnan(swept) else f"{swept:.6g}"
            yield (
                f"the chain rule's products give {given} for ∂f/∂{row.by[0]} here, but the "
                f"derivative is {row.gradient:.6g}, from both sides of the point ({row.status})"
            )
