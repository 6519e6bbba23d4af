"""A path as machine code: all steps of a row in registers, several rows at once.

A function is written as text of LLVM's language and compiled by llvmlite, which is optional:
without it, and for what can't be said in it, the steps of the schedule run one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.ufuncs import nan_numbers
from gradcalc.numbers.native import LIBRARY, Code, Lanes, NotNativeError
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import native_numbers
from gradcalc.rules.table import TABLE
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import CONSTANT, INPUT, Trace
from gradcalc.trace.walk import needed, varying

MAX_NATIVE_INSTRUCTIONS = (
    4000  # instructions of a trace, 0.4 seconds of compiling; beyond it they grow faster
)


@dataclass(frozen=True, slots=True)
class FunctionText:
    """A function of machine code, as text.

    It takes arrays by address: the columns of `inputs`, then those of the answers; the numbers of
    `uniform` slots of a trace, which are the same in all rows; a mask; where rows stand, if they
    are scattered; and their count, no less than the machine's width.
    """

    text: str
    trace: Trace
    inputs: tuple[str, ...]
    uniform: tuple[int, ...]


@cache
def is_exact(name: str) -> bool:
    """Does a row of the table compute what IEEE fixes to the last bit, the same in every way?"""
    code = Code(1, {name: name for name in LIBRARY.values()})
    kernel = native_numbers(code).__dict__.get(name)
    if kernel is None:
        return False
    try:
        kernel(*(Lanes(code, f"%x{k}") for k in range(TABLE[name].arity)))
    except NotNativeError:
        return False
    return code.exact


class FunctionWriter:
    """Writes a function that goes over rows in steps of a register's width.

    The last step ends at the last row, so that some rows may be computed twice: what is written
    may not be read again. `varies` says which slots of the trace differ from row to row.
    """

    def __init__(
        self,
        trace: Trace,
        columns: frozenset[str],
        width: int,
        functions: Mapping[str, str],
        indexed: bool = False,
    ) -> None:
        self.trace = trace
        self.varies = varying(trace, columns)
        self.names = {slot: name for name, slot in trace.inputs.items()}
        self.code = Code(width, functions)
        self.numbers = native_numbers(self.code)
        self.indexed = indexed
        self.inputs: list[str] = []
        self.uniform: list[int] = []
        self.before: list[str] = []
        self.places: list[str] = []  # of the rows of this step, where they are scattered

    @property
    def lanes(self) -> range:
        return range(self.code.width)

    def begin(self) -> None:
        """Find the rows of this step."""
        code = self.code
        if self.indexed:
            for lane in self.lanes:
                at = code.emit(f"add i64 %i, {lane}")
                where = code.emit(f"getelementptr i64, ptr %rows, i64 {at}")
                self.places.append(code.emit(f"load i64, ptr {where}, align 1"))

    def array(self, k: int) -> str:
        """The address of an array, found before the rows are gone through."""
        self.before += [
            f"  %at{k} = getelementptr ptr, ptr %arrays, i64 {k}",
            f"  %array{k} = load ptr, ptr %at{k}",
        ]
        return f"%array{k}"

    def _uniform(self, k: int) -> Lanes:
        """A number that is the same in all rows."""
        code = self.code
        self.before += [
            f"  %un{k} = getelementptr double, ptr %uniform, i64 {k}",
            f"  %us{k} = load double, ptr %un{k}",
            f"  %ui{k} = insertelement {code.double} poison, double %us{k}, i32 0",
            f"  %u{k} = shufflevector {code.double} %ui{k}, {code.double} poison, "
            f"<{code.width} x i32> zeroinitializer",
        ]
        return Lanes(code, f"%u{k}")

    def _load(self, array: str, kind: str) -> str:
        code = self.code
        vector = f"<{code.width} x {kind}>"
        if not self.indexed:
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 %i")
            return code.emit(f"load {vector}, ptr {at}, align 1")
        made = "poison"
        for lane, place in enumerate(self.places):
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 {place}")
            one = code.emit(f"load {kind}, ptr {at}, align 1")
            made = code.emit(f"insertelement {vector} {made}, {kind} {one}, i32 {lane}")
        return made

    def store(self, array: str, made: str, kind: str = "double") -> None:
        code = self.code
        vector = f"<{code.width} x {kind}>"
        if not self.indexed:
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 %i")
            code.lines.append(f"  store {vector} {made}, ptr {at}, align 1")
            return
        for lane, place in enumerate(self.places):
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 {place}")
            one = code.emit(f"extractelement {vector} {made}, i32 {lane}")
            code.lines.append(f"  store {kind} {one}, ptr {at}, align 1")

    def given(self, slot: int) -> Any:
        """A slot that no instruction of each row computes: a constant, what is the same in all
        rows, or an input, which come before anything is stored."""
        if self.trace.rules[slot] is CONSTANT:
            return exact_number(self.trace.constants[slot], self.numbers)
        if not self.varies[slot]:
            self.uniform.append(slot)
            return self._uniform(len(self.uniform) - 1)
        self.inputs.append(self.names[slot])
        return Lanes(self.code, self._load(self.array(len(self.inputs) - 1), "double"))

    def computed(self, row: Rule, given: Sequence[Any]) -> Any:
        """An instruction; NotNativeError where it can't be said."""
        if not any(isinstance(x, Lanes) for x in given):
            return getattr(nan_numbers(), row.name)(*given)
        kernel = self.numbers.__dict__.get(row.name)
        if kernel is None:
            raise NotNativeError(row.name)
        return kernel(*given)

    def mark(self, touched: Any) -> None:
        """Add some rows to the mask; a truth that is the same in all rows adds all or none."""
        code = self.code
        eight = f"<{code.width} x i8>"
        there = self._load("%mask", "i8")
        more = code.emit(f"zext {code.truth} {code.truth_of(touched)} to {eight}")
        self.store("%mask", code.emit(f"or {eight} {there}, {more}"), "i8")

    def finished(self) -> FunctionText:
        """The whole function."""
        code = self.code
        text = "\n".join(
            [
                *code.declared.values(),
                "define void @rows(ptr %arrays, ptr %uniform, ptr %mask, ptr %rows, i64 %n) {",
                "entry:",
                *self.before,
                f"  %last = sub i64 %n, {code.width}",
                "  br label %step",
                "step:",
                "  %i = phi i64 [0, %entry], [%next, %more]",
                *code.lines,
                f"  %up = add i64 %i, {code.width}",
                "  %done = icmp uge i64 %up, %n",
                "  br i1 %done, label %end, label %more",
                "more:",
                "  %short = icmp ult i64 %last, %up",
                "  %next = select i1 %short, i64 %last, i64 %up",
                "  br label %step",
                "end:",
                "  ret void",
                "}",
                "",
            ]
        )
        return FunctionText(text, self.trace, tuple(self.inputs), tuple(self.uniform))


