"""Formulas to differentiate: every callable row in several surroundings, and what people write."""

from __future__ import annotations

from random import Random

from gradcalc.errors import GradcalcError
from gradcalc.formulas.partials import partial_formula
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import CALLABLE

ROWS = [row for name, row in CALLABLE.items() if row.array is None and name == row.name]
WRITTEN = """
x*sin(x)
x^2*sin(3x)
log(x)/x
x^x
2^x
x^n
e^(-x^2/2)/sqrt(2*pi)
atan(x/y)
sqrt(x^2 + 1)
tan(x)^3
1/(1 + exp(-x))
tanh(tanh(x))
erf(x)*exp(x^2)
(x^2+1)/(x^2-1)
a*x^2 + b*x + c
sin(x)^2 + cos(x)^2
log(x, 2)
log(2, x)
x % 3
(x*y) % y
-x^-2
max(x^2, y, 3*x)
where(x > 0, x^2, -x)
x^3 if x > 1 else 3*x - 2
detach(x)*x
f(t) = t^2; f(sin(x))
y = x^2; z = y*sin(y); z/y
x += 2; x^2
exp(exp(exp(x/9)))
sqrt(x)*sqrt(y)/x
1/x/y*2
besselj(0, x*y)
x*log(y) - y*log(x)
cosh(x)^2 - sinh(x)^2
abs(x)^3
floor(x)*x
(a + b)/(a - b)
pi*r^2*h/3
k*q1*q2/r^2
1/2*m*v^2 + m*g*h
A*sin(omega*t + phi0)
V*(1 - exp(-t/(R*C)))
Vmax*S/(Km + S)
""".strip().splitlines()
OPERATORS = ("{} + {}", "{} - {}", "({})*({})", "({})/({})")


def middle(row: Rule, which: int) -> str:
    """A number that suits the row's parameter, and is not 0, where some quotients have a gap."""
    low, high = row.samples[which]
    return f"{0.43 * low + 0.57 * high:.3g}"


def call(row: Rule, argument: str, which: int) -> str:
    """A call of a row with an argument in one place, and numbers that suit it in the others."""
    values = [argument if k == which else middle(row, k) for k in range(row.arity)]
    return f"{row.name}({', '.join(values)})"


def known_partial(row: Rule, which: int) -> bool:
    """Has the row a derivative by this parameter, in functions that a text may call?"""
    try:
        partial_formula(row, which)
    except GradcalcError as error:
        assert error.code in ("unknown-derivative", "no-formula")
        return False
    return True


def row_formulas() -> list[str]:
    """Each callable row by each of its parameters, plain and composed."""
    return [
        call(row, argument.replace("·", middle(row, which)), which)
        for row in ROWS
        for which in range(row.arity)
        if known_partial(row, which)
        for argument in ("x", "·*x^2")
    ]


def random_formulas(count: int, seed: int) -> list[str]:
    """Sums, products, quotients and compositions of what people write."""
    random = Random(seed)
    parts = [text for text in WRITTEN if "=" not in text and "detach" not in text]
    made = []
    for _ in range(count):
        left, right = random.choice(parts), random.choice(parts)
        made.append(random.choice(OPERATORS).format(left, right))
    return made
