"""The compiler of machine code: llvmlite, where it is installed, for the processor at hand."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from gradcalc.kernels.team import MIN_SHARE_ROWS, Team, make_team
from gradcalc.kernels.uniform import uniform_values
from gradcalc.kernels.writer import HIGH, LOW, SHARES, FunctionText, Registers
from gradcalc.memory import is_scarce
from gradcalc.numbers.native import LIBRARY, OF_TWO

# Letters of the vector function ABI, by processor and by float64 in a register: `_ZGVdN4v_sin` is
# sin of four on x86 with AVX2.
VECTOR_ABI = {("x86", 8): "e", ("x86", 4): "d", ("x86", 2): "b", ("aarch64", 2): "n"}
# Part of the GNU C library; its functions are within 4 units in the last place.
VECTOR_LIBRARY = "libmvec.so.1"
OLDEST_LLVM = (16, 0, 0)  # earlier versions of LLVM want the type of what a pointer points to


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A function of machine code, ready to be called; `engine` keeps it in memory."""

    source: FunctionText
    machine: Machine
    engine: Any
    address: int
    function: Any

    def uniform(self, numbers: Mapping[str, float]) -> Any:
        """The values that are the same in all rows, from the inputs that are: a vector."""
        values = uniform_values(self.source.trace, numbers, self.source.uniform)
        return (ctypes.c_double * len(values))(*values)

    def run(
        self,
        columns: Mapping[str, Any],
        uniform: Any,
        outputs: Sequence[Any],
        mask: Any,
        *,
        part: tuple[int, int] | None = None,
        rows: Any = None,
        threads: int = 1,
    ) -> None:
        """Fill `outputs` from `columns`, contiguous float64 all of them, and mark rows in `mask`.

        All rows, those of a `part` (from the first to before the last), or those at the indices
        `rows` (int64). More `threads` than one only if there is a team.
        """
        lanes = self.source.width
        low, high = part or (0, len(mask))
        if rows is not None:
            rows = rows if len(rows) >= lanes else np.resize(rows, lanes)
            low, high = 0, len(rows)
        elif high - low < lanes:
            self._run_padded(columns, uniform, outputs, mask, slice(low, high))
            return
        given = [_address(mask), 0 if rows is None else _address(rows)]
        arrays = [*(columns[name] for name in self.source.inputs), *outputs]
        job = self._job(
            threads, low, high, ctypes.addressof(uniform), *given, *map(_address, arrays)
        )
        self._start(job)

    def run_whole(self, arrays: Sequence[Any], uniform: Any, rows: int, threads: int) -> None:
        """All rows of a call that watches for no kinks, by as many `threads`.

        `arrays` are the columns of `source.inputs`, then those of the answers.
        """
        job = self._job(threads, 0, rows, ctypes.addressof(uniform), 0, 0, *map(_address, arrays))
        self._start(job)

    def _start(self, job: array[int]) -> None:
        if job[SHARES] > 1:
            assert self.machine.team is not None
            self.machine.team.run(job)
        else:
            self.function(job.buffer_info()[0], job[LOW], job[HIGH])

    def sums(self, columns: Mapping[str, Any], uniform: Any, count: int) -> Any:
        """What a function of `write_sums` adds up, over all rows of `columns`.

        An array by sum, of its two parts (see `add_up`), and by lane.
        """
        lanes = self.source.width
        whole, rest = divmod(len(next(iter(columns.values()))), lanes)
        parts = np.zeros((count, 2, lanes))
        if whole:
            self._add(columns, uniform, parts, whole * lanes)
        if rest:  # one step more, of whose lanes only some are rows
            padded = {name: np.resize(x[-rest:], lanes) for name, x in columns.items()}
            last = np.zeros_like(parts)
            self._add(padded, uniform, last, lanes)
            parts = np.concatenate([parts, last[:, :, :rest]], axis=2)
        return parts

    def _add(self, columns: Mapping[str, Any], uniform: Any, parts: Any, rows: int) -> None:
        arrays = [*(columns[name] for name in self.source.inputs), *parts]
        job = self._job(1, 0, rows, ctypes.addressof(uniform), 0, 0, *map(_address, arrays))
        self._start(job)

    def _job(self, *words: int) -> array[int]:
        """The words of a job of this function, but for its own address; see `writer`."""
        return array("q", (self.address, *words))

    def _run_padded(
        self,
        columns: Mapping[str, Any],
        uniform: Any,
        outputs: Sequence[Any],
        mask: Any,
        part: slice,
    ) -> None:
        """Fewer rows than a register holds: some are repeated until it is full."""
        lanes = self.source.width
        padded = {name: np.resize(columns[name][part], lanes) for name in self.source.inputs}
        full_outputs = [np.empty(lanes, dtype=array.dtype) for array in outputs]
        full_mask = np.zeros(lanes, dtype=bool)
        self.run(padded, uniform, full_outputs, full_mask)
        for column, full in zip(outputs, full_outputs, strict=True):
            column[part] = full[: part.stop - part.start]
        if full_mask.any():
            mask[part] |= full_mask[: part.stop - part.start]


