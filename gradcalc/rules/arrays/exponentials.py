"""The exponential of a matrix.

Its derivative along t is the upper right of exp([[x, t], [0, x]]), and that of the derivative along
s the same of blocks (Najfeld and Havel, Derivatives of the matrix exponential and their
computation, 1995). What pulls a cotangent back is the derivative at the transpose.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.rules.arrays.array_rule import array_rule


def _zeros(n: Any, like: Any) -> Any:
    return n.broadcast(n.number(Fraction(0)), (), n.shape(like))


def _along_twice(n: Any, s: Any, out: Any, x: Any, t: Any) -> Any:
    """The second derivative of exp(x) along t and s: the first along s of [[x, t], [0, x]]."""
    size = n.shape(x)[-1]
    block = n.concat([n.concat([x, t], -1), n.concat([_zeros(n, x), x], -1)], -2)
    rest = _zeros(n, s)
    direction = n.concat([n.concat([s, rest], -1), n.concat([rest, s], -1)], -2)
    upper_right = ((0, size, 1), (size, 2 * size, 1))
    return n.index(n.expm_along(block, direction), upper_right)


EXPONENTIALS = (
    array_rule("expm", "x", "the exponential of a matrix", rounds=True,
        flops=lambda x: 40 * x[-1] ** 3,
        array=lambda a, x: a.exponentials.expm(a, x), shape=lambda x: x,
        push=lambda n, t, out, x: n.expm_along(x, t),
        pull=lambda n, c, out, x: n.expm_along(n.swap(x), c)),
    array_rule("expm_along", "x t", "the derivative of the exponential of x along t", rounds=True,
        flops=lambda x, t: 320 * x[-1] ** 3,
        array=lambda a, x, t: a.exponentials.expm_along(a, x, t),
        shape=lambda x, t: t,
        push=(_along_twice, lambda n, s, out, x, t: n.expm_along(x, s)),
        pull=(lambda n, c, out, x, t: _along_twice(n, c, out, n.swap(x), n.swap(t)),
              lambda n, c, out, x, t: n.expm_along(n.swap(x), c))),
)  # fmt: skip
