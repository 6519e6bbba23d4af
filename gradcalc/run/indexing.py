"""Parts of arrays: `v[i]`, `A[i, j]`, `v[a:b]`, and the integers that shape a run."""

from __future__ import annotations

from collections.abc import Callable

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.rules.table import TABLE
from gradcalc.run.conditions import Conditions
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.failures import not_an_integer

Place = int | tuple[int, int, int]  # along one axis: an index from 0, or (start, stop, step)
Key = tuple[Place, ...]  # a place for each axis of the array


class Indexing(Conditions):
    """Compiles what takes a part of an array."""

    def shape(self, slot: int) -> Shape:
        """The shape of a slot's value; () for a number."""
        return shape_of(self.trace.values[slot])

    def index(self, node: ast.Index) -> Code:
        target, key, span = self.expression(node.target), self.key(node), node.span

        def run(scope: Scope) -> int:
            slot = target(scope)
            return self.record(TABLE["index"], (slot,), span, (key(slot, scope),))

        return run

    def key(self, node: ast.Index) -> Callable[[int, Scope], Key]:
        """What finds the key of the part that an index names, once the array's slot is known.

        Fewer indices than axes select whole rows.
        """
        places = [self._along(index) for index in node.indices]

        def locate(slot: int, scope: Scope) -> Key:
            shape = self.shape(slot)
            if len(places) > len(shape):
                raise _too_many_indices(len(places), len(shape), node.span)
            named = [place(size, scope) for place, size in zip(places, shape, strict=False)]
            whole = [(0, size, 1) for size in shape[len(places) :]]
            return (*named, *whole)

        return locate

    def _along(self, index: ast.Expr | ast.Slice) -> Callable[[int, Scope], Place]:
        """What finds the place along an axis, once the axis's size is known."""
        span = index.span
        if isinstance(index, ast.Slice):
            start, stop = (
                None if end is None else self.expression(end) for end in (index.start, index.stop)
            )
            return lambda size, scope: self._range(start, stop, size, span, scope)
        code = self.expression(index)
        return lambda size, scope: self._place(code(scope), size, span)

    def _place(self, slot: int, size: int, span: Span) -> int:
        index = self.integer(slot, span, "index")
        if not -size <= index < size:
            raise GradcalcError(
                "index",
                f"index {index} is out of range: the size is {size}",
                span,
                hint=f"use 0 to {size - 1}, or -1 to -{size} to count from the end",
            )
        return index % size

    def _range(
        self, start: Code | None, stop: Code | None, size: int, span: Span, scope: Scope
    ) -> tuple[int, int, int]:
        """A slice, its ends clipped as Python does."""
        ends = [
            None if end is None else self.integer(end(scope), span, "index")
            for end in (start, stop)
        ]
        first, last, step = slice(*ends).indices(size)
        if last <= first:
            text = ":".join("" if end is None else str(end) for end in ends)
            behind_the_end = first >= size
            raise GradcalcError(
                "index",
                f"the slice {text} of {size} elements selects nothing",
                span,
                hint=f"the last index is {size - 1}"
                if behind_the_end
                else "the end index must be larger than the start",
            )
        return first, last, step

    def integer(self, slot: int, span: Span, what: str) -> int:
        """A value that counts something and so shapes the run; an error names `what` it is."""
        value = self.trace.values[slot]
        if shape_of(value) or not abs(value) < float("inf") or value % 1 != 0:
            raise not_an_integer(what, value, span)
        self.settled(slot, span)
        return int(value)


def _too_many_indices(count: int, rank: int, span: Span) -> GradcalcError:
    messages = (
        "a number can't be indexed",
        f"a vector takes 1 index, not {count}",
        f"a matrix takes at most 2 indices, not {count}",
    )
    hint = "write v[0] for a vector, A[0, 1] for a matrix"
    return GradcalcError("index", messages[rank], span, hint=hint)
