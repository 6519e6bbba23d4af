"""Parts of a box, on a screen and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from gradcalc.boxes.inputs import Ends

SHOWN_PARTS, LISTED_PARTS = 5, 1000  # of the undecided ones, on a screen and as JSON


def box_text(box: Mapping[str, Ends]) -> str:
    """A part of a box, rounded for reading."""
    return ", ".join(f"{name} = {low:.6g} to {high:.6g}" for name, (low, high) in box.items())


def box_record(box: Mapping[str, Ends]) -> dict[str, list[float]]:
    """Its ends by input."""
    return {name: list(ends) for name, ends in box.items()}
