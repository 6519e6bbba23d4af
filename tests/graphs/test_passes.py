"""The passes that are told are those that were run: terms add up to each sweep's numbers."""

from __future__ import annotations

import math

import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import GradcalcError
from gradcalc.formulas.trees import fold
from gradcalc.graphs.passes import Arrival, passes
from gradcalc.graphs.told import tell_passes
from gradcalc.language import parse_expression
from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Number, Unary
from gradcalc.rules.systems import machine_numbers
from gradcalc.rules.table import CALLABLE, TABLE
from gradcalc.views.passes import local_formula, sum_text

OFF = Options(check="off")
FORMULAS = [
    ("sin(x)*y + exp(x*y)", {"x": 1, "y": 2}),
    ("x^2*max(x, y) - x/0.1 + 3", {"x": 2, "y": 1}),
    ("y = x; for i in 0..30 { y = 3.7*y*(1 - y) }; y", {"x": "0.3"}),
    ("v @ A @ v", {"v": [1, -2], "A": [[1, 2], [3, 4]]}),
]


def holds(arrival: Arrival) -> bool:
    if not arrival.terms or arrival.total is None:
        return True
    terms = math.fsum(term.factor * term.partial for term in arrival.terms)
    size = math.fsum(abs(term.factor * term.partial) for term in arrival.terms)
    return abs(terms - arrival.total) <= 1e-14 * size


@pytest.mark.parametrize(("formula", "at"), FORMULAS)
def test_terms_add_up_to_what_each_sweep_left(formula: str, at: dict[str, object]) -> None:
    told = tell_passes(formula, at, None, OFF)
    for one in told.passes.forward:
        assert all(holds(arrival) for arrival in one.tangents.values())
    for each in told.passes.backward:
        assert holds(each.cotangent)
        assert (
            each.cotangent.terms
            or each.slot == told.steps.trace.result
            or not (each.cotangent.total)
        )


def test_a_value_that_is_used_twice_is_collected_from_both() -> None:
    steps = evaluate("sin(x)*y + exp(x*y)", {"x": 1, "y": 2}, options=OFF).steps
    last = passes(steps).backward[-1]
    assert last.slot == steps.trace.inputs["x"]
    assert sum_text(last.cotangent) == "7.38906·2 + 2·0.540302 = 15.8587"


def told_locals(name: str, *, order: str = "v0") -> list[bool]:
    """By local derivative of a function: is it told as a formula, which has the value beside it?"""
    row = CALLABLE[name]
    at = {f"v{k}": (low + high) / 2 + 0.01 for k, (low, high) in enumerate(row.samples)}
    at = {k: v if math.isfinite(v) else 0.7 for k, v in at.items()}
    told = tell_passes(f"{name}({', '.join([order, *list(at)[1:]])})", at, None, OFF)
    trace, step = told.steps.trace, told.passes.forward[-1]
    found = []
    for edge in step.edges:
        formula = local_formula(trace, step.slot, edge)
        found.append(formula is not None)
        if formula is not None:
            root = parse_expression(formula, functions=frozenset(TABLE))
            values = {f"v{k}": trace.values[k] for k in range(len(at))}
            assert value(root, values) == pytest.approx(edge.partial, rel=1e-6, abs=1e-9), name
    return found


def value(root: Expr, values: dict[str, float]) -> float:
    """A formula's value by floats, in any functions of the table: a text may call only some."""
    numbers = machine_numbers()

    def combine(node: Node, below: list[float]) -> float:
        match node:
            case Number(_, exact):
                return float(exact)
            case Name(name):
                return values[name] if name in values else float(numbers.constant(name))
            case Unary():
                return -below[0]
            case Binary("+"):
                return below[0] + below[1]
            case Binary("-"):
                return below[0] - below[1]
            case Binary("*"):
                return below[0] * below[1]
            case Binary("/"):
                return below[0] / below[1]
            case Binary("^"):
                return float(below[0] ** below[1])
            case Call(name):
                row = CALLABLE.get(name)
                variant = row.variants.get(len(below), row.name) if row else name
                return float(getattr(numbers, variant)(*below))
        raise AssertionError(node)

    return fold(root, combine)


def test_functions_tell_their_local_derivatives_as_formulas() -> None:
    """What a formula says is the number beside it. Orders are integers, and constants."""
    found = []
    for name, row in CALLABLE.items():
        if row.array is None and not row.variants:
            order = "2" if row.partials[0] is None else "v0"
            found += told_locals(name, order=order)
    assert len(found) > 150
    assert all(found)


def test_negative_factors_stand_in_brackets() -> None:
    told = tell_passes("x*sin(x)", {"x": 2}, None, OFF)
    product = told.passes.forward[-1].tangents["x"]
    assert sum_text(product) == "1·0.909297 + (-0.416147)·2 = 0.0770038"


def test_where_products_are_no_number_the_derivative_is_said_beside() -> None:
    told = tell_passes("sqrt(x^4)", {"x": 0}, None, OFF)
    assert any("the derivative is 0" in note for note in told.notes)
    assert not any("products" in note for note in tell_passes("x^4", {"x": 0}, None, OFF).notes)


def test_an_array_has_no_passes_of_its_own() -> None:
    with pytest.raises(GradcalcError) as caught:
        tell_passes("v*2", {"v": [1, 2]}, None, OFF)
    assert caught.value.code == "not-a-number"
