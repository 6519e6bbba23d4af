"""Functions without a name, `lambda t: t^2`, and what is called with them: map, reduce, grad."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from gradcalc.errors import Span
from gradcalc.language.foreign.items import Item, UnknownError, arguments_of, text_of
from gradcalc.language.foreign.sums import Sums

_ARROWS = frozenset({"->", "=>", "↦"})
_HEADS = frozenset({"function", "\\", "@"})  # before the parameters in brackets
_WRITTEN = frozenset({"Function", "lambda", "LAMBDA", "unapply", "lambdify"})  # as a call
_MAPS = frozenset({"map", "Map", "sapply", "lapply", "vapply", "arrayfun", "vmap"})
_FOLDS = frozenset({"reduce", "Reduce", "foldl", "foldr", "fold", "Fold", "Apply", "reducel"})
_DERIVATIVES = frozenset(
    ["grad", "gradient", "derivative", "deriv", "Derivative", "diff", "D", "jacfwd", "jacrev"]
)
_OF_FUNCTIONS = _DERIVATIVES | {"vmap", "hessian"}
HIGHER = _MAPS | _FOLDS | {"mapreduce", "Nest"}

# What joins all elements of a vector: the sign or the name elsewhere, the function here, its start.
_JOINING: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("+", "add", "Plus", "plus", "sum"), ("sum", "0")),
    **dict.fromkeys(("*", "mul", "Times", "times", "multiply", "prod"), ("prod", "1")),
    **dict.fromkeys(("max", "maximum", "Max"), ("max", "")),
    **dict.fromkeys(("min", "minimum", "Min"), ("min", "")),
}
_TOTALS = frozenset(_JOINING)  # as names of functions of a vector
_MESSAGE = "a function is written f(x) = …"
_JOINS = "the elements of a vector are joined by sum, prod, max or min"
MAX_NESTED = 8  # calls of Nest[f, x, n] that are written out


class Nameless(NamedTuple):
    """A function without a name; of languages that count from 1 elements are not translated."""

    parameters: tuple[str, ...]
    body: list[Item]
    from_zero: bool = True


def nameless(items: list[Item]) -> Nameless | None:
    """The function that items are, if they are one without a name."""
    texts = [item.text for item in items]
    if len(items) == 1 and items[0].opens("("):
        return nameless(items[0].inside or [])
    if len(items) == 2 and texts[0] in _WRITTEN and items[1].inside is not None:
        first, *others = arguments_of(items[1].inside) or [[]]
        if not others:
            return None
        if texts[0] == "unapply":
            return Nameless(_names([item for part in others for item in part]), first, False)
        names = _names([item for part in (first, *others[:-1]) for item in part])
        return Nameless(names, others[-1], texts[0] == "lambdify")
    if texts[:1] == ["lambda"] and ":" in texts:
        colon = texts.index(":")
        return Nameless(_names(items[1:colon]), items[colon + 1 :])
    if len(items) > 2 and texts[0] in _HEADS and items[1].opens("("):
        return Nameless(_names(items[1].inside or []), _bare(items[2:]), False)
    if len(items) > 2 and texts[1] in _ARROWS:
        return Nameless(_names(items[:1]), _bare(items[2:]), texts[1] == "=>")
    return None


def _is_path(items: list[Item]) -> bool:
    """Is it a name, or one behind modules: `Math.sin`?"""
    return bool(items) and all(item.is_name or item.text == "." for item in items)


def _names(items: list[Item]) -> tuple[str, ...]:
    if len(items) == 1 and items[0].inside is not None:
        return _names(items[0].inside)
    return tuple(item.text for item in items if item.is_name)


def _bare(items: list[Item]) -> list[Item]:
    """A body without its braces and its return."""
    if len(items) == 1 and items[0].opens("{"):
        items = [item for item in items[0].inside or [] if item.text not in (";", "\n")]
        return items[1:] if items and items[0].text == "return" else items
    return items


def _arguments(items: list[Item]) -> list[list[Item]]:
    """The arguments of a call: the commas of `lambda a, b: a + b` divide none."""
    out: list[list[Item]] = []
    for part in arguments_of(items):
        before = [item.text for item in out[-1]] if out else []
        if before[:1] == ["lambda"] and ":" not in before:
            out[-1] += part
        else:
            out.append(part)
    return out


class Anonymous(Sums):
    """Says functions without a name as functions that are defined before."""

    def _call(self, name: str, span: Span, brackets: Item, blank: bool) -> Item:
        own = name in self.variables or name in self.defined or name in self.assigned
        arguments = _arguments(brackets.inside or [])
        text = None if own or name not in _TOTALS else self._generated_of(name, arguments)
        if text is None and not own and (name in HIGHER or name in _DERIVATIVES | _TOTALS):
            text = self._higher(name, arguments)
        if text is None:
            return super()._call(name, span, brackets, blank)
        self.slip(span, _JOINS if name in _FOLDS else _MESSAGE)
        return Item(text, span.to(brackets.span), blank, value=True)

    def _higher(self, name: str, arguments: list[list[Item]]) -> str | None:
        """`map(f, v)`, `reduce(f, v)`, `mapreduce(f, +, v)`, `derivative(f, x)`."""
        if name == "Nest" and len(arguments) == 3:
            return self._nested(*arguments)
        if name in _FOLDS:
            return self._folded(arguments)
        if name == "mapreduce" and len(arguments) == 3:
            joined = self._joining(arguments[1])
            function = self.as_function(arguments[0])
            if joined is None or function is None:
                raise UnknownError
            return f"{joined[0]}({self._mapped(function, arguments[2])})"
        if len(arguments) != 2:
            return None
        known = [k for k, argument in enumerate(arguments) if nameless(argument)]
        if name in _MAPS and not known:
            named = (k for k, argument in enumerate(arguments) if _is_path(argument))
            known = [next(named, 0)]
        if len(known) != 1 or (name in _TOTALS and self._is_range(arguments[1])):
            return None
        function = self.as_function(arguments[known[0]])
        if function is None:
            return None
        of = arguments[1 - known[0]]
        if name in _DERIVATIVES:
            return self._derived(function, text_of(of).strip())
        mapped = self._mapped(function, of)
        return mapped if name in _MAPS else f"{_JOINING[name][0]}({mapped})"

    def _generated_of(self, name: str, arguments: list[list[Item]]) -> str | None:
        """`sum(t^2 for t in [x, y])`, of elements that are written out."""
        items = arguments[0] if len(arguments) == 1 else []
        if len(items) == 1 and items[0].opens("["):
            items = items[0].inside or []
        texts = [item.text for item in items]
        if "for" not in texts or texts[-4:-3] + texts[-2:-1] != ["for", "in"]:
            return None
        of = [Item("[", items[-1].span, inside=items[-1].inside)]
        if len(arguments_of(items[-1].inside or [])) < 2:
            return None
        function = self._defined(Nameless((texts[-3],), items[: texts.index("for")]))
        return f"{_JOINING[name][0]}({self._mapped(function, of)})"

    def _nested(self, of: list[Item], start: list[Item], count: list[Item]) -> str:
        """Mathematica's `Nest[f, x, 3]`."""
        times, function = text_of(count).strip(), self.as_function(of)
        if function is None or not times.isdigit() or int(times) > MAX_NESTED:
            raise UnknownError
        text = self._said_of(start)
        for _ in range(int(times)):
            text = f"{function}({text})"
        return text

    def _folded(self, arguments: list[list[Item]]) -> str:
        """The sum, the product, the largest or the smallest of a vector, and of what it begins."""
        joined = [self._joining(argument) for argument in arguments]
        places = [k for k, found in enumerate(joined) if found is not None]
        if len(places) != 1 or not 2 <= len(arguments) <= 3:
            raise UnknownError
        name, start = joined[places[0]] or ("", "")
        values = [self._vector(a) for k, a in enumerate(arguments) if k != places[0]]
        vector = max(values, key=lambda text: text.startswith("["))  # the list, where one is
        first = next((text for text in values if text is not vector), start)
        text = f"{name}({vector})"
        if re.fullmatch(rf"{start}(?:\.0*)?", first):
            return text
        sign = {"sum": "+", "prod": "*"}.get(name)
        return f"({first} {sign} {text})" if sign else f"{name}({first}, {text})"

    def _joining(self, items: list[Item]) -> tuple[str, str] | None:
        """What `+`, `"*"`, `operator.mul` or `lambda a, b: a + b` makes of a vector."""
        if function := nameless(items):
            names, body = function.parameters, [item.text for item in function.body]
            if len(names) == 2 and len(body) == 3 and {body[0], body[2]} == set(names):
                return _JOINING.get(body[1])
            if len(names) == 2 and len(body) == 2 and function.body[1].opens("("):
                inside = "".join(text_of(function.body[1].inside or []).split())
                return _JOINING.get(body[0]) if inside == ",".join(names) else None
            return None
        texts = [item.text for item in items if item.text not in ("`", '"', "'", ".")]
        if len(items) == 1 and items[0].opens("("):
            texts = [item.text for item in items[0].inside or []]
        return _JOINING.get(texts[-1]) if texts else None

    def as_function(self, items: list[Item]) -> str | None:
        """The name of a function that items are: one that is there, or is defined before."""
        if function := nameless(items):
            return self._defined(function)
        if len(items) % 2 == 0 and items[-1].inside is not None and items[-2].text in _OF_FUNCTIONS:
            inner = self.as_function(items[-1].inside)  # grad(f)
            if inner is None or items[-2].text == "vmap":
                return inner
            text = f"D({inner}(t), t)"
            text = f"D({text}, t)" if items[-2].text == "hessian" else text
            derived = Item(text, items[0].span, value=True)
            return self._defined(Nameless(("t",), [derived]))
        name = items[-1].text if items else ""
        for spelling in (name, name.lower()):
            if _is_path(items) and (
                spelling in self.defined or self.functions.accepts(spelling, 1)
            ):
                return spelling
        return None

    def _defined(self, function: Nameless) -> str:
        names, body = function.parameters, function.body
        indexed = any(left.text in names and right.opens("[") for left, right in pairwise(body))
        if not names or not body or (indexed and not function.from_zero):
            raise UnknownError
        self.assigned |= set(names)
        text = text_of(self.level(body)).strip()
        name = self._unused("f")
        self.before.append(f"{name}({', '.join(names)}) = {text}")
        return name

    def applied(self, function: str, brackets: Item) -> str:
        """A call of a function that was just defined."""
        self.slip(brackets.span, _MESSAGE)
        values = [self._said_of(argument) for argument in arguments_of(brackets.inside or [])]
        derived = re.fullmatch(rf"{function}\(t\) = D\((\w+)\(t\), t\)", self.before[-1:][0])
        if derived and len(values) == 1:
            self.before.pop()
            return self._derived(derived[1], values[0])
        if derived and all(map(str.isidentifier, values)):  # by the first of several
            self.before.pop()
            return f"D({derived[1]}({', '.join(values)}), {values[0]})"
        return f"{function}({', '.join(values)})"

    def _derived(self, function: str, value: str) -> str:
        """The derivative of a function at a value: by the name that the value is, or by another."""
        if not value.isidentifier():
            name = self._unused("t")
            self.before.append(f"{name} = {value}")
            value = name
        return f"D({function}({value}), {value})"

    def _mapped(self, function: str, items: list[Item]) -> str:
        """A function of each element: written out where the elements are."""
        if len(items) == 1 and (items[0].opens("[") or items[0].opens("{")):
            elements = [self._said_of(part) for part in arguments_of(items[0].inside or [])]
            if len(elements) > 1:
                return f"[{', '.join(f'{function}({element})' for element in elements)}]"
        return f"{function}({self._vector(items)})"

    def _vector(self, items: list[Item]) -> str:
        """A vector, or a range of numbers as one."""
        if not self._is_range(items):
            return self._said_of(items)
        start, stop = items[0].text, items[2].text
        return f"arange({start}, {int(stop) + 1 if stop.isdigit() else f'{stop} + 1'})"

    def _is_range(self, items: list[Item]) -> bool:
        """Is it `1:3`, in brackets or not?"""
        if len(items) == 1 and items[0].opens("("):
            items[:] = items[0].inside or []
        return len(items) == 3 and items[1].text == ":" and items[0].value and items[2].value
