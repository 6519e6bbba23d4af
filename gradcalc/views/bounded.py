"""The ranges of a formula over a box, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from gradcalc.boxes.extents import Extent, Extents, Place
from gradcalc.boxes.inputs import Ends
from gradcalc.notebook import cut
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, ROUGH, gap, line
from gradcalc.views.numbers import Rows, jsonable, shortest
from gradcalc.views.sheets import Column, Sheet, draw

LABELS = 15  # columns
SHOWN_UNDECIDED = 5
MOST_DIGITS = 10


def _line(out: Screen, label: str, text: Text) -> None:
    line(out, label, text, indent=LABELS)


def show(found: Extents, out: Screen) -> None:
    """A table of the ranges, then what they prove."""
    line(out, "formula", Text(cut(found.expr)))
    line(out, "over", Text(_box(found.over)))
    gap(out)
    table = Sheet((Column(""), Column("at least"), Column("at most"), Column("known within")))
    table.rows.append(_row("value", found.value))
    table.rows.extend(_row(f"∂/∂{name}", extent) for name, extent in found.gradient.items())
    draw(table, out)
    gap(out)
    _places(found, out)
    for name, way in found.monotone.items():
        _line(out, f"in {name}", _way(way))
    _curved(found, out)
    for norm, ends in _lipschitz(found).items():
        _line(out, norm, Text(_constant(*ends)))
    _undecided(found, out)


def _row(label: str, extent: Extent) -> tuple[Text, ...]:
    low, high = extent.outer
    return (
        Text(label),
        Text(_down(low)),
        Text(_down(-high, -1)),
        Text("" if low == -float("inf") else f"{_gap(extent):.1g}"),
    )


def _gap(extent: Extent) -> float:
    """The greater distance between an outer end and the inner one."""
    (low, high), (least, greatest) = extent.outer, extent.inner
    return max(least - low, high - greatest)


def _down(number: float, sign: int = 1) -> str:
    """A number rounded down (its negative up) to a text of few digits."""
    text = f"{number:.{MOST_DIGITS}g}"
    if float(text) > number:
        step = 10.0 ** -(MOST_DIGITS - 1) * abs(number)
        text = f"{number - step:.{MOST_DIGITS}g}"
    value = float(text)
    return shortest(sign * value + 0.0) if float(text) <= number else shortest(sign * number)


def _places(found: Extents, out: Screen) -> None:
    for label, place in zip(("least at", "greatest at"), found.value.at, strict=True):
        if place is not None:
            _line(out, label, Text(_point(place)))


def _way(way: str | None) -> Text:
    if way is None:
        return Text("not decided")
    if way == "neither":
        return Text("neither increasing nor decreasing, proven")
    return Text(f"✓ {way}, proven", style=RIGHT)


def _curved(found: Extents, out: Screen) -> None:
    if found.convex or found.concave:
        both = found.convex and found.concave
        name = "affine" if both else "convex" if found.convex else "concave"
        _line(out, "curvature", Text(f"✓ {name}, proven", style=RIGHT))
        return
    bends = iter(found.bends)
    for name, holds, way in (("convex", found.convex, "down"), ("concave", found.concave, "up")):
        if holds is None:
            _line(out, name, Text("not decided"))
        else:
            bend = next(bends)
            text = f"no, proven: at {_point(bend.at)} it bends {way}"
            if len(bend.direction) > 1:
                text += f" along ({', '.join(f'{x:.3g}' for x in bend.direction.values())})"
            _line(out, name, Text(text))


def _lipschitz(found: Extents) -> dict[str, Ends]:
    if len(found.over) == 1:
        return {"Lipschitz": found.lipschitz["1"]}
    return {f"Lipschitz {norm}": ends for norm, ends in found.lipschitz.items()}


def _constant(low: float, high: float) -> str:
    return f"at most {_down(-high, -1)}" if high < float("inf") else "no bound is proven"


def _undecided(found: Extents, out: Screen) -> None:
    names = tuple(found.over)
    for label, extent in {"value": found.value, **found.gradient}.items():
        what = "value" if extent is found.value else f"derivative by {label}"
        for sides, reason in extent.undecided[:SHOWN_UNDECIDED]:
            box = dict(zip(names, sides, strict=True))
            _line(
                out,
                "undecided",
                Text(f"the {what} where {_box(box)}: {reason.reason}", style=ROUGH),
            )
    for cause in found.causes:
        text = f"{cause} ran out after {found.parts} parts: the ranges hold, but may be too wide"
        _line(out, "", Text(text, style=ROUGH))


def _box(box: Mapping[str, Ends]) -> str:
    return ", ".join(f"{name} in [{low:.12g}, {high:.12g}]" for name, (low, high) in box.items())


def _point(place: Place) -> str:
    return ", ".join(f"{name} = {x:.10g}" for name, x in place.items())


def record(found: Extents) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.bounds/1."""
    extents = {"value": found.value, **{f"d_{k}": v for k, v in found.gradient.items()}}
    names = tuple(found.over)
    return {
        "schema": "gradcalc.bounds/1",
        "expr": found.expr,
        "over": {name: Rows(ends) for name, ends in found.over.items()},
        "value": _ends(found.value.outer),
        "gradient": {name: _ends(one.outer) for name, one in found.gradient.items()},
        "attained": {
            "value": _ends(found.value.inner),
            "at": [None if place is None else dict(place) for place in found.value.at],
            "gradient": {name: _ends(one.inner) for name, one in found.gradient.items()},
        },
        "monotone": dict(found.monotone),
        "convex": found.convex,
        "concave": found.concave,
        "bends": [{"at": dict(b.at), "direction": dict(b.direction)} for b in found.bends],
        "lipschitz": {norm: _ends(ends) for norm, ends in found.lipschitz.items()},
        "undecided": [
            {
                "of": key,
                "box": {name: Rows(side) for name, side in zip(names, sides, strict=True)},
                "reason": reason.reason,
            }
            for key, extent in extents.items()
            for sides, reason in extent.undecided
        ],
        "tolerance": found.tolerance,
        "parts": found.parts,
        "limits": list(found.causes),
        "notes": list(found.notes),
    }


def _ends(ends: Ends) -> Any:
    return Rows(map(jsonable, ends))
