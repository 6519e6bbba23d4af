"""Everything gradcalc knows of its functions: the table of primitives, and what it spans.

In come the kernels of `gradcalc.numbers`; out goes `TABLE`, one `Rule` a function, and the number
systems that have a method for every row (`systems.py`). No other room has a list of functions: what
it needs to know of one is a field of its rule, so adding a function is adding one entry.

Read `rule.py` first, which says what an entry holds, then `elementary.py` for how entries look.
`arithmetic.py`, `inverses.py` and `piecewise.py` are entries too, and so are the special functions
(`gamma.py`, `error_function.py`, `bessel.py`, `incomplete.py`, `special.py`) and the distributions
(`distributions.py`, `fisher.py`, `counts.py`); `arrays/` has the rows that move or combine
elements, `compositions/` the functions of arrays that are made of rows.
"""
