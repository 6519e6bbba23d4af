"""An uncertainty on a terminal, and as JSON: three answers side by side, and the budget as bars."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from gradcalc.uncertainty.coverage import Verdict, unit
from gradcalc.uncertainty.propagation import Approximation, Output, Propagation
from gradcalc.uncertainty.sampling import MonteCarlo
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, WRONG, gap, line, number, rounded, sheet
from gradcalc.views.numbers import Rows, jsonable, shortest
from gradcalc.views.sheets import draw
from gradcalc.views.verdicts import conclude

BAR_COLUMNS = 20  # of a share of 100 %
INTERVAL_DIGITS = 2  # more than the significant ones, that interval ends are shown with


def show(found: Propagation, out: Screen, significant: int = 2) -> None:
    """Print the result, the three answers, and what the uncertainty is made of."""
    line(out, "formula", Text(found.result.canonical))
    line(
        out,
        "at",
        Text(", ".join(f"{q.name} = {_spaced(q.text)}" for q in found.quantities.values())),
    )
    for (one, other), strength in found.correlations.items():
        line(out, "", Text(f"{one} and {other} correlated: {rounded(strength, 4)}"))
    for output in found.outputs:
        gap(out)
        _output(found, output, out, significant)
    if len(found.outputs) > 1:
        gap(out)
        _joint(found, out)
    gap(out)
    _conclude(found, out)


def _spaced(text: str) -> str:
    return " ± ".join(
        part.strip() for part in text.replace("+-", "±").replace("+/-", "±").split("±")
    )


def _output(found: Propagation, one: Output, out: Screen, significant: int) -> None:
    share = f"{100 * found.probability:g} %"
    name = "" if one.name == "value" else f"{one.name} = "
    for label, text in zip(("result", ""), _headline(one, share, significant), strict=True):
        line(out, label, Text(f"{name}{text}"))
    gap(out)
    table = sheet(("method",), ("value", "u"), (f"{share} interval", "ends off by"))
    for method, answer in (("first order", one.first), ("second order", one.second)):
        if answer is not None:
            cells = (
                number(answer.value, answer.value_digits),
                number(answer.u, answer.u_digits),
                Text(_interval(answer.interval, answer.u, significant)),
                Text(_apart(answer.verdict)),
            )
            table.rows.append((Text(method), *cells))
    if drawn := one.monte_carlo:
        table.rows.extend(_drawn(drawn))
    draw(table, out)
    gap(out)
    _budget(one, out)
    if one.first.verdict is not None:
        gap(out)
        text, good = _judged(one, significant)
        line(out, "verdict", Text(text, style=RIGHT if good else WRONG))


def _headline(one: Output, share: str, significant: int) -> tuple[str, str]:
    """The result with its standard uncertainty and its coverage, by the answer that holds."""
    best, drawn, by = one.first, one.monte_carlo, ""
    if drawn is not None and _fails(one.first):
        if one.second is None or not _holds(one.second):
            value, u = together(drawn.mean, drawn.u, significant)
            ends = zip(drawn.interval, drawn.interval_errors, strict=True)
            interval = " to ".join(to_error(end, error) for end, error in ends)
            return (
                f"{value} ± {u}   standard uncertainty, by Monte Carlo",
                f"{interval}   {share} coverage",
            )
        best, by = one.second, ", to second order"
    value, u = together(best.value, best.u, significant)
    centre, expanded = together(best.value, one.k * best.u, significant)
    freedom = (
        "" if one.dof is None or math.isinf(one.dof) else f", {one.dof:.3g} degrees of freedom"
    )
    return (
        f"{value} ± {u}   standard uncertainty{by}",
        f"{centre} ± {expanded}   {share} coverage, k = {one.k:.4g}{freedom}",
    )


def _fails(answer: Approximation) -> bool:
    return answer.verdict is not None and answer.verdict.holds is False


def _holds(answer: Approximation) -> bool:
    return answer.verdict is not None and answer.verdict.holds is True


def _drawn(drawn: MonteCarlo) -> Iterator[tuple[Text, ...]]:
    mean, u = to_error(drawn.mean, drawn.mean_error), to_error(drawn.u, drawn.u_error)
    errors = drawn.interval_errors
    ends = [
        ", ".join(to_error(x, e) for x, e in zip(interval, errors, strict=True))
        for interval in (drawn.interval, drawn.shortest)
    ]
    yield Text("Monte Carlo"), Text(mean), Text(u), Text(f"[{ends[0]}]"), Text()
    yield Text("  shortest"), Text(), Text(), Text(f"[{ends[1]}]"), Text()


def _interval(interval: tuple[float, float], u: float, significant: int) -> str:
    size = unit(u, significant + INTERVAL_DIGITS)
    return f"[{to_unit(interval[0], size)}, {to_unit(interval[1], size)}]"


def _apart(verdict: Verdict | None) -> str:
    return "" if verdict is None else f"{verdict.low:.2g}, {verdict.high:.2g}"


def _budget(one: Output, out: Screen) -> None:
    table = sheet(("input",), ("u", "derivative", "contribution", "share"), ("",))
    for part in sorted(one.budget, key=lambda part: -abs(part.share)):
        bar = "█" * max(0, round(BAR_COLUMNS * min(1.0, part.share)))
        cells = (
            rounded(part.u, 4),
            rounded(part.sensitivity, 6),
            rounded(part.contribution, 4),
            f"{100 * part.share:.1f} %",
        )
        table.rows.append((Text(part.name), *map(Text, cells), Text(bar)))
    draw(table, out)


def _judged(one: Output, significant: int) -> tuple[str, bool]:
    """Which of the approximations holds, in a sentence."""
    first = one.first.verdict
    assert first is not None
    bound = f"{first.tolerance:g}, half a unit in digit {significant} of u (JCGM 101, clause 8)"
    if not first.tolerance:
        return "there is no uncertainty", True
    if first.holds is None:
        return f"the draws are too few to tell whether first order is right to {bound}", False
    if first.holds:
        return f"✓ first order holds: the ends of its interval are right to {bound}", True
    text = f"first order fails: the ends of its interval are off by more than {bound}; "
    if one.second is not None and _holds(one.second):
        return f"{text}second order holds", False
    return f"{text}take Monte Carlo's", False


def _joint(found: Propagation, out: Screen) -> None:
    """The correlations of the outputs."""
    names = [one.name for one in found.outputs]
    table = sheet(("correlation",), tuple(names))
    for name, row in zip(names, correlations(found), strict=True):
        table.rows.append((Text(name), *(Text(f"{r:.4f}") for r in row)))
    draw(table, out)


def correlations(found: Propagation) -> list[list[float]]:
    """The correlations of the outputs; NaN where one of them has no uncertainty."""
    deviations = [one.first.u for one in found.outputs]
    return [
        [c / (a * b) if a * b else math.nan for c, b in zip(row, deviations, strict=True)]
        for row, a in zip(found.covariance, deviations, strict=True)
    ]


def _conclude(found: Propagation, out: Screen) -> None:
    drawn = found.outputs[0].monte_carlo
    if drawn is not None:
        text = (
            f"{drawn.draws:,} with seed {found.seed}, shown to the digits that their error leaves"
        )
        line(out, "draws", Text(text))
    counts = [c for one in found.outputs for a in (one.first, one.second) if a for c in _counts(a)]
    if counts:
        line(out, "digits", Text(f"{min(counts)} of 16 are right in value and u of each order"))
    conclude(found.result, out)


def _counts(answer: Approximation) -> list[int]:
    counts = (answer.value_digits, answer.u_digits)
    return [] if None in counts else [c for c in counts if c is not None]


# Numbers as their uncertainty allows --------------------------------------------------------


def together(value: float, u: float, significant: int) -> tuple[str, str]:
    """A value and its uncertainty, rounded to so many digits of the uncertainty (GUM 7.2.6)."""
    size = unit(u, significant)
    return to_unit(value, size), to_unit(u, size)


def to_unit(value: float, size: float) -> str:
    """A number rounded to a power of ten, with all its digits; as it is where that is 0."""
    if not size or not math.isfinite(value):
        return shortest(value)
    power = round(math.log10(size))
    if power > 0 or power < -12 or abs(value) >= 1e15:
        digits = 0 if not value else max(0, math.floor(math.log10(abs(value))) - power)
        return f"{value:.{digits}e}"
    return f"{value:.{-power}f}"


def to_error(value: float, error: float) -> str:
    """A number with the digits that its standard error leaves."""
    return to_unit(value, unit(error, 1))


# Data ---------------------------------------------------------------------------------------


def record(found: Propagation) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.propagate/1; of several outputs, a list of them."""
    rows = [_record(one) for one in found.outputs]
    answer = rows[0] if len(rows) == 1 and found.outputs[0].name == "value" else {"outputs": rows}
    return {
        "schema": "gradcalc.propagate/1",
        "expr": found.expr,
        "at": {q.name: q.text for q in found.quantities.values()},
        "correlations": {f"{a},{b}": r for (a, b), r in found.correlations.items()},
        "coverage": found.probability,
        **answer,
        "covariance": Rows([[jsonable(c) for c in row] for row in found.covariance]),
        "notes": list(found.notes),
    }


