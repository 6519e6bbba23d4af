"""A point: what each input's value is, exactly, in any number system.

What a person types is exact (`0.1` is 1/10, `pi/2` is π/2), so it is kept as a small trace that
any number system can replay; what a program hands over is the float64 it is. A value may be an
array: typed (`[1, 2]`, `linspace(0, 1, 5)`), nested lists, or a NumPy array of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.parser import parse_expression
from gradcalc.language.suggest import IMAGINARY, by_parts
from gradcalc.language.syntax import Evaluate, Program
from gradcalc.numbers.shapes import MAX_AXES, shape_of, shown
from gradcalc.numbers.system import Numbers
from gradcalc.rules.array_systems import with_arrays
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.forms import reserved
from gradcalc.run.limits import Limits
from gradcalc.run.recorder import record
from gradcalc.trace.builder import alone
from gradcalc.trace.elements import element_name, elements_of, indices
from gradcalc.trace.replay import exact_number, replay
from gradcalc.trace.trace import Trace

MAX_ELEMENT_INSTRUCTIONS = 10_000_000  # of single numbers, that a typed array unfolds to
Given = Any  # a number, a text as after --at, nested lists of numbers, an array of numbers


class Point(NamedTuple):
    """Values of inputs by name, in the order given."""

    traces: Mapping[str, Trace]

    def machine(self) -> dict[str, Any]:
        """The float64 nearest to each, an array where it is one."""
        values = {name: t.values[t.result] for name, t in self.traces.items()}
        return {n: v if shape_of(v) else float(v) for n, v in values.items()}

    def numbers(self, numbers: Numbers, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Each, or each of `names`, as a number of the system, exact up to its precision."""
        wanted = self.traces if names is None else names
        return {name: _number(self.traces[name], numbers) for name in wanted}

    def elements(self) -> Point:
        """The same point with an input for each element: `w[0, 1]` beside `x`."""
        made: dict[str, Trace] = {}
        for name, trace in self.traces.items():
            if not _is_array(trace):
                made[name] = trace
                continue
            found = elements_of(trace, MAX_ELEMENT_INSTRUCTIONS)
            value = trace.values[trace.result]
            for index, slot in zip(indices(value.shape), found.results, strict=True):
                made[element_name(name, index)] = alone(found.trace, slot)
        return Point(made)


def _number(trace: Trace, numbers: Numbers) -> Any:
    """The value of one input in a number system."""
    if trace.statics or _is_array(trace):
        return replay(trace, with_arrays(numbers), {})[trace.result]
    if len(trace) == 1:  # a plain numeral, as nearly all are
        return exact_number(trace.constants[0], numbers)
    return replay(trace, numbers, {})[trace.result]


# Infinity as a value, which is not what overflowed.
INFINITIES = {
    "inf": "inf", "+inf": "inf", "infinity": "inf", "∞": "inf",
    "-inf": "-inf", "-infinity": "-inf", "-∞": "-inf",
}  # fmt: skip


def point(at: Mapping[str, Given], *, typed: bool = True, limits: Limits | None = None) -> Point:
    """Read a point: numbers as they are, strings as after --at, and those within the limits."""
    return Point({name: _read(name, given, typed, limits) for name, given in at.items()})


def _read(name: str, given: Given, typed: bool, limits: Limits | None) -> Trace:
    return _typed(name, given, typed, limits) if isinstance(given, str) else _given(name, given)


def _given(name: str, given: Given) -> Trace:
    """What a program hands over."""
    # NumPy's numbers have a shape too, (): they are read as the arrays without axes that they are.
    if isinstance(given, list | tuple) or hasattr(given, "shape"):
        return _array(name, given)
    if isinstance(given, float) and math.isnan(given):
        raise _not_finite(name, repr(given), None)
    if isinstance(given, float) and math.isinf(given):
        return _typed(name, "inf" if given > 0 else "-inf", True, None)
    exact = Fraction(given)
    number = machine_numbers().number(exact)
    if not math.isfinite(number):
        raise _not_finite(name, _size(exact), None)
    trace = Trace()
    trace.result = trace.constant(exact, number)
    return trace


def _size(exact: Fraction) -> str:
    """A number that is too large to be written, by its power of ten."""
    power = math.log10(abs(exact.numerator)) - math.log10(exact.denominator)
    return f"about {'-' if exact < 0 else ''}1e{math.floor(power)}"


