"""What a plot consists of: breaks, and curves in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from gradcalc.errors import Span

Kind = Literal["pole", "jump", "kink", "vertical", "cusp", "hole", "edge", "bend", "undefined"]
Limits = tuple[float | None, float | None]


class Break(NamedTuple):
    """A place where the function, or its derivative, is not continuous.

    `x` is where, `text` how that is written: a number such as 1/3 or pi/2 if `exact`, else the
    nearest decimal. `value` is the function's there, None where it has none. `sides[k]` are the
    limits of its k-th derivative from the left and from the right: infinite where it grows without
    bound, None where the function is undefined or the limit is not known. `place` is the text at
    `span`, the operation that decides.

    The kinds: a `pole` is infinite on a side; at a `jump` limits or value differ; a `kink` has two
    slopes, a `cusp` infinite ones of both signs, a `vertical` tangent an infinite one; a `hole` is
    a missing value with one limit; at an `edge` the domain ends; at a `bend` only the second
    derivative is broken; `undefined` is a point without value or limits.
    """

    kind: Kind
    x: float
    text: str
    exact: bool
    value: float | None
    sides: tuple[Limits, ...]
    span: Span | None = None
    place: str = ""


def place_of(source: str, span: Span | None) -> str:
    """The text of a program at a span, on one line."""
    return " ".join(source[span.start : span.end].split()) if span else ""


class End(NamedTuple):
    """An end of a piece at a break: where the curve tends to, and whether it has that value."""

    x: float
    y: float
    closed: bool


class Piece(NamedTuple):
    """A part of a curve that may be joined: vectors of finite numbers, and its ends at breaks."""

    x: Any
    y: Any
    start: End | None = None
    end: End | None = None


class Curve(NamedTuple):
    """A derivative of some order (0: the function) in pieces; `points` stand apart from them."""

    order: int
    pieces: tuple[Piece, ...]
    points: tuple[tuple[float, float], ...] = ()


class Tangent(NamedTuple):
    """The tangent at x: value and slope there, each as it is typed back."""

    x: float
    y: float
    slope: float


class Member(NamedTuple):
    """One function of a family: the parameters that are its own, its curves and its breaks."""

    parameters: Mapping[str, str]
    curves: tuple[Curve, ...]
    breaks: tuple[Break, ...]
    tangent: Tangent | None = None
    evaluations: int = 0

    @property
    def label(self) -> str:
        """a = 1, b = 2."""
        return ", ".join(f"{name} = {value}" for name, value in self.parameters.items())


class Plot(NamedTuple):
    """The members of a family, one unless parameters vary, over `low` to `high` of input `name`.

    `views[k]` is the range of the k-th derivative that is worth showing; `data` are points to be
    shown beside the function.
    """

    expr: str
    name: str
    low: float
    high: float
    members: tuple[Member, ...]
    views: tuple[tuple[float, float], ...]
    data: tuple[tuple[float, float], ...] = ()
    notes: tuple[str, ...] = ()
