"""The rules of differentiation, as taught: one applied to d/dx of one formula.

A law takes a formula u, which is no sum of its own making, and answers what d/dx u is in terms of
the derivatives of its parts. What those are is asked of `derive`: steps that are shown put d/dx(…)
there (`derivative_sign`), a derivative that is computed what it is already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradcalc.errors import GradcalcError, Span
from gradcalc.formulas.partials import partial_at, partial_formula, row_of
from gradcalc.formulas.trees import ONE, TWO, ZERO, called, exact_value, names_in, substituted
from gradcalc.language.printer import to_text
from gradcalc.language.spelling import number
from gradcalc.language.syntax import NOWHERE, Binary, Call, Conditional, Expr, Name, Unary
from gradcalc.rules.rule import Rule

Derive = Callable[[Expr], Expr]


@dataclass(frozen=True, slots=True)
class Law:
    """A rule applied: its name, as words or as a formula, and d/dx u by it."""

    name: str
    formula: Expr


def derivative_sign(u: Expr, x: str) -> Expr:
    """d/dx(u), still to be worked out: a call of D, which the language knows."""
    return called("D", u, Name(x))


def law(u: Expr, x: str, derive: Derive) -> Law:
    """The rule for d/dx u. GradcalcError where there is none."""
    if x not in names_in(u):
        return Law(f"{_shown(u)} does not depend on {x}", ZERO)
    match u:
        case Name():
            return Law(f"d/d{x} {x} = 1", ONE)
        case Unary(op):
            inner = derive(u.operand)
            return Law("constant factor", Unary("-", inner) if op == "-" else inner)
        case Binary("+" | "-"):
            return _sum(u, x, derive)
        case Binary("*"):
            return _product(u, x, derive)
        case Binary("/"):
            return _quotient(u, x, derive)
        case Binary("^"):
            return _power(u, x, derive)
        case Binary("%"):
            return _remainder(u, x, derive)
        case Conditional():
            branches = derive(u.then), derive(u.other)
            return Law("each branch by itself", Conditional(u.test, *branches))
        case Call("where"):
            test, then, other = u.arguments
            return Law("each branch by itself", called("where", test, derive(then), derive(other)))
        case Call("detach"):
            return Law("detach holds it constant", ZERO)
        case Call():
            return _call(u, x, derive)
    raise no_law(u)


def no_law(u: Expr) -> GradcalcError:
    """The error of what is not differentiated as a formula."""
    return GradcalcError(
        "no-formula",
        f"{_shown(u)} can't be differentiated as a formula",
        _place(u),
        hint="with --at it is differentiated along the run",
    )


def _place(u: Expr) -> Span | None:
    """Where a part stands in the text; None for what a rule made."""
    return None if u.span == NOWHERE else u.span


def _shown(u: Expr) -> str:
    text = to_text(u)
    return text if len(text) <= 40 else "this part"


def _sum(u: Binary, x: str, derive: Derive) -> Law:
    """(u ± v)' = u' ± v'; a constant term is left out at once."""
    if x not in names_in(u.right):
        return Law(f"{_shown(u.right)} is constant", derive(u.left))
    if x not in names_in(u.left):
        right = derive(u.right)
        return Law(f"{_shown(u.left)} is constant", right if u.op == "+" else Unary("-", right))
    return Law("sum rule", Binary(u.op, derive(u.left), derive(u.right)))


def _product(u: Binary, x: str, derive: Derive) -> Law:
    """(uv)' = u'v + uv'; a constant factor stays in front."""
    left, right = u.left, u.right
    if x not in names_in(left):
        return Law("constant factor", Binary("*", left, derive(right)))
    if x not in names_in(right):
        return Law("constant factor", Binary("*", derive(left), right))
    if left == right:
        return Law("power rule: (u^2)' = 2*u*u'", _times(Binary("*", TWO, left), left, derive, x))
    return Law(
        "product rule: (u*v)' = u'*v + u*v'",
        Binary("+", Binary("*", derive(left), right), Binary("*", left, derive(right))),
    )


def _quotient(u: Binary, x: str, derive: Derive) -> Law:
    """(u/v)' = (u'v - uv')/v^2; a constant below is a factor, one above makes it (1/v)'."""
    above, below = u.left, u.right
    if x not in names_in(below):
        return Law("constant factor", Binary("/", derive(above), below))
    square = Binary("^", below, TWO)
    if x not in names_in(above):
        numerator = Unary("-", above)
        if isinstance(below, Name):
            return Law("reciprocal rule: (1/x)' = -1/x^2", Binary("/", numerator, square))
        return Law(
            "reciprocal rule: (c/v)' = -c*v'/v^2",
            Binary("/", Binary("*", numerator, derive(below)), square),
        )
    difference = Binary("-", Binary("*", derive(above), below), Binary("*", above, derive(below)))
    return Law("quotient rule: (u/v)' = (u'*v - u*v')/v^2", Binary("/", difference, square))


