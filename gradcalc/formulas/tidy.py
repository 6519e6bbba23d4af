"""Tidying: like terms and powers collected, numbers first, what cancels left out.

A formula is read as a sum of terms, a term as a number times powers of what is no sum, product or
power itself. The order in which things were written is kept. What tidying may change is where a
formula has a value (x/x is 1), never a value that it has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from gradcalc.formulas.trees import ZERO, fold, number, power_of, rebuilt
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Number, Unary

Power = Fraction | Expr  # an exponent: a rational number, or a formula
HALF = Fraction(1, 2)
EXP = "exp(…)"  # the base of the powers that are written exp(u)


@dataclass(frozen=True, slots=True)
class Term:
    """A number times powers: by the text of a base the base and its exponent."""

    coefficient: Fraction
    powers: dict[str, tuple[Expr, Power]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for like terms, in whatever order their factors stand."""
        shown = (f"({base})^({_text(power)})" for base, (_, power) in self.powers.items())
        return "*".join(sorted(shown))

    def scaled(self, factor: Fraction) -> Term:
        return Term(self.coefficient * factor, self.powers)


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms by their key, in the order written."""

    terms: dict[str, Term]

    @property
    def only(self) -> Term | None:
        """The term of a sum of one, or of none; None where there are more."""
        if len(self.terms) > 1:
            return None
        return next(iter(self.terms.values()), Term(Fraction(0)))


def tidy(root: Expr) -> Expr:
    """The formula, tidied."""
    return to_tree(fold(root, _combined))


def _combined(node: Node, below: list[Sum]) -> Sum:
    match node:
        case Number():
            return _sum(Term(node.value))
        case Binary("+"):
            return _added(_opened(below[0]), _opened(below[1]))
        case Binary("-"):
            return _added(_opened(below[0]), _scaled(_opened(below[1]), Fraction(-1)))
        case Binary("*"):
            return _sum(_multiplied(_factor(below[0]), _factor(below[1])))
        case Binary("/") if below[1].terms:
            return _sum(_multiplied(_factor(below[0]), _raised(below[1], Fraction(-1))))
        case Binary("^"):
            return _sum(_raised(below[0], _exponent(below[1])))
        case Unary(op):
            return _scaled(below[0], Fraction(-1 if op == "-" else 1))
        case Call("sqrt"):
            return _sum(_raised(below[0], HALF))
        case Call("exp"):
            return _exponential(_exponent(below[0]))
        case _:
            return _atom(rebuilt(node, [to_tree(one) for one in below]))


def _atom(node: Node) -> Sum:
    """What is neither a sum nor a product nor a power: a name, a call, a conditional, …"""
    if node == Call("log", (Name("e"),)):
        return _sum(Term(Fraction(1)))
    expr = cast(Expr, node)
    return _sum(Term(Fraction(1), {to_text(expr): (expr, Fraction(1))}))


def _exponential(power: Power) -> Sum:
    """exp(u), whose products and powers are those of e^u."""
    if power == 0:
        return _sum(Term(Fraction(1)))
    return _sum(Term(Fraction(1), {EXP: (Name(EXP), power)}))


def _sum(term: Term) -> Sum:
    return Sum({term.key: term} if term.coefficient else {})


def _added(left: Sum, right: Sum) -> Sum:
    terms = dict(left.terms)
    for key, term in right.terms.items():
        before = terms.get(key)
        if before is None:
            terms[key] = term
            continue
        coefficient = before.coefficient + term.coefficient
        if coefficient:
            terms[key] = Term(coefficient, before.powers)
        else:
            del terms[key]
    return Sum(terms)


def _scaled(terms: Sum, factor: Fraction) -> Sum:
    return Sum({key: term.scaled(factor) for key, term in terms.terms.items()})


def _opened(terms: Sum) -> Sum:
    """A number times a sum as a sum, as it stands within another: 1 + 2*(1 - x) is 3 - 2*x."""
    only = terms.only
    if only is None or len(only.powers) != 1:
        return terms
    ((base, power),) = only.powers.values()
    if power != 1 or not (isinstance(base, Binary) and base.op in "+-"):
        return terms
    return _scaled(fold(base, _combined), only.coefficient)


def _factor(terms: Sum) -> Term:
    """A sum as one factor of a product, what divides all its terms taken out."""
    if terms.only is not None:
        return terms.only
    common, powers = _common(terms), _common_powers(terms)
    inverse = {text: (base, _times(power, Fraction(-1))) for text, (base, power) in powers.items()}
    inner = Sum({})
    for term in terms.terms.values():
        inner = _added(inner, _opened(_sum(_multiplied(term, Term(1 / common, inverse)))))
    outer = Term(common, powers)
    if inner.only is not None:
        return _multiplied(outer, inner.only)
    base = to_tree(inner)
    return _multiplied(outer, Term(Fraction(1), {to_text(base): (base, Fraction(1))}))


def _common_powers(terms: Sum) -> dict[str, tuple[Expr, Power]]:
    """The powers that all terms of a sum have, with the least exponent, where it is a number."""
    first, *others = (term.powers for term in terms.terms.values())
    common: dict[str, tuple[Expr, Power]] = {}
    for text, (base, _) in first.items():
        exponents = [powers[text][1] for powers in (first, *others) if text in powers]
        numbers = [one for one in exponents if isinstance(one, Fraction)]
        if len(numbers) == len(terms.terms) and base != Name(EXP):
            common[text] = base, min(numbers)
    return common


def _common(terms: Sum) -> Fraction:
    """The integer that divides all numbers of a sum, or 1; negative where no term is positive."""
    from math import gcd

    numbers = [term.coefficient for term in terms.terms.values()]
    sign = -1 if all(one < 0 for one in numbers) else 1
    if any(one.denominator != 1 for one in numbers):
        return Fraction(sign)
    return Fraction(sign * gcd(*(one.numerator for one in numbers)))


def _multiplied(left: Term, right: Term) -> Term:
    powers = dict(left.powers)
    for text, (base, power) in right.powers.items():
        before = powers.get(text)
        total = power if before is None else _total(before[1], power)
        if total == 0:
            del powers[text]
        else:
            powers[text] = base, total
    return Term(left.coefficient * right.coefficient, powers)


def _total(left: Power, right: Power) -> Power:
    """The sum of two exponents."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    return _exponent(fold(Binary("+", _tree(left), _tree(right)), _combined))


