"""A text as words, signs and brackets: what other languages' spellings are looked for in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from gradcalc.errors import Span

_TOKEN = re.compile(
    r"(?P<blank>\s+|#[^\n]*)"
    r"|(?P<number>(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9]+)(?:[eEdD][+-]?[0-9]+)?[fFlL]?(?!\w))"
    r"|(?P<digits>[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+)"
    r"|(?P<name>%(?:pi|e|phi|gamma)\b|[tT]\.(?i:dist|inv)\.2[tT]\b|[^\W\d]\w*)"
    r"|(?P<sign>%\*%|%/%|%%|\.\*|\./|\.\^|\.\+|\.-|\.'|===|!==|==|!=|<=|>=|<>|=<|=>|<-|->|:=|\*\*|//|&&|\|\|"
    r"|::|\.\.|[-+*/^=]=|\S)"
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LOOSEST = frozenset({",", ";", "=", "\n"})


class Functions(NamedTuple):
    """What a text may call: the names, and whether a name takes so many arguments."""

    names: tuple[str, ...]
    accepts: Callable[[str, int], bool]


@dataclass(frozen=True, slots=True)
class Slip:
    """A spelling that is not ours: where it stands, and what is wrong with it."""

    span: Span
    code: str
    message: str
    hint: str = ""


@dataclass(slots=True)
class Item:
    """A word, a sign, or a bracket with what it holds."""

    text: str
    span: Span
    blank: bool = False  # does a blank come before it?
    inside: list[Item] | None = None
    value: bool = False  # is it a number, a name, or made of them?

    def __str__(self) -> str:
        before = " " if self.blank else ""
        if self.inside is None:
            return before + self.text
        return before + self.text + text_of(self.inside) + _CLOSING[self.text]

    @property
    def is_name(self) -> bool:
        return self.inside is None and self.value and not self.text[0].isdigit()

    def opens(self, bracket: str) -> bool:
        return self.inside is not None and self.text == bracket


class UnknownError(Exception):
    """A spelling that can't be said here."""


class AbsentError(Exception):
    """What is called is nothing that there is here: `slip` says what to do instead."""

    def __init__(self, slip: Slip) -> None:
        super().__init__(slip.message)
        self.slip = slip


def text_of(items: list[Item]) -> str:
    return "".join(map(str, items))


def tree_of(source: str) -> list[Item] | None:
    """The words and signs, each bracket as one item; None where the brackets don't match."""
    levels: list[list[Item]] = [[]]
    open_: list[tuple[str, int, bool]] = []
    blank = False
    for match in _TOKEN.finditer(source):
        kind, text, span = match.lastgroup, match[0], Span(*match.span())
        if kind == "blank":
            blank = True
            if "\n" in text and len(levels) == 1:
                levels[-1].append(Item("\n", span))
            continue
        if text in _CLOSING:
            open_.append((text, span.start, blank))
            levels.append([])
        elif text in ")]}":
            if not open_ or _CLOSING[open_[-1][0]] != text:
                return None
            opening, start, before = open_.pop()
            inside = levels.pop()
            item = Item(opening, Span(start, span.end), before, inside, value=True)
            levels[-1].append(item)
        else:
            value = kind in ("number", "digits", "name")
            levels[-1].append(Item(text, span, blank, value=value))
        blank = False
    return levels[0] if not open_ else None


def parts_of(items: list[Item]) -> list[list[Item]]:
    """The parts between commas, semicolons and assignments, each sign as a part of its own."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.inside is None and not item.value and item.text in _LOOSEST:
            parts += [[item], []]
        else:
            parts[-1].append(item)
    return [part for part in parts if part]


def arguments_of(items: list[Item]) -> list[list[Item]]:
    """The arguments of a call."""
    arguments: list[list[Item]] = [[]]
    for item in items:
        if item.text == "," and item.inside is None:
            arguments.append([])
        else:
            arguments[-1].append(item)
    return arguments if items else []


def partner(texts: list[str], opening: str, closing: str) -> int:
    """Where the first of a nest of pairs is closed."""
    depth = 0
    for place, text in enumerate(texts):
        depth += (text == opening) - (text == closing)
        if text == closing and depth <= 0:
            return place
    raise UnknownError


def is_decimal(items: list[Item], comma: int) -> bool:
    """Do the neighbours of a comma make a decimal of it?"""
    if not 0 < comma < len(items) - 1:
        return False
    left, right = items[comma - 1], items[comma + 1]
    close = left.span.end + 1 == right.span.start
    return close and left.text.isdigit() and right.text.isdigit()


def opens_block(out: list[Item]) -> bool:
    """Does a brace open a block here, not a list?"""
    return bool(out) and (out[-1].value or out[-1].text in ("else", "="))
