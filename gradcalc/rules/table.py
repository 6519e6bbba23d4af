"""THE table of primitives: every function gradcalc knows, by name, and views of it.

Nothing is added here but a file of entries; what other rooms ask of a row by its name is derived.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradcalc.rules.arithmetic import ARITHMETIC
from gradcalc.rules.arrays import ARRAYS
from gradcalc.rules.bessel import BESSEL
from gradcalc.rules.counts import COUNTED
from gradcalc.rules.distributions import DISTRIBUTIONS
from gradcalc.rules.elementary import ELEMENTARY
from gradcalc.rules.error_function import ERROR_FUNCTION
from gradcalc.rules.fisher import FISHER
from gradcalc.rules.gamma import GAMMA
from gradcalc.rules.incomplete import INCOMPLETE
from gradcalc.rules.inverses import INVERSES
from gradcalc.rules.matrices import MATRICES
from gradcalc.rules.piecewise import PIECEWISE
from gradcalc.rules.rule import Rule
from gradcalc.rules.special import SPECIAL

TABLE: Mapping[str, Rule] = {
    row.name: row
    for row in (
        *ARITHMETIC,
        *ELEMENTARY,
        *INVERSES,
        *ERROR_FUNCTION,
        *GAMMA,
        *BESSEL,
        *SPECIAL,
        *INCOMPLETE,
        *DISTRIBUTIONS,
        *FISHER,
        *COUNTED,
        *PIECEWISE,
        *MATRICES,
        *ARRAYS,
    )
}

# What a text may call: the rows that are not hidden, by name and by alias.
CALLABLE: Mapping[str, Rule] = {
    name: row for row in TABLE.values() if not row.hidden for name in (row.name, *row.aliases)
}

# The rows behind the signs between two numbers; which row is behind ^ depends on the exponent.
INFIX: Mapping[str, Rule] = {
    row.operator: row for row in TABLE.values() if row.arity == 2 and row.operator not in ("", "^")
}

# Rows of numbers, which work on arrays element by element; and rows of arrays.
SCALAR: Mapping[str, Rule] = {name: row for name, row in TABLE.items() if row.array is None}
ARRAY: Mapping[str, Rule] = {name: row for name, row in TABLE.items() if row.array is not None}

_VARIANT_OF = {variant: row.name for row in TABLE.values() for variant in row.variants.values()}


def call_name(row: Rule) -> str:
    """The name that a text calls a row by: log for logb, which is `log(x, base)`."""
    return _VARIANT_OF.get(row.name, row.name)
