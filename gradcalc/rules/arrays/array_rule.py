"""The shape of an entry of a row of arrays."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers.shapes import Shape
from gradcalc.rules.rule import Kernel, Rule

Key = tuple[Any, ...]  # a part of an array: an integer or (start, stop, step) per axis


def array_rule(
    name: str, parameters: str, doc: str, array: Kernel, shape: Kernel,
    push: Kernel | tuple[Kernel, ...], pull: Kernel | tuple[Kernel, ...], **more: Any,
) -> Rule:  # fmt: skip
    """An entry of a row of arrays."""
    names = tuple(parameters.split())
    return Rule(
        name, names, "array", doc, (None,) * len(names), (), array=array, shape=shape,
        push=push if isinstance(push, tuple) else (push,),
        pull=pull if isinstance(pull, tuple) else (pull,), hidden=True, **more,
    )  # fmt: skip


def lead_of(shape: Shape, rank: int) -> Shape:
    """The axes in front of the last `rank`: those of directions."""
    return shape[: len(shape) - rank]
