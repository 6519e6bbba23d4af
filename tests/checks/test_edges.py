"""Functions of several inputs at the edge of their domain, where no axis leaves it."""

from __future__ import annotations

import math
from itertools import product

import pytest

from gradcalc import Exit, Options, evaluate

FAST = Options(check="fast")
# By a form that is 0 along both axes, the outer functions whose domain is where it is at least 0.
FORMS = {
    "x*y": lambda x, y: x * y,
    "-x*y": lambda x, y: -x * y,
    "x^3*y": lambda x, y: x**3 * y,
    "x^2*y": lambda x, y: x * x * y,
    "-x^2*y^2": lambda x, y: -x * x * y * y,
    "x*y*(x - 3*y)": lambda x, y: x * y * (x - 3 * y),
    "x^2*y^2": lambda x, y: x * x * y * y,
    "(x*y)^3 + x^6*y^2": lambda x, y: (x * y) ** 3 + x**6 * y * y,
}
OUTER = (
    "({g})^1.5",
    "sqrt({g})*x",
    "y*log1p(sqrt({g}))",
    "cos(x) + ({g})^(7/4)",
    "asin(({g})^1.5)",
)
FAN = 360  # directions that the oracle tries


@pytest.mark.parametrize(("form", "outer"), [*product(FORMS, OUTER)])
def test_ways_off_the_axes_that_leave_the_domain(form: str, outer: str) -> None:
    """The gradient is that of all points of the domain nearby, if not of a whole neighbourhood."""
    angles = [2 * math.pi * (k + 0.5) / FAN for k in range(FAN)]
    leaves = any(FORMS[form](math.cos(a) / 1e3, math.sin(a) / 1e3) < 0 for a in angles)
    result = evaluate(outer.format(g=form), {"x": 0, "y": 0}, options=FAST)
    assert [row.gradient for row in result.derivatives] == [0, 0]
    assert [row.status for row in result.derivatives] == ["one-sided" if leaves else "smooth"] * 2
    assert any("edge of the domain" in note for note in result.notes) == leaves


def test_strict_and_notes() -> None:
    options = Options(check="fast", strict=True)
    result = evaluate("(x*y)^1.5 + a + b + c", dict.fromkeys("abcxy", 0), options=options)
    assert result.exit == Exit.NOT_SMOOTH
    found = {row.by[0]: row.status for row in result.derivatives}
    assert found == dict.fromkeys("abc", "smooth") | dict.fromkeys("xy", "one-sided")
    (edge,) = (note for note in result.notes if "edge" in note)
    assert edge.startswith("at the edge of the domain: undefined at x ")
    (edge,) = (n for n in evaluate("(x*y)^1.5", {"x": 0, "y": 0}).notes if "edge" in n)
    assert edge == "at the edge of the domain: undefined at x + h, y - h"


@pytest.mark.parametrize("kept", ["sqrt(z)^3", "-sqrt(-z)^3", "abs(z)", "sqrt(z)^3*cos(x)"])
def test_an_axis_with_one_side_or_a_kink_hides_no_other(kept: str) -> None:
    """x and y together are as they would be alone."""
    for form, status in (("sqrt(abs(x*y))", "partial"), ("(x*y)^1.5", "one-sided")):
        result = evaluate(f"{kept} + {form}", dict.fromkeys("xyz", 0), options=FAST)
        found = {row.by[0]: row.status for row in result.derivatives}
        assert (found["x"], found["y"]) == (status, status), form


BETWEEN = (
    "x*y/(x^2 + y^2)*log(log(9/(x^2 + y^2)))",  # has no limit at the origin
    "log(abs(log(abs(y))))*sign(x*y)",
    "tan(1/x)",
)


@pytest.mark.parametrize("source", BETWEEN)
def test_what_algebra_cannot_tell_off_the_axes_is_not_smooth(source: str) -> None:
    result = evaluate(f"0 if x*y == 0 else {source}", {"x": 0, "y": 0}, options=FAST)
    assert "smooth" not in {row.status for row in result.derivatives}