def _record(one: Output) -> dict[str, Any]:
    drawn = one.monte_carlo
    return {
        "name": one.name,
        **_approximation(one.first),
        "k": jsonable(one.k),
        "dof": jsonable(one.dof),
        "status": one.status,
        "second_order": None if one.second is None else _approximation(one.second),
        "monte_carlo": None if drawn is None else _monte_carlo(drawn),
        "budget": {
            part.name: {
                "u": part.u,
                "sensitivity": jsonable(part.sensitivity),
                "contribution": jsonable(part.contribution),
                "share": jsonable(part.share),
            }
            for part in one.budget
        },
    }


def _approximation(answer: Approximation) -> dict[str, Any]:
    judged = answer.verdict
    return {
        "value": jsonable(answer.value),
        "u": jsonable(answer.u),
        "digits": {"value": answer.value_digits, "u": answer.u_digits},
        "interval": Rows([jsonable(x) for x in answer.interval]),
        "verdict": judged
        and {
            "holds": judged.holds,
            "low": jsonable(judged.low),
            "high": jsonable(judged.high),
            "tolerance": judged.tolerance,
        },
    }


def _monte_carlo(drawn: MonteCarlo) -> dict[str, Any]:
    return {
        "mean": drawn.mean,
        "u": drawn.u,
        "interval": Rows(drawn.interval),
        "shortest": Rows(drawn.shortest),
        "mean_error": drawn.mean_error,
        "u_error": drawn.u_error,
        "interval_errors": Rows(drawn.interval_errors),
        "draws": drawn.draws,
        "failed": drawn.failed,
    }
