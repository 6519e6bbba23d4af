"""The run as a graph: local derivatives, passes, paths, folds, rails and layers, undrawn.

A result comes in. `local` has the edges of its trace, each with the local derivative at the point;
`passes` tells what both modes do with them, step by step; `paths` counts and weighs the ways from
an input to the value. `folding` finds what repeats, and `graph` puts steps and folds together as
nodes. `rails` and `layered` say where they stand, in lanes beside a table or in layers of a
picture. What they look like is the business of `views`.

Read `graph` first, then `paths`.
"""
