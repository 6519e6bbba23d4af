"""Numbers as people write them with commas: `1,5`, `1.000,5`, `10,000.25`, `1 000`, `1'000`."""

from __future__ import annotations

import re

_GROUPED_COMMA = r"\d{1,3}(?:[. '’\u00a0\u202f]\d{3})+,\d+"  # 1.000,5
_GROUPED_POINT = r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}"  # 10,000.25 and 1,000,000
_POINTS = r"\d{1,3}(?:\.\d{3}){2,}"  # 1.000.000
_GROUPED = r"\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:\.\d+)?"  # 1 000
_COMMA = r"\d+,\d+"  # 1,5
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:{_GROUPED_COMMA}|{_GROUPED_POINT}|{_POINTS}|{_GROUPED}|{_COMMA})"
    r"(?![\d_]|[,.]\d)"
)
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")  # 1,000 is 1 with three decimals, or a thousand


def readings(numeral: str) -> tuple[str, ...]:
    """What a number with commas may be, in our spelling; the decimal comma comes first.

    Empty where the text is not such a number.
    """
    numeral = numeral.strip()
    digits = numeral.lstrip("-+")
    sign = numeral[: len(numeral) - len(digits)]
    if _NUMBER.fullmatch(digits) is None:
        return ()
    if re.fullmatch(_GROUPED_COMMA, digits):
        texts = [re.sub(r"[^\d,]", "", digits).replace(",", ".")]
    elif re.fullmatch(_COMMA, digits):
        texts = [digits.replace(",", ".")]
        if _EITHER.fullmatch(digits):
            texts.append(digits.replace(",", ""))
    elif re.fullmatch(_POINTS, digits):
        texts = [digits.replace(".", "")]
    else:
        texts = [re.sub(r"[^\d.]", "", digits)]
    return tuple(sign + text for text in texts)


def without_commas(source: str) -> tuple[str, ...]:
    """A text with its numbers in our spelling: every way to read them, one or two."""
    if not _NUMBER.search(source):
        return ()
    decimal = _NUMBER.sub(lambda number: readings(number[0])[0], source)
    thousands = _NUMBER.sub(lambda number: readings(number[0])[-1], source)
    return tuple(dict.fromkeys((decimal, thousands)))


def written(numeral: str) -> str | None:
    """What to write for a number with commas: `1.5`, or `1.000 for a decimal, 1000 for thousands`.

    None where the text is not such a number.
    """
    found = readings(numeral)
    if len(found) > 1:
        return f"{found[0]} for a decimal, {found[1]} for thousands"
    return found[0] if found else None
