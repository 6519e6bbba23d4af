"""Derivatives as formulas, beside sympy's derivative and their own text read again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradcalc.answers.evaluate import evaluate
from gradcalc.errors import GradcalcError
from gradcalc.formulas import laws
from gradcalc.formulas.diff import diff
from gradcalc.formulas.partials import partial_formula
from gradcalc.formulas.trees import names_in
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary
from gradcalc.rules.rule import Rule
from tests.formulas.corpus import ROWS, WRITTEN, known_partial, random_formulas, row_formulas


@pytest.mark.parametrize("source", [*WRITTEN, *row_formulas()])
def test_a_derivative_is_found_proven_and_can_be_read_again(source: str) -> None:
    result = diff(source)
    for row in result.derivatives:
        assert row.proven, to_text(row.formula)
        again = diff(to_text(row.formula)).value
        assert to_text(again) == to_text(row.formula)


@pytest.mark.parametrize("source", random_formulas(30, seed=3))
def test_it_has_the_value_that_sympy_gives_for_the_text(source: str) -> None:
    at = {name: Fraction(13, 10) for name in names_in(diff(source, wrt=[]).value) - {"pi", "e"}}
    at |= {name: Fraction(7, 5) for name in ("y", "b", "k") if name in at}
    whole = evaluate(source, {**at, "x": at.get("x", Fraction(1))})
    for row in diff(source, at).derivatives:
        true = next(one.gradient for one in whole.derivatives if one.by == row.by)
        assert row.at == pytest.approx(true, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("source", "wrt", "expected"),
    [
        ("x*sin(x)", "x", "sin(x) + x*cos(x)"),
        ("x^2*sin(3x)", "x", "2*x*sin(3*x) + 3*x^2*cos(3*x)"),
        ("x^3*y^2", "x,x,y", "12*x*y"),
        ("[x*y, x + y]", "x", "[y, 1]"),
        ("sin(x)^2 + cos(x)^2", "x", "0"),
        ("log(x)/x", "x,x", "(2*log(x) - 3)/x^3"),
        ("f(t) = t^2 + 1; f(2*x)", "x", "8*x"),
        ("s = 0\nfor i in 0..4 { s = s + x^i }\ns", "x", "1 + 2*x + 3*x^2"),
        ("x^2 if x > 0 else -x", "x", "2*x if x > 0 else -1"),
        ("D(x^3, x)*x", "x", "9*x^2"),
        ("phi^2 + tau", "phi", "2*phi"),
    ],
)
def test_what_is_written(source: str, wrt: str, expected: str) -> None:
    (row,) = diff(source, wrt=[tuple(wrt.split(","))]).derivatives
    assert to_text(row.formula) == expected


def test_vectors_and_matrices_by_their_elements() -> None:
    (row,) = diff("sum(v^2)", {"v": [1, 2]}).derivatives
    assert to_text(row.formula) == "[2*v[0], 2*v[1]]"
    assert row.at == (2, 4)
    (row,) = diff("sum(v^2)", {"v": [1, 2]}, wrt=[("v", "v")]).derivatives
    assert to_text(row.formula) == "[[2, 0], [0, 2]]"
    (row,) = diff("det(A)", {"A": [[1, 2], [3, 5]]}).derivatives
    assert row.proven
    assert row.at == ((5, -3), (-2, 1))


def test_a_branch_is_followed_at_a_point_and_said() -> None:
    source = "if x > 0 { y = x^2 } else { y = -x }; y"
    result = diff(source, {"x": 3})
    assert result.guards == ("x > 0",)
    assert to_text(result.derivatives[0].formula) == "2*x"
    with pytest.raises(GradcalcError) as caught:
        diff(source)
    assert caught.value.code == "needs-point"
    assert caught.value.hint == "add --at x=…"


def test_raw_is_what_the_laws_derive() -> None:
    (row,) = diff("x^2*sin(x)", raw=True).derivatives
    assert to_text(row.formula) == "2*x*sin(x) + x^2*cos(x)"
    (row,) = diff("x/y + 3*x", wrt=[("x",)], raw=True).derivatives
    assert to_text(row.formula) == "1/y + 3*1"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_partial_is_said_in_functions_that_a_text_may_call(row: Rule) -> None:
    for which in range(row.arity):
        if known_partial(row, which):
            text = to_text(partial_formula(row, which))
            assert diff(text, wrt=[]).value is not None


@pytest.mark.parametrize("name", ["_product", "_quotient", "_constant_power", "_call", "_sum"])
def test_a_wrong_law_is_never_proven(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each law, made wrong, is found out: the truth takes no law into account."""
    right = getattr(laws, name)

    def wrong(*arguments: object) -> laws.Law:
        law = right(*arguments)
        return laws.Law(law.name, Binary("-", law.formula, arguments[0]))  # type: ignore[arg-type]

    monkeypatch.setattr(laws, name, wrong)
    source = {"_product": "x*sin(x)", "_quotient": "sin(x)/x", "_constant_power": "x^3"}.get(
        name, "sin(x) + x"
    )
    (row,) = diff(source).derivatives
    assert not row.proven
    assert diff(source).exit == 1


