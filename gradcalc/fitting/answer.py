"""What a fit answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcalc.errors import Exit
from gradcalc.fitting.comparison import Comparison
from gradcalc.fitting.confounded import Confounded
from gradcalc.fitting.curves import FitCurve
from gradcalc.fitting.outliers import Outlier
from gradcalc.fitting.prediction import Predictor
from gradcalc.fitting.statistics import Quality


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its value with standard error and interval, and the right digits of both.

    A parameter at a bound has no standard error; one that the data don't determine has no digits.
    `profile` is the interval by the sum of squares itself, where it was asked for.
    """

    name: str
    value: float
    standard_error: float | None
    interval: tuple[float, float] | None
    digits: int | None
    error_digits: int | None
    at_bound: bool = False
    profile: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer of a fit.

    `by` says what counted the digits: big numbers, longdouble or nothing (""). `unproven` says why
    it is not proven that there is exactly one minimum near these parameters; "" where it is.
    `predictors` are the fitted formula for other rows, `curves` its pictures, one for each table.
    """

    expr: str
    target: str
    paths: tuple[str, ...]
    rows: int
    parameters: tuple[Parameter, ...]
    quality: Quality
    correlation: tuple[tuple[float, ...], ...]
    level: float
    by: str
    converged: bool
    unproven: str
    confounded: tuple[Confounded, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    versus: Comparison | None = None
    predictors: tuple[Predictor, ...] = field(default=(), repr=False, compare=False)
    curves: tuple[FitCurve, ...] = field(default=(), repr=False, compare=False)
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Is it proven that there is exactly one minimum near these parameters?"""
        return not self.unproven

    @property
    def exit(self) -> Exit:
        """The exit status."""
        if not self.converged:
            return Exit.NOT_CONVERGED
        return Exit.VERDICT if self.confounded else Exit.OK

    @property
    def values(self) -> dict[str, float]:
        """The values by parameter."""
        return {one.name: one.value for one in self.parameters}
