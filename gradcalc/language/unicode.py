"""Characters that are pasted, as the plain ones that they look like.

`folded` changes characters one for one, so that places in the result are places in the text as it
was pasted. What looks like several characters (`½`, `≤`, `eˣ`) is left to the lexer.
"""

from __future__ import annotations

import re
import unicodedata

from gradcalc.errors import Span

_FOLDED = {
    "*": "×·⋅∗∙•●⁎✕✖⨯✗∘﹡",
    "/": "÷∕➗⟋",
    "-": "−–—―‐‑‒➖",
    "+": "➕",
    "^": "ˆ↑",
    "'": "‘’‚‛′ʹʼ´",
    '"': "“”„‟″«»",
    ",": "、\u2063",
    "°": "º˚",
    "≤": "⩽≦",
    "≥": "⩾≧",
    "~": "∼",
    "|": "∣❘ǀ",
    "‖": "∥",
    ":": "∶",
    ".": "٫",
    "%": "٪",
    "\u2062": "",  # the product that is not written: see `tokens.JUXTAPOSED`
}
# What has no width is a blank, unless it divides a word.
_SOFT = "\u00ad\u200b\u200c\u200d\u2060\u2061\ufeff\u180e" + "".join(
    map(chr, range(0xFE00, 0xFE10))
)
_FOLDED[" "] = _SOFT
_PLAIN = {character: plain for plain, characters in _FOLDED.items() for character in characters}
_DIVIDED = re.compile(rf"(?<=\w)[{_SOFT}]+(?=\w)")

# Superscripts that are letters or brackets: `eˣ`, `x⁽ⁿ⁺¹⁾`.
RAISED = dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁽⁾⁺⁻", "abcdefghijklmnoprstuvwxyz()+-", strict=True))
RAISED |= dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))


def folded(source: str) -> str:
    """The text with each character as the plain one that it looks like, as long as it was."""
    if source.isascii():
        return source
    return "".join(c if c < "\x80" else _PLAIN.get(c) or _letter(c) for c in source)


def _letter(character: str) -> str:
    """Full-width and mathematical letters (`ｘ`, `𝑥`, `ℎ`), and digits of any script, as plain."""
    if (
        "\U0001d400" <= character <= "\U0001d7ff"
        or "\uff01" <= character <= "\uff5e"
        or "\ufe50" <= character <= "\ufe6b"
        or "\u2100" <= character <= "\u214f"
    ):
        plain = unicodedata.normalize("NFKC", character)
        return _PLAIN.get(plain, plain) if len(plain) == 1 else character
    digit = unicodedata.decimal(character, None)  # of Arabic, Devanagari, …
    return character if digit is None else str(digit)


def one_line(title: str) -> str:
    """A name without blanks around it, and with a blank for each break of its line."""
    return " ".join(line.strip() for line in title.strip().splitlines())


def divided_word(source: str) -> Span | None:
    """Where something without width stands inside a word, which it would make into two."""
    if source.isascii():
        return None
    for match in _DIVIDED.finditer(source):
        line = source.rfind("\n", 0, match.start()) + 1
        if "#" not in source[line : match.start()]:
            return Span(*match.span())
    return None
