"""What an answer says, beside what is true."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gradcalc import GradcalcError, Options, Result, evaluate
from gradcalc.rules import enclosures
from tests.fuzz.formulas.generator import Formula, formula
from tests.fuzz.formulas.sides import UnclearError, clear, deeper, mp
from tests.fuzz.formulas.truth import INF, Truth, truth

RIGHT_DIGITS = 29  # of the 30 that a reference has


def wrong(true: Truth, result: Result) -> Iterator[str]:
    """What an answer says that is not so."""
    (row,) = result.derivatives
    if row.status == "not determined":
        if result.digits and true.value is not None:
            yield from _counted("value", result.value, result.digits, true.value)
        if row.digits:
            yield f"{row.digits} digits of a derivative that is not determined"
        return
    if any("rounding decided" in note for note in result.notes):
        if result.digits or row.digits:
            yield "digits of what rounding decided"
        return
    settled = result.reference not in (None, "NaN")
    if row.status != true.status and (settled or result.digits or row.digits):
        yield f"status {row.status}, truly {true.status}"
        return
    if true.value is not None:
        yield from _counted("value", result.value, result.digits, true.value)
        yield from _referenced("value", result.reference, true.value)
    elif true.limit in (INF, -INF):
        if result.digits and result.value != true.limit:
            yield f"value {result.value}, truly {true.limit}"
    elif result.digits and result.value != true.ieee:
        yield f"{result.digits} digits of a value that is not there: {result.value}"
    yield from _derivative(row, true)
    checks = result.checks
    if False in (checks.modes, checks.symbolic):
        yield f"a check fails: {checks}"


def _derivative(row: Any, true: Truth) -> Iterator[str]:
    match true.status:
        case "smooth" | "one-sided":
            slope = true.right if true.left is None else true.left
            yield from _counted("derivative", row.gradient, row.digits, slope)
            yield from _referenced("derivative", row.reference, slope)
        case "kink":
            slope = (true.left + true.right) / 2
            if abs(slope) < (abs(true.left) + abs(true.right)) * clear():
                slope = mp.mpf(0)
            yield from _counted("derivative", row.gradient, row.digits, slope)
            for name in ("left", "right"):
                yield from _close(name, getattr(row, name), getattr(true, name))
        case "cusp" | "undefined":
            if not math.isnan(row.gradient):
                yield f"the derivative {row.gradient} where there is none"
        case "vertical" | "pole":
            for name in ("left", "right"):
                yield from _close(name, getattr(row, name), getattr(true, name))
        case "removable":
            if true.left is not None and true.left == true.right:
                yield from _close("left", row.left, true.left)


def _close(name: str, answer: Any, true: Any) -> Iterator[str]:
    """A float64 that is the rounded truth."""
    if answer is None or true is None or true in (INF, -INF):
        if answer != true:
            yield f"{name} {answer}, truly {true}"
    elif math.isfinite(answer) and abs(mp.mpf(answer) - true) > abs(true) * mp.mpf(
        "1e-15"
    ) + mp.mpf("1e-323"):
        yield f"{name} {answer}, truly {mp.nstr(true, 20)}"


def _counted(what: str, answer: float, digits: Any, true: Any) -> Iterator[str]:
    """Digits that are counted and not right."""
    if not digits:
        return
    if not math.isfinite(answer):
        yield f"{digits} digits of {what} {answer}, truly {mp.nstr(true, 20)}"
        return
    error = abs(mp.mpf(answer) - true)
    if error > abs(true) * mp.mpf(10) ** -min(digits, 15):
        yield f"{digits} digits of {what} {answer}, truly {mp.nstr(true, 20)}"


def _referenced(what: str, printed: str | None, true: Any) -> Iterator[str]:
    """A reference that is not the truth."""
    if printed is None or printed == "NaN":
        return
    number = mp.mpf({"Infinity": "inf", "-Infinity": "-inf"}.get(printed, printed))
    if not mp.isfinite(number) or abs(number - true) > abs(true) * mp.mpf(10) ** -RIGHT_DIGITS:
        yield f"the reference of the {what} is {printed}, truly {mp.nstr(true, 30)}"


def _truth(made: Formula) -> Truth | None:
    """What is true of it; None where the oracle can't tell."""
    try:
        return truth(made.tree, made.place)
    except (UnclearError, OverflowError, ZeroDivisionError):
        return None


def judged(seed: str, *, flint: bool, check: Any = "fast") -> tuple[str, list[str], Formula]:
    """The outcome of one formula, and what is wrong with it."""
    made = formula(seed)
    true = _truth(made)
    if true is None:
        return "unclear", [], made
    try:
        with_flint = enclosures.has_flint
        enclosures.has_flint = with_flint if flint else lambda: False  # type: ignore[assignment]
        try:
            result = evaluate(made.source, {"x": made.at}, options=Options(check=check))
        finally:
            enclosures.has_flint = with_flint
    except GradcalcError as error:
        if true.value is None or "only rounding" in (error.hint or ""):
            return "outside", [], made
        return "refused", [f"{error.code}: {error.message}, truly {true.status}"], made
    complaints = list(wrong(true, result))
    if complaints:
        with deeper():
            true = _truth(made)
            if true is None:
                return "unclear", [], made
            complaints = list(wrong(true, result))
    open_ = result.derivatives[0].status == "not determined" or result.reference in (None, "NaN")
    return (
        ("wrong" if complaints else "open" if open_ and true.value is not None else true.status),
        complaints,
        made,
    )
