"""What came of a table, in a few lines or as a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradcalc.views.numbers import shortest

if TYPE_CHECKING:
    from gradcalc.batch.summary import Summary


def lines(found: Summary, on_error: str) -> list[str]:
    """The summary, a line for each thing there is to say."""
    speed = found.rows / found.seconds if found.seconds else 0.0
    paths = f", {_count(found.paths, 'path')}" if found.paths > 1 else ""
    told = [f"{_count(found.rows, 'row')} in {found.seconds:.3g} s ({speed:,.0f} a second){paths}"]
    if found.undefined:
        fate = "left out" if on_error == "drop" else "written as NaN"
        told.append(f"{_count(found.undefined, 'row')} without a value, {fate}")
        told.append(f"  the first is {found.first}")
    if found.infinite:
        told.append(f"{_count(found.infinite, 'row')} with an infinite value or derivative")
    if found.kinks:
        told.append(f"{_count(found.kinks, 'row')} where the function is not smooth")
    if found.unsettled:
        told.append(f"{_count(found.unsettled, 'row')} that may be such, and were not looked into")
    if found.alone:
        told.append(
            f"{_count(found.alone, 'row')} run one by one: there are more than "
            f"{found.paths} paths (--max-paths)"
        )
    return told + _checked(found)


def _checked(found: Summary) -> list[str]:
    checked = found.checked
    if checked is None or not checked.rows:
        return []
    rows = _count(checked.rows, "row")
    if checked.wrong:
        return [
            f"{rows} checked: forward, reverse and sympy DISAGREE in {len(checked.wrong)}, "
            f"the first at {_point(checked.wrong[0])}"
        ]
    told = f"{rows} checked: forward, reverse and sympy agree"
    if checked.digits is None or checked.worst is None:
        return [f"{told}; no digits could be counted"]
    but = f", but for {_count(checked.uncounted, 'row')} not counted" if checked.uncounted else ""
    if checked.digits == 16:
        return [f"{told}; all 16 digits are right{but}"]
    column, at = checked.worst
    right = f"at least {checked.digits} of 16 digits are right"
    return [f"{told}; {right} ({column} at {_point(at)}){but}"]


def record(found: Summary) -> dict[str, Any]:
    """The summary as an object for JSON."""
    checked = found.checked
    return {
        "schema": "gradcalc.map/1",
        "rows": found.rows,
        "written": found.written,
        "paths": found.paths,
        "undefined": found.undefined,
        "first_undefined": found.first or None,
        "infinite": found.infinite,
        "kinks": found.kinks,
        "unsettled": found.unsettled,
        "alone": found.alone,
        "seconds": found.seconds,
        "checked": None
        if checked is None
        else {
            "rows": checked.rows,
            "disagree": len(checked.wrong),
            "digits": checked.digits,
            "worst": checked.worst and {"column": checked.worst[0], "at": dict(checked.worst[1])},
            "uncounted": checked.uncounted,
        },
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _point(at: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} = {x if isinstance(x, str) else shortest(x)}" for n, x in at.items())
