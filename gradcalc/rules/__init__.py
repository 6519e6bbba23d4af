"""THE table of primitives, and the number systems it spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, partial
from typing import Any

from gradcalc.numbers import big, machine, symbolic
from gradcalc.numbers.system import Numbers
from gradcalc.rules.arithmetic import ARITHMETIC
from gradcalc.rules.elementary import ELEMENTARY
from gradcalc.rules.piecewise import PIECEWISE
from gradcalc.rules.rule import Rule
from gradcalc.rules.special import SPECIAL

TABLE: Mapping[str, Rule] = {
    row.name: row for row in (*ARITHMETIC, *ELEMENTARY, *SPECIAL, *PIECEWISE)
}
# What a text may call: the rows that are not hidden, by name and by alias.
CALLABLE: Mapping[str, Rule] = {
    name: row for row in TABLE.values() if not row.hidden for name in (row.name, *row.aliases)
}
ROUNDED_FROM = 30  # digits of the big value that a row without a machine kernel is rounded from


@cache
def machine_numbers() -> Numbers:
    """float64, a kernel a row."""
    return Numbers(
        "machine",
        machine.number,
        machine.constant,
        {name: row.machine or _rounded(row) for name, row in TABLE.items()},
    )


def _rounded(row: Rule) -> Callable[..., float]:
    """The row's float64 kernel through big numbers: slow, and right to the last digit."""

    def kernel(*arguments: float) -> float:
        numbers = big_numbers(ROUNDED_FROM)
        try:
            return float(getattr(numbers, row.name)(*map(numbers.number, map(Fraction, arguments))))
        except OverflowError:
            return float("inf")

    return kernel


@cache
def big_numbers(digits: int) -> Numbers:
    """mpmath numbers of so many digits."""
    ctx = big.context(digits)
    numbers = Numbers("big", big.number(ctx), big.constant(ctx), {"context": ctx})
    for name, row in TABLE.items():
        kernel = _kernel(row, row.big, ctx, numbers)
        numbers.__dict__[name] = kernel if row.kind == "arithmetic" and "pow" not in name else (
            big.real(ctx, kernel)
        )  # fmt: skip
    return numbers


@cache
def symbolic_numbers() -> Numbers:
    """sympy expressions."""
    import sympy

    numbers = Numbers("symbolic", symbolic.number(sympy), symbolic.constant(sympy), {})
    for name, row in TABLE.items():
        numbers.__dict__[name] = _kernel(row, row.symbolic, sympy, numbers)
    return numbers


def _kernel(
    row: Rule, own: Callable[..., Any] | None, library: Any, numbers: Numbers
) -> Callable[..., Any]:
    """The row in one system: its own column, or its formula, or the library's of that name."""
    if own is not None:
        return partial(own, library)
    if row.formula is not None:
        return partial(row.formula, numbers)
    return getattr(library, row.name)  # type: ignore[no-any-return]
