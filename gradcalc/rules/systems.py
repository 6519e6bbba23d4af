"""The number systems that the table spans: for each kind of number a function for every row.

A system is built once, by going over the table and choosing the row's kernel for that kind: its
own column, else its formula in terms of other rows, else the library's function of the same name.
A caller writes `numbers.sin(x)` and need not know which it was.

    machine_numbers   float64                       nan_numbers       the same, NaN for errors
    big_numbers       mpmath, at any precision      midrad_numbers    with bounds of rounding
    symbolic_numbers  sympy                         germ_numbers      expansions beside a point

Those of arrays are in `gradcalc.rules.array_systems`, those that enclose in
`gradcalc.rules.enclosures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from gradcalc.numbers import big, machine, symbolic
from gradcalc.numbers.lifting import lift
from gradcalc.numbers.midrads import MidRads
from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import EachPartial, Rule
from gradcalc.rules.table import SCALAR

ROUNDING_DIGITS = 30  # decimal, of big values that are rounded to float64 or longdouble
MAX_WHOLE_BITS = 2000  # before the point, that such a partial depends on
PARTIAL_DIGITS = 15  # of the partials that say how an error grows: its size is enough


@cache
def machine_numbers() -> Numbers:
    """float64: ValueError or ArithmeticError outside a row's domain, infinities as IEEE's."""
    return Numbers(
        "machine",
        machine.number,
        machine.constant,
        {name: row.machine or _rounded(row) for name, row in SCALAR.items()},
    )


def _rounded(row: Rule) -> Callable[..., float]:
    """The row's float64 kernel through big numbers: slow, and right to the last digit."""

    @big.in_turn
    def kernel(*arguments: float) -> float:
        if any(map(math.isnan, arguments)):
            return float("nan")
        numbers = big_numbers(ROUNDING_DIGITS)
        try:
            return float(getattr(numbers, row.name)(*map(numbers.context.mpf, arguments)))
        except OverflowError:
            return float("inf")
        except ValueError:
            if all(map(math.isfinite, arguments)):
                raise
            return float("nan")

    return kernel


@cache
def nan_numbers() -> Numbers:
    """float64 as elsewhere, except that outside its domain a row is NaN instead of an error."""
    machine = machine_numbers()
    kernels = {name: _quiet(getattr(machine, name)) for name in SCALAR}
    return Numbers("machine", machine.number, machine.constant, kernels)


def _quiet(kernel: Callable[..., float]) -> Callable[..., float]:
    def total(*arguments: float) -> float:
        try:
            return kernel(*arguments)
        except (ValueError, ArithmeticError):
            return float("nan")

    return total


@cache
def big_numbers(digits: int) -> Numbers:
    """mpmath numbers of a precision in decimal digits, as `context` with a context of their own."""
    ctx = big.context(digits)
    numbers = Numbers("big", big.number(ctx), big.constant(ctx), {"context": ctx})
    for name, row in SCALAR.items():
        kernel = _kernel(row, row.big, ctx, numbers)
        # Only sums, products and quotients of real numbers are real without being looked at.
        real = row.kind == "arithmetic" and row.operator != "^"
        numbers.__dict__[name] = kernel if real else big.real(ctx, kernel, row.limits)
    return numbers


@cache
def midrad_numbers(digits: int, *, rational: bool = False, final: bool = False) -> Numbers:
    """Big numbers of so many digits, each with a bound of its rounding.

    A row is its column `ball`, or its formula, in the arithmetic of these numbers; else its kernel
    of big numbers, which is right to a few units in the last place, and its own partials say what
    the errors of its operands come to.
    """
    big, rough = big_numbers(digits), big_numbers(PARTIAL_DIGITS)
    bounds = MidRads(big.context, rational=rational, final=final)
    numbers = Numbers("midrad", bounds.rational, _midrad_constant(bounds, big), {})
    numbers.context, numbers.__dict__["bounds"] = big.context, bounds
    for name, row in SCALAR.items():
        composed = row.ball or row.formula
        if composed is not None:
            numbers.__dict__[name] = partial(composed, numbers)
        else:
            steps = None if row.kind == "piecewise" else _rough_partials(row, rough)
            rounds = row.kind != "piecewise"
            numbers.__dict__[name] = lift(
                bounds, getattr(big, name), steps, rounds=rounds, oscillates=row.oscillates
            )
    numbers.__dict__["div"] = bounds.divide
    return numbers


