"""Gradient descent, momentum and Adam, which step exactly as PyTorch's optimizers do.

The order of the operations is that of torch.optim.SGD and torch.optim.Adam (Kingma & Ba 2015, with
the corrections of bias as factors of the step), with their default settings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradcalc.optimize.layout import Vector
from gradcalc.optimize.objective import Objective, chosen_rows, gradient_norm
from gradcalc.optimize.path import Path

Step = Callable[[Vector, Vector], Vector]  # from a point and the gradient there to the next point

MOMENTUM = 0.9
BETAS = 0.9, 0.999
EPSILON = 1e-8


@dataclass(frozen=True, slots=True)
class Training:
    """How to step: the learning rate, the steps, and how many rows each step takes (0: all)."""

    rate: float = 1e-3
    steps: int = 1000
    batch_size: int = 0
    momentum: float = MOMENTUM


def gradient_descent(training: Training) -> Step:
    """x - rate*g, as torch.optim.SGD(lr)."""
    return lambda x, g: x - training.rate * g


def momentum(training: Training) -> Step:
    """x - rate*b with b = momentum*b + g, as torch.optim.SGD(lr, momentum)."""
    buffer: Vector | None = None

    def step(x: Vector, g: Vector) -> Vector:
        nonlocal buffer
        buffer = g if buffer is None else training.momentum * buffer + g
        return x - training.rate * buffer

    return step


def adam(training: Training) -> Step:
    """As torch.optim.Adam(lr): means of the gradient and of its square, corrected for bias."""
    first, second = BETAS
    mean = square = np.float64(0.0)
    count = 0

    def step(x: Vector, g: Vector) -> Vector:
        nonlocal mean, square, count
        count += 1
        mean = mean + (1 - first) * (g - mean)
        square = second * square + (1 - second) * g * g
        size = training.rate / (1 - first**count)
        scale = np.sqrt(square) / np.sqrt(1 - second**count) + EPSILON
        return x - size * (mean / scale)

    return step


TRAINING: dict[str, Callable[[Training], Step]] = {
    "gradient-descent": gradient_descent,
    "momentum": momentum,
    "adam": adam,
}


def train(
    objective: Objective,
    start: Vector,
    method: str,
    training: Training,
    rows: int,
    tolerance: float,
    path: Path,
) -> tuple[Vector, str]:
    """The point after the steps, or where the gradient vanishes; and why it stopped.

    `rows` is how many the table has, of which a step takes `training.batch_size` in turn.
    """
    step, x = TRAINING[method](training), start
    for number in range(training.steps):
        chosen = chosen_rows(rows, training.batch_size, number)
        full = objective.gradient(x)
        path.add(x, objective.value(x), gradient_norm(full))
        if gradient_norm(full) <= tolerance:
            return x, "the gradient vanishes"
        following = step(x, full if chosen is None else objective.gradient(x, chosen))
        if not np.isfinite(following).all() or not np.isfinite(objective.value(following)):
            return x, "the next step leaves where the function is finite; use a smaller --lr"
        x = following
    path.add(x, objective.value(x), gradient_norm(objective.gradient(x)))
    if gradient_norm(objective.gradient(x)) <= tolerance:
        return x, "the gradient vanishes"
    return x, f"took all {training.steps} steps (--steps)"
