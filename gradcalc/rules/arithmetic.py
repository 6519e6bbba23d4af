"""The rows behind the operators: + - * / and the three kinds of power."""

from __future__ import annotations

import operator

from gradcalc.numbers import arb as a
from gradcalc.numbers import big as b
from gradcalc.numbers import machine as f
from gradcalc.numbers.shapes import chosen
from gradcalc.rules.rule import rule

WIDE = (-10.0, 10.0)

ARITHMETIC = (
    rule("add", "x y", "arithmetic", "the sum x + y",
         lambda n, out, x, y: 1, lambda n, out, x, y: 1,
         machine=operator.add, formula=lambda n, x, y: x + y,
         samples=(WIDE, WIDE), hidden=True, operator="+", commutes=True, grows=True,
         nonnegative="of nonnegative"),
    rule("sub", "x y", "arithmetic", "the difference x - y",
         lambda n, out, x, y: 1, lambda n, out, x, y: -1,
         machine=operator.sub, ufunc="subtract", formula=lambda n, x, y: x - y,
         samples=(WIDE, WIDE), hidden=True, operator="-", grows=True),
    rule("mul", "x y", "arithmetic", "the product x * y",
         lambda n, out, x, y: y, lambda n, out, x, y: x,
         machine=operator.mul, ufunc="multiply", formula=lambda n, x, y: x * y,
         samples=(WIDE, WIDE), hidden=True, operator="*", commutes=True, grows=True,
         nonnegative="of nonnegative"),
    rule("div", "x y", "arithmetic", "the quotient x / y",
         lambda n, out, x, y: 1 / y, lambda n, out, x, y: -out / y,
         machine=f.divide, ufunc="divide",
         big=b.divide, symbolic=lambda s, x, y: x / y,
         samples=(WIDE, (0.1, 10.0)), domain="y != 0", hidden=True,
         operator="/", nonnegative="of nonnegative", crossing=lambda out, x, y: y, poles=True),
    rule("neg", "x", "arithmetic", "the negative -x",
         lambda n, out, x: -1,
         machine=operator.neg, ufunc="negative", formula=lambda n, x: -x,
         samples=(WIDE,), hidden=True, operator="-"),
    rule("identity", "x", "arithmetic", "x itself",
         lambda n, out, x: 1,
         machine=operator.pos, ufunc="positive", formula=lambda n, x: x,
         samples=(WIDE,), hidden=True, nonnegative="of nonnegative"),
    # The exponent of these two rows is a constant of the run, so no log(x) is ever formed.
    rule("ipow", "x k", "arithmetic", "x to a constant integer power k",
         lambda n, out, x, k: k * n.ipow(x, k - 1), None,
         machine=f.power, vector=f.vector_power, big=b.power, arb=a.power,
         symbolic=lambda s, x, k: x**k,
         crossing=lambda out, x, k: 1 + (k < 0) * (x - 1), poles=True,
         samples=(WIDE, (3.0, 3.0)), domain="x != 0 where k < 0", hidden=True,
         operator="^", grows=True, easy=True),
    rule("cpow", "x c", "arithmetic", "x to a constant power c",
         lambda n, out, x, c: c * n.cpow(x, c - 1), None,
         machine=f.power, vector=f.vector_power, big=b.power, arb=a.power,
         symbolic=lambda s, x, c: x**c,
         kink=lambda x, c: x == 0, convention="x^c is defined on one side of 0",
         crossing=lambda out, x, c: x,
         samples=((0.01, 10.0), (0.3, 0.3)), domain="x >= 0", nonnegative="of nonnegative",
         outside="complex numbers are not supported; cbrt(x) is the real cube root",
         hidden=True,
         operator="^", grows=True, edge=lambda x, c: x == 0),
    rule("pow", "x y", "arithmetic", "x to the power y",
         lambda n, out, x, y: y * n.pow(x, y - 1), lambda n, out, x, y: n.xlogy(out, x),
         textbook=("y*x^(y - 1)", "x^y*log(x)"),
         machine=f.power, vector=f.vector_power, big=b.power, arb=a.power,
         symbolic=lambda s, x, y: x**y,
         kink=lambda x, y: (x < 0) | ((x == 0) & (y == 0)),
         convention="for x < 0 it is defined only at integer y; (0, 0) is a corner of x^y",
         frameworks={
             "torch": (lambda n, c, out, x, y: chosen(y == 0, 0, c * y * n.pow(x, y - 1)),
                       lambda n, c, out, x, y: chosen((x == 0) & (y >= 0), 0, c * out * n.log(x))),
             "jax": (lambda n, c, out, x, y: c * y * n.pow(x, y - 1),
                     lambda n, c, out, x, y: c * out * n.log(chosen(x == 0, 1, x)))},
         crossing=lambda out, x, y: x,
         samples=((0.01, 10.0), (-5.0, 5.0)), domain="x > 0, or x < 0 with an integer y",
         outside="complex numbers are not supported; cbrt(x) is the real cube root",
         hidden=True, operator="^", grows=True),
)  # fmt: skip
