"""Run a program at a point and record the trace.

The tree is compiled once into closures, each of which records its part and answers the slot of
its value; branches and loops then simply run, so the trace holds what happened and nothing else.
`Expressions` knows how a value comes about, `Recorder` how statements follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.language.parser import room_for
from gradcalc.language.suggest import as_product, nearest
from gradcalc.numbers.system import CONSTANTS, Numbers
from gradcalc.rules import CALLABLE, TABLE
from gradcalc.rules.rule import Rule
from gradcalc.trace import failures
from gradcalc.trace.replay import COMPARISONS, exact_number
from gradcalc.trace.trace import INPUT, Guard, Trace

Scope = dict[str, int]
Code = Callable[[Scope], int]
Test = Callable[[Scope], bool]

FRAMES = 60  # of Python for one call of a function of the program, at most
OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}
FOLDED = ("min", "max")  # of as many arguments as there are


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run, so that nothing a user types hangs the process or eats its memory."""

    steps: int = 1_000_000  # turns of loops
    trace: int = 2_000_000  # instructions
    calls: int = 400  # nested calls of the program's functions
    depth: int = 200  # nested brackets
    size: int = 400_000  # characters of the text


@dataclass(frozen=True, slots=True)
class Form:
    """A call that is no row of the table, for it does more than compute a value."""

    signature: str
    arity: int
    doc: str
    example: str


SPECIAL_FORMS: Mapping[str, Form] = {
    "where": Form(
        "where(c, a, b)", 3, "a where the condition c holds, else b, which is not evaluated",
        "where(1 > 0, 2, log(0))",
    ),
    "detach": Form("detach(x)", 1, "x as a constant: nothing is differentiated", "detach(3)"),
}  # fmt: skip


def functions() -> frozenset[str]:
    """Every name that a text may call."""
    return frozenset(CALLABLE) | frozenset(SPECIAL_FORMS)


