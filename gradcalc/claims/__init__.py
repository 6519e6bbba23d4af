"""Is my gradient right? Claimed derivatives are compared with the true ones.

In come a program's text and what somebody says of its gradient: a formula or a number for each
input (`check.py`), or a table of values and derivatives that another program computed
(`against.py`). Out come a `Verdict`, with what probably went wrong, or a `Comparison`, with the
worst rows.

Read `check.py` first, then `sample.py` (what is claimed and what is true at a point),
`truth.py` (true numbers, and how far off they may be), `tolerance.py` (how near is right) and
`diagnosis.py` (the usual slips: `factors.py` has a wrong sign, `chain.py` a missing factor of the
chain rule, `mistaken.py` a term left out). `criterion.py` and `own.py` are the parts of
`against.py`: when a column's numbers are wrong, and our own columns. `notation.py` and `boxes.py`
read what a user types after --claim, --at and --over.
"""
