"""Tidying: like terms and powers collected, numbers first, what cancels left out.

A formula is read as a sum of terms, a term as a number times powers of what is no sum, product or
power itself. The order in which things were written is kept. What tidying may change is where a
formula has a value (x/x is 1), never a value that it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import gcd, isqrt, lcm
from typing import cast

from gradcalc.formulas.terms import EXP, HALF, Power, Sum, Term, exponent_tree, to_tree
from gradcalc.formulas.trees import fold, power_of, rebuilt
from gradcalc.language.printer import to_text
from gradcalc.language.spelling import number
from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Number, Unary

MAX_TERMS = 30  # of a product that is multiplied out


def tidy(root: Expr) -> Expr:
    """The formula, tidied."""
    return to_tree(fold(root, PLAIN.combined))


def rearranged(root: Expr) -> list[Expr]:
    """Other forms of a formula: fractions within fractions cleared, products multiplied out in
    sums, and what is left written as one product."""
    cleared, opened = fold(root, CLEARING.combined), fold(root, OPENING.combined)
    return [tidy(to_tree(one)) for one in (cleared, opened, Sum.of(OPENING.factor(opened)))]


@dataclass(frozen=True, slots=True)
class Tidying:
    """How far tidying goes.

    `clears` fractions within sums that are factors: 1 + x/y is (y + x)/y. `opens` products within
    sums: x*(1 + y) - x is x*y; and those of sums that get shorter: (1 - x)*(1 + x) is 1 - x^2.
    """

    clears: bool = False
    opens: bool = False

    def combined(self, node: Node, below: list[Sum]) -> Sum:
        """A node, of the sums that the nodes right below it are."""
        match node:
            case Number():
                return Sum.of(Term(node.value))
            case Binary("+"):
                return self.opened(below[0]).plus(self.opened(below[1]))
            case Binary("-"):
                return self.opened(below[0]).plus(self.opened(below[1]).scaled(Fraction(-1)))
            case Binary("*"):
                product = _multiplied(self.factor(below[0]), self.factor(below[1]))
                return Sum.of(_sums_met(product) if self.opens else product)
            case Binary("/") if below[1].terms:
                divisor = self.raised(below[1], Fraction(-1))
                return Sum.of(_multiplied(self.factor(below[0]), divisor))
            case Binary("^"):
                return Sum.of(self.raised(below[0], _exponent(below[1])))
            case Unary(op):
                return below[0].scaled(Fraction(-1 if op == "-" else 1))
            case Call("sqrt"):
                return Sum.of(self.raised(below[0], HALF))
            case Call("exp"):
                return _exponential(_exponent(below[0]))
            case _:
                return _atom(rebuilt(node, [to_tree(one) for one in below]))

    def opened(self, terms: Sum) -> Sum:
        """What is a number times a sum as a sum, as it stands within another: 1 + 2*(1 - x)."""
        if self.opens:
            return _multiplied_out(terms)
        only = terms.only
        if only is None or len(only.powers) != 1:
            return terms
        ((base, power),) = only.powers.values()
        if power != 1 or not _is_sum(base):
            return terms
        return fold(base, PLAIN.combined).scaled(only.coefficient)

    def factor(self, terms: Sum) -> Term:
        """A sum as one factor of a product, what divides all its terms taken out."""
        if terms.only is not None:
            return terms.only
        common, powers = self._common(terms), self._common_powers(terms)
        inverse = Term(
            1 / common, {t: (b, _times(p, Fraction(-1))) for t, (b, p) in powers.items()}
        )
        inner = Sum({})
        for term in terms.terms.values():
            inner = inner.plus(self.opened(Sum.of(_multiplied(term, inverse))))
        outer = Term(common, powers)
        if inner.only is not None:
            return _multiplied(outer, inner.only)
        base = to_tree(inner)
        return _multiplied(outer, Term(Fraction(1), {to_text(base): (base, Fraction(1))}))

    def _common(self, terms: Sum) -> Fraction:
        """The number that divides all numbers of a sum; negative where no term is positive."""
        numbers = [term.coefficient for term in terms.terms.values()]
        sign = -1 if all(one < 0 for one in numbers) else 1
        above, below = (
            gcd(*(n.numerator for n in numbers)),
            lcm(*(n.denominator for n in numbers)),
        )
        if below != 1 and not self.clears:
            return Fraction(sign)
        return Fraction(sign * above, below)

    def _common_powers(self, terms: Sum) -> dict[str, tuple[Expr, Power]]:
        """The powers that all terms of a sum have, with the least exponent, where it is a number.

        Where fractions are cleared, a term that lacks a power has it with the exponent 0.
        """
        all_powers = [term.powers for term in terms.terms.values()]
        first = all_powers[0]
        if self.clears:
            first = {text: power for powers in all_powers for text, power in powers.items()}
        common: dict[str, tuple[Expr, Power]] = {}
        for text, (base, _) in first.items():
            exponents = [powers[text][1] for powers in all_powers if text in powers]
            if self.clears:
                exponents += [Fraction(0)] * (len(all_powers) - len(exponents))
            numbers = [one for one in exponents if isinstance(one, Fraction)]
            if len(numbers) == len(all_powers) and base != Name(EXP) and min(numbers):
                common[text] = base, min(numbers)
        return common

    def raised(self, terms: Sum, power: Power) -> Term:
        """A power of a sum; a whole power of a product is the product of powers."""
        factor = self.factor(terms)
        if power == 0 or (factor.coefficient == 1 and not factor.powers):
            return Term(Fraction(1))
        if isinstance(power, Fraction):
            if power == 1:
                return factor
            exact = _exact_power(factor.coefficient, power) if self.clears else None
            if exact is None:
                exact = power_of(factor.coefficient, power)
            if exact is not None and (not factor.powers or power.denominator == 1):
                changed = {t: (b, _times(p, power)) for t, (b, p) in factor.powers.items()}
                return Term(exact, changed)
            if exact is not None and _exponents(factor.powers) == [1]:
                return Term(exact, {t: (b, power) for t, (b, _) in factor.powers.items()})
        base = to_tree(terms)
        return Term(Fraction(1), {to_text(base): (base, power)})


PLAIN = Tidying()
CLEARING = Tidying(clears=True)
OPENING = Tidying(clears=True, opens=True)


def _is_sum(base: Expr) -> bool:
    return isinstance(base, Binary) and base.op in "+-"


def _multiplied_out(terms: Sum) -> Sum:
    """The sum without products of sums, where those are short."""
    total = Sum({})
    for term in terms.terms.values():
        total = total.plus(_expanded(term))
    return total


def _expanded(term: Term) -> Sum:
    """A term as a sum of terms without factors that are sums; itself where those are many."""
    whole = Sum.of(term)
    simple = {t: (b, p) for t, (b, p) in term.powers.items() if not (_is_sum(b) and _is_whole(p))}
    product = Sum.of(Term(term.coefficient, simple))
    for text, (base, power) in term.powers.items():
        if text in simple:
            continue
        factor = fold(base, PLAIN.combined)
        for _ in range(int(cast(Fraction, power))):
            if len(product.terms) * len(factor.terms) > MAX_TERMS:
                return whole
            product = _distributed(product, factor)
    return product


def _sums_met(term: Term) -> Term:
    """The term, two sums in it with the same exponent multiplied where that leaves fewer terms."""
    sums = [(text, base, power) for text, (base, power) in term.powers.items() if _is_sum(base)]
    for (text, base, power), (other_text, other, other_power) in combinations(sums, 2):
        if power != other_power:
            continue
        left, right = fold(base, PLAIN.combined), fold(other, PLAIN.combined)
        product = _distributed(left, right)
        if len(product.terms) < len(left.terms) + len(right.terms):
            rest = {t: p for t, p in term.powers.items() if t not in (text, other_text)}
            met = OPENING.raised(product, power)
            return _multiplied(Term(term.coefficient, rest), met)
    return term


def _is_whole(power: Power) -> bool:
    return isinstance(power, Fraction) and power.denominator == 1 and 0 < power <= MAX_TERMS


def _distributed(left: Sum, right: Sum) -> Sum:
    total = Sum({})
    for one in left.terms.values():
        for other in right.terms.values():
            total = total.plus(Sum.of(_multiplied(one, other)))
    return total


def _atom(node: Node) -> Sum:
    """What is neither a sum nor a product nor a power: a name, a call, a conditional, …"""
    if node == Call("log", (Name("e"),)):
        return Sum.of(Term(Fraction(1)))
    expr = cast(Expr, node)
    return Sum.of(Term(Fraction(1), {to_text(expr): (expr, Fraction(1))}))


def _exponential(power: Power) -> Sum:
    """exp(u), whose products and powers are those of e^u."""
    if power == 0:
        return Sum.of(Term(Fraction(1)))
    return Sum.of(Term(Fraction(1), {EXP: (Name(EXP), power)}))


def _multiplied(left: Term, right: Term) -> Term:
    powers = dict(left.powers)
    for text, (base, power) in right.powers.items():
        before = powers.get(text)
        total = power if before is None else _total(before[1], power)
        if total == 0:
            powers.pop(text, None)
        else:
            powers[text] = base, total
    return Term(left.coefficient * right.coefficient, powers)


def _total(left: Power, right: Power) -> Power:
    """The sum of two exponents."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    both = Binary("+", exponent_tree(left), exponent_tree(right))
    return _exponent(fold(both, PLAIN.combined))


def _exponent(terms: Sum) -> Power:
    only = terms.only
    if only is not None and not only.powers:
        return only.coefficient
    return to_tree(terms)


def _exponents(powers: Mapping[str, tuple[Expr, Power]]) -> list[Power]:
    return [power for _, power in powers.values()]


def _times(power: Power, factor: Fraction) -> Power:
    if isinstance(power, Fraction):
        return power * factor
    return _exponent(fold(Binary("*", number(factor), power), PLAIN.combined))


def _exact_power(base: Fraction, power: Fraction) -> Fraction | None:
    """A power of a number whose exponent is a half, where that is rational."""
    if power.denominator != 2 or base <= 0:
        return None
    root = Fraction(isqrt(base.numerator), isqrt(base.denominator))
    return power_of(root, 2 * power) if root * root == base else None
