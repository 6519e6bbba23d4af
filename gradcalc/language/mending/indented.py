"""Python's blocks, which are lines with blanks before them, as blocks in braces."""

from __future__ import annotations

import re

_OPENS = re.compile(r"^(?:def|for|while|if|elif|else|with)\b(?!.*\?)[^{}]*?:(?=\s*(?:[^=\s{]|$))")
_DEFINED = re.compile(r"^def\s+([^\W\d]\w*)\s*\(([^()]*)\)\s*(?:->\s*\w+\s*)?:$")


def with_braces(source: str) -> str:
    """The text with each block in braces; the text itself where no line opens a block."""
    lines = [line.rstrip() for line in source.split("\n") if line.strip()]
    if not any(_OPENS.match(line.strip()) for line in lines):
        return source
    out: list[str] = []
    depths: list[int] = []
    for line in lines:
        depth, bare = len(line) - len(line.lstrip()), line.strip()
        while depths and depth <= depths[-1]:
            depths.pop()
            out[-1] += " }"
        opened = _OPENS.match(bare)
        if opened is None:
            out.append(bare)
            continue
        head, rest = _head(opened[0]), bare[opened.end() :].strip()
        if rest:
            head += f" {{ {rest} }}"
        else:
            depths.append(depth)
            head += " {"
        if re.match(r"else|elif", head) and out and out[-1].endswith("}"):
            out[-1] += " " + head
        else:
            out.append(head)
    if out:
        out[-1] += " }" * len(depths)
    return "\n".join(out)


def _head(text: str) -> str:
    """A line that opens a block, in our words."""
    defined = _DEFINED.match(text)
    if defined is not None:
        names = [part.split(":")[0].split("=")[0].strip() for part in defined[2].split(",")]
        return f"{defined[1]}({', '.join(names)}) ="
    return text[:-1].rstrip().replace("elif", "else if", 1)
