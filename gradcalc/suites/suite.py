"""Suites: files of cases that CI runs, each with what is expected of a program.

[[case]]
name = "product"
expr = "sin(x)*y"
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
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcalc.answers.status import SEVERITY
from gradcalc.claims.notation import point_of
from gradcalc.errors import Exit, GradcalcError

MAX_BYTES = 1 << 28
MAX_QUOTED_CHARS = 40  # of a value in an error
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
    "at": (_or(_table(_nested(_formula)), _text), 'a table or a string: {x = 1} or "x=1,y=2"'),
    "over": (_text, 'a string: "x=-2:2,y=0:1"'),
    "points": (_count, "an integer from 0 up: 50"),
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
    "rtol": (_number, "a number: 1e-6"),
    "atol": (_number, "a number: 1e-6"),
}


# reading ----------------------------------------------------------------------------------


def load(path: str) -> list[Case]:
    """The cases of a suite; GradcalcError where the file is not one."""
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise GradcalcError("bad-toml", f"{path} is not TOML: {error}", exit=Exit.FILE) from None
    tables = data.pop("case", None)
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise _bad_suite(f"{path} has no cases", 'add a [[case]] with expr = "x^2"')
    if data:
        raise _bad_suite(
            f"{path} has an unknown key '{min(data)}'", "keys belong inside a [[case]] table"
        )
    lines = [n for n, line in enumerate(text.splitlines(), 1) if HEADING.match(line)]
    lines += [1] * (len(tables) - len(lines))  # case = [{…}] is TOML too, but has no headings
    return [_case(path, k, table, lines[k]) for k, table in enumerate(tables)]


def _read(path: str) -> str:
    with open(path, "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise GradcalcError(
            "bad-suite", f"{path} is larger than {MAX_BYTES:,} bytes", exit=Exit.FILE
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None


def _bad_suite(message: str, hint: str) -> GradcalcError:
    return GradcalcError("bad-suite", message, hint=hint)


def _case(path: str, index: int, table: dict[str, Any], line: int) -> Case:
    name = " ".join(str(table.get("name", f"case {index + 1}")).split())
    where = f"{path}, line {line}: {name}"
    if "expr" not in table:
        raise _bad_suite(f"{where} has no expr", 'write expr = "x^2"')
    for key, value in table.items():
        if key not in KEYS:
            raise _bad_suite(
                f"{where} has an unknown key '{key}'", f"use {', '.join(sorted(KEYS))}"
            )
        holds, kind = KEYS[key]
        if not holds(value):
            raise _bad_suite(f"{where}: {key} can't be {_excerpt(value)}", f"it must be {kind}")
    fields = dict(table)
    if isinstance(fields.get("at"), str):
        fields["at"] = point_of(fields["at"])
    return Case(name, fields["expr"], line, fields)


def _excerpt(value: Any) -> str:
    text = str(value)
    return text if len(text) <= MAX_QUOTED_CHARS else f"{text[: MAX_QUOTED_CHARS - 2]} …"
