"""What primitives cost, and where in the text."""

from __future__ import annotations

from dataclasses import dataclass

from gradcalc.errors import Span

BOOKKEEPING = "(bookkeeping)"
FLOAT_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """What calls take: seconds, how many there are, bytes of their results, operations on floats.

    An operation counts one for each element that it works on, whatever the function; a product of
    matrices 2*m*n*k (`Rule.flops`). What only moves elements counts none.
    """

    seconds: float = 0.0
    calls: int = 0
    bytes: int = 0
    flops: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.seconds + other.seconds,
            self.calls + other.calls,
            self.bytes + other.bytes,
            self.flops + other.flops,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What one primitive costs at one place of the text: `span` None for what has no place."""

    name: str
    span: Span | None
    forward: Cost
    reverse: Cost

    @property
    def seconds(self) -> float:
        return self.forward.seconds + self.reverse.seconds
