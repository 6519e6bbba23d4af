"""Theorems over whole boxes: enclosures of a function's derivatives, and what they prove.

In come a trace and a box (a ball of Arb's for each input); out come balls that hold every value,
gradient and Hessian that the function has in the box, and proofs made of them: that a box holds
exactly one root, that a matrix is definite for every point of a box, that a point is a minimum.
Needs python-flint (extra `proof`); all work stands inside `numbers.ranges.working(bits)`.

    function, paths    a trace over boxes: value, gradient, Hessian (read it first); each its way
    tape               the steps of a trace over balls, fast
    forms              what lies over a part of a box, by several enclosures; kinks included
    parts, search, workers    parts of a box, the most promising first, by all cores
    krawczyk, roots    exactly one root of a system in a box; all of them
    inertia            how many eigenvalues are certainly positive, negative
    stationary         a proven minimum, maximum or saddle
    multipliers        the same under constraints
    minimize, minimum  the global minimum over a box; of it minima is what is asked of each part,
                       examine how that is found out, with lowering and descent (low values),
                       valleys (second derivatives), dual (constraints), clusters (what is left)
    stationary_points  all of them in a box, with their kinds
    solve, solution    equations as they are written, and their roots
    cover, freedom     what holds all over a box; that it is free of kinks, poles, overflow
    floats             a run over a box as float64 computes it
    elements           inputs that are arrays, by their elements
    inputs             what a question about a box is asked with
    extremes, steepness, curvature    least and greatest values, of derivatives too; convexity
    bound, extents     the ranges of a formula, and what follows of them
"""
