"""The answer of a minimization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcalc.errors import Exit
from gradcalc.notebook import briefs, cut, table
from gradcalc.optimize.certificate import Certificate, Kind
from gradcalc.optimize.path import Iterate


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """Where a minimization (of `maximized`: a maximization) ended, and what is proven of the point.

    `canonical` is the program as it was understood. `point` has the unknowns by name, floats or
    arrays, `value` the value there. `digits` are how many digits of each coordinate are right
    (None: not known), of which `refined` has up to 30 by the name of each number. `eigenvalues` are
    those of the Hessian, ascending (None: not taken). `stopped` says why the method stopped; `path`
    has its iterates. `constraints` have what their left sides are above their right ones;
    `multipliers`, of those that are proven to hold with equality, are how fast the value changes as
    they are tightened (None: not known).
    """

    expr: str
    canonical: str
    method: str
    maximized: bool
    point: Mapping[str, Any]
    value: float
    value_text: str | None
    refined: Mapping[str, str]
    digits: int | None
    gradient_norm: float
    eigenvalues: tuple[float, ...] | None
    proof: Certificate
    converged: bool
    stopped: str
    evaluations: int
    path: tuple[Iterate, ...]
    starts: int = 1
    agreeing: int = 1
    at_bounds: tuple[str, ...] = ()
    constraints: Mapping[str, float] | None = None
    multipliers: Mapping[str, float] | None = None
    notes: tuple[str, ...] = ()

    @property
    def certificate(self) -> Kind:
        """What is proven of the point: "minimum", "maximum", "saddle"; or "degenerate", "not
        proven"."""
        return self.proof.kind

    @property
    def iterations(self) -> int:
        """Steps of the path."""
        return max(0, len(self.path) - 1)

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where it did not converge."""
        return Exit.OK if self.converged else Exit.NOT_CONVERGED

    def __repr__(self) -> str:
        what = "maximum" if self.maximized else "minimum"
        state = self.certificate if self.converged else "did not converge"
        value = f"{what} {self.value:.10g} at {briefs(self.point)}"
        return f"Minimum({cut(self.expr)}: {value}; {state})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [(name, briefs({name: value})) for name, value in self.point.items()]
        head = ("unknown", "point")
        return table(self.expr, head, rows, f"value {self.value!r}", self.certificate)
