"""Strict JSON (RFC 8259): the one place where data becomes JSON text.

JSON has no numbers that are not finite. They are written as the strings "NaN", "Infinity" and
"-Infinity", wherever in an answer they stand.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from gradcalc.harmless import UNSEEN
from gradcalc.views.numbers import shortest

_HALVES = re.compile("[\ud800-\udfff]")  # of characters, which no stream can write


def dumped(data: Any, *, indent: int | None = None, ascii: bool = False) -> str:
    """The data as JSON text; in ASCII alone where a stream can't show more."""
    try:
        text = json.dumps(data, allow_nan=False, ensure_ascii=ascii, indent=indent)
    except ValueError:  # a number that is not finite: rare, so nothing is searched for it before
        text = json.dumps(finite(data), allow_nan=False, ensure_ascii=ascii, indent=indent)
    if text.isascii() and "\x7f" not in text:
        return text
    # JSON allows more control characters than a terminal bears; its own line breaks stay.
    return _HALVES.sub(_escaped, UNSEEN.sub(_escaped, text))


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1] if match[0] != "\x7f" else "\\u007f"


def finite(data: Any) -> Any:
    """The same data, each float that is not finite as a string."""
    match data:
        case float():
            return data if math.isfinite(data) else shortest(data)
        case dict():
            return {key: finite(value) for key, value in data.items()}
        case list() | tuple():
            return [finite(item) for item in data]
        case _:
            return data
