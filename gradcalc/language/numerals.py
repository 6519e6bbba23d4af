"""Numerals, read exactly: what a person types is a fraction, so `0.1` is 1/10."""

from __future__ import annotations

import re
from fractions import Fraction

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.suggest import IMAGINARY, by_parts
from gradcalc.language.tokens import NUMBER, Token

# `0..3` is a range: a point followed by a point does not belong to the numeral.
NUMERAL = re.compile(
    r"0[xX](?P<hex>[0-9a-fA-F_]*(?:\.(?!\.)[0-9a-fA-F_]*)?)(?:[pP](?P<binary>[+-]?[0-9_]+))?"
    r"|0[bBoO](?=[0-9])\w*"
    r"|(?P<digits>[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)"
    r"(?:[eE](?P<power>[+-]?[0-9][0-9_]*))?"
)
_UNDERSCORE = re.compile(r"__|_$|_[.]|[.]_|^_")
_DANGLING = re.compile(r"[eE][+-]")
_SUFFIX = re.compile(r"[fFLjJ](?![\w(])")
_PREFIX_ONLY = re.compile(r"0[bBoO](?!\w)")

MAX_DIGITS = 4000
MAX_EXPONENT = 5000
FLOAT_DIGITS = 310


def numeral(source: str, start: int) -> Token:
    """The numeral that starts at `start`."""
    match = NUMERAL.match(source, start)
    assert match is not None
    span = Span(start, match.end())
    if match["digits"] is not None:
        text, value = _decimal(source, match["digits"], match["power"], span)
        _check_end(source, span, match["power"] is not None)
    elif match["hex"] is not None:
        text, value = _hexadecimal(source, match["hex"], match["binary"], span)
        _check_end(source, span, True)
    else:
        raise _bad(
            source,
            span,
            f"'{match[0]}' is not a number",
            "write it in decimal, or in hexadecimal like 0x1f",
        )
    return Token(NUMBER, text, span, value)


def _decimal(source: str, digits: str, power: str | None, span: Span) -> tuple[str, Fraction]:
    exponent = _exponent(source, power, span)
    _check_underscores(source, digits, span)
    whole, _, part = digits.replace("_", "").partition(".")
    if len(whole) + len(part) > MAX_DIGITS:
        raise _too_large(source, span, f"a number can have at most {MAX_DIGITS} digits")
    significant = int((whole + part) or "0")
    shift = exponent - len(part)
    if significant and len(str(significant)) + shift > FLOAT_DIGITS:
        raise _too_large(source, span, "the largest number is about 1.8e308")
    value = Fraction(significant * 10**shift) if shift >= 0 else Fraction(significant, 10**-shift)
    _check_size(source, value, span)
    text = (whole or "0") + (f".{part}" if part else "")
    return (text if power is None else f"{text}e{exponent}"), value


def _hexadecimal(source: str, digits: str, power: str | None, span: Span) -> tuple[str, Fraction]:
    exponent = _exponent(source, power, span)
    _check_underscores(source, digits, span)
    whole, _, part = digits.replace("_", "").lower().partition(".")
    if not whole + part:
        raise _bad(source, span, "a hexadecimal number needs digits after 0x", "for example 0x1f")
    if len(whole) + len(part) > MAX_DIGITS or exponent > 1100:
        raise _too_large(source, span, "the largest number is about 0x1p1024")
    value = Fraction(int(whole + part, 16)) * Fraction(2) ** (exponent - 4 * len(part))
    _check_size(source, value, span)
    text = f"0x{whole or '0'}" + (f".{part}" if part else "")
    return (text if power is None else f"{text}p{exponent}"), value


def _exponent(source: str, power: str | None, span: Span) -> int:
    if power is None:
        return 0
    _check_underscores(source, power.lstrip("+-"), span)
    digits = power.replace("_", "").lstrip("+-").lstrip("0")
    if len(digits) > 5 or int(digits or "0") > MAX_EXPONENT:
        raise _too_large(source, span, f"exponents must be from -{MAX_EXPONENT} to 308")
    return -int(digits or "0") if power.startswith("-") else int(digits or "0")


def _check_underscores(source: str, digits: str, span: Span) -> None:
    if _UNDERSCORE.search(digits):
        raise _bad(
            source, span, "an underscore must be between two digits", "for example 1_000_000"
        )


def _check_size(source: str, value: Fraction, span: Span) -> None:
    try:
        float(value)
    except OverflowError:
        raise _too_large(source, span, "the largest number is about 1.8e308") from None


def _check_end(source: str, span: Span, has_exponent: bool) -> None:
    """Refuse what looks like a part of the numeral and is none."""
    end = span.end
    numeral = source[span.start : end][:40]
    if source[end : end + 1] == "." and source[end + 1 : end + 2].isdigit():
        raise _bad(
            source,
            Span(span.start, end + 2),
            "a number can have only one decimal point",
            f"write {numeral}, or put an operator between two numbers",
        )
    if not has_exponent and _DANGLING.match(source, end):
        raise _dangling_exponent(source, span, numeral)
    if _SUFFIX.match(source, end):
        letter = source[end]
        hint = f"write {numeral}, or {numeral}*{letter} if a variable {letter} is meant"
        if letter in IMAGINARY:
            hint += f"; {by_parts(letter)}"
        raise GradcalcError(
            "number-suffix",
            f"a number can't end in '{letter}'",
            Span(span.start, end + 1),
            hint=hint,
            source=source,
        )
    if numeral == "0" and _PREFIX_ONLY.match(source, span.start):
        raise _bad(
            source,
            Span(span.start, end + 1),
            "binary and octal numbers are not supported",
            f"write 0*{source[end]} if a variable {source[end]} is meant",
        )


def _dangling_exponent(source: str, span: Span, numeral: str) -> GradcalcError:
    sign = source[span.end + 1]
    return _bad(
        source,
        Span(span.start, span.end + 2),
        "the exponent has no digits",
        f"write {numeral}e{sign}3 for a power of ten, {numeral}*e {sign} … for the constant e",
    )


def _bad(source: str, span: Span, message: str, hint: str) -> GradcalcError:
    return GradcalcError("bad-number", message, span, hint=hint, source=source)


def _too_large(source: str, span: Span, hint: str) -> GradcalcError:
    return GradcalcError(
        "number-too-large", "this number is out of range", span, hint=hint, source=source
    )
