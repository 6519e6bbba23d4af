"""Arguments that several functions take: boxes and bounds, settings by keyword."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from gradcalc.claims.boxes import Box

Bounds: TypeAlias = str | Mapping[str, tuple[float, float]]  # "x=-2:2,y=0:pi", or {"x": (-2, 2)}


def box_of(over: Bounds | None) -> Box:
    """A box, both ends of which must be given."""
    from gradcalc.claims.boxes import read_over

    if over is None or isinstance(over, str):
        return read_over([over] if over else [])
    return _box(over)


def bounds_of(bounds: Bounds | None) -> Box:
    """Bounds of which an end may be left out."""
    from gradcalc.claims.boxes import read_bounds

    if bounds is None or isinstance(bounds, str):
        return read_bounds([bounds] if bounds else [])
    return _box(bounds)


def _box(over: Mapping[str, tuple[float, float]]) -> Box:
    from gradcalc.claims.boxes import Box

    return Box({name: (float(low), float(high)) for name, (low, high) in over.items()})


def refuse_unknown(function: str, settings: Mapping[str, Any], known: type) -> None:
    """TypeError as for any keyword that a function doesn't have."""
    if unknown := settings.keys() - known.__annotations__.keys():
        raise TypeError(f"{function}() got an unexpected keyword argument {min(unknown)!r}")
