"""What a fit is told beside its formula, table and target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradcalc.fitting.data import RULES
from gradcalc.fitting.losses import Loss
from gradcalc.run.point import Given
from gradcalc.tables.rules import CellRules

# Constants whose names are as often those of parameters: a time, an angle.
USUAL_PARAMETERS = {"tau": "2*pi", "phi": "(1 + sqrt(5))/2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """What a fit is told beside its formula, table and target.

    `parameters` are names that are no constants, though they may be called so: tau. `start` has
    starting values by parameter; for those without, a search draws some, by `seed`. `tied` are
    parameters that are formulas of others. Of several tables all parameters are common, or only
    those that are `shared`: each table has its own of the others. A `loss` other than squares lets
    outliers count less. `profile` asks for intervals by profile likelihood, `versus` is another
    formula to compare with, `plot` asks for curves.
    `held` are parameters with a fixed value; `bounds` the least and greatest value of some.
    `sigma` is a column, or a formula of columns: the standard deviation of the target; `absolute`
    says that it is in the target's unit, not only in proportion. `typed` reads cells as the
    decimals that they are written as, `skip` leaves out rows with a missing cell, `rules` say how
    cells spell numbers. `level` is that of the intervals.
    """

    parameters: tuple[str, ...] = ()
    tied: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] | None = None
    loss: Loss = "squares"
    profile: bool = False
    plot: bool = False
    versus: str = ""
    start: Mapping[str, Given] = field(default_factory=dict)
    held: Mapping[str, Given] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sigma: str = ""
    absolute: bool = False
    typed: bool = False
    skip: bool = False
    rules: CellRules = RULES
    level: float = 0.95
    seed: int = 0
