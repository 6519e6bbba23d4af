"""Conditions on the points of a box: comparisons by < and >, and equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inputs import Setting
from gradcalc.boxes.paths import PathFunction
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.syntax import Compare, Evaluate
from gradcalc.run.reading import read_program

Arb = Any  # flint.arb
Test = Callable[[Box], bool | None]  # of a box: it certainly holds all over it, nowhere, or None


class Conditions:
    """Functions that must be positive, or may be 0 too (`sides`), and functions that must be 0
    (`equations`): do they hold all over a box?"""

    def __init__(
        self, sides: tuple[tuple[PathFunction, bool], ...], equations: tuple[PathFunction, ...] = ()
    ) -> None:
        self.sides = sides
        self.equations = equations
        self._tests = [sign_test(side, may_be_zero=closed) for side, closed in sides]

    def __call__(self, box: Box) -> bool | None:
        """Certainly all over it, nowhere, or None."""
        return _all([self.within(box), self.solved(box)])

    def within(self, box: Box) -> bool | None:
        """Do the inequalities hold?"""
        return _all([test(box) for test in self._tests])

    def solved(self, box: Box) -> bool | None:
        """Do the equations hold?"""
        return _all([_is_zero(equation, box) for equation in self.equations])


def conditions(
    setting: Setting, texts: tuple[str, ...], option: str, *, equations: bool = False
) -> Conditions:
    """The conditions of some texts, which came by `option`. GradcalcError for what is not a
    comparison, and for an equation, unless `equations` may be met."""
    sides: list[tuple[PathFunction, bool]] = []
    equal: list[PathFunction] = []
    for text in texts:
        for op, source in _compared(setting, text, option):
            if op != "==":
                sides.append((setting.function(source), "=" in op))
            elif equations:
                equal.append(setting.function(source))
            else:
                raise GradcalcError(
                    "bad-condition",
                    "no point can be proven to fulfil an equation here",
                    hint="solve it for an input and put that into the formula",
                    source=text,
                )
    if len(equal) > len(setting.names):
        raise GradcalcError(
            "bad-condition",
            f"there are {len(equal)} equations for {len(setting.names)} inputs",
            hint="gradcalc solve finds the points that fulfil equations",
            source="",
        )
    return Conditions(tuple(sides), tuple(equal))


def _compared(setting: Setting, text: str, option: str) -> Iterator[tuple[str, str]]:
    """Each comparison of a condition, with the formula that must be positive, or 0."""
    program, _ = read_program(text, {*setting.names, *setting.held}, setting.limits)
    last = program.body[-1]
    tree = last.value if isinstance(last, Evaluate) else None
    if not isinstance(tree, Compare) or len(program.body) > 1 or "!=" in tree.ops:
        raise GradcalcError(
            "bad-condition",
            "a condition must compare two sides with < or >",
            hint=f'write {option} "y > 0"',
            source=text,
        )
    for op, left, right in zip(tree.ops, tree.operands, tree.operands[1:], strict=False):
        more, less = (right, left) if op in ("<", "<=") else (left, right)
        yield op, f"({to_text(more)}) - ({to_text(less)})"


def sign_test(side: PathFunction, *, may_be_zero: bool) -> Test:
    """Is the function positive?"""

    def test(box: Box) -> bool | None:
        try:
            value = side.value(box)
        except NotEnclosedError as error:
            return False if error.empty else None
        if value > 0 or (may_be_zero and value >= 0):
            return True
        return False if value < 0 or (not may_be_zero and value <= 0) else None

    return test


def _is_zero(equation: PathFunction, box: Box) -> bool | None:
    try:
        value = equation.value(box)
    except NotEnclosedError as error:
        return False if error.empty else None
    if value.is_zero():
        return True
    return None if value.contains(0) else False


def _all(outcomes: list[bool | None]) -> bool | None:
    if False in outcomes:
        return False
    return None if None in outcomes else True
