"""Both passes of the chain rule in words: what each step receives, from where, and its sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from gradcalc.errors import GradcalcError
from gradcalc.formulas.partials import stated_partial
from gradcalc.formulas.tidy import tidy
from gradcalc.formulas.trees import substituted
from gradcalc.graphs.local import Local
from gradcalc.graphs.passes import Arrival, Backward, Forward
from gradcalc.graphs.told import ToldPasses
from gradcalc.language import to_text
from gradcalc.language.syntax import Expr, Name
from gradcalc.rules.rule import Rule
from gradcalc.trace.trace import INPUT, Trace
from gradcalc.views.console import Screen
from gradcalc.views.documents import Table
from gradcalc.views.layout import gap, line, sentence
from gradcalc.views.nodes import ALL_DIGITS, number, point
from gradcalc.views.operations import argument, step_text
from gradcalc.views.steps import chosen
from gradcalc.views.strict import dumped

SCHEMA = "gradcalc.sweeps/1"
RULES = {"+": "sum rule", "*": "product rule", "/": "quotient rule", "^": "power rule"}
FORWARD = "forward: each step's tangents, local derivatives times the tangents of its arguments"
REVERSE = "reverse: each step's cotangent, collected from the steps that use it"


def rule_name(row: Rule) -> str:
    """The rule of differentiation that a step takes: by name, or sin'(u) = cos(u)."""
    if row is INPUT:
        return "the input"
    if row.operator == "-":
        return "sum rule" if row.arity == 2 else "constant factor"
    if row.operator in RULES:
        return RULES[row.operator]
    formula = _formula(row, 0) if row.arity == 1 else None
    if formula is None:
        return f"partial derivatives of {row.name}"
    return f"{row.name}'(u) = {to_text(substituted(formula, {row.parameters[0]: Name('u')}))}"


def _formula(row: Rule, which: int) -> Expr | None:
    """A rule's partial derivative as a formula; None where it is not known."""
    try:
        return stated_partial(row, which)
    except GradcalcError:
        return None


def local_text(trace: Trace, slot: int, edge: Local) -> str:
    """A local derivative as formula and number: ∂v3/∂v2 = v1 = 2."""
    formula, value = local_formula(trace, slot, edge), number(edge.partial)
    between = f" = {formula}" if formula not in (None, value) else ""
    return f"∂v{slot}/∂v{edge.argument}{between} = {value}"


def local_formula(trace: Trace, slot: int, edge: Local) -> str | None:
    """The formula alone, in the step's arguments; None where it is not known."""
    row = trace.rules[slot]
    formula = _formula(row, edge.which)
    if formula is None:
        return None
    arguments = zip(row.parameters, trace.arguments[slot], strict=True)
    return to_text(tidy(substituted(formula, {name: argument(trace, a) for name, a in arguments})))


def sum_text(arrival: Arrival) -> str:
    """What arrives as a sum of products: 2·0.540302 + 1·0.841471 = 1.92208; empty for nothing."""
    if arrival.total is None:
        return ""
    total = number(arrival.total)
    if not arrival.terms:
        return total
    first, *others = arrival.terms
    products = [(number(first.factor), first), *((_bracketed(one.factor), one) for one in others)]
    terms = " + ".join(f"{factor}·{_bracketed(one.partial)}" for factor, one in products)
    return f"{terms} = {total}"


