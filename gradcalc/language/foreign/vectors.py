"""Vectors and matrices: `[1, 2; 3, 4]`, `[1 2 3]`, `(1, 2, 3)`."""

from __future__ import annotations

from itertools import pairwise

from gradcalc.language.foreign.anonymous import Anonymous
from gradcalc.language.foreign.items import Item, arguments_of


class Vectors(Anonymous):
    """Translates groups in brackets."""

    def _group(self, item: Item) -> Item:
        if item.inside is None:
            return item
        bracket, inside = item.text, item.inside
        if bracket == "(" and len(arguments_of(inside)) > 1:
            self.slip(item.span, "a vector has square brackets", "stray-comma")
            bracket = "["
        if bracket == "[":
            inside = self._rows(item, inside)
        before = self.lists
        self.lists = 0 if bracket == "(" else before + 1  # a comma has no place in round ones
        inside = self.level(inside)
        self.lists = before
        return Item(bracket, item.span, item.blank, inside, value=True)

    def _rows(self, item: Item, inside: list[Item]) -> list[Item]:
        """What is between square brackets, with each row in brackets of its own."""
        if inside and inside[-1].text == ",":
            self.slip(inside[-1].span, "a comma has a value on both sides", "missing-value")
            inside = inside[:-1]
        rows: list[list[Item]] = [[]]
        for part in inside:
            if part.text in (";", "\n") and part.inside is None:
                rows.append([])
            else:
                rows[-1].append(part)
        rows = [self._divided(row) for row in rows if row]
        if len(rows) < 2:
            return rows[0] if rows else []
        self.slip(item.span, "rows are vectors: [[1, 2], [3, 4]]", "unclosed")
        out: list[Item] = []
        for row in rows:
            single = len(arguments_of(row)) == 1  # [1; 2] has a number in each row
            out += [Item(",", item.span)] if out else []
            blank = bool(out)
            self.matlab |= single
            out += row if single else [Item("[", item.span, blank, row, value=True)]
        return out

    def _divided(self, row: list[Item]) -> list[Item]:
        """A row whose elements are divided by blanks."""
        if any(part.text == "," for part in row) or not any(
            self._is_gap(left, right) for left, right in pairwise(row)
        ):
            return row
        self.slip(
            row[0].span.to(row[-1].span), "elements are divided by commas", "missing-operator"
        )
        out = row[:1]
        for place, part in enumerate(row[1:], 1):
            signed = part.text in "+-" and place + 1 < len(row) and not row[place + 1].blank
            if self._is_gap(row[place - 1], part) or (
                row[place - 1].value and part.blank and signed
            ):
                out.append(Item(",", part.span))
            out.append(part)
        return out

    def _is_gap(self, left: Item, right: Item) -> bool:
        """Are these two elements, and no call?"""
        called = left.is_name and right.opens("(") and left.text in self.functions.names
        return left.value and right.value and right.blank and not called
