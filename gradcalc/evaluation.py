"""`evaluate`: from text to a proven gradient. The order of the work, in one place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gradcalc.checks.doubt import culprit, doubtful
from gradcalc.checks.probe import DIGITS as PROBE_DIGITS
from gradcalc.checks.probe import SEVERITY, OneSided, probe
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language import inputs as read_inputs
from gradcalc.language import parse, to_text
from gradcalc.language.syntax import Program
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.system import CONSTANTS
from gradcalc.result import Checks, Input, Result, Steps
from gradcalc.rules import big_numbers, machine_numbers
from gradcalc.trace.point import Given, Point, point
from gradcalc.trace.recorder import Limits, functions, record
from gradcalc.trace.replay import COMPARISONS
from gradcalc.trace.trace import Trace

Check = Literal["full", "fast", "off"]
Kink = Literal["mean", "left", "right"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to evaluate. `check`: full, fast (no sympy) or off; `typed`: numerals are exact;
    `digits`: how many of the reference are shown; `kink`: which derivative a kink has."""

    check: Check = "full"
    typed: bool = True
    digits: int = 30
    min_digits: int = 0
    kink: Kink = "mean"
    strict: bool = False
    limits: Limits = field(default_factory=Limits)


def evaluate(
    source: str,
    at: Mapping[str, Given],
    *,
    wrt: tuple[str, ...] | None = None,
    options: Options | None = None,
) -> Result:
    """Value and gradient of a program at a point, checked.

    `at` gives each input a number, or a text read as after --at, which is exact. `wrt` names the
    inputs to differentiate by (all, unless told). Raises GradcalcError where the text can't be
    read, a value is missing, or the program has no real value at the point.
    """
    try:
        return _Evaluation(source, at, wrt, options or Options()).result()
    except GradcalcError as error:
        if error.source is None:
            error.source = source
        raise


