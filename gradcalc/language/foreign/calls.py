"""Calls: what a function of another language is here."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Container, Mapping

from gradcalc.errors import Span
from gradcalc.language.foreign.distributions import CHOICES, CHOOSING, PARAMETERS
from gradcalc.language.foreign.items import (
    AbsentError,
    Functions,
    Item,
    Slip,
    UnknownError,
    arguments_of,
    is_decimal,
    text_of,
)
from gradcalc.language.foreign.run_together import RunTogether
from gradcalc.language.foreign.spellings import ABSENT, FUNCTIONS, OF_A_VECTOR, SPELLINGS
from gradcalc.language.foreign.words import CONSTANTS
from gradcalc.language.suggest import nearest

_DERIVATIVES = frozenset({"D", "Derivative", "Diff", "derivative", "derive", "deriv", "grad"})
_BY_SEVERAL = _DERIVATIVES | {"diff"}
_NAME = re.compile(r"[^\W\d]\w*")
_BY_AND_ORDER = re.compile(r"\[\s*([^\W\d]\w*)\s*,\s*(\d\d?)\s*\]")  # {x, 2}, translated
_NAMED = re.compile(r"(?!axis\b)[^\W\d]\w*\s*=(?!=)")  # of an argument: base=2


class Calls(RunTogether):
    """Says calls in our words, and notes the slips."""

    def __init__(
        self, source: str, functions: Functions, variables: Container[str], reading: int = 0
    ) -> None:
        self.source = source
        self.reading = reading  # which one, of a text that has two
        self.functions = functions
        self.variables = variables
        self.slips: list[Slip] = []
        self.defined = set(re.findall(r"([^\W\d]\w*)\s*\([^()]*\)\s*=(?!=)", source))
        self.assigned = set(re.findall(r"([^\W\d]\w*)\s*=(?!=)", source))
        self.before: list[str] = []  # statements that compute what the one at hand reads
        self.qualified: set[str] = set()  # names that a module stood before
        self.lists = 0  # calls and vectors around this place
        self.matlab = False  # are matrices transposed as MATLAB does it, and so multiplied?
        self.excel = source.lstrip().startswith("=")

    @abstractmethod
    def level(self, items: list[Item]) -> list[Item]:
        """The items between two brackets, translated."""

    def slip(self, span: Span, message: str, code: str = "foreign-word", hint: str = "") -> None:
        """Note what is not ours."""
        self.slips.append(Slip(span, code, message, hint))

    def _said_of(self, items: list[Item]) -> str:
        """A text in our words, of what is an argument."""
        self.lists += 1
        text = text_of(self.level(items)).strip()
        self.lists -= 1
        return text

    def _unused(self, letter: str) -> str:
        """A name that neither the text nor the user has."""
        names = {name for text in (self.source, *self.before) for name in _NAME.findall(text)}
        while letter in names or letter in self.variables:
            letter += letter[0]
        return letter

    def _call(self, name: str, span: Span, brackets: Item, blank: bool) -> Item:
        """A call in our words; as it is where it is ours, or where nobody knows it."""
        if name in ABSENT and not self._is_known(name):
            raise AbsentError(
                Slip(span, "unknown-name", f"unknown function '{name}'", ABSENT[name])
            )
        inside = self._commas(brackets.inside or [])
        self.lists += 1
        arguments = [text_of(self.level(argument)).strip() for argument in arguments_of(inside)]
        self.lists -= 1
        arguments = [self._keyword(argument, span) for argument in arguments]
        whole = span.to(brackets.span)
        if name in _BY_SEVERAL and len(arguments) == 2 and _BY_AND_ORDER.fullmatch(arguments[1]):
            self.slip(span, "a derivative is written D(f, x)", "arity")
            return Item(_repeated(*arguments[:2]), whole, blank, value=True)
        return Item(self._said(name, arguments, span), whole, blank, value=True)

    def _said(self, name: str, arguments: list[str], span: Span) -> str:
        count = len(arguments)
        as_it_is = f"{name}({', '.join(arguments)})"
        if name in PARAMETERS and any(_NAMED.match(argument) for argument in arguments):
            return self._with_keywords(name, arguments, span)
        known = name in self.defined or self.functions.accepts(name, count)
        if known or name in self.variables or name in self.assigned:
            return as_it_is
        if (small := name.lower()) in CHOOSING and count and arguments[-1].upper() in CHOICES:
            chosen = f"{small}_{CHOICES[arguments[-1].upper()]}"
            return self._said(chosen, arguments[:-1], span)
        if count > 1 and small in OF_A_VECTOR and (small, count) not in FUNCTIONS:
            self.slip(span, f"{name} is a function of one vector here", "arity")
            return OF_A_VECTOR[small].format(f"[{', '.join(arguments)}]")
        if name in _DERIVATIVES and count == 1:
            return self._differentiated(name, arguments[0], span)
        if any(_NAMED.match(argument) for argument in arguments):
            return self._with_keywords(name, arguments, span)
        if count == 3 and name in _BY_SEVERAL and re.fullmatch("[1-9]", arguments[2]):
            self.slip(span, "a derivative is written D(f, x)", "arity")
            return _repeated(arguments[0], f"[{arguments[1]}, {arguments[2]}]")
        if count == 3 and name in _BY_SEVERAL and _NAME.fullmatch(arguments[2]):
            self.slip(span, "a derivative is written D(f, x)", "arity")
            return f"D(D({arguments[0]}, {arguments[1]}), {arguments[2]})"
        meaning = self._meaning(name, count)
        if name in ABSENT and (meaning is None or meaning[0].startswith("=")):
            raise AbsentError(
                Slip(span, "unknown-name", f"unknown function '{name}'", ABSENT[name])
            )
        if meaning is None:
            return as_it_is
        return self._in_our_words(name, arguments, meaning, span)

    def _in_our_words(
        self, name: str, arguments: list[str], meaning: tuple[str, tuple[str, ...]], span: Span
    ) -> str:
        """The formula of a call, with its arguments in the place of the parameters."""
        formula, parameters = meaning
        if name in self.functions.names:
            self.slip(span, f"{name} doesn't take {len(arguments)} arguments", "arity")
        elif formula.startswith("=nearest "):
            self.slip(
                span, f"unknown function '{name}'", "unknown-name", f"did you mean {formula[9:]}?"
            )
        elif " if a else " in formula:
            self.slip(span, "a choice is written a if c else b", "unknown-name")
        else:
            self.slip(span, f"unknown function '{name}'", "unknown-name")
        if formula.startswith("="):
            called = f"{formula.split()[-1].lstrip('=')}({', '.join(arguments)})"
            return f"({called})" if "*" in formula else called
        given = dict(zip(parameters, arguments, strict=True))
        if any(p.isdigit() and given[p] != p for p in parameters):
            raise UnknownError
        return "(" + re.sub(r"\b[abcd]\b", lambda m: f"({given[m[0]]})", formula) + ")"

    def _differentiated(self, name: str, inner: str, span: Span) -> str:
        """`D(x^2)`, by the one name that it may be meant by; by one or the other of two."""
        names = [n for n in dict.fromkeys(_NAME.findall(inner)) if self._may_vary(n)]
        if not names or (inner in names and inner not in self.variables):
            raise UnknownError
        self.slip(span, "a derivative says by what: D(f, x)", "arity")
        form = name if name == "grad" else "D"
        return f"{form}({inner}, {names[min(self.reading, len(names) - 1)]})"

    def _is_known(self, name: str) -> bool:
        """Is it a name of the user's, or one that means something with so many arguments?"""
        own = name in self.defined or name in self.variables or name in self.assigned
        return own or name in self.functions.names or name in SPELLINGS

    def _may_vary(self, name: str) -> bool:
        given = name in self.variables or name in self.assigned
        return given or not (name in self.functions.names or name in CONSTANTS)

    def _meaning(self, name: str, count: int) -> tuple[str, tuple[str, ...]] | None:
        """The formula of a call and its parameters; "=name" for a function of ours."""
        accepts = self.functions.accepts
        lower = name.lower()
        if self.excel and (f"={name}", count) in FUNCTIONS:
            return FUNCTIONS[f"={name}", count]
        plain = unicodedata.normalize("NFKC", name)  # log₃
        if count == 1 and (base := re.fullmatch(r"log_?([1-9]\d*)", plain)):
            return f"log(a, {base[1]})", ("a",)
        for spelling in (name, lower):
            if (spelling, count) in FUNCTIONS:
                return FUNCTIONS[spelling, count]
        for spelling in (
            ()
            if name in self.functions.names
            else (lower, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
        ):
            if accepts(spelling, count):
                return f"={spelling}", ()
        if name in self.functions.names:
            return None
        if together := self._run_together(name, count):
            return f"={together}", ()
        if name in self.qualified:
            return None  # a module has functions that are one letter from others: logm, log
        known = nearest(name, [n for n in self.functions.names if accepts(n, count)])
        return (f"=nearest {known}", ()) if known else None

    def _with_keywords(self, name: str, arguments: list[str], span: Span) -> str:
        """`clamp(x, min=0)`, `dnorm(x, sd=2)`."""
        named = dict(a.split("=", 1) for a in arguments if "=" in a)
        named = {key.strip(): value.strip() for key, value in named.items()}
        plain = [a for a in arguments if "=" not in a]
        if parameters := PARAMETERS.get(name):
            return self._in_order(name, plain, named, parameters, span)
        low, high = named.get("min", "-inf"), named.get("max", "inf")
        if name not in ("clamp", "clip") or len(plain) != 1 or not named.keys() <= {"min", "max"}:
            raise UnknownError
        if "max" not in named:
            return f"max({plain[0]}, {low})"
        return f"clip({plain[0]}, {low}, {high})" if "min" in named else f"min({plain[0]}, {high})"

    def _in_order(
        self,
        name: str,
        plain: list[str],
        named: dict[str, str],
        parameters: Mapping[str, str],
        span: Span,
    ) -> str:
        """A call with the arguments that are given by name where they belong."""
        logarithm = named.pop("log", "FALSE") in ("TRUE", "T")
        upper = named.pop("lower_tail", "TRUE") in ("FALSE", "F")
        places = dict(zip(parameters, plain, strict=False))
        if len(plain) > len(parameters) or not named.keys() <= parameters.keys() - places.keys():
            raise UnknownError
        values = {**parameters, **places, **named}
        if "" in values.values():
            raise UnknownError
        self.slip(span, "arguments are given in order, without their names", "unknown-argument")
        said = self._said(name, list(values.values()), span)
        said = f"(1 - {said})" if upper else said
        return f"log({said})" if logarithm else said

    def _keyword(self, argument: str, span: Span) -> str:
        if re.match(r"dim\s*=(?!=)", argument):
            self.slip(span, "an axis is given by axis=", "unknown-argument")
            return re.sub(r"dim\s*=", "axis=", argument, count=1)
        return argument

    def _commas(self, items: list[Item]) -> list[Item]:
        """Arguments divided by semicolons."""
        if not any(item.text == ";" for item in items):
            return items
        semicolon = next(item for item in items if item.text == ";")
        self.slip(semicolon.span, "arguments are divided by commas", "stray-semicolon")
        decimal = [item.text == "," and is_decimal(items, k) for k, item in enumerate(items)]
        signs = {";": ","}
        return [
            Item("." if point else signs.get(i.text, i.text), i.span, i.blank, i.inside, i.value)
            for i, point in zip(items, decimal, strict=True)
        ]


def _repeated(inner: str, by_and_order: str) -> str:
    """`D[f, {x, 2}]`, the second derivative."""
    found = _BY_AND_ORDER.fullmatch(by_and_order)
    if found is None:
        raise UnknownError
    for _ in range(int(found[2])):
        inner = f"D({inner}, {found[1]})"
    return inner
