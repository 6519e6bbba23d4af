"""A whole text: its levels of brackets, derivatives, and what is around a formula."""

from __future__ import annotations

import re
from collections.abc import Container

from gradcalc.errors import Span
from gradcalc.language.foreign.items import (
    AbsentError,
    Functions,
    Item,
    Slip,
    UnknownError,
    parts_of,
    text_of,
    tree_of,
)
from gradcalc.language.foreign.signs import LOOSER, Signs
from gradcalc.language.foreign.words import DECLARATIONS
from gradcalc.language.unicode import folded

_BY = re.compile(r"[d∂][^\W\d]\w*")  # dx


def translated(
    source: str, functions: Functions, variables: Container[str] = (), reading: int = 0
) -> tuple[str, Slip] | None:
    """A text in our spelling, and the first slip in it; None if nothing in it is another's.

    The text is empty where it calls what there is not: the hint of the slip says what to do.

    `variables` are names that the user gives a value to: they are left as they are. Of a text that
    can be read in two ways, as `sinx^2`, `reading` 1 is the second one.
    """
    items = tree_of(folded(source))
    if not items:
        return None
    translator = Translator(source, functions, variables, reading)
    try:
        text = text_of(translator.whole(items)).strip()
    except UnknownError:
        return None
    except AbsentError as absent:
        return "", absent.slip
    if not translator.slips:
        return None
    return text, min(translator.slips, key=lambda slip: slip.span.start)


class Translator(Signs):
    """Translates one text."""

    def whole(self, items: list[Item]) -> list[Item]:
        """A text without what other languages put around a formula."""
        while items and items[-1].text in (";", "$", "\n"):
            items = items[:-1]
        if items and items[0].text == "=":
            self.slip(items[0].span, "a formula doesn't begin with '='")
            items = items[1:]
        if (
            len(items) > 1
            and items[0].text in DECLARATIONS
            and items[1].is_name | bool(items[0].text == "return")
        ):
            self.slip(items[0].span, f"'{items[0].text}' is not a keyword of this language")
            items = items[1:]
        return self._statements(self._body(items))

    def _statements(self, items: list[Item]) -> list[Item]:
        """Each statement, behind the loops that compute sums in it."""
        out: list[Item] = []
        start = 0
        for place in range(len(items) + 1):
            separator = items[place : place + 1]
            if separator and (separator[0].text not in (";", "\n") or separator[0].inside):
                continue
            statement = self.level(items[start:place])
            span = items[start].span if start < len(items) else Span(0, 0)
            out += [Item(f"{text}; ", span) for text in self.before] + statement + separator
            self.before = []
            start = place + 1
        return out

    def _body(self, items: list[Item]) -> list[Item]:
        """The formula of an anonymous function."""
        texts = [item.text for item in items]
        if texts[:1] == ["lambda"] and ":" in texts:
            start = texts.index(":") + 1
        elif (
            texts[:2] == ["@", "("]
            or texts[:2] == ["\\", "("]
            or texts[:2] == ["function", "("]
            or (len(texts) > 2 and texts[1] in ("=>", "->"))
        ):
            start = 2
        else:
            return items
        self.slip(items[0].span.to(items[start - 1].span), "a formula needs no function around it")
        rest = items[start:]
        if len(rest) == 1 and rest[0].opens("{"):
            rest = self.whole_block(rest[0].inside or [])
        return rest

    def whole_block(self, items: list[Item]) -> list[Item]:
        """The statement in a block, without its return."""
        while items and items[-1].text in (";", "\n"):
            items = items[:-1]
        return items[1:] if items and items[0].text == "return" else items

    def level(self, items: list[Item]) -> list[Item]:
        """The items between two brackets, translated."""
        items = self._derivatives(items)
        items = self._signs(self._products(self._operands(items)))
        parts: list[Item] = []
        for part in parts_of(items):
            parts += self._condition(part)
        return parts

    def _derivatives(self, items: list[Item]) -> list[Item]:
        """`d/dx f`, `d(f)/dx`, `dy/dx`."""
        for k, item in enumerate(items):
            texts = [i.text for i in items[k : k + 4]] + [""] * 4
            if texts[:3] == ["∂", "/", "∂"] and texts[3]:
                return self._derivative(items, k, k + 4, texts[3])
            if texts[0] in ("d", "∂") and texts[1] == "/" and _BY.fullmatch(texts[2]):
                return self._derivative(items, k, k + 3, texts[2][1:])
            length, inner = 0, ""
            if texts[0] == "d" and texts[1] == "(" and texts[2] == "/" and _BY.fullmatch(texts[3]):
                length, inner = 4, text_of(self.level(items[k + 1].inside or []))
            elif texts[0][1:] in self.assigned and texts[1] == "/" and _BY.fullmatch(texts[2]):
                length, inner = 3, texts[0][1:]
            if length and texts[0].startswith("d"):
                last = items[k + length - 1]
                self.slip(item.span.to(last.span), "a derivative is written D(f, x)")
                made = Item(f"D({inner}, {last.text[1:]})", item.span, item.blank, value=True)
                return [*items[:k], made, *self._derivatives(items[k + length :])]
        return items

    def _derivative(self, items: list[Item], start: int, stop: int, by: str) -> list[Item]:
        """The derivative of the term that follows; in the second reading of the sum."""
        looser = LOOSER - {"+", "-"} if self.reading else LOOSER
        ends = (k for k in range(stop + 1, len(items)) if items[k].text in looser)
        end = next(ends, len(items))
        inner = text_of(self.level(items[stop:end])).strip()
        if not inner:
            raise UnknownError
        self.slip(items[start].span.to(items[stop - 1].span), "a derivative is written D(f, x)")
        made = Item(f"D({inner}, {by})", items[start].span, items[start].blank, value=True)
        return [*items[:start], made, *self._derivatives(items[end:])]
