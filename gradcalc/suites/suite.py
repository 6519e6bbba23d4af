"""Suites: files of cases that CI runs, each with what is expected of a program.

[[case]]
name = "product"
expr = "sin(x)*y"
file = "model.grad"               # instead of expr: a program, beside the suite
at = {x = "1", y = 2}             # a string is exact, a number is float64; or "x=1,y=2"
over = "x=-2:2,y=0:1"             # instead of at: points drawn from a box
points = 50
seed = 1
claim = {x = "y*cos(x)"}          # formulas or numbers; or "y*cos(x), sin(x)"
value = "1.6829419696157930133"   # numbers, right to their last digit
gradient = {x = "1.0806046117362794348"}
digits = 12                       # correct digits at least
status = "smooth"                 # or kink, pole, …
error = "domain"                  # the code of the error that is expected
wrt = ["x"]
rtol = 1e-6                       # tolerances, of claims and numbers
atol = 0.0
timeout = 60                      # seconds, after which the case is an error
"""

from __future__ import annotations

import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcalc.answers.status import SEVERITY
from gradcalc.claims.notation import point_of
from gradcalc.deadline import MAX_TIMEOUT_SECONDS
from gradcalc.errors import Exit, GradcalcError, Span, blaming

MAX_BYTES = 1 << 28
MAX_POINTS = 1_000_000  # of a case, as on the command line
MAX_QUOTED_CHARS = 40  # of a value in an error
PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")
HEADING = re.compile(r"\s*\[\[\s*case\s*\]\]")


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a suite; `fields` are the keys of its table, `line` is where that begins.

    The field `at` is always a table, in whichever way the file has it.
    """

    name: str
    expr: str
    line: int
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def draws(self) -> bool:
        """Are its points drawn from a box?"""
        return "over" in self.fields


# what a key holds -------------------------------------------------------------------------


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _tolerance(value: Any) -> bool:
    """An infinite one would let any number pass."""
    return _number(value) and 0 <= value < math.inf


def _seconds(value: Any) -> bool:
    return _number(value) and 0 < value <= MAX_TIMEOUT_SECONDS


def _points(value: Any) -> bool:
    return _count(value) and 0 < value <= MAX_POINTS


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _formula(value: Any) -> bool:
    return _number(value) or _text(value)


def _decimal(value: Any) -> bool:
    try:
        return _formula(value) and float(value) is not None
    except ValueError:
        return False


def _nested(one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A test that holds of a value, or of each in nested lists."""

    def holds(value: Any) -> bool:
        return all(map(holds, value)) if isinstance(value, list) and value else one(value)

    return holds


def _table(one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(one, value.values()))


def _or(*kinds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: any(kind(value) for kind in kinds)


KEYS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_formula, 'a string: "product"'),
    "expr": (_text, 'a string: "x^2"'),
    "file": (_text, 'the path of a program, from the suite: "model.grad"'),
    "at": (_or(_table(_nested(_formula)), _text), 'a table or a string: {x = 1} or "x=1,y=2"'),
    "over": (_text, 'a string: "x=-2:2,y=0:1"'),
    "points": (_points, f"an integer from 1 to {MAX_POINTS:,}: 50"),
    "seed": (_count, "an integer from 0 up: 1"),
    "claim": (
        _or(_table(_formula), _nested(_formula)),
        'a table or a string: {x = "2*x"} or "2*x"',
    ),
    "value": (_nested(_decimal), 'a number, or a list of them: "1.25"'),
    "gradient": (_table(_nested(_decimal)), 'a table of numbers: {x = "1.25"}'),
    "digits": (_count, "an integer from 0 up: 12"),
    "status": (lambda value: value in SEVERITY, f"one of {', '.join(SEVERITY)}"),
    "error": (_text, 'the code of an error: "domain"'),
    "wrt": (_or(_text, _nested(_text)), 'a list of inputs: ["x"]'),
    "rtol": (_tolerance, "a finite number from 0 up: 1e-6"),
    "timeout": (_seconds, f"seconds, at most {MAX_TIMEOUT_SECONDS:,}: 60"),
    "atol": (_tolerance, "a finite number from 0 up: 1e-6"),
}


# reading ----------------------------------------------------------------------------------


