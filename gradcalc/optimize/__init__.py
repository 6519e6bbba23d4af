"""`minimize`: down from a start, to a point that is refined and certified.

In come a program, a start, bounds and constraints; out comes a `Minimum`: the point with its
digits, the path to it, why it stopped, and its certificate: a proven minimum, maximum or saddle,
degenerate, or not proven. Optimizers are scipy's (extra `fast`), fed with exact derivatives.

    minimize      all together; read it first; ending makes the end an answer
    layout        the unknowns as one vector
    objective     value, gradient and Hessian of that vector
    methods       scipy's optimizers, and Newton steps at the end
    training      gradient descent, momentum and Adam, as PyTorch steps
    constraints   conditions as they are written
    refinement    the point in big numbers
    certificate, constrained    what balls prove of it; the same under constraints
    path, minimum the iterates, the answer
"""
