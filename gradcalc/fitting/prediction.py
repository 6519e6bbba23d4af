"""What a fit says of other rows: the formula's value with a band for it, and one for new data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcalc.fitting.problem import Matrix, Model, Vector
from gradcalc.fitting.statistics import t_quantile
from gradcalc.tables.cells import Floats

COLUMNS = ("prediction", "standard_error", "low", "high", "new_low", "new_high")


@dataclass(frozen=True, slots=True)
class Predictor:
    """A fitted formula: parameters of the model with their covariance, the residuals' standard
    deviation, degrees of freedom and the level of the bands; without them bands are NaN."""

    model: Model
    theta: Vector
    covariance: Matrix
    residual_sd: float
    degrees: int
    level: float

    def columns(self, table: dict[str, Floats], rows: int) -> dict[str, Floats]:
        """For each row the value, its standard error, the ends of its band, and those of the band
        in which a new measurement is to be expected (of weight 1).

        By the delta method: the variance of the value is ∇fᵀ C ∇f.
        """
        model = self.model
        inputs = {**table, **model.held}
        inputs |= dict(zip(model.parameters, self.theta.tolist(), strict=True))
        answer = model.first.rows(
            {name: inputs[name] for name in model.first.inputs}, watched=False
        )
        columns = (answer if model.columns else answer.repeated(rows)).columns
        gradient = np.array([columns[f"d_{name}"] for name in model.parameters])
        variance = np.einsum("kn,km,mn->n", gradient, self.covariance, gradient)
        error = np.sqrt(np.maximum(variance, 0))
        t = t_quantile(self.degrees, self.level) if self.degrees > 0 else np.nan
        value = columns["value"]
        new = t * np.sqrt(variance + self.residual_sd**2)
        ends = (value - t * error, value + t * error, value - new, value + new)
        return dict(zip(COLUMNS, (value, error, *ends), strict=True))
