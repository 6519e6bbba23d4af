"""How the cells of a table spell numbers: what marks a missing one, decimal and thousands signs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from gradcalc.errors import GradcalcError

SPACES = " \t\r\n\v\f"
# What spreadsheets, R, pandas, databases and loggers write where there is no number.
MISSING_WORDS = frozenset(
    (
        *("", "NA", "<NA>", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "na"),
        *("null", "NULL", "Null", "None", "none", "NaN", "nan", "-NaN", "-nan", "NAN"),
        *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "1.#NAN", "#NUM!", "#VALUE!", "#DIV/0!"),
    )
)
DECIMALS = (".", ",")
THOUSANDS = (",", ".", " ", "'", "_")
MINUS = "\u2212"  # as spreadsheets of some languages, and typesetters, write it
_GAPS = {" ": " \u00a0\u202f", "'": "'’"}  # which a spreadsheet writes for a space, or for '


@dataclass(frozen=True)
class CellRules:
    """How cells are read as numbers; `missing` are the words for a cell without one.

    With `missing` empty every cell must be a number. `thousands` is a sign between groups of three
    digits, which may stand there or not.
    """

    missing: frozenset[str] = frozenset()
    decimal: str = "."
    thousands: str = ""

    @cached_property
    def is_plain(self) -> bool:
        """Are numbers spelt as Python spells them?"""
        return self.decimal == "." and not self.thousands

    def with_decimal(self, sign: str) -> CellRules:
        """These rules for a file that shows its decimal sign; signs that were given stay."""
        return replace(self, decimal=sign) if sign and self.is_plain else self

    @cached_property
    def pattern(self) -> str:
        """A regular expression of the numbers that these rules spell."""
        decimal = re.escape(self.decimal)
        whole = rf"[0-9]+|[0-9]{{1,3}}({self.gap}[0-9]{{3}})+" if self.thousands else "[0-9]+"
        digits = rf"(({whole})({decimal}[0-9]*)?|{decimal}[0-9]+)"
        return rf"^[-+{MINUS}]?({digits}([eE][-+{MINUS}]?[0-9]+)?|[iI]nf(inity)?)$"

    @cached_property
    def gap(self) -> str:
        """A regular expression of the sign between thousands."""
        return f"[{re.escape(_GAPS.get(self.thousands, self.thousands))}]"

    def plain(self, text: str) -> str | None:
        """A number as Python spells it, without spaces around it; None where it is not one."""
        text = text.strip(SPACES).replace(MINUS, "-")
        if self.is_plain:
            # Python's float reads 1_000 and the digits of every script; in a table those are text.
            return None if "_" in text or not text.isascii() else text
        if re.match(self.pattern, text) is None:
            return None
        ungrouped = re.sub(self.gap, "", text) if self.thousands else text
        return ungrouped.replace(self.decimal, ".")


STRICT = CellRules()  # each cell is a number
LENIENT = CellRules(MISSING_WORDS)  # a cell may say that its number is missing


def thousands_sign(gap: str) -> str:
    """The sign that --thousands calls a gap between digits by: a space for narrow ones too."""
    return next((sign for sign, gaps in _GAPS.items() if gap in gaps), gap)


def cell_rules(words: Iterable[str] = (), decimal: str = ".", thousands: str = "") -> CellRules:
    """The rules with more words for missing cells; GradcalcError for signs that won't do."""
    if decimal not in DECIMALS:
        raise GradcalcError("usage", f"--decimal can't be {decimal!r}", hint="use . or ,")
    if thousands and thousands not in THOUSANDS:
        signs = " ".join(map(repr, THOUSANDS))
        raise GradcalcError(
            "usage", f"--thousands can't be {thousands!r}", hint=f"use one of {signs}"
        )
    if thousands == decimal:
        raise GradcalcError(
            "usage",
            f"the decimal sign and the sign between thousands are both {decimal!r}",
            hint="give --decimal and --thousands different signs",
        )
    return CellRules(MISSING_WORDS | {word.strip(SPACES) for word in words}, decimal, thousands)
