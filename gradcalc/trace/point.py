"""A point: what each input's value is, exactly, in any number system.

What a person types is exact (`0.1` is 1/10, `pi/2` is π/2), so it is kept as a small trace that
any number system can replay; what a program hands over is the float64 it is.
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
from gradcalc.numbers.system import Numbers
from gradcalc.rules import machine_numbers
from gradcalc.trace.recorder import functions, record
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

Given = float | int | Fraction | str


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Values of inputs by name, in the order given."""

    traces: Mapping[str, Trace]

    def machine(self) -> dict[str, float]:
        """The float64 nearest to each."""
        return {name: float(t.values[t.result]) for name, t in self.traces.items()}

    def numbers(self, numbers: Numbers) -> dict[str, Any]:
        """Each as a number of the system, exact up to the system's own precision."""
        return {name: replay(t, numbers, {})[t.result] for name, t in self.traces.items()}


def point(at: Mapping[str, Given], *, typed: bool = True) -> Point:
    """Read a point: numbers as they are, strings as after --at."""
    return Point({name: _read(name, given, typed) for name, given in at.items()})


def _read(name: str, given: Given, typed: bool) -> Trace:
    if isinstance(given, str):
        return _typed(name, given, typed)
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
        value = parse_expression(text, functions=functions())
        program = Program((Evaluate(value, value.span),), text)
        trace = record(program, machine_numbers(), {}, typed=typed)
    except GradcalcError as error:
        if error.code == "unknown-name":
            error.hint = f"the value of {name} is a number or a formula of numbers: 2, 1e-3, pi/2"
        error.message = f"in the value of {name}: {error.message}"
        error.source = text
        raise
    if not math.isfinite(trace.values[trace.result]):
        raise _not_finite(name, text.strip(), Span(0, len(text)), text)
    return trace


def _not_finite(name: str, shown: str, span: Span | None, source: str = "") -> GradcalcError:
    return GradcalcError(
        "not-finite",
        f"the value of {name}, {shown}, is not a finite float64 number",
        span,
        "values lie between -1.8e308 and 1.8e308",
        source=source or None,
    )
