"""What the paths of a run come to, input by input, beside what reverse mode did instead."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradcalc.answers.result import Steps
from gradcalc.errors import Exit, GradcalcError
from gradcalc.graphs.local import Edges, local_derivatives
from gradcalc.graphs.paths import Path, count, exponential, heaviest, products, total_weight
from gradcalc.trace.trace import Trace

MAX_LISTED_PATHS = 10  # that are shown, all of them; of more only the heaviest are
HEAVIEST_PATHS = 5
MAX_SUMMED_PATHS = 2**20  # whose products are formed one by one, and added
MAX_STEPS = 100_000  # of a run whose paths are counted


@dataclass(frozen=True, slots=True)
class Account:
    """The paths from one input: how many, the heaviest, and what they add up to.

    `share` is that of the heaviest in the sum of the sizes of all products, None where all are
    0; `total` is the sum of all products, None where they are too many; `derivative` is what
    reverse mode says.
    """

    name: str
    count: int
    heaviest: tuple[Path, ...]
    share: float | None
    total: float | None
    derivative: float

    @property
    def complete(self) -> bool:
        """Are these all the paths?"""
        return self.count == len(self.heaviest)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The paths of each input, and the steps of reverse mode: one for each local derivative."""

    inputs: tuple[Account, ...]
    steps: int
    notes: tuple[str, ...]


def accounts(steps: Steps, *, named: bool) -> Accounts:
    """The paths from each input of a run of single numbers to its value.

    `named` says that somebody asked for just these inputs. GradcalcError where no path leads from
    one that was named, or from any; where a local derivative is not finite; for a run that is too
    long.
    """
    trace = steps.trace
    edges = local_derivatives(trace)
    if len(edges) > MAX_STEPS:
        raise GradcalcError(
            "too-long",
            f"the value takes {len(edges):,} steps; paths are counted through up to {MAX_STEPS:,}",
            hint="shorten the loop, or read the two passes with --sweeps",
        )
    _refuse_infinite(trace, edges)
    found, notes = [], list[str]()
    for name in steps.tangents:
        source = trace.inputs[name]
        ways = count(edges, source, trace.result)
        if ways:
            found.append(_account(steps, edges, name, ways))
        elif named:
            raise _no_path(name)
        else:
            notes.append(f"no path leads from {name} to the value: its derivative is 0")
    if not found:
        raise _no_path(next(iter(steps.tangents), ""))
    return Accounts(tuple(found), sum(map(len, edges.values())), tuple(notes))


def _no_path(name: str) -> GradcalcError:
    what = f"on {name}" if name else "on an input"
    return GradcalcError(
        "no-path",
        f"the value does not depend {what} here: there are no paths",
        hint=f"the derivative by {name} is 0" if name else "use an input, such as x, in the text",
    )


def _account(steps: Steps, edges: Edges, name: str, ways: int) -> Account:
    trace = steps.trace
    source, end = trace.inputs[name], trace.result
    most = ways if ways <= MAX_LISTED_PATHS else HEAVIEST_PATHS
    best = heaviest(edges, source, end, most)
    weight = total_weight(edges, source, end)
    share = None
    if weight > -math.inf:
        share = min(1.0, math.fsum(exponential(one.logarithm - weight) for one in best))
    total = None
    if ways <= MAX_SUMMED_PATHS and weight < 700:
        total = math.fsum(products(edges, source, end))
    return Account(name, ways, tuple(best), share, total, steps.reverse(name))


def _refuse_infinite(trace: Trace, edges: Edges) -> None:
    for slot, into in edges.items():
        for edge in into:
            if not math.isfinite(edge.partial):
                raise GradcalcError(
                    "no-derivative",
                    f"the local derivative of step v{slot} by v{edge.argument} is not finite here",
                    trace.spans[slot],
                    hint="choose another point; eval tells what the derivative is at this one",
                    exit=Exit.NO_ANSWER,
                )
