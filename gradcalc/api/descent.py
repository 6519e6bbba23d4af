"""`minimize`: a local minimum, from a start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from gradcalc.api.arguments import Bounds, bounds_of, refuse_unknown
from gradcalc.errors import GradcalcError
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.optimize.minimum import Minimum


class DescentSettings(TypedDict, total=False):
    """How `minimize` goes down, by keyword."""

    maximize: bool
    steps: int | None
    tolerance: float
    lr: float
    batch_size: int
    starts: int
    seed: int


def minimize(
    source: str,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Sequence[str] | None = None,
    bounds: Bounds | None = None,
    subject_to: Sequence[str] = (),
    columns: Mapping[str, Any] | None = None,
    method: str | None = None,
    **settings: Unpack[DescentSettings],
) -> Minimum:
    """A local minimum from the start `at`, refined, with what is proven of it.

    The inputs of `at` are varied, or those of `wrt`; one without a value starts in the middle of
    its `bounds`. With `columns`, 1-D arrays by name, the mean over their rows is minimized.
    `method` is trust-exact, bfgs, l-bfgs-b, slsqp, trust-constr, nelder-mead, gradient-descent,
    momentum or adam, chosen unless given; `lr` and `batch_size` are for the last three, which step
    as PyTorch's optimizers do. GradcalcError where there is no value at the start, or scipy is
    missing.

    >>> found = minimize("(1-x)^2 + 100*(y-x^2)^2", {"x": -1.2, "y": 1})
    >>> found.point, found.certificate
    ({'x': 1.0, 'y': 1.0}, 'minimum')
    """
    import numpy as np

    from gradcalc.optimize.minimize import METHODS, Settings
    from gradcalc.optimize.minimize import minimize as minimized
    from gradcalc.optimize.training import Training

    if method is not None and method not in METHODS:
        raise GradcalcError(
            "usage", f"no method is called {method!r}", hint=f"the methods are {', '.join(METHODS)}"
        )
    refuse_unknown("minimize", settings, DescentSettings)
    training = Training(settings.get("lr", 1e-3), batch_size=settings.get("batch_size", 0))
    descent = Settings(
        method,
        settings.get("maximize", False),
        settings.get("steps"),
        settings.get("tolerance", 1e-8),
        training,
        settings.get("starts", 1),
        settings.get("seed", 0),
    )
    arrays = {name: np.asarray(column, dtype=float) for name, column in (columns or {}).items()}
    return minimized(
        source,
        at,
        wrt=wrt,
        bounds=bounds_of(bounds).bounds,
        subject_to=subject_to,
        columns=arrays,
        settings=descent,
    )