def write_kernel(
    derivatives: Derivatives,
    varying: frozenset[str],
    watched: bool,
    indexed: bool,
    width: int,
    functions: Mapping[str, str],
) -> FunctionText | None:
    """Value and derivatives of a path's rows; None where they can't be said in machine code."""
    trace = derivatives.trace
    if len(trace) > MAX_NATIVE_INSTRUCTIONS:
        return None
    made = FunctionWriter(trace, varying, width, functions, indexed)
    made.begin()
    kinks = [
        (kink, given) for kink, given in derivatives.kinks if any(made.varies[s] for s in given)
    ]
    values: dict[int, Any] = {}
    asked = [*derivatives.columns.values()]
    if watched:
        asked += [slot for _, given in kinks for slot in given]
    try:
        for slot in needed(trace, asked, through=made.varies):
            row, arguments = trace.rules[slot], trace.arguments[slot]
            if row is INPUT or not made.varies[slot]:
                values[slot] = made.given(slot)
            else:
                values[slot] = made.computed(row, [values[a] for a in arguments])
        for kink, given in kinks if watched else ():
            made.mark(kink(*(values[slot] for slot in given)))
    except NotNativeError:
        return None
    _answered(made, derivatives, values)
    return made.finished()


def _answered(made: FunctionWriter, derivatives: Derivatives, values: Mapping[int, Any]) -> None:
    """Store the columns; where the value is not a number, no derivative is."""
    code = made.code
    value = values[derivatives.columns["value"]]
    nowhere = code.isnan(value)
    for k, (name, slot) in enumerate(derivatives.columns.items()):
        answer = values[slot]
        if name != "value":
            answer = code.where(nowhere, float("nan"), answer)
        made.store(made.array(len(made.inputs) + k), code.text(answer))
