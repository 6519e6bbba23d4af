"""Inputs that are arrays, by their elements: a side of the box for each, named v[0], A[0, 1]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.trace.elements import element_name, indices

ELEMENT = re.compile(r"(\w+)\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]")
MAX_SIDES = 1000


def array_of(name: str) -> str:
    """The input that an element belongs to; of a number, its own name."""
    match = ELEMENT.fullmatch(name)
    return match[1] if match else name


def arrays_of(names: Iterable[str]) -> tuple[str, ...]:
    """The inputs that these names are elements of, each once."""
    return tuple(dict.fromkeys(map(array_of, names)))


def gathered(values: Mapping[str, float]) -> dict[str, Any]:
    """Elements put together: {"v[0]": 1, "v[1]": 2, "x": 3} are a vector v and a number x."""
    arrays: dict[str, Any] = {}
    for name, value in values.items():
        index = _index(name)
        if not index:
            arrays[name] = value
            continue
        import numpy as np

        if array_of(name) not in arrays:
            arrays[array_of(name)] = np.zeros(_shape(array_of(name), values))
        arrays[array_of(name)][index] = value
    return arrays


def in_order(names: Iterable[str]) -> list[str]:
    """The names as arrays have them, element by element. GradcalcError where one is missing."""
    spelt = {_spelling(name): name for name in names}
    order: list[str] = []
    for array in arrays_of(spelt):
        if array in spelt:
            elements = [array]
        else:
            elements = [element_name(array, k) for k in indices(_shape(array, spelt))[:MAX_SIDES]]
        for element in elements:
            if element not in spelt:
                raise GradcalcError(
                    "bad-box",
                    f"{element} has no bounds",
                    hint=f"each element of {array} needs bounds: add --over {element}=-1:1",
                )
        order += [spelt[element] for element in elements]
    return order


def _index(name: str) -> tuple[int, ...]:
    match = ELEMENT.fullmatch(name)
    return tuple(map(int, match[2].split(","))) if match else ()


def _spelling(name: str) -> str:
    return element_name(array_of(name), _index(name))


def _shape(array: str, names: Iterable[str]) -> tuple[int, ...]:
    found = [_index(name) for name in names if array_of(name) == array]
    return tuple(max(column) + 1 for column in zip(*found, strict=False))
