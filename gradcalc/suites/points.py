"""The points of a case, its claims, and its answers there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result
from gradcalc.claims.boxes import read_over
from gradcalc.claims.notation import claims_of
from gradcalc.errors import GradcalcError
from gradcalc.suites.suite import Case

DEFAULT_POINTS = 20  # drawn from the box of a case
DEFAULT_SEED = 0

Point = Mapping[str, Any]


def points_of(case: Case) -> list[Point]:
    """The points of a case: the one it names, or those it draws from a box."""
    fields = case.fields
    at = dict(fields.get("at", {}))
    if not case.draws:
        return [at]
    box = read_over([fields["over"]])
    if both := sorted(at.keys() & box.bounds.keys()):
        raise GradcalcError(
            "usage", f"{both[0]} is set by both at and over", hint="use one of them"
        )
    drawn = box.draw(fields.get("points", DEFAULT_POINTS), fields.get("seed", DEFAULT_SEED))
    return [{**at, **point} for point in drawn]


def claims_in(case: Case) -> dict[str, str]:
    """The claims of a case by input."""
    claim = case.fields.get("claim", {})
    if isinstance(claim, dict):
        return {name: str(text) for name, text in claim.items()}
    texts = claim if isinstance(claim, list) else [claim]
    box = read_over([case.fields["over"]] if case.draws else [])
    return claims_of(case.expr, map(str, texts), {*case.fields.get("at", {}), *box.bounds})


def answer_at(case: Case, point: Point, check: str) -> Result:
    """The answer at a point; GradcalcError where there is none."""
    wrt = case.fields.get("wrt")
    names = [name.strip() for name in wrt.split(",")] if isinstance(wrt, str) else wrt
    # Without any check there would be no true numbers to compare with.
    options = Options(check="full" if check == "full" else "fast")
    return evaluate(case.expr, point, wrt=tuple(names) if names else None, options=options)
