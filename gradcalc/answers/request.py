"""From text and point to a recorded run: what every command begins with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, NamedTuple

from gradcalc.errors import MAX_LISTED, GradcalcError, Span, listed, not_used
from gradcalc.language import parse
from gradcalc.language.suggest import IMAGINARY, as_product, by_parts, nearest
from gradcalc.language.syntax import Call, Evaluate, Program, is_solver
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import CONSTANTS, Numbers
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.exact import recorded
from gradcalc.run.forms import reserved
from gradcalc.run.limits import Limits
from gradcalc.run.nearest_floats import nearest_floats
from gradcalc.run.point import Given, Point, point
from gradcalc.run.reading import read_program
from gradcalc.run.recorder import record
from gradcalc.trace.ties import with_equal_shares
from gradcalc.trace.trace import Trace

# Of measures, behind a number: 9.81 m/s^2.
UNITS = "m|s|kg|g|cm|mm|km|h|ms|N|J|W|Hz|V|A|K|Pa|mol|ft|lb|mi|mph|eV|kW|min"
PLAIN_NUMBER = re.compile(r"\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*")
SOLUTION_DIGITS = 50  # of `root` and `argmin`, by `gradcalc.run.solvers`
REFERENCE_DIGITS = 30  # of the reference, unless more or fewer are asked for
MAX_SHOWN_CHARACTERS = 60  # of a statement in a note

Check = Literal["full", "fast", "off"]
Names = str | Sequence[str]  # of inputs: "x,y", ("x", "y")
Kink = Literal["mean", "left", "right", "torch", "jax"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to evaluate.

    `check` is full, fast (no sympy) or off; `typed` takes numerals exactly, else as float64;
    `digits` computes the answer itself to that many digits; `min_digits` is the least count of
    correct digits (at most 16, or `digits`), below which the exit status is 1 unless the error is
    at most `atol`; `kink` is
    the convention at kinks; `strict` makes the exit status 4 where the function is not smooth;
    `symbolic` says whether sympy differentiates the whole expression, or each instruction, which
    it does once for all runs of a process.
    """

    check: Check = "full"
    typed: bool = True
    digits: int | None = None
    min_digits: int = 0
    atol: float = 0.0
    kink: Kink = "mean"
    strict: bool = False
    symbolic: Literal["whole", "instruction"] = "whole"
    limits: Limits = field(default_factory=Limits)

    @property
    def wants_reference(self) -> bool:
        """Is the answer to be replayed in big numbers?"""
        return self.check != "off" or self.digits is not None

    @property
    def wanted_digits(self) -> int | None:
        """Digits of the answer itself; None where it is a float64, as a framework's always is."""
        return None if self.kink in ("torch", "jax") else self.digits

    @property
    def reference_digits(self) -> int:
        """Digits of the reference, as it is shown."""
        return self.digits or REFERENCE_DIGITS


class Run(NamedTuple):
    """A program, the point it ran at, and what the run recorded."""

    source: str
    program: Program
    options: Options
    point: Point
    wrt: tuple[str, ...]
    trace: Trace
    notes: tuple[str, ...]
    exact: bool = False  # are the trace's values those of the exact run, rounded to float64?

    def standing_in(self, left: GradcalcError) -> Run:
        """The run as the exact one, for a float64 run that left a domain."""
        from gradcalc.checks.notes import left_by_rounding

        return self._replace(exact=True, notes=(left_by_rounding(self.source, left), *self.notes))

    def again(self, numbers: Numbers, inputs: Mapping[str, Any], wrt: tuple[str, ...]) -> Trace:
        """The program run afresh, in another number system and at another point.

        GradcalcError where its result has another shape there, as that of `x if x < 1 else [x, x]`
        has beside 1: what was asked about has no value there.
        """
        again = record(
            self.program,
            numbers,
            inputs,
            wrt,
            typed=self.options.typed,
            limits=self.options.limits,
            solutions=self.trace.solutions,
        )
        here, there = (shape_of(trace.values[trace.result]) for trace in (self.trace, again))
        if here != there:
            raise GradcalcError("other-shape", "the result has another shape there")
        return again

    def rewritten(self, program: Program) -> Trace:
        """Another program at the same point."""
        return record(
            program,
            machine_numbers(),
            self.point.machine(),
            self.wrt,
            typed=self.options.typed,
            limits=self.options.limits,
        )


def names_of(wrt: Names | None) -> tuple[str, ...] | None:
    """The names of inputs in a text such as "x,y", or in a sequence; None stays None."""
    if isinstance(wrt, str):
        wrt = [name.strip() for name in wrt.split(",")]
    return None if wrt is None else tuple(wrt)


def read(source: str, at: Mapping[str, Given], wrt: Names | None, options: Options) -> Run:
    """Parse, find the inputs, read their values, run.

    GradcalcError where the text can't be read, a value is missing, or there is no real value.
    """
    limits, wrt, at = options.limits, names_of(wrt), _plainly_named(at)
    program, places = read_program(source, {*at, *(wrt or ())}, limits)
    missing = [name for name in places if name not in at]
    if missing:
        from gradcalc.run.remedies import remedied

        raise remedied(_missing(program, missing, places, at), source, at)
    where = point({name: at[name] for name in places}, typed=options.typed, limits=options.limits)
    _refuse_digits(program, options)
    names = _known(wrt, tuple(places))
    recording = recorded(
        program, where, names, typed=options.typed, limits=limits, variables=at.keys()
    )
    trace = with_equal_shares(recording.trace)
    notes = (
        *program.notes,
        *_dropped(program),
        *_readings(at, places),
        *(nearest_floats(where) if options.typed else ()),
        *_surplus(at, places),
        *_unused(trace, names),
        *_remarks(source, trace),
    )
    run = Run(source, program, options, where, names, trace, notes)
    return run if recording.left is None else run.standing_in(recording.left)


