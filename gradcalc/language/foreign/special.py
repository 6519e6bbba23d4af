"""Calls whose arguments are no values: words in quotes, pairs, names that are given a value."""

from __future__ import annotations

import re

from gradcalc.errors import Span
from gradcalc.language.foreign.bindings import Bindings
from gradcalc.language.foreign.contractions import contraction
from gradcalc.language.foreign.items import Item, UnknownError, arguments_of, text_of, tree_of

CHOICES = frozenset({"if", "ifs", "piecewise", "which", "cond", "cases", "select"})
_GRADIENTS = frozenset({"D", "Grad", "grad", "gradient", "Gradient", "jacobian", "Jacobian"})
_HESSIANS = frozenset({"hessian", "Hessian", "hess"})
_TAILS = {("gammainc", "upper"): "gammaincc", ("gammainc", "lower"): "gammainc"}
_TAILS |= {("betainc", "upper"): "betaincc", ("betainc", "lower"): "betainc"}
_QUOTED = re.compile(r"'([^'\"]*)'|\"([^'\"]*)\"")
_NAMES = re.compile(r"[\[(]\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*[\])]")
_MATLAB = re.compile(r"\[[^\],]*[\w)] +[-\w(][^\]]*\]|\[[^\]]*;[^\]]*\]|\bend\b|\.[*^/]")
_ROW = re.compile(r"\[([^\[\],]+),([^\[\],]+)\]")  # a value and its condition
_TRUE = frozenset({"True", "TRUE", "true", "(1 > 0)", "otherwise", "else"})
_VECTOR = re.compile(r"\[[^\[\]]*\]")
_ROWS = re.compile(r"\[(\[[^\[\]]*\](?:, ?\[[^\[\]]*\])*)\]")


