"""The compiler of machine code: llvmlite, where it is installed, for the processor at hand."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gradcalc.kernels.codegen import Written
from gradcalc.kernels.schedule import uniform_values
from gradcalc.numbers.native import LIBRARY, OF_TWO

# Of the vector function interface: how a function of so many float64 is called on a processor.
VECTORS = {("x86", 8): "e", ("x86", 4): "d", ("x86", 2): "b", ("aarch64", 2): "n"}
# Of the GNU C library: its functions are within 4 units of the last place.
VECTOR_LIBRARY = "libmvec.so.1"
OLDEST = (16, 0, 0)  # version of LLVM: those before have pointers to a type


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A function of machine code, ready to be called; `engine` holds it."""

    written: Written
    lanes: int
    function: Any
    engine: Any

    def uniform(self, numbers: Mapping[str, float]) -> Any:
        """What is the same in all rows, of numbers that are."""
        values = uniform_values(self.written.trace, numbers, self.written.uniform)
        return np.array(values, dtype=float)

    def run(
        self,
        columns: Mapping[str, Any],
        uniform: Any,
        made: Sequence[Any],
        mask: Any,
        rows: Any = None,
    ) -> None:
        """Fill the arrays that are to be `made` from columns, all of them contiguous float64, and
        mark rows in the mask: all rows, or those that stand at `rows`."""
        lanes = self.lanes
        if rows is not None and len(rows) < lanes:
            rows = np.resize(rows, lanes)
        elif rows is None and len(mask) < lanes:
            self._few(columns, uniform, made, mask)
            return
        arrays = [*(columns[name] for name in self.written.inputs), *made]
        places = (ctypes.c_void_p * len(arrays))(*map(_address, arrays))
        where, count = (None, len(mask)) if rows is None else (_address(rows), len(rows))
        self.function(places, _address(uniform), _address(mask), where, count)

    def _few(
        self, columns: Mapping[str, Any], uniform: Any, made: Sequence[Any], mask: Any
    ) -> None:
        """Fewer rows than a register holds, as many as it holds."""
        longer = {name: np.resize(columns[name], self.lanes) for name in self.written.inputs}
        there = [np.empty(self.lanes, dtype=array.dtype) for array in made]
        touched = np.zeros(self.lanes, dtype=bool)
        self.run(longer, uniform, there, touched)
        for array, full in zip(made, there, strict=True):
            array[:] = full[: len(array)]
        mask |= touched[: len(mask)]


def _address(array: Any) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


@dataclass(frozen=True)
class Machine:
    """The processor: how many float64 a register holds, and C's functions of whole registers."""

    width: int
    functions: Mapping[str, str]
    binding: Any  # of llvmlite
    target: Any

    def compiled(self, written: Written) -> Native:
        """A function as it runs."""
        module = self.binding.parse_assembly(written.text)
        engine = self.binding.create_mcjit_compiler(module, self.target())
        engine.finalize_object()
        address = engine.get_function_address("rows")
        pointer, count = ctypes.c_void_p, ctypes.c_int64
        kind = ctypes.CFUNCTYPE(None, pointer, pointer, pointer, pointer, count)
        return Native(written, self.width, kind(address), engine)


@cache
def machine() -> Machine | None:
    """The processor, as llvmlite sees it; None where it is not installed, or too old."""
    try:
        import llvmlite.binding as llvm
    except ImportError:
        return None
    if llvm.llvm_version_info < OLDEST:
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

    return Machine(width, _functions(llvm, kind, width), llvm, target)


def _functions(llvm: Any, kind: str, width: int) -> dict[str, str]:
    """C's functions by their names: what those of whole registers are called, where there are."""
    found = {name: name for name in set(LIBRARY.values()) if llvm.address_of_symbol(name)}
    letter = VECTORS.get((kind, width))
    try:
        llvm.load_library_permanently(VECTOR_LIBRARY)
    except RuntimeError:
        return found
    for name in set(LIBRARY.values()):
        symbol = f"_ZGV{letter}N{width}{'vv' if name in OF_TWO else 'v'}_{name}"
        if llvm.address_of_symbol(symbol):
            found[name] = symbol
    return found
