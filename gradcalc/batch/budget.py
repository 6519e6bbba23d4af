"""Time for what a table needs beside its kernel: rows proven, rows looked at again one by one.

What a table holds should not depend on how fast a machine is: counts of rows are the limits that
matter, and the time is there for rows that take unforeseeably long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

SETTLED_SECONDS = 30.0  # of a table, for rows in doubt
PROVEN_SECONDS = 30.0  # of a table, for the rows of its sample


@dataclass(slots=True)
class Budget:
    """Seconds that may be spent; what is begun is finished, and nothing is begun after them."""

    seconds: float
    spent: float = 0.0

    @property
    def is_spent(self) -> bool:
        """Is there no time left?"""
        return self.spent >= self.seconds

    @contextmanager
    def charged(self) -> Iterator[None]:
        """Charge the time that passes."""
        start = monotonic()
        try:
            yield
        finally:
            self.spent += monotonic() - start
