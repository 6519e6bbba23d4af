"""What is said when an instruction can't be carried out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.language.parser import is_latex
from gradcalc.language.printer import to_text
from gradcalc.language.suggest import IMAGINARY, as_product, by_parts, nearest
from gradcalc.language.syntax import Compare, Logic, Name, Not
from gradcalc.numbers.shapes import (
    AsymmetricError,
    ShapeError,
    SingularError,
    broadcast,
    described,
    shape_of,
)
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import machine_numbers
from gradcalc.rules.table import call_name
from gradcalc.trace.failures import formatted
from gradcalc.trace.trace import Trace

_ARROW = re.compile(r"([^\W\d]\w*)\s*<-\s*(\S.*)", re.DOTALL)  # R's x <- 3


def unknown_name(node: Name, scope: Mapping[str, int]) -> GradcalcError:
    """A name that is neither assigned nor given, with what it may have been."""
    known = nearest(node.name, sorted(scope))
    product = as_product(node.name, set(scope))
    hint = f"did you mean {known}?" if known else f"give it a value: --at {node.name}=…"
    if product:
        hint = f"for a product, write {product}"
    if node.name in IMAGINARY:
        hint += f"; {by_parts(node.name)}"
    return GradcalcError("unknown-name", f"'{node.name}' has no value", node.span, hint=hint)


def condition_as_value(node: Compare | Logic | Not, source: str) -> GradcalcError:
    """A condition where a number is needed, which may be meant as an assignment: `x <- 3`."""
    chosen = f"1 if {to_text(node)} else 0"
    hint, meant = f"choose a value with it: {chosen}", f"({chosen})"
    if found := _ARROW.fullmatch(source[node.span.start : node.span.end]):
        meant = f"{found[1]} = {found[2]}"
        hint = f"for an assignment, write {meant}"
    return GradcalcError(
        "condition-as-value",
        "a condition can't be used as a number",
        node.span,
        hint=hint,
        proposals=() if is_latex(source) else (node.span.rewritten(source, meant),),
    )


def outside(trace: Trace, row: Rule, slots: tuple[int, ...], span: Span) -> GradcalcError:
    """The error of an instruction whose arguments lie outside its domain."""
    given, where = [trace.values[slot] for slot in slots], ""
    if any(shape_of(value) for value in given):
        given, where = _first_outside(row, given)
    shown = formatted(row, given) if row.array is None else row.name
    if row.operator not in ("", "^"):
        return GradcalcError(
            "undefined", f"{shown}{where} is not a number", span, exit=Exit.NO_ANSWER
        )
    name = "x^y" if row.operator else call_name(row)
    return GradcalcError(
        "domain",
        f"{shown}{where} has no real value: {name} is defined for {row.domain}",
        span,
        hint=row.outside or None,
        exit=Exit.NO_ANSWER,
    )


def _first_outside(row: Rule, given: list[Any]) -> tuple[list[Any], str]:
    """The first elements that the row has no value for, and where they stand."""
    import numpy as np

    if row.array is not None:
        return given, ""
    kernel = getattr(machine_numbers(), row.name)
    spread = np.broadcast_arrays(*given)
    for index in np.ndindex(*spread[0].shape):
        numbers = [float(array[index]) for array in spread]
        try:
            value = kernel(*numbers)
        except (ValueError, ArithmeticError):
            value = float("nan")
        if math.isnan(value) and not any(map(math.isnan, numbers)):
            return numbers, f" (element {list(index)})"
    return [array.flat[0] for array in spread], ""


def unfit(row: Rule, shapes: list[tuple[int, ...]], error: Exception, span: Span) -> GradcalcError:
    """The error of shapes that do not fit, or of a matrix that can't be inverted or factored."""
    if isinstance(error, AsymmetricError):
        return GradcalcError("asymmetric", str(error), span, exit=Exit.NO_ANSWER)
    if isinstance(error, SingularError):
        hint = (
            "check whether a row is a combination of others"
            if row.name in ("inv", "solve")
            else None
        )
        return GradcalcError("singular", str(error), span, hint=hint, exit=Exit.NO_ANSWER)
    told = str(error)
    if isinstance(error, ShapeError) and row.operator:
        told += f" for {row.operator}"
    return GradcalcError("shape", told, span, hint=_fitting(shapes))


def _fitting(shapes: list[tuple[int, ...]]) -> str:
    """What may have been meant."""
    if len(shapes) == 2 and len(shapes[0]) == len(shapes[1]) == 2:
        try:
            broadcast(shapes[0], shapes[1][::-1])
        except ShapeError:
            return "write @ for the matrix product, A.T for the transpose"
        return "does one need transposing? write A.T"
    return "each pair of sizes must be equal, or one of them 1"


def not_an_integer(what: str, value: Any, span: Span) -> GradcalcError:
    """The error of an index, a size, an axis or a loop bound that counts nothing whole."""
    shape = shape_of(value)
    return GradcalcError(
        "not-an-integer",
        f"{what} must be an integer, not {described(shape) if shape else float(value)}",
        span,
        hint=None if shape else "round it: floor(…)",
    )