def _address(numbers: Any) -> int:
    """Where the numbers of an array in one piece are; of one to write into five times as fast."""
    if numbers.flags.writeable:
        return ctypes.addressof(ctypes.c_char.from_buffer(numbers))
    address: int = numbers.__array_interface__["data"][0]
    return address


@dataclass(frozen=True)
class Machine:
    """The processor: its widest registers, and what compiles for it."""

    registers: Registers
    binding: Any  # of llvmlite
    target: Any

    @cached_property
    def team(self) -> Team | None:
        """Threads that share out the rows of a call; None where there are none."""
        return make_team(self.binding, self.engine)

    def shares(self, rows: int, threads: int) -> int:
        """In how many shares so many rows are computed by up to so many threads of the team; 1
        where there is none."""
        shares = min(threads, rows // MIN_SHARE_ROWS)
        return shares if shares > 1 and self.team is not None and self.team.is_there else 1

    @cached_property
    def functions(self) -> dict[tuple[Any, ...], Native]:
        """The rows of the table that were compiled by themselves, see `functions`."""
        return {}

    def compile(self, source: FunctionText) -> Native:
        """A function, ready to be called."""
        engine = self.engine(source.text)
        address = engine.get_function_address("rows")
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
        return Native(source, self, engine, address, kind(address))

    def engine(self, text: str) -> Any:
        """What keeps the functions of a text in memory and knows where."""
        engine = self.binding.create_mcjit_compiler(
            self.binding.parse_assembly(text), self.target()
        )
        engine.finalize_object()
        return engine


@cache
def machine() -> Machine | None:
    """The processor, as llvmlite sees it; None where it is not installed, too old, or where there
    is too little memory to load it: NumPy computes the same."""
    if is_scarce():
        return None
    try:
        import llvmlite.binding as llvm
    except (ImportError, OSError, MemoryError):
        return None
    if llvm.llvm_version_info < OLDEST_LLVM:
        return None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features()
    triple = llvm.get_process_triple()
    kind = "x86" if triple.startswith("x86_64") else triple.split("-")[0]
    width = 2
    if kind == "x86":
        width = 8 if features.get("avx512f") else 4 if features.get("avx2") else 2
    flat = features.flatten()

    def target() -> Any:
        return llvm.Target.from_triple(triple).create_target_machine(
            cpu=llvm.get_host_cpu_name(),
            features=flat,
            opt=2,
            reloc="default",
            codemodel="jitdefault",
            jit=True,
        )

    return Machine(Registers(width, _functions(llvm, kind, width)), llvm, target)


def _functions(llvm: Any, kind: str, width: int) -> dict[str, str]:
    """By the name of each function of C the symbol to call: of whole registers, where it exists."""
    symbols = {name: name for name in set(LIBRARY.values()) if llvm.address_of_symbol(name)}
    letter = VECTOR_ABI.get((kind, width))
    try:
        llvm.load_library_permanently(VECTOR_LIBRARY)
    except RuntimeError:
        return symbols
    for name in set(LIBRARY.values()):
        symbol = f"_ZGV{letter}N{width}{'vv' if name in OF_TWO else 'v'}_{name}"
        if llvm.address_of_symbol(symbol):
            symbols[name] = symbol
    return symbols
