"""Run a program at a point and record the trace.

The tree is compiled once into closures, each of which records its part and answers the slot of
its value; branches and loops then simply run, so the trace holds what happened and nothing else.
`Expressions` knows how a value comes about, `Recorder` how statements follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.language.parser import room_for
from gradcalc.numbers.shapes import Shape, described, shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.rules.array_systems import with_arrays
from gradcalc.rules.table import TABLE
from gradcalc.run.calls import Defined
from gradcalc.run.expressions import Scope
from gradcalc.run.forms import derivative_variables, may_hold_arrays
from gradcalc.run.limits import Limits
from gradcalc.run.loops import LeaveError, Loops
from gradcalc.trace.trace import INPUT, Solutions, Trace

MAX_FRAMES_PER_CALL = 60  # of Python's stack, for one call of a function of the program


class Recorder(Loops):
    """Runs statements; each answers the slot of its value, or None where it has none."""

    def __init__(
        self,
        numbers: Numbers,
        typed: bool,
        limits: Limits,
        variables: Container[str] = (),
        *,
        holds_arrays: bool = False,
    ) -> None:
        super().__init__(numbers, typed, limits, variables, holds_arrays=holds_arrays)

    def release(self) -> None:
        """Let go of what refers back to this recorder: circles wait for the collector."""
        self.restart = None
        self.functions.clear()

    def block(self, body: tuple[ast.Statement, ...]) -> Callable[[Scope], int | None]:
        """The statements as one closure; its value is that of the last one that has one."""
        self.defined.update(node.name for node in body if isinstance(node, ast.Function))
        codes = [self.statement(statement) for statement in body]

        def run(scope: Scope) -> int | None:
            slot: int | None = None
            for code in codes:
                slot = code(scope)
            return slot

        return run

    def statement(self, node: ast.Statement) -> Callable[[Scope], int | None]:
        match node:
            case ast.Evaluate(value):
                return self.expression(value)
            case ast.Assign():
                return self._assign(node)
            case ast.If(test, then, other):
                decide, yes, no = self.decision(test), self.block(then), self.block(other)
                return lambda scope: yes(scope) if decide(scope) else no(scope)
            case ast.While():
                return self.loop(node)
            case ast.For():
                return self.count(node)
            case ast.Leave(word):
                return lambda scope: _leave(word)
            case ast.Function():
                return self._function(node)

    def _assign(self, node: ast.Assign) -> Callable[[Scope], int]:
        if isinstance(node.target, ast.Index):
            return self._assign_part(node, node.target)
        name = node.target.name
        value = node.value
        if node.op != "=":
            value = ast.Binary(node.op[:-1], node.target, value, node.span)
        code, span = self.expression(value), node.span
        call_it = self.trace.names.setdefault  # the first name that a slot gets is shown with it
        if name not in self.derived_by:

            def plain(scope: Scope) -> int:
                slot = scope[name] = code(scope)
                call_it(slot, name)
                return slot

            return plain

        def run(scope: Scope) -> int:
            start = len(self.trace)
            slot = code(scope)
            scope[name] = slot = self.bound(name, slot, span, fresh=slot >= start)
            call_it(slot, name)
            return slot

        return run

    def _assign_part(self, node: ast.Assign, target: ast.Index) -> Callable[[Scope], int]:
        """`v[i] = …` records a new array; what was recorded of the old one stays as it was."""
        if not isinstance(target.target, ast.Name):
            raise GradcalcError(
                "assign-part",
                "only the elements of a variable can be assigned",
                target.span,
                hint="write v[0] = …, or A[0, 1] = …",
            )
        name, span = target.target.name, node.span
        whole, locate = self.expression(target.target), self.part(target)
        value = self.expression(node.value)
        operate = None if node.op == "=" else self.operator(node.op[:-1])

        def run(scope: Scope) -> int:
            slot = whole(scope)
            where = locate(slot, scope)
            given = value(scope)
            if operate is not None:
                given = operate(self.taken(slot, where, span), given, span)
            given = self._fitted(given, where.shape(), span)
            changed = self.replaced(slot, where, given, span)
            scope[name] = self.bound(name, changed, span, fresh=True)
            self.trace.names.setdefault(changed, name)
            return given

        return run

    def _fitted(self, slot: int, wanted: Shape, span: Span) -> int:
        """The value of a part, repeated to its shape."""
        shape = self.shape(slot)
        if shape == wanted:
            return slot
        fits = len(shape) <= len(wanted) and all(
            size in (1, whole) for size, whole in zip(shape[::-1], wanted[::-1], strict=False)
        )
        if not fits:
            raise GradcalcError(
                "shape",
                f"{described(shape)} does not fit into {described(wanted)}",
                span,
                hint="the shapes must match",
            )
        return self.record(TABLE["broadcast"], (slot,), span, (shape, wanted))

    def _function(self, node: ast.Function) -> Callable[[Scope], None]:
        body, name = self.block(node.body), node.name

        def define(scope: Scope) -> None:
            variables = [p for p in node.parameters if p in self.derived_by]

            def call(arguments: list[int], span: Span) -> int:
                self.depth += 1
                if self.depth > self.limits.calls:
                    raise GradcalcError(
                        "recursion",
                        f"{name} calls itself more than {self.limits.calls} levels deep",
                        span,
                        hint="check that the recursion ends, or raise the limit with --max-calls",
                    )
                local = {**scope, **dict(zip(node.parameters, arguments, strict=True))}
                for parameter in variables:
                    local[parameter] = self.bound(parameter, local[parameter], span)
                self.turn(span)
                slot = body(local)
                self.depth -= 1
                if slot is None:
                    raise GradcalcError(
                        "no-value",
                        f"{name} returns no value",
                        span,
                        hint="end its body with an expression",
                    )
                return slot

            self.functions[name] = Defined(len(node.parameters), call)

        return define


def _leave(word: str) -> int | None:
    raise LeaveError(word)


def record(
    program: ast.Program,
    numbers: Numbers,
    inputs: Mapping[str, Any],
    wrt: tuple[str, ...] | None = None,
    *,
    typed: bool = True,
    limits: Limits | None = None,
    variables: Container[str] = (),
    into: Trace | None = None,
    solutions: Solutions | None = None,
) -> Trace:
    """Run a program at a point and record it.

    `inputs` are numbers of the system by name; those of `wrt` (all, unless told) are active: the
    run is differentiated by them. `typed` takes numerals exactly, else as the nearest float64.
    `variables` are names that are no functions, though the text may call them. `into` is an empty
    trace to record into: of a run that fails it holds what was run. `solutions` are those that a
    float64 run at this point, or infinitely near, has found for `root` and `argmin`.
    """
    given = any(shape_of(value) for value in inputs.values())
    holds_arrays = given or may_hold_arrays(program)
    system = with_arrays(numbers) if holds_arrays else numbers
    recorder = Recorder(system, typed, limits or Limits(), variables, holds_arrays=holds_arrays)
    if into is not None:
        recorder.trace = into
    recorder.solutions = solutions or {}
    return _recorded(recorder, program, inputs, wrt)


def followed(
    program: ast.Program,
    numbers: Numbers,
    inputs: Mapping[str, Any],
    wrt: tuple[str, ...],
    limits: Limits,
    *,
    rounds: bool = True,
) -> Trace:
    """Record a run with guards for all that decided its course.

    Where they all come out the same, another point's run is the same trace. Beside what `record`
    guards, these are comparisons and exponents of what is not differentiated, and integers that
    counted something, whose guards are of the kind "is". NotFollowedError where that won't do.
    Comparisons of constants have none where other points compute with the same numbers, which
    round alike (`rounds`).
    """
    holds_arrays = may_hold_arrays(program) or any(map(shape_of, inputs.values()))
    system = with_arrays(numbers) if holds_arrays else numbers
    recorder = Recorder(system, True, limits, inputs, holds_arrays=holds_arrays)
    recorder.follows, recorder.rounds = True, rounds
    recorder.lenient = holds_arrays  # what fails may be a step that no result needs
    return _recorded(recorder, program, inputs, wrt)


def _recorded(
    recorder: Recorder, program: ast.Program, inputs: Mapping[str, Any], wrt: tuple[str, ...] | None
) -> Trace:
    recorder.program = program
    recorder.derived_by = derivative_variables(program)
    scope: Scope = {}
    for name, value in inputs.items():
        active = wrt is None or name in wrt
        scope[name] = recorder.trace.append(INPUT, (), None, value, active)
        recorder.trace.inputs[name] = scope[name]
        if not active and name in recorder.derived_by:
            recorder.variables_bound.add(scope[name])
    with room_for(MAX_FRAMES_PER_CALL * recorder.limits.calls), _arithmetic(recorder):
        code, inner = recorder.block(program.body), dict(scope)
        recorder.restart = lambda: code(dict(inner))
        try:
            slot = code(scope)
        finally:
            recorder.release()
    if slot is None:
        raise GradcalcError(
            "no-value",
            "the program ends without a value",
            program.body[-1].span,
            hint="end it with the expression to differentiate",
        )
    recorder.trace.result = slot
    return recorder.trace


def _arithmetic(recorder: Recorder) -> AbstractContextManager[Any]:
    """NumPy's arithmetic as IEEE has it, but that what has no value is an error."""
    if not recorder.holds_arrays:
        return nullcontext()
    import numpy as np

    invalid: Any = "ignore" if recorder.lenient else "raise"
    return np.errstate(divide="ignore", over="ignore", under="ignore", invalid=invalid)
