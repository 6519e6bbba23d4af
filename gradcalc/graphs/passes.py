"""Both passes of the chain rule as they happen: what each step receives, from where, its sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.answers.result import Steps
from gradcalc.graphs.local import Edges, Local, local_derivatives


@dataclass(frozen=True, slots=True)
class Term:
    """A product that arrives: `factor`, a tangent or cotangent, times a local derivative.

    `step` is where the factor comes from: an argument in forward mode, a use in reverse mode.
    """

    step: int
    factor: float
    partial: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrives at a step, and its sum; no terms where a sweep begins, None where none comes."""

    terms: tuple[Term, ...]
    total: float | None


@dataclass(frozen=True, slots=True)
class Forward:
    """A step of the forward pass: its local derivatives, and the tangents by input."""

    slot: int
    edges: tuple[Local, ...]
    tangents: Mapping[str, Arrival]


@dataclass(frozen=True, slots=True)
class Backward:
    """A step of the reverse pass: the cotangent, put together from all uses of the step."""

    slot: int
    cotangent: Arrival


@dataclass(frozen=True, slots=True)
class Passes:
    """Both passes over the steps that the value depends on, in the order in which they run."""

    forward: tuple[Forward, ...]
    backward: tuple[Backward, ...]


def passes(steps: Steps) -> Passes:
    """Both passes over a trace of single numbers, in terms of its local derivatives."""
    edges = local_derivatives(steps.trace)
    return Passes(tuple(_forward(steps, edges)), tuple(_backward(steps, edges)))


def _forward(steps: Steps, edges: Edges) -> list[Forward]:
    return [
        Forward(
            slot,
            tuple(into),
            {name: _tangent(tangents, slot, into) for name, tangents in steps.tangents.items()},
        )
        for slot, into in edges.items()
    ]


def _tangent(tangents: list[float | None], slot: int, into: list[Local]) -> Arrival:
    terms = []
    for edge in into:
        factor = tangents[edge.argument]
        if factor is not None:
            terms.append(Term(edge.argument, factor, edge.partial))
    return Arrival(tuple(terms), tangents[slot])


def _backward(steps: Steps, edges: Edges) -> list[Backward]:
    arriving: dict[int, list[Term]] = {slot: [] for slot in edges}
    for slot in reversed(edges):
        cotangent = steps.cotangents[slot]
        if cotangent is not None:
            for edge in edges[slot]:
                arriving[edge.argument].append(Term(slot, cotangent, edge.partial))
    return [
        Backward(slot, Arrival(tuple(arriving[slot]), steps.cotangents[slot]))
        for slot in reversed(edges)
    ]
