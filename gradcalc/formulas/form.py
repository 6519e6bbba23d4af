"""A program as a formula, read off its text where it takes no turns, else off a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gradcalc.answers.request import Options
from gradcalc.errors import GradcalcError, listed, not_used
from gradcalc.formulas.inline import NotOneFormulaError, inlined
from gradcalc.formulas.recorded import element_names, recorded, recorded_anywhere
from gradcalc.language.suggest import nearest
from gradcalc.language.syntax import Call, Expr, Function, Program, is_solver
from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.run.point import Given, Point, point
from gradcalc.run.reading import read_program


@dataclass(frozen=True, slots=True)
class Form:
    """A program's value as a formula in the elements of its inputs.

    `shapes` are those of the inputs by name; `guards` say where the formula holds, none where it
    holds everywhere; `notes` are what is to be said of it.
    """

    value: Expr
    shapes: Mapping[str, Shape]
    guards: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs, in the order of the text."""
        return tuple(self.shapes)

    @property
    def elements(self) -> tuple[str, ...]:
        """The names of all elements of the inputs; a number is its own element."""
        return tuple(
            one for name, shape in self.shapes.items() for one in element_names(name, shape)
        )

    def refuse_unknown(self, names: tuple[str, ...]) -> None:
        """GradcalcError for a name that is not an input."""
        for name in names:
            if name not in self.shapes:
                known = nearest(name, self.names)
                inputs = f"its inputs: {listed(self.names) or 'none'}"
                raise GradcalcError(
                    "unknown-input",
                    f"'{name}' is not an input of the text",
                    hint=f"did you mean {known}?" if known else inputs,
                )

    def place(self, at: Mapping[str, Given], options: Options) -> Point | None:
        """The point with an input for each element; None where it is not complete."""
        if not self.names or any(name not in at for name in self.names):
            return None
        values = {name: at[name] for name in self.names}
        return point(values, typed=options.typed, limits=options.limits).elements()


def read_form(source: str, at: Mapping[str, Given], named: Iterable[str], options: Options) -> Form:
    """Read a program as a formula; `named` are names that are inputs though `at` lacks them.

    GradcalcError where there is no formula, or a point is needed to find it.
    """
    program, places = read_program(source, {*at, *named}, options.limits)
    names = tuple(places)
    _refuse_solvers(program)
    if _has_arrays({name: at[name] for name in names if name in at}, options):
        if left := [name for name in names if name not in at]:
            raise GradcalcError(
                "missing-value",
                f"no value for {listed(left)}, and with arrays the formula is that of a run",
                hint=f"add --at {','.join(f'{name}=…' for name in left)}",
            )
        return _of_a_run(source, names, at, options)
    try:
        value = inlined(program)
    except NotOneFormulaError:
        return _of_a_run(source, names, at, options)
    unused = not_used(name for name in at if name not in names)
    return Form(value, dict.fromkeys(names, ()), (), tuple(unused))


def _has_arrays(at: Mapping[str, Given], options: Options) -> bool:
    values = point(at, typed=options.typed, limits=options.limits).machine().values()
    return any(shape_of(value) for value in values)


def _refuse_solvers(program: Program) -> None:
    """A solution of an equation has derivatives at a point, but is no formula."""
    own = {node.name for node in program.body if isinstance(node, Function)}
    for node in program.walk():
        if isinstance(node, Call) and is_solver(node) and node.function not in own:
            raise GradcalcError(
                "no-formula",
                f"what {node.function} finds is not a formula",
                node.span,
                hint="gradcalc eval has its value and derivatives at a point",
            )


def _of_a_run(
    source: str, names: tuple[str, ...], at: Mapping[str, Given], options: Options
) -> Form:
    """The formula of a run: at the point, or anywhere where there is none."""
    if names and all(name in at for name in names):
        found = recorded(source, at, options)
        return Form(found.value, found.shapes, found.guards, ())
    found = recorded_anywhere(source, names, options)
    example = ",".join(f"{name}=[…]" for name in names)
    note = f"inputs are taken as numbers; for vectors give their values: --at {example}"
    return Form(found.value, found.shapes, found.guards, (note,) if names else ())
