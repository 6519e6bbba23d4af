"""The error function and its kin: their expansions at infinity."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.series import integrated, summed
from gradcalc.numbers.germs.values import HALF, at, germ_of, root_of_pi


def _gauss(n: Any) -> Callable[[Any], Any]:
    """The derivative of erf."""
    factor = n.field.germ(2 / root_of_pi(n))
    return lambda t: factor * n.exp(-t * t)


def erf(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return 1 - erfc(n, x) if x.sign() > 0 else erfc(n, -x) - 1
    m = n.context
    value = at(n, "erf", lambda y: 2 * m.exp(-y * y), x.limit(), 0)
    return integrated(n, value, _gauss(n), x)


def erfc(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return n.exp(-x * x) * erfcx(n, x) if x.sign() > 0 else 2 - erfc(n, -x)
    m, slope = n.context, _gauss(n)
    value = at(n, "erfc", lambda y: 2 * m.exp(-y * y), x.limit(), 1)
    return integrated(n, value, lambda t: -slope(t), x)


def erfcx(n: Any, x: Germ) -> Any:
    """DLMF 7.12.1 at infinity."""
    if not (x.is_infinite and x.sign() > 0):
        return n.exp(x * x) * erfc(n, x)
    terms = [Fraction(1)]
    for k in range(1, n.field.length):
        terms.append(terms[-1] * Fraction(1 - 2 * k, 2))
    return summed((x * x).power(-1), lambda k: terms[k]) / (x * root_of_pi(n))


def normal_pdf(n: Any, x: Germ) -> Any:
    return n.exp(-x * x * HALF) / (root_of_pi(n) * germ_of(n, 2).power(HALF))


def normal_cdf(n: Any, x: Germ) -> Any:
    return erfc(n, -x * germ_of(n, HALF).power(HALF)) * HALF


def gelu(n: Any, x: Germ) -> Any:
    return x * normal_cdf(n, x)
