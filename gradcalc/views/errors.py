"""Errors on a terminal: what, where with a caret, and what to write instead."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from gradcalc.errors import GUTTER, GradcalcError, drawn, place_of
from gradcalc.harmless import harmless
from gradcalc.views.plain import spell_out

MIN_LINE_CHARACTERS = 16  # that are shown however narrow the terminal is


def print_error(error: GradcalcError, *, color: str = "auto", stream: TextIO | None = None) -> None:
    """Draw an error on stderr: on a terminal in colour, and within its width.

    `color` is auto, always or never; auto follows the terminal, NO_COLOR and FORCE_COLOR.
    """
    stream = spell_out(sys.stderr if stream is None else stream)
    if color != "always" and not stream.isatty() and not os.environ.get("FORCE_COLOR"):
        stream.write(harmless(drawn(error)) + "\n")
        return
    from gradcalc.views.console import console

    out = console(stream, color)
    for line in _styled(error, out.width):
        out.print(line, soft_wrap=True)


def _styled(error: GradcalcError, columns: int) -> Iterator[Any]:
    """The lines of an error for a terminal: the hint is below the carets if it is too long."""
    from rich.text import Text

    from gradcalc.views.layout import WRONG
    from gradcalc.views.wrapping import wrapped

    message = Text().append(f"error[{error.code}]: ", style=WRONG)
    yield from wrapped(message.append(error.message, style="bold"), columns)
    place = place_of(error, max(MIN_LINE_CHARACTERS, columns - len(GUTTER) - 2))
    hint = Text(error.hint or "")
    if place:
        yield Text().append(place.gutter, style="dim").append(place.text)
        carets = Text().append(place.blank, style="dim").append(place.carets, style=WRONG)
        beside = len(carets) + 1 + len(hint) <= columns
        yield carets.append(" ").append_text(hint) if hint and beside else carets
        if beside:
            return
    blank = place.blank if place else GUTTER
    for line in wrapped(hint, columns - len(blank)) if hint else ():
        yield Text().append(blank, style="dim").append_text(line)
