"""Numbers as text."""

from __future__ import annotations

import math


def shortest(number: float) -> str:
    """The shortest text that reads back as the same float64; integers without a point."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e16:
        return str(int(number))
    return repr(number)


def jsonable(number: float | None) -> float | str | None:
    """A number as strict JSON has it: what is not finite becomes a string."""
    if number is None or math.isfinite(number):
        return number
    return shortest(number)


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
