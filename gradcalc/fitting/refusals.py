"""What can't be fitted, and is refused before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.fitting.data import Data
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.problem import Problem
from gradcalc.tables.cells import Floats

RANGE = 1e-120, 1e150  # of targets: their squares, and those of small residuals, are float64


def refuse_columns(options: FitOptions, columns: tuple[str, ...]) -> None:
    for what, names in (
        ("--parameters", options.parameters),
        ("--start", options.start),
        ("--fix", options.held),
        ("--tie", options.tied),
        ("--bounds", options.bounds),
    ):
        for name in names:
            if name in columns:
                raise GradcalcError(
                    "usage",
                    f"{what} names {name}, which is a column of the table",
                    hint="give the parameter another name in the formula",
                )


def refuse_unknown(options: FitOptions, parameters: Sequence[str], inputs: object) -> None:
    for what, names in (
        ("--parameters", options.parameters),
        ("--start", options.start),
        ("--bounds", options.bounds),
    ):
        for name in names:
            if name not in parameters:
                raise GradcalcError(
                    "unknown-input",
                    f"{what} names {name}, which is not a parameter",
                    hint=f"the parameters are {listed(parameters)}",
                )


def refuse_unread(options: FitOptions, inputs: Sequence[str]) -> None:
    """GradcalcError where a value is fixed of what the formula, with these inputs, doesn't read."""
    for name in options.held:
        if name not in inputs:
            raise GradcalcError(
                "unknown-input",
                f"--fix names {name}, which the formula does not have",
                hint=f"its inputs are {listed(inputs)}",
            )


def refuse_few(problem: Problem, tables: Sequence[Data]) -> None:
    rows, count = problem.rows, len(problem.names)
    if not rows and not sum(data.skipped for data in tables):
        raise GradcalcError(
            "too-few-rows",
            f"{tables[0].path} has no rows",
            hint="each line after the header is a row",
            exit=Exit.FILE,
        )
    if rows < count:
        skipped = sum(data.skipped for data in tables)
        but = f" ({skipped} were skipped)" if skipped else ""
        raise GradcalcError(
            "too-few-rows",
            f"{rows} row{'' if rows == 1 else 's'} can't determine {count} parameters{but}",
            hint=f"hold some fixed: --fix {problem.names[-1]}=…",
            exit=Exit.FILE,
        )


def refuse_constant(problem: Problem) -> None:
    """GradcalcError where the target, or all that the formula reads, is one value."""
    if problem.rows < 2:
        return
    target = _only_value([one.target for one in problem.series])
    if target is not None:
        what = problem.series[0].target_of.source
        raise GradcalcError(
            "bad-data",
            f"the target {what} is {target:g} in all rows: there is nothing to fit",
            hint="choose another column with --target",
            exit=Exit.FILE,
        )
    columns = {
        name: _only_value([one.data.columns[name] for one in problem.series])
        for name in problem.model.columns
    }
    if columns and None not in columns.values():
        name, value = next(iter(columns.items()))
        raise GradcalcError(
            "bad-data",
            f"column {name} is {value:g} in all rows: the target can't depend on it",
            hint="measure at more than one value",
            exit=Exit.FILE,
        )


def refuse_range(problem: Problem) -> None:
    """GradcalcError where float64 does not hold the squares of the target, in standard deviations,
    and of residuals that are small beside it."""
    for one in problem.series:
        whole = float(np.max(np.abs(one.target)))
        weights = np.ones(1) if one.weights is None else one.weights
        size = float(np.max(np.abs(one.target * weights))) * math.sqrt(one.rows)
        if not whole or (_in_range(size) and _in_range(float(np.max(weights)))):
            continue
        unit = f"1e{math.floor(math.log10(whole))}"
        wrong, texts = f"the target {one.target_of.source} is up to {whole:.3g}", ["--target"]
        expressions = [one.target_of]
        if one.sigma_of is not None:
            wrong += f", --sigma up to {1 / np.min(weights):.3g}"
            texts, expressions = [*texts, "--sigma"], [*expressions, one.sigma_of]
        scaled = (
            f'{option} "{_whole(expression.source)}/{unit}"'
            for option, expression in zip(texts, expressions, strict=True)
        )
        raise GradcalcError(
            "bad-data",
            f"{wrong}: squares are out of range",
            hint=f"fit in another unit: {' '.join(scaled)}",
            exit=Exit.FILE,
        )


def _in_range(size: float) -> bool:
    return RANGE[0] <= size <= RANGE[1]


def _whole(text: str) -> str:
    """A formula that can be divided."""
    return text if text.isidentifier() else f"({text})"


def _only_value(parts: Sequence[Floats]) -> float | None:
    """The value that all rows have; None where they differ."""
    low, high = min(float(p.min()) for p in parts), max(float(p.max()) for p in parts)
    return low if low == high else None
