"""An answer judged in words: each derivative's verdict, what was checked and how."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from gradcalc.answers.result import Derivative, Result
from gradcalc.checks.checks import Checks
from gradcalc.numbers.shapes import shape_of
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, ROUGH, WRONG, line
from gradcalc.views.numbers import shortest

# What gave the derivatives where the rules alone can't be trusted, by `Checks.method`.
BESIDE = {
    "germs": "one-sided limits of the source, found by algebra, gave the derivatives",
    "probe": "one-sided difference quotients of the source gave the derivatives",
}


def valid(result: Result, out: Screen) -> None:
    """What decided the run's branches."""
    if result.guards:
        more = ", …" if len(result.guards) > 4 else ""
        line(out, "valid", Text("while " + ", ".join(result.guards[:4]) + more))


def lost_digits(result: Result, row: Derivative) -> bool:
    """Does a derivative, or an element of it, have wrong digits at a smooth point?"""
    if shape_of(row.gradient):
        from gradcalc.views.elements import doubted

        return bool(doubted(result, row).any())
    counted = row.status == "smooth" and row.digits is not None
    return counted and row.digits < result.full_digits


def verdict(result: Result, row: Derivative) -> Text:
    """One derivative, judged in a few words."""
    checks = result.checks
    if row.status != "smooth":
        return Text(_roughness(row), style=ROUGH)
    if checks.modes is False or checks.symbolic is False:
        return Text("DISAGREE", style=WRONG)
    if lost_digits(result, row):
        return Text("digits LOST", style=WRONG)
    if checks.modes is None:
        found = {"germs": "by limits", "probe": "by the probe"}
        return Text(found.get(checks.method, "not checked"))
    return Text(f"{'agree' if checks.symbolic else 'modes agree'} ✓", style=RIGHT)


def worth_saying(result: Result) -> bool:
    """Does any derivative's verdict say more than the proof, which says what all of them share?"""
    checks = result.checks
    wrong = checks.modes is False or checks.symbolic is False
    rows = result.derivatives
    return wrong or any(row.status != "smooth" or lost_digits(result, row) for row in rows)


def is_lost(result: Result, count: Any) -> bool:
    """Is a count of digits of a single number too low?"""
    return count is not None and bool(count < result.full_digits)


def digits(result: Result, count: Any, text: str | None = None) -> Text:
    """A count of correct digits, of those there can be: `15 of 16`; too few in colour."""
    if count is None:
        return Text("")
    style = WRONG if is_lost(result, count) else ""
    return Text(f"{text or count} of {result.most_digits}", style=style)


def conclude(result: Result, out: Screen) -> None:
    """What was checked and how, after what is amiss with it."""
    lost = result.error is None and _loses_digits(result)
    if lost:
        text = f"LOST: only {result.worst_digits} of {result.most_digits} are right"
        if not result.precise and result.checks.method != "extended":
            text += "; --digits 30 computes the answer in 30 digits"
        line(out, "digits", Text(text, style=WRONG))
    checks = result.checks
    if False in (checks.modes, checks.symbolic):
        line(out, "proof", Text(closing(result), style=WRONG))
        return
    agreed = checks.precision and checks.modes and not lost
    mark = "✓ " if agreed and not out.plain else ""
    line(out, "proof", Text(mark + closing(result), style=RIGHT if agreed else ""))


def _loses_digits(result: Result) -> bool:
    """Does the value, or a derivative at a smooth point, have wrong digits?"""
    if any(lost_digits(result, row) for row in result.derivatives):
        return True
    if shape_of(result.digits):
        return bool((result.digits < result.full_digits).any())
    return is_lost(result, result.digits)


def _roughness(row: Derivative) -> str:
    """How a derivative is not smooth: `kink [-1, 1]`; of an array, in how many elements."""
    if not shape_of(row.gradient):
        left, right = ("none" if s is None else shortest(s) for s in (row.left, row.right))
        return f"{row.status} [{left}, {right}]"
    count = sum(part.status != "smooth" for part in row.parts)
    return f"{row.status} in {count:,} of {row.gradient.size:,}" if count else row.status


def closing(result: Result) -> str:
    """What was checked and how, in a sentence."""
    checks = result.checks
    if checks.method == "extended":
        return _extended(checks)
    if checks.precision == 0:
        if checks.unreferenced:
            return "not checked: no reference to compare with"
        return "nothing was checked (--check off): float64 results of the two sweeps"
    if checks.modes is None:
        text, agreed = BESIDE[checks.method], ""
    else:
        # A proof (enclosed), a bound (bounded), or nothing but digits that agree (computed).
        text = f"forward and reverse, {checks.proof or 'computed'} at {checks.precision} digits,"
        agreed = " agree" if checks.modes else " DISAGREE"
    if checks.directions:
        agreed += f" along {checks.directions} random directions"
    how = {
        "whole": "with sympy's derivative of the whole expression",
        "instruction": "with sympy's derivative of each instruction",
    }.get(checks.method)
    if how and checks.symbolic and agreed == " agree":
        return f"{text} agree {how}"
    if how:
        return f"{text}{agreed}, and {'agree' if checks.symbolic else 'DISAGREE'} {how}"
    return text + agreed + ("" if checks.modes is None else "; sympy was not asked")


def _extended(checks: Checks) -> str:
    """The same of arrays too large for big numbers."""
    outcomes = {True: "agree", False: "DISAGREE", None: "were not compared"}
    text = (
        f"forward and reverse {outcomes[checks.modes]} along {checks.directions} random directions "
        f"in extended precision ({checks.precision} digits)"
    )
    if checks.symbolic is None:
        text += ", sympy was not asked"
    else:
        agree = "agrees" if checks.symbolic else "DISAGREES"
        text += f", sympy {agree} with {checks.sampled} sampled partial derivatives"
    return text + "; digits are counted against extended precision and what rounding does to it"
