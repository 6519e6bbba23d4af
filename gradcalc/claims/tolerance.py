"""How near to the truth is right? A number is as good as the digits it is written with."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from gradcalc.numbers import big
from gradcalc.rules.systems import big_numbers

BIG_DIGITS = 40  # of the numbers that are compared
FORMULA_DIGITS = 20  # in which a right formula agrees: no slip comes so near
HALF_UNIT = 0.5 * (1 + 1e-12)  # a number just between two decimals may be rounded to either
NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Right is |claim - truth| <= atol + rtol*|truth|, or atol + `ulp` float64 units of it.

    Where neither is set, a number is right to half a unit of its last digit, and a formula to
    FORMULA_DIGITS.
    """

    rtol: float | None = None
    atol: float = 0.0
    ulp: float | None = None

    def admits(self, text: str, claimed: Any, true: Any, error: float = 0.0) -> bool:
        """Is the claim in `text` right, whose value is `claimed`? Both are big numbers, whose
        difference may be off by `error`."""
        if bool(abs(claimed - true) <= self._allowed(text, true) + error):
            return True
        # The float64 nearest to the truth is right, though its last digit may claim more.
        is_plain = self.rtol is None and self.ulp is None and written_unit(text) is not None
        return is_plain and float(claimed) == float(true) != 0

    def _allowed(self, text: str, true: Any) -> Any:
        if self.ulp is not None:
            return self.atol + self.ulp * math.ulp(float(true))
        if self.rtol is not None:
            return self.atol + self.rtol * abs(true)
        if (half := half_unit(text)) is not None:
            return self.atol + half
        return self.atol + abs(true) * big_number(10) ** -FORMULA_DIGITS


def big_number(x: Any) -> Any:
    """A number, of NumPy's longdouble too, or its decimal, with BIG_DIGITS."""
    context = big_numbers(BIG_DIGITS).context
    return big.decimal(context, x) if isinstance(x, str) else context.convert(x)


def decimal(x: Any, digits: int) -> str:
    """A big number as a decimal with `digits` significant digits."""
    text = str(big_numbers(BIG_DIGITS).context.nstr(x, digits))
    return text.removesuffix(".0").removeprefix("+")


def is_number(text: str) -> bool:
    """Is it a decimal numeral, not a formula?"""
    return NUMBER.fullmatch(text) is not None


def written_unit(text: str) -> str | None:
    """The unit of the last digit of a numeral: 1e-2 of 1.25.

    None for a formula, for an integer, which is exact, and for 0.0: a written zero means zero.
    """
    if not is_number(text):
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent if number else 0
    return f"1e{exponent}" if isinstance(exponent, int) and exponent < 0 else None


def half_unit(text: str) -> Any | None:
    """Half of the unit of a numeral's last digit, as a big number; None where it has none."""
    unit = written_unit(text)
    return None if unit is None else big_number(unit) * HALF_UNIT
