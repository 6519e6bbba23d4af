"""Arrays in the language: recording with shapes, literals, products, choices element by element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from math import prod
from typing import Any

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.language.printer import to_text
from gradcalc.numbers.shapes import (
    MAX_AXES,
    OutsideError,
    Shape,
    ShapeError,
    SingularError,
    broadcast,
    described,
    shape_of,
)
from gradcalc.numbers.system import Numbers
from gradcalc.rules.compositions import matmul
from gradcalc.rules.compositions.selections import replaced, taken
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import TABLE
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.failures import not_an_integer, outside, unfit
from gradcalc.run.indexing import Indexing, Part
from gradcalc.run.writer import NotAnIntegerError, Writer

CONSTANT_POWERS = ("ipow", "cpow")  # rows of powers whose exponent is a constant
MAX_FULL_ARRAYS = 10  # of the largest size allowed, that all arrays of a run may fill together


class ArrayExpressions(Indexing):
    """Compiles what has to do with arrays.

    A run that can't make an array keeps the kernels of single numbers (`holds_arrays` is False).
    """

    def __init__(self, numbers: Numbers, *settings: Any, holds_arrays: bool = False) -> None:
        super().__init__(numbers, *settings)
        self.holds_arrays = holds_arrays
        self.lenient = False  # inside a branch that some elements do not take
        self.room = MAX_FULL_ARRAYS * self.limits.elements

    @cached_property
    def writer(self) -> Writer:
        """What formulas are recorded with."""
        return Writer(
            self.trace,
            self.numbers,
            self.record_written,
            self.detached,
            self.settled,
            self.compared,
        )

    # recording ----------------------------------------------------------------------------

    def binary(self, row: Rule) -> Callable[[int, int, Span], int]:
        if not self.holds_arrays:
            return super().binary(row)
        return lambda left, right, span: self.record(row, (left, right), span)

    def unary(self, row: Rule, operand: Code, span: Span) -> Code:
        if not self.holds_arrays:
            return super().unary(row, operand, span)
        return lambda scope: self.record(row, (operand(scope),), span)

    def record(
        self, row: Rule, arguments: tuple[int, ...], span: Span, statics: tuple[Any, ...] = ()
    ) -> int:
        """Compute and append one instruction; its slot. Shapes are checked before it is computed.

        `statics` are the shapes, axes and keys of a row of arrays, kept beside the instruction.
        """
        if not self.holds_arrays:
            return super().record(row, arguments, span)
        trace = self.trace
        values = [trace.values[a] for a in arguments]
        shapes = [shape_of(value) for value in values]
        try:
            shape = _shape_of_value(row, shapes, statics)
            if shape:
                self._measure(shape, span)
            value = self.kernels[row.name](*([values] if row.many else values), *statics)
        except (ShapeError, SingularError) as error:
            raise unfit(row, shapes, error, span) from error
        except (ValueError, ArithmeticError) as error:
            if not (self.lenient and row.array is None):
                raise outside(trace, row, arguments, span) from error
            value = self._tolerant(row, values)
        active = any(trace.active[a] for a in arguments)
        slot = trace.append(row, arguments, span, value, active)
        if row.array is not None:
            trace.statics[slot] = statics
        return slot

    def record_written(
        self, row: Rule, arguments: tuple[int, ...], span: Span, statics: tuple[Any, ...] = ()
    ) -> int:
        """`record` for an instruction of a formula, where x^0, as of a derivative, is constant."""
        slot = self.record(row, arguments, span, statics)
        if row.name in CONSTANT_POWERS:
            exponent = arguments[1]
            power = self.trace.values[exponent]
            if not shape_of(power) and power == 0 and not self.differentiable(exponent):
                self.trace.active[slot] = False
                self.fixed.add(slot)
        return slot

    def _measure(self, shape: Shape, span: Span) -> None:
        """Refuse what has too many axes, or would eat the memory, before it is made."""
        if len(shape) > MAX_AXES:
            raise GradcalcError(
                "shape",
                f"an array can't have more than {MAX_AXES} axes, and this would have {len(shape)}",
                span,
                hint="reshape(A, -1, n) makes one axis of all but the last",
            )
        size = prod(shape)
        self.room -= size
        if size > self.limits.elements or self.room < 0:
            limit = self.limits.elements
            message = (
                f"an array of {size:,} elements is too large: the limit is {limit:,}"
                if size > limit
                else f"the arrays of this run hold more than {MAX_FULL_ARRAYS * limit:,} elements"
            )
            raise GradcalcError(
                "too-large", message, span, hint="raise the limit with --max-elements"
            )

    def _tolerant(self, row: Rule, arguments: list[Any]) -> Any:
        """The value where some elements have none: they are not a number, and not taken."""
        import numpy as np

        kernel = getattr(self.numbers, "scalars", self.numbers).__dict__[row.name]

        def each(*numbers: Any) -> Any:
            try:
                return kernel(*numbers)
            except (ValueError, ArithmeticError):
                return float("nan")

        value = np.frompyfunc(each, row.arity, 1)(*arguments)
        dtype: Any = self.numbers.dtype
        return value.astype(dtype) if isinstance(value, np.ndarray) else value

    # nodes --------------------------------------------------------------------------------

    def array(self, node: ast.Vector | ast.Index | ast.Transpose | ast.Keyword) -> Code:
        match node:
            case ast.Vector():
                return self._vector(node)
            case ast.Index():
                return self.index(node)
            case ast.Transpose(operand):
                return self._transpose(node, self.expression(operand))
            case _:
                raise GradcalcError(
                    "keyword",
                    "only functions of arrays take named arguments",
                    node.span,
                    hint="write sum(A, axis=0)",
                )

    def _vector(self, node: ast.Vector) -> Code:
        if not node.items:
            raise GradcalcError(
                "empty", "a vector needs at least one element", node.span, hint="write [1, 2]"
            )
        codes, row, span = [self.expression(item) for item in node.items], TABLE["stack"], node.span
        places = [item.span for item in node.items]

        def run(scope: Scope) -> int:
            slots = [code(scope) for code in codes]
            shapes = [self.shape(slot) for slot in slots]
            for shape, place in zip(shapes, places, strict=True):
                if shape != shapes[0]:
                    first, this = described(shapes[0]), described(shape)
                    raise GradcalcError(
                        "shape",
                        f"the elements differ in shape: the first is {first}, this is {this}",
                        place,
                        hint="write a vector as [1, 2], a matrix as [[1, 2], [3, 4]]",
                    )
            return self.record(row, tuple(slots), span, (len(shapes[0]),))

        return run

    def _transpose(self, node: ast.Transpose, operand: Code) -> Code:
        span = node.span

        def run(scope: Scope) -> int:
            slot = operand(scope)
            rank = len(self.shape(slot))
            if rank > 2:
                raise _not_one_transpose(to_text(node.operand), rank, span)
            # a vector's transpose is the vector
            return self.record(TABLE["swap"], (slot,), span) if rank == 2 else slot

        return run

    # formulas -----------------------------------------------------------------------------

    def product(self, left: int, right: int, span: Span) -> int:
        return self.composed(matmul, [left, right], span)

    def composed(self, formula: Callable[..., Any], slots: list[int], span: Span) -> int:
        """Record a formula over rows; the slot of its value."""
        writer = self.writer
        before, writer.span = writer.span, span
        try:
            return writer.slot(formula(writer, *map(writer.handle, slots)))
        except ShapeError as error:
            raise GradcalcError("shape", str(error), span) from error
        except OutsideError as error:
            message, remedy = error.args
            raise GradcalcError(
                "domain", message, span, hint=remedy, exit=Exit.NO_ANSWER
            ) from error
        except NotAnIntegerError as error:
            raise not_an_integer("size", error.args[0], span) from error
        finally:
            writer.span = before

    @contextmanager
    def passing_over(self, lenient: bool) -> Iterator[None]:
        """Where lenient, what has no value is not a number, and not taken, instead of an error."""
        if not lenient:
            yield
            return
        import numpy as np

        before, self.lenient = self.lenient, True
        try:
            with np.errstate(invalid="ignore"):
                yield
        finally:
            self.lenient = before

    def taken(self, slot: int, part: Part, span: Span) -> int:
        """Record a part of an array."""
        if not part.places:
            return self.record(TABLE["index"], (slot,), span, (part.key,))

        def formula(n: Any, x: Any) -> Any:
            return taken(n, _named(n, x, part.key), part.places, part.axis)

        return self.composed(formula, [slot], span)

    def replaced(self, slot: int, part: Part, value: int, span: Span) -> int:
        """Record an array with a part replaced by what is in `value`, which has its shape."""
        if not part.places:
            return self.record(TABLE["put"], (slot, value), span, (part.key,))
        if len(set(part.places)) < len(part.places):
            raise GradcalcError(
                "index",
                "an element is assigned twice",
                span,
                hint="write each index once; v[i] += … in a loop adds up",
            )

        def formula(n: Any, x: Any, e: Any) -> Any:
            changed = replaced(n, _named(n, x, part.key), e, part.places, part.axis)
            return changed if changed.shape == x.shape else n.put(x, changed, part.key)

        return self.composed(formula, [slot, value], span)

    # choices ------------------------------------------------------------------------------

    def masked(self, op: str, left: int, right: int, span: Span) -> int:
        def formula(n: Any, x: Any, y: Any) -> Any:
            shape = broadcast(x.shape, y.shape)
            return n.compare(_filled(n, x, shape), _filled(n, y, shape), op)

        return self.composed(formula, [left, right], span)

    def inverted(self, mask: int, span: Span) -> int:
        return self.composed(lambda n, x: 1 - x, [mask], span)

    def chosen(self, mask: int, then: Code, other: Code, scope: Scope, span: Span) -> int:
        """Both branches are computed, and what has no value in the one not taken is passed over."""
        with self.passing_over(True):
            slots = [mask, then(scope), other(scope)]

        def formula(n: Any, *parts: Any) -> Any:
            shape = broadcast(*[x.shape for x in parts])
            return n.select(*[_filled(n, x, shape) for x in parts])

        return self.composed(formula, slots, span)


def _not_one_transpose(text: str, rank: int, span: Span) -> GradcalcError:
    """NumPy's .T of several axes reverses all of them, which is seldom meant."""
    reversed_axes = ", ".join(map(str, range(rank - 1, -1, -1)))
    return GradcalcError(
        "shape",
        f"the transpose of {rank} axes can be read in two ways",
        span,
        hint=f"write swapaxes({text}, -1, -2) to transpose each matrix, "
        f"permute({text}, {reversed_axes}) to reverse all axes",
    )


def _shape_of_value(row: Rule, shapes: list[Shape], statics: tuple[Any, ...]) -> Shape:
    """The shape of a row's value from those of its arguments; ShapeError where they don't fit."""
    if row.shape is not None:
        shape: Shape = row.shape(*([shapes] if row.many else shapes), *statics)
        return shape
    if row.arity < 3 and shapes[0] == shapes[-1]:  # what most instructions are: nothing to repeat
        return shapes[0]
    return broadcast(*shapes)


def _named(n: Any, x: Any, key: tuple[Any, ...]) -> Any:
    """The part of x that a key names; x itself where that is the whole of it."""
    return x if key == tuple((0, size, 1) for size in x.shape) else n.index(x, key)


def _filled(n: Any, x: Any, shape: Shape) -> Any:
    return x if x.shape == shape else n.broadcast(x, x.shape, shape)