class Expressions:
    """Compiles expressions into closures that record."""

    def __init__(
        self, numbers: Numbers, typed: bool, limits: Limits, variables: Container[str] = ()
    ) -> None:
        self.variables = variables
        self.numbers = numbers
        self.typed = typed
        self.limits = limits
        self.trace = Trace()
        self.functions: dict[str, Callable[[list[int], Span], int]] = {}
        self.arity: dict[str, int] = {}
        self.read: set[str] = set()  # names that the text reads anywhere
        self.kernels: dict[str, Callable[..., Any]] = {
            name: getattr(numbers, name) for name in TABLE
        }

    # values -------------------------------------------------------------------------------

    def expression(self, node: ast.Expr) -> Code:
        """The closure that records a node and answers its slot."""
        match node:
            case ast.Number():
                return self._number(node)
            case ast.Name():
                return self._name(node)
            case ast.Unary("-", operand):
                return self._unary(TABLE["neg"], self.expression(operand), node.span)
            case ast.Unary(_, operand):
                return self.expression(operand)
            case ast.Binary():
                return self._spine(node)
            case ast.Conditional(test, then, other):
                return self._choice(self.test(test), self.expression(then), self.expression(other))
            case ast.Call():
                return self._call(node)
            case ast.Compare() | ast.Logic() | ast.Not():
                raise GradcalcError(
                    "condition-as-value",
                    "a condition is not a number",
                    node.span,
                    "choose a value with it: 1 if x > 0 else 0",
                )
            case _:
                raise GradcalcError(
                    "not-scalar",
                    "vectors and matrices are not part of the language yet",
                    node.span,
                    "write the elements out as scalars",
                )

    def _number(self, node: ast.Number) -> Code:
        exact = node.value if self.typed else _as_float64(node.value)
        value = self.numbers.number(exact)
        trace, span = self.trace, node.span
        return lambda scope: trace.constant(exact, value, span)

    def _name(self, node: ast.Name) -> Code:
        name, span = node.name, node.span
        self.read.add(name)

        def read(scope: Scope) -> int:
            try:
                return scope[name]
            except KeyError:
                if name in CONSTANTS:
                    value = exact_number(name, self.numbers)
                    return self.trace.constant(name, value, span)
                raise unknown_name(node, scope) from None

        return read

    def _spine(self, node: ast.Binary) -> Code:
        """A left-leaning chain, a + b - c …, as one loop: it may be as long as the text."""
        chain: list[tuple[Callable[[int, int, Span], int], Code, Span]] = []
        left: ast.Expr = node
        while isinstance(left, ast.Binary):
            chain.append((self._operator(left), self.expression(left.right), left.span))
            left = left.left
        first = self.expression(left)
        chain.reverse()
        if len(chain) == 1:
            record, right, span = chain[0]
            return lambda scope: record(first(scope), right(scope), span)

        def run(scope: Scope) -> int:
            slot = first(scope)
            for record, right, span in chain:
                slot = record(slot, right(scope), span)
            return slot

        return run

    def _operator(self, node: ast.Binary) -> Callable[[int, int, Span], int]:
        if node.op == "^":
            return self._power
        if node.op == "@":
            raise GradcalcError(
                "not-scalar", "@ is the product of matrices", node.span, "write * for scalars"
            )
        return self._binary(TABLE[OPERATORS[node.op]])

    def _power(self, base: int, exponent: int, span: Span) -> int:
        """One of three rows: by a constant integer, by a constant, by a number that varies."""
        trace = self.trace
        if trace.active[exponent]:
            return self.record(TABLE["pow"], (base, exponent), span)
        power = trace.values[exponent]
        row = TABLE["ipow" if power % 1 == 0 else "cpow"]
        slot = self.record(row, (base, exponent), span)
        if power == 0:  # x^0 is 1, whatever x
            trace.active[slot] = False
        return slot

    def _binary(self, row: Rule) -> Callable[[int, int, Span], int]:
        """`record` for two arguments, spelt out: this is where the time of a run goes."""
        trace, kernel = self.trace, self.kernels[row.name]
        values, active = trace.values, trace.active
        rules, arguments, spans = trace.rules, trace.arguments, trace.spans

        def record(left: int, right: int, span: Span) -> int:
            try:
                value = kernel(values[left], values[right])
            except (ValueError, ArithmeticError) as error:
                raise failures.outside(trace, row, (left, right), span) from error
            rules.append(row)
            arguments.append((left, right))
            spans.append(span)
            values.append(value)
            active.append(active[left] or active[right])
            return len(values) - 1

        return record

    def _unary(self, row: Rule, operand: Code, span: Span) -> Code:
        """`record` for one argument, spelt out likewise."""
        trace, kernel = self.trace, self.kernels[row.name]
        values, active = trace.values, trace.active
        rules, arguments, spans = trace.rules, trace.arguments, trace.spans

        def run(scope: Scope) -> int:
            slot = operand(scope)
            try:
                value = kernel(values[slot])
            except (ValueError, ArithmeticError) as error:
                raise failures.outside(trace, row, (slot,), span) from error
            rules.append(row)
            arguments.append((slot,))
            spans.append(span)
            values.append(value)
            active.append(active[slot])
            return len(values) - 1

        return run

    def record(self, row: Rule, arguments: tuple[int, ...], span: Span) -> int:
        """Compute and append one instruction; its slot."""
        trace = self.trace
        try:
            value = self.kernels[row.name](*[trace.values[a] for a in arguments])
        except (ValueError, ArithmeticError) as error:
            raise failures.outside(trace, row, arguments, span) from error
        active = any(trace.active[a] for a in arguments)
        return trace.append(row, arguments, span, value, active)

    # calls --------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Code:
        name, count, span = node.function, len(node.arguments), node.span
        if name == "where" and name not in self.arity:
            self._expect(node, 3)
            test, then, other = node.arguments
            return self._choice(self.test(test), self.expression(then), self.expression(other))
        codes = [self.expression(argument) for argument in node.arguments]
        if name in self.arity:
            self._expect(node, self.arity[name])
            return lambda scope: self.functions[name]([code(scope) for code in codes], span)
        if name == "detach":
            self._expect(node, 1)
            return self._detach(codes[0], span)
        row = CALLABLE.get(name)
        if row is None:
            raise self._unknown_function(node)
        row = TABLE[row.variants.get(count, row.name)]
        if row.name in FOLDED and count > 2:
            return self._folded(self._binary(row), codes, span)
        left_out = max(0, row.arity - count)
        given = row.defaults[len(row.defaults) - left_out :] if left_out else ()
        codes += [self._default(exact, span) for exact in given]
        if len(codes) != row.arity:
            self._expect(node, row.arity)
        if row.arity == 1:
            return self._unary(row, codes[0], span)
        return lambda scope: self.record(row, tuple([code(scope) for code in codes]), span)

    def _default(self, exact: Fraction, span: Span) -> Code:
        value = self.numbers.number(exact)
        return lambda scope: self.trace.constant(exact, value, span)

    @staticmethod
    def _folded(record: Callable[[int, int, Span], int], codes: list[Code], span: Span) -> Code:
        def run(scope: Scope) -> int:
            slot = codes[0](scope)
            for code in codes[1:]:
                slot = record(slot, code(scope), span)
            return slot

        return run

    def _detach(self, operand: Code, span: Span) -> Code:
        """The value, as something that does not vary."""
        row = TABLE["identity"]

        def run(scope: Scope) -> int:
            slot = self.record(row, (operand(scope),), span)
            self.trace.active[slot] = False
            return slot

        return run

    def _expect(self, node: ast.Call, wanted: int) -> None:
        given = len(node.arguments)
        if given != wanted:
            row = CALLABLE.get(node.function)
            parameters = ", ".join(row.parameters) if row else ", ".join("abcdefgh"[:wanted])
            plural = "" if wanted == 1 else "s"
            raise GradcalcError(
                "arity",
                f"{node.function} takes {wanted} argument{plural}, not {given}",
                node.span,
                f"write {node.function}({parameters})",
            )

    def _unknown_function(self, node: ast.Call) -> GradcalcError:
        if (node.function in self.trace.inputs or node.function in self.variables) and len(
            node.arguments
        ) == 1:
            return GradcalcError(
                "ambiguous-product",
                f"'{node.function}' is a variable, and is called like a function",
                node.span,
                f"is it a product? write {node.function}*(…)",
            )
        known = nearest(node.function, sorted(functions() | self.arity.keys()))
        return GradcalcError(
            "unknown-name",
            f"there is no function '{node.function}'",
            node.name_span,
            f"did you mean {known}?" if known else "gradcalc functions lists them all",
        )

    # conditions ---------------------------------------------------------------------------

    def _choice(self, test: Test, then: Code, other: Code) -> Code:
        """Only the branch taken is evaluated, and so differentiated."""
        return lambda scope: then(scope) if test(scope) else other(scope)

    def test(self, node: ast.Expr) -> Test:
        """The closure that decides a condition and records its guards."""
        match node:
            case ast.Compare():
                return self._compare(node)
            case ast.Not(operand):
                negated = self.test(operand)
                return lambda scope: not negated(scope)
            case ast.Logic(op, left, right):
                first, second = self.test(left), self.test(right)
                if op == "and":
                    return lambda scope: first(scope) and second(scope)
                return lambda scope: first(scope) or second(scope)
            case _:
                raise GradcalcError(
                    "not-a-condition",
                    "this is a number, not a condition",
                    node.span,
                    "compare it with something: x != 0",
                )

    def _compare(self, node: ast.Compare) -> Test:
        codes = [self.expression(operand) for operand in node.operands]
        steps = [(op, COMPARISONS[op]) for op in node.ops]
        trace, span = self.trace, node.span

        def run(scope: Scope) -> bool:
            left = codes[0](scope)
            for (op, compare), code in zip(steps, codes[1:], strict=True):
                right = code(scope)
                outcome = bool(compare(trace.values[left], trace.values[right]))
                if trace.active[left] or trace.active[right]:
                    trace.guards.append(Guard(op, left, right, outcome, span))
                if not outcome:
                    return False
                left = right
            return True

        return run


