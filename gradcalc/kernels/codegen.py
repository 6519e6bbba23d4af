"""A path as machine code: all steps of a row in registers, several rows at once.

A function is written as text of LLVM's language and compiled by llvmlite, which is optional:
without it, and for what can't be said in it, the steps of the schedule run one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.writer import FunctionText, FunctionWriter, Registers
from gradcalc.numbers.lanes import Lanes, NotNativeError
from gradcalc.numbers.native import LIBRARY, Code
from gradcalc.rules.array_systems import native_numbers
from gradcalc.rules.table import TABLE
from gradcalc.trace.trace import INPUT, Trace
from gradcalc.trace.walk import needed

MAX_NATIVE_INSTRUCTIONS = 4000  # of a trace: 0.4 s of compiling, which grows faster than they do


@cache
def is_exact(name: str) -> bool:
    """Is a row of the table only arithmetic whose every bit IEEE 754 fixes?

    Then NumPy steps and machine code give the same.
    """
    code = Code(1, {name: name for name in LIBRARY.values()})
    kernel = native_numbers(code).__dict__.get(name)
    if kernel is None:
        return False
    try:
        kernel(*(Lanes(code, f"%x{k}") for k in range(TABLE[name].arity)))
    except NotNativeError:
        return False
    return code.exact


def write_kernel(
    derivatives: Derivatives,
    columns: frozenset[str],
    watched: bool,
    scattered: bool,
    registers: Registers,
) -> FunctionText | None:
    """Value and derivatives of a path's rows as text; None where machine code has no form for them.

    `columns` names the inputs that are columns; rows at kinks are marked where they are `watched`
    for.
    """
    if len(derivatives.trace) > MAX_NATIVE_INSTRUCTIONS:
        return None
    writer = FunctionWriter(derivatives.trace, columns, registers, scattered)
    kinks = [
        (kink, slots)
        for kink, slots in derivatives.kinks
        if watched and any(writer.varies[slot] for slot in slots)
    ]
    results = [*derivatives.columns.values(), *(slot for _, slots in kinks for slot in slots)]
    writer.begin()
    try:
        values = _write_values(writer, results)
        for kink, slots in kinks:
            writer.mark(kink(*(values[slot] for slot in slots)))
    except NotNativeError:
        return None
    _write_answers(writer, derivatives, values)
    return writer.text()


def write_sums(
    trace: Trace, slots: Sequence[int], columns: frozenset[str], registers: Registers
) -> FunctionText | None:
    """The sums of some slots over rows, whose count must be a multiple of a register's width.

    Its arrays of answers are one for each slot: see `add_up`. None where machine code has no form.
    """
    if len(trace) > MAX_NATIVE_INSTRUCTIONS:
        return None
    writer = FunctionWriter(trace, columns, registers)
    writer.begin()
    try:
        values = _write_values(writer, list(slots))
    except NotNativeError:
        return None
    for k, slot in enumerate(slots):
        writer.add_up(k, values[slot])
    return writer.text()


def _write_values(writer: FunctionWriter, slots: list[int]) -> dict[int, Any]:
    """Write what computes some slots for the rows of a step; by slot the registers they are in."""
    trace = writer.trace
    values: dict[int, Any] = {}
    for slot in needed(trace, slots, through=writer.varies):
        row = trace.rules[slot]
        if row is INPUT or not writer.varies[slot]:
            values[slot] = writer.source(slot)
        else:
            values[slot] = writer.compute(row, [values[a] for a in trace.arguments[slot]])
    return values


def _write_answers(
    writer: FunctionWriter, derivatives: Derivatives, values: Mapping[int, Any]
) -> None:
    """Store the columns; where the value is NaN, its derivatives are."""
    code = writer.code
    nowhere = code.isnan(values[derivatives.columns["value"]])
    for k, (name, slot) in enumerate(derivatives.columns.items()):
        answer = values[slot]
        if name != "value":
            answer = code.where(nowhere, float("nan"), answer)
        writer.store(writer.array(len(writer.inputs) + k), code.text(answer))
