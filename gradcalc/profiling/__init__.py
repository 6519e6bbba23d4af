"""Where the time of a run and of its reverse sweep goes, by primitive and by place in the text.

In comes a program and a point; out comes a `Profile`. `clock` measures: many calls of one primitive
as a block, since a clock takes longer than an addition; `profile` puts the blocks beside the whole
run, so that what is not a primitive's own (reading the tree, appending to the trace) is told too.
Of a table that is mapped, `table` tells the phases, and `steps` what the kernel does in them.

Read `profile` first.
"""
