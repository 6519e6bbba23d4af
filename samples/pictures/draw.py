"""The pictures of the README, made from real runs: `python samples/pictures/draw.py [FOLDER]`.

The graph is what the command draws; the terminal is what a command prints there, its text as text,
so that it can be searched and read aloud. The plots of samples/plot are drawn by the commands that
stand above them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from html import escape
from pathlib import Path

from rich.style import Style
from rich.text import Text

TERMINAL = 'gradcalc eval "sin(x)*y" --at x=1,y=2'
GRAPH = 'gradcalc graph "sin(x)*y + exp(x*y)" --at x=1,y=2 --format svg'
SCREEN_COLUMNS = 100
CHARACTER, LINE, MARGIN, BAR = 7.8, 18, 16, 28  # sizes in units of the picture
PIECE = re.compile(r"\S+(?: \S+)*")
STYLE = (
    ".screen{--paper:#ffffff;--ink:#1f2328;--dim:#656d76;--rim:#d0d7de}"
    "@media(prefers-color-scheme:dark){"
    ".screen{--paper:#0d1117;--ink:#e6edf3;--dim:#8b949e;--rim:#30363d}}"
    ".screen text{font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    "fill:var(--ink)}"
    ".screen .b{font-weight:bold}.screen .d{fill:var(--dim)}"
)


def output(command: str, **environment: str) -> str:
    """What a command prints."""
    _, *arguments = shlex.split(command)
    found = subprocess.run(
        [sys.executable, "-m", "gradcalc", *arguments],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )
    return found.stdout


def screen(command: str) -> str:
    """A terminal in which a command was given, as SVG."""
    printed = output(f"{command} --color always", COLUMNS=str(SCREEN_COLUMNS), TERM="xterm")
    lines = [Text.from_ansi(line) for line in printed.rstrip("\n").split("\n")]
    lines = [Text(f"$ {command}", style="bold"), *lines]
    wide = 2 * MARGIN + CHARACTER * max(len(line.plain) for line in lines)
    high = BAR + MARGIN + LINE * len(lines)
    rows = (
        _row(line, BAR + LINE * (number + 0.75)) for number, line in enumerate(lines) if line.plain
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
            f'width="{wide:g}" height="{high:g}" class="screen" role="img">',
            f"<title>{escape(command)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect x="0.5" y="0.5" width="{wide - 1:g}" height="{high - 1:g}" rx="8" '
            'fill="var(--paper)" stroke="var(--rim)"/>',
            *(f'<circle cx="{18 + 18 * k}" cy="15" r="5" fill="var(--rim)"/>' for k in range(3)),
            *rows,
            "</svg>\n",
        ]
    )


def _row(line: Text, y: float) -> str:
    """A line; each piece of one style stands where the columns before it end."""
    pieces, at = [], 0
    for text, style in _runs(line):
        name = ' class="b"' if style.bold else ' class="d"' if style.dim else ""
        for piece in PIECE.finditer(text):  # wide gaps are places, not characters
            x, wide = MARGIN + CHARACTER * (at + piece.start()), CHARACTER * len(piece[0])
            shown = escape(piece[0], quote=False)
            pieces.append(f'<tspan x="{x:g}" textLength="{wide:g}"{name}>{shown}</tspan>')
        at += len(text)
    return f'<text y="{y:g}">{"".join(pieces)}</text>'


def _runs(line: Text) -> list[tuple[str, Style]]:
    """Pieces of a line by style."""
    styles = [Style.parse(str(line.style))] * len(line.plain)
    for span in line.spans:
        for place in range(span.start, min(span.end, len(styles))):
            styles[place] += Style.parse(str(span.style))
    runs: list[tuple[str, Style]] = []
    for character, style in zip(line.plain, styles, strict=True):
        if runs and (runs[-1][1] == style or character == " "):
            runs[-1] = runs[-1][0] + character, runs[-1][1]
        else:
            runs.append((character, style))
    return runs


def pictures() -> dict[str, str]:
    """Each picture by the name of its file."""
    return {"terminal.svg": screen(TERMINAL), "graph.svg": output(GRAPH)}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, picture in pictures().items():
        (folder / name).write_text(picture, encoding="utf-8")
