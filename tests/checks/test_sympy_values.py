"""What of sympy's has no number is said to have none: no program ends by it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sympy

from gradcalc import Options, evaluate
from gradcalc.checks import instructions, symbolic
from gradcalc.checks.sympy_values import Evaluation, NotEvaluatedError
from gradcalc.errors import GradcalcError
from gradcalc.rules.systems import big_numbers, symbolic_numbers
from gradcalc.rules.table import CALLABLE, SCALAR

X, Y = sympy.Dummy("x", real=True), sympy.Dummy("y", real=True)
UNKNOWN = sympy.Function("unknown")

ODD: dict[str, Any] = {
    "complex infinity": sympy.zoo,
    "infinity": sympy.oo,
    "not a number": sympy.nan,
    "imaginary": sympy.I,
    "imaginary infinity": sympy.I * sympy.oo,
    "bounds": sympy.AccumBounds(-1, 1),
    "derivative": sympy.Derivative(UNKNOWN(X), X),
    "mixed derivative": sympy.Derivative(UNKNOWN(X, Y), X, Y),
    "derivative at infinity": sympy.Subs(sympy.Derivative(UNKNOWN(X), X), X, sympy.zoo),
    "integral": sympy.Integral(UNKNOWN(X), (X, 0, 1)),
    "antiderivative": sympy.Integral(sympy.sin(X)),
    "double integral": sympy.Integral(X * Y, (X, 0, 1), (Y, 0, 1)),
    "no branch": sympy.Piecewise((X, X > 100)),
    "undecided branch": sympy.Piecewise((X, sympy.Eq(UNKNOWN(X), 2)), evaluate=False),
    "maximum": sympy.Max(X, UNKNOWN(X)),
    "minimum": sympy.Min(UNKNOWN(Y), 2),
    "symbol": sympy.Symbol("nobody's"),
    "truth": sympy.true,
    "relation": sympy.Eq(X, Y),
    "tuple": sympy.Tuple(X, Y),
    "sum": sympy.Sum(1 / X**2, (X, 1, sympy.oo)),
    "limit": sympy.Limit(1 / X, X, 0),
    "hypergeometric": sympy.hyper((1, 2, 3), (4, 5), X),
    "Meijer's": sympy.meijerg(((1,), ()), ((1,), (0,)), X),
    "other branch": sympy.LambertW(X, -1),
    "slope of a jump": sympy.Derivative(sympy.sign(X), X),
    "slope of a spike": sympy.DiracDelta(X, 1),
    "pole": sympy.Pow(0, -1, evaluate=False),
    "power": sympy.Pow(X, sympy.zoo, evaluate=False),
    "set": sympy.Interval(0, 1),
    "order": sympy.Order(X),
}

WITHIN: dict[str, Callable[[Any], Any]] = {
    "itself": lambda o: o,
    "sum": lambda o: sympy.Add(o, 1, evaluate=False),
    "product": lambda o: sympy.Mul(2 * X, o, evaluate=False),
    "power": lambda o: sympy.Pow(o, 2, evaluate=False),
    "exponent": lambda o: sympy.Pow(2, o, evaluate=False),
    "sine": lambda o: sympy.sin(o, evaluate=False),
    "maximum": lambda o: sympy.Max(o, X, evaluate=False),
    "gamma": lambda o: sympy.gamma(o, evaluate=False),
    "polygamma": lambda o: sympy.polygamma(o, X, evaluate=False),
    "branch": lambda o: sympy.Piecewise((1, o > 0), (2, True), evaluate=False),
    "step": lambda o: sympy.Heaviside(o, evaluate=False),
    "angle": lambda o: sympy.atan2(o, X, evaluate=False),
    "integral": lambda o: sympy.Integral(o, (X, 0, 1)),
    "substituted": lambda o: sympy.Subs(o, X, 3),
    "unknown": UNKNOWN,
}


@pytest.mark.parametrize("within", WITHIN.values(), ids=WITHIN)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_number_or_none(odd: Any, within: Callable[[Any], Any]) -> None:
    numbers = big_numbers(40)
    context = numbers.context
    try:
        expression = within(odd) if isinstance(odd, sympy.Expr) else odd
    except (TypeError, ValueError):
        return  # sympy has no such expression
    for x in (0, 2, -1.5):
        try:
            value = Evaluation(numbers, {X: context.mpf(x), Y: context.mpf(0.25)})(expression)
        except NotEvaluatedError as error:
            assert "sympy's" in str(error)
        else:
            assert isinstance(value, context.mpf)
            assert not context.isnan(value)


@pytest.fixture
def sine_is() -> Iterator[Callable[[Any], None]]:
    """Makes sympy's sine something else, while a test runs."""
    kernels = symbolic_numbers().__dict__
    own = kernels["sin"]

    def replace(expression: Any) -> None:
        kernels["sin"] = lambda x: expression.subs(X, x) + x * 0
        symbolic._differentiated.cache_clear()
        instructions.partial_of_row.cache_clear()
        instructions._steps.cache_clear()

    yield replace
    kernels["sin"] = own
    symbolic._differentiated.cache_clear()
    instructions.partial_of_row.cache_clear()
    instructions._steps.cache_clear()