def load(path: str) -> list[Case]:
    """The cases of a suite; GradcalcError, with the place in the file, where it is not one."""
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(path, text, error) from None
    with blaming(text):
        tables = data.pop("case", None)
        if not isinstance(tables, list) or not tables or not all(map(_is_table, tables)):
            raise _bad_suite(f"{path} has no cases", 'add a [[case]] with expr = "x^2"')
        if data:
            unknown = min(data)
            raise _bad_suite(
                f"{path} has an unknown key '{unknown}'",
                "keys belong inside a [[case]] table",
                _key_span(text, unknown, 1),
            )
        lines = [n for n, line in enumerate(text.splitlines(), 1) if HEADING.match(line)]
        lines += [1] * (len(tables) - len(lines))  # case = [{…}] is TOML too, but has no headings
        return [_case(path, k, table, text, lines[k]) for k, table in enumerate(tables)]


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _not_toml(path: str, text: str, error: Exception) -> GradcalcError:
    """The error with its place in the file, which tomllib tells in words."""
    message, place = str(error), PLACE.search(str(error))
    if place is None:
        span = Span(len(text), len(text)) if "end of document" in message else None
    else:
        message = message[: place.start()]
        start = _line_start(text, int(place[1])) + int(place[2]) - 1
        span = Span(start, start + 1)
    message = f"{path} is not TOML: {message}"
    return GradcalcError("bad-toml", message, span, exit=Exit.FILE, source=text)


def _line_start(text: str, line: int) -> int:
    """Where a line of a text, counted from 1, begins."""
    return sum(len(each) for each in text.splitlines(keepends=True)[: line - 1])


def _key_span(text: str, key: str, line: int) -> Span:
    """The place of a key at or behind a line, or of the line."""
    start = _line_start(text, line)
    found = re.compile(rf"^[ \t]*(\"?{re.escape(key)}\"?)[ \t]*[=.]", re.MULTILINE).search(
        text, start
    )
    if found:
        return Span(*found.span(1))
    end = text.find("\n", start)
    return Span(start, len(text) if end < 0 else end)


def _read(path: str) -> str:
    with open(path, "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise GradcalcError(
            "bad-suite", f"{path} is larger than {MAX_BYTES:,} bytes", exit=Exit.FILE
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None
    for number, line in enumerate(text.splitlines(), 1):  # Python's reader takes the square of it
        key = line.partition("=")[0]
        if key.count(".") > MAX_KEY_PARTS and DOTTED.fullmatch(key):
            raise _bad_suite(
                f"{path}, line {number} has a key of {key.count('.') + 1:,} parts",
                f"use at most {MAX_KEY_PARTS} parts: at.x = 1",
            )
    return text


MAX_KEY_PARTS = 100
DOTTED = re.compile(r"""[\w.'"\[\] \t-]+""")


def _bad_suite(message: str, hint: str, span: Span | None = None) -> GradcalcError:
    return GradcalcError("bad-suite", message, span, hint=hint)


def _case(path: str, index: int, table: dict[str, Any], text: str, line: int) -> Case:
    name = " ".join(str(table.get("name", f"case {index + 1}")).split())

    def where(span: Span) -> str:
        above = text.count("\n", 0, span.start)
        return f"{path}, line {above + 1}: {name}"

    for key, value in table.items():
        span = _key_span(text, key, line)
        if key not in KEYS:
            keys = ", ".join(sorted(KEYS))
            raise _bad_suite(f"{where(span)} has an unknown key '{key}'", f"use {keys}", span)
        holds, kind = KEYS[key]
        if not holds(value):
            shown = _excerpt(value)
            raise _bad_suite(f"{where(span)}: {key} can't be {shown}", f"it must be {kind}", span)
    fields = dict(table)
    heading = _key_span(text, "[[case]]", line)
    if ("expr" in fields) == ("file" in fields):
        both = "both expr and file" if "expr" in fields else "no expr"
        raise _bad_suite(
            f"{where(heading)} has {both}", 'write expr = "x^2" or file = "model.grad"', heading
        )
    if "file" in fields:
        fields["expr"] = _read(os.path.join(os.path.dirname(path), fields.pop("file")))
    if isinstance(fields.get("at"), str):
        fields["at"] = point_of(fields["at"])
    return Case(name, fields["expr"], line, fields)


def _excerpt(value: Any) -> str:
    text = str(value)
    return text if len(text) <= MAX_QUOTED_CHARS else f"{text[: MAX_QUOTED_CHARS - 2]} …"
