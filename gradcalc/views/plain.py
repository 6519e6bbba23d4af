"""Streams that can't show every character: what they lack is printed in ASCII."""

from __future__ import annotations

import codecs
import sys
from typing import TextIO

from gradcalc.harmless import harmless

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
    **{sign: f"^{digit}" for digit, sign in zip("01456789", "⁰¹⁴⁵⁶⁷⁸⁹", strict=True)},
    "µ": "u",
    "✗": "x",
    "∇": "grad ",
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


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    import json  # not for every command: few outputs need it

    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def escape_out(stream: TextIO) -> TextIO:
    """The stream, which from now on writes what it has no characters for as JSON escapes it."""
    codecs.register_error("gradcalc.escape", _escape)
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="gradcalc.escape")
    return stream


def as_printed(text: str, encoding: str) -> str:
    """A text as a stream of that encoding will show it, to be counted before it is printed."""
    return text.encode(encoding, errors="gradcalc.spell").decode(encoding)


def say_note(text: str) -> None:
    """Print a note on stderr."""
    print(f"note: {harmless(text)}", file=spell_out(sys.stderr))


def spoken(text: str) -> str:
    """A label in characters that are read aloud: `d/dx` for ∂/∂x."""
    return "".join(REPLACEMENTS.get(character, character) for character in text)