def _exponent(terms: Sum) -> Power:
    only = terms.only
    if only is not None and not only.powers:
        return only.coefficient
    return to_tree(terms)


def _raised(terms: Sum, power: Power) -> Term:
    """A power of a sum; a whole power of a product is the product of powers."""
    factor = _factor(terms)
    if isinstance(power, Fraction):
        if power == 1:
            return factor
        exact = power_of(factor.coefficient, power)
        if exact is not None and (not factor.powers or power.denominator == 1):
            changed = {t: (b, _times(p, power)) for t, (b, p) in factor.powers.items()}
            return Term(exact, changed)
    base = to_tree(terms)
    return Term(Fraction(1), {to_text(base): (base, power)})


def _times(power: Power, factor: Fraction) -> Power:
    if isinstance(power, Fraction):
        return power * factor
    return _exponent(fold(Binary("*", number(factor), power), _combined))


def _text(power: Power) -> str:
    return str(power) if isinstance(power, Fraction) else to_text(power)


def _tree(power: Power) -> Expr:
    return number(power) if isinstance(power, Fraction) else power


# Back to trees ----------------------------------------------------------------------------------


def to_tree(terms: Sum) -> Expr:
    """The sum as a tree; where it begins with a minus, a later term without one comes first."""
    ordered = list(terms.terms.values())
    if not ordered:
        return ZERO
    first = next((k for k, term in enumerate(ordered) if term.coefficient > 0), 0)
    ordered.insert(0, ordered.pop(first))
    tree = _product(ordered[0])
    for term in ordered[1:]:
        sign = "-" if term.coefficient < 0 else "+"
        tree = Binary(sign, tree, _product(Term(abs(term.coefficient), term.powers)))
    return tree


def _product(term: Term) -> Expr:
    """A term as a quotient of products: the number first, then names, then the others."""
    term = _without_minus(term)
    powers = sorted(term.powers.values(), key=lambda one: not _is_name(one[0]))
    above = [_power(b, p) for b, p in powers if not _below(b, p)]
    below = [_power(b, _times(p, Fraction(-1))) for b, p in powers if _below(b, p)]
    size = abs(term.coefficient)
    if size.numerator != 1 or not above:
        above.insert(0, number(size.numerator))
    if size.denominator != 1:
        below.insert(0, number(size.denominator))
    if term.coefficient < 0:
        above[0] = Unary("-", above[0])
    tree = _joined(above)
    return Binary("/", tree, _joined(below)) if below else tree


def _without_minus(term: Term) -> Term:
    """-(a - b)*c as (b - a)*c."""
    if term.coefficient > 0:
        return term
    for text, (base, power) in term.powers.items():
        if power == 1 and isinstance(base, Binary) and base.op == "-" and _is_positive(base.left):
            swapped = Binary("-", base.right, base.left)
            return Term(-term.coefficient, {**term.powers, text: (swapped, power)})
    return term


def _is_positive(left: Expr) -> bool:
    """Is this one term without a minus, which may stand behind one?"""
    if isinstance(left, Binary):
        return left.op not in "+-" and _is_positive(left.left)
    return not isinstance(left, Unary)


def _is_name(base: Expr) -> bool:
    return isinstance(base, Name) and base.name != EXP


def _below(base: Expr, power: Power) -> bool:
    """Does a power stand below the line?"""
    if base == Name(EXP):
        return False
    if isinstance(power, Fraction):
        return power < 0
    return isinstance(power, Unary) and power.op == "-"


def _power(base: Expr, power: Power) -> Expr:
    if base == Name(EXP):
        return Call("exp", (_tree(power),))
    if power == 1:
        return base
    if power == HALF:
        return Call("sqrt", (base,))
    return Binary("^", base, _tree(power))


def _joined(factors: list[Expr]) -> Expr:
    tree = factors[0]
    for factor in factors[1:]:
        tree = Binary("*", tree, factor)
    return tree
