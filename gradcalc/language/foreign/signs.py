"""Signs between operands, and choices: `x .* y`, `a // b`, `c ? a : b`."""

from __future__ import annotations

from gradcalc.language.foreign.items import Item, UnknownError, partner, text_of
from gradcalc.language.foreign.operands import Operands
from gradcalc.language.foreign.spellings import FUNCTIONS
from gradcalc.language.foreign.words import CONSTANTS, KEYWORDS

_SIGNS = {
    ".*": "*",
    "./": "/",
    ".^": "^",
    ".+": "+",
    ".-": "-",
    "⊙": "*",
    "%*%": "@",
    "&&": " and ",
    "||": " or ",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "=<": "<=",
    "<-": "=",
    ":=": "=",
    "~=": "!=",
}
# Signs that end a product: what is left of them is another operand.
LOOSER = frozenset({"+", "-", ",", ";", "=", "?", ":", "<", ">", "<=", ">=", "==", "!="})


class Signs(Operands):
    """Translates signs and conditions."""

    def _products(self, items: list[Item]) -> list[Item]:
        """Values side by side, which are products elsewhere: `2 Pi x`, `x y`."""
        out: list[Item] = []
        for item in items:
            left = out[-1] if out else None
            if left is not None and self._is_applied(left, item):
                out.pop()
                called = self._said(left.text, [str(item).strip()], left.span)
                out.append(Item(called, left.span.to(item.span), left.blank, value=True))
                continue
            if left is not None and self._is_product(left, item):
                divided = len(out) > 1 and out[-2].text in ("/", "%", "^", "**")
                if self._is_word(left) or self._is_word(item):
                    raise UnknownError
                if divided or self.lists:  # two readings: a product, or a comma that is missing
                    raise UnknownError
                self.slip(left.span.to(item.span), "an operator is missing", "missing-operator")
                out.append(Item("*", item.span))
            out.append(item)
        return out

    def _is_applied(self, left: Item, right: Item) -> bool:
        """Is it a function of another language without brackets, `tg x`?"""
        if not (left.is_name and right.value and right.inside is None and right.blank):
            return False
        mine = left.text in self.variables or left.text in self.assigned
        return not mine and left.text != "t" and (left.text, 1) in FUNCTIONS and len(left.text) > 1

    def _is_word(self, item: Item) -> bool:
        """Is it a word without a value, where the names that have one are known?"""
        known = item.text in self.variables or item.text in self.assigned
        known = known or item.text in self.functions.names or item.text in CONSTANTS
        letters = item.is_name and len(item.text) > 1 and item.text.isidentifier()
        return letters and not known and bool(self.variables)

    def _is_product(self, left: Item, right: Item) -> bool:
        if not (left.value and right.value and right.blank) or right.text in (".T", "[", "{"):
            return False
        words = {left.text, right.text} & {*KEYWORDS, "{"}
        named = left.is_name and left.text in self.functions.names
        applied = named and left.text not in self.variables
        readable = left.text[0].isdigit() or left.opens("(")
        return not words and not applied and not (readable and not right.text[0].isdigit())

    def _signs(self, items: list[Item]) -> list[Item]:
        out: list[Item] = []
        rest = list(items)
        while rest:
            item = rest.pop(0)
            matrices = self.matlab and item.text == "*" and bool(out) and bool(rest)
            if matrices and not any(i.text[0].isdigit() for i in (out[-1], rest[0])):
                out.append(Item(" @ ", item.span))
            elif item.inside is None and not item.value and item.text in _SIGNS:
                sign = _SIGNS[item.text]
                self.slip(item.span, f"'{item.text}' is not supported", "bad-sign")
                out.append(Item(sign, item.span, item.blank))
            elif item.text == "!" and (not out or not out[-1].value) and rest:
                self.slip(item.span, "a negation is written not", "bad-sign")
                out.append(Item("not ", item.span, item.blank))
            elif item.text in ("//", "%/%", "%%") and item.inside is None:
                self._floored(out, item, rest)
            else:
                out.append(item)
        return out

    def _floored(self, out: list[Item], sign: Item, rest: list[Item]) -> None:
        # R's %/% binds tighter than a product.
        ends = LOOSER | {"*", "/", "%"} if sign.text.startswith("%") else LOOSER
        left: list[Item] = []
        while out and out[-1].text not in ends:
            left.insert(0, out.pop())
        right: list[Item] = []
        while rest and rest[0].text not in LOOSER | {"*", "/", "//", "%", "@"}:
            right.append(rest.pop(0))
        if not left or not right:
            raise UnknownError
        self.slip(sign.span, f"'{sign.text}' is not supported", "bad-sign")
        text = f"(({text_of(left)}) % ({text_of(right)}))"
        if sign.text != "%%":
            text = f"floor(({text_of(left)})/({text_of(right)}))"
        out.append(Item(text, sign.span, value=True))

    def _condition(self, part: list[Item]) -> list[Item]:
        """`c ? a : b` and `if c then a else b`, between two commas."""
        texts = [item.text for item in part]
        if "?" in texts:
            return self._ternary(part)
        if texts[:1] == ["if"] and "then" in texts and "else" in texts:
            then = texts.index("then")
            other = then + partner(texts[then:], "if", "else")
            self.slip(part[0].span, "a choice is written a if c else b")
            tail = text_of(self._condition(part[other + 1 :]))
            made = f"({text_of(part[then + 1 : other])}) if ({text_of(part[1:then])}) else ({tail})"
            return [Item(made, part[0].span, part[0].blank, value=True)]
        return part

    def _ternary(self, part: list[Item]) -> list[Item]:
        texts = [item.text for item in part]
        mark = texts.index("?")
        colon = mark + partner(texts[mark:], "?", ":")
        self.slip(part[mark].span, "a choice is written a if c else b", "bad-sign")
        then, other = (
            text_of(self._condition(piece)) for piece in (part[mark + 1 : colon], part[colon + 1 :])
        )
        made = f"({then}) if ({text_of(part[:mark])}) else ({other})"
        return [Item(made, part[0].span, part[0].blank, value=True)]
