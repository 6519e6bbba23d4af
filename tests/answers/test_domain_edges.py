"""Where only rounding leaves a domain the exact run answers; a point outside of it stays an error.

The formulas are made so that float64 leaves the domain of their last function, while its operand is
on the edge, or a little inside, in exact arithmetic. The oracle is mpmath at 80 digits on that
exact operand, and the chain rule written down here.
"""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest

from gradcalc import GradcalcError, Options, compile, evaluate
from gradcalc.answers.orders import derivatives
from gradcalc.answers.products import hessian, jacobian
from gradcalc.answers.result import Result
from gradcalc.cli import run
from gradcalc.errors import Exit

DIGITS = 80
NEAR = Fraction(1, 10**20)  # how far inside an operand may be, which float64 does not see


@dataclass(frozen=True)
class Edge:
    """A function of an operand that is 0, or little more, moved to the edge of its domain.

    `value` and `slope` are those of `text`, by that operand, in mpmath; at 0 itself the slope is
    what the status says: infinite where it is vertical or a pole.
    """

    text: str
    value: Any
    slope: Any
    status: str  # at 0


EDGES = (
    Edge("sqrt({})", mpmath.sqrt, lambda z: 0.5 / mpmath.sqrt(z), "vertical"),
    Edge("({})^0.5", mpmath.sqrt, lambda z: 0.5 / mpmath.sqrt(z), "vertical"),
    Edge("({})^1.5", lambda z: z**1.5, lambda z: 1.5 * mpmath.sqrt(z), "one-sided"),
    Edge("log({})", mpmath.log, lambda z: 1 / z, "pole"),
    Edge("log2({})", lambda z: mpmath.log(z, 2), lambda z: 1 / (z * mpmath.log(2)), "pole"),
    Edge("log10({})", mpmath.log10, lambda z: 1 / (z * mpmath.log(10)), "pole"),
    Edge("log1p({} - 1)", mpmath.log, lambda z: 1 / z, "pole"),
    Edge("acosh(1 + ({}))", lambda z: 2 * mpmath.asinh(mpmath.sqrt(z / 2)),
         lambda z: 1 / mpmath.sqrt(z * (2 + z)), "vertical"),
    Edge("acos(1 - ({}))", lambda z: 2 * mpmath.asin(mpmath.sqrt(z / 2)),
         lambda z: 1 / mpmath.sqrt(z * (2 - z)), "vertical"),
    Edge("asin(1 - ({}))", lambda z: mpmath.pi / 2 - 2 * mpmath.asin(mpmath.sqrt(z / 2)),
         lambda z: -1 / mpmath.sqrt(z * (2 - z)), "vertical"),
    Edge("atanh(({}) - 1)", lambda z: mpmath.log(z / (2 - z)) / 2, lambda z: 1 / (z * (2 - z)),
         "pole"),
    Edge("logit({})", lambda z: mpmath.log(z) - mpmath.log1p(-z), lambda z: 1 / (z * (1 - z)),
         "pole"),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A formula at a point: its operand's exact value, and the derivatives of that by input."""

    text: str
    at: dict[str, str]
    edge: Edge
    operand: Fraction
    slopes: dict[str, int]


def _differences(count: int, seed: int) -> Iterator[Case]:
    """a - b - c, with a = b + c or a little more: float64 may come to less than 0."""
    random = Random(seed)
    while count:
        b, c = (Fraction(random.randint(1, 999), 10 ** random.randint(1, 3)) for _ in range(2))
        operand = random.choice((Fraction(0), NEAR, NEAR * random.randint(2, 9) / 1000))
        edge = random.choice(EDGES)
        at = {"a": _decimal(b + c + operand), "b": _decimal(b), "c": _decimal(c)}
        text = edge.text.format("a - b - c")
        if _leaves(text, at):
            yield Case(text, at, edge, operand, {"a": 1, "b": -1, "c": -1})
            count -= 1


def _decimal(exact: Fraction) -> str:
    return str(Decimal(exact.numerator) / Decimal(exact.denominator))


def _leaves(text: str, at: dict[str, str]) -> bool:
    """Does float64 leave the domain here?"""
    floats = {name: float(x) for name, x in at.items()}
    rounded = floats["a"] - floats["b"] - floats["c"]
    if "1 - (" in text:
        return 1 - rounded > 1
    if "(1 + " in text:
        return 1 + rounded < 1
    if "- 1)" in text:
        return rounded - 1 < -1
    return rounded < 0


DIFFERENCES = list(_differences(120, 15))


def _answer(case: Case) -> Result:
    return evaluate(case.text, case.at, options=Options(check="fast"))


@pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: f"{case.text} {case.at['a']}")
def test_the_exact_run_answers(case: Case) -> None:
    answer = _answer(case)
    assert any("leaves its domain only by rounding" in note for note in answer.notes)
    with mpmath.workdps(DIGITS):
        operand = mpmath.mpf(case.operand.numerator) / case.operand.denominator
        at_edge = not case.operand
        if not (at_edge and case.edge.status == "pole"):
            _is_rounded(answer.value, case.edge.value(operand), answer.digits)
        for row in answer.derivatives:
            inner = case.slopes[row.by[0]]
            if at_edge:
                assert row.status == case.edge.status
                assert math.isinf(row.gradient) == (case.edge.status != "one-sided")
            else:
                assert row.status == "smooth"
                _is_rounded(row.gradient, inner * case.edge.slope(operand), row.digits)
    infinite = at_edge and case.edge.status != "one-sided"
    assert answer.exit == (Exit.NO_ANSWER if infinite else Exit.OK)


