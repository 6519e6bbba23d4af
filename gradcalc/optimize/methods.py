"""scipy's optimizers, fed with exact derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.memory import require_scipy
from gradcalc.optimize.layout import Vector
from gradcalc.optimize.objective import Objective, gradient_norm
from gradcalc.optimize.path import Path

SCIPY = ("trust-exact", "bfgs", "l-bfgs-b", "slsqp", "trust-constr", "nelder-mead")
BOUNDED = ("l-bfgs-b", "slsqp", "trust-constr", "nelder-mead")
CONSTRAINED = ("slsqp", "trust-constr")
BOTTOMLESS = -1e25  # a value below which there is no least one
MAX_POLISHING_STEPS = 30
MAX_RADIUS = 1e12  # of a trust region
SHRINKS = 0.95  # of a Newton step, the next one at most
SETTLED = "the value stays the same"
SETTLED_STEPS = 10  # of slsqp, after which a value that stays the same ends it
NOISE = 1e-13  # of a value, that a step which gains nothing may add to it


class _BottomlessError(Exception):
    """The values fall without end."""


class _SettledError(Exception):
    """The values have stayed the same for some steps, which some methods don't see."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A function of the unknowns that must be 0 (`equal`), or at least 0; as it was written."""

    kernel: Kernel
    names: tuple[str, ...]
    held: dict[str, float]
    equal: bool
    text: str

    def value(self, x: Vector) -> float:
        return float(self._columns(x)["value"][0])

    def gradient(self, x: Vector) -> Vector:
        columns = self._columns(x)
        zero = np.zeros(1)
        return np.array([float(columns.get(f"d_{name}", zero)[0]) for name in self.names])

    def _columns(self, x: Vector) -> dict[str, Any]:
        inputs = {**self.held, **dict(zip(self.names, x.tolist(), strict=True))}
        columns: dict[str, Any] = self.kernel({n: inputs[n] for n in self.kernel.inputs})
        return columns


@dataclass(frozen=True, slots=True)
class Region:
    """Where the point must lie: lower and upper bounds by number, and constraints."""

    lower: Vector
    upper: Vector
    constraints: tuple[Constraint, ...] = ()

    @property
    def bounded(self) -> bool:
        return bool(np.isfinite(self.lower).any() or np.isfinite(self.upper).any())

    def inside(self, x: Vector) -> Vector:
        """The nearest point within the bounds."""
        return np.clip(x, self.lower, self.upper)

    def fixed(self, x: Vector) -> Any:
        """By number: does it lie at a bound?"""
        return (x == self.lower) | (x == self.upper)


def minimized(
    objective: Objective,
    start: Vector,
    method: str,
    region: Region,
    tolerance: float,
    steps: int | None,
    path: Path,
) -> tuple[Vector, str, bool]:
    """Where a method of scipy's ends, why it stopped, in its own words, and whether it converged.

    GradcalcError where scipy is missing.
    """
    optimize = _scipy()

    def watched(xk: Vector, state: Any = None) -> None:
        del state  # of trust-constr
        x = np.array(xk, dtype=float)
        norm = None if method == "nelder-mead" else gradient_norm(objective.gradient(x))
        path.add(x, objective.value(x), norm)
        if objective.value(x) < BOTTOMLESS:
            raise _BottomlessError
        if method == "slsqp" and _settled(path):
            raise _SettledError

    x = region.inside(start)
    arguments: dict[str, Any] = {"method": method, "callback": watched}
    if method != "nelder-mead":
        arguments["jac"] = _finite(objective.gradient)
    if method in ("trust-exact", "trust-constr") and objective.has_hessian:
        arguments["hess"] = objective.hessian
    if region.bounded:
        arguments["bounds"] = optimize.Bounds(region.lower, region.upper)
    if region.constraints:
        arguments["constraints"] = [
            {"type": "eq" if c.equal else "ineq", "fun": c.value, "jac": c.gradient}
            for c in region.constraints
        ]
    arguments["options"] = _settings(method, x, tolerance, steps)
    try:
        watched(x)
        with np.errstate(all="ignore"):
            found = optimize.minimize(objective.value, x, **arguments)
    except _BottomlessError:
        return np.array(path.last), "the values have no end", False
    except _SettledError:
        return region.inside(np.array(path.last)), SETTLED, True
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        best = min(path.iterates, key=lambda one: path.sign * one.value)
        end = x if best.point is None else np.array(best.point)
        return end, f"{method} failed: {error}", False
    end = region.inside(np.array(found.x, dtype=float))
    # Which of the two ends slsqp may hang on the last bit: they have one name.
    reason = SETTLED if method == "slsqp" and found.success else _reason(str(found.message))
    return end, reason, bool(found.success)


