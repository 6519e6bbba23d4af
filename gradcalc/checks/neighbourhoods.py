"""Limits of a function and its derivatives of any order, on both sides of a point, by algebra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradcalc.checks.onesided import value_here
from gradcalc.checks.probe import Exact, Rerun
from gradcalc.checks.sides import (
    WANTED_DIGITS,
    Infinite,
    converted,
    determined,
    is_swinging,
    middle_of,
    number_of,
    value_at,
)
from gradcalc.numbers.bounded import NotDeterminedError
from gradcalc.numbers.germs import Germ, H, derivative
from gradcalc.numbers.germs.orders import raised


def one_sided_derivatives(
    rerun: Rerun, exact: Exact, order: int, *, digits: int = WANTED_DIGITS
) -> list[tuple[Any, Any, Any]]:
    """The limits of each derivative of orders 1 to `order` from the left and from the right, and
    their mean where they are finite and differ.

    All are mpmath numbers, infinite where a derivative grows; None for a side where the function
    is undefined, or infinite itself.
    """

    def attempt(n: Any) -> list[tuple[Any, Any, Any]]:
        at = n.field.germ(exact(n))
        left, right = (_slopes(rerun, n, at, side, order) for side in (-1, 1))
        return [
            (converted(n, a, digits), converted(n, b, digits), middle_of(n, a, b, digits))
            for a, b in zip(left, right, strict=True)
        ]

    return determined(attempt)


def _slopes(rerun: Rerun, n: Any, at: Germ, side: int, order: int) -> list[Any]:
    """The limits of the derivatives on one side; None where the function is no finite number."""
    value = value_at(rerun, n, at + n.field.step(side))
    if value is None or value.is_infinite:
        return [None] * order
    if n.field.oscillated:
        raise NotDeterminedError
    slopes: list[Any] = []
    for _ in range(order):
        value = derivative(value) * side
        slopes.append(Infinite(value.sign()) if value.is_infinite else value.limit())
    return slopes


def swings(rerun: Rerun, exact: Exact, order: int) -> bool:
    """Has a function with a derivative at x = exact(n) none of a higher order there, for what is
    left of it beside a polynomial swings as widely as h^order? By Taylor's formula in Peano's form.
    """

    def attempt(n: Any) -> bool:
        at = n.field.germ(exact(n))
        values = [value_at(rerun, n, at + n.field.step(side)) for side in (-1, 1)]
        return any(is_swinging(value, raised(H, order)) for value in values if value is not None)

    return determined(attempt)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The value at a point (None: there is none), and on each side the limits of the function and
    of its derivatives, order by order; None where the function is undefined. All are mpmath
    numbers, infinite where something grows without bound."""

    left: tuple[Any, ...] | None
    value: Any
    right: tuple[Any, ...] | None


def neighbourhood(
    rerun: Rerun, exact: Exact, order: int, *, digits: int = WANTED_DIGITS
) -> Neighbourhood:
    """The value at x = exact(n) and the limits on both sides, up to the derivative of an order.

    NotDeterminedError and InexpressibleError where germs don't tell.
    """

    def attempt(n: Any) -> Neighbourhood:
        at = n.field.germ(exact(n))
        here = value_at(rerun, n, at)
        if here is None:
            here = value_here(rerun, exact, n)
        value = None if here is None or here.is_infinite else number_of(n, here.limit(), digits)
        left, right = (_limits(rerun, n, at, side, order, digits) for side in (-1, 1))
        return Neighbourhood(left, value, right)

    return determined(attempt)


def _limits(
    rerun: Rerun, n: Any, at: Germ, side: int, order: int, digits: int
) -> tuple[Any, ...] | None:
    value = value_at(rerun, n, at + n.field.step(side))
    if value is None:
        return None
    if n.field.oscillated:
        raise NotDeterminedError
    limits: list[Any] = []
    for k in range(order + 1):
        if k:
            value = derivative(value) * side
        limits.append(
            n.context.inf * value.sign()
            if value.is_infinite
            else number_of(n, value.limit(), digits)
        )
    return tuple(limits)
