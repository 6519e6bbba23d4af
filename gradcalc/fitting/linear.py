"""Which parameters a formula is linear in, all at once: a least-squares solve gives those."""

from __future__ import annotations

from itertools import combinations

from gradcalc.kernels.paths import Path
from gradcalc.trace.walk import varying

MAX_SEARCHED = 12  # parameters whose subsets are all looked at


def linear_parameters(path: Path, parameters: tuple[str, ...]) -> tuple[str, ...]:
    """The largest set of parameters in which the formula is jointly affine.

    It is affine in a set where no derivative by a member depends on a member: read off the trace
    of the derivatives. `path` is that of a formula without branches.
    """
    trace, columns = path.derivatives.trace, path.derivatives.columns
    depends = {
        (x, y): varying(trace, [y])[columns[f"d_{x}"]] for x in parameters for y in parameters
    }
    alone = [x for x in parameters if not depends[x, x]]
    for size in range(min(len(alone), MAX_SEARCHED), 0, -1):
        for chosen in combinations(alone, size):
            if not any(depends[x, y] for x in chosen for y in chosen):
                return chosen
    return ()
