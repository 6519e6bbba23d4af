"""Lists of things between commas, as options have them."""

from __future__ import annotations


def pieces(text: str) -> list[tuple[int, int]]:
    """The places between commas that stand in no bracket."""
    pieces, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            pieces.append((start, place))
            start = place + 1
    return [*pieces, (start, len(text))]
