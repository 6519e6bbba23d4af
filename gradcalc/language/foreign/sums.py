"""Sums and products over a counter, `sum(i^2, i, 1, 10)`, as the loops that compute them."""

from __future__ import annotations

import re

from gradcalc.errors import Span
from gradcalc.language.foreign.items import Item, UnknownError, arguments_of, text_of
from gradcalc.language.foreign.special import Special

SUMS = {
    **dict.fromkeys(("sum", "Sum", "summation", "sigma", "add", "∑", "Σ"), ("s", "0", "+")),
    **dict.fromkeys(("prod", "Prod", "product", "Product", "mul", "∏", "Π"), ("p", "1", "*")),
}
_SEQUENCES = frozenset({"seq", "Seq", "Sequence", "Table"})
_NAME = re.compile(r"[^\W\d]\w*")


class Sums(Special):
    """Says a sum over a counter as a loop before the statement that it is in."""

    before: list[str]  # statements that compute what the statement at hand reads

    def _call(self, name: str, span: Span, brackets: Item, blank: bool) -> Item:
        bounds = self._bounds(brackets.inside or []) if name in SUMS else None
        if name in ("Total", "total"):  # of what is a sum only if it is counted
            inside = brackets.inside or [Item("", span)]
            name = "sum" if inside[0].text in _SEQUENCES else name
            bounds = self._bounds(inside) if name == "sum" else None
        if bounds is None or name in self.defined:
            return super()._call(name, span, brackets, blank)
        counter, start, stop, body = bounds
        letter, first, sign = SUMS[name]
        total = self._unused(letter)
        self.slip(span, "a sum over a counter is a loop", "unknown-name")
        last = str(int(stop) + 1) if stop.isdigit() else f"{stop} + 1"
        inner = text_of(self.level(body)).strip()
        if sign == "*" or len(body) == 1:
            inner = f"({inner})"
        self.before += [
            f"{total} = {first}",
            f"for {counter} in {start}..{last} {{ {total} = {total} {sign} {inner} }}",
        ]
        return Item(total, span.to(brackets.span), blank, value=True)

    def _bounds(self, inside: list[Item]) -> tuple[str, str, str, list[Item]] | None:
        """The counter, the first and the last number it is, and what is summed up."""
        if len(inside) == 1 and inside[0].opens("["):  # sum([i for i in range(3)])
            inside = inside[0].inside or []
        texts = [item.text for item in inside]
        if "for" in texts:
            return self._generated(inside, texts.index("for"))
        if len(inside) == 2 and inside[0].text in _SEQUENCES and inside[1].inside:
            inside = inside[1].inside or []  # sum(seq(k*x, k, 1, 3)), of calculators
        body, *rest = arguments_of(inside) or [[]]
        if texts[1:2] in (["->"], ["=>"]) and len(rest) == 1:  # Julia's sum(i -> i^2, 1:3)
            counted = [inside[0], Item("in", inside[0].span), *rest[0]]
            return self._generated(
                [*body[2:], Item("for", inside[0].span), *counted], len(body) - 2
            )
        if len(rest) == 1 and len(rest[0]) == 1 and rest[0][0].text in ("(", "{"):
            rest = arguments_of(rest[0][0].inside or [])  # Sum(i, (i, 1, 3))
        parts = [text_of(part).strip() for part in rest]
        if len(parts) == 1 and (
            found := re.fullmatch(r"(\w+)\s*=\s*(\w+)\s*\.\.\s*(\w+)", parts[0])
        ):
            parts = list(found.groups())  # Maple's
        if len(parts) == 2:
            parts.insert(1, "1")
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or parts[0] in self.variables:
            return None
        if parts[0] not in text_of(body):
            return None
        return parts[0], parts[1], parts[2], body

    def _generated(self, inside: list[Item], place: int) -> tuple[str, str, str, list[Item]]:
        """`i^2 for i in range(1, 11)`, whose last number is one less than its end."""
        counted = inside[place + 1 :]
        words = [item.text for item in counted]
        if words[1:3] == ["in", "range"] and len(counted) == 4:
            ends = [text_of(part).strip() for part in arguments_of(counted[3].inside or [])]
        elif len(words) > 3 and words[1] == "in" and ".." in words:
            between = words.index("..")
            ends = [text_of(counted[2:between]).strip(), text_of(counted[between + 1 :]).strip()]
        elif len(words) > 3 and words[1] in ("in", "=") and words.count(":") == 1:  # Julia's
            between = words.index(":")
            start, last = (
                text_of(counted[2:between]).strip(),
                text_of(counted[between + 1 :]).strip(),
            )
            return words[0], start, last, inside[:place]
        else:
            raise UnknownError
        if len(ends) not in (1, 2) or not _NAME.fullmatch(words[0]):
            raise UnknownError
        start, stop = ends if len(ends) == 2 else ("0", ends[0])
        last = str(int(stop) - 1) if stop.isdigit() else f"{stop} - 1"
        return words[0], start, last.removesuffix(" + 1 - 1"), inside[:place]
