"""Roots that can't be written as a number: both sides tell what happens between them."""

from __future__ import annotations

from gradcalc.errors import Span
from gradcalc.rules.table import SCALAR
from gradcalc.search.axis import Axis, Sample
from gradcalc.search.finding import Finding
from gradcalc.search.simplicity import ROOT_DIGITS
from gradcalc.trace.trace import Trace

POLES = frozenset(row.name for row in SCALAR.values() if row.poles)
SIDE_STEP = 1e-7  # from the root to each side, relative to it or to 1
FAR = 100  # side steps: where the value beside a root is compared with the value further off
POLE_GROWTH = 30.0  # of the value, from FAR to one side step; 1/x grows 100 times
KINK_BREAK = 1e-6  # of the derivative, relative
CLOSER = 100  # times nearer, where the break of a kink stays and that of a curvature vanishes
BREAK_LEFT = 0.5  # of the break, from closer by; of a curvature's a hundredth is left

Key = tuple[str, int, int]  # what changes its sign: row or "guard", its slot or number, element
Trouble = tuple[str, str]  # a kind, and a sentence


def crossing(axis: Axis, root: float, key: Key) -> Finding | None:
    """The trouble at a root, if the two sides differ by more than their distance explains."""
    width = SIDE_STEP * max(1.0, abs(root))
    left, right, far = (axis.sample(root + steps * width) for steps in (-1, 1, FAR))
    if left is None or right is None or far is None:
        return None
    trouble = _pole(key, left, right, far) or _jump(left, right, width)
    trouble = trouble or _kink(axis, root, left, right)
    if trouble is None:
        return None
    kind, what = trouble
    point = axis.point(f"{root:.{ROOT_DIGITS}g}")
    trace = axis.examiner.trace(point)
    span = None if trace is None else _span(trace, key)
    what = f"near {axis.name} = {root:.9g} {what}"
    return axis.examiner.finding(kind, point, what, span, near=True)


def _pole(key: Key, left: Sample, right: Sample, far: Sample) -> Trouble | None:
    if key[0] not in POLES:
        return None
    if not min(abs(left.value), abs(right.value)) > POLE_GROWTH * abs(far.value):
        return None
    ends = f"{left.value:.4g} on the left, {right.value:.4g} on the right"
    return "pole", f"the value grows without bound: {ends}"


def _jump(left: Sample, right: Sample, width: float) -> Trouble | None:
    steepest = 1 + abs(left.slope) + abs(right.slope)
    if not abs(right.value - left.value) > FAR * width * steepest:
        return None
    return "jump", f"the value jumps from {left.value:.6g} to {right.value:.6g}"


def _kink(axis: Axis, root: float, left: Sample, right: Sample) -> Trouble | None:
    difference = right.slope - left.slope
    if not abs(difference) > KINK_BREAK * max(abs(left.slope), abs(right.slope)):
        return None
    if not _stays(axis, root, difference):
        return None
    ends = f"{left.slope:.6g} from the left, {right.slope:.6g} from the right"
    return "kink", f"d/d{axis.name} is {ends}"


def _stays(axis: Axis, root: float, difference: float) -> bool:
    """Do the derivatives of both sides differ as much from closer by? A curvature's don't."""
    width = SIDE_STEP * max(1.0, abs(root)) / CLOSER
    left, right = axis.sample(root - width), axis.sample(root + width)
    if left is None or right is None:
        return True
    return abs(right.slope - left.slope) > BREAK_LEFT * abs(difference)


def _span(trace: Trace, key: Key) -> Span | None:
    what, place, _ = key
    if what == "guard":
        return trace.guards[place].span if place < len(trace.guards) else None
    return trace.spans[place] if place < len(trace) else None