def _settled(path: Path) -> bool:
    values = [one.value for one in path.iterates[-SETTLED_STEPS:]]
    near = NOISE * max(map(abs, values))
    return len(values) == SETTLED_STEPS and max(values) - min(values) <= near


def _scipy() -> Any:
    require_scipy()
    try:
        from scipy import optimize
    except ImportError:
        raise GradcalcError(
            "missing-extra",
            "this method is scipy's, which is not installed",
            hint='pip install "gradcalc[fast]", or use --method adam',
        ) from None
    return optimize


def _settings(method: str, x: Vector, tolerance: float, steps: int | None) -> dict[str, Any]:
    """The options of a method, its tolerances as tight as its gradients are exact."""
    most = steps if steps is not None else 500 + 50 * len(x)
    match method:
        case "trust-exact":
            radius = max(1.0, float(np.max(np.abs(x), initial=0)) / 10)
            own: dict[str, Any] = {
                "gtol": tolerance,
                "initial_trust_radius": radius,
                "max_trust_radius": max(MAX_RADIUS, 10 * radius),
            }
        case "bfgs":
            own = {"gtol": tolerance}
        case "l-bfgs-b":
            own = {"gtol": tolerance, "ftol": 0.0, "maxfun": 100 * most, "maxcor": 20}
        case "slsqp":
            own = {"ftol": tolerance * tolerance}
        case "trust-constr":
            own = {"gtol": tolerance, "xtol": 1e-14}
        case _:
            own = {"xatol": tolerance, "fatol": tolerance * tolerance, "maxfev": 100 * most}
    return {"maxiter": most, **own}


def _finite(gradient: Callable[[Vector], Vector]) -> Callable[[Vector], Vector]:
    """A gradient for line searches, which can't go on from what is not a number."""
    return lambda x: np.nan_to_num(gradient(x), nan=0.0, posinf=1e300, neginf=-1e300)


def _reason(message: str) -> str:
    """scipy's message as a phrase."""
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:] if not text.isupper() else text.lower()


def polished(objective: Objective, x: Vector) -> Vector:
    """A few full Newton steps: each is taken only if the Hessian is positive definite, the value
    does not grow, and the steps shrink."""
    if not objective.has_hessian:
        return x
    best, last = gradient_norm(objective.gradient(x)), np.inf
    for _ in range(MAX_POLISHING_STEPS):
        step = newton_step(objective.hessian(x), objective.gradient(x), definite=True)
        if step is None or not np.isfinite(step).all() or gradient_norm(step) > SHRINKS * last:
            return x
        following = x + step
        value = objective.value(x)
        norm = gradient_norm(objective.gradient(following))
        if not (objective.value(following) <= value + NOISE * abs(value) and norm < best):
            return x
        x, best, last = following, norm, gradient_norm(step)
    return x


def newton_step(hessian: Any, gradient: Sequence[float], *, definite: bool = False) -> Any:
    """The step to where the gradient vanishes to first order; None where the matrix is singular,
    or, if it must be `definite`, not positive definite. Scaled to unit diagonal."""
    diagonal = np.abs(np.diag(hessian))
    if not (np.isfinite(hessian).all() and np.isfinite(gradient).all() and diagonal.all()):
        return None
    scale = 1 / np.sqrt(diagonal)
    scaled = hessian * scale * scale[:, None]
    try:
        if definite:
            np.linalg.cholesky(scaled)
        return -scale * np.linalg.solve(scaled, np.asarray(gradient) * scale)
    except np.linalg.LinAlgError:
        return None
