"""The options that several commands share: what they mean, once, and what becomes of them."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from gradcalc.errors import Exit, GradcalcError

if TYPE_CHECKING:
    from gradcalc.answers.request import Options


MOST = 64_000_000  # characters of a text that are read, whatever --max-size allows


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    markdown = "markdown"
    latex = "latex"


class Check(StrEnum):
    """How much is checked."""

    full = "full"
    fast = "fast"
    off = "off"


class Numerals(StrEnum):
    """What a numeral means: the decimal as typed, or the nearest float64."""

    typed = "typed"
    float64 = "float64"


class Mode(StrEnum):
    """Which sweeps are shown."""

    both = "both"
    forward = "forward"
    reverse = "reverse"


class Kink(StrEnum):
    """The derivative at a kink: the mean of both sides, one of them, or what a framework takes."""

    mean = "mean"
    left = "left"
    right = "right"
    torch = "torch"
    jax = "jax"


Expr = Annotated[
    str, typer.Argument(help="A formula or program; @FILE reads it from a file, - from stdin.")
]
At = Annotated[
    list[str], typer.Option(help="The point: x=1,v=[1,2], W=@W.npy, @point.json. May be repeated.")
]
Along = Annotated[list[str], typer.Option(help="jvp, hvp: the direction, written as a point.")]
Seed = Annotated[str, typer.Option(help="vjp: a number for each of the value: [1,2]; 1 if none.")]
Wrt = Annotated[str, typer.Option(help="Differentiate by these inputs only: x,y.")]
File = Annotated[str, typer.Option("--file", "-f", help="Read the program from a file.")]
CheckOption = Annotated[
    Check, typer.Option("--check", help="full; fast leaves sympy out; off checks nothing.")
]
NoCheck = Annotated[bool, typer.Option("--no-check", help="The same as --check off.")]
NumbersOption = Annotated[
    Numerals, typer.Option("--numbers", help="Numerals are exact as typed, or the nearest float64.")
]
Digits = Annotated[
    int, typer.Option(min=0, max=10_000, help="Compute the answer itself in so many digits.")
]
MinDigits = Annotated[
    int, typer.Option(min=0, max=16, help="Fail (exit 1) below so many correct digits.")
]
Atol = Annotated[float, typer.Option(min=0, help="An absolute error that --min-digits lets pass.")]
KinkOption = Annotated[
    Kink,
    typer.Option("--kink", help="The derivative at a kink: a side, their mean, a framework's."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 4 where the function is not smooth.")]
ModeOption = Annotated[Mode, typer.Option("--mode", help="Which sweeps the tables show.")]
TraceRows = Annotated[str, typer.Option(help="all, off, or how many steps are shown.")]
Full = Annotated[bool, typer.Option("--full", help="Show every element of large arrays.")]
Save = Annotated[
    str, typer.Option(help="Write value, derivatives and digits as arrays to FILE.npz.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only the numbers: value, then derivatives.")
]
MaxSteps = Annotated[int, typer.Option(min=1, help="Turns of loops.")]
MaxTrace = Annotated[int, typer.Option(min=1, help="Instructions of a run.")]
MaxCalls = Annotated[int, typer.Option(min=1, help="Nested calls of functions.")]
MaxDepth = Annotated[int, typer.Option(min=1, help="Nested brackets.")]
MaxSize = Annotated[int, typer.Option(min=1, help="Characters of the text.")]
MaxElements = Annotated[int, typer.Option(min=1, help="Elements of an array.")]
Timeout = Annotated[
    float | None, typer.Option(min=0.001, help="Seconds, after which there is an error.")
]
Color = Annotated[str, typer.Option(help="auto, always or never.")]


def options(
    check: Check,
    no_check: bool,
    numbers: Numerals,
    digits: int,
    min_digits: int,
    atol: float,
    kink: Kink,
    strict: bool,
    limits: tuple[int, ...],
) -> Options:
    """What was given, as the options of an evaluation."""
    from gradcalc.answers.request import Options
    from gradcalc.run.limits import Limits

    return Options(
        check="off" if no_check else check.value,
        typed=numbers is Numerals.typed,
        digits=digits or None,
        min_digits=min_digits,
        atol=atol,
        kink=kink.value,
        strict=strict,
        limits=Limits(*limits),
    )


EXAMPLE = 'gradcalc eval "sin(x)*y" --at x=1,y=2'


def source(expr: str, file: str, example: str = EXAMPLE) -> str:
    """The text: as given, from a file, or from stdin; the `example` is for who gives none."""
    if file and expr:
        raise GradcalcError("usage", "a formula and a file are given", hint="give one of them")
    path = file or (expr[1:] if expr.startswith("@") else expr if expr == "-" else "")
    if not path:
        if not expr:
            raise GradcalcError("usage", "there is no formula", hint=f"write {example}")
        return expr
    try:
        if path == "-":
            return _whole(sys.stdin, "stdin")
        with open(path, encoding="utf-8") as opened:
            return _whole(opened, path)
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None


def _whole(file: TextIO, path: str) -> str:
    """All that a file says, which is no endless device."""
    text = file.read(MOST + 1)
    if len(text) > MOST:
        raise GradcalcError(
            "text-too-long",
            f"{path} holds more than {MOST:,} characters",
            hint="a formula, or a program, is no table: gradcalc map reads tables",
        )
    return text


def names(wrt: str) -> tuple[str, ...] | None:
    """The inputs to differentiate by; None for all."""
    return tuple(name.strip() for name in wrt.split(",") if name.strip()) or None


def rows(trace: str) -> int | None:
    """How many steps to show: None is the view's own choice."""
    if trace == "":
        return None
    if trace in ("all", "off"):
        return sys.maxsize if trace == "all" else 0
    if trace.isdecimal():
        return int(trace)
    raise GradcalcError("usage", f"--trace {trace} is not understood", hint="all, off or a number")
