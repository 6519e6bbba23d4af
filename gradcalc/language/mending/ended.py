"""Blocks that are closed by `end`, as MATLAB, Julia and Lua have them, in braces."""

from __future__ import annotations

import re

_WORD = re.compile(r"\b(function|if|elseif|elsif|else|for|while|begin|let|end)\b")
_DEFINED = re.compile(
    r"\s*(?:([^\W\d]\w*)\s*=\s*)?([^\W\d]\w*)\s*\(([^()]*)\)\s*(?:::\s*\w+)?\s*[,;]?"
)
_HEAD_ENDS = re.compile(r"\s*(?:[,;\n]|\bthen\b|\bdo\b)")
_OPENING, _CLOSING = "([{", ")]}"


def with_ends(source: str) -> str:
    """The text with each block in braces; the text itself where its words are not paired."""
    words = [found[1] for found in _WORD.finditer(source)]
    if "end" not in words or "{" in source:
        return source
    out: list[str] = []
    closings: list[str] = []
    place = 0
    while found := _WORD.search(source, place):
        before = source[place : found.start()]
        word, place = found[1], found.end()
        if word == "end" and (_is_index(source, found) or not closings):
            return source
        if word in ("else", "elseif", "elsif", "end"):
            before = before.rstrip(" \t\n,;")
        out.append(before)
        if word == "end":
            out.append(closings.pop() + _statement_end(source, place))
            continue
        if word == "else" and closings:
            out.append(" } else {")
            place = re.compile(r"[ \t]*[,;]?").match(source, place).end()  # type: ignore[union-attr]
            continue
        if word == "function":
            if (defined := _DEFINED.match(source, place)) is None:
                return source
            value, name, parameters = defined.groups()
            out.append(f"{name}({parameters}) = {{")
            closings.append(f"; {value} }}" if value else " }")
            place = defined.end()
            continue
        if word in ("begin", "let"):
            out.append("{" if word == "begin" and out[-1].rstrip().endswith("=") else "")
            closings.append(" }" if out[-1] else "")
            continue
        head, place = _head(source, place)
        if head is None:
            return source
        if word in ("elseif", "elsif"):
            out.append(f" }} else if {head} {{")
        else:
            out.append(f"{word} {head} {{")
            closings.append(" }")
    return source if closings else "".join(out) + source[place:]


def _head(source: str, start: int) -> tuple[str | None, int]:
    """A condition or a counter, and where its block begins."""
    depth = 0
    for place in range(start, len(source)):
        depth += (source[place] in _OPENING) - (source[place] in _CLOSING)
        if depth == 0 and (end := _HEAD_ENDS.match(source, place)):
            return source[start:place].strip(), end.end()
    return None, start


def _is_index(source: str, found: re.Match[str]) -> bool:
    """Is it the last element, `v(end)`?"""
    before, after = source[: found.start()].rstrip(), source[found.end() :].lstrip()
    return before.endswith(("(", ",", ":")) and after.startswith((")", ",", ":", "-"))


def _statement_end(source: str, place: int) -> str:
    """A sign behind a block where another statement follows on its line."""
    rest = source[place:].lstrip(" \t")
    return "" if not rest or rest[0] in ";\n)}" or _WORD.match(rest) else ";"
