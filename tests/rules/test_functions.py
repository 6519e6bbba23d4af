"""The documentation of the table is true: its formulas are the derivatives."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import TABLE
from gradcalc.views.catalogue import derivatives, describe, everything

SHOWN = [pytest.param(row, id=row.name) for row in TABLE.values() if not row.hidden]
UNCHECKED = Options(check="off")


@pytest.mark.parametrize("row", SHOWN)
def test_derivatives_as_formulas(row: Rule) -> None:
    """Evaluating the formula gives what differentiating the function gives."""
    at = {
        name: low + (high - low) * (0.4 + 0.05 * k)
        for k, (name, (low, high)) in enumerate(zip(row.parameters, row.samples, strict=True))
    }
    call = f"{row.name}({', '.join(row.parameters)})"
    for parameter, text in derivatives(row).items():
        hidden = any(f"{name}(" in text for name, other in TABLE.items() if other.hidden)
        if text == "not known" or hidden:
            continue
        given = {name: at[name] for name in at if name in text or name in call}
        true = evaluate(call, at, wrt=(parameter,), options=UNCHECKED).gradient[parameter]
        found = evaluate(text, given, wrt=(), options=UNCHECKED).value
        assert found == pytest.approx(true, rel=1e-12)


@pytest.mark.parametrize("row", SHOWN)
def test_examples_have_values(row: Rule) -> None:
    (entry,) = describe(row.name)
    assert entry["meaning"]
    assert entry["domain"]
    assert float(entry["example"]["value"]) is not None


def test_aliases_and_special_forms_are_found() -> None:
    assert describe("ln")[0]["name"] == "log"
    assert describe("ln")[0]["variants"][0]["signature"] == "log(x, base)"
    assert describe("where")[0]["kind"] == "special form"
    assert {"where", "detach", "sin"} <= {entry["name"] for entry in everything()}


def test_an_unknown_name_suggests() -> None:
    with pytest.raises(GradcalcError) as caught:
        describe("sinn")
    assert caught.value.hint == "did you mean sin?"


def test_the_command() -> None:
    def printed(*arguments: str) -> str:
        command = [sys.executable, "-m", "gradcalc", "functions", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert printed("tan").splitlines()[:2] == [
        "tan(x): the tangent of x (radians)",
        "d/dx     sec(x)*sec(x)",
    ]
    assert json.loads(printed("exp", "--json"))["functions"][0]["derivatives"] == {"x": "exp(x)"}
    assert len(json.loads(printed("--json"))["functions"]) == len(everything())
    assert "softplus(x)" in printed()
