"""The elements of answers: what they are called, and which of them are worth naming."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.big import brief
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.elements import element_name
from gradcalc.views import names
from gradcalc.views.numbers import shortest

Index = tuple[Any, ...]


def split(row: Derivative, index: Index) -> tuple[Index, Index]:
    """An index of a Jacobian as those of the value and of the input."""
    rank = np.ndim(row.gradient) - np.ndim(row.at)
    return index[:rank], index[rank:]


def derivative_name(result: Result, row: Derivative, index: Index) -> str:
    """What an element of a derivative is called: `∂/∂v[1]`, `∂f[0]/∂v[1]`."""
    of, by = (element_name("", part) for part in split(row, index))
    return names.derivative(result, row, of, by)


def doubted(result: Result, row: Derivative) -> Any:
    """By element: are there digits that are wrong?"""
    if row.digits is None:
        return np.zeros(np.shape(row.gradient), dtype=bool)
    return np.asarray(row.digits) < result.full_digits


def worth_naming(result: Result) -> list[str]:
    """The elements that are not smooth, then those that lost digits, the worst first."""
    rough = [text for row in result.derivatives for text in _rough(result, row)]
    lost: list[tuple[float, str]] = list(_lost_of_value(result))
    for row in result.derivatives:
        lost += _lost(result, row)
    return rough + [text for _, text in sorted(lost, key=lambda pair: pair[0])]


def _rough(result: Result, row: Derivative) -> Iterator[str]:
    if not shape_of(row.gradient):
        return
    for index, part in zip(np.ndindex(row.gradient.shape), row.parts, strict=False):
        if part.status != "smooth":
            yield f"{derivative_name(result, row, index)}: {part.status} {ends(part)}"


def ends(row: Derivative) -> str:
    """The derivatives on both sides: `[-1, 1]`."""
    return f"[{', '.join('none' if s is None else shortest(s) for s in (row.left, row.right))}]"


def _lost(result: Result, row: Derivative) -> Iterator[tuple[float, str]]:
    for index in np.argwhere(doubted(result, row)).tolist():
        place = tuple(index)
        part = _part(row, place)
        if part.status == "smooth":
            count = int(np.asarray(row.digits)[place])
            true = part.reference if isinstance(part.reference, str) else None
            yield count, f"{derivative_name(result, row, place)}: {_counted(count, true)}"


def _part(row: Derivative, index: Index) -> Derivative:
    """The derivative of one element, or of all where they were not proven one by one."""
    if not row.parts or not shape_of(row.gradient):
        return row
    return row.parts[int(np.ravel_multi_index(index, row.gradient.shape))]


def _lost_of_value(result: Result) -> Iterator[tuple[float, str]]:
    if not shape_of(result.value) or result.digits is None:
        return
    lost = (np.asarray(result.digits) < result.full_digits) & np.isfinite(result.value)
    for index in np.argwhere(lost).tolist():
        true: Any = result.reference
        for k in index if true is not None else ():
            true = true[k]
        count = int(result.digits[tuple(index)])
        yield count, f"{element_name('value', tuple(index))}: {_counted(count, true)}"


def _counted(count: int, true: str | None) -> str:
    digits = "1 digit" if count == 1 else f"{count} digits"
    return digits + (f", truly {brief(true)}" if true else "")
