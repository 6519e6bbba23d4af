"""The trace: what a run computed, one instruction after the other (a Wengert list).

In come instructions, appended as they run; out goes a flat list of them that is valid while its
guards hold, and that can be replayed in any number system, differentiated (`modes`), checked
(`checks`) or compiled (`kernels`).

Read `trace` first: the data structure and its invariants. `replay` computes a trace again in other
numbers; `walk` holds every other walk over one (what is needed, what varies, how an interpreter
goes through it). `builder` writes derived traces, sharing what is equal; `elements` unfolds a trace
of arrays into one of scalars; `formula` turns a slot into an expression again; `failures` writes an
operation as people do.
"""
