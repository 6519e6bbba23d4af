"""Value and derivatives for every row of a table: the command `map`.

In come readers of tables, a kernel and a writer; out goes the table with columns added, and a
summary of what was counted. A table is never held whole: pieces of it pass through in order.

Read `mapping` first: read, compute, write. `kinks` looks again at rows where a kernel's answer is
in doubt, `sample` checks some rows in full, as `eval` would (`proven`), most of them `ahead` of the
table's end; `summary` adds up the counts, and `cluster` runs the parts of large tables as tasks of
Dask.
"""
