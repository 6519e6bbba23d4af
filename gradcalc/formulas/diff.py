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
from gradcalc.errors import Exit
from gradcalc.formulas.derive import derivative, derived
from gradcalc.formulas.equality import Comparison, derivative_at, value_at
from gradcalc.formulas.form import Form, read_form
from gradcalc.formulas.inline import leaves, with_leaves
from gradcalc.formulas.recorded import element_names, shaped
from gradcalc.formulas.shorten import shortest
from gradcalc.language.syntax import Expr, Vector
from gradcalc.run.point import Given, Point, point


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
    named = {name for order in wrt or () for name in order}
    form = read_form(source, given, named, options)
    orders = [(name,) for name in form.names] if wrt is None else list(wrt)
    for order in orders:
        form.refuse_unknown(order)
    place = form.place(given, options)
    made = tuple(_derivative(form, order, raw, place) for order in orders)
    return Formulas(source, form.value, made, form.guards, form.notes)


def _derivative(
    form: Form, order: tuple[str, ...], raw: bool, place: Point | None
) -> DerivativeFormula:
    """One derivative, of each number in the value by each element of the inputs."""
    axes = [element_names(name, form.shapes[name]) for name in order]
    shape = tuple(length for name in order for length in form.shapes[name])
    blocks, proven = [], True
    for leaf in leaves(form.value):
        made = [_number(leaf, by, form.elements, raw) for by in product(*axes)]
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
