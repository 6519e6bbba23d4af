"""Loops: `while`, `for` over counts, `for` over the elements of a vector; `break`, `continue`.

Each kind of loop is an iterator that decides whether there is another turn and binds the loop's
variable; one function runs the turns.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.rules.table import TABLE
from gradcalc.run.expressions import Scope
from gradcalc.run.solvers import Solvers

Block = Callable[[Scope], int | None]


class LeaveError(Exception):
    """A turn of a loop ends before its last statement: by `break` or `continue`, the `word`."""

    def __init__(self, word: str) -> None:
        self.word = word


class Loops(Solvers):
    """Compiles loops. A comparison that leaves one is a guard, like one that goes on."""

    @abstractmethod
    def block(self, body: tuple[ast.Statement, ...]) -> Block:
        """The statements as one closure; its value is that of the last one that has one."""

    def loop(self, node: ast.While) -> Block:
        """`while c { … }`"""
        decide, body = self.decision(node.test), self.block(node.body)

        def turns(scope: Scope) -> Iterator[None]:
            while decide(scope):
                self.turn(node.span)
                yield

        return lambda scope: _run(turns(scope), body, scope)

    def count(self, node: ast.For) -> Block:
        """`for i in a..b { … }`, and `for v in vector { … }`"""
        if node.stop is None:
            return self._walk(node)
        start, body, name = self.expression(node.start), self.block(node.body), node.name
        stop = self.expression(node.stop)
        bounds = node.start.span, node.stop.span
        number, trace, span = self.numbers.number, self.trace, node.span

        def turns(scope: Scope) -> Iterator[None]:
            first = self._bound(start(scope), bounds[0])
            last = self._bound(stop(scope), bounds[1])
            counts, derived = name in self.read, name in self.derived_by
            for count in range(first, last):
                self.turn(span)
                if counts:
                    exact = Fraction(count)
                    counter = trace.constant(exact, number(exact), span)
                    if derived:
                        counter = self.bound(name, counter, span, fresh=True)
                    scope[name] = counter
                    trace.names[counter] = name
                yield

        return lambda scope: _run(turns(scope), body, scope)

    def _walk(self, node: ast.For) -> Block:
        """`for v in vector`: its elements in turn, of a matrix its rows."""
        items, body = self.expression(node.start), self.block(node.body)
        name, span = node.name, node.span

        def turns(scope: Scope) -> Iterator[None]:
            whole = items(scope)
            shape = self.shape(whole)
            if not shape:
                raise GradcalcError(
                    "not-a-vector",
                    "a for loop can't run over a number",
                    node.start.span,
                    hint=f"write for {name} in 0..n, or for {name} in a vector",
                )
            for count in range(shape[0]):
                self.turn(span)
                key = (count, *[(0, size, 1) for size in shape[1:]])
                item = self.record(TABLE["index"], (whole,), span, (key,))
                scope[name] = self.bound(name, item, span, fresh=True)
                self.trace.names[item] = name
                yield

        return lambda scope: _run(turns(scope), body, scope)

    def _bound(self, slot: int, span: Span) -> int:
        return self.integer(slot, span, "loop bound")


def _run(turns: Iterable[None], body: Block, scope: Scope) -> int | None:
    """Run the turns of a loop; its value is that of the last turn, if that one was not left."""
    slot: int | None = None
    for _ in turns:
        try:
            slot = body(scope)
        except LeaveError as leave:
            slot = None
            if leave.word == "break":
                break
    return slot
