"""The compiler of machine code: llvmlite, where it is installed, for the processor at hand."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gradcalc.kernels.codegen import FunctionText, Registers
from gradcalc.kernels.uniform import uniform_values
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
    function: Any
    engine: Any

    def uniform(self, numbers: Mapping[str, float]) -> Any:
        """The values that are the same in all rows, from the inputs that are: a vector."""
        values = uniform_values(self.source.trace, numbers, self.source.uniform)
        return np.array(values, dtype=float)

    def run(
        self,
        columns: Mapping[str, Any],
        uniform: Any,
        outputs: Sequence[Any],
        mask: Any,
        rows: Any = None,
    ) -> None:
        """Fill `outputs` from `columns`, contiguous float64 all of them, and mark rows in `mask`.

        All rows, or those at the indices `rows` (int64).
        """
        lanes = self.source.width
        if rows is not None and len(rows) < lanes:
            rows = np.resize(rows, lanes)
        elif rows is None and len(mask) < lanes:
            self._run_padded(columns, uniform, outputs, mask)
            return
        arrays = [*(columns[name] for name in self.source.inputs), *outputs]
        places = (ctypes.c_void_p * len(arrays))(*map(_address, arrays))
        where, count = (None, len(mask)) if rows is None else (_address(rows), len(rows))
        self.function(places, _address(uniform), _address(mask), where, count)

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
        places = (ctypes.c_void_p * len(arrays))(*map(_address, arrays))
        self.function(places, _address(uniform), None, None, rows)

    def _run_padded(
        self, columns: Mapping[str, Any], uniform: Any, outputs: Sequence[Any], mask: Any
    ) -> None:
        """Fewer rows than a register holds: some are repeated until it is full."""
        lanes = self.source.width
        padded = {name: np.resize(columns[name], lanes) for name in self.source.inputs}
        full_outputs = [np.empty(lanes, dtype=array.dtype) for array in outputs]
        full_mask = np.zeros(lanes, dtype=bool)
        self.run(padded, uniform, full_outputs, full_mask)
        for array, full in zip(outputs, full_outputs, strict=True):
            array[:] = full[: len(array)]
        if full_mask.any():
            mask |= full_mask[: len(mask)]


def _address(array: Any) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


@dataclass(frozen=True)
class Machine:
    """The processor: its widest registers, and those that suit arithmetic alone."""

    wide: Registers
    narrow: Registers
    binding: Any  # of llvmlite
    target: Any

    def registers(self, *, arithmetic: bool) -> Registers:
        """The registers for a function, or for one that is nothing but `arithmetic`.

        Arithmetic waits for memory: registers of 512 bits gain nothing there, and lose where the
        arrays don't start at a multiple of 64 bytes.
        """
        return self.narrow if arithmetic else self.wide

    def compile(self, source: FunctionText) -> Native:
        """A function, ready to be called."""
        module = self.binding.parse_assembly(source.text)
        engine = self.binding.create_mcjit_compiler(module, self.target())
        engine.finalize_object()
        address = engine.get_function_address("rows")
        pointer, count = ctypes.c_void_p, ctypes.c_int64
        kind = ctypes.CFUNCTYPE(None, pointer, pointer, pointer, pointer, count)
        return Native(source, kind(address), engine)


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
    wide = Registers(width, _functions(llvm, kind, width))
    narrow = Registers(min(width, 4), _functions(llvm, kind, min(width, 4)))
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

    return Machine(wide, narrow, llvm, target)


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
