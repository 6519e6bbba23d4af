"""Derivations step by step: how many formulas have one, whether each line is proven, how long."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.formulas.explain import explain
from gradcalc.formulas.steps import Derivation
from tests.bench.figure import Figure
from tests.formulas.corpus import WRITTEN, random_formulas, row_formulas

CASES = Path(__file__).parents[1] / "cases"


def corpus() -> dict[str, dict[str, Any]]:
    """Formulas and short programs, with points for those that need one."""
    written = (*WRITTEN, *row_formulas(), *random_formulas(170, seed=8))
    texts: dict[str, dict[str, Any]] = {text: {} for text in written}
    for file in ("derivatives", "awkward"):
        for line in (CASES / f"{file}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            texts[case["expr"]] = case["at"]
    return texts


def derivations(source: str, at: dict[str, Any]) -> list[Derivation]:
    """Those of a formula by each of its inputs; none where there is no formula."""
    try:
        return [one.derivation for one in explain(source, at).derivations]
    except GradcalcError:
        return []


def steps() -> Iterator[Figure]:
    """The corpus, a derivation by each input."""
    texts = corpus()
    derivations("x*sin(x)^2 + x^2*cos(3*x)^2 - 1/(1 + exp(x))", {})  # what start-up loads
    taken, without, unproven = [], 0, 0
    for source, at in texts.items():
        start = time.process_time()
        found = derivations(source, at)
        if found:
            taken += [(time.process_time() - start) / len(found)] * len(found)
        without += not found
        unproven += sum(not step.proven for one in found for step in one.steps)
    share = 100 * (1 - without / len(texts))
    yield Figure(f"steps: of {len(texts)} formulas", share, 99, "%", least=True)
    yield Figure("steps: lines that are not proven", unproven, 0, "")
    yield Figure("steps: median of a derivation", 1000 * statistics.median(taken), 10, "ms")


GROUPS = (steps,)
