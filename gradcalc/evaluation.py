"""`evaluate`: from text to a proven gradient. The order of the work, in one place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from gradcalc.checks.doubt import Exactly, culprit, doubtful
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language import inputs as read_inputs
from gradcalc.language import parse, to_text
from gradcalc.language.suggest import as_product, nearest
from gradcalc.language.syntax import Program
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.system import CONSTANTS
from gradcalc.result import Checks, Input, Result, Steps
from gradcalc.rules import big_numbers, machine_numbers
from gradcalc.trace.point import Given, Point, point
from gradcalc.trace.recorder import Limits, functions, record
from gradcalc.trace.replay import COMPARISONS
from gradcalc.trace.trace import Trace, with_convention

if TYPE_CHECKING:
    from gradcalc.checks.probe import OneSided

Check = Literal["full", "fast", "off"]
Kink = Literal["mean", "left", "right", "torch", "jax"]
SHOWN = 30  # digits of the reference, unless told


@dataclass(frozen=True, slots=True)
class Options:
    """How to evaluate.

    `check` is full, fast (no sympy) or off; `typed` takes numerals exactly, else as float64;
    `digits` computes the answer itself in so many digits; `min_digits` fails below so many correct
    ones, but for errors of at most `atol`; `kink` is the convention at kinks; `strict` fails where
    the function is not smooth.
    """

    check: Check = "full"
    typed: bool = True
    digits: int | None = None
    min_digits: int = 0
    atol: float = 0.0
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
    """One evaluation: the program, the point, the trace, and what is to be said about them."""

    def __init__(
        self, source: str, at: Mapping[str, Given], wrt: tuple[str, ...] | None, options: Options
    ) -> None:
        self.options = options
        self.source = source
        self.notes: list[str] = []
        limits = options.limits
        self.program: Program = parse(
            source, functions=functions(), max_depth=limits.depth, max_size=limits.size
        )
        constants = frozenset(CONSTANTS) - at.keys()
        self.places = read_inputs(self.program, constants, functions())
        self.names = tuple(self.places)
        self.point: Point = self._given(at)
        self.wrt = self._wanted(wrt)
        self.trace: Trace = record(
            self.program,
            machine_numbers(),
            self.point.machine(),
            self.wrt,
            typed=options.typed,
            limits=limits,
            variables=at.keys(),
        )
        if options.kink in ("torch", "jax"):
            self.trace = with_convention(self.trace, options.kink)

    def _given(self, at: Mapping[str, Given]) -> Point:
        missing = [name for name in self.names if name not in at]
        if missing:
            raise self._missing(missing, at)
        for name in at:
            if name not in self.names:
                self.notes.append(f"{name} is given, but the text does not read it")
            elif name in CONSTANTS:
                self.notes.append(f"{name} is the input given here, not the constant")
        return point({name: at[name] for name in self.names}, typed=self.options.typed)

    def _missing(self, names: list[str], at: Mapping[str, Given]) -> GradcalcError:
        """Inputs without a value: all are listed, and the first is looked at for a slip."""
        first = names[0]
        hint = f"add --at {','.join(f'{name}=…' for name in names)}"
        if product := as_product(first, {*at, *CONSTANTS}):
            hint = f"is it a product? write {product}; or {hint}"
        elif known := nearest(first, sorted({*at, *CONSTANTS} - set(self.names))):
            hint = f"did you mean {known}? or {hint}"
        listed = ", ".join(names)
        return GradcalcError(
            "missing-value", f"no value is given for {listed}", self.places[first], hint
        )

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
        steps = self._swept()
        truth = self._reference()
        found = self._exactly(truth)
        sides = self._probe(truth) if self._in_doubt(steps, truth, found) else {}
        proof = self._prove(truth, sides, found)
        value = self._value(sides)
        rows = tuple(self._input(name, steps, sides.get(name), proof) for name in self.wrt)
        status = _worst(row.status for row in rows)
        self._note_unused()
        counted = proof.count(value, proof.value) if proof else (None, None)
        shown = self.options.digits or SHOWN
        made = Result(
            expr=self.source,
            canonical=to_text(self.program),
            at=self.point.machine(),
            value=value,
            inputs=rows,
            steps=steps,
            checks=proof.checks if proof else Checks(),
            reference=proof.shown(proof.value, shown) if proof else None,
            digits=counted[0],
            ulps=counted[1],
            precise=self.options.digits is not None,
            status=status,
            guards=self._guards(),
            error=self._error(value, rows, sides, truth),
        )
        made = replace(made, notes=self._noticed(made, proof, sides, found))
        return _with_exit(made, self.options, proof)

    def _swept(self) -> Steps:
        trace, numbers = self.trace, machine_numbers()
        cotangents = reverse(trace, trace.values, numbers, math.nan)
        tangents = {
            name: forward(trace, trace.values, numbers, trace.inputs[name], math.nan)
            for name in self.wrt
        }
        return Steps(trace, tangents, cotangents)

    def _reference(self) -> Any:
        """The replay in big numbers; None where nothing is checked, or a step has no value."""
        if self.options.check == "off" and self.options.digits is None:
            return None
        from gradcalc.checks.reference import reference

        try:
            return reference(self.trace, self.point, self.wrt, self.options.digits or SHOWN)
        except (ValueError, ArithmeticError):
            self.notes.append("no digits are counted: a step has no value in big numbers")
            return None

    def _exactly(self, truth: Any) -> Exactly:
        if truth is None:
            return Exactly(doubtful(self.trace), ())
        from gradcalc.checks.doubt import exactly

        return exactly(self.trace, truth)

    def _in_doubt(self, steps: Steps, truth: Any, found: Exactly) -> bool:
        """Is there a kink, an equality, or a number that is not finite?"""
        numbers = [self.trace.values[self.trace.result]]
        for name in self.wrt:
            numbers += [steps.reverse(name), steps.forward(name)]
        if truth is not None:
            isfinite = truth.numbers.context.isfinite
            if not truth.settled or not all(isfinite(n) for n in truth.all):
                return True
        return found.doubtful or doubtful(self.trace) or not all(map(math.isfinite, numbers))

    def _probe(self, truth: Any) -> dict[str, OneSided]:
        """The one-sided probe along each input, all others held."""
        from gradcalc.checks.probe import DIGITS as PROBE_DIGITS
        from gradcalc.checks.probe import probe

        numbers = big_numbers(PROBE_DIGITS)
        context: Any = numbers.context
        exact = self.point.numbers(numbers)
        missing = truth is not None and not truth.numbers.context.isfinite(truth.value)

        def along(name: str) -> OneSided:
            def f(x: Any) -> Any:
                run = record(
                    self.program, numbers, {**exact, name: x}, (name,),
                    typed=self.options.typed, limits=self.options.limits,
                )  # fmt: skip
                return run.values[run.result]

            return probe(f, exact[name], context, missing=missing)

        return {name: along(name) for name in self.wrt}

    def _prove(self, truth: Any, sides: Mapping[str, OneSided], found: Exactly) -> Any:
        if truth is None:
            return None
        from gradcalc.checks.proof import prove

        context, kink = truth.numbers.context, self.options.kink
        probed = {
            name: side.derivative(truth.reverse[name], kink, context)
            for name, side in sides.items()
        }
        return prove(
            self.trace, self.point, self.wrt, truth, _limit(truth.value, sides), probed,
            smooth=all(side.status == "smooth" for side in sides.values()),
            sympy=self.options.check == "full", claims=not found.decided,
        )  # fmt: skip

    def _value(self, sides: Mapping[str, OneSided]) -> float:
        return float(_limit(self.trace.values[self.trace.result], sides)) + 0.0

    def _input(self, name: str, steps: Steps, side: OneSided | None, proof: Any) -> Input:
        ahead, back = steps.forward(name), steps.reverse(name)
        gradient = self._gradient(name, back, side, proof)
        at = self.point.machine()[name]
        status, left, right = "smooth", None, None
        if side is not None:
            status = side.status
            left = None if side.left is None else float(side.left) + 0.0
            right = None if side.right is None else float(side.right) + 0.0
        if proof is None:
            return Input(name, at, gradient, ahead, back, status=status, left=left, right=right)
        truth = proof.gradient[name]
        digits, error = proof.count(gradient, truth)
        symbolic = proof.symbolic.get(name)
        return Input(
            name, at, gradient, ahead, back,
            symbolic=None if symbolic is None else float(symbolic),
            reference=proof.shown(truth, self.options.digits or SHOWN),
            digits=digits, ulps=error, status=status, left=left, right=right,
        )  # fmt: skip

    def _gradient(self, name: str, back: float, side: OneSided | None, proof: Any) -> float:
        """The derivative to report: the reverse sweep's, unless there was doubt."""
        if side is None:
            return back
        if side.status == "smooth" and self.options.kink in ("torch", "jax"):
            return back
        if proof is not None:
            return float(proof.gradient[name])
        context = big_numbers(SHOWN).context
        return float(side.derivative(context.mpf(back), self.options.kink, context))

    # what is said about it ----------------------------------------------------------------

    def _rescued(self, made: Result) -> Iterator[str]:
        """The derivatives that float64 could not form and the reference could."""
        for row in made.inputs:
            lost = math.isfinite(row.gradient) and not math.isfinite(row.reverse)
            if lost and row.status == "smooth":
                yield (
                    f"float64 overflows on the way to d/d{row.name}: "
                    "shown is the reference, rounded"
                )

    def _noticed(
        self, made: Result, proof: Any, sides: Mapping[str, OneSided], found: Exactly
    ) -> tuple[str, ...]:
        """All notes, those of the reading first."""
        from gradcalc.checks import notes

        told = list(self.notes)
        if proof is not None and proof.failed:
            told.append(proof.failed)
        for span in found.decided[:3]:
            told.append(f"rounding decided {notes.place(self.source, span)}: no digits are claimed")
        if any(side.status != "smooth" for side in sides.values()):
            told += dict.fromkeys(notes.boundaries(self.source, self.trace))
            told += dict.fromkeys(notes.conventions(self.source, self.trace))
        elif self.options.kink in ("torch", "jax") and sides:
            told += [
                f"{self.options.kink} says {row.reverse:.6g} for d/d{row.name}, a smooth point"
                for row in made.inputs
                if row.digits == 0
            ]
        if proof is not None:
            told += notes.underflow(self.source, self.trace, proof.reference)
            rescued = list(self._rescued(made))
            told += [
                f"d/d{row.name} underflows: it is {proof.shown(proof.gradient[row.name], 3)}"
                for row in made.inputs
                if row.gradient == 0
                and row.digits == 0
                and proof.claims
                and 0 < abs(proof.gradient[row.name]) < 1e-300
            ]
            told += rescued
            low = made.worst_digits is not None and made.worst_digits < LOW
            if (low or rescued) and proof.claims:
                if made.error is None:
                    told += notes.lost_digits(self.source, self.trace, proof.reference)
                told += self._rewrites(made, proof, sides)
        return tuple(told[:NOTES])

    def _rewrites(self, made: Result, proof: Any, sides: Mapping[str, OneSided]) -> list[str]:
        from gradcalc.checks.advice import better

        if len(self.source) > LONG or len(self.trace) > LONG:
            return []
        limits = {side.limit for side in sides.values() if side.status == "removable"}
        value = limits.pop() if len(limits) == 1 else proof.value
        found = better(
            self.program, self.point, self.wrt, value, proof,
            self.options.typed, self.options.limits,
        )  # fmt: skip
        return [str(found)] if found and found.digits >= LOW else []

    def _note_unused(self) -> None:
        trace = self.trace
        used = {slot for arguments in trace.arguments for slot in arguments}
        used.update(slot for guard in trace.guards for slot in (guard.left, guard.right))
        for name in self.wrt:
            if trace.inputs[name] not in used and trace.inputs[name] != trace.result:
                self.notes.append(f"the run did not use {name}: its derivative is 0")

    def _guards(self) -> tuple[str, ...]:
        trace = self.trace
        seen: dict[str, None] = {}
        for guard in trace.guards[:1000]:
            text = self.source[guard.span.start : guard.span.end] if guard.span else guard.op
            outcome = COMPARISONS[guard.op](trace.values[guard.left], trace.values[guard.right])
            seen[text if outcome else f"not ({text})"] = None
        return tuple(seen)

    def _error(
        self, value: float, rows: tuple[Input, ...], sides: Mapping[str, OneSided], truth: Any
    ) -> GradcalcError | None:
        """The explanation where there is no finite answer; None where there is one."""
        if not math.isfinite(value):
            return culprit(self.trace, self.source, "the value", value, sides, truth)
        for row in rows:
            if not math.isfinite(row.gradient):
                what = f"d/d{row.name}"
                return culprit(self.trace, self.source, what, row.gradient, sides, truth)
        return None


