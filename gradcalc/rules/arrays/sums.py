"""Rows that combine elements along axes, and rows of masks."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers.shapes import Shape
from gradcalc.rules.arrays.array_rule import array_rule
from gradcalc.rules.rule import Rule


def _summed(shape: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(size for k, size in enumerate(shape) if k - len(shape) not in axes)


def _extreme(name: str, word: str) -> Rule:
    """The greatest or least element."""

    def tied(x: Any, axes: tuple[int, ...]) -> bool:
        best = getattr(x, name)(axis=axes, keepdims=True)
        return bool(((x == best).sum(axis=axes) > 1).any())

    return array_rule(
        f"{name}imum", "x", f"the {word} element along axes",
        array=lambda a, x, axes: a.linear.extreme(a, name, x, axes),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t * n.share(x, out, axes), axes),
        pull=lambda n, c, out, x, axes: (
            n.spread(c, n.shape(x), axes) * n.share(x, out, axes)),
        kink=tied, convention="a tie is shared equally",
    )  # fmt: skip


SUMS = (
    array_rule("sum", "x", "the sum over axes",
        array=lambda a, x, axes: a.plain(a.np.sum(x, axis=axes)),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t, axes),
        pull=lambda n, c, out, x, axes: n.spread(c, n.shape(x), axes)),
    array_rule("cumsum", "x", "the sums of the first elements along an axis",
        array=lambda a, x, axis: a.np.cumsum(x, axis=axis),
        shape=lambda x, axis: x,
        push=lambda n, t, out, x, axis: n.cumsum(t, axis),
        pull=lambda n, c, out, x, axis: n.flip(n.cumsum(n.flip(c, axis), axis), axis)),
    _extreme("max", "greatest"),
    _extreme("min", "least"),
    array_rule("share", "x out", "1 where x is its extreme along axes, equals sharing it; else 0",
        array=lambda a, x, out, axes: a.linear.share(a, x, out, axes),
        shape=lambda x, out, axes: x,
        push=(lambda n, *_: None,) * 2, pull=(lambda n, *_: None,) * 2),
    array_rule("times", "x t", "x*t, 0 where t is absent, whatever x is there",
        array=lambda a, x, t: a.linear.times(a, x, t),
        shape=lambda x, t: x,
        push=(lambda n, s, out, x, t: n.times(s, t), lambda n, s, out, x, t: n.times(x, s)),
        pull=(lambda n, c, out, x, t: n.times(c, t), lambda n, c, out, x, t: n.times(x, c))),
    array_rule("norm2", "x", "the Euclidean length, without overflow",
        array=lambda a, x, axes: a.linear.norm2(a, x, axes),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t * (x / n.spread(out, n.shape(x), axes)), axes),
        pull=lambda n, c, out, x, axes: (
            n.spread(c, n.shape(x), axes) * (x / n.spread(out, n.shape(x), axes))),
        kink=lambda x, axes: not x.any(), convention="at 0, a cone: the mean is 0"),
    array_rule("select", "mask x y", "x where the mask is 1, y where it is 0",
        array=lambda a, mask, x, y: a.np.where(a.holds(mask), x, y),
        shape=lambda mask, x, y: mask,
        push=(lambda n, *_: None,
              lambda n, t, out, mask, x, y: n.masked(t, mask),
              lambda n, t, out, mask, x, y: n.masked(t, 1 - mask)),
        pull=(lambda n, *_: None,
              lambda n, c, out, mask, x, y: n.masked(c, mask),
              lambda n, c, out, mask, x, y: n.masked(c, 1 - mask))),
    array_rule("masked", "x mask", "x where the mask is 1, else 0",
        array=lambda a, x, mask: a.np.where(a.holds(mask), x, a.zeros(())),
        shape=lambda x, mask: x,
        push=(lambda n, t, out, x, mask: n.masked(t, mask), lambda n, *_: None),
        pull=(lambda n, c, out, x, mask: n.masked(c, mask), lambda n, *_: None)),
    array_rule("compare", "x y", "1 where a comparison holds, else 0",
        array=lambda a, x, y, op: a.linear.compare(a, x, y, op),
        shape=lambda x, y, op: x,
        push=(lambda n, *_: None,) * 2, pull=(lambda n, *_: None,) * 2,
        kink=lambda x, y, op: bool((x == y).any())),
)  # fmt: skip
