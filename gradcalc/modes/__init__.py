"""Derivatives of a trace by the chain rule.

In comes a trace, the values of its slots in some number system, and which slots or inputs to
differentiate by; out go tangents (forward mode), cotangents (reverse mode), Jacobians, or a new
trace that computes derivatives.

Read `sweeps` first: both modes for scalars, in 100 lines. `arrays` runs the same loops over arrays
and in several directions at once, `jacobian` chooses the cheaper mode for an array's Jacobian, and
`derived` runs a sweep on traced numbers, whose answer is a trace that can be differentiated again.
"""
