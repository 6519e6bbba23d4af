"""Streams that can't show every character: what they lack is printed in ASCII."""

from __future__ import annotations

import codecs
import re
import sys
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


# Controls other than line breaks and tabs, and what changes the direction of a text.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


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


def harmless(text: str) -> str:
    """A text without what moves a cursor, changes colours or turns the order of letters.

    Names of files, columns and keys are shown wherever there is something to say of them, and a
    terminal would obey what they hold. Pictures of the signs are shown in their place.
    """
    return text if _COMMANDS.search(text) is None else _COMMANDS.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "�"


def say_note(text: str) -> None:
    """Print a note on stderr."""
    print(f"note: {harmless(text)}", file=spell_out(sys.stderr))


def spoken(text: str) -> str:
    """A label in characters that are read aloud: `d/dx` for ∂/∂x."""
    return "".join(REPLACEMENTS.get(character, character) for character in text)
