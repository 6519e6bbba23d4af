"""Functions of machine learning: softmax and its kin, losses, a convolution."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import ShapeError, shown
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.operands import axes_of, filled, ranked, with_axes
from gradcalc.rules.compositions.reductions import mean


def _shifted(n: Any, x: Any, axes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """The maximum; x less it; and the sum of exp of that, in which nothing overflows.

    The maximum is a constant to derivatives, as it cancels from what is made of these. It is taken
    to be 0 where all elements are -inf.
    """
    top = n.detach(n.maximum(x, axes))
    if n.has_negative_infinity(top):  # of elements that are all -inf: -inf - (-inf) has no value
        top = _or_zero(n, top)
    below = x - n.spread(top, x.shape, axes)
    powers = n.exp(below)
    return top, below, n.sum(powers, axes) if powers is not None else None


def _or_zero(n: Any, top: Any) -> Any:
    """0 where a maximum is -inf."""
    if not top.shape:  # conditions of elements are of arrays
        return n.index(_or_zero(n, filled(n, top, (1,))), (0,))
    zero, lowest = (filled(n, k, top.shape) for k in (n.number(Fraction(0)), -n.constant("inf")))
    return n.select(n.compare(top, lowest, ">"), top, zero)


def _along(x: Any, axis: int | None, what: str) -> tuple[int, ...]:
    """The axis of a call of `what`, by default the last one."""
    with_axes(x, what)
    return axes_of(x, -1 if axis is None else axis)


def logsumexp(n: Any, x: Any, axis: int | None) -> Any:
    if not x.shape:
        return x
    axes = axes_of(x, axis)
    top, _, summed = _shifted(n, x, axes)
    return top + n.log(summed)


def softmax(n: Any, x: Any, axis: int | None) -> Any:
    axes = _along(x, axis, "softmax")
    _, below, summed = _shifted(n, x, axes)
    return n.exp(below) / n.spread(summed, x.shape, axes)


def log_softmax(n: Any, x: Any, axis: int | None) -> Any:
    axes = _along(x, axis, "log_softmax")
    _, below, summed = _shifted(n, x, axes)
    return below - n.spread(n.log(summed), x.shape, axes)


def mse(n: Any, x: Any, y: Any) -> Any:
    if x.shape != y.shape and x.shape and y.shape:
        raise ShapeError(f"the shapes {shown(x.shape)} and {shown(y.shape)} do not match for mse")
    off = x - y
    return mean(n, off * off, None)


def cross_entropy(n: Any, logits: Any, target: Any) -> Any:
    """The mean over rows of -log softmax at the target: a class each, or probabilities."""
    with_axes(logits, "cross_entropy")
    classes = logits.shape[-1]
    if target.shape == logits.shape:
        chosen = target
    elif target.shape == logits.shape[:-1]:
        _classes(n.value(target), classes)
        every = filled(n, n.iota(classes), logits.shape)
        chosen = n.compare(n.spread(target, logits.shape, (-1,)), every, "==")
    else:
        raise ShapeError(
            f"logits of shape {shown(logits.shape)} and a target of shape {shown(target.shape)} "
            "do not match: the target must be a class for each row, or probabilities"
        )
    losses = -n.sum(log_softmax(n, logits, -1) * chosen, (-1,))
    return mean(n, losses, None)


def _classes(target: Any, classes: int) -> None:
    listed = list(map(float, target.flat)) if hasattr(target, "flat") else [float(target)]
    for number in listed:
        if number % 1 or not 0 <= number < classes:
            raise ShapeError(f"a class must be an integer from 0 to {classes - 1}, not {number:g}")


def conv1d(n: Any, x: Any, w: Any) -> Any:
    """The valid cross-correlation, as in neural networks: out[i] = sum over k of x[i+k]*w[k]."""
    ranked(x, 1, what="conv1d")
    ranked(w, 1, what="conv1d")
    size, width = x.shape[0], w.shape[0]
    if width > size:
        raise ShapeError(f"the kernel has {width} elements, more than the signal's {size}")
    windows = [n.index(x, ((k, k + size - width + 1, 1),)) for k in range(width)]
    return n.matmul(w, n.stack(windows, 1), 1, 2)


LEARNING = (
    composed("softmax", "x [axis]", "exp(x)/sum(exp(x)), without overflow", softmax,
             "softmax([1000, 0])[0]"),
    composed("log_softmax", "x [axis]", "log(softmax(x)), without underflow", log_softmax,
             "log_softmax([1000, 0])[1]"),
    composed("logsumexp", "x [axis]", "log(sum(exp(x))), without overflow", logsumexp,
             "logsumexp([1000, 1000])"),
    composed("mse", "x y", "the mean squared error", mse, "mse([1, 2], [1, 4])"),
    composed("cross_entropy", "x y", "the mean of -log softmax at the targets", cross_entropy,
             "cross_entropy([1, 2, 3], 2)"),
    composed("conv1d", "x w", "the valid cross-correlation of a signal with a kernel", conv1d,
             "sum(conv1d([1, 2, 3, 4], [1, -1]))"),
)  # fmt: skip
