"""Formulas that cancel, absorb, bend and break, judged against an oracle of 1,200 digits.

`python -m tests.fuzz.formulas --count 100000 --seed 2026` evaluates random formulas at the point
where they are in trouble and beside it, scaled by up to 1e±300 in their input and their output,
with python-flint and without it. What is wrong is printed: a digit that is counted and not right, a
status that is not true, a derivative where none exists, a reference that is none.

`generator.py` makes them, as `trees.py`; `truth.py` is the oracle, by `sides.py` and
`functions.py`, which know nothing of gradcalc; `judgement.py` compares.
"""