def _bracketed(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def show(told: ToldPasses, out: Screen, rows: int | None) -> None:
    """Print both passes; of many steps the first and the last, `rows` of them."""
    result, steps = told.result, told.steps
    line(out, "formula", Text(result.canonical))
    if result.at:
        line(out, "at", Text(point(result)))
    gap(out)
    sentence(out, Text(FORWARD, style="bold"))
    for one in _some(told.passes.forward, rows, out):
        _show_forward(steps.trace, one, out)
    gap(out)
    sentence(out, Text(REVERSE, style="bold"))
    for each in _some(told.passes.backward, rows, out):
        _show_backward(steps.trace, each, out)
    gap(out)
    for name in steps.tangents:
        derivative = number(steps.reverse(name), ALL_DIGITS)
        line(out, f"∂f/∂{name}", Text(f"{derivative}, {_agreement(told, name)}"))
    for note in told.notes:
        line(out, "note", Text(note))


def _agreement(told: ToldPasses, name: str) -> str:
    """How the passes compare at their ends."""
    steps = told.steps
    forward = number(steps.forward(name), ALL_DIGITS)
    if forward == number(steps.reverse(name), ALL_DIGITS):
        return f"at the end of both passes: v{steps.trace.result} and v{steps.trace.inputs[name]}"
    return f"by reverse mode; {forward} by forward mode"


def _some(items: Sequence[Any], rows: int | None, out: Screen) -> Iterator[Any]:
    """Some of the steps, with a line that says how many are left out."""
    last = -1
    for k in chosen(len(items), rows):
        if k != last + 1:
            sentence(out, Text(f"… {k - last - 1:,} steps left out (--trace all)", style="dim"))
        last = k
        yield items[k]


def _show_forward(trace: Trace, one: Forward, out: Screen) -> None:
    slot, value = one.slot, number(trace.values[one.slot])
    text = Text(f"v{slot} = {step_text(trace, slot)} = {value}")
    name = trace.names.get(slot, "")
    text.append(f"   {rule_name(trace.rules[slot])}" + (f", called {name}" if name else ""), "dim")
    sentence(out, text, indent=4)
    for edge in one.edges:
        sentence(out, Text(f"    {local_text(trace, slot, edge)}"), indent=6)
    for name, arrival in one.tangents.items():
        if arrival.total is not None:
            sentence(out, Text(f"    ∂v{slot}/∂{name} = {sum_text(arrival)}"), indent=6)


def _show_backward(trace: Trace, one: Backward, out: Screen) -> None:
    if one.cotangent.total is None:
        sentence(out, Text(f"v{one.slot} receives nothing"), indent=4)
        return
    sentence(out, Text(f"v{one.slot} {arrival_text(trace, one)}"), indent=4)


def arrival_text(trace: Trace, one: Backward) -> str:
    """How a cotangent comes about: `arrives twice, from v2, v4: 2·0.54 + 7.39·2 = 15.9`."""
    terms = one.cotangent.terms
    if not terms:
        return f"is the value: {sum_text(one.cotangent)}"
    times = {1: "arrives", 2: "arrives twice,"}.get(len(terms), f"arrives {len(terms)} times,")
    steps = ", ".join(f"v{step}" for step in dict.fromkeys(term.step for term in terms))
    return f"{times} from {steps}: {sum_text(one.cotangent)}"


def tables(told: ToldPasses, rows: int | None) -> list[Table]:
    """Both passes as tables for documents."""
    trace, names = told.steps.trace, tuple(told.steps.tangents)
    forward, backward = told.passes.forward, told.passes.backward
    first = [
        (
            f"v{one.slot}",
            step_text(trace, one.slot),
            number(trace.values[one.slot]),
            rule_name(trace.rules[one.slot]),
            "; ".join(local_text(trace, one.slot, edge) for edge in one.edges),
            *(sum_text(one.tangents[name]) for name in names),
        )
        for one in (forward[k] for k in chosen(len(forward), rows))
    ]
    second = [
        (f"v{one.slot}", arrival_text(trace, one))
        for one in (backward[k] for k in chosen(len(backward), rows))
        if one.cotangent.total is not None
    ]
    headings = ("step", "operation", "value", "rule", "local derivatives")
    return [
        Table(FORWARD, (*headings, *(f"∂/∂{name}" for name in names)), tuple(first)),
        Table(REVERSE, ("step", "cotangent"), tuple(second)),
    ]


def words(told: ToldPasses) -> list[str]:
    """The sentences below the tables."""
    steps = told.steps
    ends = [f"∂f/∂{name} = {number(steps.reverse(name), ALL_DIGITS)}" for name in steps.tangents]
    return [*ends, *told.notes]


def record(told: ToldPasses) -> dict[str, Any]:
    """Both passes as JSON's own types, all steps."""
    result, steps = told.result, told.steps
    trace = steps.trace
    return {
        "schema": SCHEMA,
        "expr": result.expr,
        "canonical": result.canonical,
        "at": {name: _data(value) for name, value in result.at.items()},
        "value": _data(result.value),
        "gradient": {name: steps.reverse(name) for name in steps.tangents},
        "forward": [
            {
                "step": one.slot,
                "operation": step_text(trace, one.slot),
                "value": _data(trace.values[one.slot]),
                "rule": rule_name(trace.rules[one.slot]),
                "locals": [_local(trace, one.slot, edge) for edge in one.edges],
                "tangents": {name: _arrival(each) for name, each in one.tangents.items()},
            }
            for one in told.passes.forward
        ],
        "reverse": [
            {"step": one.slot, "cotangent": _arrival(one.cotangent)} for one in told.passes.backward
        ],
        "notes": list(told.notes),
        "error": None if result.error is None else result.error.message,
    }


def _local(trace: Trace, slot: int, edge: Local) -> dict[str, Any]:
    formula = local_formula(trace, slot, edge)
    return {"argument": edge.argument, "formula": formula, "value": edge.partial}


def _arrival(arrival: Arrival) -> dict[str, Any]:
    terms = [{"from": t.step, "factor": t.factor, "local": t.partial} for t in arrival.terms]
    return {"terms": terms, "total": arrival.total}


def _data(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def as_json(told: ToldPasses) -> str:
    """Both passes as one strict JSON object."""
    return dumped(record(told))
