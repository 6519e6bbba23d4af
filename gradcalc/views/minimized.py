"""A minimization on a terminal and as JSON: the way, the point, and what is proven of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from gradcalc.numbers.shapes import shown
from gradcalc.optimize.constrained import ACTIVE
from gradcalc.optimize.minimum import Minimum
from gradcalc.optimize.path import Iterate
from gradcalc.trace.elements import element_name, indices
from gradcalc.views.console import Screen
from gradcalc.views.grids import summary
from gradcalc.views.layout import RIGHT, ROUGH, WRONG, gap, line, number, rounded, sentence
from gradcalc.views.numbers import Rows, jsonable, shortest
from gradcalc.views.sheets import Column, Sheet, draw

SHOWN_ITERATES = 12
SHOWN_UNKNOWNS = 30
SHOWN_COORDINATES = 4  # of a point in the table of iterates
SHOWN_EIGENVALUES = 8
LABEL_COLUMNS = 13
ITERATE_DIGITS = 7


def show(found: Minimum, out: Screen) -> None:
    """The iterates, the point, its value, and the certificate."""
    what = "maximum" if found.maximized else "minimum"
    _line(out, "formula", found.canonical)
    _line(out, "method", f"{found.method}: {_count(found)}")
    gap(out)
    draw(_iterates(found, out), out)
    gap(out)
    draw(_point(found), out)
    gap(out)
    text = Text(shortest(found.value))
    if found.value_text is not None and len(found.value_text) > len(text.plain):
        text = Text(found.value_text)
    line(out, what if found.converged else "value", text, indent=LABEL_COLUMNS)
    _line(out, "gradient", f"norm {rounded(found.gradient_norm, 3)}")
    if found.eigenvalues is not None:
        _line(out, "eigenvalues", f"of the Hessian: {_some(found.eigenvalues)}")
    for each, value in (found.constraints or {}).items():
        _line(out, "constraint", f"{each}: {_activity(found, each, value)}")
    if found.at_bounds:
        _line(out, "at bounds", ", ".join(found.at_bounds[:SHOWN_UNKNOWNS]))
    if found.starts > 1:
        _line(out, "starts", f"{found.agreeing} of {found.starts} ended at this value")
    state = Text("converged: " if found.converged else "did not converge: ")
    state.stylize("" if found.converged else WRONG)
    line(out, "stopped", state.append(found.stopped), indent=LABEL_COLUMNS)
    line(out, "certificate", _certificate(found), indent=LABEL_COLUMNS)
    for note in found.notes:
        sentence(out, Text(f"note: {note}"))


def _line(out: Screen, label: str, text: str) -> None:
    line(out, label, Text(text), indent=LABEL_COLUMNS)


def _activity(found: Minimum, text: str, value: float) -> str:
    """Does a constraint hold with equality, and how much would the value gain without it?"""
    if found.multipliers is not None:
        if text not in found.multipliers:
            return "inactive"
        return f"active, multiplier {rounded(found.multipliers[text], 5)}"
    return "active" if abs(value) <= ACTIVE else "inactive"


def _count(found: Minimum) -> str:
    steps = f"{found.iterations:,} iteration{'' if found.iterations == 1 else 's'}"
    return f"{steps}, {found.evaluations:,} evaluations"


def _names(found: Minimum) -> list[str]:
    return [
        element_name(name, index)
        for name, value in found.point.items()
        for index in indices(np.shape(value))
    ]


def _some(values: Sequence[float]) -> str:
    texts = [rounded(value, 5) for value in values]
    if len(texts) > SHOWN_EIGENVALUES:
        return f"from {texts[0]} to {texts[-1]}"
    return ", ".join(texts)


def _certificate(found: Minimum) -> Text:
    proof = found.proof
    if proof.kind == "not proven":
        return Text(f"not proven: {proof.why}")
    if proof.kind == "degenerate":
        return Text("degenerate", style=ROUGH).append(f": {proof.why}", style="")
    wanted = proof.kind == ("maximum" if found.maximized else "minimum")
    text = Text(f"✓ {proof.kind}, proven", style=RIGHT if wanted else ROUGH)
    text.append(f": {proof.why}", style="")
    if proof.alone:
        names = _names(found)[:SHOWN_COORDINATES]
        boxes = zip(names, proof.alone, strict=False)
        ends = ", ".join(f"{n} in [{low:.6g}, {high:.6g}]" for n, (low, high) in boxes)
        text.append(f", {ends}{', …' if len(proof.alone) > len(names) else ''}", style="")
    return text


def _point(found: Minimum) -> Sheet:
    """A row for each number of the point, with its digits; refined where there are more. Of many
    numbers, a row for each unknown."""
    if sum(np.size(value) for value in found.point.values()) > SHOWN_UNKNOWNS:
        return _arrays(found.point)
    table = Sheet(
        (Column("unknown"), Column("value", right=True), Column("digits"), Column("refined"))
    )
    names = _names(found)
    values = np.concatenate([np.ravel(value) for value in found.point.values()]).tolist()
    digits = "" if found.digits is None else f"{found.digits} of 16"
    for name, value in zip(names, values, strict=True):
        exact = found.refined.get(name, "")
        more = exact if exact and len(exact) > len(shortest(value)) + 1 else ""
        table.rows.append((Text(name), number(value, found.digits), Text(digits), Text(more)))
    return table


def _arrays(point: Mapping[str, Any]) -> Sheet:
    """The shape and the range of each unknown."""
    table = Sheet((Column("unknown"), Column("shape"), Column("value")))
    for name, value in list(point.items())[:SHOWN_UNKNOWNS]:
        size = np.shape(value)
        text = summary(value, norm=True) if size else shortest(value)
        table.rows.append((Text(name), Text(shown(size) if size else ""), Text(text)))
    if len(point) > SHOWN_UNKNOWNS:
        rest = f"… {len(point) - SHOWN_UNKNOWNS} more"
        table.rows.append((Text(rest), Text(""), Text("")))
    return table


def _thinned(path: Sequence[Iterate]) -> list[Iterate]:
    """At most so many iterates: the first, the last, and some between."""
    if len(path) <= SHOWN_ITERATES:
        return list(path)
    places = np.unique(np.linspace(0, len(path) - 1, SHOWN_ITERATES).round().astype(int))
    return [path[k] for k in places.tolist()]


def _iterates(found: Minimum, out: Screen) -> Sheet:
    """The table of iterates: where it is narrow, without the points."""
    path, names = _thinned(found.path), _names(found)
    whole = _table(path, names if len(names) <= SHOWN_UNKNOWNS else ())
    return whole if out.plain or whole.fits(out) else _table(path, ())


def _table(path: Iterable[Iterate], names: Sequence[str]) -> Sheet:
    shown = names[:SHOWN_COORDINATES]
    headings = ("value", "|gradient|", *shown)
    table = Sheet((Column("step", right=True), *(Column(h, right=True) for h in headings)))
    for one in path:
        table.rows.append(tuple(map(Text, _cells(one, len(shown)))))
    return table


def _cells(one: Iterate, count: int) -> list[str]:
    norm = "" if one.gradient_norm is None else rounded(one.gradient_norm, 3)
    point = [""] * count if one.point is None else one.point[:count]
    texts = [p if isinstance(p, str) else rounded(p, ITERATE_DIGITS) for p in point]
    return [str(one.number), rounded(one.value, ITERATE_DIGITS), norm, *texts]


def live(path: Sequence[Iterate], names: Sequence[str]) -> Table:
    """The last iterates, for a table that is drawn again and again."""
    shown = names[:SHOWN_COORDINATES]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("step", "value", "|gradient|", *shown):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in path[-SHOWN_ITERATES:]:
        table.add_row(*_cells(one, len(shown)))
    return table


def pasted(found: Minimum) -> str:
    """The point as it is typed after --at."""
    return ",".join(
        f"{name}={str(np.asarray(value).tolist()).replace(' ', '')}"
        if np.ndim(value)
        else f"{name}={shortest(value)}"
        for name, value in found.point.items()
    )


def record(found: Minimum) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.minimum/1."""
    return {
        "schema": "gradcalc.minimum/1",
        "expr": found.expr,
        "canonical": found.canonical,
        "method": found.method,
        "maximized": found.maximized,
        "value": jsonable(found.value),
        "value_text": found.value_text,
        "point": {name: jsonable(value) for name, value in found.point.items()},
        "refined": dict(found.refined),
        "digits": found.digits,
        "gradient_norm": jsonable(found.gradient_norm),
        "eigenvalues": None
        if found.eigenvalues is None
        else Rows([jsonable(value) for value in found.eigenvalues]),
        "certificate": found.certificate,
        "why": found.proof.why,
        "alone": {
            name: Rows(ends) for name, ends in zip(_names(found), found.proof.alone, strict=False)
        },
        "at_bounds": list(found.at_bounds),
        "constraints": found.constraints,
        "multipliers": found.multipliers,
        "converged": found.converged,
        "stopped": found.stopped,
        "iterations": found.iterations,
        "evaluations": found.evaluations,
        "starts": found.starts,
        "agreeing": found.agreeing,
        "path": [
            {
                "value": jsonable(one.value),
                "gradient_norm": jsonable(one.gradient_norm),
                "point": None if one.point is None else Rows(map(jsonable, one.point)),
            }
            for one in found.path
        ],
        "notes": list(found.notes),
    }