def _is_rounded(answer: float, truth: Any, digits: int) -> None:
    """Is this the float64 nearest to the truth, and is that what is said of it?"""
    assert answer == float(truth)
    assert digits == 16


@pytest.mark.parametrize("case", DIFFERENCES[:40], ids=lambda case: f"{case.text} {case.at['a']}")
def test_a_point_outside_stays_an_error(case: Case) -> None:
    outside = case.at | {"a": str(Decimal(case.at["a"]) - Decimal("3e-20"))}
    with pytest.raises(GradcalcError) as caught:
        evaluate(case.text, outside)
    assert caught.value.code == "domain"
    assert "rounding" not in (caught.value.hint or "")


def _parallel(count: int, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Vectors that point the same way, the cosine between which float64 takes for more than 1."""
    random = Random(seed)
    while count:
        u = [random.randint(1, 99) for _ in range(random.randint(2, 4))]
        v = random.choice((1, 2, 3, 7)) * np.array(u)
        if (
            float(np.dot(u, v)) / (math.sqrt(float(np.dot(u, u))) * math.sqrt(float(np.dot(v, v))))
            > 1
        ):
            yield u, [int(x) for x in v]
            count -= 1


@pytest.mark.parametrize(("u", "v"), list(_parallel(12, 3)))
def test_the_angle_of_parallel_vectors_is_0(u: list[int], v: list[int]) -> None:
    text = "acos(dot(u, v)/(sqrt(dot(u, u))*sqrt(dot(v, v))))"
    answer = evaluate(text, {"u": u, "v": v}, options=Options(check="fast"))
    assert (answer.value, answer.digits, answer.exit) == (0, 16, Exit.OK)
    lengths = {name: math.hypot(*x) for name, x in (("u", u), ("v", v))}
    for row in answer.derivatives:
        own = {"u": u, "v": v}[row.by[0]]
        for x, part in zip(own, row.parts, strict=True):
            # Beside it the angle grows by what is moved across the vector, on both sides.
            slope = math.sqrt(lengths[row.by[0]] ** 2 - x * x) / lengths[row.by[0]] ** 2
            assert part.status == "kink"
            assert (part.left, part.right) == pytest.approx((-slope, slope), rel=1e-14)
            assert part.gradient == 0


IDENTITIES = (  # of operands that are 0 by an identity; the values are exact
    ("sqrt(sin(x)^2 + cos(x)^2 - 1)", 0.0),
    ("sqrt(1 - sin(x)^2 - cos(x)^2)", 0.0),
    ("acos(sin(x)^2 + cos(x)^2)", 0.0),
    ("asin(cosh(x)^2 - sinh(x)^2)", math.pi / 2),
    ("acosh(sqrt(x)^2/x)", 0.0),
    ("sqrt(exp(log(x)) - x) + 3", 3.0),
    ("acosh(exp(x)*exp(-x))", 0.0),
)


@pytest.mark.parametrize(("text", "value"), IDENTITIES)
def test_operands_that_are_0_by_an_identity(text: str, value: float) -> None:
    exact = []
    for k in range(1, 30):
        answer = evaluate(text, {"x": f"{k}/20"}, options=Options(check="fast"), wrt=())
        if any("only by rounding" in note for note in answer.notes):
            exact.append(answer)
    assert exact
    assert all((answer.value, answer.digits) == (value, 16) for answer in exact)


@pytest.mark.parametrize("x", [1 + 2**-52, 1.5, 2.0, 1 + 1e-9])
@pytest.mark.parametrize("function", ["acos", "asin"])
def test_operands_outside_are_printed_in_full(function: str, x: float) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(f"{function}(x)", {"x": x})
    shown = caught.value.message.split("(")[1].split(")")[0]
    assert np.float64(shown) == x
    assert "rounding" not in (caught.value.hint or "")


# The other commands ------------------------------------------------------------------------

INSIDE = {"a": "0.3 + 1e-20", "b": "0.1", "c": "0.2"}


def test_higher_derivatives_are_those_of_the_exact_run() -> None:
    second = hessian("sqrt(a - b - c)", INSIDE)
    assert second.exit is Exit.OK
    signs = {"a": 1, "b": -1, "c": -1}
    for row in second.derivatives:
        one, other = row.by
        assert row.gradient == -2.5e29 * signs[one] * signs[other]
        assert row.digits == 16
    orders = derivatives("sqrt(a - b - c)", INSIDE, 4, wrt=("a",))
    assert [row.gradient for row in orders.derivatives] == [5e9, -2.5e29, 3.75e49, -9.375e69]
    assert all(row.digits == 16 for row in orders.derivatives)


def test_the_elements_of_an_array_are_those_of_the_exact_run() -> None:
    text = "acos(A @ [1, 2, 3]/(norm([1, 2, 3])*norm(A[0])))"
    answer = jacobian(text, {"A": [[1, 2, 3], [3, 2, 1]]}, options=Options(check="fast"))
    assert answer.value.tolist() == [0, math.acos(10 / 14)]
    assert answer.exit is Exit.OK


def test_a_matrix_that_only_rounding_makes_singular_has_an_inverse() -> None:
    answer = evaluate("inv([[0.1, 0.2], [0.3, a]])[0, 0]", {"a": "0.6 + 1e-20"})
    assert (answer.value, answer.derivatives[0].gradient) == (6e20, -6e40)
    assert answer.worst_digits == 16


def test_what_the_run_decides_is_decided_by_the_exact_one() -> None:
    text = "y = sqrt(a - b - c); 5*y if y > 0 else -y"
    answer = evaluate(text, INSIDE)
    assert (answer.value, answer.digits) == (5e-10, 16)
    assert answer.guards == ("y > 0",)


ANGLE = "acos((a*c + b*d)/(sqrt(a*a + b*b)*sqrt(c*c + d*d)))"
ROWS = ["0.1,0.7,0.1,0.7", "0.1,0.7,0.2,1.4", "0.1,0.7,0.1,0.6", "0.3,0.9,0.3,0.9", "2,3,2,3"]


@pytest.mark.parametrize("text", [ANGLE, f"t = {ANGLE}; t if t > 0 else 2*t"])
def test_map_answers_alike(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("\n".join(["a,b,c,d", *ROWS]))
    assert run(["map", text, str(table), "--keep", "", "--check-rows", "0"]) == Exit.OK
    header, *lines = capsys.readouterr().out.splitlines()
    for cells, line in zip(ROWS, lines, strict=True):
        at = dict(zip("abcd", map(float, cells.split(",")), strict=True))
        answer = evaluate(text, at, options=Options(check="fast"))
        expected = {"value": answer.value} | {f"d_{k}": v for k, v in answer.gradient.items()}
        row = dict(zip(header.split(","), map(float, line.split(",")), strict=True))
        assert row == pytest.approx(expected, rel=1e-10)


def test_rows_that_are_certainly_outside_are_not_run_again() -> None:
    x = np.linspace(-5, -1e-9, 1000)
    for text in ("log(x)", "sqrt(x - 1e-3)", "acos(2 - x)", "log(x) if log(x) > 0 else x"):
        kernel = compile(text)
        kernel(x=np.concatenate([x, [1.0]]))
        assert kernel.outside_domains({"x": x}).all()
    kernel = compile("sqrt(x - y - z)")
    table = {"x": np.array([0.3, 0.3]), "y": np.array([0.1, 0.1]), "z": np.array([0.2, 0.3])}
    kernel(table)
    assert kernel.outside_domains(table).tolist() == [False, True]


def test_lines_checks_and_hunts_answer_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"expr": "sqrt(a-b-c)", "at": INSIDE})))
    assert run(["eval", "--jsonl"]) == Exit.OK
    assert json.loads(capsys.readouterr().out)["value"] == 1e-10
    point = ",".join(f"{name}={x}" for name, x in INSIDE.items())
    claim = ["check", "sqrt(a-b-c)", "--at", point, "--claim", "a=5e9", "--claim", "b=-5e9"]
    assert run(claim) == Exit.OK
    assert run(["hunt", ANGLE, "--at", "b=0.7,c=0.1,d=0.7", "--in", "a=0.05:0.15"]) != Exit.BUG
    assert "domain" not in capsys.readouterr().out


@pytest.mark.parametrize("x", ["-1/e", "-exp(-1)", "-1/exp(1)"])
def test_lambertw_at_the_edge_of_its_domain(x: str) -> None:
    """-1/e is no number of any base: that W is -1 there is told from e*x."""
    answer = evaluate("lambertw(x)", {"x": x})
    row = answer.derivatives[0]
    assert (answer.value, answer.digits) == (-1, 16)
    assert (row.status, row.left, row.right) == ("vertical", None, math.inf)
    squared = evaluate("lambertw(x)^2 + 2*lambertw(x)", {"x": x}).derivatives[0]
    assert (squared.status, squared.left) == ("one-sided", None)
    assert squared.gradient == pytest.approx(2 * math.e, rel=1e-15)  # 1 + W is sqrt(2(e x + 1))


def test_lambertw_undoes_x_exp_x_only_to_the_right_of_minus_1() -> None:
    row = evaluate("lambertw(x*exp(x))", {"x": -1}).derivatives[0]
    assert (row.status, row.left, row.right, row.gradient) == ("kink", -1, 1, 0)