class Recorder(Expressions):
    """Runs statements; each answers the slot of its value, or None where it has none."""

    def __init__(
        self, numbers: Numbers, typed: bool, limits: Limits, variables: Container[str] = ()
    ) -> None:
        super().__init__(numbers, typed, limits, variables)
        self.steps = 0
        self.depth = 0

    def block(self, body: tuple[ast.Statement, ...]) -> Callable[[Scope], int | None]:
        """The statements as one closure; its value is that of the last one that has one."""
        for statement in body:
            if isinstance(statement, ast.Function):
                self.arity[statement.name] = len(statement.parameters)
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
                decide, yes, no = self.test(test), self.block(then), self.block(other)
                return lambda scope: yes(scope) if decide(scope) else no(scope)
            case ast.While():
                return self._while(node)
            case ast.For():
                return self._for(node)
            case ast.Function():
                return self._function(node)

    def _assign(self, node: ast.Assign) -> Callable[[Scope], int]:
        if not isinstance(node.target, ast.Name):
            return self.expression(node.target)  # says that there are no arrays
        name = node.target.name
        value = node.value
        if node.op != "=":
            value = ast.Binary(node.op[:-1], node.target, value, node.span)
        code = self.expression(value)

        def run(scope: Scope) -> int:
            slot = scope[name] = code(scope)
            return slot

        return run

    def _turn(self, span: Span) -> None:
        self.steps += 1
        if self.steps > self.limits.steps:
            raise GradcalcError(
                "too-many-steps",
                f"the loop did not end within {self.limits.steps:,} turns",
                span,
                "check its condition, or raise the limit with --max-steps",
            )
        if len(self.trace) > self.limits.trace:
            raise GradcalcError(
                "trace-too-long",
                f"the run is longer than {self.limits.trace:,} instructions",
                span,
                "does the loop end? check its condition, or raise the limit with --max-trace",
            )

    def _while(self, node: ast.While) -> Callable[[Scope], int | None]:
        decide, body, span = self.test(node.test), self.block(node.body), node.span

        def run(scope: Scope) -> int | None:
            slot: int | None = None
            while decide(scope):
                self._turn(span)
                slot = body(scope)
            return slot

        return run

    def _for(self, node: ast.For) -> Callable[[Scope], int | None]:
        if node.stop is None:
            self.expression(ast.Vector((), node.start.span))  # says that there are no arrays
        start, body, name = self.expression(node.start), self.block(node.body), node.name
        stop = self.expression(node.stop or node.start)
        bounds = node.start.span, (node.stop or node.start).span
        number, trace, span = self.numbers.number, self.trace, node.span

        def run(scope: Scope) -> int | None:
            first = self._bound(start(scope), bounds[0])
            last = self._bound(stop(scope), bounds[1])
            slot: int | None = None
            counts = name in self.read
            for count in range(first, last):
                self._turn(span)
                if counts:
                    exact = Fraction(count)
                    scope[name] = trace.constant(exact, number(exact), span)
                slot = body(scope)
            return slot

        return run

    def _bound(self, slot: int, span: Span) -> int:
        value = self.trace.values[slot]
        if value % 1 != 0:
            raise GradcalcError(
                "not-an-integer",
                f"a loop counts in integers, and this bound is {float(value)!r}",
                span,
                "round it: floor(…)",
            )
        return int(value)

    def _function(self, node: ast.Function) -> Callable[[Scope], None]:
        body, name = self.block(node.body), node.name

        def define(scope: Scope) -> None:
            def call(arguments: list[int], span: Span) -> int:
                self.depth += 1
                if self.depth > self.limits.calls:
                    raise GradcalcError(
                        "recursion",
                        f"{name} calls itself more than {self.limits.calls} times deep",
                        span,
                        "check that the recursion ends, or raise the limit with --max-calls",
                    )
                local = {**scope, **dict(zip(node.parameters, arguments, strict=True))}
                self._turn(span)
                slot = body(local)
                self.depth -= 1
                if slot is None:
                    raise GradcalcError(
                        "no-value", f"{name} ended without a value", span, "end it with one"
                    )
                return slot

            self.functions[name] = call

        return define


