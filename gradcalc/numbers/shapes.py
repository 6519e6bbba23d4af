"""Shapes of arrays, as plain tuples: which match, and how messages write them."""

from __future__ import annotations

from typing import Any

Shape = tuple[int, ...]

# Of an array that a person has: a Hessian of its elements has three times as many, and NumPy allows
# 32 in its older versions.
MAX_AXES = 8


class ShapeError(ValueError):
    """Shapes that don't match, or that a function doesn't take; the message says which."""


class OutsideError(ValueError):
    """Numbers that a function made of others is not defined for: a message and a remedy."""


class SingularError(ValueError):
    """A matrix that has no inverse, or no factor; the message says why."""


class AsymmetricError(SingularError):
    """A matrix that should be symmetric and is not."""


def shape_of(number: Any) -> Shape:
    """The shape of an array; () for a number alone. It needs no NumPy."""
    shape: Shape = getattr(number, "shape", ())
    return shape


def chosen(holds: Any, then: Any, other: Any) -> Any:
    """`then` where a condition holds, else `other`: of a number, or element by element."""
    if not shape_of(holds):
        return then if holds else other
    import numpy as np

    return np.where(holds, then, other)


def shown(shape: Shape) -> str:
    """A shape as people write it: (3) is a vector, 2x3 a matrix of two rows."""
    return "x".join(map(str, shape)) if len(shape) != 1 else f"({shape[0]})"


def described(shape: Shape) -> str:
    """What has this shape, in words: a number, a vector of 3, a 2x3 matrix."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    return f"a {shown(shape)} matrix" if len(shape) == 2 else f"an array of shape {shown(shape)}"


def broadcast(*shapes: Shape) -> Shape:
    """The shape that arrays of these shapes broadcast to; ShapeError where they don't."""
    rank = max(map(len, shapes))
    sizes_of_all = []
    for k in range(-rank, 0):
        sizes = {shape[k] for shape in shapes if len(shape) >= -k} - {1}
        if len(sizes) > 1:
            different = " and ".join(map(shown, dict.fromkeys(shapes)))
            raise ShapeError(f"the shapes {different} do not match")
        sizes_of_all.append(sizes.pop() if sizes else 1)
    return tuple(sizes_of_all)
