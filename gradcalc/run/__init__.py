"""From a syntax tree and a point to a trace.

In comes the tree of a program and the values of its inputs in some number system; out goes the
trace of what was computed there: its instructions, their values, and a guard for each comparison
that decided something. GradcalcError where the program can't be run there, Limits where it won't
end.

Read `recorder` first: `record` runs a program, statement by statement. The tree is compiled once
into closures, and each module below adds the expressions it is about to the class of the one
before: `expressions` (numbers, operators), `calls`, `conditions`, `indexing`, `arrays`,
`array_calls` (with `arguments`), `derivatives`, `solvers` (with `unknown` and `isolation`).
`writer` lets formulas of the table write into the running trace, `forms` names what is called but
is not a function, `failures` words the errors, and `point` reads the values of inputs.
"""
