"""Inverse functions at their branch points and at infinity: Lambert's W and that of erf."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import sign
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import UNIT, raised
from gradcalc.numbers.germs.series import summed, tends_to
from gradcalc.numbers.germs.values import HALF, germ_of


def erfinv(n: Any, x: Germ) -> Any:
    """At ±1 it grows as sqrt(log(1/(1 - |x|))), and what follows that is o(1)·log log."""
    if tends_to(x, 1) or tends_to(x, -1):
        ((exponent, a, _), _), side = (1 - abs(x)).lead, x.sign()
        if (1 - abs(x)).sign() < 0 or exponent or sign(a) <= 0:
            raise ValueError("beyond 1")
        lead = n.field.germ(a).power(HALF).shifted(((), 0, HALF))
        return Germ(n.field, lead.terms, UNIT) * side
    return n.regular("erfinv", x)


def lambertw(n: Any, x: Germ) -> Any:
    if x.is_infinite and x.sign() > 0:  # log(x) - log(log(x)) + …
        lead = n.log(x).lead
        return Germ(n.field, (lead,), raised(lead[0], HALF))
    c = x.limit()
    if -0.369 < n.precision.number(c) < -0.367:
        above = x * germ_of(n, n.precision.rounded(+n.context.e)) + 1
        if sign(above.limit()) == 0:
            return _lambert_at_branch(n, (2 * above).power(HALF))
    return n.regular("lambertw", x)


def _lambert_at_branch(n: Any, p: Germ) -> Any:
    """The series in sqrt(2(e x + 1)) at -1/e: Corless et al. (1996), equations 4.22 to 4.25."""
    mu = [Fraction(-1), Fraction(1)]
    alpha = [Fraction(2), Fraction(-1)]
    for k in range(2, n.field.length + 1):
        alpha.append(sum((mu[j] * mu[k + 1 - j] for j in range(2, k)), Fraction(0)))
        mu.append(
            Fraction(k - 1, k + 1) * (mu[k - 2] / 2 + alpha[k - 2] / 4)
            - alpha[k] / 2
            - mu[k - 1] / (k + 1)
        )
    return summed(p, lambda k: mu[k])
