"""Functions of the table as machine code of their own: steps over arrays with a path's own bits.

To compile a path takes a tenth of a millisecond for each of its steps; a function is compiled once
for all paths. So paths that few rows take run as steps, and machine code that many rows are worth
gives the same to the last bit, though IEEE 754 leaves open what a function rounds to.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.kernels.codegen import MAX_NATIVE_INSTRUCTIONS, is_exact, write_kernel
from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.ufuncs import Kernel
from gradcalc.numbers.lanes import Lanes, NotNativeError
from gradcalc.numbers.native import Code
from gradcalc.rules.array_systems import native_numbers
from gradcalc.rules.rule import Rule
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine, Native

COLUMN, SHARED = "a column", "a number that is the same in all rows"
Operand = Any  # one of these two, or a one-element tuple of an exact constant
MAX_FUNCTIONS = 512  # that are kept: powers with ever other exponents are ever other functions
NO_MASK = np.zeros(1, dtype=bool)  # of rows at kinks, for functions that mark none


def compiled_steps(
    derivatives: Derivatives, varies: Sequence[bool], machine: Machine
) -> dict[int, Kernel]:
    """By slot the functions of a path whose last bits are its machine code's own; none if that
    can't be. `varies` marks the slots that differ from row to row."""
    trace = derivatives.trace
    if len(trace) > MAX_NATIVE_INSTRUCTIONS:
        return {}
    steps = {}
    try:
        for slot, row in enumerate(trace.rules):
            if varies[slot] and row is not INPUT and not is_exact(row.name):
                operands = [_operand(trace, a, varies[a]) for a in trace.arguments[slot]]
                steps[slot] = _function(machine, row, operands)
        for kink, slots in derivatives.kinks if steps else ():
            code = Code(machine.registers.width, machine.registers.functions)
            kink(*(_number(trace, slot, code) for slot in slots))
    except NotNativeError:
        return {}
    return steps


def _operand(trace: Trace, slot: int, varies: bool) -> Operand:
    if varies:
        return COLUMN
    return (trace.constants[slot],) if trace.rules[slot] is CONSTANT else SHARED


def _number(trace: Trace, slot: int, code: Code) -> Any:
    """A constant, or any register."""
    if trace.rules[slot] is CONSTANT:
        return exact_number(trace.constants[slot], native_numbers(code))
    return Lanes(code, "%x")


def _function(machine: Machine, row: Rule, operands: Sequence[Operand]) -> Kernel:
    """A row of the table as `kernel(*arrays, out)`, numbers being arrays of shape ().

    NotNativeError where machine code has no form for it.
    """
    key = (row.name, *operands)
    native = machine.functions.get(key)
    if native is None:  # two threads may compile it: it is the same
        native = _compiled(machine, row, operands)
        if len(machine.functions) >= MAX_FUNCTIONS:
            machine.functions.clear()  # a schedule keeps those that it uses
        machine.functions[key] = native
    return partial(_run, native)


def _compiled(machine: Machine, row: Rule, operands: Sequence[Operand]) -> Native:
    trace = Trace()
    for k, operand in enumerate(operands):
        if isinstance(operand, tuple):
            trace.constant(operand[0], None)
        else:
            trace.inputs[_name(k)] = trace.append(INPUT, (), None, None, True)
    trace.result = trace.append(row, tuple(range(len(operands))), None, None, True)
    columns = frozenset(_name(k) for k, operand in enumerate(operands) if operand is COLUMN)
    derivatives = Derivatives(trace, {"value": trace.result}, ())
    text = write_kernel(derivatives, columns, False, False, machine.registers)
    if text is None:
        raise NotNativeError(row.name)
    return machine.compile(text)


def _name(operand: int) -> str:
    return f"x{operand}"


def _run(native: Native, *arrays: Any) -> None:
    """A compiled function; it must not write into what it reads, as steps may."""
    *given, out = arrays
    columns = {name: given[int(name[1:])] for name in native.source.inputs}
    numbers = [given[slot] for slot in native.source.uniform]
    uniform = (ctypes.c_double * len(numbers))(*numbers)
    target = np.empty_like(out) if any(array is out for array in given) else out
    native.run(columns, uniform, [target], NO_MASK, part=(0, len(out)))
    if target is not out:
        out[...] = target
