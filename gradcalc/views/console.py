"""The one place that makes consoles: what is typed is printed as typed, nothing is ever cut."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from gradcalc.harmless import harmless
from gradcalc.views.plain import spell_out

UNCUT_COLUMNS = 100_000  # columns where stdout is no terminal: no table is as wide


class Screen(Console):
    """A console that shows tables, or, if `plain`, a label and a value a line, to be read aloud."""

    def __init__(self, *, plain: bool = False, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, safe_box=False, **options)
        self.plain = plain

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """What is shown, piece by piece; names from elsewhere give a terminal no commands."""
        for segment in super().render(renderable, options):
            text = harmless(segment.text)
            unchanged = segment.control is not None or text == segment.text
            yield segment if unchanged else Segment(text, segment.style)

    @property
    def uncut(self) -> bool:
        """Is there no terminal whose width is to be kept?"""
        return self.plain or self.width >= UNCUT_COLUMNS


def console(stream: TextIO | None = None, color: str = "auto", *, plain: bool = False) -> Screen:
    """A console on a stream (stdout, unless told); color is auto, always or never."""
    out = spell_out(sys.stdout if stream is None else stream)
    return Screen(
        plain=plain,
        file=out,
        width=None if out.isatty() else UNCUT_COLUMNS,
        color_system=None if color == "never" else "auto",
        force_terminal=True if color == "always" else None,
        soft_wrap=not out.isatty(),
    )
