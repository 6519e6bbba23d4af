"""Kernels of arrays that NumPy lacks, as stable as those of single numbers, in any of its widths.

Each takes NumPy's module first, for nothing here imports it.
"""

from __future__ import annotations

from typing import Any

MAX_BELL = 200.0  # where exp(-x^2) is 0 in any of NumPy's widths
BELL_STEPS = 2.0**20  # of a number's leading part, between two integers


def pi(np: Any, x: Any) -> Any:
    """π in the width of an array."""
    return 4 * np.arctan(np.ones_like(x, shape=()))


def sigmoid(np: Any, x: Any, out: Any = None) -> Any:
    """1/(1 + exp(-x)), of which no part overflows."""
    shrunk = np.exp(-np.abs(x))
    return np.divide(np.where(x >= 0, 1, shrunk), 1 + shrunk, out)


def softplus(np: Any, x: Any, out: Any = None) -> Any:
    """log(1 + exp(x)), of which no part overflows."""
    return np.add(np.maximum(x, 0), np.log1p(np.exp(-np.abs(x))), out)


def bell(np: Any, x: Any, factor: float = 1.0) -> Any:
    """exp(-factor*x^2), with what rounding takes from the square put back.

    The leading part of x has so few digits that its own square is exact.
    """
    size = np.minimum(np.abs(x), MAX_BELL)
    square = size * size
    leading = np.rint(size * BELL_STEPS) / BELL_STEPS
    lost = (leading * leading - square) + (size - leading) * (size + leading)
    return np.exp(square * -factor) * (1 - lost * factor)


def normal_pdf(np: Any, x: Any, out: Any = None) -> Any:
    """exp(-x^2/2)/sqrt(2*pi)."""
    return np.divide(bell(np, x, 0.5), np.sqrt(2 * pi(np, x)), out)


def csch(np: Any, x: Any) -> Any:
    """1/sinh(x), where sinh(x) overflows too."""
    shrunk = np.exp(-np.abs(x))
    far = np.abs(x) > 20
    return np.where(
        far, np.copysign(2 * shrunk, x), 1 / np.where(far, 1, np.sinh(np.where(far, 1, x)))
    )


def fraction(np: Any, x: Any, y: Any) -> Any:
    """sigmoid(x - y), with what rounding takes from the difference (Knuth's two-sum) put back."""
    with np.errstate(invalid="ignore"):
        difference = x - y
        back = difference - x
        lost = (x - (difference - back)) - (y + back)
        share = sigmoid(np, difference)
        return share + share * (1 - share) * np.where(np.isfinite(lost), lost, 0)


def sinpi(np: Any, x: Any) -> Any:
    """sin(pi*x), by the distance to the nearest zero, which is exact."""
    rest = x - 2 * np.rint(x / 2)
    rest = np.where(np.abs(rest) > 0.5, np.copysign(1, rest) - rest, rest)
    return np.sin(pi(np, x) * rest) + 0.0


def cospi(np: Any, x: Any) -> Any:
    """cos(pi*x), in the same way."""
    rest = np.abs(x - 2 * np.rint(x / 2))
    return np.where(
        rest < 0.25,
        np.cos(pi(np, x) * rest),
        np.sin(pi(np, x) * (0.5 - np.where(rest < 0.25, 0.5, rest))),
    )
