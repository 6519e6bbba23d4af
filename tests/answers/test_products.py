"""Jacobians, Hessians, their products with vectors, derivatives of higher order."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from gradcalc import Exit, GradcalcError, Options
from gradcalc.answers.orders import derivatives
from gradcalc.answers.products import hessian, hvp, jacobian, jvp, vjp
from gradcalc.cli import run

CASES = Path(__file__).parents[1] / "cases"
FIELD = "[x*y, x + y^2, sin(x)]"
AT = {"x": 2, "y": 3}
J = np.array([[3.0, 2.0], [1.0, 6.0], [math.cos(2), 0.0]])


def test_jacobian_and_its_products() -> None:
    found = jacobian(FIELD, AT)
    assert np.column_stack(list(found.gradient.values())) == pytest.approx(J)
    assert found.checks.modes is True
    assert found.checks.symbolic is True
    back = vjp(FIELD, AT, [1, 10, 100])
    assert list(back.gradient.values()) == pytest.approx(np.array([1, 10, 100]) @ J)
    ahead = jvp(FIELD, AT, {"x": 1, "y": -2})
    assert ahead.gradient["along"] == pytest.approx(J @ [1, -2])
    assert ahead.value == pytest.approx([6, 11, math.sin(2)])
    assert back.checks.symbolic is True
    assert ahead.checks.symbolic is True


def test_a_direction_may_leave_inputs_out() -> None:
    assert jvp("x*y^2", AT, {"y": 1}).gradient["along"] == 12
    assert hvp("x*y^2", AT, {"y": 1}).gradient == {"x": 6, "y": 4}


def test_hessian_of_numbers_and_arrays() -> None:
    found = hessian("sum(v^3)*x*y", {"v": [1, 2], "x": 2, "y": 1})
    parts = found.gradient
    assert parts["v, v"].tolist() == [[12, 0], [0, 24]]
    assert parts["v, x"].tolist() == parts["x, v"].tolist() == [3, 12]
    assert (parts["x, y"], parts["x, x"]) == (9, 0)
    assert found.value == 18
    assert found.checks.symbolic is True
    along = hvp("sum(v^3)*x*y", {"v": [1, 2], "x": 2, "y": 1}, {"v": [1, 1], "x": 2})
    wanted = parts["v, v"] @ [1, 1] + parts["v, x"] * 2
    assert along.gradient["v"].tolist() == wanted.tolist()


def _cases() -> list[Any]:
    lines = (CASES / "optimization.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(case, id=case["id"]) for case in map(json.loads, lines)]


@pytest.mark.parametrize("case", _cases())
def test_hessians_of_known_problems(case: dict[str, Any]) -> None:
    """40-digit Hessians that were found without a rule of differentiation."""
    found = hessian(case["expr"], case["at"], options=Options(typed=False))
    texts = {found.key(row): row.reference for row in found.derivatives}
    if isinstance(texts.get("x, x"), list):
        flat = [text for line in texts["x, x"] for text in line]
    else:
        flat = [texts[f"{a}, {b}"] for a in case["vars"] for b in case["vars"]]
    wanted = [text for line in case["hess"] for text in line]
    with mpmath.workdps(50):
        for ours, truth in zip(flat, wanted, strict=True):
            error = abs(mpmath.mpf(ours) - mpmath.mpf(truth))
            assert error <= abs(mpmath.mpf(truth)) * mpmath.mpf(10) ** -27


def test_derivatives_of_rising_order() -> None:
    found = derivatives("exp(2*x)", {"x": 0}, 8)
    assert [row.gradient for row in found.derivatives] == [2.0**k for k in range(1, 9)]
    found = derivatives("tanh(x)", {"x": "1/2"}, 5)
    with mpmath.workdps(40):
        for k, row in enumerate(found.derivatives, 1):
            truth = mpmath.diff(mpmath.tanh, mpmath.mpf(1) / 2, k)
            assert abs(mpmath.mpf(row.reference) - truth) < abs(truth) * mpmath.mpf(10) ** -20
    assert derivatives("sum(sin([x, 2*x]))", {"x": 1}, 3).derivatives[2].gradient == pytest.approx(
        -math.cos(1) - 8 * math.cos(2)
    )


def test_a_kink_along_a_direction() -> None:
    found = jvp("abs(x)*y", {"x": 0, "y": 3}, {"x": 1})
    (row,) = found.derivatives
    assert (row.gradient, row.status, row.left, row.right) == (0, "kink", -3, 3)


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (lambda: jvp("x*y", AT, {"z": 1}), "'z' is not an input"),
        (lambda: jvp("x*y", AT, {"x": "[1, 2]"}), "the direction x is of shape (2)"),
        (lambda: jvp("x*y", AT, {}), "the direction is missing"),
        (lambda: vjp(FIELD, AT, [1, 2]), "the seed is of shape (2), but the value is of shape (3)"),
        (lambda: hessian(FIELD, AT), "needs a program whose value is a number"),
        (lambda: derivatives("x*y", AT, 2), "by one number"),
    ],
)
def test_what_does_not_fit(work: Any, words: str) -> None:
    with pytest.raises(GradcalcError, match=words.replace("(", r"\(").replace(")", r"\)")):
        work()


# the commands -----------------------------------------------------------------------------


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--at", "x=2,y=3"]
    assert printed(capsys, "jacobian", "[x*y, x + y]", *at, "-q") == "6 5\n\n3\n1\n\n2\n1\n"
    assert printed(capsys, "jvp", "x*y", *at, "--along", "x=1", "-q") == "6\n3\n"
    assert printed(capsys, "vjp", "[x*y, x + y]", *at, "--seed", "[1, 2]", "-q") == "16\n5\n4\n"
    assert printed(capsys, "hvp", "x^3*y", *at, "--along", "x=1", "-q") == "36\n36\n12\n"
    assert printed(capsys, "eval", "x^3", "--at", "x=2", "--order", "3", "-q") == "8\n12\n12\n6\n"
    shown = printed(capsys, "hessian", "x^3*y", *at)
    assert re.search(r"^∂²/∂x² +36  16 of 16$", shown, re.MULTILINE)
    assert re.search(r"^∂²/∂x∂y +12  16 of 16$", shown, re.MULTILINE)


def test_their_json(capsys: pytest.CaptureFixture[str]) -> None:
    def data(*arguments: str) -> Any:
        return json.loads(printed(capsys, *arguments, "--at", "x=2,y=3", "--json"))

    found = data("hessian", "x^3*y")
    assert found["schema"] == "gradcalc.hessian/1"
    assert found["hessian"] == {"x": {"x": 36, "y": 12}, "y": {"x": 12, "y": 0}}
    assert data("jacobian", "[x*y, x]")["jacobian"] == {"x": [3, 1], "y": [2, 0]}
    assert data("jvp", "x*y", "--along", "y=1")["jvp"] == 2
    assert data("vjp", "[x*y, x]", "--seed", "[0, 1]")["vjp"] == {"x": 1, "y": 0}
    assert data("eval", "x^2 + 0*y", "--order", "2", "--wrt", "x")["derivatives"] == [4, 2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["jvp", "x", "--at", "x=1"],
        ["hessian", "x", "--at", "x=1", "--along", "x=1"],
        ["jacobian", "x", "--at", "x=1", "--seed", "1"],
        ["jvp", "x", "--at", "x=1", "--along", "x=1", "--wrt", "x"],
        ["eval", "x", "--at", "x=1", "--order", "0"],
    ],
)
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == Exit.REQUEST
    assert "error[usage]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "at", "orders", "statuses"),
    [
        ("1 if x == 0 else expm1(x)/x", 0, [1 / 2, 1 / 3, 1 / 4, 1 / 5], ["smooth"] * 4),
        ("0 if x == 0 else x^2*exp(-1/x^2)", 0, [0, 0, 0], ["smooth"] * 3),
        ("sum(x^[1, 2, 3, 4])", 0, [1, 2, 6, 24, 0], ["smooth"] * 5),
        ("x*abs(x)", 0, [0, 0, 0], ["smooth", "kink", "jump"]),
        ("sqrt(x^4)*cos(x)", 0, [0, 2, 0, -12], ["smooth"] * 4),
        ("x^3 if x > 0 else 0", 0, [0, 0, 3], ["smooth", "smooth", "kink"]),
        ("expm1(x)/x", 0, [1 / 2, 1 / 3, 1 / 4], ["removable"] * 3),
        ("abs(x)^1.5", 0, [0, math.nan], ["smooth", "vertical"]),
        ("sqrt(x)^5", 0, [0, 0, math.inf], ["one-sided", "one-sided", "vertical"]),
    ],
)
def test_higher_orders_where_the_rules_can_not_be_trusted(
    source: str, at: int, orders: list[float], statuses: list[str]
) -> None:
    found = derivatives(source, {"x": at}, len(orders))
    assert [row.status for row in found.derivatives] == statuses
    gradient = list(found.gradient.values())
    finite = [k for k, order in enumerate(orders) if math.isfinite(order)]
    assert [gradient[k] for k in finite] == pytest.approx([orders[k] for k in finite], rel=1e-15)
    assert all(not math.isfinite(gradient[k]) for k in set(range(len(orders))) - set(finite))


def test_limits_of_a_higher_order_on_both_sides() -> None:
    second = derivatives("abs(x)*exp(x)", {"x": 0}, 2).derivatives[1]
    assert (second.left, second.right, second.status) == (-2, 2, "jump")


@pytest.mark.parametrize(
    ("source", "at", "wanted"),
    [
        ("1 if x == 0 else expm1(x)/x", {"x": 0}, [1 / 3]),
        (
            "x + log(2) if x == y else max(x, y) + log1p(exp(-abs(x - y)))",
            {"x": 1, "y": 1},
            [0.25, -0.25, -0.25, 0.25],
        ),
        ("hypot(x, y)^2*exp(x)", {"x": 0, "y": 0}, [2, 0, 0, 2]),
        ("x*abs(x*y) + x*y", {"x": 0, "y": 0}, [0, 1, 1, 0]),
        # The mixed partial derivatives exist and differ: no quadratic form.
        ("x*y*(x^2 - y^2)/(x^2 + y^2) if x != 0 or y != 0 else 0", {"x": 0, "y": 0}, [0, -1, 1, 0]),
    ],
)
def test_hessians_where_the_rules_can_not_be_trusted(
    source: str, at: dict[str, int], wanted: list[float]
) -> None:
    found = hessian(source, at)
    assert list(found.gradient.values()) == pytest.approx(wanted, rel=1e-15)
    assert found.exit == Exit.OK


def test_hessians_of_arrays_where_the_rules_can_not_be_trusted() -> None:
    found = hessian("norm(v)^2*(1 + sum(v))", {"v": [0, 0, 0]})
    assert found.gradient["v, v"].tolist() == [[2, 0, 0], [0, 2, 0], [0, 0, 2]]
    assert found.status == "smooth"
    powers = hessian("sum(x^p)", {"x": [0, 0], "p": [1, 0]}, wrt=("x",))
    assert powers.gradient["x, x"].tolist() == [[0, 0], [0, 0]]
    assert powers.exit == Exit.OK
