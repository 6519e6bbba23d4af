"""Formulas as sums of terms, a term being a number times powers, and the trees of such sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from gradcalc.formulas.trees import ZERO
from gradcalc.language.printer import to_text
from gradcalc.language.spelling import number
from gradcalc.language.syntax import Binary, Call, Expr, Name, Unary

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
        """The term times a number."""
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

    @staticmethod
    def of(term: Term) -> Sum:
        """A sum of one term."""
        return Sum({term.key: term} if term.coefficient else {})

    def plus(self, other: Sum) -> Sum:
        """Both sums, like terms collected."""
        terms = dict(self.terms)
        for key, term in other.terms.items():
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

    def scaled(self, factor: Fraction) -> Sum:
        """The sum times a number, which is not 0."""
        return Sum({key: term.scaled(factor) for key, term in self.terms.items()})


def _text(power: Power) -> str:
    return str(power) if isinstance(power, Fraction) else to_text(power)


def exponent_tree(power: Power) -> Expr:
    """An exponent as a tree."""
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
    below = [_power(b, _opposite(p)) for b, p in powers if _below(b, p)]
    size = abs(term.coefficient)
    whole = number(size)
    if not (isinstance(whole, Binary) and whole.op == "/"):
        if size != 1 or not above:
            above.insert(0, whole)
    else:
        if size.numerator != 1 or not above:
            above.insert(0, number(size.numerator))
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


def _opposite(power: Power) -> Power:
    """-power, of one that stands below the line."""
    if isinstance(power, Fraction):
        return -power
    assert isinstance(power, Unary)
    return power.operand


def _power(base: Expr, power: Power) -> Expr:
    if base == Name(EXP):
        return Call("exp", (exponent_tree(power),))
    if power == 1:
        return base
    if power == HALF:
        return Call("sqrt", (base,))
    return Binary("^", base, exponent_tree(power))


def _joined(factors: list[Expr]) -> Expr:
    tree = factors[0]
    for factor in factors[1:]:
        tree = Binary("*", tree, factor)
    return tree
