"""What a hunt finds: of each kind of trouble the simplest point that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradcalc.errors import Span
from gradcalc.run.point import Given
from gradcalc.search.simplicity import simplicity

Point = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Finding:
    """Trouble of one kind at one operation, a point that shows it, and a sentence about it.

    `kind` is a status (kink, pole, …), the code of an error, or "digits"; `place` is the text of
    the operation at `span`. `near`: a root such as √2 can't be written as a decimal, so the point
    is only as near to it as decimals go.
    """

    kind: str
    at: Mapping[str, str]
    what: str
    span: Span | None
    place: str
    near: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What makes two findings the same trouble."""
        return self.kind, self.place

    @property
    def rank(self) -> tuple[bool, tuple[int, int, float]]:
        """The less, the better a point shows the trouble: exactly first, then simply."""
        return self.near, simplicity(self.at)


class Findings:
    """The best finding of each trouble so far."""

    def __init__(self) -> None:
        self._best: dict[tuple[str, str], Finding] = {}

    def __iter__(self) -> Iterator[Finding]:
        return iter(list(self._best.values()))  # a copy: findings may be replaced on the way

    def keep(self, finding: Finding) -> None:
        """Keep a finding, unless a better one of the same trouble is known."""
        best = self._best.get(finding.key)
        if best is None or finding.rank < best.rank:
            self.replace(finding)

    def replace(self, finding: Finding) -> None:
        """Keep a finding in any case."""
        self._best[finding.key] = finding

    def simplest_first(self) -> tuple[Finding, ...]:
        """All findings, in the order they are shown in."""
        return tuple(sorted(self, key=lambda finding: (simplicity(finding.at), finding.kind)))
