"""A fit on a terminal and as JSON: parameters with errors and digits, and how good the fit is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from gradcalc.fitting.answer import Fit, Parameter
from gradcalc.fitting.comparison import Comparison
from gradcalc.views.console import Screen
from gradcalc.views.layout import ROUGH, WRONG, gap, line, number, rounded, sentence
from gradcalc.views.numbers import Rows, jsonable, shortest
from gradcalc.views.sheets import Column, Sheet, draw

ERROR_DIGITS = 6  # significant ones of what is known to a few digits at best
MAX_OUTLIERS = 10  # that are named
MAX_CORRELATED = 8  # parameters whose correlations are printed
BY = {
    "big numbers": "counted in big numbers",
    "longdouble": "counted in longdouble",
    "a sample in longdouble": "estimated from a sample of the rows, in longdouble",
    "": "not counted: the minimum could not be refined",
}


PROVEN = "✓ exactly one minimum lies here, enclosed at 150 digits"


def show(fit: Fit, out: Screen, *, plot: bool = False) -> None:
    """What was fitted, a table of the parameters, what the fit is worth, notes."""
    line(out, "formula", Text(fit.expr.strip()))
    line(out, "data", Text(_data(fit)))
    if plot and fit.curves:
        from gradcalc.views import fit_charts

        gap(out)
        fit_charts.show(fit, out)
    gap(out)
    draw(_parameters(fit), out)
    gap(out)
    for label, text in _quality(fit):
        line(out, label, Text(text), indent=QUALITY_COLUMNS)
    known = [one for one in fit.parameters if one.standard_error is not None]
    if len(known) > 1 and len(fit.parameters) <= MAX_CORRELATED:
        gap(out)
        draw(_correlation(fit), out)
    if fit.versus:
        gap(out)
        draw(_versus(fit, fit.versus), out)
        sentence(out, Text(_preferred(fit.versus)))
    for outlier in fit.outliers[:MAX_OUTLIERS]:
        where = f"row {outlier.row}" + (f" of {outlier.path}" if len(fit.paths) > 1 else "")
        size = f"{outlier.residual:.4g}, {abs(outlier.deviations):.1f} standard deviations"
        sentence(out, Text(f"outlier: {where}, off by {size}", style=ROUGH))
    if len(fit.outliers) > MAX_OUTLIERS:
        sentence(out, Text(f"and {len(fit.outliers) - MAX_OUTLIERS} more outliers", style=ROUGH))
    for group in fit.confounded:
        sentence(out, Text(f"confounded: {group}", style=WRONG))
    for note in fit.notes:
        sentence(out, Text(f"note: {note}"))


QUALITY_COLUMNS = 13  # of the words before what a fit is worth


def _data(fit: Fit) -> str:
    rows = f"{fit.rows:,} row{'' if fit.rows == 1 else 's'}"
    return f"{', '.join(fit.paths)}: {rows}, target {fit.target}"


def _parameters(fit: Fit) -> Sheet:
    heading = f"{fit.level:.4%}".replace(".0000%", "%") + " interval"
    table = Sheet(
        (
            Column("parameter"),
            Column("value", right=True),
            Column("standard error", right=True),
            Column(heading),
            Column("by profile"),
            Column("digits"),
        )
    )
    for one in fit.parameters:
        error = "" if one.standard_error is None else rounded(one.standard_error, ERROR_DIGITS)
        # Where any value fits, the one where the descent ended says nothing. JSON has it.
        is_any = fit.converged and bool(fit.confounded) and not _is_determined(one)
        value = Text("any") if is_any else number(one.value, one.digits)
        profile = "" if one.profile is None else _ends(one.profile)
        texts = map(Text, (error, _interval(one), profile, _digits(one)))
        table.rows.append((Text(one.name), value, *texts))
    return table


def _interval(one: Parameter) -> str:
    if one.at_bound:
        return "at its bound"
    if one.interval is None:
        return "" if _is_determined(one) else "not determined"
    return _ends(one.interval)


def _is_determined(one: Parameter) -> bool:
    """Do the data tell its value?"""
    return one.at_bound or one.standard_error is not None or one.digits is not None


def _ends(interval: tuple[float, float]) -> str:
    return " to ".join(rounded(end, ERROR_DIGITS) for end in interval)


def _digits(one: Parameter) -> str:
    return "" if one.digits is None else f"{one.digits} of 16"


def _quality(fit: Fit) -> Iterator[tuple[str, str]]:
    found = fit.quality
    freedom = f"{found.degrees} degree{'' if found.degrees == 1 else 's'} of freedom"
    yield "rss", f"{rounded(found.rss, 10)}, the sum of squares; {freedom}"
    if found.residual_sd is not None:
        yield "residual sd", rounded(found.residual_sd, 10)
    if found.r2 is not None:
        adjusted = found.adjusted_r2
        more = "" if adjusted is None else f", adjusted {rounded(adjusted, 10)}"
        yield "R²", rounded(found.r2, 10) + more
    if found.aicc is not None:
        yield "AICc", rounded(found.aicc, ERROR_DIGITS)
    yield "digits", BY[fit.by]
    if fit.converged:
        yield "proof", PROVEN if fit.proven else f"not proven: {fit.unproven}"
    else:
        yield "converged", "no: the steps did not end at a minimum"


def _versus(fit: Fit, other: Comparison) -> Sheet:
    """Both models side by side."""
    heads = ("parameters", "rss", "residual sd", "AICc")
    table = Sheet((Column("formula"), *(Column(head, right=True) for head in heads)))
    for expr, found in ((fit.expr, fit.quality), (other.expr, other.quality)):
        count = str(fit.rows - found.degrees)
        numbers = (found.rss, found.residual_sd, found.aicc)
        cells = ["" if x is None else rounded(x, ERROR_DIGITS) for x in numbers]
        table.rows.append(tuple(map(Text, (expr.strip(), count, *cells))))
    return table


def _preferred(other: Comparison) -> str:
    """What the comparison says."""
    parts = []
    if other.f is not None and other.p is not None:
        parts.append(f"F = {other.f:.4g}, p = {other.p:.3g} if one is a special case of the other")
    if other.difference is not None and other.probability is not None:
        better = "the fit" if other.difference > 0 else other.expr.strip()
        chance = max(other.probability, 1 - other.probability)
        shown = f"{chance:.4g}" if chance < 0.9999 else "over 0.9999"
        parts.append(f"AICc prefers {better} by {abs(other.difference):.4g}: probability {shown}")
    return "; ".join(parts)


def _correlation(fit: Fit) -> Sheet:
    names = [one.name for one in fit.parameters]
    table = Sheet((Column("correlation"), *(Column(name, right=True) for name in names[:-1])))
    for k, row in enumerate(fit.correlation[1:], 1):
        shown = [f"{x:.4f}" if math.isfinite(x) else "" for x in row[:k]]
        cells = [names[k], *shown, *[""] * (len(names) - 1 - k)]
        table.rows.append(tuple(map(Text, cells)))
    return table


def bare(fit: Fit) -> str:
    """The values alone, a line each."""
    return "\n".join(shortest(one.value) for one in fit.parameters)


# Data -------------------------------------------------------------------------------------


def record(fit: Fit) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.fit/1."""
    found = fit.quality
    return {
        "schema": "gradcalc.fit/1",
        "expr": fit.expr,
        "target": fit.target,
        "rows": fit.rows,
        "parameters": {
            one.name: {
                "value": jsonable(one.value),
                "standard_error": one.standard_error,
                "digits": one.digits,
                "standard_error_digits": one.error_digits,
                "interval": None if one.interval is None else Rows(one.interval),
                "profile": None if one.profile is None else Rows(map(jsonable, one.profile)),
                "at_bound": one.at_bound,
            }
            for one in fit.parameters
        },
        "rss": found.rss,
        "residual_sd": found.residual_sd,
        "degrees_of_freedom": found.degrees,
        "r2": found.r2,
        "adjusted_r2": found.adjusted_r2,
        "aicc": found.aicc,
        "level": fit.level,
        "correlation": Rows([list(map(_finite, row)) for row in fit.correlation]),
        "converged": fit.converged,
        "proven": fit.proven,
        "unproven": fit.unproven or None,
        "digits_by": fit.by or None,
        "outliers": [
            {
                "table": one.path,
                "row": one.row,
                "residual": one.residual,
                "deviations": one.deviations,
            }
            for one in fit.outliers
        ],
        "versus": fit.versus and _compared(fit.versus),
        "confounded": [
            {"parameters": list(one.parameters), "determined": list(one.determined)}
            for one in fit.confounded
        ],
        "notes": list(fit.notes),
    }


def _compared(other: Comparison) -> dict[str, Any]:
    return {
        "expr": other.expr,
        "parameters": other.parameters,
        "rss": other.quality.rss,
        "residual_sd": other.quality.residual_sd,
        "aicc": other.quality.aicc,
        "f": other.f,
        "p": other.p,
        "aicc_difference": other.difference,
        "probability": other.probability,
    }


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None