def _midrad_constant(bounds: MidRads, big: Numbers) -> Callable[[str], Any]:
    return lambda name: bounds.rounded(big.constant(name))


def _rough_partials(row: Rule, rough: Numbers) -> Sequence[Callable[..., Any] | None]:
    """A row's partials in a few digits, of big numbers of any precision.

    Only the functions are evaluated roughly. The numbers go in as they are: close to a pole, a
    number rounded to a few digits is another place. But they go in as numbers of the rough context:
    one of another context works at that one's precision, whatever a function asks for. And the
    larger they are, the more digits are before the point, which exp(x^2) depends on.
    """
    context: Any = rough.context

    def roughly(rule: Callable[..., Any]) -> Callable[..., Any]:
        def partial(*numbers: Any) -> Any:
            own = [context.make_mpf(x._mpf_) for x in numbers]
            size = max([context.mag(x) for x in own[1:] if x and context.isfinite(x)], default=0)
            if size <= 0:
                return rule(rough, *own)
            with context.workprec(context.prec + 2 * min(size, MAX_WHOLE_BITS)):
                return rule(rough, *own)

        return partial

    if isinstance(row.partials, EachPartial):
        return row.partials.mapped(roughly)
    return [None if rule is None else roughly(rule) for rule in row.partials]


@cache
def symbolic_numbers() -> Numbers:
    """sympy expressions."""
    import sympy

    numbers = Numbers("symbolic", symbolic.number(sympy), symbolic.constant(sympy), {})
    for name, row in SCALAR.items():
        numbers.__dict__[name] = _kernel(row, row.symbolic, sympy, numbers, row.sympy)
    return numbers


@cache
def germ_numbers(digits: int, length: int, last: bool) -> Numbers:
    """Germs of at most `length` terms, with coefficients of so many digits.

    `last` says that there are no more digits: what is 0 within its bound is 0.
    """
    from gradcalc.numbers.bounded import Precision
    from gradcalc.numbers.germs import Field, taylor, values
    from gradcalc.numbers.germs.functions import function_of

    big = big_numbers(digits)
    precision = Precision(big.context, last)
    field = Field(precision, length)
    numbers = Numbers(
        "germ",
        lambda exact: field.constant(precision.trimmed(exact)),
        values.constant(field),
        {"context": big.context},
    )

    def regular(name: str, *arguments: Any) -> Any:
        row = SCALAR[name]
        kink = row.kink if row.variadic else None  # of others germs know the pieces
        return taylor.regular(numbers, name, row.partials, arguments, kink)

    numbers.__dict__.update(
        big=big, precision=precision, field=field, regular=regular, remembered={}
    )
    for name, row in SCALAR.items():
        function = function_of(name) or row.formula
        kernel = partial(function, numbers) if function else partial(regular, name)
        numbers.__dict__[name] = _of_germs(name, kernel, field)
    return numbers


def _of_germs(name: str, kernel: Callable[..., Any], field: Any) -> Callable[..., Any]:
    """A row's kernel that takes plain numbers, too, as partials have them."""
    from gradcalc.numbers.germs.identities import MIN_LENGTH

    germ, length = field.germ, field.length

    def function(*arguments: Any) -> Any:
        given = [germ(x) for x in arguments]
        value = kernel(*given)
        asks = length >= MIN_LENGTH and value.row is None
        if asks and not any(value is x for x in given):
            value.row = name, *given
        return value

    return function


def _kernel(
    row: Rule, own: Callable[..., Any] | None, library: Any, numbers: Numbers, name: str = ""
) -> Callable[..., Any]:
    """The row in one system: its own column, or its formula, or the library's of that name."""
    if own is not None:
        return partial(own, library)
    if row.formula is not None and not name:
        return partial(row.formula, numbers)
    return getattr(library, name or row.name)  # type: ignore[no-any-return]