class Special(Bindings):
    """Says calls of which an argument is more than a value."""

    def _call(self, name: str, span: Span, brackets: Item, blank: bool) -> Item:
        indexed = name in self.assigned and name not in self.defined
        if indexed and (index := self._index(name, brackets)) is not None:
            self.slip(span, "an element is written v[0], counted from 0")
            return Item(index, span.to(brackets.span), blank, value=True)
        if name in self.variables or name in self.defined or name in self.assigned:
            return super()._call(name, span, brackets, blank)
        arguments = arguments_of(self._commas(brackets.inside or []))
        text = self._quoted(name, span, brackets)
        text = text or self.bound(name, span, arguments)
        text = text or self._chosen(name, span, arguments)
        text = text or self._by_several(name, span, arguments)
        text = text or self._of_rows(name, span, arguments)
        text = text or self._biased(name, span, arguments)
        if text is None and name.lower() == "piecewise" and arguments:
            texts = [self._said_of(argument) for argument in arguments]
            if texts[0].startswith("["):
                return self._pieces(texts, span.to(brackets.span), blank)
        if text is None:
            return super()._call(name, span, brackets, blank)
        return Item(text, span.to(brackets.span), blank, value=True)

    def _index(self, name: str, brackets: Item) -> str | None:
        """MATLAB's `A(1, end)`, of what is assigned a vector or a matrix as MATLAB writes them."""
        if not re.search(rf"\b{name}\s*=\s*\[", self.source) or not _MATLAB.search(self.source):
            return None
        texts = [text_of(part).strip() for part in arguments_of(brackets.inside or [])]
        if not texts or not all(text.isdigit() or text in ("end", ":") for text in texts):
            return None
        places = (
            text if text == ":" else "-1" if text == "end" else str(int(text) - 1) for text in texts
        )
        return f"{name}[{', '.join(places)}]"

    def _pieces(self, arguments: list[str], span: Span, blank: bool) -> Item:
        """`Piecewise[{{a, c}, {b, d}}, e]`, SymPy's `Piecewise((a, c), (b, True))`."""
        rows = [row for argument in arguments for row in _ROW.findall(argument)]
        *_, last = arguments
        if rows and rows[-1][1].strip(" ()") in ("True", "1 > 0"):
            last, _ = rows.pop()
        elif last.startswith("["):
            last = "0"  # as Mathematica has it
        if not rows:
            raise UnknownError
        self.slip(span, "a choice is written a if c else b")
        text = "".join(f"({value}) if ({test}) else " for value, test in rows)
        return Item(f"({text}({last}))", span, blank, value=True)

    def _quoted(self, name: str, span: Span, brackets: Item) -> str | None:
        """`einsum("ij,j->i", A, x)`, MATLAB's `gammainc(x, a, "upper")`."""
        start, stop = brackets.span.start, brackets.span.end
        raw = self.source[start:stop]
        words = [one or other for one, other in _QUOTED.findall(raw)]
        if len(words) != 1 or name not in ("einsum", "gammainc", "betainc"):
            return None
        plain = _QUOTED.sub(lambda found: " " * len(found[0]), raw)
        tree = tree_of(" " * start + plain)
        if tree is None:
            return None
        parts = [part for part in arguments_of(tree[0].inside or []) if part]
        values = [self._said_of(part) for part in parts]
        if name == "einsum":
            text = contraction(words[0], values)
            message = "products over indices are written with @, sum, outer and trace"
        else:
            x, *others = values
            called = _TAILS.get((name, words[0].lower()))
            text = called and f"{called}({', '.join([*others, x])})"
            message = f"{name} takes its argument last, and no words"
        if text is not None:
            self.slip(span, message, "unknown-argument")
        return text

    def _chosen(self, name: str, span: Span, arguments: list[list[Item]]) -> str | None:
        """`IFS(c, a, d, b)`, Maple's `piecewise(c, a, d, b, e)`, Mathematica's `Which`."""
        if name.lower() not in CHOICES or len(arguments) < 4:
            return None
        texts = [self._said_of(argument) for argument in arguments]
        if name.lower() == "piecewise" and _is_condition(arguments[1]):  # a calculator's: f, c, …
            texts = [texts[k ^ 1] if k ^ 1 < len(texts) else text for k, text in enumerate(texts)]
            if len(texts) == 4 and _is_condition(arguments[3]):
                del texts[2]  # the last condition is where the others don't hold
        other = texts.pop() if len(texts) % 2 else ""
        pairs = list(zip(texts[::2], texts[1::2], strict=True))
        if not other and pairs[-1][0] in _TRUE:
            other = pairs.pop()[1]
        if not other:  # nothing holds: Maple has 0 there, the others an error
            raise UnknownError
        self.slip(span, "a choice is written a if c else b", "unknown-name")
        return (
            "(" + "".join(f"({value}) if ({test}) else " for test, value in pairs) + f"({other}))"
        )

    def _by_several(self, name: str, span: Span, arguments: list[list[Item]]) -> str | None:
        """`D[f, {{x, y}}]`, `grad(f, [x, y])` and `hessian(f, (x, y))`: one derivative by each."""
        if name not in _GRADIENTS | _HESSIANS or len(arguments) != 2:
            return None
        by, order = text_of(arguments[1]).strip().replace("{", "[").replace("}", "]"), 1
        if found := re.fullmatch(r"\[\s*(\[.*\])\s*(?:,\s*([12])\s*)?\]", by):
            by, order = found[1], int(found[2] or 1)
        elif name == "D":
            return None
        if not (names := _NAMES.fullmatch(by)):
            return None
        order += name in _HESSIANS
        inner = self._said_of(arguments[0])
        variables = [name.strip() for name in names[1].split(",")]
        self.slip(span, "a derivative is by one name: D(f, x)", "arity")
        first = [f"D({inner}, {x})" for x in variables]
        if order == 1:
            return f"[{', '.join(first)}]"
        rows = (", ".join(f"D({one}, {y})" for y in variables) for one in first)
        return f"[{', '.join(f'[{row}]' for row in rows)}]"

    def _of_rows(self, name: str, span: Span, arguments: list[list[Item]]) -> str | None:
        """`matrix([x, 1], [2, y])`, `kron(a, b)`, and `nroot(x, 3)` or `nroot(3, x)`."""
        if name.lower() in ("nroot", "xroot") and len(arguments) == 2:
            return self._root(name, span, *map(self._said_of, arguments))
        if name not in ("matrix", "kron", "KroneckerProduct", "Kron"):
            return None
        texts = [self._said_of(argument) for argument in arguments]
        if name == "matrix":
            if not all(map(_VECTOR.fullmatch, texts)):
                return None
            self.slip(span, "a matrix is written as its rows in brackets")
            return f"[{', '.join(texts)}]"
        if len(texts) != 2:
            return None
        if all(map(_VECTOR.fullmatch, texts)):
            self.slip(span, f"unknown function '{name}'", "unknown-name")
            return f"flatten(outer({texts[0]}, {texts[1]}))"
        sizes = [_sizes(text) for text in texts]
        if None in sizes:
            return None
        (m, n), (p, q) = sizes  # type: ignore[misc]
        self.slip(span, f"unknown function '{name}'", "unknown-name")
        apart = f"reshape({texts[0]}, {m}, 1, {n}, 1)*reshape({texts[1]}, 1, {p}, 1, {q})"
        return f"reshape({apart}, {m * p}, {n * q})"

    def _biased(self, name: str, span: Span, arguments: list[list[Item]]) -> str | None:
        """MATLAB's `var(v, 1)` and `std(v, 0)`: by n or by n - 1."""
        if name not in ("var", "std") or len(arguments) != 2 or not self.matlab_lists(arguments[0]):
            return None
        inner, by = (self._said_of(argument) for argument in arguments)
        if by not in ("0", "1"):
            return None
        self.slip(span, f"{name} takes a vector and an axis", "arity")
        if by == "0":
            return f"{name}({inner})"
        made = f"mean(({inner} - mean({inner}))^2)"
        return made if name == "var" else f"sqrt({made})"

    def matlab_lists(self, items: list[Item]) -> bool:
        """Is a vector written with blanks, or any text as MATLAB has it?"""
        return _MATLAB.search(text_of(items)) is not None

    def _root(self, name: str, span: Span, one: str, other: str) -> str:
        """The root by whichever argument is a number: languages differ in their order."""
        if one.isdigit() == other.isdigit():
            raise UnknownError
        self.slip(span, f"unknown function '{name}'", "unknown-name")
        return f"root({other}, {one})" if one.isdigit() else f"root({one}, {other})"


def _is_condition(items: list[Item]) -> bool:
    return any(item.text in ("<", ">", "<=", ">=", "==", "!=", "≤", "≥") for item in items)


def _sizes(text: str) -> tuple[int, int] | None:
    """How many rows and columns a matrix has that is written out."""
    if not (found := _ROWS.fullmatch(text)):
        return None
    rows = [len(row.split(",")) for row in _VECTOR.findall(found[1])]
    return (len(rows), rows[0]) if len(set(rows)) == 1 and "(" not in text else None
