"""Ties of more than two: max(max(a, b), c) at a = b = c is shared by all three equally."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.rule import Rule
from gradcalc.trace.trace import Trace


def with_equal_shares(trace: Trace) -> Trace:
    """The trace at this point, with ties shared by all arguments of nested maxima (minima) alike.

    The partials of a single max give half to each side, and so ¼, ¼ and ½ to three.
    """
    sharing = {r for r in set(trace.rules) if r.folds and r.kink is not None and r.arity == 2}
    if not sharing:  # as in most traces, which may be long
        return trace
    tied: dict[int, int] = {}  # by slot of a tie, how many numbers share it
    rules = list(trace.rules)
    for slot, row in enumerate(rules):
        if row not in sharing or row.kink is None:
            continue
        left, right = trace.arguments[slot]
        values = trace.values[left], trace.values[right]
        if any(shape_of(value) for value in values):
            continue
        inner = {a: tied.get(a, 1) for a in (left, right) if trace.rules[a].name == row.name}
        shares = inner.get(left, 1), inner.get(right, 1)
        if not row.kink(*values):
            tied[slot] = shares[0] if values[0] == trace.values[slot] else shares[1]
            continue
        tied[slot] = sum(shares)
        if shares[0] != shares[1]:
            partials = (
                _shared(row, k, Fraction(share, sum(shares))) for k, share in enumerate(shares)
            )
            rules[slot] = row.replaced(partials=tuple(partials))
    return replace(trace, rules=rules) if rules != trace.rules else trace


def _shared(row: Rule, which: int, share: Fraction) -> Callable[..., Any]:
    """The share of a tie; of numbers that differ by what float64 rounded away, the own partial."""
    own = row.partials[which]
    assert own is not None

    def partial(n: Any, out: Any, x: Any, y: Any) -> Any:
        tie = n.kind == "traced" or (row.kink is not None and row.kink(x, y))
        return n.number(share) if tie else own(n, out, x, y)

    return partial
