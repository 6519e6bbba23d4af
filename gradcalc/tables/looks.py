"""What a cell that is not a number looks like, and what to do about it."""

from __future__ import annotations

import re
from typing import NamedTuple

from gradcalc.commas import readings, written
from gradcalc.tables.rules import can_be_around, thousands_sign

_CURRENCY = "$€£¥₹₽₩₺₿¢"
_NUMBER = r"[-+]?(?:[0-9]+(?:[.,' ][0-9]+)*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_CODES = "USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|BRL|RUB|KRW|MXN|ZAR|TRY"
_COIN = rf"[{_CURRENCY}]|[A-Z]{{1,3}}\$|kr|Fr\.|(?:{_CODES})"
_MONEY = re.compile(rf"[-+]?(?P<before>{_COIN})\s*{_NUMBER}|{_NUMBER}\s*(?P<behind>{_COIN})")
_PERCENT = re.compile(rf"{_NUMBER}\s*(?P<behind>[%‰])")
_BRACKETED = re.compile(rf"[{_CURRENCY}]?\(\s*[{_CURRENCY}]?{_NUMBER}\s*[{_CURRENCY}]?\)")
_HEXADECIMAL = re.compile(r"[-+]?0[xX][0-9a-fA-F]+|[0-9][0-9a-fA-F]*h")
_FORTRAN = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[dD][-+]?[0-9]+")
_DATE = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?(?:[T ].*)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}.*"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?.*|[0-9]{1,2}[- ][A-Za-z]{3,9}[- ,][ 0-9].*"
)
_WITH_UNIT = re.compile(rf"{_NUMBER}\s*(?P<behind>(?:[^\W\d_]|[°%]).*)")
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}(?P<gap>[., '’\u00a0\u202f])[0-9]{3}(?![0-9])")
_UNDERSCORED = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:_[0-9]{3})+(?:\.[0-9]+)?")
_BARE_COMMA = re.compile(r"\A([-+]?),(?=[0-9])")
_EXPONENT = re.compile(r"[eE][-+]?[0-9]+\Z")
_SIMPLE = r"[-+]?[0-9]+(?:[.,][0-9]+)?"
_QUOTED = re.compile(rf"=?(['\"])\s*{_NUMBER}\s*\1|['=]\s*{_NUMBER}")
_BOUND = re.compile(rf"[<>≤≥~≈]=?\s*{_NUMBER}")
_UNCERTAIN = re.compile(rf"{_SIMPLE}\s*(?:±|\+/?-)\s*{_NUMBER}|{_SIMPLE}\([0-9]+\)")
_TIMES_TEN = re.compile(rf"{_SIMPLE}\s*[×x*·]\s*10(?:\^|\*\*)?[-+−⁻⁺]?[0-9⁰¹²³⁴-⁹]+")
_FRACTION = re.compile(r"[-+]?(?:[0-9]+\s+)?[0-9]+\s*[/⁄]\s*[0-9]+|[-+]?[0-9]*[½⅓⅔¼¾⅕-⅞]")
_TRUTH = frozenset(("true", "false", "yes", "no"))

_NESTED = re.compile(r"\[\s*[-\d\[{'\"].*\]|\{.*\}", re.DOTALL)
# Spellings that no option reads: what they are, and how to write them.
_WRITTEN_OTHERWISE = (
    (_NESTED, "several in one", 'a row has one number for each name: {"x": 1, "y": 2}'),
    (_QUOTED, "a number kept as text", "write it without quotes or ="),
    (_UNCERTAIN, "a number with its uncertainty", "put the uncertainty in a column of its own"),
    (_TIMES_TEN, "a power of ten", "write it with e: 1.5e3"),
    (_FRACTION, "a fraction", "write it in decimal"),
)
# Numbers with something before or behind them that an option leaves out.
_AROUND = (
    (_PERCENT, "a percentage", "write the number without %, and /100 in the formula"),
    (_MONEY, "an amount of money", "write the number without its currency"),
    (_WITH_UNIT, "a number with a unit", "write the number alone, the unit in the header"),
)


class Look(NamedTuple):
    """What a cell looks like, as a noun (empty where nothing is known), and the remedy.

    `options` is the remedy where the options of a table can be set, `plain` where they can't.
    """

    noun: str
    options: str
    plain: str


def look_of(text: str) -> Look:
    """What the text of a cell looks like."""
    text = text.strip()
    whole = _BARE_COMMA.sub(r"\g<1>0,", text)
    if number := _written_with_exponent(whole):
        return _with_commas(whole, number)
    if _UNDERSCORED.fullmatch(text):
        return Look("a number with gaps", "--thousands _ reads it", "write it without _")
    if text.lower() in _TRUTH:
        return _same("a truth value", "write 1 or 0")
    if _DATE.fullmatch(text):
        return _same("a date or a time", "choose a column of numbers: dates are not read as such")
    if _BRACKETED.fullmatch(text):
        return _same("a negative number in brackets", "write it with a minus")
    for spelling, noun, remedy in _WRITTEN_OTHERWISE:
        if spelling.fullmatch(text):
            return _same(noun, remedy)
    if _BOUND.fullmatch(text):
        remedy = "write a number, or leave the row out"
        return Look("a bound", f"--na {quoted(text)} if it marks a missing number", remedy)
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return _same("digits of another script", "write 0 to 9")
    if _HEXADECIMAL.fullmatch(text):
        return _same("a hexadecimal number", "write it in decimal")
    if _FORTRAN.fullmatch(text):
        return _same("a number with Fortran's exponent", "write E for D")
    for spelling, noun, remedy in _AROUND:
        if found := spelling.fullmatch(text):
            return Look(noun, _without(text, found), remedy)
    if not any(map(str.isdigit, text)):
        word = text if len(text) <= 20 else "WORD"
        between = "=" if word.startswith("--") else " "  # the parser takes a word -- for itself
        remedies = [
            f"--na{between}{quoted(word)} if it marks a missing number",
            "--units if this is a row of units under the header",
        ]
        if text[0] in "([":  # as units are written, and hardly a missing number
            remedies.reverse()
        return Look("", ", ".join(remedies), "write a number, or leave the row out")
    return _same("", "write a number")


def _written_with_exponent(text: str) -> str | None:
    """What to write for a number with commas that may have an exponent, as 1,5E+03 has."""
    exponent = _EXPONENT.search(text)
    if exponent is None:
        return written(text)
    found = readings(text[: exponent.start()])
    return found[0] + exponent[0] if found else None


def _without(text: str, found: re.Match[str]) -> str:
    """The option that leaves out what is around a number."""
    word = next(word for word in found.groupdict().values() if word).strip()
    if not can_be_around(word):
        return "write the number alone, the unit in the header"
    option = f"--strip {quoted(word)} reads it as {text.replace(word, '').strip()}"
    return f"{option}; /100 in the formula makes it a share" if word == "%" else option


def _same(noun: str, remedy: str) -> Look:
    return Look(noun, remedy, remedy)


def _with_commas(text: str, number: str) -> Look:
    grouped = _GROUPED.match(text)
    plain = f"a number can't contain a comma: write {number}"
    gap = quoted(thousands_sign(grouped["gap"])) if grouped else ""
    if "," not in text:
        if not gap:
            return _same("", "write a number")
        return Look("a number with gaps", f"--thousands {gap} reads it", plain)
    if grouped is None or (grouped["gap"] == "," and " for " in number):
        options = "--decimal , reads it"
        if " for " in number:
            options = f"--decimal , or --thousands , reads it: it is {number}"
        return Look("a number with a decimal comma", options, plain)
    if grouped["gap"] == ",":
        return Look("a number with thousands set apart", "--thousands , reads it", plain)
    return Look("a number with a decimal comma", f"--decimal , --thousands {gap} reads it", plain)


def quoted(word: str) -> str:
    """A word as a shell takes it for one."""
    if word == "'":
        return '"\'"'
    return word if re.fullmatch(r"[\w.,/+%-]+", word) else "'" + word.replace("'", "'\\''") + "'"