def _plainly_named(at: Mapping[str, Given]) -> Mapping[str, Given]:
    """Values by their names as the lexer has them: µ, the micro sign, is the letter μ."""
    if all(map(str.isascii, at)):
        return at
    return {unicodedata.normalize("NFKC", name): value for name, value in at.items()}


def _dropped(program: Program) -> Iterator[str]:
    """Notes on values that nothing reads: of `x*y; x=3; y=2` the value is 2."""
    for statement in program.body[:-1]:
        if isinstance(statement, Evaluate):
            text = program.source[statement.span.start : statement.span.end]
            shown = text if len(text) <= MAX_SHOWN_CHARACTERS else "a value"
            yield f"{shown} is not used: the value of a program is that of its last statement"


def _readings(at: Mapping[str, Given], places: Mapping[str, Span]) -> Iterator[str]:
    """Notes on how values were read that some would read otherwise."""
    for name in places:
        given = at[name]
        if isinstance(given, str) and not PLAIN_NUMBER.fullmatch(given):
            for note in parse(given, functions=reserved()).notes:
                yield f"in the value of {name}, {note}"


def _surplus(at: Mapping[str, Given], places: Mapping[str, Span]) -> Iterator[str]:
    """Notes about values that the text doesn't read, or that hide a constant or a function."""
    yield from not_used(name for name in at if name not in places)
    for name in filter(places.__contains__, at):
        if name in CONSTANTS:
            yield f"{name} is the input set here, not the constant"
        elif name in reserved():
            yield f"{name} is the input set here, not the function"


def _missing(
    program: Program, names: list[str], places: Mapping[str, Span], at: Mapping[str, Given]
) -> GradcalcError:
    """Inputs without a value: all are listed, and the first is looked at for a slip."""
    from gradcalc.run.remedies import respelt

    first = names[0]
    more = ["…"] if len(names) > MAX_LISTED else []
    hint = f"add --at {','.join([f'{name}=…' for name in names[:MAX_LISTED]] + more)}"
    proposals: tuple[str, ...] = ()
    meant = as_product(first, {*at, *CONSTANTS})
    respellings = (respelt(program.source, name, at) for name in names)
    if found := next(filter(None, respellings), None):
        what, text = found
        hint, proposals = f"{what}, write {text}; or {hint}", (text,)
    elif meant:
        hint = f"for a product, write {meant}; or {hint}"
    elif meant := nearest(first, sorted({*at, *CONSTANTS} - places.keys())):
        same = meant.casefold() == first.casefold()
        case = " upper and lower case are different names;" if same else ""
        hint = f"did you mean {meant}?{case} or {hint}"
    if re.search(rf"\d\s*(?:{UNITS})\b", program.source[: places[first].end]) and not meant:
        hint += "; if it is a unit, leave it out: numbers have none"
    if first in IMAGINARY:
        hint += f"; {by_parts(first)}"
    if meant and not proposals:
        from gradcalc.language.rewriting import renamed

        proposals = (renamed(program, first, meant),)
    return GradcalcError(
        "missing-value",
        f"no value for {listed(names)}",
        places[first],
        hint=hint,
        proposals=proposals,
    )


def _refuse_digits(program: Program, options: Options) -> None:
    """An error where a solution of `root` or `argmin` is to have more digits than it has."""
    if (options.digits or 0) <= SOLUTION_DIGITS:
        return
    for node in program.walk():
        if isinstance(node, Call) and is_solver(node):
            raise GradcalcError(
                "too-many-digits",
                f"{node.function} is known to {SOLUTION_DIGITS} digits",
                node.span,
                hint=f"write --digits {SOLUTION_DIGITS}",
            )


def _known(wrt: tuple[str, ...] | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs to differentiate by, each once: those of `wrt`, or all."""
    if wrt is None:
        return names
    for name in wrt:
        if name not in names:
            known = listed(names) or "none"
            raise GradcalcError(
                "unknown-input",
                f"'{name}' is not an input of the text",
                hint=f"its inputs: {known}",
            )
    return tuple(dict.fromkeys(wrt))


def _remarks(source: str, trace: Trace) -> list[str]:
    """Notes about places of the text, each once however often the run came by."""
    if not trace.remarks:
        return []
    from gradcalc.checks.notes import place

    return list(dict.fromkeys(f"{place(source, span)} {words}" for span, words in trace.remarks))


def _unused(trace: Trace, wrt: tuple[str, ...]) -> list[str]:
    """Notes about inputs that the text reads and this run did not."""
    used = set(chain.from_iterable(trace.arguments))
    used.update(slot for guard in trace.guards for slot in (guard.left, guard.right))
    return [
        f"the run did not use {name}: its derivative is 0"
        for name in wrt
        if trace.inputs[name] not in used and trace.inputs[name] != trace.result
    ]
