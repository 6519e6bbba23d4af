"""One mend of a text, and the text that is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gradcalc.errors import Span

_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Mend(NamedTuple):
    """A part of a text, what to write there, and what is wrong with it."""

    span: Span
    text: str
    message: str
    code: str = "foreign-word"


@dataclass(frozen=True)
class Text:
    """A text in trouble, the names that are known to have values, and which reading is wanted."""

    source: str
    variables: Container[str]
    reading: int = 0

    @cached_property
    def assigned(self) -> frozenset[str]:
        """The names that the text gives a value, or counts with."""
        assigned = re.findall(r"([^\W\d]\w*)\s*(?:[-+*/]?=(?!=)|:=|<-|\bin\b)", self.source)
        return frozenset(assigned)

    @cached_property
    def defined(self) -> dict[str, str]:
        """The functions that the text defines, with their parameters."""
        return dict(re.findall(r"([^\W\d]\w*)\s*\(([^()]*)\)\s*=(?!=)", self.source))

    def is_value(self, name: str) -> bool:
        """Is a name a variable of the user's?"""
        return name in self.variables or name in self.assigned

    def closing(self, opening: int) -> int | None:
        """The place of the bracket that closes one."""
        open_: list[str] = []
        for place in range(opening, len(self.source)):
            character = self.source[place]
            if character in _CLOSING:
                open_.append(_CLOSING[character])
            elif character in ")]}":
                if not open_ or open_.pop() != character:
                    return None
                if not open_:
                    return place
        return None


Kind = Callable[[Text], Iterator[Mend]]
