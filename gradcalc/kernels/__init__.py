"""The compiler: a program as a kernel that computes value and derivatives for whole columns.

In comes the text of a program, whose inputs are columns of float64 or numbers that are the same in
all rows; out go arrays: the value, the gradient, and the second derivatives if wanted.

Read `kernel` first, then `call`, which follows one call through everything else: `program` records
the run of a row; `tree` and `paths` find which rows take the same way through branches and loops;
`lowering` differentiates that way once, as a trace; `peephole` rewrites it into fewer steps;
`schedule` makes it steps over a few buffers, NumPy's or `functions` of machine code; `codegen` and
`branching` make all of it machine code, with a `writer` of loops over rows, that `llvm` compiles
where llvmlite is installed and a `team` of threads shares out; `ready` has it run again by a
shorter way, `sums` adds up what it computes. `ufuncs` are the rows of the table as NumPy steps,
`rows` the answer of a call; `deciders` are the numbers whose signs make breaks, as columns; `arrow`
takes record batches, and `longdouble` computes all of it again in wider floats.
"""
