"""The kinds of number that a computation can be run with, each behind the same small protocol.

In come numbers of some library (Python's float, NumPy, mpmath, sympy, registers of LLVM); out go
functions that treat every edge alike: real numbers only, ValueError outside a domain, IEEE's
infinities. This room knows no table: `gradcalc.rules.systems` fills the systems with the kernels
of its rows.

Read `system.py` first, the protocol. `machine.py` is float64, `vector.py` its columns, `big.py`
mpmath, `midrad.py` mpmath with a bound of its rounding, `balls.py` enclosures by Arb, `extended.py`
longdouble, `symbolic.py` sympy, `traced.py` slots of a trace, `native.py` machine code; `arrays.py`
lifts any of them to arrays, with the kernels of `reductions.py`, `linear.py` and `determinants.py`.
"""
