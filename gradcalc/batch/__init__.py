"""Value and derivatives for every row of a table.

A program is recorded at a row; its derivatives are taken once, as a trace; that trace becomes a
schedule of array kernels over a few buffers, run block by block on all cores. Where branches or
loops depend on the row, each way through the program is a path of its own.
"""
