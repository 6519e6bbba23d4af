"""The one place that draws an error: what, where with a caret, and what to write instead."""

from __future__ import annotations

from gradcalc.errors import GradcalcError

MAX_LINE_CHARACTERS = 72  # characters of a long line that are shown around the place


def drawn(error: GradcalcError) -> str:
    """The message as text, with the line of the source and carets under the place."""
    lines = [f"error[{error.code}]: {error.message}"]
    placed = _place(error)
    if placed:
        lines += placed
        if error.hint:
            lines[-1] += f" {error.hint}"
    elif error.hint:
        lines.append(f"  │ {error.hint}")
    return "\n".join(lines)


def _place(error: GradcalcError) -> list[str]:
    if error.span is None or error.source is None:
        return []
    source, span = error.source, error.span
    start = source.rfind("\n", 0, span.start) + 1
    end = source.find("\n", span.start)
    line = source[start : end if end >= 0 else len(source)]
    column = span.start - start
    width = max(1, min(span.end, start + len(line)) - span.start)
    if len(line) > MAX_LINE_CHARACTERS:
        first = max(0, min(column - MAX_LINE_CHARACTERS // 3, len(line) - MAX_LINE_CHARACTERS))
        line, column = line[first : first + MAX_LINE_CHARACTERS], column - first
        width = min(width, MAX_LINE_CHARACTERS - column)
        line = ("…" if first else "") + line + "…"
        column += 1 if first else 0
    visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    number = source.count("\n", 0, span.start) + 1
    gutter = f"{number} │ " if "\n" in source.strip() else "  │ "
    blank = " " * (len(gutter) - 2) + "│ "
    return [gutter + visible, blank + " " * column + "^" * width]
