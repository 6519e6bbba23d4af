"""A function over rows, written as text in LLVM's language: the loop, its arrays, its registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.numbers.lanes import Lanes, NotNativeError
from gradcalc.numbers.native import Code
from gradcalc.rules.array_systems import native_numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import nan_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import CONSTANT, Trace
from gradcalc.trace.walk import varying


@dataclass(frozen=True, slots=True)
class Registers:
    """How many float64 a register holds, and by name C's functions, of whole registers if any."""

    width: int
    functions: Mapping[str, str]


# The words of a job, 8 bytes each: the address of the function that does it; in how many shares,
# from which row and to which; the addresses of what `FunctionText` names, those of arrays last.
FUNCTION, SHARES, LOW, HIGH, UNIFORM, MASK, ROWS, ARRAYS = range(8)


@dataclass(frozen=True, slots=True)
class FunctionText:
    """A function as text in LLVM's language.

    Its arguments are a pointer to a job, the first row and the one after the last: at least as many
    as a register holds, its `width`. The job has the addresses of the values of the `uniform`
    slots, the same in all rows; of the mask; of the indices of the rows, if they are scattered; and
    of all arrays, the columns of `inputs` before those of the answers.
    """

    text: str
    width: int
    trace: Trace
    inputs: tuple[str, ...]
    uniform: tuple[int, ...]


class FunctionWriter:
    """Writes a function that goes over rows in steps of a register's width.

    The last step ends at the last row, so that some rows may be computed twice: the function must
    not read what it has written. `varies` marks the slots that differ from row to row.
    """

    def __init__(
        self, trace: Trace, columns: frozenset[str], registers: Registers, indexed: bool = False
    ) -> None:
        self.trace = trace
        self.varies = varying(trace, columns)
        self.names = {slot: name for name, slot in trace.inputs.items()}
        self.code = Code(registers.width, registers.functions)
        self.numbers = native_numbers(self.code)
        self.indexed = indexed
        self.inputs: list[str] = []
        self.uniform: list[int] = []
        self.before: list[str] = []  # the loop over the rows
        self.carried: list[str] = []  # from step to step: the start of the loop reads it
        self.after: list[str] = []
        self.places: list[str] = []  # of the rows of this step, where they are scattered
        for name, k in (("uniform", UNIFORM), ("mask", MASK), ("rows", ROWS)):
            self._word(name, k)

    @property
    def lanes(self) -> range:
        return range(self.code.width)

    def begin(self) -> None:
        """Write the start of a step: the indices of its rows, where they are scattered."""
        code = self.code
        if self.indexed:
            for lane in self.lanes:
                at = code.emit(f"add i64 %i, {lane}")
                where = code.emit(f"getelementptr i64, ptr %rows, i64 {at}")
                self.places.append(code.emit(f"load i64, ptr {where}, align 1"))

    def array(self, k: int) -> str:
        """The address of an array, loaded before the loop over the rows."""
        return self._word(f"array{k}", ARRAYS + k)

    def _word(self, name: str, k: int) -> str:
        """An address in the job."""
        self.before += [
            f"  %{name}.at = getelementptr ptr, ptr %job, i64 {k}",
            f"  %{name} = load ptr, ptr %{name}.at",
        ]
        return f"%{name}"

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
        register = "poison"
        for lane, place in enumerate(self.places):
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 {place}")
            one = code.emit(f"load {kind}, ptr {at}, align 1")
            register = code.emit(f"insertelement {vector} {register}, {kind} {one}, i32 {lane}")
        return register

    def store(self, array: str, register: str, kind: str = "double") -> None:
        """Write the numbers of this step's rows into an array."""
        code = self.code
        vector = f"<{code.width} x {kind}>"
        if not self.indexed:
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 %i")
            code.lines.append(f"  store {vector} {register}, ptr {at}, align 1")
            return
        for lane, place in enumerate(self.places):
            at = code.emit(f"getelementptr {kind}, ptr {array}, i64 {place}")
            one = code.emit(f"extractelement {vector} {register}, i32 {lane}")
            code.lines.append(f"  store {kind} {one}, ptr {at}, align 1")

    def source(self, slot: int) -> Any:
        """A slot that is not computed for each row: a constant, an input, or what is the same in
        all rows. To be read before anything is stored."""
        if self.trace.rules[slot] is CONSTANT:
            return exact_number(self.trace.constants[slot], self.numbers)
        if not self.varies[slot]:
            self.uniform.append(slot)
            return self._uniform(len(self.uniform) - 1)
        self.inputs.append(self.names[slot])
        return Lanes(self.code, self._load(self.array(len(self.inputs) - 1), "double"))

    def compute(self, row: Rule, arguments: Sequence[Any]) -> Any:
        """An instruction; NotNativeError where machine code has no form for it."""
        if not any(isinstance(x, Lanes) for x in arguments):
            return getattr(nan_numbers(), row.name)(*arguments)
        kernel = self.numbers.__dict__.get(row.name)
        if kernel is None:
            raise NotNativeError(row.name)
        return kernel(*arguments)

    def mark(self, touched: Any) -> None:
        """Add the rows where `touched` is true to the mask; a plain truth adds all or none."""
        code = self.code
        eight = f"<{code.width} x i8>"
        there = self._load("%mask", "i8")
        more = code.emit(f"zext {code.truth} {code.truth_of(touched)} to {eight}")
        self.store("%mask", code.emit(f"or {eight} {there}, {more}"), "i8")

    def add_up(self, k: int, number: Any) -> None:
        """Sum a number over the steps, lane by lane; what rounding loses is carried on (Kahan).

        Into array `k` go the sums, then what they are too large by.
        """
        code = self.code
        sums, excess = f"%sum{k}", f"%excess{k}"
        term = code.emit(f"fsub {code.double} {code.text(number)}, {excess}")
        more = code.emit(f"fadd {code.double} {sums}, {term}")
        gain = code.emit(f"fsub {code.double} {more}, {sums}")
        left = code.emit(f"fsub {code.double} {gain}, {term}")
        array = self.array(len(self.inputs) + k)
        for name, new in ((sums, more), (excess, left)):
            start = f"[zeroinitializer, %entry], [{new}, %more]"
            self.carried.append(f"  {name} = phi {code.double} {start}")
        self.after += [
            f"  store {code.double} {more}, ptr {array}, align 1",
            f"  %rest{k} = getelementptr double, ptr {array}, i64 {code.width}",
            f"  store {code.double} {left}, ptr %rest{k}, align 1",
        ]

    def text(self) -> FunctionText:
        """The whole function."""
        code = self.code
        text = "\n".join(
            [
                *code.declared.values(),
                # Registers that are saved on the stack are to start where they don't cross lines of
                # the cache: C's own alignment is 16 bytes.
                "define void @rows(ptr %job, i64 %low, i64 %high) "
                f"alignstack({max(16, 8 * code.width)}) {{",
                "entry:",
                *self.before,
                f"  %last = sub i64 %high, {code.width}",
                "  br label %step",
                "step:",
                "  %i = phi i64 [%low, %entry], [%next, %more]",
                *self.carried,
                *code.lines,
                f"  %up = add i64 %i, {code.width}",
                "  %done = icmp uge i64 %up, %high",
                "  br i1 %done, label %end, label %more",
                "more:",
                "  %short = icmp ult i64 %last, %up",
                "  %next = select i1 %short, i64 %last, i64 %up",
                "  br label %step",
                "end:",
                *self.after,
                "  ret void",
                "}",
                "",
            ]
        )
        return FunctionText(text, code.width, self.trace, tuple(self.inputs), tuple(self.uniform))
