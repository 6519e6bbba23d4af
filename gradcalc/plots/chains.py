"""Segments joined end to end."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

End = TypeVar("End", bound=Hashable)


def chained(segments: Sequence[tuple[End, End]]) -> Iterator[list[End]]:
    """Lines through the ends of segments, as long as each begins where another ends."""
    by_end: dict[End, list[int]] = {}
    for k, segment in enumerate(segments):
        for end in segment:
            by_end.setdefault(end, []).append(k)
    left = set(range(len(segments)))
    while left:
        k = left.pop()
        line = list(segments[k])
        for _ in range(2):
            while follow := [n for n in by_end[line[-1]] if n in left]:
                left.discard(follow[0])
                one, other = segments[follow[0]]
                line.append(other if one == line[-1] else one)
            line.reverse()
        yield line
