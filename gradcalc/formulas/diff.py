"""Derivatives as formulas: derived by the laws, written as short as they come, and compared.

Each formula that is shown has the value of the derivative by automatic differentiation, at several
points and to 30 digits: laws, tidying and sympy's transformations are all behind that comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from gradcalc.answers.request import Options
from gradcalc.checks.reference import to_float
from gradcalc.errors import Exit, GradcalcError
from gradcalc.formulas.derive import derivative, derived
from gradcalc.formulas.equality import Comparison, derivative_at, value_at
from gradcalc.formulas.inline import NotOneFormulaError, inlined, leaves, with_leaves
from gradcalc.formulas.recorded import Recorded, element_names, recorded, recorded_anywhere, shaped
from gradcalc.formulas.sympy_forms import QUICK, THOROUGH, forms
from gradcalc.formulas.tidy import tidy
from gradcalc.formulas.trees import children
from gradcalc.language import to_text
from gradcalc.language.suggest import nearest
from gradcalc.language.syntax import Binary, Expr, Node, Vector
from gradcalc.run.point import Given, Point, point
from gradcalc.run.reading import read_program

SHORT = 24  # characters: what is no longer, and has no fraction in a fraction, is short enough
READABLE = 40  # characters: what is no longer is not worth the time that simplify takes
LONG = 800  # characters: what is longer takes sympy more time than it is worth


@dataclass(frozen=True, slots=True)
class DerivativeFormula:
    """∂value/∂(each of `by` in turn) as a formula; of vectors, a vector or a matrix of formulas.

    `proven` says whether all of it was found equal to the derivative by automatic differentiation;
    `at` is its value at the point, the true one rounded, as numbers in nested tuples.
    """

    by: tuple[str, ...]
    formula: Expr
    proven: bool
    at: Any = None


@dataclass(frozen=True, slots=True)
class Formulas:
    """A program as a formula, and its derivatives; `guards` say where that formula holds."""

    source: str
    value: Expr
    derivatives: tuple[DerivativeFormula, ...]
    guards: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def exit(self) -> Exit:
        """Negative where a formula was not found equal to the derivative."""
        return Exit.OK if all(one.proven for one in self.derivatives) else Exit.VERDICT


def diff(
    source: str,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Sequence[tuple[str, ...]] | None = None,
    raw: bool = False,
    options: Options | None = None,
) -> Formulas:
    """The derivatives of a program as formulas.

    Each of `wrt` is a sequence of inputs to differentiate by in turn (all inputs by themselves,
    unless told). `at` is needed where the course of the run, or the shape of an input, depends on
    it; where it is complete, the formulas are evaluated there. `raw` leaves them as the laws derive
    them. GradcalcError where there is no formula.
    """
    options, given = options or Options(), at or {}
    named = {*given, *(name for order in wrt or () for name in order)}
    program, places = read_program(source, named, options.limits)
    names = tuple(places)
    orders = [(name,) for name in names] if wrt is None else list(wrt)
    for order in orders:
        _refuse_unknown(order, names)
    try:
        form = Recorded(inlined(program), dict.fromkeys(names, ()))
        notes = [f"{name} is given but not used" for name in given if name not in names]
    except NotOneFormulaError:
        form, notes = _recorded(source, names, given, options)
    place = _place(names, given, options) if names else None
    made = tuple(_derivative(form, order, raw, place) for order in orders)
    return Formulas(source, form.value, made, form.guards, tuple(notes))


def _recorded(
    source: str, names: tuple[str, ...], at: Mapping[str, Given], options: Options
) -> tuple[Recorded, list[str]]:
    """The formula of a run, and what is to be said of it."""
    if names and all(name in at for name in names):
        return recorded(source, at, options), []
    form = recorded_anywhere(source, names, options)
    example = ",".join(f"{name}=[…]" for name in names)
    note = f"inputs are taken as numbers; for vectors give their values: --at {example}"
    return form, [note] if names else []


def _place(names: tuple[str, ...], at: Mapping[str, Given], options: Options) -> Point | None:
    """The point with an input for each element; None where it is not complete."""
    if any(name not in at for name in names):
        return None
    values = {name: at[name] for name in names}
    return point(values, typed=options.typed, limits=options.limits).elements()


def _refuse_unknown(order: tuple[str, ...], names: tuple[str, ...]) -> None:
    for name in order:
        if name not in names:
            known = nearest(name, names)
            raise GradcalcError(
                "unknown-input",
                f"'{name}' is not an input of the text",
                hint=f"did you mean {known}?"
                if known
                else f"its inputs: {', '.join(names) or 'none'}",
            )


def _derivative(
    form: Recorded, order: tuple[str, ...], raw: bool, place: Point | None
) -> DerivativeFormula:
    """One derivative, of each number in the value by each element of the inputs."""
    axes = [element_names(name, form.shapes[name]) for name in order]
    shape = tuple(length for name in order for length in form.shapes[name])
    every = [one for name, its in form.shapes.items() for one in element_names(name, its)]
    blocks, proven = [], True
    for leaf in leaves(form.value):
        made = [_number(leaf, by, every, raw) for by in product(*axes)]
        blocks.append(shaped([formula for formula, _ in made], shape))
        proven = proven and all(ok for _, ok in made)
    formula = with_leaves(form.value, blocks)
    value = None if place is None else _nested_values(formula, place)
    return DerivativeFormula(order, formula, proven, value)


def _nested_values(formula: Expr, place: Point) -> Any:
    """The true value of each number of a formula, rounded; nan where it has none."""
    if isinstance(formula, Vector):
        return tuple(_nested_values(item, place) for item in formula.items)
    known = value_at(formula, place)
    return float("nan") if known is None else to_float(known.value)


def _number(u: Expr, by: tuple[str, ...], names: Sequence[str], raw: bool) -> tuple[Expr, bool]:
    """∂u/∂by, and whether it was found equal to what automatic differentiation says."""
    truth = Comparison(names, lambda at: derivative_at(u, by, point(at)))
    plain = derived(derivative(u, by[:-1]), by[-1])
    if raw:
        return plain, truth.proves(plain)
    return shortest(plain, truth)


def shortest(plain: Expr, truth: Comparison) -> tuple[Expr, bool]:
    """The shortest of a formula's forms that has the true values; is there one at all?"""
    tidied = tidy(plain)
    candidates = [tidied]
    length = len(to_text(tidied))
    if SHORT < length <= LONG or (length <= SHORT and _has_nested_quotient(tidied)):
        candidates += [tidy(form) for form in forms(tidied, QUICK)]
        if min(len(to_text(one)) for one in candidates) > READABLE:
            candidates += [tidy(form) for form in forms(tidied, THOROUGH)]
    # Of equally short forms the first one: our own tidying keeps what was typed in its order.
    for candidate in sorted(dict.fromkeys(candidates), key=lambda one: len(to_text(one))):
        if truth.proves(candidate):
            return candidate, True
    return (plain, True) if truth.proves(plain) else (tidied, False)


def _has_nested_quotient(root: Node) -> bool:
    """Does a quotient stand inside another?"""
    waiting = [(root, False)]
    while waiting:
        node, inside = waiting.pop()
        quotient = isinstance(node, Binary) and node.op == "/"
        if quotient and inside:
            return True
        waiting += [(child, inside or quotient) for child in children(node)]
    return False
