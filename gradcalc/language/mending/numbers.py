"""Numbers: `1.5x10^-3`, `3 1/2`, `45°30'`, `90 deg`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

_NUMBER = r"\d(?:_?\d)*(?:\.\d*)?"
_POWER_OF_TEN = re.compile(
    rf"(?<![\w.])({_NUMBER})(\s*)[xX]\s*10\s*(?:(?:\^|\*\*)\s*\(?\s*([-+−]?\d+)\)?|([⁺⁻]?[⁰¹²³⁴-⁹]+))"
)
_SCIENTIFIC = re.compile(rf"({_NUMBER})\*\^([-+]?\d+)")  # Mathematica's
_FORTRAN = re.compile(r"(?<![\w.])(\d+\.\d*|\.\d+)[dD]([-+]?\d+)(?!\w)")
_KIND = re.compile(rf"(?<![\w.])({_NUMBER}(?:[eEdD][-+]?\d+)?)(?:_(?=[a-zA-Z])\w+|f64\b|f32\b)")
_TWO_POINTS = re.compile(r"(?<![\w.=])(?<!= )(\d+)\.\.(?=\d)")
_MIXED = re.compile(r"(?<![\w.)\]^*/])(\d+)[ \t]+(\d+)\s*/\s*(\d+)(?![\w.(])")
_ANGLE = re.compile(
    rf"({_NUMBER})\s*[°º˚]\s*({_NUMBER})\s*['′’](?!['′’])"
    rf"(?:\s*({_NUMBER})\s*(?:[\"″”]|''|′′|’’))?"
)
_UNIT = re.compile(
    rf"(?<![\w.])({_NUMBER}|[^\W\d]\w*)[ \t]*(?<![^\W\d_])"
    r"(degrees|degree|deg|radians|radian|rads|rad)\b(?!\s*\()"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")


def powers_of_ten(text: Text) -> Iterator[Mend]:
    """`1.5x10^-3` as 1.5e-3; the second reading of a sign with blanks around it is the name x."""
    for found in _POWER_OF_TEN.finditer(text.source):
        number, blank, power, raised = found.groups()
        if blank and text.reading and text.is_value("x"):
            continue
        exponent = (power or raised).translate(_RAISED).lstrip("+")
        message = "x is not a sign: a power of ten is written with e"
        yield Mend(Span(*found.span()), f"{number}e{exponent}", message, "bad-number")
    for found in _SCIENTIFIC.finditer(text.source):
        number, exponent = found.groups()
        message = "a power of ten is written with e"
        yield Mend(Span(*found.span()), f"{number}e{exponent}", message, "bad-number")
    for found in _KIND.finditer(text.source):  # 2.0_dp
        yield Mend(Span(*found.span()), found[1], "a number needs no type", "bad-number")
    for found in _FORTRAN.finditer(text.source):  # 2.d0
        number, exponent = found.groups()
        message = "a power of ten is written with e"
        yield Mend(Span(*found.span()), f"{number}e{exponent}", message, "bad-number")
    for found in () if re.search(r"\bfor\b", text.source) else _TWO_POINTS.finditer(text.source):
        yield Mend(
            Span(*found.span()), f"{found[1]}.", "a number has one decimal point", "bad-number"
        )


def mixed(text: Text) -> Iterator[Mend]:
    """`3 1/2` as 3 + 1/2; the second reading is a product."""
    for found in _MIXED.finditer(text.source):
        whole, above, below = found.groups()
        if int(above) >= int(below):
            continue
        meant = f"({whole} + {above}/{below})" if text.reading == 0 else f"{whole}*{above}/{below}"
        message = "an operator is missing between two numbers"
        yield Mend(Span(*found.span()), meant, message, "missing-operator")


def angles(text: Text) -> Iterator[Mend]:
    """`45°30'` and `90 deg`, in radians."""
    for found in _ANGLE.finditer(text.source):
        degrees, minutes, seconds = found.groups()
        angle = f"deg({degrees} + {minutes}/60{f' + {seconds}/3600' if seconds else ''})"
        yield Mend(Span(*found.span()), angle, "an angle is one number", "unit")
    for found in _UNIT.finditer(text.source):
        angle, unit = found.groups()
        apart = found.end(1) < found.start(2)
        if text.is_value(unit) or not (apart or angle[0].isdigit()):
            continue
        meant = f"deg({angle})" if unit.startswith("deg") else angle
        message = f"'{unit}' is a unit: angles are in radians"
        yield Mend(Span(*found.span()), meant, message, "unit")
