"""How the cells of a table spell numbers: what marks a missing one, decimal and thousands signs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from gradcalc.errors import GradcalcError

SPACES = " \t\r\n\v\f"
_BLANKS = "[ \t\u00a0\u202f]*"
# What spreadsheets, R, pandas, databases and loggers write where there is no number.
MISSING_WORDS = frozenset(
    (
        *("", "NA", "<NA>", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "na"),
        *("null", "NULL", "Null", "None", "none", "NaN", "nan", "-NaN", "-nan", "NAN"),
        *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "1.#NAN", r"\N", "#NV", "#N/D"),
        *("#NUM!", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!"),
    )
)
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
DECIMALS = (".", ",")
THOUSANDS = (",", ".", " ", "'", "_")
MINUS = "\u2212"  # as spreadsheets of some languages, and typesetters, write it
_GAPS = {" ": " \u00a0\u202f", "'": "'’"}  # which a spreadsheet writes for a space, or for '


@dataclass(frozen=True)
class CellRules:
    """How cells are read as numbers; `missing` are the words for a cell without one.

    With `missing` empty every cell must be a number. `thousands` is a sign between groups of three
    digits, which may stand there or not; so may `around` a number the words of a currency or unit.
    """

    missing: frozenset[str] = frozenset()
    decimal: str = "."
    thousands: str = ""
    around: tuple[str, ...] = ()

    @cached_property
    def is_plain(self) -> bool:
        """Are numbers spelt as Python spells them?"""
        return self.decimal == "." and not self.thousands and not self.around

    def with_decimal(self, sign: str) -> CellRules:
        """These rules for a file that shows its decimal sign; signs that were given stay."""
        plain = self.decimal == "." and not self.thousands
        return replace(self, decimal=sign) if sign and plain else self

    @cached_property
    def before(self) -> str:
        """A regular expression of the words before a number; its group is the number's sign."""
        return rf"^{_BLANKS}([-+{MINUS}]?){_BLANKS}(?:{self._words}){_BLANKS}"

    @cached_property
    def behind(self) -> str:
        """A regular expression of the words behind a number."""
        return rf"{_BLANKS}(?:{self._words}){_BLANKS}$"

    @cached_property
    def _words(self) -> str:
        return "|".join(map(re.escape, sorted(self.around, key=len, reverse=True)))

    def bare(self, text: str) -> str:
        """A cell without blanks and the words around its number."""
        if self.around:
            text = re.sub(self.behind, "", re.sub(self.before, r"\1", text))
        return text.strip(SPACES)

    @cached_property
    def missing_numbers(self) -> tuple[float, ...]:
        """Numbers that mark a missing one, such as -999: in a column of numbers no word can."""
        spelt = map(self.plain, self.missing - MISSING_WORDS)
        return tuple(float(text) for text in spelt if text and _NUMBER.fullmatch(text))

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
        text = self.bare(text).replace(MINUS, "-")
        if self.is_plain:
            # Python's float reads 1_000 and the digits of every script; in a table those are text.
            return None if "_" in text or not text.isascii() else text
        if re.match(self.pattern, text) is None:
            return None
        ungrouped = re.sub(self.gap, "", text) if self.thousands else text
        return ungrouped.replace(self.decimal, ".")


STRICT = CellRules()  # each cell is a number
LENIENT = CellRules(MISSING_WORDS)  # a cell may say that its number is missing


def can_be_around(word: str) -> bool:
    """Can a word be before or behind a number, and not be taken for a part of it?"""
    return re.fullmatch(r"[\s\deE+\-.,\u2212]*", word) is None


def thousands_sign(gap: str) -> str:
    """The sign that --thousands calls a gap between digits by: a space for narrow ones too."""
    return next((sign for sign, gaps in _GAPS.items() if gap in gaps), gap)


def cell_rules(
    words: Iterable[str] = (), decimal: str = ".", thousands: str = "", around: Iterable[str] = ()
) -> CellRules:
    """The rules with more words for missing cells, and words `around` numbers that are left out;
    GradcalcError for signs and words that won't do."""
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
    left_out = tuple(word.strip() for word in around)
    for word in left_out:
        if not can_be_around(word):
            raise GradcalcError(
                "usage",
                f"--strip can't be {word!r}",
                hint="give what is before or behind numbers and no part of them: $, EUR, % or km",
            )
    missing = MISSING_WORDS | {word.strip(SPACES) for word in words}
    return CellRules(missing, decimal, thousands, left_out)
