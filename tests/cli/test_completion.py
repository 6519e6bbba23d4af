"""The TAB key: what is offered where, how bash takes it, and what is imported for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.cli.commands import COMMANDS
from gradcalc.cli.completion import FILES, SHELLS, complete, script, unquoted, words
from gradcalc.cli.options import Format
from gradcalc.errors import Exit


def offered(*typed: str, shell: str = "zsh") -> list[str]:
    return [line.partition("\t")[0] for line in complete([shell, *typed])]


def test_commands() -> None:
    assert offered("") == [*COMMANDS, FILES]
    assert offered("h") == ["hessian", "hvp", "hunt", "help"]
    assert complete(["fish", "hunt"]) == [f"hunt\t{COMMANDS['hunt'].summary}"]


@pytest.mark.parametrize("name", COMMANDS)
def test_options_and_their_choices(name: str) -> None:
    options = words()["options"][name]
    spellings = [spelling for option in options for spelling in option["names"]]
    assert offered(name, "-") == spellings
    assert "--help" in offered(name, "formula", "--h")
    for option in options:
        spelling, values = option["names"][0], option["values"]
        if isinstance(values, list):
            assert offered(name, spelling, "") == values
            assert offered(name, f"{spelling}=") == [f"{spelling}={value}" for value in values]
        elif values is not None:
            assert offered(name, spelling, "") == ([FILES] if values == FILES else [])


def test_options_of_a_line_without_a_command() -> None:
    assert "--min-digits" in offered("x^2", "--min")
    assert offered("x^2", "--format", "j") == ["json"]


@pytest.mark.parametrize(
    ("typed", "calls"),
    [
        ("tan", ["tan(", "tanh(", "tanpi("]),
        ("sin(x)*tan", ["sin(x)*tan(", "sin(x)*tanh(", "sin(x)*tanpi("]),
        ('"x + tan', ["x + tan(", "x + tanh(", "x + tanpi("]),
        ("'-tan", ["-tan(", "-tanh(", "-tanpi("]),
        ("2tan", []),
        ("x.tan", []),
        ("x + ", []),
    ],
)
def test_functions_in_formulas(typed: str, calls: list[str]) -> None:
    assert [word for word in offered("eval", typed) if word != FILES] == calls


def test_functions_topics_and_shells() -> None:
    assert offered("functions", "tan") == ["tan", "tanh", "tanpi"]
    assert "kinks" in offered("help", "k")
    assert offered("completion", "") == list(SHELLS)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ('"a b', "a b"),
        ('"a b"', "a b"),
        ("'a\"b'c", 'a"bc'),
        (r"a\ b", "a b"),
        (r'"a\"b', 'a"b'),
        (r"'a\b'", r"a\b"),
        ("", ""),
    ],
)
def test_words_as_they_are_typed(typed: str, word: str) -> None:
    assert unquoted(typed) == word


BASH = shutil.which("bash") or "bash"


@pytest.mark.parametrize(
    ("line", "current", "reply"),
    [
        ("gradcalc jac", "jac", ["jacobian"]),
        ("gradcalc eval x --form", "--form", ["--format"]),
        ("gradcalc eval x --format=cs", "cs", ["csv"]),
        ("gradcalc eval x --format=", "=", [form.value for form in Format]),
        ('gradcalc "x + tan', '"x + tan', ["x + tan(", "x + tanh(", "x + tanpi("]),
        ("gradcalc sin(x)*tan", "x)*tan", ["x)*tan(", "x)*tanh(", "x)*tanpi("]),
        ("gradcalc eval x --file poin", "poin", ["points.csv"]),
    ],
)
def test_bash(line: str, current: str, reply: list[str], tmp_path: Path) -> None:
    """Bash breaks words at = and ( outside of quotes, and replaces the last part alone."""
    (tmp_path / "points.csv").write_text("x\n1\n", encoding="utf-8")
    program = tmp_path / "gradcalc"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m gradcalc "$@"\n')
    program.chmod(0o755)
    commands = (
        "source /dev/stdin\ncompopt() { :; }\n"
        'COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("$2") COMP_CWORD=0\n'
        "_gradcalc\nprintf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        [BASH, "-c", commands, "bash", line.replace("gradcalc", str(program), 1), current],
        input=script("bash"),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert [word for word in done.stdout.splitlines() if word] == reply


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_calls_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == Exit.OK
    assert f"__complete {shell}" in (printed := capsys.readouterr().out)
    assert f"gradcalc completion {shell}" in printed


def test_a_key_press_loads_neither_numbers_nor_the_option_parser() -> None:
    code = "import sys; from gradcalc.cli import run; run(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "__complete", "bash", "eval", "x*ta"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "x*tan(" in done.stdout
    assert not {"sympy", "numpy", "mpmath", "typer", "rich"} & loaded
    assert "gradcalc.rules" not in done.stdout
