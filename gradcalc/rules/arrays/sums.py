"""Rows that combine elements along axes, and rows of masks."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import Shape, chosen
from gradcalc.rules.arrays.array_rule import array_rule
from gradcalc.rules.rule import Rule


def _summed(shape: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(size for k, size in enumerate(shape) if k - len(shape) not in axes)


def _extreme(name: str, word: str) -> Rule:
    """The greatest or least element; `sizes` says that the elements are sizes, as a norm's are."""

    def tied(x: Any, axes: tuple[int, ...], sizes: bool = False) -> bool:
        best = getattr(x, name)(axis=axes, keepdims=True)
        return bool(((x == best).sum(axis=axes) > 1).any())

    def pull(n: Any, c: Any, out: Any, x: Any, axes: tuple[int, ...], sizes: bool = False) -> Any:
        return n.spread(c, n.shape(x), axes) * n.share(x, out, axes)

    def pull_torch(
        n: Any, c: Any, out: Any, x: Any, axes: tuple[int, ...], sizes: bool = False
    ) -> Any:
        share = n.share(x, out, axes)
        return chosen(share > 0, n.spread(c, n.shape(x), axes) * share, 0)

    def pull_jax(
        n: Any, c: Any, out: Any, x: Any, axes: tuple[int, ...], sizes: bool = False
    ) -> Any:
        """jnp.linalg.norm takes the greatest of the sizes and of 0, which shares a tie."""
        return pull(n, chosen(out == 0, c / 2, c) if sizes else c, out, x, axes)

    return array_rule(
        f"{name}imum", "x", f"the {word} element along axes",
        array=lambda a, x, axes, sizes=False: a.reductions.extreme(a, name, x, axes),
        shape=lambda x, axes, sizes=False: _summed(x, axes),
        push=lambda n, t, out, x, axes, sizes=False: n.sum(t * n.share(x, out, axes), axes),
        pull=pull,
        kink=tied, convention="a tie is shared equally",
        frameworks={"torch": (pull_torch,), "jax": (pull_jax,)},
    )  # fmt: skip


def _pull_norm2_torch(n: Any, c: Any, out: Any, x: Any, axes: tuple[int, ...]) -> Any:
    length = n.spread(out, n.shape(x), axes)
    return chosen(length == 0, 0, n.spread(c, n.shape(x), axes) * (x / length))


def _slope_of_norm(n: Any, out: Any, x: Any, axes: tuple[int, ...], p: Fraction) -> Any:
    """The partials of a norm of order p."""
    share = n.abs(x) / n.spread(out, n.shape(x), axes)
    return n.sign(x) * n.cpow(share, n.number(p - 1))


def _pull_norm_torch(n: Any, c: Any, out: Any, x: Any, axes: tuple[int, ...], p: Fraction) -> Any:
    whole = n.spread(c, n.shape(x), axes)
    return chosen(x == 0, 0, whole * _slope_of_norm(n, out, x, axes, p))


def _pull_norm_jax(n: Any, c: Any, out: Any, x: Any, axes: tuple[int, ...], p: Fraction) -> Any:
    """Of jnp.sum(abs(x)**p)**(1/p), step by step."""
    order = n.number(p)
    total = n.cpow(out, order)
    c = n.spread(c * n.cpow(total, 1 / order - 1) / order, n.shape(x), axes)
    return c * (order * n.cpow(n.abs(x), order - 1)) * chosen(x >= 0, 1, -1)


def _pull_middle_jax(n: Any, c: Any, out: Any, x: Any) -> Any:
    """All to the element that a stable sort leaves in the middle."""
    size = n.shape(x)[-1]
    place = n.np.asarray(n.index(n.argsort(x), (size // 2,)))
    taken = n.iota(size) == n.np.expand_dims(place, -1)
    return chosen(taken, n.spread(c, n.shape(x), (-1,)), 0)


def _tied_middle(x: Any) -> bool:
    middle = x == x.take(x.argsort(-1).take(x.shape[-1] // 2, -1))
    return bool((middle.sum(-1) > 1).any())


SUMS = (
    array_rule("sum", "x", "the sum over axes", rounds=True,
        array=lambda a, x, axes: a.plain(a.np.sum(x, axis=axes)),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t, axes),
        pull=lambda n, c, out, x, axes: n.spread(c, n.shape(x), axes)),
    array_rule("cumsum", "x", "the sums of the first elements along an axis", rounds=True,
        array=lambda a, x, axis: a.np.cumsum(x, axis=axis),
        shape=lambda x, axis: x,
        push=lambda n, t, out, x, axis: n.cumsum(t, axis),
        pull=lambda n, c, out, x, axis: n.flip(n.cumsum(n.flip(c, axis), axis), axis)),
    _extreme("max", "greatest"),
    _extreme("min", "least"),
    array_rule("share", "x out", "1 where x is its extreme along axes, equals sharing it; else 0",
        array=lambda a, x, out, axes: a.reductions.share(a, x, out, axes),
        shape=lambda x, out, axes: x,
        push=(lambda n, *_: None,) * 2, pull=(lambda n, *_: None,) * 2),
    array_rule("times", "x t", "x*t, 0 where t is absent, whatever x is there", rounds=True,
        array=lambda a, x, t: a.reductions.times(a, x, t),
        shape=lambda x, t: x,
        push=(lambda n, s, out, x, t: n.times(s, t), lambda n, s, out, x, t: n.times(x, s)),
        pull=(lambda n, c, out, x, t: n.times(c, t), lambda n, c, out, x, t: n.times(x, c))),
    array_rule("norm2", "x", "the Euclidean length, without overflow", rounds=True,
        array=lambda a, x, axes: a.reductions.norm2(a, x, axes),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t * (x / n.spread(out, n.shape(x), axes)), axes),
        pull=lambda n, c, out, x, axes: (
            n.spread(c, n.shape(x), axes) * (x / n.spread(out, n.shape(x), axes))),
        kink=lambda x, axes: not x.any(), convention="at 0, a cone: the mean is 0",
        frameworks={"torch": (_pull_norm2_torch,)}),
    array_rule("power_norm", "x", "the norm of order p", rounds=True,
        array=lambda a, x, axes, p: a.reductions.power_norm(a, x, axes, p),
        shape=lambda x, axes, p: _summed(x, axes),
        push=lambda n, t, out, x, axes, p: n.sum(t * _slope_of_norm(n, out, x, axes, p), axes),
        pull=lambda n, c, out, x, axes, p: (
            n.spread(c, n.shape(x), axes) * _slope_of_norm(n, out, x, axes, p)),
        kink=lambda x, axes, p: not x.all(), convention="a kink where an element is 0",
        frameworks={"torch": (_pull_norm_torch,), "jax": (_pull_norm_jax,)}),
    array_rule("middle", "x", "the middle element along the last axis, of an odd number",
        array=lambda a, x: a.reductions.middle(a, x),
        shape=lambda x: x[:-1],
        push=lambda n, t, out, x: n.sum(t * n.share(x, out, (-1,)), (-1,)),
        pull=lambda n, c, out, x: n.spread(c, n.shape(x), (-1,)) * n.share(x, out, (-1,)),
        kink=_tied_middle, convention="a tie is shared equally",
        frameworks={"jax": (_pull_middle_jax,)}),
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
        array=lambda a, x, y, op: a.reductions.compare(a, x, y, op),
        shape=lambda x, y, op: x,
        push=(lambda n, *_: None,) * 2, pull=(lambda n, *_: None,) * 2,
        kink=lambda x, y, op: bool((x == y).any())),
)  # fmt: skip
