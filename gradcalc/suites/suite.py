"""Suites: files of cases that CI runs, each with what is expected of a program.

[[case]]
name = "product"
expr = "sin(x)*y"
at = {x = "1", y = 2}             # a text is read as after --at, a number is float64; or "x=1,y=2"
over = "x=-2:2,y=0:1"             # instead of at: points drawn from a box
points = 50
seed = 1
claim = {x = "y*cos(x)"}          # formulas or numbers; or "y*cos(x), sin(x)"
value = "1.6829419696157930133"   # numbers, right to the digits they are written with
gradient = {x = "1.0806046117362794348"}
digits = 12                       # correct digits at least
status = "smooth"                 # or kink, pole, …
error = "domain"                  # the code of the error that is expected
wrt = ["x"]
rtol = 1e-6                       # errors that are right, of claims and numbers
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

LARGE = 1 << 28  # bytes
HEADING = re.compile(r"\s*\[\[\s*case\s*\]\]")


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a suite, as its file has it; `line` is where it begins."""

    name: str
    expr: str
    line: int
    given: Mapping[str, Any] = field(default_factory=dict)


# what a key holds -------------------------------------------------------------------------


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return _number(value) and isinstance(value, int) and value >= 0


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _formula(value: Any) -> bool:
    return _number(value) or _text(value)


def _decimal(value: Any) -> bool:
    try:
        return _formula(value) and float(value) is not None
    except ValueError:
        return False


def _lists(one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """What holds of a value, or of each in nested lists."""

    def holds(value: Any) -> bool:
        return all(map(holds, value)) if isinstance(value, list) and value else one(value)

    return holds


def _table(one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(one, value.values()))


def _or(*kinds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: any(kind(value) for kind in kinds)


KEYS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_formula, 'a text: "product"'),
    "expr": (_text, 'a text: "x^2"'),
    "at": (_or(_table(_lists(_formula)), _text), 'a table or a text: {x = 1} or "x=1,y=2"'),
    "over": (_text, 'a text: "x=-2:2,y=0:1"'),
    "points": (_whole, "a count: 50"),
    "seed": (_whole, "a count: 1"),
    "claim": (_or(_table(_formula), _lists(_formula)), 'a table or a text: {x = "2*x"} or "2*x"'),
    "value": (_lists(_decimal), 'a number, or a list of them: "1.25"'),
    "gradient": (_table(_lists(_decimal)), 'a table of numbers: {x = "1.25"}'),
    "digits": (_whole, "a count: 12"),
    "status": (lambda value: value in SEVERITY, f"one of {', '.join(SEVERITY)}"),
    "error": (_text, 'the code of an error: "domain"'),
    "wrt": (_or(_text, _lists(_text)), 'a list of inputs: ["x"]'),
    "rtol": (_number, "a number: 1e-6"),
    "atol": (_number, "a number: 1e-6"),
}


# reading ----------------------------------------------------------------------------------


def load(path: str) -> list[Case]:
    """The cases of a suite; GradcalcError where the file is no suite."""
    with open(path, "rb") as file:
        raw = file.read(LARGE + 1)
    if len(raw) > LARGE:
        raise GradcalcError("bad-suite", f"{path} is larger than {LARGE:,} bytes", exit=Exit.FILE)
    try:
        text = raw.decode("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise GradcalcError("bad-toml", f"{path} is not TOML: {error}", exit=Exit.FILE) from None
    cases = data.get("case")
    if not isinstance(cases, list) or not cases or not all(isinstance(c, dict) for c in cases):
        raise GradcalcError(
            "bad-suite", f"{path} has no cases", hint='write [[case]] and expr = "x^2"'
        )
    if more := sorted(data.keys() - {"case"}):
        raise GradcalcError(
            "bad-suite",
            f"{path} has '{more[0]}', which no suite has",
            hint="all that is said stands in a [[case]]",
        )
    lines = [n for n, line in enumerate(text.splitlines(), 1) if HEADING.match(line)]
    lines += [1] * (len(cases) - len(lines))
    return [_case(path, k, case, lines[k]) for k, case in enumerate(cases)]


def _case(path: str, number: int, given: dict[str, Any], line: int) -> Case:
    name = " ".join(str(given.get("name", f"case {number + 1}")).split())
    where = f"{path}, line {line}: {name}"
    if "expr" not in given:
        raise GradcalcError("bad-suite", f"{where} has no expr", hint='write expr = "x^2"')
    for key, value in given.items():
        if key not in KEYS:
            known = f"known are {', '.join(sorted(KEYS))}"
            raise GradcalcError("bad-suite", f"{where} has an unknown key '{key}'", hint=known)
        right, what = KEYS[key]
        if not right(value):
            raise GradcalcError(
                "bad-suite", f"{where}: {key} can't be {_shown(value)}", hint=f"it is {what}"
            )
    kept = dict(given)
    if isinstance(kept.get("at"), str):
        kept["at"] = point_of(kept["at"])
    return Case(name, given["expr"], line, kept)


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:38] + " …"
