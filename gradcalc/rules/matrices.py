"""Elements of what matrices have for values, as functions of the matrix's elements."""

from __future__ import annotations

import math
from typing import Any

from gradcalc.numbers import exponentials as e
from gradcalc.numbers import singular_exact as exact
from gradcalc.numbers.singular_algebra import halves, second_slope
from gradcalc.rules.rule import EachPartial, Rule


def _slope_of_expm(which: int, n: Any, out: Any, i: Any, j: Any, *x: Any) -> Any:
    """By one element of x: from exp([[x, t], [0, x]]), t being 1 at that element, else 0."""
    size = math.isqrt(len(x))
    row, column = divmod(which, size)
    block: list[Any] = []
    for k in range(size):
        block += x[k * size : (k + 1) * size]
        block += [int((k, m) == (row, column)) for m in range(size)]
    for k in range(size):
        block += [0] * size
        block += x[k * size : (k + 1) * size]
    return n.expm_element(i, j + size, *block)


def _expm_of_sympy(s: Any, i: Any, j: Any, *x: Any) -> Any:
    """A function that sympy knows nothing of: it is differentiated by differences of its values."""
    return s.Function("expm_element", real=True)(i, j, *x)


def _of_floats(name: str) -> Any:
    """A kernel of singular values of float64, whose module needs NumPy."""

    def kernel(*given: Any) -> Any:
        from gradcalc.numbers import singular

        return getattr(singular, name)(*given)

    return kernel


def _slope_of_svd(which: int, n: Any, out: Any, k: Any, *x: Any) -> Any:
    return n.singular_slope(k, *_unit(which, len(x)), *x)


def _slope_of_slope(which: int, n: Any, out: Any, k: Any, *given: Any) -> Any:
    """By an element of the direction, or of the matrix."""
    t, x = halves(given)
    place = which % len(x)
    along = n.singular_slope(k, *_unit(place, len(x)), *x)
    if which < len(t):
        return along
    return second_slope(n.singular_value(k, *x), along, t, x, place)


def _unit(which: int, size: int) -> list[int]:
    return [int(k == which) for k in range(size)]


def _svd_of_sympy(s: Any, k: Any, *x: Any) -> Any:
    return s.Function("singular_value", real=True)(k, *x)


def _slope_of_sympy(s: Any, k: Any, *given: Any) -> Any:
    return s.Function("singular_slope", real=True)(k, *given)


MATRICES = (
    Rule("expm_element", ("i", "j", "x"), "special",
        "an element of exp(x), x being a matrix row by row", EachPartial(2, _slope_of_expm),
        samples=((0, 0), (0, 0), (-3, 3)), hidden=True, element_of="expm", grows=True,
        machine=e.float_element, vector=e.column_element, big=e.big_element, arb=e.arb_element,
        symbolic=_expm_of_sympy),
    Rule("singular_value", ("k", "x"), "special",
        "the k-th singular value of x, a square matrix row by row",
        EachPartial(1, _slope_of_svd),
        samples=((0, 0), (0.5, 3)), hidden=True, element_of="svd",
        machine=_of_floats("float_value"), vector=_of_floats("column_value"), big=exact.big_value,
        ball=exact.bounded_value, arb=exact.arb_value, symbolic=_svd_of_sympy,
        kink=_of_floats("is_tied"),
        convention="equal ones share equally; at 0, a cone: the mean is 0"),
    Rule("singular_slope", ("k", "t", "x"), "special",
        "the derivative of the k-th singular value of x along t, square matrices row by row",
        EachPartial(1, _slope_of_slope, 2),
        samples=((0, 0), (-3, 3), (0.5, 3)), hidden=True, element_of="svd",
        machine=_of_floats("float_slope"), vector=_of_floats("column_slope"), big=exact.big_slope,
        ball=exact.ball_slope, symbolic=_slope_of_sympy),
)  # fmt: skip
