"""Theorems over whole boxes: what a formula and its derivatives are at every point of one.

In come a program and a box (a ball of Arb's for each input); out come balls that hold all values,
and proofs made of them. Needs python-flint (extra `proof`), at the precision of `ranges.working`.

    function (read it first), recording, norms, guards, paths, tape, elements    a trace over boxes
    forms, steepness, choices, inputs       what is known over a part of a box, kinks included
    parts, search, workers, marks           parts of a box, the most promising first, by all cores
    krawczyk, inertia, stationary, multipliers    one root; a proven minimum, maximum or saddle
    solve: roots, equations, newton; stationary_points    all of them in a box
    minimize: minima, examine, lowering, descent, valleys, dual, clusters    the global minimum
    conditions, feasible, ridges, pinned    and where it is subject to conditions
    bound: extremes, curvature, composition, extents    ranges, and what follows of them
    cover, freedom, floats, smoothing, equality        what holds all over a box, of float64 too
"""
