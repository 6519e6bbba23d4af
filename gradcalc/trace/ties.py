"""Ties of more than two: max(max(a, b), c) at a = b = c is shared by all three equally."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import shape_of
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
            partials = tuple(_constant(Fraction(share, sum(shares))) for share in shares)
            rules[slot] = replace(row, partials=partials)
    return replace(trace, rules=rules) if rules != trace.rules else trace


def _constant(share: Fraction) -> Callable[..., Any]:
    return lambda n, *_: n.number(share)
