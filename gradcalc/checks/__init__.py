"""The checks of a float64 answer: how many digits are right, and do independent ways agree?

In come a trace, the exact point it ran at, and the inputs to differentiate by; out come big numbers
(`Reference`, `Proof`), one-sided derivatives (`OneSided`), and what was compared (`Checks`).

Read `reference.py` first: the replay in big numbers until its digits no longer change. `proof.py`
compares both modes and sympy (`symbolic.py`, `sympy_values.py`) with it; `kinks.py` says where
rules alone are in doubt, and `probe.py` (by small steps) and `onesided.py` (by algebra on both
`sides.py`; `neighbourhoods.py` of any order) tell what is true there, from the source alone. For
arrays too large for big numbers there are `extended.py` and `sampled.py`.
What goes wrong is explained by `faults.py` and `notes.py`, and mended by `advice.py` with the
rewrites of `rewrites.py`. `identity.py` asks sympy whether a claimed formula is the derivative.
"""
