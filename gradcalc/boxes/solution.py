"""The roots of equations, as `solve` answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.boxes.inputs import Ends
from gradcalc.errors import Exit
from gradcalc.notebook import MAX_ELEMENTS, cut, more, table


@dataclass(frozen=True, slots=True)
class SolvedRoot:
    """Exactly one root lies within `at` and within `alone`, by unknown; `text` has its digits.

    Where it is not proven, `alone` is None, and `at` is a number near by.
    """

    at: Mapping[str, Ends]
    alone: Mapping[str, Ends] | None
    text: Mapping[str, str]

    @property
    def unique(self) -> bool:
        """Is it proven that exactly one root lies there?"""
        return self.alone is not None


@dataclass(frozen=True, slots=True)
class Solution:
    """All roots of equations in a box: proven ones, and boxes where it is undecided how many there
    are. `complete`: there are no others. `parts` is how many parts of the box were looked at.

    With a start instead of a box (`over` is empty) it is one root, and not complete.
    """

    expr: str
    over: Mapping[str, Ends]
    roots: tuple[SolvedRoot, ...]
    undecided: tuple[Mapping[str, Ends], ...]
    complete: bool
    parts: int
    notes: tuple[str, ...] = ()

    @property
    def exit(self) -> Exit:
        """NOT_CONVERGED where something was not decided."""
        decided = self.complete and not self.undecided if self.over else bool(self.roots)
        return Exit.OK if decided else Exit.NOT_CONVERGED

    def __repr__(self) -> str:
        roots = [str(dict(root.text)) for root in self.roots[:MAX_ELEMENTS]]
        roots += more(len(self.roots), MAX_ELEMENTS)
        all_of_them = "complete" if self.complete else "not complete"
        return f"Solution({cut(self.expr)}: {', '.join(roots) or 'no root'}; {all_of_them})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [list(root.text.values()) for root in self.roots]
        return table(self.expr, tuple(self.over), rows, f"undecided: {len(self.undecided)}")