class _Evaluation:
    def __init__(
        self, source: str, at: Mapping[str, Given], wrt: tuple[str, ...] | None, options: Options
    ) -> None:
        self.options = options
        self.source = source
        self.notes: list[str] = []
        self.program: Program = parse(source, functions=functions())
        constants = frozenset(CONSTANTS) - at.keys()
        self.names = read_inputs(self.program, constants, functions())
        self.point: Point = self._given(at)
        self.wrt = self._wanted(wrt)
        self.trace: Trace = record(
            self.program,
            machine_numbers(),
            self.point.machine(),
            self.wrt,
            typed=options.typed,
            limits=options.limits,
        )

    def _given(self, at: Mapping[str, Given]) -> Point:
        missing = [name for name in self.names if name not in at]
        if missing:
            listed = ", ".join(missing)
            raise GradcalcError(
                "missing-value",
                f"no value is given for {listed}",
                None,
                f"add --at {','.join(f'{name}=…' for name in missing)}",
            )
        for name in at:
            if name not in self.names:
                self.notes.append(f"{name} is given, but the text does not read it")
            elif name in CONSTANTS:
                self.notes.append(f"{name} is the input given here, not the constant")
        return point({name: at[name] for name in self.names}, typed=self.options.typed)

    def _wanted(self, wrt: tuple[str, ...] | None) -> tuple[str, ...]:
        if wrt is None:
            return self.names
        for name in wrt:
            if name not in self.names:
                known = ", ".join(self.names) or "none"
                raise GradcalcError(
                    "unknown-input",
                    f"'{name}' is not an input of the text",
                    None,
                    f"its inputs: {known}",
                )
        return tuple(dict.fromkeys(wrt))

    # the work -----------------------------------------------------------------------------

    def result(self) -> Result:
        """Sweep both ways, check, and gather."""
        trace, numbers = self.trace, machine_numbers()
        cotangents = reverse(trace, trace.values, numbers, math.nan)
        tangents = {
            name: forward(trace, trace.values, numbers, trace.inputs[name], math.nan)
            for name in self.wrt
        }
        value = float(trace.values[trace.result])
        back = {name: _zeroed(cotangents[trace.inputs[name]]) for name in self.wrt}
        ahead = {name: _zeroed(tangents[name][trace.result]) for name in self.wrt}
        sides = self._probe() if self._in_doubt(value, back, ahead) else {}
        proof = self._prove(sides)
        rows = tuple(
            self._input(name, ahead[name], back[name], sides.get(name), proof) for name in self.wrt
        )
        status = max((row.status for row in rows), key=SEVERITY.index, default="smooth")
        self._note_unused(rows, cotangents)
        error = self._error(value, rows, sides)
        counted = proof.count(value, proof.value) if proof else (None, None)
        made = Result(
            expr=self.source,
            canonical=to_text(self.program),
            at=self.point.machine(),
            value=value,
            inputs=rows,
            steps=Steps(trace, tangents, cotangents),
            checks=proof.checks if proof else Checks(),
            reference=proof.shown(proof.value, self.options.digits) if proof else None,
            digits=counted[0],
            ulps=counted[1],
            status=status,
            guards=self._guards(),
            notes=(*self.notes, *(proof.notes(self.source, counted[0]) if proof else ())),
            error=error,
        )
        return _with_exit(made, self.options)

    def _in_doubt(
        self, value: float, back: Mapping[str, float], ahead: Mapping[str, float]
    ) -> bool:
        numbers = (value, *back.values(), *ahead.values())
        return not all(math.isfinite(n) for n in numbers) or doubtful(self.trace)

    def _probe(self) -> dict[str, OneSided]:
        """The one-sided probe along each input, all others held."""
        numbers = big_numbers(PROBE_DIGITS)
        context: Any = numbers.context
        exact = self.point.numbers(numbers)

        def along(name: str) -> OneSided:
            def f(x: Any) -> Any:
                run = record(
                    self.program, numbers, {**exact, name: x}, (name,),
                    typed=self.options.typed, limits=self.options.limits,
                )  # fmt: skip
                return run.values[run.result]

            return probe(f, exact[name], context)

        return {name: along(name) for name in self.wrt}

    def _prove(self, sides: Mapping[str, OneSided]) -> Any:
        if self.options.check == "off":
            return None
        from gradcalc.checks.proof import prove

        return prove(
            self.trace, self.point, self.wrt, sides,
            sympy=self.options.check == "full", digits=self.options.digits,
        )  # fmt: skip

    def _input(
        self, name: str, ahead: float, back: float, side: OneSided | None, proof: Any
    ) -> Input:
        from gradcalc.checks.reference import to_float

        gradient = back
        left = right = None
        status = "smooth"
        if side is not None:
            status = side.status
            left = None if side.left is None else to_float(side.left)
            right = None if side.right is None else to_float(side.right)
            chosen = {"left": side.left, "right": side.right}.get(self.options.kink, side.mean)
            if status == "smooth" and proof is not None and name in proof.gradient:
                chosen = proof.gradient[name]
            if chosen is not None and status not in ("pole", "undefined"):
                gradient = to_float(chosen)
            elif status in ("cusp", "pole", "undefined"):
                gradient = math.nan
        at = self.point.machine()[name]
        if proof is None:
            return Input(name, at, gradient, ahead, back, status=status, left=left, right=right)
        truth = proof.gradient.get(name)
        digits, error = proof.count(gradient, truth)
        if not math.isfinite(gradient) and status == "smooth" and proof.finite(truth):
            self.notes.append(
                f"the float64 run overflows on the way to d/d{name}; "
                f"shown is the {proof.checks.precision}-digit result, rounded"
            )
            gradient = to_float(truth)
            digits, error = proof.count(gradient, truth)
        symbolic = proof.symbolic.get(name)
        return Input(
            name, at, gradient, ahead, back,
            symbolic=None if symbolic is None else to_float(symbolic),
            reference=proof.shown(truth, self.options.digits),
            digits=digits, ulps=error, status=status, left=left, right=right,
        )  # fmt: skip

    # what is said about it ----------------------------------------------------------------

    def _note_unused(self, rows: tuple[Input, ...], cotangents: list[Any]) -> None:
        for row in rows:
            slot = self.trace.inputs[row.name]
            if not any(slot in used for used in self.trace.arguments):
                self.notes.append(f"the run did not use {row.name}: its derivative is 0")

    def _guards(self) -> tuple[str, ...]:
        trace = self.trace
        seen: dict[str, None] = {}
        for guard in trace.guards[:1000]:
            text = self.source[guard.span.start : guard.span.end] if guard.span else guard.op
            outcome = COMPARISONS[guard.op](trace.values[guard.left], trace.values[guard.right])
            seen[text if outcome else f"not ({text})"] = None
        return tuple(seen)

    def _error(
        self, value: float, rows: tuple[Input, ...], sides: Mapping[str, OneSided]
    ) -> GradcalcError | None:
        """The explanation where there is no finite answer; None where there is one."""
        if not math.isfinite(value):
            return culprit(self.trace, self.source, "the value", sides)
        for row in rows:
            if not math.isfinite(row.gradient):
                return culprit(self.trace, self.source, f"d/d{row.name}", sides)
        return None


def _with_exit(made: Result, options: Options) -> Result:
    status = Exit.OK
    worst = made.worst_digits
    if made.error is not None:
        status = Exit.NO_ANSWER
    elif (
        made.checks.modes is False
        or made.checks.symbolic is False
        or (worst is not None and worst < options.min_digits)
    ):
        status = Exit.VERDICT
    elif options.strict and made.status != "smooth":
        status = Exit.NOT_SMOOTH
    return replace(made, exit=status)


def _zeroed(derivative: float | None) -> float:
    """An absent derivative, shown to people, is 0."""
    return 0.0 if derivative is None else float(derivative)
