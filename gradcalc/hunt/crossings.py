"""Roots that no number can be written for: what lies on both sides tells what lies between."""

from __future__ import annotations

import math

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.hunt.search import Point, Search
from gradcalc.rules.table import SCALAR
from gradcalc.trace.trace import Trace

CLOSER = 100  # times, where a difference of derivatives must stay to be a kink
STAYS = 0.5  # of that difference; of a curvature a hundredth is left
STEP = 1e-7  # to each side, relative
GROWS = 30.0  # times, in a hundredth of the distance, where there is a pole
POLES = frozenset(row.name for row in SCALAR.values() if row.poles)
BREAKS = 1e-6  # of a derivative, where there is a kink


Key = tuple[str, int, int]  # what changes, its slot or the number of its guard, which element


def crossed(search: Search, name: str, rest: Point, root: float, key: Key) -> None:
    """Keep what happens at a root, if the two sides differ by more than the distance explains."""
    width = STEP * max(1.0, abs(root))
    left, right = (_sampled(search, name, rest, root + s * width) for s in (-1, 1))
    far = _sampled(search, name, rest, root + 100 * width)
    if left is None or right is None or far is None:
        return
    (value, slope), (after, slope_after), (beyond, _) = left, right, far
    near = f"near {name} = {root:.9g}"
    if key[0] in POLES and min(abs(value), abs(after)) > GROWS * abs(beyond):
        kind = "pole"
        what = f"{near} the value grows without bound: {value:.4g} and {after:.4g} on its sides"
    elif abs(after - value) > 100 * width * (1 + abs(slope) + abs(slope_after)):
        kind, what = "jump", f"{near} the value jumps from {value:.6g} to {after:.6g}"
    elif abs(slope_after - slope) > BREAKS * max(abs(slope), abs(slope_after)) and _stays(
        search, name, rest, root, slope_after - slope
    ):
        kind = "kink"
        what = f"{near} d/d{name} is {slope:.6g} from the left, {slope_after:.6g} from the right"
    else:
        return
    point = {**rest, name: f"{root:.12g}"}
    trace = search.run(point)
    span = None if trace is None else _span(trace, key)
    search.keep(search.finding(kind, point, what, span, near=True))


def _stays(search: Search, name: str, rest: Point, root: float, difference: float) -> bool:
    """Is the difference of the derivatives on both sides the same from closer by? Then it is no
    curvature."""
    width = STEP * max(1.0, abs(root)) / CLOSER
    left, right = (_sampled(search, name, rest, root + s * width) for s in (-1, 1))
    if left is None or right is None:
        return True
    return abs(right[1] - left[1]) > STAYS * abs(difference)


def _sampled(search: Search, name: str, rest: Point, x: float) -> tuple[float, float] | None:
    """Value and derivative at a place on an axis; None where they are no finite numbers."""
    if not math.isfinite(x):
        return None
    try:
        result = search.result({**rest, name: x})
    except GradcalcError as error:
        if error.exit is not Exit.NO_ANSWER:
            raise
        return None
    slope = result.gradient[name]
    if result.error is not None or hasattr(result.value, "shape") or hasattr(slope, "shape"):
        return None
    return float(result.value), float(slope)


def _span(trace: Trace, key: Key) -> Span | None:
    what, place, _ = key
    if what == "guard":
        return trace.guards[place].span if place < len(trace.guards) else None
    return trace.spans[place] if place < len(trace) else None