@pytest.mark.parametrize(
    "odd",
    [
        sympy.zoo * X,
        sympy.AccumBounds(-1, 1) * X,
        UNKNOWN(X),
        (1 + sympy.I) * X,
        sympy.Integral(UNKNOWN(Y) * X, (Y, 0, 1)),
        sympy.Piecewise((X, X > 100)),
        sympy.Max(X * UNKNOWN(X), X),
        sympy.LambertW(X, -1),
        sympy.Sum(X**Y, (Y, 1, sympy.oo)),
    ],
    ids=str,
)
def test_an_answer_says_that_sympy_gave_no_number(odd: Any, sine_is: Callable[[Any], None]) -> None:
    for text in ("sin(x) + x", "x*sin(sin(x))", "x + " * 150 + "sin(x)"):
        sine_is(odd)
        answer = evaluate(text, {"x": 2})
        assert answer.checks.modes is True
        assert answer.checks.symbolic is None
        assert any("sympy gives no derivative" in note for note in answer.notes)


VANISHING = ("0*x", "x - x", "(x - x)/(1 + x^2)", "x^0 - 1", "x*y - y*x", "x*0^2", "0^abs(x + 1)")
FUNCTIONS = [SCALAR[name] for name in CALLABLE if name in SCALAR]


def program(generator: random.Random, depth: int) -> str:
    """A program of functions at the points where sympy's formulas of them degenerate."""
    if depth == 0:
        return generator.choice(("x", "y", "2", "0", "1/2", "-1", "x*y", *VANISHING))
    inner = program(generator, depth - 1)
    match generator.randrange(8):
        case 0:
            return f"({inner} {generator.choice('+-*/')} {program(generator, 0)})"
        case 1:
            return f"({program(generator, 0)})^({inner})"
        case 2:
            return f"({inner} if {program(generator, 0)} >= 0 else {program(generator, 0)})"
        case 3:
            return f"where({program(generator, 0)} > 0, {inner}, {program(generator, 0)})"
        case _:
            row = generator.choice(FUNCTIONS)
            others = [program(generator, 0) for _ in range(row.arity - 1)]
            return f"{row.name}({', '.join([*others, inner])})"


@pytest.mark.parametrize("seed", range(8))
def test_no_program_ends_by_what_sympy_makes_of_it(seed: int) -> None:
    generator = random.Random(seed)
    for _ in range(25):
        text = program(generator, generator.choice((1, 1, 2)))
        point = {"x": generator.choice((0, 1, -1, 2, 0.5)), "y": generator.choice((0, 1, -1, 0.3))}
        try:
            answer = evaluate(text, point, options=Options())
        except GradcalcError:
            continue
        assert answer.checks.symbolic is not False, text
