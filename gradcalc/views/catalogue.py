"""The table of primitives as documentation: text, tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.language.suggest import nearest
from gradcalc.rules.compositions import COMPOSITIONS
from gradcalc.rules.rule import Kernel, Rule
from gradcalc.rules.table import CALLABLE, TABLE, call_name
from gradcalc.run.forms import SPECIAL_FORMS, functions
from gradcalc.trace.builder import Builder
from gradcalc.trace.formula import formula
from gradcalc.views.numbers import shortest
from gradcalc.views.strict import dumped

if TYPE_CHECKING:
    from gradcalc.views.console import Screen

Entry = dict[str, Any]


def everything() -> list[Entry]:
    """Every function that a text may call."""
    rows = [_entry(row) for row in TABLE.values() if not row.hidden]
    others = [*map(_form, SPECIAL_FORMS), *map(_composition, COMPOSITIONS)]
    return sorted([*rows, *others], key=lambda entry: str(entry["name"]).lower())


def describe(name: str) -> list[Entry]:
    """One function; an unknown name suggests the nearest known one."""
    if name in SPECIAL_FORMS:
        return [_form(name)]
    if name in COMPOSITIONS:
        return [_composition(name)]
    if name in CALLABLE:
        return [_entry(CALLABLE[name])]
    known = nearest(name, sorted(functions()))
    raise GradcalcError(
        "unknown-name",
        f"unknown function '{name}'",
        hint=f"did you mean {known}?" if known else "gradcalc functions lists them all",
    )


def derivatives(row: Rule) -> dict[str, str]:
    """Each partial derivative as a formula, by parameter."""
    return {
        parameter: _derivative(row, partial)
        for parameter, partial in zip(row.parameters, row.partials, strict=True)
    }


def _derivative(row: Rule, partial: Kernel | None) -> str:
    """A partial derivative as the rule itself computes it, run over traced numbers."""
    if partial is None:
        return "not known"
    builder = Builder()
    inputs = [builder.input(parameter) for parameter in row.parameters]
    found = partial(builder.numbers, builder.record(row.name, *inputs), *inputs)
    if found is None:
        return "0"
    if isinstance(found, int):
        found = builder.constant(Fraction(found))
    return to_text(formula(builder.trace, found.slot))


def _entry(row: Rule) -> Entry:
    optional = len(row.parameters) - len(row.defaults)
    parameters = [p if k < optional else f"[{p}]" for k, p in enumerate(row.parameters)]
    found = derivatives(row)
    helpers = {name: TABLE[name].doc for text in found.values() for name in _hidden(text)}
    return {
        "name": row.name,
        "signature": f"{call_name(row)}({', '.join(parameters)})",
        "aliases": list(row.aliases),
        "kind": row.kind,
        "meaning": row.doc,
        "derivatives": found,
        "where": helpers,
        "variants": [_entry(TABLE[name]) for name in row.variants.values()],
        "domain": row.domain,
        "at_kinks": row.convention,
        "example": _example(row.example),
    }


def _hidden(text: str) -> list[str]:
    """The functions in a formula that no text may call."""
    return [name for name, row in TABLE.items() if row.hidden and f"{name}(" in text]


def _form(name: str) -> Entry:
    form = SPECIAL_FORMS[name]
    return {
        "name": name,
        "signature": form.signature,
        "aliases": [],
        "kind": "special form",
        "meaning": form.doc,
        "derivatives": {},
        "where": {},
        "variants": [],
        "domain": "",
        "at_kinks": "",
        "example": _example(form.example),
    }


def _composition(name: str) -> Entry:
    """A function of arrays, with what it is made of: the steps of its example."""
    entry = COMPOSITIONS[name]
    trace = evaluate(entry.example, {}, options=Options(check="off")).steps.trace
    steps = [row.name for row in trace.rules if row.name not in ("constant", "stack", "index")]
    return {
        "name": name,
        "signature": entry.signature,
        "aliases": [],
        "kind": "array",
        "meaning": entry.doc,
        "made_of": list(dict.fromkeys(steps)),
        "derivatives": {},
        "where": {},
        "variants": [],
        "domain": "",
        "at_kinks": "",
        "example": _example(entry.example),
    }


def _example(source: str) -> Entry | None:
    if not source:
        return None
    result = evaluate(source, {}, options=Options(check="off"))
    return {"expr": source, "value": shortest(result.value)}


def as_json(entries: list[Entry]) -> str:
    """As a JSON object."""
    return dumped({"schema": "gradcalc.functions/1", "functions": entries}, indent=2)


def show(entries: list[Entry], out: Screen) -> None:
    """One function in full, or several as a table."""
    from rich.text import Text

    from gradcalc.views.sheets import Column, Sheet, draw

    if len(entries) == 1:
        _show_entry(entries[0], out)
        return
    columns = Column("function"), Column("meaning", words=True), Column("derivative", words=True)
    table = Sheet(columns)
    for entry in entries:
        texts = entry["signature"], entry["meaning"], ", ".join(entry["derivatives"].values())
        table.rows.append(tuple(map(Text, texts)))
    draw(table, out)


def _show_entry(entry: Entry, out: Screen) -> None:
    from rich.text import Text

    from gradcalc.views.layout import line, sentence

    sentence(out, Text(f"{entry['signature']}: {entry['meaning']}"))
    for label, text in _facts(entry):
        line(out, label, Text(text))
    for variant in entry["variants"]:
        out.print()
        _show_entry(variant, out)


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    """What there is to say of a function, with the label of each line."""
    if entry["aliases"]:
        yield "also", ", ".join(entry["aliases"])
    if entry.get("made_of"):
        yield "made of", f"{', '.join(entry['made_of'])}: differentiated step by step"
    for parameter, text in entry["derivatives"].items():
        yield f"d/d{parameter}", text
    for name, meaning in entry["where"].items():
        yield "where", f"{name} is {meaning}"
    if entry["domain"]:
        yield "domain", entry["domain"]
    if entry["at_kinks"]:
        yield "at kinks", entry["at_kinks"]
    if entry["example"]:
        yield "example", f"{entry['example']['expr']} = {entry['example']['value']}"
