"""`fit`: nonlinear least squares with exact derivatives.

In comes a formula, tables whose columns it reads, and a target; out comes a `Fit`: parameters with
standard errors, the digits of both, and what else the data say about them.

Read `fit.py` first, which goes through all steps to an `answer`, then `solved`, how a minimum is
found and its digits are counted. `data` reads tables, `refusals` refuses what can't be fitted;
`problem` is the sum of squares with its derivatives, row by row or in blocks, `gram` its sums over
all rows. `linear` finds the parameters that a least-squares solve gives, `starts` draws starting
values, `descents` goes down from one, `newton` takes the last steps. `refinement` computes the
minimum in big numbers and so counts digits; `statistics` is all that follows from the derivatives
there.
"""
