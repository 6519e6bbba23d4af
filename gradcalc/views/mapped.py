"""What came of a table, in a few lines or as a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from gradcalc.errors import listed
from gradcalc.views.console import Screen
from gradcalc.views.layout import WRONG, sentence
from gradcalc.views.numbers import shortest
from gradcalc.views.sheets import INDENT_COLUMNS

if TYPE_CHECKING:
    from gradcalc.batch.sample import SampleCheck
    from gradcalc.batch.summary import Summary


def show(summary: Summary, on_error: str, out: Screen) -> None:
    """A line for each thing there is to say; what is wrong stands out."""
    for text in _counts(summary, on_error):
        sentence(out, Text(text), INDENT_COLUMNS)
    wrong = summary.checked is not None and bool(summary.checked.wrong)
    for text in _checked(summary):
        sentence(out, Text(text, style=WRONG if wrong else ""), INDENT_COLUMNS)


def _counts(summary: Summary, on_error: str) -> list[str]:
    """How many rows there were, and of which kinds."""
    speed = summary.rows / summary.seconds if summary.seconds else 0.0
    paths = f", {_count(summary.paths, 'path')}" if summary.paths > 1 else ""
    texts = [
        f"{_count(summary.rows, 'row')} in {summary.seconds:.3g} s ({speed:,.0f} a second){paths}"
    ]
    if summary.undefined:
        fate = "left out" if on_error == "drop" else "written as NaN or Infinity"
        texts.append(f"{_count(summary.undefined, 'row')} without a finite answer, {fate}")
        texts.append(f"  the first is {summary.first}")
        if summary.incomplete:
            columns = listed(f"{n} {count:,}" for n, count in summary.missing.items() if count)
            rows = f"{summary.incomplete:,} with a missing number"
            texts.append(f"  {rows} (by column: {columns})")
        if summary.infinite:
            texts.append(f"  {summary.infinite:,} with an infinite value or derivative")
    if summary.kinks:
        texts.append(f"{_count(summary.kinks, 'row')} where the function is not smooth")
    if summary.unsettled:
        texts.append(f"{_count(summary.unsettled, 'row')} in doubt, not looked at again")
    if summary.alone:
        texts.append(
            f"{_count(summary.alone, 'row')} run one by one: there are more than "
            f"{summary.paths} paths (--max-paths)"
        )
    if summary.rounded:
        texts.append(
            f"{_count(summary.rounded, 'row')} with an integer past 2^53, rounded to float64"
        )
    return texts


def _checked(summary: Summary) -> list[str]:
    """What the full check of the sample says, and how much of the sample there was no time for."""
    checked = summary.checked
    if checked is None or not checked.rows:
        return []
    texts = [_verdict(checked)]
    if checked.left_out:
        left_out = _count(checked.left_out, "drawn row")
        texts.append(f"{left_out} not checked: checking took too long (--check-rows draws fewer)")
    return texts


def _verdict(checked: SampleCheck) -> str:
    rows = _count(checked.rows, "row")
    compared = "forward, reverse and sympy" if checked.symbolic else "forward and reverse"
    if checked.wrong:
        return (
            f"{rows} checked: {compared} DISAGREE in {len(checked.wrong)}, "
            f"the first at {_point(checked.wrong[0])}"
        )
    if not checked.compared:
        return f"{rows} drawn, but nothing could be compared there"
    text = f"{rows} checked: {compared} agree"
    if checked.compared < checked.rows:
        text += f" in the {checked.compared:,} that could be compared"
    if checked.digits is None or checked.worst is None:
        return f"{text}; no digits could be counted"
    but = f", but for {_count(checked.uncounted, 'row')} not counted" if checked.uncounted else ""
    if checked.digits == 16:
        return f"{text}; all 16 digits are right{but}"
    column, at = checked.worst
    right = f"at least {checked.digits} of 16 digits are right"
    return f"{text}; {right} ({column} at {_point(at)}){but}"


def record(summary: Summary) -> dict[str, Any]:
    """The summary as an object for JSON."""
    checked = summary.checked
    return {
        "schema": "gradcalc.map/1",
        "rows": summary.rows,
        "written": summary.written,
        "paths": summary.paths,
        "undefined": summary.undefined,
        "first_undefined": summary.first or None,
        "infinite": summary.infinite,
        "incomplete": summary.incomplete,
        "missing": dict(summary.missing),
        "kinks": summary.kinks,
        "unsettled": summary.unsettled,
        "alone": summary.alone,
        "rounded": summary.rounded,
        "seconds": summary.seconds,
        "checked": None
        if checked is None
        else {
            "rows": checked.rows,
            "disagree": len(checked.wrong),
            "digits": checked.digits,
            "worst": checked.worst and {"column": checked.worst[0], "at": dict(checked.worst[1])},
            "uncounted": checked.uncounted,
            "compared": checked.compared,
            "left_out": checked.left_out,
        },
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _point(at: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} = {x if isinstance(x, str) else shortest(x)}" for n, x in at.items())
