"""Parts of arrays: `v[i]`, `A[i, j]`, `v[a:b]`, `v[[0, 2]]`, `v[v > 0]`; integers that shape a run.

A part is named by a key, an integer or a range for each axis, and by the places that are chosen in
what the key names: of the elements along one axis, or of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.language.printer import to_text
from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.failures import not_an_integer
from gradcalc.run.selections import Selections

Place = int | tuple[int, int, int]  # along one axis: an index from 0, or (start, stop, step)
CONDITIONS = (ast.Compare, ast.Logic, ast.Not)


class Places(NamedTuple):
    """Places along one axis of what is indexed, in any order, some of them perhaps twice."""

    chosen: tuple[int, ...]


class Part(NamedTuple):
    """A part of an array: `key` has a place for each axis; of what it names, `places` are chosen.

    They are counted along `axis` (from the end), or where it is None through all elements.
    """

    key: tuple[Place, ...]
    places: tuple[int, ...] = ()
    axis: int | None = None

    def shape(self) -> Shape:
        """The shape of the part."""
        sizes = [len(range(*k)) for k in self.key if not isinstance(k, int)]
        if self.places and self.axis is None:
            return (len(self.places),)
        if self.axis is not None:
            sizes[self.axis] = len(self.places)
        return tuple(sizes)


class Indexing(Selections):
    """Compiles what takes a part of an array."""

    def index(self, node: ast.Index) -> Code:
        """The closure of `v[…]`."""
        target, locate, span = self.expression(node.target), self.part(node), node.span

        def run(scope: Scope) -> int:
            slot = target(scope)
            return self.taken(slot, locate(slot, scope), span)

        return run

    def taken(self, slot: int, part: Part, span: Span) -> int:
        """Record a part of an array."""
        raise NotImplementedError

    def part(self, node: ast.Index) -> Callable[[int, Scope], Part]:
        """What finds the part that an index names, once the array's slot is known.

        Fewer indices than axes select whole rows.
        """
        places = [self._along(index) for index in node.indices]
        alone = node.indices[0] if len(node.indices) == 1 else None
        whole = None
        if isinstance(alone, ast.Compare | ast.Logic | ast.Not):
            whole = self.elements_held(alone)

        def locate(slot: int, scope: Scope) -> Part:
            shape = self.shape(slot)
            if len(places) > max(len(shape), 1) or not shape:
                raise _too_many_indices(len(places), len(shape), node.span)
            if whole is not None and not isinstance(alone, ast.Slice | None):
                return self._held(whole(scope), shape, alone)
            named = [place(size, scope) for place, size in zip(places, shape, strict=False)]
            named += [(0, size, 1) for size in shape[len(places) :]]
            return self._combined(named, shape, node)

        return locate

    def _held(self, held: Any, shape: Shape, node: ast.Expr) -> Part:
        """The elements that a condition of all of them holds for, or the rows that one of rows
        does."""
        key = tuple((0, size, 1) for size in shape)
        rows = held.ndim < len(shape)
        chosen = self.places_held(held, shape[:1] if rows else shape, node)
        return Part(key, chosen, -len(shape) if rows or len(shape) == 1 else None)

    def _combined(self, named: list[Any], shape: Shape, node: ast.Index) -> Part:
        """One part from the places along each axis, of which one may be several chosen ones."""
        several = [k for k, place in enumerate(named) if isinstance(place, Places)]
        if len(several) > 1:
            rows, columns = (_written(node.indices[k]) for k in several[:2])
            whole = to_text(node.target)
            raise GradcalcError(
                "index",
                "only one index can be a vector or a condition",
                node.span,
                hint=f"for these rows and columns, write {whole}[{rows}, :][:, {columns}]",
            )
        key = tuple(
            (0, shape[k], 1) if isinstance(place, Places) else place
            for k, place in enumerate(named)
        )
        if not several:
            return Part(key)
        axes_behind = sum(not isinstance(place, int) for place in key[several[0] :])
        return Part(key, named[several[0]].chosen, -axes_behind)

    def _along(self, index: ast.Expr | ast.Slice) -> Callable[[int, Scope], Place | Places]:
        """What finds the place along an axis, once the axis's size is known."""
        span = index.span
        if isinstance(index, ast.Slice):
            start, stop = (
                None if end is None else self.expression(end) for end in (index.start, index.stop)
            )
            return lambda size, scope: self._range(start, stop, size, span, scope)
        if isinstance(index, CONDITIONS):
            held = self.elements_held(index)
            return lambda size, scope: Places(self.places_held(held(scope), (size,), index))
        code = self.expression(index)
        return lambda size, scope: self._place(code(scope), size, span)

    def _place(self, slot: int, size: int, span: Span) -> int | Places:
        if len(self.shape(slot)) != 1:
            return _within(self.integer(slot, span, "index"), size, span)
        self.settled(slot, span)
        indices = list(self.trace.values[slot])
        for index in indices:
            if not abs(index) < float("inf") or index % 1 != 0:
                raise not_an_integer("index", index, span)
        return Places(tuple(_within(int(index), size, span) for index in indices))

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


def _written(index: ast.Expr | ast.Slice) -> str:
    return ":" if isinstance(index, ast.Slice) else to_text(index)


def _within(index: int, size: int, span: Span) -> int:
    if not -size <= index < size:
        raise GradcalcError(
            "index",
            f"index {index} is out of range: the size is {size}",
            span,
            hint=f"use 0 to {size - 1}, or -1 to -{size} to count from the end",
        )
    return index % size


def _too_many_indices(count: int, rank: int, span: Span) -> GradcalcError:
    messages = (
        "a number can't be indexed",
        f"a vector takes 1 index, not {count}",
        f"a matrix takes at most 2 indices, not {count}",
    )
    message = f"an array of {rank} axes takes at most {rank} indices, not {count}"
    hint = "write v[0] for a vector, A[0, 1] for a matrix"
    return GradcalcError("index", messages[rank] if rank < 3 else message, span, hint=hint)
