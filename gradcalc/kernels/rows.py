"""What a kernel computed for some rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    pass


@dataclass(slots=True)
class Rows:
    """What a kernel made of some rows.

    `columns` by name; `doubtful` are rows at a kink or at a comparison of equal numbers; `failed`
    are the errors of rows that have no run; `alone` how many rows were run one by one, for want of
    paths.
    """

    columns: dict[str, Any]
    doubtful: Any
    failed: dict[int, GradcalcError] = field(default_factory=dict)
    alone: int = 0