LOW = 12  # correct digits below which it is said where they went, and how to keep them
NOTES = 12  # notes at most
LONG = 20_000  # characters, or instructions, past which no rewrite is looked for


SEVERITY = (
    "smooth", "one-sided", "kink", "cusp", "vertical", "jump", "removable", "pole", "undefined",
)  # fmt: skip


def _worst(statuses: Iterable[str]) -> str:
    return max(statuses, key=SEVERITY.index, default="smooth")


def _limit(value: Any, sides: Mapping[str, OneSided]) -> Any:
    """The value; at a pole the infinity that both sides end in, nan where they differ."""
    for side in sides.values():
        if side.status == "pole":
            return math.nan if side.limit is None else side.limit
    return value


def _with_exit(made: Result, options: Options, proof: Any) -> Result:
    status = Exit.OK
    if made.error is not None:
        status = Exit.NO_ANSWER
    elif (
        made.checks.modes is False
        or made.checks.symbolic is False
        or (options.min_digits and proof is not None and _too_few(made, options, proof))
    ):
        status = Exit.VERDICT
    elif options.strict and made.status != "smooth":
        status = Exit.NOT_SMOOTH
    return replace(made, exit=status)


def _too_few(made: Result, options: Options, proof: Any) -> bool:
    """Has any number fewer correct digits than asked for, and an error above atol?"""
    answers = [(made.value, proof.value, made.digits)]
    answers += [(row.gradient, proof.gradient[row.name], row.digits) for row in made.inputs]
    return any(
        (digits or 0) < options.min_digits and not abs(answer - truth) <= options.atol
        for answer, truth, digits in answers
    )
