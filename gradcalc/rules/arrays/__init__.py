"""Rows that move or combine elements, each with its linear maps and their transposes.

Statics stand after the arguments: axes are counted from the end, a `key` names a part of an array
by one integer or (start, stop, step) per axis, `old` and `new` are shapes, `rank` is a number of
axes. They describe the primal: a tangent or cotangent may have further axes in front, one entry
per direction, which every row leaves where they are. `array_rule.py` says how an entry is written.
"""

from __future__ import annotations

from gradcalc.rules.arrays.exponentials import EXPONENTIALS
from gradcalc.rules.arrays.linear import LINEAR
from gradcalc.rules.arrays.parts import PARTS
from gradcalc.rules.arrays.products import PRODUCTS
from gradcalc.rules.arrays.shapes import SHAPES
from gradcalc.rules.arrays.singular import SINGULAR
from gradcalc.rules.arrays.sums import SUMS

ARRAYS = (*PARTS, *SHAPES, *SUMS, *PRODUCTS, *LINEAR, *EXPONENTIALS, *SINGULAR)
