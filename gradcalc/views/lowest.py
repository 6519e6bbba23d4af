"""A global minimum, and stationary points, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from gradcalc.boxes.inputs import Ends
from gradcalc.boxes.minimum import GlobalMinimum, StationaryPoints
from gradcalc.views.console import Screen
from gradcalc.views.enclosures import box_text, enclosure
from gradcalc.views.layout import RIGHT, ROUGH, WRONG, gap, line, sentence
from gradcalc.views.numbers import Rows, jsonable, shortest
from gradcalc.views.sheets import Column, Sheet, draw

SHOWN_BOXES = 20
LABEL_COLUMNS = 11

KIND_STYLES = {"minimum": RIGHT, "maximum": ROUGH, "saddle": ""}


def show(found: GlobalMinimum, out: Screen) -> None:
    """The places where the minimum is attained, its value, and what is proven."""
    what = "maximum" if found.maximized else "minimum"
    _line(out, "formula", " ".join(found.expr.split()))
    _line(out, "over", _over(found.over))
    for condition in found.subject_to:
        _line(out, "subject to", condition)
    if found.minimisers:
        gap(out)
        heading = "maximiser" if found.maximized else "minimiser"
        table = Sheet((Column(heading, named=True), *(Column(name) for name in found.over)))
        for number, one in enumerate(found.minimisers[:SHOWN_BOXES], 1):
            table.rows.append(_row(str(number), one.at))
        draw(table, out)
        _rest(out, len(found.minimisers))
    gap(out)
    _line(out, what, enclosure(found.value))
    if not any(one.unique for one in found.minimisers):
        _line(out, "point", ", ".join(f"{n} = {shortest(x)}" for n, x in found.point.items()))
    _undecided(out, found.undecided)
    line(out, "proof", _proof(found, what), indent=LABEL_COLUMNS)
    for note in found.notes:
        sentence(out, Text(f"note: {note}"))


def show_points(found: StationaryPoints, out: Screen) -> None:
    """A table of the stationary points, what is undecided, and whether these are all."""
    _line(out, "formula", " ".join(found.expr.split()))
    _line(out, "over", _over(found.over))
    if found.points:
        gap(out)
        table = Sheet((Column("kind"), *(Column(name) for name in found.over), Column("value")))
        for one in found.points:
            *cells, value = _row("", {**one.at, "value": one.value})[1:]
            table.rows.append((Text(one.kind, style=KIND_STYLES[one.kind]), *cells, value))
        draw(table, out)
    gap(out)
    _undecided(out, found.undecided)
    line(out, "proof", _all_points(found), indent=LABEL_COLUMNS)
    for note in found.notes:
        sentence(out, Text(f"note: {note}"))


def _line(out: Screen, label: str, text: str) -> None:
    line(out, label, Text(text), indent=LABEL_COLUMNS)


def _over(box: Mapping[str, Ends]) -> str:
    """The box as it was given."""
    return ", ".join(
        f"{name} in [{shortest(low)}, {shortest(high)}]" for name, (low, high) in box.items()
    )


def _row(head: str, box: Mapping[str, Ends]) -> tuple[Text, ...]:
    return (Text(head), *(Text(enclosure(side)) for side in box.values()))


def _rest(out: Screen, count: int) -> None:
    if count > SHOWN_BOXES:
        sentence(out, Text(f"… {count - SHOWN_BOXES} more boxes"))


def _undecided(out: Screen, boxes: tuple[Mapping[str, Ends], ...]) -> None:
    for box in boxes[:SHOWN_BOXES]:
        _line(out, "undecided", box_text(box))
    _rest(out, len(boxes))


def _proof(found: GlobalMinimum, what: str) -> Text:
    if found.cause is not None:
        ran_out = "time" if found.cause == "time" else "room for parts of the box"
        parts = f"{found.parts:,} parts"
        return Text(
            f"not complete: {ran_out} ran out after {parts}; the {what}"
            f"{' outside the undecided boxes' if found.undecided else ''} is within these bounds",
            style=WRONG,
        )
    if found.undecided:
        return Text(
            f"not complete: nothing is proven in the undecided boxes; elsewhere the {what} is"
            " within these bounds",
            style=WRONG,
        )
    places = found.minimisers
    text = Text(f"✓ global {what}, proven", style=RIGHT)
    if all(one.unique for one in places):
        where = (
            "attained at this point alone"
            if len(places) == 1
            else f"attained at one or more of these {len(places)} points, nowhere else"
        )
    else:
        boxes = "this box" if len(places) == 1 else f"these {len(places)} boxes"
        reached = (
            "attained, or approached at the edge of the domain," if found.at_edge else "attained"
        )
        where = f"{reached} within {boxes}, nowhere else"
    return text.append(f": {where}", style="")


def _all_points(found: StationaryPoints) -> Text:
    count = len(found.points)
    points = f"{count or 'no'} stationary point{'' if count == 1 else 's'}"
    proven = "" if not count else ", proven" if count == 1 else ", each proven"
    if not found.complete:
        return Text(
            f"{points}{proven}; not complete: time ran out after {found.parts:,} parts; the"
            " undecided boxes were not looked at to the end",
            style=WRONG,
        )
    if found.undecided:
        return Text(f"{points}{proven}; no others outside the undecided boxes")
    if not count:
        return Text("✓ no stationary point, proven", style=RIGHT)
    others = "there is no other" if count == 1 else "there are no others"
    return Text(f"✓ {points}{proven}; {others}", style=RIGHT)


def printed(found: GlobalMinimum | StationaryPoints, out: Screen) -> None:
    """Either of them."""
    if isinstance(found, GlobalMinimum):
        show(found, out)
    else:
        show_points(found, out)


def pasted(found: GlobalMinimum) -> str:
    """The point as it is typed after --at."""
    return ",".join(f"{name}={shortest(value)}" for name, value in found.point.items())


def record(found: GlobalMinimum | StationaryPoints) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.global/1 or gradcalc.stationary/1."""
    if isinstance(found, StationaryPoints):
        return _record_points(found)
    return {
        "schema": "gradcalc.global/1",
        "expr": found.expr,
        "over": _ends(found.over),
        "subject_to": list(found.subject_to),
        "maximized": found.maximized,
        "value": Rows(map(jsonable, found.value)),
        "point": {name: jsonable(value) for name, value in found.point.items()},
        "minimisers": [_ends(one.at) for one in found.minimisers],
        "unique": Rows(one.unique for one in found.minimisers),
        "at_edge": found.at_edge,
        "undecided": [_ends(box) for box in found.undecided],
        "complete": found.complete,
        "parts": found.parts,
        "notes": list(found.notes),
    }


def _record_points(found: StationaryPoints) -> dict[str, Any]:
    return {
        "schema": "gradcalc.stationary/1",
        "expr": found.expr,
        "over": _ends(found.over),
        "points": [
            {"at": _ends(one.at), "kind": one.kind, "value": Rows(map(jsonable, one.value))}
            for one in found.points
        ],
        "undecided": [_ends(box) for box in found.undecided],
        "complete": found.complete,
        "parts": found.parts,
        "notes": list(found.notes),
    }


def _ends(box: Mapping[str, Ends]) -> dict[str, Any]:
    return {name: Rows(map(jsonable, ends)) for name, ends in box.items()}
