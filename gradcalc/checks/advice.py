"""The best rewrite of a formula that loses digits, tried before it is named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gradcalc.checks.proof import Proof
from gradcalc.checks.reference import Reference, reference, same
from gradcalc.checks.rewrites import candidates
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.syntax import Program
from gradcalc.modes.sweeps import reverse
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.point import Point
from gradcalc.trace.trace import Trace

MAX_CANDIDATES = 24  # rewrites that are tried


@dataclass(frozen=True, slots=True)
class Advice:
    """A part of the text, what to write instead, and how many digits that gives."""

    part: str
    instead: str
    digits: int

    def __str__(self) -> str:
        return f"write {self.instead} for {self.part}: {self.digits} digits"


def better(
    program: Program,
    retrace: Callable[[Program], Trace],
    point: Point,
    wrt: tuple[str, ...],
    value: Any,
    proof: Proof,
) -> Advice | None:
    """The rewrite with most correct digits, the same function at this point by 30 digits of value
    and gradient; None where no rewrite is."""
    best: Advice | None = None
    for part, after, rewritten in islice(candidates(program), MAX_CANDIDATES):
        try:
            digits = min(_digits(retrace(rewritten), point, wrt, value, proof))
        except (GradcalcError, ValueError, ArithmeticError):
            continue
        if best is None or digits > best.digits:
            best = Advice(to_text(part), to_text(after), digits)
    return best


def _digits(
    trace: Trace, point: Point, wrt: tuple[str, ...], value: Any, proof: Proof
) -> Iterator[int]:
    """Correct digits of the rewritten program's value and derivatives; 0 for another function."""
    truth: Reference = reference(trace, point, wrt)
    numbers = truth.numbers
    yield _count(trace.values[trace.result], value, proof)
    yield 16 if same(truth.value, numbers.context.mpf(value), numbers) else 0
    back = reverse(trace, trace.values, machine_numbers(), float("nan"))
    for name in wrt:
        true = proof.gradient[name]
        yield _count(back[trace.inputs[name]] or 0.0, true, proof)
        yield 16 if same(truth.reverse[name], numbers.context.mpf(true), numbers) else 0


def _count(answer: float, truth: Any, proof: Proof) -> int:
    """Correct digits; no rewrite can help what float64 has no number for."""
    if answer == 0 and 0 < abs(truth) < sys.float_info.min:
        return 16
    return proof.counted(answer, truth)[0]
