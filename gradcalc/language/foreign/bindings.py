"""Calls that give names a value: `subs(x=2*y, f)`, `With[{a = 2}, a x]`, `LET(a, 2, a*x)`."""

from __future__ import annotations

import re

from gradcalc.errors import Span
from gradcalc.language.foreign.calls import Calls
from gradcalc.language.foreign.items import (
    AbsentError,
    Item,
    Slip,
    UnknownError,
    arguments_of,
    text_of,
)

NAMES_GIVEN = frozenset(
    {"subs", "eval", "ev", "evaluate", "evalf", "substitute", "subst", "at", "ReplaceAll"}
)
_NUMERIC = frozenset({"nderiv", "nder", "nderivative", "numderiv"})
LOCALS = frozenset({"With", "Module", "Block", "block", "with", "let"})
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?(?:\s*/\s*\d+)?|[-+]?pi(?:\s*/\s*\d+)?")


class Bindings(Calls):
    """Says values as what is given beside the formula, as arguments, or as assignments."""

    def bound(self, name: str, span: Span, arguments: list[list[Item]]) -> str | None:
        """The formula of a call that gives names a value; None where it is no such call."""
        if name in LOCALS and len(arguments) == 2:
            return self._local(span, *arguments)
        if name == "LET":
            return self._let(span, arguments)
        if name.lower() in _NUMERIC and len(arguments) == 3:
            by = text_of(arguments[1]).strip()
            formula = f"D({self._said_of(arguments[0])}, {by})"
            return self._given(span, formula, [(by, arguments[2])], "D")
        if name not in NAMES_GIVEN or len(arguments) < 2:
            return None
        pairs, rest = _pairs(name, arguments)
        if len(rest) != 1 or not pairs:
            return None
        return self._given(span, self._said_of(rest[0]), pairs)

    def _given(
        self, span: Span, formula: str, pairs: list[tuple[str, list[Item]]], called: str = ""
    ) -> str:
        """A formula at values: numbers are given with --at, all else is an argument."""
        if not all(_NAME.fullmatch(name) for name, _ in pairs):
            raise UnknownError
        names, values = [name for name, _ in pairs], [self._said_of(value) for _, value in pairs]
        message = "values are given beside the formula"
        if all(map(_NUMBER.fullmatch, values)):
            point = ",".join(map("=".join, zip(names, values, strict=True)))
            hint = f"write {formula} --at {point}"
            raise AbsentError(Slip(span, "foreign-word", message, hint))
        self.slip(span, message)
        if names == values:
            return f"({formula})"
        if called:
            self.before.append(f"{names[0]} = {values[0]}")
            return formula
        function = self._unused("f")
        self.before.append(f"{function}({', '.join(names)}) = {formula}")
        return f"{function}({', '.join(values)})"

    def _local(self, span: Span, bindings: list[Item], body: list[Item]) -> str:
        """Mathematica's `With[{a = 2}, a x]`, Maxima's `block([a: 2], a*x)`, as assignments."""
        if len(bindings) == 2 and bindings[0].text == "list":
            bindings = bindings[1:]  # R's with(list(a = 2), a*x)
        inside = bindings[0].inside if len(bindings) == 1 else None
        for part in arguments_of(inside or []) or [[]]:
            self._assign(part[0].text if part else "", part[1:2], part[2:])
        self.slip(span, "a name is assigned with =")
        return self._alone(body)

    def _alone(self, body: list[Item]) -> str:
        """A formula that is the last argument of a call, as one that no comma is beside."""
        before, self.lists = self.lists, 0
        text = text_of(self.level(body)).strip()
        self.lists = before
        return f"({text})"

    def _assign(self, name: str, sign: list[Item], value: list[Item]) -> None:
        signed = bool(sign) and sign[0].text in ("=", ":", ":=", "<-")
        if not _NAME.fullmatch(name) or not signed or not value or name in self.variables:
            raise UnknownError
        self.assigned.add(name)
        self.before.append(f"{name} = {self._said_of(value)}")

    def _let(self, span: Span, arguments: list[list[Item]]) -> str | None:
        """Excel's `LET(a, 2, a*x)`, as assignments before."""
        if len(arguments) < 3 or len(arguments) % 2 == 0:
            return None
        *pairs, body = arguments
        equals = [Item("=", span)]
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            self._assign(text_of(name).strip(), equals, value)
        self.slip(span, "a name is assigned with =")
        return self._alone(body)


def _pairs(
    name: str, arguments: list[list[Item]]
) -> tuple[list[tuple[str, list[Item]]], list[list[Item]]]:
    """The names with their values, and the arguments that are formulas.

    Of `subs(x=2, f)`, SymPy's `f.subs(x, 2)` and `f.subs({x: 2})`, Maxima's `subst(2, x, f)`.
    """
    if len(arguments) == 3 and not any(map(_is_given, arguments)):
        order = (1, 0, 2) if name == "subst" else (1, 2, 0)
        by, value, formula = (arguments[k] for k in order)
        return [(text_of(by).strip(), value)], [formula]
    pairs: list[tuple[str, list[Item]]] = []
    rest: list[list[Item]] = []
    for argument in arguments:
        inside = argument[0].inside if len(argument) == 1 else None
        parts = arguments_of(inside) if inside else [argument]
        found = [(part[0].text, part[2:]) for part in parts if _is_given(part)]
        if len(found) == len(parts):
            pairs += found
        else:
            rest.append(argument)
    return pairs, rest


def _is_given(part: list[Item]) -> bool:
    return len(part) > 2 and part[0].is_name and part[1].text in ("=", "==", ":", "->")
