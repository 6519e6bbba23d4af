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
    """A text with its numbers in our spelling: every way to read them, one or two.

    Between square brackets or braces a comma divides: `[1,2]`, `Binomial[5,2]`, unless a semicolon
    does, as in `[1,5; 2,5]`.
    """
    found = [n for n in _NUMBER.finditer(source) if not _is_listed(source, n.start())]
    if not found:
        return ()
    texts = []
    for reading in (0, -1):
        parts, end = [], 0
        for number in found:
            parts += [source[end : number.start()], readings(number[0])[reading]]
            end = number.end()
        texts.append("".join([*parts, source[end:]]))
    return tuple(dict.fromkeys(texts))


def _is_listed(source: str, place: int) -> bool:
    """Is a place between brackets whose elements are divided by commas?"""
    depth = 0
    for start in range(place - 1, -1, -1):
        character = source[start]
        if character in ")]}":
            depth += 1
        elif character in "([{":
            if depth == 0:
                return character != "(" and not re.match(r"[^\[\](){}]*;", source[start + 1 :])
            depth -= 1
    return False


def written(numeral: str) -> str | None:
    """What to write for a number with commas: `1.5`, or `1.000 for a decimal, 1000 for thousands`.

    None where the text is not such a number.
    """
    found = readings(numeral)
    if len(found) > 1:
        return f"{found[0]} for a decimal, {found[1]} for thousands"
    return found[0] if found else None