def _power(u: Binary, x: str, derive: Derive) -> Law:
    base, exponent = u.left, u.right
    if x not in names_in(exponent):
        return _constant_power(base, exponent, x, derive)
    if x not in names_in(base):
        if base == Name("e"):
            return Law(_with_chain("(e^u)' = e^u*u'", exponent), _times(u, exponent, derive, x))
        if exact_value(base) == 0:
            return Law("0^u is 0 for u > 0 and has no derivative elsewhere", ZERO)
        factor = Binary("*", u, called("log", base))
        return Law("exponential rule: (a^u)' = a^u*log(a)*u'", _times(factor, exponent, derive, x))
    logarithm = Binary("*", exponent, called("log", base))
    return Law(
        "logarithmic differentiation: f' = f*(log(f))', log(u^v) = v*log(u)",
        Binary("*", u, derive(logarithm)),
    )


def _constant_power(base: Expr, exponent: Expr, x: str, derive: Derive) -> Law:
    """(u^n)' = n*u^(n-1)*u'."""
    exact = exact_value(exponent)
    lower = Binary("-", exponent, ONE) if exact is None else number(exact - 1)
    if exact == 2:
        factor: Expr = Binary("*", TWO, base)
    elif exact == 1:
        factor = ONE
    else:
        factor = Binary("*", exponent, Binary("^", base, lower))
    if isinstance(base, Name):
        return Law("power rule: (x^n)' = n*x^(n-1)", factor)
    return Law("power rule: (u^n)' = n*u^(n-1)*u'", _times(factor, base, derive, x))


def _remainder(u: Binary, x: str, derive: Derive) -> Law:
    """u % v = u - v*floor(u/v), whose floor does not vary between its jumps."""
    turns = called("floor", Binary("/", u.left, u.right))
    whole = Binary("*", turns, derive(u.right))
    name = "between its jumps: (u % v)' = u' - floor(u/v)*v'"
    if x not in names_in(u.right):
        return Law(name, derive(u.left))
    if x not in names_in(u.left):
        return Law(name, Unary("-", whole))
    return Law(name, Binary("-", derive(u.left), whole))


def _call(u: Call, x: str, derive: Derive) -> Law:
    """The chain rule, summed over the arguments that vary, with the table's own partials."""
    row = row_of(u)
    if row is None:
        raise no_law(u)
    if len(u.arguments) > row.arity:  # max(a, b, c): combined from left to right
        first = Call(u.function, u.arguments[: row.arity])
        return _call(Call(u.function, (first, *u.arguments[row.arity :])), x, derive)
    varying = [k for k, one in enumerate(u.arguments) if x in names_in(one)]
    try:
        partials = [partial_at(u, row, k) for k in varying]
    except GradcalcError as error:
        error.span = _place(u)  # the row alone does not know where it is called
        raise
    pairs = zip(partials, varying, strict=True)
    terms = [_times(partial, u.arguments[k], derive, x) for partial, k in pairs]
    formula = terms[0]
    for term in terms[1:]:
        formula = Binary("+", formula, term)
    shown = "; ".join(_table_rule(u.function, row, k) for k in varying)
    chained = any(not isinstance(u.arguments[k], Name) for k in varying)
    return Law(f"chain rule, {shown}" if chained else shown, formula)


def _table_rule(name: str, row: Rule, which: int) -> str:
    """A rule of the table in words: sin'(x) = cos(x), ∂hypot/∂x = x/hypot(x, y)."""
    formula = partial_formula(row, which)
    if row.arity == 1:
        plain = substituted(formula, {row.parameters[0]: Name("u")})
        return f"{name}'(u) = {to_text(plain)}"
    return f"∂{name}/∂{row.parameters[which]} = {to_text(formula)}"


def _with_chain(rule: str, inner: Expr) -> str:
    return rule if not isinstance(inner, Name) else rule.replace("u", inner.name)


def _times(factor: Expr, inner: Expr, derive: Derive, x: str) -> Expr:
    """factor*inner', without the factor 1 of d/dx x."""
    if inner == Name(x) or factor == ZERO:
        return factor
    slope = derive(inner)
    return slope if factor == ONE else Binary("*", factor, slope)
