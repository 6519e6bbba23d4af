"""Numbers as text."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradcalc.numbers.shapes import shape_of

if TYPE_CHECKING:
    from gradcalc.answers.result import Result


def shortest(number: float) -> str:
    """The shortest text that reads back as the same float64; integers without a point."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e16:
        return str(int(number))
    return repr(number)


def has_arrays(result: Result) -> bool:
    """Is there an array among the value, the inputs, the derivatives or the steps?"""
    numbers = (result.value, *result.at.values(), *(row.gradient for row in result.derivatives))
    return bool(result.steps.trace.statics) or any(shape_of(x) for x in numbers)


class Rows(list[Any]):
    """An array as nested lists, whose rows JSON text has on one line each."""


def jsonable(number: Any) -> Any:
    """A number as strict JSON has it: what is not finite becomes a string; an array as lists."""
    if shape_of(number):
        return Rows(_nested(number.tolist(), jsonable))
    if number is None or math.isfinite(number):
        return number
    return shortest(number)


def countable(count: Any) -> Any:
    """A count of digits, or an array of them, as JSON has it: what was not counted is null."""
    if not shape_of(count):
        return jsonable(count)
    return Rows(_nested(count.tolist(), lambda c: None if math.isnan(c) else jsonable(c)))


def counted(count: Any) -> int | None:
    """One count of an array of counts; None where there is none."""
    return None if count is None or math.isnan(count) else int(count)


def _nested(items: Any, convert: Callable[[Any], Any]) -> Any:
    if isinstance(items, list):
        return [_nested(item, convert) for item in items]
    return convert(items)


def trusted(number: float, digits: int | None) -> int:
    """How many characters of the shortest text hold correct digits."""
    text = shortest(number)
    if digits is None or digits >= 16 or not math.isfinite(number):
        return len(text)
    seen = 0
    for place, character in enumerate(text):
        if character == "e":
            break
        if character.isdigit() and (seen or character != "0"):
            seen += 1
            if seen > digits:
                return place
    return len(text)
