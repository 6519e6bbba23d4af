"""The one place that makes consoles: what is typed is printed as typed, nothing is ever cut."""

from __future__ import annotations

import sys
from typing import TextIO

from rich.box import ASCII, ROUNDED, Box
from rich.console import Console

from gradcalc.views.plain import spell_out

UNCUT_COLUMNS = 100_000  # columns where stdout is no terminal: no table is as wide


def console(stream: TextIO | None = None, color: str = "auto") -> Console:
    """A console on a stream (stdout, unless told); color is auto, always or never."""
    out = spell_out(sys.stdout if stream is None else stream)
    return Console(
        file=out,
        markup=False,
        emoji=False,
        highlight=False,
        width=None if out.isatty() else UNCUT_COLUMNS,
        no_color=True if color == "never" else None,
        force_terminal=True if color == "always" else None,
        soft_wrap=not out.isatty(),
        safe_box=False,
    )


def box(out: Console) -> Box:
    """Round boxes where the stream can show them, ASCII elsewhere."""
    return ROUNDED if out.encoding.lower().startswith("utf") else ASCII