def test_few_partials_have_no_formula() -> None:
    """By an order or a shape parameter; all else is said in functions that a text may call."""
    without = {
        (row.name, row.parameters[which])
        for row in ROWS
        for which in range(row.arity)
        if not known_partial(row, which)
    }
    assert {parameter for _, parameter in without} <= {"v", "k", "a", "b", "n", "nu", "d1", "d2"}


@pytest.mark.parametrize(
    ("source", "by", "place"),
    [
        ("2*x + besselj(n, x)", "n", "besselj(n, x)"),
        ("y = x^2; y + gammainc(a, y)", "a", "gammainc(a, y)"),
        ("besselj(n, x)", "x,n", ""),  # what a rule made stands nowhere
    ],
)
def test_what_has_no_rule_is_shown_in_the_text(source: str, by: str, place: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        diff(source, wrt=[by])
    span = caught.value.span
    assert place == ("" if span is None else source[span.start : span.end])


def test_errors_name_what_is_wrong() -> None:
    for source, wrt, code in [
        ("x^2", ("z",), "unknown-input"),
        ("besselj(v, x)", ("v",), "unknown-derivative"),
        ("x = x^2; while x > 2 { x = x/2 }; x", ("x",), "needs-point"),
        ("x(", ("x",), "unclosed"),
    ]:
        with pytest.raises(GradcalcError) as caught:
            diff(source, wrt=[wrt])
        assert caught.value.code == code


ORDERED = [
    ("sort([{a}, {b}, x*y])[0]", "sort"),
    ("median([{a}, {b}, x + y])", "median"),
    ("argmax([{a}, {b}])*x + y", "argmax"),
    ("quantile([{a}, {b}, y], 0.3)", "quantile"),
    ("v = [{a}, {b}]; w = v*x; sort(w) @ [1, 2]", "sort(w)"),
    ("argmin([{a}, {b}, x*y])*y", "argmin"),
]


@pytest.mark.parametrize(("text", "what"), ORDERED)
@pytest.mark.parametrize(("a", "b"), [("x", "2"), ("x^2", "y"), ("sin(x)", "cos(y)")])
def test_what_orders_by_values_is_a_formula_at_a_point_only(
    text: str, what: str, a: str, b: str
) -> None:
    """Without one it was the formula of the order at a point that nobody had named."""
    source = text.format(a=a, b=b)
    with pytest.raises(GradcalcError) as caught:
        diff(source)
    assert caught.value.code == "needs-point"
    for at in ({"x": "3", "y": "0.4"}, {"x": "-1.3", "y": "2.5"}):
        found = diff(source, at)
        assert any(what in guard and guard.endswith("its order") for guard in found.guards)
        truth = evaluate(source, at).gradient
        for name, formula in found.formulas.items():
            assert evaluate(formula, at).value == pytest.approx(truth[name], rel=1e-14)


@pytest.mark.parametrize("source", ["0^-exp(x)", "log(x - x)", "y*x*log(0)", "1/(x - x)"])
def test_infinite_values_prove_nothing(source: str) -> None:
    """A formula that is infinite, or has no value, has none of its slope to compare with."""
    found = next(row for row in diff(source).derivatives if row.by == ("x",))
    assert not found.proven


VECTOR = {"v": "[0.7, 2.1, 1.3]"}
MATRIX = {"A": "[[2, 0.3], [0.5, 1.7]]"}
OF_ARRAYS = [
    *((f"{name}(v)", VECTOR) for name in (
        "sum", "prod", "mean", "var", "std", "max", "min", "cumsum", "cumprod", "cummax", "norm",
        "softmax", "log_softmax", "logsumexp", "diff", "sigmoid", "relu", "sin", "median", "sort",
    )),
    *((text, VECTOR) for text in (
        "v", "2*v", "[v, v]", "where(v > 1, v, v^2)", "clip(v, 1, 2)", "abs(v - 1)", "v/norm(v)",
        "v @ v", "max(v[0], v[1], v[2])", "w = v; w[1] = w[0]^2; sum(w)", "v if v[0] > 0 else -v",
        "detach(v) @ v", "y = detach(v[0])*v; y",
    )),
    *((text, MATRIX) for text in ("A", "A @ A", "det(A)", "inv(A)", "max(A, 1)", "A.T", "exp(A)")),
]  # fmt: skip


@pytest.mark.parametrize(("source", "at"), OF_ARRAYS)
def test_arrays_that_are_given_are_no_numbers(source: str, at: dict[str, str]) -> None:
    """A text that could be of numbers was read as such, though the point has vectors."""
    truth, found = evaluate(source, at), diff(source, at)
    for row in found.derivatives:
        assert row.proven
        expected = np.asarray(truth.gradient[row.key], float)
        assert np.shape(row.at) == expected.shape
        assert np.allclose(np.asarray(row.at, float), expected, rtol=1e-13, atol=1e-15)


def test_with_arrays_all_inputs_need_values() -> None:
    with pytest.raises(GradcalcError, match="no value for y"):
        diff("v*y", VECTOR)


@pytest.mark.parametrize(
    "source",
    ["x/(7e300*1e20)", "1/(x*7e300*1e20)", "(1e300*x)^2", "y*(3e299*x)^2/7", "x/1e200/3e250/9"],
)
def test_derivatives_hold_no_number_that_cant_be_read(source: str) -> None:
    """Put together, constants leave the range of numerals: what is written is read again."""
    for row in diff(source).derivatives:
        assert row.proven
        assert diff(str(row)).value == row.formula