def _typed(name: str, text: str, typed: bool, limits: Limits | None) -> Trace:
    if not text.strip():
        raise GradcalcError(
            "missing-value", f"{name} has no value", hint=f"write a number: --at {name}=1"
        )
    infinity = INFINITIES.get(text.strip().lower())
    if text.strip().lower() == "nan":
        raise _not_finite(name, text.strip(), Span(0, len(text)), text)
    try:
        value = parse_expression(infinity or text, functions=reserved())
        program = Program((Evaluate(value, value.span),), text)
        trace = record(program, machine_numbers(), {}, typed=typed, limits=limits)
    except GradcalcError as slip:
        from gradcalc.run.remedies import remedied

        error = remedied(slip, text, frozenset())
        if error.code == "unknown-name":
            if error.span and text[error.span.start : error.span.end].lower() == "nan":
                raise _not_finite(name, "nan", error.span, text) from None
            part = text[error.span.start : error.span.end] if error.span else ""
            error.hint = (
                by_parts(part)
                if part in IMAGINARY
                else (
                    f"the value of {name} must be a number or a formula of numbers: 2, 1e-3, pi/2"
                )
            )
        error.message = f"in the value of {name}: {error.message}"
        error.source = text
        raise error from None
    value = trace.values[trace.result]
    if _is_array(trace):
        _refuse_nan(name, value, text)
    elif not math.isfinite(value) and not infinity:
        raise _not_finite(name, text.strip(), Span(0, len(text)), text)
    return trace


def _is_array(trace: Trace) -> bool:
    return bool(shape_of(trace.values[trace.result]))


def _array(name: str, given: Any) -> Trace:
    """An array of float64 from nested lists or from NumPy; one without axes is a number."""
    import numpy as np

    try:
        array = np.array(given)
    except ValueError:
        raise _ragged(name, given) from None
    if array.dtype.kind == "O" and set(map(type, array.flat)) == {int}:
        array = _nearest(name, array)  # integers past 64 bits
    if array.dtype.kind not in "iuf":
        raise GradcalcError(
            "bad-array",
            f"{name} holds something other than numbers",
            hint="pass an array of numbers",
        )
    if not array.shape:
        return _given(name, array.item() if array.dtype.kind in "iu" else float(array))
    _refuse_shape(name, array.shape)
    array = array.astype(float)
    array.setflags(write=False)
    _refuse_nan(name, array)
    trace = Trace()
    trace.result = trace.constant(array, array)
    return trace


def _nearest(name: str, integers: Any) -> Any:
    """The float64 nearest to each integer of any size."""
    import numpy as np

    for index, integer in np.ndenumerate(integers):
        if not math.isfinite(machine_numbers().number(Fraction(integer))):
            raise _not_finite(element_name(name, index), _size(Fraction(integer)), None)
    return integers.astype(float)


def _refuse_shape(name: str, shape: tuple[int, ...]) -> None:
    if 0 in shape:
        raise GradcalcError(
            "bad-array",
            f"{name} has no elements: its shape is {shown(shape)}",
            hint="an array needs at least one",
        )
    if len(shape) > MAX_AXES:
        raise _deep(name, shape)


def _deep(name: str, shape: tuple[int, ...]) -> GradcalcError:
    return GradcalcError(
        "bad-array",
        f"{name} has {len(shape)} axes",
        hint=f"an array can't have more than {MAX_AXES} axes",
    )


def _ragged(name: str, given: Sequence[Any]) -> GradcalcError:
    """The error of lists that no array can be made of: too deep, or of rows that differ."""
    shape: tuple[int, ...] = ()
    first: Any = given
    while isinstance(first, list | tuple) and first:
        shape += (len(first),)
        first = first[0]
    if len(shape) > MAX_AXES:
        return _deep(name, shape)
    told = [_told(row) for row in given]
    place = next((k for k, row in enumerate(told) if row != told[0]), None)
    rows = "" if place is None else f": row 0 is {told[0]}, row {place} is {told[place]}"
    return GradcalcError(
        "shape", f"the rows of {name} differ{rows}", hint="all rows must have the same length"
    )


def _told(row: Any) -> str:
    return shown((len(row),)) if isinstance(row, list | tuple) else "a number"


def _refuse_nan(name: str, array: Any, source: str = "") -> None:
    """An error with the place of the first element that is not a number."""
    import numpy as np

    for index in np.argwhere(np.isnan(array))[:1]:
        span = Span(0, len(source)) if source else None
        raise _not_finite(element_name(name, tuple(index.tolist())), "nan", span, source)


def _not_finite(name: str, shown: str, span: Span | None, source: str = "") -> GradcalcError:
    return GradcalcError(
        "not-finite",
        f"the value of {name}, {shown}, is not a finite float64 number",
        span,
        hint="values must lie between -1.8e308 and 1.8e308",
        source=source or None,
    )
