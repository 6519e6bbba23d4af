"""Training steps are PyTorch's: every loss and every parameter, from recorded runs."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from gradcalc import minimize
from tests.optimize.torch_runs import CASES, FILE, RATES, RUNS, STEPS, run

# Of a number, that the two may differ: PyTorch fuses some products and sums, and the slopes of the
# valley, up to 10^3, carry such a bit along.
ULPS = 64
RECORDED = json.loads(FILE.read_text(encoding="utf-8"))


def _compare(recorded: dict[str, Any]) -> None:
    case = CASES[recorded["case"]]
    found = minimize(
        case.formula,
        {**case.start, **case.held},
        wrt=tuple(case.start),
        columns=case.table,
        method=recorded["method"],
        lr=RATES[recorded["method"]],
        steps=STEPS,
        batch_size=recorded["batch_size"],
    )
    near = ULPS * np.finfo(float).eps
    values = [one.value for one in found.path[:-1]]
    np.testing.assert_allclose(values, recorded["losses"], rtol=near, atol=near)
    for name, end in recorded["end"].items():
        np.testing.assert_allclose(found.point[name], end, rtol=near, atol=near)


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda r: f"{r['case']}-{r['method']}")
def test_steps_are_those_of_recorded_runs(recorded: dict[str, Any]) -> None:
    _compare(recorded)


def test_all_runs_are_recorded() -> None:
    assert [(r["case"], r["method"], r["batch_size"]) for r in RECORDED] == RUNS


@pytest.mark.parametrize("one", RUNS, ids=lambda one: f"{one[0]}-{one[1]}-{one[2]}")
def test_steps_are_those_of_torch_here(one: tuple[str, str, int]) -> None:
    pytest.importorskip("torch")
    _compare(run(*one))
