"""Germs: numbers with an infinitesimal h, so that limits are algebra.

A germ is a finite sum of terms c·h^a·L^b·exp(E), where L = log(1/h), h → 0+, and E is itself a sum
of terms that grow without bound, or nothing. Its terms stand largest first. What was cut off is
smaller than, or of the size of, its `rest`, an order; a germ without one is exact. A program run
at x + h and x - h thus tells what it does a hair beside x: by the sign of the first term every
comparison is decided, and limits, derivatives and poles are read off. So abs(sin(x)) at pi is
abs(-h + h³/6 + O(h⁴)) = h - h³/6 + O(h⁴) to the right of pi, and the same to its left: a kink.

Coefficients and exponents are real numbers of `numbers/bounded.py`, exact or with a bound.
What depends on terms that were cut off is a MoreTermsError; what no germ can express (a sine of
something infinite, a logarithm of a logarithm) is an InexpressibleError. Source: the field of
logarithmic-exponential transseries, of one exponential and one logarithm.

    orders    how fast terms grow                germ      sums of terms and their arithmetic
    expansion what a sum of terms is
    waves     rests that have no limit           roots     quotients and roots that are exact
    identities, forms: what is 0 by how it was computed, though its terms were cut off
    series    power series, log, exp, slopes     values    functions of real numbers, constants
    taylor    any row at a point where it is regular, by the table's own derivatives
    elementary, circular, pieces, error_function, gamma, inverses, bessel, integrals, singular
              rows as functions of germs, at the points where they are singular above all
    functions which of these is called as a row is

Read `germ.py` first; `checks/onesided.py` is what asks all this.
"""

from gradcalc.numbers.germs.germ import Field, Germ
from gradcalc.numbers.germs.orders import UNIT, H, InexpressibleError, MoreTermsError, Order, larger
from gradcalc.numbers.germs.series import derivative

__all__ = [
    "UNIT",
    "Field",
    "Germ",
    "H",
    "InexpressibleError",
    "MoreTermsError",
    "Order",
    "derivative",
    "larger",
]
