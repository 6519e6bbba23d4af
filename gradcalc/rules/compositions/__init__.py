"""Functions of arrays as what they are made of: formulas over rows, recorded step by step.

A composition needs no derivative of its own: a call records the rows that its formula is made of.
The formula takes a system of traced numbers `n` and arrays that know their shape, and raises
ShapeError where they don't fit. Adding a function is adding one entry at the end of the module it
belongs to; start with `composition.py`, which says how an entry is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradcalc.rules.compositions.composition import Composition
from gradcalc.rules.compositions.interpolation import INTERPOLATION
from gradcalc.rules.compositions.learning import LEARNING
from gradcalc.rules.compositions.making import MAKING
from gradcalc.rules.compositions.operands import axes_of
from gradcalc.rules.compositions.products import PRODUCTS, matmul
from gradcalc.rules.compositions.reductions import REDUCTIONS
from gradcalc.rules.compositions.sequences import SEQUENCES

__all__ = ["COMPOSITIONS", "REDUCING", "Composition", "matmul"]

COMPOSITIONS: Mapping[str, Composition] = {
    entry.name: entry
    for entry in (*REDUCTIONS, *SEQUENCES, *MAKING, *PRODUCTS, *LEARNING, *INTERPOLATION)
}

# What one argument makes of rows that otherwise compare their arguments: max(v), but max(x, y).
REDUCING: Mapping[str, Callable[..., Any]] = {
    "max": lambda n, x, axis: n.maximum(x, axes_of(x, axis)) if x.shape else x,
    "min": lambda n, x, axis: n.minimum(x, axes_of(x, axis)) if x.shape else x,
}
