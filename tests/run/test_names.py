"""Names: what is given or assigned is a variable, whatever constant or function is called so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradcalc import GradcalcError, Options, compile, evaluate
from gradcalc.claims.boxes import Box
from gradcalc.claims.notation import claims_of, inputs_of
from gradcalc.cli import run
from gradcalc.language import parse
from gradcalc.numbers.system import CONSTANTS
from gradcalc.run.forms import functions, reserved
from gradcalc.search.hunt import hunt
from gradcalc.suites.points import claims_in
from gradcalc.suites.suite import load

TAKEN = sorted(functions() | set(CONSTANTS))
QUICK = Options(check="off")


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_given_wins_over_functions_and_constants(name: str) -> None:
    answer = evaluate(f"{name}^2*z - 2{name} + z", {name: 3, "z": 4}, options=QUICK)
    assert answer.value == 34
    assert answer.gradient == {name: 22, "z": 10}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_assigned_wins_too(name: str) -> None:
    texts = [
        f"{name} = z; {name}^2 - {name}",
        f"{name} = 1; {name} *= z; {name}^2 - {name}",
        f"s = 0; for {name} in 0..3 {{ s = s + z*{name} }}; s + 0*z",
        f"g({name}) = {name}^2 - {name}; g(z)",
        f"{name} = [z, z]; {name}[0]^2 - {name}[1]",
    ]
    for text in texts:
        answer = evaluate(text, {"z": 3}, options=QUICK)
        assert (answer.value, answer.gradient["z"]) in ((6, 5), (9, 3)), text


@pytest.mark.parametrize("name", sorted(reserved()))
def test_where_a_bracket_follows_it_is_the_function(name: str) -> None:
    program = parse(f"{name}*{name}(x)", functions=reserved(), variables={name})
    left, right = program.body[0].value.left, program.body[0].value.right
    assert (left.name, right.function) == (name, name)


def test_what_differentiates_by_a_name_makes_it_an_input() -> None:
    for name in ("e", "beta"):
        with pytest.raises(GradcalcError, match=f"no value for {name}"):
            evaluate(f"{name}*x", {"x": 2}, wrt=(name,))


@pytest.mark.parametrize("name", ["e", "pi", "beta", "gamma", "min"])
def test_everywhere(name: str, tmp_path: Path) -> None:
    text = f"{name}*x^2"
    kernel = compile(text, names=[name])
    columns = kernel({name: np.array([2.0, 3.0]), "x": 4.0})
    assert columns[f"d_{name}"].tolist() == [16, 16]
    assert compile(text, [name]).inputs == (name, "x")
    assert inputs_of(text, [name]) == (name, "x")
    assert claims_of(text, [f"{name}=x^2"]) == {name: "x^2"}
    found = hunt(f"1/{name}", Box({name: (-1.0, 1.0)}), points=5)
    assert found.findings
    suite = tmp_path / "suite.toml"
    suite.write_text(f'[[case]]\nexpr = "{text}"\nover = "{name}=1:2,x=1:2"\nclaim = "x^2"\n')
    (case,) = load(str(suite))
    assert claims_in(case) == {name: "x^2"}


@pytest.mark.parametrize("name", ["e", "beta"])
def test_on_the_command_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"{name},x\n2,3\n")
    runs = [
        ["map", f"{name}*x", str(table), "-q"],
        ["check", f"{name}*x", "--claim", f"{name}=x", "--over", f"{name}=1:2,x=1:2"],
        ["jacobian", f"[{name}, x]", "--at", f"{name}=2,x=3"],
        ["hunt", f"{name} + x", "--over", f"{name}=1:2,x=1:2", "--points", "3"],
    ]
    for arguments in runs:
        assert run(arguments) == 0, capsys.readouterr().err


def test_a_name_that_is_not_given_is_asked_for() -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate("x*y - beta*z", {"x": 1, "y": 2, "z": 4})
    assert caught.value.hint == "write beta(x), or give the variable a value: --at beta=…"


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("X^2", {"x": 3}, "x^2"),
        ("x^2 + x", {"X": 3}, "X^2 + X"),
        ("2Theta*theta2", {"theta": 1, "theta2": 2}, "2theta*theta2"),
        ("sin(A)*B", {"A": 1, "b": 2}, "sin(A)*b"),
        ("(XY)/2 + 1/XY", {"xy": 3}, "(xy)/2 + 1/xy"),
    ],
)
def test_upper_and_lower_case_are_pointed_out(text: str, at: dict[str, int], wanted: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(text, at)
    assert caught.value.proposals[:1] == (wanted,)
    assert "upper and lower case" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["int(x^2, x)", "sinn(x, x, x)", "expp(x, x)", "atann2(x)"])
def test_no_function_is_suggested_that_takes_other_arguments(text: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(text, {"x": 1})
    name = (caught.value.hint or "").removeprefix("did you mean ").rstrip("?")
    assert name not in ("inv", "sin", "exp", "atan2")
