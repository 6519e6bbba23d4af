"""What `evaluate` answers: one frozen object, which views render and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gradcalc.checks.checks import Checks
from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.notebook import brief, briefs, cut, table
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.trace import Trace

Number = Any  # a float, or an array of float64
Text = Any  # a str, or nested lists of str


class Estimate(NamedTuple):
    """Arrays, or a number, in extended precision, and how far off each number may be."""

    numbers: Number
    errors: Number


@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """One derivative of the value, in all its forms.

    `by` names the inputs it is taken by, one after the other: one of them for a gradient, two for
    a Hessian, the same n times for the n-th derivative; none where it is along a direction.

    `gradient` is the answer; `forward` and `reverse` are the float64 sweeps, `symbolic` is sympy's
    derivative rounded; `reference` the true one as a decimal of 30 digits, or of `Options.digits`.
    Of arrays all of them are arrays of shape value + input (texts: nested lists), and `parts` are
    the derivatives of each element by each, where they were proven one by one. Where arrays are too
    large for that there is no reference, but an `estimate`.
    """

    by: tuple[str, ...]
    at: Number
    gradient: Number
    forward: Number | None
    reverse: Number
    symbolic: Number | None = None
    reference: Text | None = None
    digits: Any = None  # int, or an array of int
    ulps: Any = None
    status: str = "smooth"
    left: float | None = None
    right: float | None = None
    parts: tuple[Derivative, ...] = ()
    estimate: Estimate | None = None


class Steps(NamedTuple):
    """The trace with what the sweeps left at each slot: tangents by input, and cotangents."""

    trace: Trace
    tangents: Mapping[str, list[float | None]]
    cotangents: list[float | None]

    def forward(self, name: str) -> float:
        """The result's derivative by an input, by forward mode; an absent one is 0."""
        return (self.tangents[name][self.trace.result] or 0.0) + 0.0

    def reverse(self, name: str) -> float:
        """The result's derivative by an input, by reverse mode; an absent one is 0."""
        return (self.cotangents[self.trace.inputs[name]] or 0.0) + 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Value and gradient of a program at a point, what was checked, and how it came about."""

    expr: str
    canonical: str
    at: Mapping[str, Number]
    value: Number
    derivatives: tuple[Derivative, ...]
    steps: Steps
    checks: Checks
    reference: Text | None = None
    digits: Any = None
    ulps: Any = None
    wanted_digits: int | None = None  # `Options.digits`: the answer is the reference, so rounded
    status: str = "smooth"
    guards: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: GradcalcError | None = None
    exit: Exit = Exit.OK
    kind: str = "gradient"  # or jacobian, hessian, jvp, vjp, hvp, order: what `derivatives` are
    first: tuple[Derivative, ...] = ()  # of a Hessian, the gradient
    estimate: Estimate | None = None  # of the value, where there is no reference

    @property
    def gradient(self) -> dict[str, Number]:
        """Each derivative under its key."""
        return {self.key(row): row.gradient for row in self.derivatives}

    def key(self, derivative: Derivative) -> str:
        """What a derivative is called in `gradient` and in JSON.

        An input's name; of a Hessian two of them, "x, y"; of the n-th derivative "n"; of a product
        with a direction "along".
        """
        match self.kind:
            case "jvp":
                return "along"
            case "order":
                return str(len(derivative.by))
            case _:
                return ", ".join(derivative.by)

    @property
    def precise(self) -> bool:
        """Is the answer the reference, rounded to `wanted_digits` digits?"""
        return self.wanted_digits is not None

    @property
    def most_digits(self) -> int:
        """How many digits of a number of the answer can be right."""
        return 16 if self.wanted_digits is None else self.wanted_digits

    @property
    def full_digits(self) -> int:
        """Correct digits, of `most_digits`, below which a number counts as having lost some."""
        return self.checks.full_digits if self.wanted_digits is None else self.wanted_digits

    @property
    def worst_digits(self) -> int | None:
        """The least count of correct digits among value and derivatives; None: not counted."""
        counts = [
            c for c in (self.digits, *(row.digits for row in self.derivatives)) if c is not None
        ]
        return min((_least(count) for count in counts), default=None)

    def __repr__(self) -> str:
        words = f"Result({cut(self.expr)}: value {brief(self.value)}"
        return f"{words}, {self.kind} {briefs(self.gradient)}; {self._verdict()})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [("value", brief(self.value), _counted(self.digits), self.status)]
        rows += [
            (self._label(row), brief(row.gradient), _counted(row.digits), row.status)
            for row in self.derivatives
        ]
        at = ", ".join(f"{name} = {brief(value)}" for name, value in self.at.items())
        error = () if self.error is None else (str(self.error),)
        head = ("", "result", "digits", "status")
        return table(self.canonical, head, rows, f"at {at}" if at else "", *self.notes, *error)

    def _label(self, row: Derivative) -> str:
        """What a derivative is called in a table."""
        if self.kind in ("jvp", "order"):
            return "along the direction" if self.kind == "jvp" else f"order {len(row.by)}"
        return " ".join(f"d/d{name}" for name in row.by)

    def _verdict(self) -> str:
        """Digits, status and error in a few words."""
        digits = [] if self.worst_digits is None else [f"{self.worst_digits} digits"]
        error = [] if self.error is None else [f"error[{self.error.code}]"]
        return ", ".join([*digits, self.status, *error])

    def text(self, span: Span | None) -> str:
        """The part of the source a span covers."""
        return self.expr[span.start : span.end] if span else ""


def _counted(digits: Any) -> str:
    return "" if digits is None else str(_least(digits))


def _least(count: Any) -> int:
    """The least of the counts in an array, where NaN is none; 16 where there is none."""
    if not shape_of(count):
        return int(count)
    import numpy as np

    known = count[~np.isnan(count)]
    return int(known.min()) if known.size else 16