def unknown_name(node: ast.Name, scope: Mapping[str, int]) -> GradcalcError:
    """A name that is neither assigned nor given, with what it may have been."""
    known = nearest(node.name, sorted(scope))
    product = as_product(node.name, set(scope))
    hint = f"did you mean {known}?" if known else f"give it a value: --at {node.name}=…"
    if product:
        hint = f"is it a product? write {product}"
    return GradcalcError("unknown-name", f"'{node.name}' has no value", node.span, hint)


def _as_float64(exact: Fraction) -> Fraction:
    return Fraction(exact.numerator / exact.denominator)


def record(
    program: ast.Program,
    numbers: Numbers,
    inputs: Mapping[str, Any],
    wrt: tuple[str, ...] | None = None,
    *,
    typed: bool = True,
    limits: Limits | None = None,
    variables: Container[str] = (),
) -> Trace:
    """Run a program at a point and record it.

    `inputs` are numbers of the system by name; those of `wrt` (all, unless told) are active: the
    run is differentiated by them. `typed` takes numerals exactly, else as the nearest float64.
    `variables` are names that are no functions, though the text may call them.
    """
    recorder = Recorder(numbers, typed, limits or Limits(), variables)
    scope: Scope = {}
    for name, value in inputs.items():
        active = wrt is None or name in wrt
        scope[name] = recorder.trace.append(INPUT, (), None, value, active)
        recorder.trace.inputs[name] = scope[name]
    with room_for(FRAMES * recorder.limits.calls):
        slot = recorder.block(program.body)(scope)
    if slot is None:
        raise GradcalcError(
            "no-value",
            "the program ends without a value",
            program.body[-1].span,
            "end it with the expression to differentiate",
        )
    recorder.trace.result = slot
    return recorder.trace
