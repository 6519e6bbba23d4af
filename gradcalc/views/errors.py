"""The one place that draws an error: what, where with a caret, and what to write instead."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

MAX_LINE_CHARACTERS = 72  # characters of a long line that are shown around the place
MIN_LINE_CHARACTERS = 16  # that are shown however narrow the terminal is
GUTTER = "  │ "


class Place(NamedTuple):
    """A line of the source behind its gutter, and the carets under the place in it."""

    gutter: str
    text: str
    blank: str  # the gutter of the lines below
    carets: str


def drawn(error: GradcalcError) -> str:
    """The message as text, with the line of the source and carets under the place."""
    lines = [f"error[{error.code}]: {error.message}"]
    place = _place(error, MAX_LINE_CHARACTERS)
    if place:
        lines += [place.gutter + place.text, place.blank + place.carets]
        if error.hint:
            lines[-1] += f" {error.hint}"
    elif error.hint:
        lines.append(GUTTER + error.hint)
    return "\n".join(lines)


def print_error(error: GradcalcError, *, color: str = "auto", stream: TextIO | None = None) -> None:
    """Draw an error on stderr: on a terminal in colour, and within its width.

    `color` is auto, always or never; auto follows the terminal, NO_COLOR and FORCE_COLOR.
    """
    stream = spell_out(sys.stderr if stream is None else stream)
    if color != "always" and not stream.isatty() and not os.environ.get("FORCE_COLOR"):
        stream.write(drawn(error) + "\n")
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
    place = _place(error, max(MIN_LINE_CHARACTERS, columns - len(GUTTER) - 2))
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


def _place(error: GradcalcError, most: int) -> Place | None:
    """The line of the source that the error is about, at most so many characters of it."""
    if error.span is None or error.source is None:
        return None
    most = min(most, MAX_LINE_CHARACTERS)
    source, span = error.source, error.span
    start = source.rfind("\n", 0, span.start) + 1
    end = source.find("\n", span.start)
    line = source[start : end if end >= 0 else len(source)]
    column = span.start - start
    width = max(1, min(span.end, start + len(line)) - span.start)
    if len(line) > most:
        first = max(0, min(column - most // 3, len(line) - most))
        line, column = line[first : first + most], column - first
        width = min(width, most - column)
        line = ("…" if first else "") + line + "…"
        column += 1 if first else 0
    visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    number = source.count("\n", 0, span.start) + 1
    gutter = f"{number} │ " if "\n" in source.strip() else GUTTER
    blank = " " * (len(gutter) - 2) + "│ "
    return Place(gutter, visible, blank, " " * column + "^" * width)
