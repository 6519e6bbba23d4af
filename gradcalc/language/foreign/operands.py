"""Operands: names behind modules, methods, numbers, primes and lists."""

from __future__ import annotations

import re

from gradcalc.errors import Span
from gradcalc.language.foreign.anonymous import HIGHER, nameless
from gradcalc.language.foreign.bindings import LOCALS, NAMES_GIVEN
from gradcalc.language.foreign.items import Item, UnknownError, arguments_of, opens_block, text_of
from gradcalc.language.foreign.special import CHOICES
from gradcalc.language.foreign.spellings import ABSENT, SPELLINGS
from gradcalc.language.foreign.sums import SUMS
from gradcalc.language.foreign.vectors import Vectors
from gradcalc.language.foreign.words import KEYWORDS, MODULES, NAMES

# Methods that keep the value they are called of.
_KEEPING = frozenset(
    ["item", "numpy", "clone", "float", "double", "evalf", "simplify", "doit", "n"]
)
_BESIDE_MATRIX = re.compile(r"'\s*\*\s*\(?[A-Z]")  # x'*A*x


class Operands(Vectors):
    """Translates names, calls and what follows them."""

    def _operands(self, items: list[Item]) -> list[Item]:
        """Names, calls and what follows them."""
        out: list[Item] = []
        rest = list(items)
        while rest:
            item = rest.pop(0)
            if item.is_name and not (item.text in KEYWORDS and item.text != "if" and out):
                out.append(self._named(item, rest))
            elif item.text == "." and out and out[-1].opens("[") and rest and rest[0].opens("{"):
                self.slip(item.span, "the product of vectors and matrices is written @", "bad-sign")
                out.append(Item(" @ ", item.span))
            elif item.text == "." and out and out[-1].value and rest and rest[0].is_name:
                self._method(out, item, rest)
            elif item.text in ("'", ".'") and out and out[-1].value:
                lower = out[-1].is_name and not out[-1].text[0].isupper()
                if lower and not _BESIDE_MATRIX.search(self.source):
                    raise UnknownError
                self.slip(item.span, "a transpose is written A.T")
                self.matlab = True
                out.append(Item(".T", item.span, value=True))
            elif item.opens("{") and not opens_block(out):
                self.slip(item.span, "a vector has square brackets")
                group = self._group(item)
                alone = len(arguments_of(item.inside or [])) == 1 and not self.lists
                bracket = "(" if alone and self.reading == 0 else "["
                out.append(Item(bracket, item.span, item.blank, group.inside, value=True))
            elif item.opens("(") and self._is_applied_here(item, rest):
                called = rest.pop(0)
                function = self.as_function(item.inside or []) or ""
                text = self.applied(function, called)
                out.append(Item(text, item.span.to(called.span), item.blank, value=True))
            elif item.opens("[") and rest and (index := _matlab_index(rest[0])) is not None:
                group = self._group(item)
                self.slip(rest.pop(0).span, "an element is written v[0], counted from 0")
                text = f"{str(group).strip()}[{index}]"
                out.append(Item(text, item.span, item.blank, value=True))
            elif item.value and item.inside is None:
                out.append(self._number(item))
            else:
                out.append(self._group(item))
        return out

    def _is_applied_here(self, item: Item, rest: list[Item]) -> bool:
        """Is it `(t -> t^2)(x)`?"""
        called = bool(rest) and (rest[0].opens("(") or rest[0].opens("["))
        return called and nameless(item.inside or []) is not None

    def _named(self, item: Item, rest: list[Item]) -> Item:
        """A name with what follows it: a call, a prime, or nothing."""
        name, span = self._dotted(item, rest)
        if rest[1:] and str(rest[0]) == "()" and rest[1].opens("(") and name[0].isupper():
            del rest[0]  # a layer that is made and called: nn.ReLU()(x)
        follows = rest[0] if rest else None
        if len(rest) > 1 and rest[0].inside is not None and rest[1].inside is not None:
            own = name in self.variables or name in self.assigned
            function = None if own else self.as_function([Item(name, span, value=True), rest[0]])
            if function is not None:
                del rest[0]
                called = rest.pop(0)
                whole = span.to(called.span)
                return Item(self.applied(function, called), whole, item.blank, value=True)
        if follows is not None and follows.opens("(") and not name.startswith("if "):
            return self._call(name, span, rest.pop(0), item.blank)
        if len(rest) > 1 and (based := self._to_base(name, span, rest)):
            return based
        if follows is not None and self._is_called(name, follows):
            self.slip(span, "a call has round brackets")
            return self._call(name, span, rest.pop(0), item.blank)
        if follows is not None and follows.text == "'" and len(rest) > 1:
            return self._prime(name, span, rest)
        return self._name(name, span, item, rest)

    def _dotted(self, item: Item, rest: list[Item]) -> tuple[str, Span]:
        """A name without the modules before it."""
        name, span = item.text, item.span
        if distribution := self._distribution(item, rest):
            return distribution
        path = [name]
        while (
            len(rest) > 1
            and rest[0].text in (".", "::")
            and rest[1].is_name
            and path[-1] in MODULES
            and path[0] in MODULES
            and path[0] not in self.variables
        ):
            rest.pop(0)
            last = rest.pop(0)
            path.append(last.text)
            span = span.to(last.span)
        if len(path) > 1:
            qualified = f"{path[0]}.{path[-1]}"
            name = qualified if qualified in SPELLINGS or qualified in ABSENT else path[-1]
            self.qualified.add(name)
            shown = self.source[span.start : span.end]
            self.slip(span, f"'{shown}' is another language's name")
        elif rest and rest[0].text == "." and len(rest) > 1 and rest[1].opens("("):
            self.slip(rest.pop(0).span, "a function of a vector is called without a point")
        return name, span

    def _distribution(self, item: Item, rest: list[Item]) -> tuple[str, Span] | None:
        """`scipy.stats.norm.cdf` or `NORM.S.DIST` as one name, if it is one."""
        path, count = [item.text], 0
        while rest[count + 1 :] and rest[count].text == "." and rest[count + 1].is_name:
            path.append(rest[count + 1].text)
            count += 2
        while path[0] in ("scipy", "stats", "jax", "st"):
            path = path[1:] or [""]
        name = "_".join(path).lower()
        known = {name, f"{name}_cdf"} & (SPELLINGS | set(self.functions.names))
        if not path[1:] or not known or path[0] in self.variables:
            return None
        span = item.span.to(rest[count - 1].span)
        del rest[:count]
        shown = self.source[span.start : span.end]
        self.slip(span, f"'{shown}' is another language's name")
        return name, span

    def _to_base(self, name: str, span: Span, rest: list[Item]) -> Item | None:
        """Maple's `log[2](x)`."""
        if name.lower() not in ("log", "ln") or not (rest[0].opens("[") and rest[1].opens("(")):
            return None
        base, of = (text_of(self.level(rest.pop(0).inside or [])).strip() for _ in range(2))
        self.slip(span, "the base of a logarithm is its second argument: log(x, 2)")
        return Item(f"log({of}, {base})", span, value=True)

    def _name(self, name: str, span: Span, item: Item, rest: list[Item]) -> Item:
        if name in NAMES and name not in self.variables and name not in self.assigned:
            self.slip(span, f"'{name}' is written {NAMES[name].strip('()')} here")
            return Item(NAMES[name], span, item.blank, value=True)
        mine = name in self.variables or name in self.assigned or name in self.functions.names
        if not mine and (applied := self._applied(name)):
            self.slip(span, f"'{name}' is read as one name", "call-without-brackets")
            if self.reading == 0 and len(rest) > 1 and rest[0].text in ("^", "**"):
                power, exponent = rest.pop(0), rest.pop(0)  # sinx^2 as sin(x^2), or as sin(x)^2
                applied = f"{applied[:-1]}{power.text}{exponent})"
            return Item(applied, span, item.blank, value=True)
        return Item(name, span, item.blank, value=True)

    def _number(self, item: Item) -> Item:
        text = item.text
        if re.fullmatch(r"(?:[0-9]+(\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[fFlL]", text):
            self.slip(item.span, f"a number can't end in '{text[-1]}'", "number-suffix")
            text = text[:-1]
        elif re.fullmatch(r"[0-9]*\.[0-9]*[dD][+-]?[0-9]+", text):
            self.slip(item.span, "a power of ten is written with e", "bad-number")
            text = re.sub("[dD]", "e", text)
        return Item(text, item.span, item.blank, value=True)

    def _is_called(self, name: str, brackets: Item) -> bool:
        """Is `Sin[x]` or `max{x, 1}` a call?"""
        if name in self.variables or name in self.assigned or brackets.text not in ("[", "{"):
            return False
        count = len(arguments_of(brackets.inside or []))
        if name in self.defined and brackets.text == "[":
            return True
        if self.functions.accepts(name, count):
            return True
        if brackets.text == "{":
            return False
        known = (
            name in (*SUMS, *ABSENT, *HIGHER, *LOCALS, *NAMES_GIVEN)
            or name.lower() in CHOICES
            or self._meaning(name, count) is not None
        )
        return name == "D" or (known and (name[0].isupper() or name == "piecewise"))

    def _method(self, out: list[Item], point: Item, rest: list[Item]) -> None:
        """`x.sum()` behind what it is called of."""
        name = rest.pop(0)
        if name.text == "T":
            out.append(Item(".T", name.span, value=True))
            return
        operand = out.pop()
        if not rest or not rest[0].opens("("):
            raise UnknownError
        brackets = rest.pop(0)
        self.slip(point.span.to(name.span), "functions are called with their argument in brackets")
        if name.text in _KEEPING and (name.text != "n" or brackets.inside):
            out.append(operand)
            return
        comma = [Item(",", name.span)] if brackets.inside else []
        whole = Item(str(operand).strip(), operand.span, value=True)
        inside = [whole, *comma, *(brackets.inside or [])]
        renamed = {"dot": "matmul", "t": "transpose"}.get(name.text, name.text)
        span = operand.span.to(name.span)
        call = Item("(", brackets.span, inside=inside)
        out.append(self._call(renamed, name.span, call, operand.blank))
        out[-1].span = span.to(brackets.span)

    def _prime(self, name: str, span: Span, rest: list[Item]) -> Item:
        """`f'(x)`, or A' as MATLAB has it."""
        primes = 0
        while rest and rest[0].text == "'":
            end = rest.pop(0).span
            primes += 1
        if rest and rest[0].opens("(") and not rest[0].blank:
            argument = text_of(self.level(rest.pop(0).inside or [])).strip()
            if not argument.isidentifier():
                raise UnknownError
            if name not in self.defined and not self.functions.accepts(name, 1):
                raise UnknownError
            self.slip(span.to(end), "a derivative is written D(f, x)", "derivative")
            text = f"{name}({argument})"
            for _ in range(primes):
                text = f"D({text}, {argument})"
            return Item(text, span, value=True)
        if primes > 1 or not (name[0].isupper() or _BESIDE_MATRIX.search(self.source)):
            raise UnknownError
        self.slip(end, "a transpose is written A.T")
        self.matlab = True
        return Item(f"{name}.T", span, value=True)


def _matlab_index(brackets: Item) -> int | None:
    """The index from 0 of MATLAB's `[x y](1)`."""
    text = text_of(brackets.inside or []).strip()
    right = brackets.opens("(") and not brackets.blank and text.isdigit() and text != "0"
    return int(text) - 1 if right else None
