"""Arrays in the language: literals, parts, products, functions of arrays, choices by element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cached_property, partial
from math import prod
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.numbers.shapes import ShapeError, SingularError, broadcast, described, shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.rules.compositions import COMPOSITIONS, REDUCING, Composition, matmul
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import TABLE
from gradcalc.run.conditions import Conditions
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.failures import not_an_integer, outside, unfit
from gradcalc.run.writer import NotAnIntegerError, Writer

Shape = tuple[int, ...]
TOTAL = 10  # times the elements of one array, that all arrays of a run may have


class ArrayExpressions(Conditions):
    """Compiles what has to do with arrays.

    A run that can't make an array keeps the kernels of single numbers (`holds_arrays` is False).
    """

    def __init__(self, numbers: Numbers, *given: Any, holds_arrays: bool = False) -> None:
        super().__init__(numbers, *given)
        self.holds_arrays = holds_arrays
        self.lenient = False  # inside a branch that some elements do not take
        self.room = TOTAL * self.limits.elements

    @cached_property
    def writer(self) -> Writer:
        """What formulas are recorded with."""
        return Writer(self.trace, self.numbers, self.record, self.detached, self.settled)

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
        if not self.holds_arrays:
            return super().record(row, arguments, span)
        trace = self.trace
        given = [trace.values[a] for a in arguments]
        shapes = [shape_of(value) for value in given]
        try:
            if row.array is not None:
                shape = row.shape(*([shapes] if row.many else shapes), *statics)  # type: ignore[misc]
            else:
                shape = (
                    shapes[0] if shapes[0] == shapes[-1] and row.arity < 3 else (broadcast(*shapes))
                )
            if shape:
                self._measure(shape, span)
            value = self.kernels[row.name](*([given] if row.many else given), *statics)
        except (ShapeError, SingularError) as error:
            raise unfit(row, shapes, error, span) from error
        except (ValueError, ArithmeticError) as error:
            if not (self.lenient and row.array is None):
                raise outside(trace, row, arguments, span) from error
            value = self._tolerant(row, given)
        active = any(trace.active[a] for a in arguments)
        slot = trace.append(row, arguments, span, value, active)
        if row.array is not None:
            trace.statics[slot] = statics
        return slot

    def _measure(self, shape: Shape, span: Span) -> None:
        """Refuse what would eat the memory, before it is made."""
        size = prod(shape)
        self.room -= size
        if size > self.limits.elements or self.room < 0:
            message = (
                f"an array of {size:,} elements is too large: the limit is {self.limits.elements:,}"
                if size > self.limits.elements
                else f"the arrays of this run hold over {TOTAL * self.limits.elements:,} elements"
            )
            raise GradcalcError(
                "too-large", message, span, hint="raise the limit with --max-elements"
            )

    def _tolerant(self, row: Rule, given: list[Any]) -> Any:
        """The value where some elements have none: they are not a number, and not taken."""
        import numpy as np

        kernel = getattr(self.numbers, "scalars", self.numbers).__dict__[row.name]

        def each(*numbers: Any) -> Any:
            try:
                return kernel(*numbers)
            except (ValueError, ArithmeticError):
                return float("nan")

        made = np.frompyfunc(each, row.arity, 1)(*given)
        dtype: Any = self.numbers.dtype
        return made.astype(dtype) if isinstance(made, np.ndarray) else made

    # nodes --------------------------------------------------------------------------------

    def array(self, node: ast.Vector | ast.Index | ast.Transpose | ast.Keyword) -> Code:
        match node:
            case ast.Vector():
                return self._vector(node)
            case ast.Index():
                return self._index(node)
            case ast.Transpose(operand):
                return self._transpose(self.expression(operand), node.span)
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
            shapes = [self._shape(slot) for slot in slots]
            for shape, place in zip(shapes, places, strict=True):
                if shape != shapes[0]:
                    first, this = described(shapes[0]), described(shape)
                    raise GradcalcError(
                        "shape",
                        f"the elements differ in shape: the first is {first}, this is {this}",
                        place,
                        hint="write a vector as [1, 2], a matrix as [[1, 2], [3, 4]]",
                    )
            if len(shapes[0]) > 1:
                raise GradcalcError(
                    "shape",
                    "arrays can't have more than two axes",
                    span,
                    hint="write a matrix as [[1, 2], [3, 4]]",
                )
            return self.record(row, tuple(slots), span, (len(shapes[0]),))

        return run

    def _shape(self, slot: int) -> Shape:
        found: Shape = shape_of(self.trace.values[slot])
        return found

    def _transpose(self, operand: Code, span: Span) -> Code:
        def run(scope: Scope) -> int:
            slot = operand(scope)
            return (
                self.record(TABLE["swap"], (slot,), span) if len(self._shape(slot)) == 2 else (slot)
            )

        return run

    def _index(self, node: ast.Index) -> Code:
        target, key, span = self.expression(node.target), self.key(node), node.span

        def run(scope: Scope) -> int:
            slot = target(scope)
            return self.record(TABLE["index"], (slot,), span, (key(slot, scope),))

        return run

    def key(self, node: ast.Index) -> Callable[[int, Scope], tuple[Any, ...]]:
        """What finds the part that an index names, once the array is known."""
        ends = [
            (self._end(i.start), self._end(i.stop))
            if isinstance(i, ast.Slice)
            else self.expression(i)
            for i in node.indices
        ]
        spans = [index.span for index in node.indices]

        def found(slot: int, scope: Scope) -> tuple[Any, ...]:
            shape = self._shape(slot)
            if len(ends) > len(shape):
                message = (
                    "a number can't be indexed",
                    f"a vector takes 1 index, not {len(ends)}",
                    f"a matrix takes at most 2 indices, not {len(ends)}",
                )[len(shape)]
                raise GradcalcError(
                    "index",
                    message,
                    node.span,
                    hint="write v[0] for a vector, A[0, 1] for a matrix",
                )
            made: list[Any] = []
            for k, size in enumerate(shape):
                if k >= len(ends):
                    made.append((0, size, 1))
                    continue
                end = ends[k]
                if isinstance(end, tuple):
                    made.append(self._range(end, size, spans[k], scope))
                else:
                    made.append(self._place(end(scope), size, spans[k]))
            return tuple(made)

        return found

    def _end(self, node: ast.Expr | None) -> Code | None:
        return None if node is None else self.expression(node)

    def _place(self, slot: int, size: int, span: Span) -> int:
        place = self._integer(slot, span, "index")
        if not -size <= place < size:
            raise GradcalcError(
                "index",
                f"index {place} is out of range: the size is {size}",
                span,
                hint=f"use 0 to {size - 1}, or -1 to -{size} to count from the end",
            )
        return place % size

    def _range(
        self, ends: tuple[Code | None, Code | None], size: int, span: Span, scope: Scope
    ) -> tuple[int, int, int]:
        """A slice, its ends clipped as Python does."""
        start, stop = (
            None if end is None else self._integer(end(scope), span, "index") for end in ends
        )
        first, last, _ = slice(start, stop).indices(size)
        if last <= first:
            ends_as_text = ["" if end is None else str(end) for end in (start, stop)]
            raise GradcalcError(
                "index",
                f"the slice {':'.join(ends_as_text)} of {size} elements selects nothing",
                span,
                hint="the end index must be larger than the start"
                if first < size
                else f"the last index is {size - 1}",
            )
        return first, last, 1

    def _integer(self, slot: int, span: Span, what: str) -> int:
        value = self.trace.values[slot]
        if shape_of(value) or not abs(value) < float("inf") or value % 1 != 0:
            raise not_an_integer(what, value, span)
        self.settled(slot, span)
        return int(value)

    # functions ----------------------------------------------------------------------------

    def product(self, left: int, right: int, span: Span) -> int:
        return self.composed(matmul, [left, right], span)

    def composed(
        self, formula: Callable[..., Any], slots: list[Any], span: Span, **more: Any
    ) -> int:
        """Record a formula over rows; the slot of its value."""
        writer = self.writer
        before, writer.span = writer.span, span
        try:
            return writer.slot(formula(writer, *map(writer.handle, slots), **more))
        except ShapeError as error:
            raise GradcalcError("shape", str(error), span) from error
        except NotAnIntegerError as error:
            raise not_an_integer("size", error.args[0], span) from error
        finally:
            writer.span = before

    def composition(self, node: ast.Call) -> Code:
        name, span = node.function, node.span
        entry = COMPOSITIONS.get(name)
        parameters = entry.parameters if entry else ("x", "[axis]")
        formula = entry.formula if entry else REDUCING.get(name)
        if formula is None:
            raise GradcalcError("keyword", f"{name} works element by element and has no axis", span)
        given = _matched(node, parameters, entry)
        codes = [(kind, self._argument(kind, argument)) for kind, argument in given]

        def run(scope: Scope) -> int:
            numbers, statics, named = [], [], {}
            for kind, code in codes:
                slot = None if code is None else code(scope) if callable(code) else code
                if kind == "x":
                    numbers.append(slot)
                elif kind == "*[axis]":
                    named["axis"] = self._static(slot, span, kind)
                else:
                    statics.append(self._static(slot, span, kind))
            called = partial(_called, formula, statics)
            return self.composed(called, numbers, span, **named)

        return run

    def _argument(self, kind: str, node: ast.Expr | None) -> Any:
        if node is None:
            return None
        if kind == "[p]" and isinstance(node, ast.Name) and node.name == "fro":
            return "fro"
        return self.expression(node)

    def _static(self, slot: Any, span: Span, kind: str) -> Any:
        """What is no number to differentiate by: a size, an axis, the p of a norm."""
        if slot is None or isinstance(slot, str):
            return slot
        if kind == "[p]":
            value = self.trace.values[slot]
            if hasattr(value, "shape"):
                raise GradcalcError(
                    "shape",
                    f"the order of a norm must be a number, not {described(value.shape)}",
                    span,
                    hint="write norm(v), norm(v, 1)",
                )
            if self.trace.active[slot]:
                raise GradcalcError(
                    "not-constant",
                    "norm can't be differentiated by its order",
                    span,
                    hint="write detach(p) to treat p as a constant",
                )
            self.settled(slot, span)
            exact = self.trace.constants.get(slot)
            return exact if isinstance(exact, Fraction) else float(value)
        return self._integer(slot, span, "axis" if "axis" in kind else "size")

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


def _called(
    formula: Callable[..., Any], statics: list[Any], n: Any, *given: Any, **named: Any
) -> Any:
    return formula(n, *given, *statics, **named)


def _filled(n: Any, x: Any, shape: Shape) -> Any:
    return x if x.shape == shape else n.broadcast(x, x.shape, shape)


def _matched(
    node: ast.Call, parameters: tuple[str, ...], entry: Composition | None
) -> list[tuple[str, ast.Expr | None]]:
    """The arguments of a call with the kind of parameter each fills."""
    plain = [a for a in node.arguments if not isinstance(a, ast.Keyword)]
    named = {a.name: a.value for a in node.arguments if isinstance(a, ast.Keyword)}
    many = any(p.startswith("*") for p in parameters)
    fixed = [p for p in parameters if not p.startswith(("*", "["))]
    optional = [p for p in parameters if p.startswith("[")]
    most = len(fixed) if many else len(fixed) + len(optional)
    too_many = len(plain) > most and not many
    unknown = [name for name in named if f"[{name}]" not in parameters]
    if len(plain) < len(fixed) + many or too_many or unknown or len(named) > 1:
        signature = entry.signature if entry else f"{node.function}(x, axis=0)"
        what = f"has no argument '{unknown[0]}'" if unknown else f"is called {signature}"
        raise GradcalcError(
            "arity", f"{node.function} {what}", node.span, hint=f"write {signature}"
        )
    made: list[tuple[str, ast.Expr | None]] = []
    rest = list(plain)
    for parameter in parameters:
        if parameter.startswith("*"):
            kind = "k#" if parameter.endswith("#") else "x"
            made += [(kind, argument) for argument in rest]
            rest = []
        elif parameter.startswith("["):
            kind = f"*{parameter}" if many else parameter
            value = named.get(parameter[1:-1]) or (rest.pop(0) if rest else None)
            made.append((kind, value))
        else:
            kind = "k#" if parameter.endswith("#") else "x"
            made.append((kind, rest.pop(0)))
    return made
