"""Lambert's W of arrays, the w >= -1 with w*exp(w) = x, in any of NumPy's widths.

Near x = -1/e, where w = -1 + sqrt(2*(1 + e*x)) + …, w has half the digits of x, and 1 + w has all
of them: there Newton's method looks for the gap 1 + w. Elsewhere it looks for log(w) (R. Iacono and
J. P. Boyd, "New approximations to the principal real-valued branch of the Lambert W-function",
2017), which keeps the digits of w however small or large it is.
"""

from __future__ import annotations

from typing import Any

EDGE = 0.36787944117144233, -1.2428753672788363e-17, -5.830044851072742e-34  # whose sum is 1/e
NEAR = -0.25  # below it the gap is looked for; x + 1/e has no rounding there
TERMS = 22  # of the series of 1 + (g - 1)*exp(g), for g up to 0.65
STEPS = 5  # of Newton's method, from 2 % and from 40 % off, to the last bit of a longdouble


def lambertw(np: Any, x: Any) -> Any:
    """w; not a number below -1/e."""
    return np.where(x < NEAR, _gap_at_edge(np, np.minimum(x, NEAR)) - 1, _far(np, x))


def gap(np: Any, x: Any) -> Any:
    """1 + w."""
    return np.where(x < NEAR, _gap_at_edge(np, np.minimum(x, NEAR)), 1 + _far(np, x))


def slope(np: Any, x: Any) -> Any:
    """The derivative of w, 1/(exp(w)*(1 + w)); exp(w) is x/w, which has no more digits to lose."""
    near = _gap_at_edge(np, np.minimum(x, NEAR))
    w = _far(np, x)
    is_finite = np.isfinite(x)
    is_plain = is_finite & (x != 0)
    ratio = np.where(is_plain, w, 1) / np.where(is_plain, x, 1)
    plain = ratio / (1 + np.where(x >= NEAR, w, 0))
    far = np.where(is_finite, plain, 1 / np.where(is_finite, 1, x))
    return np.where(x < NEAR, np.exp(1 - near) / near, far)


def _far(np: Any, x: Any) -> Any:
    """w where x is NEAR or above."""
    is_plain = np.isfinite(x) & (x != 0) & (x >= NEAR)
    x_inside = np.where(is_plain, x, 1)
    w = np.log1p(x_inside)
    for _ in range(STEPS):
        w = w * ((1 + np.log(x_inside / w)) / (1 + w))
    return np.where(is_plain, w, x + 0.0)


def _gap_at_edge(np: Any, x: Any) -> Any:
    """1 + w where x is below NEAR: the g with 1 + (g - 1)*exp(g) = 1 + e*x."""
    unit = np.ones_like(x, shape=())
    above = np.exp(unit) * (((x + EDGE[0]) + EDGE[1]) + EDGE[2])
    p = np.sqrt(2 * above)
    g = p * (1 - p * (1 / 3 - p * (11 / 72 - p * (43 / 540))))
    for _ in range(STEPS):
        inside = np.where(g > 0, g, 1)
        series = unit
        for n in range(TERMS, 1, -1):  # the terms are g^n*(n - 1)/n!
            series = 1 + series * inside * (unit * n / ((n - 1) * (n + 1)))
        missed = inside * inside / 2 * series - above
        g = np.where(g > 0, inside - missed / (inside * np.exp(inside)), g)
    return g
