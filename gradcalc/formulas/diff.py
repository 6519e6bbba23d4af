"""Derivatives as formulas: derived by the laws, written as short as they come, and compared.

Each formula that is shown has the value of the derivative by automatic differentiation, at several
points and to 30 digits: laws, tidying and sympy's transformations are all behind that comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any

from gradcalc.answers.request import Names, Options, names_of
from gradcalc.checks.reference import to_float
from gradcalc.errors import Exit, blaming
from gradcalc.formulas.derive import derivative, derived
from gradcalc.formulas.equality import Comparison, Values
from gradcalc.formulas.form import Form, read_form
from gradcalc.formulas.inline import leaves, with_leaves
from gradcalc.formulas.latex import to_latex
from gradcalc.formulas.recorded import element_names, shaped
from gradcalc.formulas.shorten import shortest
from gradcalc.formulas.tidy import tidy
from gradcalc.language import to_text
from gradcalc.language.syntax import Expr, Name, Vector
from gradcalc.notebook import briefs, cut
from gradcalc.run.point import Given, Point


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

    @property
    def key(self) -> str:
        """Its name in `Formulas.formulas` and in JSON: the inputs it is taken by, in turn."""
        return ",".join(self.by)

    def __str__(self) -> str:
        return to_text(self.formula)


@dataclass(frozen=True, slots=True)
class Formulas:
    """A program as a formula, and its derivatives; `guards` say where that formula holds."""

    source: str
    value: Expr
    derivatives: tuple[DerivativeFormula, ...]
    guards: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def formulas(self) -> dict[str, str]:
        """Each derivative as a text that can be read again, by its key."""
        return {row.key: str(row) for row in self.derivatives}

    def latex(self) -> str:
        """The formula and its derivatives as lines of an `aligned` environment of LaTeX."""
        rows = [rf"{_latex_label(row)} &= {to_latex(row.formula)}" for row in self.derivatives]
        lines = [rf"f &= {to_latex(self.value)}", *rows]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def __repr__(self) -> str:
        proven = "proven" if all(row.proven for row in self.derivatives) else "NOT proven"
        return f"Formulas({cut(self.source)}: {briefs(self.formulas)}; {proven})"

    def _repr_latex_(self) -> str:
        """The mathematics for notebooks."""
        return f"$${self.latex()}$$"

    @property
    def exit(self) -> Exit:
        """Negative where a formula was not found equal to the derivative."""
        return Exit.OK if all(one.proven for one in self.derivatives) else Exit.VERDICT


def _latex_label(row: DerivativeFormula) -> str:
    power = f"^{{{len(row.by)}}}" if len(row.by) > 1 else ""
    runs = [(name, len(list(run))) for name, run in groupby(row.by)]
    below = " ".join(
        rf"\partial {to_latex(Name(name))}" + (f"^{{{count}}}" if count > 1 else "")
        for name, count in runs
    )
    return rf"\frac{{\partial{power} f}}{{{below}}}"


def diff(
    source: str,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Sequence[Names] | None = None,
    raw: bool = False,
    options: Options | None = None,
) -> Formulas:
    """The derivatives of a program as formulas.

    Each of `wrt` is a sequence of inputs to differentiate by in turn, "x,x,y" too (all inputs by
    themselves, unless told). `at` is needed where the course of the run, or the shape of an input,
    depends on it; where it is complete, the formulas are evaluated there. `raw` leaves them as the
    laws derive them. GradcalcError where there is no formula.

    >>> diff("x^2*sin(3x)").formulas
    {'x': '2*x*sin(3*x) + 3*x^2*cos(3*x)'}
    >>> diff("x^3*y^2", wrt=["x,x,y"]).formulas
    {'x,x,y': '12*x*y'}
    """
    options, given = options or Options(), at or {}
    orders = [order for one in wrt or () if (order := names_of(one))]
    with blaming(source):
        form = read_form(source, given, {name for order in orders for name in order}, options)
        if wrt is None:
            orders = [(name,) for name in form.names]
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
    known = Values(formula).at(place)
    return float("nan") if known is None else to_float(known.number)


def _number(u: Expr, by: tuple[str, ...], names: Sequence[str], raw: bool) -> tuple[Expr, bool]:
    """∂u/∂by, and whether it was found equal to what automatic differentiation says."""
    truth = Comparison(names, Values(u, by))
    plain = derived(derivative(u, by[:-1]), by[-1])
    if raw:
        return plain, truth.proves(plain)
    return shortest(plain, tidy(plain), truth)
