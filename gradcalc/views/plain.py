"""Streams that can't show every character: what they lack is printed in ASCII."""

from __future__ import annotations

import codecs
from typing import TextIO

REPLACEMENTS = {
    "∂": "d",
    "│": "|",
    "…": "...",
    "½": "1/2",
    "✓": "ok",
    "√": "sqrt",
    "×": "*",
    "π": "pi",
    "−": "-",
    "·": "*",
    "→": "->",
    "—": "-",
    "²": "^2",
    "³": "^3",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "±": "+-",
    "∞": "inf",
    "ν": "nu",
    "█": "#",
}


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(REPLACEMENTS.get(character, "?") for character in lost), error.end


def spell_out(stream: TextIO) -> TextIO:
    """The stream, which from now on spells what it has no characters for."""
    codecs.register_error("gradcalc.spell", _spell)
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="gradcalc.spell")
    return stream


def as_printed(text: str, encoding: str) -> str:
    """A text as a stream of that encoding will show it, to be counted before it is printed."""
    return text.encode(encoding, errors="gradcalc.spell").decode(encoding)


def spoken(text: str) -> str:
    """A label in characters that are read aloud: `d/dx` for ∂/∂x."""
    return "".join(REPLACEMENTS.get(character, character) for character in text)
