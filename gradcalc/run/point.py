"""A point: what each input's value is, exactly, in any number system.

What a person types is exact (`0.1` is 1/10, `pi/2` is π/2), so it is kept as a small trace that
any number system can replay; what a program hands over is the float64 it is. A value may be an
array: typed (`[1, 2]`, `linspace(0, 1, 5)`), nested lists, or a NumPy array of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.parser import parse_expression
from gradcalc.language.syntax import Evaluate, Program
from gradcalc.numbers.shapes import shown
from gradcalc.numbers.system import Numbers
from gradcalc.rules import machine_numbers, with_arrays
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.builder import alone
from gradcalc.trace.elements import element_name, elements_of, indices
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

MOST = 10_000_000  # instructions of an array that is typed
Given = Any  # a number, a text as after --at, nested lists of numbers, an array of numbers


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Values of inputs by name, in the order given."""

    traces: Mapping[str, Trace]

    def machine(self) -> dict[str, Any]:
        """The float64 nearest to each, an array where it is one."""
        values = {name: t.values[t.result] for name, t in self.traces.items()}
        return {n: v if hasattr(v, "shape") else float(v) for n, v in values.items()}

    def numbers(self, numbers: Numbers) -> dict[str, Any]:
        """Each as a number of the system, exact up to the system's own precision."""
        return {
            name: replay(t, with_arrays(numbers) if t.statics or _is_array(t) else numbers, {})[
                t.result
            ]
            for name, t in self.traces.items()
        }

    def elements(self) -> Point:
        """The same point with an input for each element: `w[0, 1]` beside `x`."""
        made: dict[str, Trace] = {}
        for name, trace in self.traces.items():
            if not _is_array(trace):
                made[name] = trace
                continue
            found = elements_of(trace, MOST)
            value = trace.values[trace.result]
            for index, slot in zip(indices(value.shape), found.results, strict=True):
                made[element_name(name, index)] = alone(found.trace, slot)
        return Point(made)


def point(at: Mapping[str, Given], *, typed: bool = True) -> Point:
    """Read a point: numbers as they are, strings as after --at."""
    return Point({name: _read(name, given, typed) for name, given in at.items()})


def _read(name: str, given: Given, typed: bool) -> Trace:
    if isinstance(given, str):
        return _typed(name, given, typed)
    if isinstance(given, list | tuple) or hasattr(given, "shape"):
        return _array(name, given)
    if isinstance(given, float) and not math.isfinite(given):
        raise _not_finite(name, repr(given), None)
    exact = Fraction(given)
    trace = Trace()
    trace.result = trace.constant(exact, machine_numbers().number(exact))
    return trace


def _typed(name: str, text: str, typed: bool) -> Trace:
    if not text.strip():
        raise GradcalcError(
            "missing-value", f"{name} has no value", None, f"write a number: --at {name}=1"
        )
    if text.strip().lower() in ("nan", "inf", "-inf", "+inf", "infinity", "-infinity"):
        raise _not_finite(name, text.strip(), Span(0, len(text)), text)
    try:
        value = parse_expression(text, functions=reserved())
        program = Program((Evaluate(value, value.span),), text)
        trace = record(program, machine_numbers(), {}, typed=typed)
    except GradcalcError as error:
        if error.code == "unknown-name":
            error.hint = f"the value of {name} is a number or a formula of numbers: 2, 1e-3, pi/2"
        error.message = f"in the value of {name}: {error.message}"
        error.source = text
        raise
    value = trace.values[trace.result]
    if _is_array(trace):
        _refuse_nan(name, value)
    elif not math.isfinite(value):
        raise _not_finite(name, text.strip(), Span(0, len(text)), text)
    return trace


def _is_array(trace: Trace) -> bool:
    return bool(getattr(trace.values[trace.result], "shape", ()))


def _array(name: str, given: Any) -> Trace:
    """An array of float64 from nested lists or from NumPy."""
    import numpy as np

    try:
        array = np.array(given)
    except ValueError:
        raise GradcalcError(
            "shape", f"the rows of {name} differ in length", None,
            "all elements of a vector or matrix have the same shape",
        ) from None  # fmt: skip
    if array.dtype.kind not in "iuf" or not 1 <= array.ndim <= 2 or not array.size:
        what = f"shape {shown(array.shape)}" if array.dtype.kind in "iuf" else "no numbers"
        raise GradcalcError(
            "bad-array", f"{name} is no vector or matrix of numbers, but of {what}", None,
            "an array has one or two axes, and numbers for elements",
        )  # fmt: skip
    array = array.astype(float)
    array.setflags(write=False)
    _refuse_nan(name, array)
    trace = Trace()
    trace.result = trace.constant(array, array)
    return trace


def _refuse_nan(name: str, array: Any) -> None:
    import numpy as np

    for index in np.argwhere(np.isnan(array))[:1]:
        raise _not_finite(element_name(name, tuple(index.tolist())), "nan", None)


def _not_finite(name: str, shown: str, span: Span | None, source: str = "") -> GradcalcError:
    return GradcalcError(
        "not-finite",
        f"the value of {name}, {shown}, is not a finite float64 number",
        span,
        "values lie between -1.8e308 and 1.8e308",
        source=source or None,
    )
