"""Which path each row takes, in machine code: the tree of guards as branches.

Rows go down it together, as many as a register holds; a branch is taken where any of them takes it.
Only arithmetic that IEEE fixes is written so: the outcome is that of the steps, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from gradcalc.kernels.codegen import MAX_NATIVE_INSTRUCTIONS
from gradcalc.kernels.lowering import power_by_products
from gradcalc.kernels.tree import NOWHERE, UNKNOWN, Node, product_exponent
from gradcalc.kernels.writer import FunctionText, FunctionWriter, Registers
from gradcalc.numbers.lanes import Lanes, NotNativeError
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Guard, Trace, decides
from gradcalc.trace.walk import interpret, needed

MAX_COMPARISONS = 500  # nodes of a tree, the ends of its paths included


def write_walker(root: Node, columns: frozenset[str], registers: Registers) -> FunctionText | None:
    """A function that writes the number of each row's path, an int16, and marks in the mask the
    rows that compare equal numbers.

    `columns` names the inputs that are columns. None where the tree is too large, or a comparison
    is of what functions compute, whose last bits may differ.
    """
    try:
        return _Walker(FunctionWriter(root.trace, columns, registers)).write(root)
    except NotNativeError:
        return None


@dataclass(frozen=True, slots=True)
class _State:
    """Names of registers: the path of each row so far, and where equal numbers were compared."""

    path: str
    equal: str


@dataclass(frozen=True, slots=True)
class _Visit:
    """A node of the tree whose text is yet to be written.

    `known` are values by slot, `here` the rows that come by (None: all). The text begins at the
    label `start`; `done` is the label at which it has found its `state`, whose names are made of
    that label, `after` the one it then goes to.
    """

    node: Node | None
    known: dict[int, Any]
    here: Lanes | None
    state: _State
    start: str
    done: str
    after: str


class _Walker:
    def __init__(self, writer: FunctionWriter) -> None:
        self.writer = writer
        self.code = writer.code
        self.pending: list[_Visit] = []
        self.whole = f"<{self.code.width} x i16>"

    def write(self, root: Node) -> FunctionText:
        writer, code = self.writer, self.code
        if len(root.trace) > MAX_NATIVE_INSTRUCTIONS:
            raise NotNativeError("a long trace")
        known = {slot: writer.source(slot) for slot in root.trace.inputs.values()}
        code.lines.append("  br label %root")
        start = _State(self._number(UNKNOWN), "zeroinitializer")
        self.pending = [_Visit(root, known, None, start, "root", "found", "out")]
        count = 0
        while self.pending:
            count += 1
            if count > MAX_COMPARISONS:
                raise NotNativeError("a large tree")
            self._visit(self.pending.pop())
        code.lines.append("out:")
        final = _state_at("found")
        writer.mark(Lanes(code, final.equal, True))
        writer.store(writer.array(len(writer.inputs)), final.path, "i16")
        return writer.text()

    def _visit(self, visit: _Visit) -> None:
        """The text of a node; its children wait to be written."""
        code, node = self.code, visit.node
        code.lines.append(f"{visit.start}:")
        state = visit.state
        if node is None or node.guard is None:
            state = self._settle(state, UNKNOWN if node is None else node.path, visit.here)
        else:
            state = self._branch(node, node.guard, visit)
        final = _state_at(visit.done)
        code.lines += [
            f"  br label %{visit.done}",
            f"{visit.done}:",
            f"  {final.path} = bitcast {self.whole} {state.path} to {self.whole}",
            f"  {final.equal} = bitcast {code.truth} {state.equal} to {code.truth}",
            f"  br label %{visit.after}",
        ]

    def _branch(self, node: Node, guard: Guard, visit: _Visit) -> _State:
        """A comparison, whose outcome says by which child a row goes on."""
        code = self.code
        known = visit.known
        left, right = (self._value(node.trace, slot, known) for slot in (guard.left, guard.right))
        nowhere = code.logical("or", code.isnan(left), code.isnan(right))
        state = self._settle(visit.state, NOWHERE, self._both(visit.here, nowhere))
        if decides(node.trace, guard):
            equal = self._both(visit.here, code.compared("==", left, right))
            either = code.emit(f"or {code.truth} {state.equal}, {equal.name}")
            state = _State(state.path, either)
        block = visit.start
        for k, (way, child) in enumerate(node.children.items()):
            taken = self._both(visit.here, self._taken(guard, left, right, way, nowhere))
            bits = code.emit(f"bitcast {code.truth} {taken.name} to i{code.width}")
            some = code.emit(f"icmp ne i{code.width} {bits}, 0")
            label = f"{visit.start}.{k}"
            start, done, after = label, f"{label}.done", f"{label}.after"
            code.lines += [f"  br i1 {some}, label %{start}, label %{after}", f"{after}:"]
            self.pending.append(_Visit(child, dict(known), taken, state, start, done, after))
            there = _state_at(done)
            state = _State(
                *(
                    code.emit(f"phi {kind} [{mine}, %{block}], [{theirs}, %{done}]")
                    for kind, mine, theirs in (
                        (self.whole, state.path, there.path),
                        (code.truth, state.equal, there.equal),
                    )
                )
            )
            block = after
        return state

    def _taken(self, guard: Guard, left: Any, right: Any, way: float, nowhere: Lanes) -> Any:
        """The rows that go on by the child of a way."""
        code = self.code
        if guard.op == "is":
            return code.compared("==", left, way)
        holds = code.compared(guard.op, left, right)
        if not way:
            return self._not(code.logical("or", holds, nowhere))
        # of what is not a number, != holds as well
        return self._both(holds, self._not(nowhere)) if guard.op == "!=" else holds

    def _value(self, trace: Trace, slot: int, known: dict[int, Any]) -> Lanes:
        """A slot and those it needs, for the rows of a step."""
        interpret(
            trace,
            needed(trace, [slot], known=known),
            known,
            read=lambda at, _: self.writer.source(at),  # all are known from the start
            constant=lambda _, exact: exact_number(exact, self.writer.numbers),
            compute=partial(self._compute, trace),
        )
        if not self.code.exact:
            raise NotNativeError("a function")
        value = known[slot]
        return value if isinstance(value, Lanes) else Lanes(self.code, self.code.text(value))

    def _compute(self, trace: Trace, slot: int, arguments: list[Any]) -> Any:
        exponent = product_exponent(trace, slot)
        if exponent is None or not isinstance(arguments[0], Lanes):
            return self.writer.compute(trace.rules[slot], arguments)
        return power_by_products(arguments[0], exponent, self.code.sqrt)

    def _both(self, here: Lanes | None, mask: Any) -> Any:
        return mask if here is None else self.code.logical("and", here, mask)

    def _not(self, mask: Any) -> Any:
        code = self.code
        every = ", ".join(["i1 true"] * code.width)
        return Lanes(code, code.emit(f"xor {code.truth} {mask.name}, <{every}>"), True)

    def _number(self, path: int) -> str:
        return f"<{', '.join([f'i16 {path}'] * self.code.width)}>"

    def _settle(self, state: _State, path: int, here: Lanes | None) -> _State:
        """The state after the rows that are here have taken a path."""
        number = self._number(path)
        if here is None:
            return _State(number, state.equal)
        paths = self.code.emit(
            f"select {self.code.truth} {here.name}, {self.whole} {number}, "
            f"{self.whole} {state.path}"
        )
        return _State(paths, state.equal)


def _state_at(label: str) -> _State:
    """The names of the registers that hold the state at a label."""
    return _State(f"%path.{label}", f"%equal.{label}")
