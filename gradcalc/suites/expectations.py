"""What differs from what a case expects: a line for each difference."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.claims.check import check as check_claims
from gradcalc.claims.tolerance import Tolerance, big_number, decimal, half_unit
from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.suites.points import Point, answer_at, claims_in, points_of
from gradcalc.suites.suite import Case

MAX_SHOWN = 3  # differences of a case
SHOWN_DIGITS = 17  # of a true number: enough for any float64
ROUNDING = 2.0**-52  # relative, of an expected number that the file has as a float64


def differences(case: Case, check: str) -> Iterator[str]:
    """What is not as the case expects; `check` is full, or fast."""
    points = points_of(case)
    if "error" in case.fields:
        yield from _of_error(case, points)
        return
    claims = claims_in(case)
    if claims:
        yield from _of_claims(case, claims, points)
    if {"value", "gradient", "digits", "status"} & case.fields.keys() or not claims:
        lines = list(_of_answers(case, points, check))
        yield from lines[:MAX_SHOWN]
        if len(lines) > MAX_SHOWN:
            yield f"and {len(lines) - MAX_SHOWN} more"


def _of_error(case: Case, points: list[Point]) -> Iterator[str]:
    """The first point without the error that is expected."""
    code = case.fields["error"]
    for point in points:
        try:
            error = answer_at(case, point, "fast").error
        except GradcalcError as raised:
            error = raised
        where = _where(case, point)
        if error is None:
            yield f"{where}expected error[{code}], but there was none"
            return
        if error.code != code:
            yield f"{where}expected error[{code}], got error[{error.code}]: {error.message}"
            return


def _where(case: Case, point: Point) -> str:
    """Which of the points that were drawn."""
    return f"at {_listed(point)}: " if case.draws else ""


def _listed(point: Point) -> str:
    return listed(f"{name}={value}" for name, value in point.items())


def _of_claims(case: Case, claims: Mapping[str, str], points: list[Point]) -> Iterator[str]:
    tolerance = Tolerance(case.fields.get("rtol"), float(case.fields.get("atol", 0.0)))
    verdict = check_claims(case.expr, claims, points, tolerance=tolerance)
    for claim in verdict.claims:
        if claim.holds or claim.worst is None:
            continue
        miss = claim.worst
        line = f"d/d{claim.by} is claimed to be {claim.text}: {miss.claimed} at "
        line += f"{_listed(miss.at)}, but it is {miss.true}"
        yield f"{line}; {claim.diagnosis}" if claim.diagnosis else line


def _of_answers(case: Case, points: list[Point], check: str) -> Iterator[str]:
    """Of points that were drawn singular ones are set aside, unless a status is expected."""
    sets_aside = case.draws and "status" not in case.fields
    singular = 0
    for point in points:
        where = _where(case, point)
        try:
            result = answer_at(case, point, check)
        except GradcalcError as error:
            if not case.draws or error.exit is not Exit.NO_ANSWER:
                raise
            singular += 1
            if not sets_aside:
                yield f"{where}error[{error.code}]: {error.message}"
            continue
        if sets_aside and result.error is not None:
            singular += 1
            continue
        for line in _of_answer(case, result):
            yield where + line
    if sets_aside and singular == len(points):
        yield f"all {singular} points are singular: nothing can be compared"


def _of_answer(case: Case, result: Result) -> Iterator[str]:
    fields = case.fields
    if result.error is not None and "status" not in fields:
        yield f"error[{result.error.code}]: {result.error.message}"
        return
    yield from _of_numbers(case, result)
    if result.checks.modes is False or result.checks.symbolic is False:
        yield "forward, reverse and sympy disagree"
    least = result.worst_digits
    if least is not None and least < fields.get("digits", 0):
        yield f"{least} correct digits, fewer than {fields['digits']}"
    if result.status != fields.get("status", result.status):
        yield f"the point is {result.status}, not {fields['status']}"


def _of_numbers(case: Case, result: Result) -> Iterator[str]:
    fields = case.fields
    if "value" in fields:
        yield from _of_number("the value", case, fields["value"], result.reference, result.value)
    rows = {row.by: row for row in result.derivatives}
    for name, expected in fields.get("gradient", {}).items():
        row = rows.get((name,))
        if row is None:
            yield f"{name} is not an input"
        else:
            yield from _of_number(f"d/d{name}", case, expected, row.reference, row.gradient)


def _of_number(what: str, case: Case, expected: Any, reference: Any, answer: Any) -> Iterator[str]:
    """Expected numbers against the true ones, element by element.

    `expected` and `reference` are numbers or decimals, or nested lists; `answer` is in float64.
    """
    if _described(expected) != _described(reference) or _count(expected) != _count(reference):
        yield f"{what} is {_described(reference)}, not {_described(expected)}"
        return
    elements = zip(_flat(expected), _flat(reference), _flat(answer), strict=True)
    for element, true, number in elements:
        if not math.isfinite(number) and (not _is_finite(true) or _is_infinite(element)):
            if str(float(element)) != str(float(number)):
                yield f"{what} is {number}, not {element}"
            continue
        exact = big_number(true)
        if not _is_right(case, element, exact):
            yield f"{what} is {decimal(exact, SHOWN_DIGITS)}, not {element}"


def _described(numbers: Any) -> str:
    sizes: list[int] = []
    while isinstance(numbers, list):
        sizes.append(len(numbers))
        numbers = numbers[0]
    return f"an array of shape {'x'.join(map(str, sizes))}" if sizes else "a number"


def _count(numbers: Any) -> int:
    """How many elements nested lists have, which may be ragged."""
    return len(_flat(numbers))


def _flat(numbers: Any) -> list[Any]:
    if hasattr(numbers, "tolist"):
        numbers = numbers.tolist()
    return [x for part in numbers for x in _flat(part)] if isinstance(numbers, list) else [numbers]


def _is_finite(true: str | None) -> bool:
    """Is the true number known, and finite? float64 may overflow where it is."""
    return true not in (None, "NaN", "Infinity", "-Infinity")


def _is_infinite(element: Any) -> bool:
    """Is infinity itself expected, not a number that float64 can't hold?"""
    return "inf" in str(element).lower()


def _is_right(case: Case, element: Any, exact: Any) -> bool:
    """Is an expected number right, against the exact one?"""
    if abs(big_number(str(element)) - exact) <= _allowed(case, element, exact):
        return True
    # Subnormal numbers have fewer digits: the nearest is right.
    return isinstance(element, float) and element == float(exact) != 0


def _allowed(case: Case, element: Any, exact: Any) -> Any:
    """The error that is right, of an expected number as the file has it."""
    atol = big_number(float(case.fields.get("atol", 0.0)))
    if "rtol" in case.fields:
        return atol + abs(exact) * float(case.fields["rtol"])
    by_digits = half_unit(str(element)) or big_number(0)
    by_float = abs(exact) * ROUNDING if isinstance(element, float) else 0
    return atol + max(by_digits, by_float)
