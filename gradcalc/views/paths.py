"""The paths from each input to the value: all of few, and of many the count and the heaviest."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from rich.text import Text

from gradcalc.graphs.account import Account
from gradcalc.graphs.paths import Path
from gradcalc.graphs.told import ToldPaths
from gradcalc.trace.trace import Trace
from gradcalc.views.console import Screen
from gradcalc.views.documents import Table
from gradcalc.views.layout import gap, line, sentence
from gradcalc.views.nodes import ALL_DIGITS, SHOWN_DIGITS, number, point
from gradcalc.views.numbers import jsonable
from gradcalc.views.operations import step_text
from gradcalc.views.strict import dumped

SCHEMA = "gradcalc.paths/1"
MAX_SHOWN_STEPS = 8  # of a path, and of the factors along it
HEAD_STEPS, TAIL_STEPS = 4, 3  # of a longer one
MAX_WRITTEN_DIGITS = 1000  # of a count
MAX_JSON_DIGITS = 4300  # of an integer, that readers in Python take


def count_text(count: int) -> str:
    """A count, exactly up to 20 digits: 1,048,576; else as 1.0715e+301."""
    return f"{count:,}" if count < 10**20 else f"{Decimal(count):.4e}"


def exact_count(count: int) -> str:
    """All digits of a count that `count_text` rounds, as far as anyone may want to read them."""
    if count < 10**20:
        return ""
    whole = Decimal(count)
    digits = whole.adjusted() + 1
    if digits > MAX_WRITTEN_DIGITS:
        return f"a number of {digits:,} digits (--json has them)"
    return f"{whole:f}, a number of {digits:,} digits"


def product_text(path: Path) -> str:
    """The product along a path, though float64 may not have it: -1.2346e+345."""
    product = path.product
    if not path.sign or (product and math.isfinite(product)):
        return number(product)
    exponent = math.floor(path.logarithm / math.log(10))
    mantissa = path.sign * math.exp(path.logarithm - exponent * math.log(10))
    return f"{mantissa:.{SHOWN_DIGITS - 1}g}e{exponent:+d}"


def factors_text(path: Path) -> str:
    """The local derivatives along a path, multiplied: 0.540302·2·1 = 1.0806."""
    if not path.factors:
        return f"the value is the input: {product_text(path)}"
    texts = [number(factor) for factor in path.factors]
    texts = [f"({t})" if k and t.startswith("-") else t for k, t in enumerate(texts)]
    product = product_text(path)
    if len(texts) == 1:
        return product
    return f"{'·'.join(_shortened(texts, '…'))} = {product}"


def steps_text(trace: Trace, name: str, path: Path) -> str:
    """A path by its steps: x → v2 = sin(v0) → v3 = v2 * v1."""
    texts = [f"v{slot} = {step_text(trace, slot)}" for slot in path.slots[1:]]
    left_out = len(texts) + 1 - HEAD_STEPS - TAIL_STEPS
    return " → ".join(_shortened([name, *texts], f"… {left_out:,} steps …"))


def _shortened(texts: list[str], between: str) -> list[str]:
    if len(texts) <= MAX_SHOWN_STEPS:
        return texts
    return [*texts[:HEAD_STEPS], between, *texts[-TAIL_STEPS:]]


def title(one: Account) -> str:
    """How many paths there are, and which of them are shown."""
    many = "s" if one.count != 1 else ""
    start = f"{count_text(one.count)} path{many} from {one.name} to the value"
    if one.complete:
        return start
    if one.share is None:
        return f"{start}; {len(one.heaviest)} of them"
    share = f"{100 * one.share:.3g} %" if one.share >= 1e-6 else "less than a millionth"
    return f"{start}; the {len(one.heaviest)} heaviest have {share} of the sizes of all products"


def sum_text(one: Account) -> str:
    """What the products add up to."""
    derivative = number(one.derivative, ALL_DIGITS)
    if one.total is None:
        return f"too many to add one by one; reverse mode: ∂f/∂{one.name} = {derivative}"
    total = number(one.total, ALL_DIGITS)
    if one.total == one.derivative:
        return f"{total} = ∂f/∂{one.name}"
    return f"{total}, added one by one; ∂f/∂{one.name} = {derivative} by reverse mode"


def remarks(told: ToldPaths) -> list[str]:
    """What is to be said of the paths beside their numbers."""
    found = []
    for one in told.accounts.inputs:
        if one.share is None:
            found.append(
                f"each path from {one.name} passes a local derivative that is 0 here, such as "
                f"{_zero(one.heaviest[0])}: no path is heavier than another"
            )
        elif any(not path.sign for path in one.heaviest):
            found.append(f"paths from {one.name} whose product is 0 pass a local derivative of 0")
    return [*found, *told.notes]


def _zero(path: Path) -> str:
    which = path.factors.index(0.0)
    return f"∂v{path.slots[which + 1]}/∂v{path.slots[which]}"


def effort(told: ToldPaths) -> str:
    """What reverse mode did instead."""
    steps, total = told.accounts.steps, sum(one.count for one in told.accounts.inputs)
    many = f"{steps:,} step{'s' if steps != 1 else ''}"
    if not steps:
        return "nothing to do: the value is the input"
    if total > steps:
        many += f" instead of {count_text(total)} paths"
    return f"{many}, one for each local derivative, to all inputs at once"


def show(told: ToldPaths, out: Screen) -> None:
    """Print the paths of each input, their sum, and what reverse mode did instead."""
    result, trace = told.result, told.steps.trace
    line(out, "formula", Text(result.canonical))
    if result.at:
        line(out, "at", Text(point(result)))
    for one in told.accounts.inputs:
        gap(out)
        sentence(out, Text(title(one), style="bold"))
        if exact := exact_count(one.count):
            line(out, "exactly", Text(exact))
        for path in one.heaviest:
            sentence(out, Text(f"  {steps_text(trace, one.name, path)}"), indent=4)
            sentence(out, Text(f"    {factors_text(path)}"), indent=6)
        line(out, "sum", Text(sum_text(one)))
    gap(out)
    line(out, "reverse", Text(effort(told)))
    for remark in remarks(told):
        line(out, "note", Text(remark))


def tables(told: ToldPaths) -> list[Table]:
    """The paths of each input as a table for documents."""
    trace = told.steps.trace
    return [
        Table(
            title(one),
            ("path", "product"),
            tuple((steps_text(trace, one.name, p), factors_text(p)) for p in one.heaviest),
        )
        for one in told.accounts.inputs
    ]


def words(told: ToldPaths) -> list[str]:
    """The sentences below the tables."""
    counts = [
        f"exactly: {exact}" for one in told.accounts.inputs if (exact := exact_count(one.count))
    ]
    sums = [f"sum over the paths from {one.name}: {sum_text(one)}" for one in told.accounts.inputs]
    return [*counts, *sums, f"reverse mode: {effort(told)}", *remarks(told)]


def record(told: ToldPaths) -> dict[str, Any]:
    """The paths as JSON's own types; counts are integers, of very many digits texts."""
    result, inputs = told.result, told.accounts.inputs
    return {
        "schema": SCHEMA,
        "expr": result.expr,
        "canonical": result.canonical,
        "at": {name: jsonable(value) for name, value in result.at.items()},
        "paths": {
            "count": _count(sum(one.count for one in inputs)),
            "steps": told.accounts.steps,
            "heaviest": [_path(one.name, path) for one in inputs for path in one.heaviest],
            "inputs": [
                {
                    "wrt": one.name,
                    "count": _count(one.count),
                    "share": one.share,
                    "sum": one.total,
                    "derivative": one.derivative,
                }
                for one in inputs
            ],
        },
        "notes": remarks(told),
    }


def _count(count: int) -> int | str:
    whole = Decimal(count)
    return count if whole.adjusted() < MAX_JSON_DIGITS else f"{whole:f}"


def _path(name: str, path: Path) -> dict[str, Any]:
    return {
        "wrt": name,
        "steps": list(path.slots),
        "factors": list(path.factors),
        "product": path.product,
        "logarithm": path.logarithm,
        "sign": path.sign,
    }


def as_json(told: ToldPaths) -> str:
    """The paths as one strict JSON object."""
    return dumped(record(told))
