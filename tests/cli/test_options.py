"""Options are declared once: what is derived from the declarations fits what the parser reads."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pytest
import typer
from typer.core import TyperArgument, TyperOption

import gradcalc
from gradcalc.cli import run
from gradcalc.cli.app import command
from gradcalc.cli.commands import COMMANDS
from gradcalc.cli.groups import flattened
from gradcalc.errors import Exit

FORMULA = "-x^2"
# Values as unlike a formula or as like an option as the option's type admits, the worst first.
VALUES = ("-value", "-7", "7", "1", "0.9")
MAX_ARGUMENTS = 12


OPTIONS = [
    (name, option, spelling)
    for name in COMMANDS
    for option in command(name).params
    if isinstance(option, TyperOption)
    for spelling in (*option.opts, *option.secondary_opts)
]
IDS = [f"{name} {spelling}" for name, _, spelling in OPTIONS]


def parsed(name: str, *arguments: str) -> dict[str, Any]:
    """The parameters that the parser reads from a command line."""
    return dict(command(name).make_context(name, list(arguments)).params)


def formula_in(name: str, parameters: dict[str, Any]) -> Any:
    """What the parser took for the formula."""
    argument = next(p for p in command(name).params if isinstance(p, TyperArgument))
    value = parameters[str(argument.name)]
    return value if isinstance(value, str) or value is None else " ".join(value)


def value_for(name: str, option: TyperOption) -> tuple[str, Any]:
    """A value that the option takes, as typed and as read."""
    context = command(name).make_context(name, [])
    for text in (*VALUES, *getattr(option.type, "choices", ())):
        try:
            return str(text), option.type_cast_value(context, [text] if option.multiple else text)
        except typer.BadParameter:
            continue
    raise AssertionError(option)


@pytest.mark.parametrize(("name", "option", "spelling"), OPTIONS, ids=IDS)
def test_an_option_keeps_its_value_and_no_more(
    name: str, option: TyperOption, spelling: str
) -> None:
    typed: list[str] = [spelling]
    expected: Any = True
    if not option.is_flag:
        value, expected = ("v,w", ("v,w",)) if spelling == "-x" else value_for(name, option)
        typed.append(value)
    for arguments in ((*typed, FORMULA), (FORMULA, *typed), (*typed, "--", FORMULA)):
        parameters = parsed(name, *arguments)
        assert parameters[str(option.name)] == expected
        assert formula_in(name, parameters) == FORMULA


@pytest.mark.parametrize(("name", "option", "spelling"), OPTIONS, ids=IDS)
def test_an_option_without_its_value_is_an_error(
    name: str, option: TyperOption, spelling: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if option.is_flag:
        return
    assert run([name, FORMULA, spelling]) == Exit.REQUEST
    assert spelling in capsys.readouterr().err


@pytest.mark.parametrize(("name", "option", "spelling"), OPTIONS, ids=IDS)
def test_an_option_says_what_it_does(name: str, option: TyperOption, spelling: str) -> None:
    text = str(option.help)
    assert text.endswith(".")
    assert len(text) <= 80


def test_options_of_other_commands_are_formulas_or_errors(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A short one may be a formula: -o is minus o. A long one can't be."""
    assert run(["eval", "-o", "--at", "o=1", "-q"]) == Exit.OK
    assert capsys.readouterr().out == "-1\n-1\n"
    assert run(["eval", "x", "--claim", "x=1"]) == Exit.REQUEST
    assert "--claim" in capsys.readouterr().err


class Size(NamedTuple):
    width: Annotated[int, typer.Option(help="Width.")] = 3
    height: Annotated[int, typer.Option(help="Height.")] = 2


@flattened
def area(*, name: str = "", size: Size) -> int:
    return len(name) + size.width * size.height


def test_a_group_of_options_becomes_its_fields() -> None:
    commands = typer.Typer(add_completion=False)
    commands.command()(area)
    command = typer.main.get_command(commands)
    assert [parameter.name for parameter in command.params] == ["name", "width", "height"]
    assert command(["--height", "5", "--name", "four"], standalone_mode=False) == 4 + 3 * 5


def test_no_function_takes_more_than_a_dozen_arguments() -> None:
    package = Path(gradcalc.__file__).parent
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                count = sum(map(len, (node.args.posonlyargs, node.args.args, node.args.kwonlyargs)))
                assert count <= MAX_ARGUMENTS, f"{path}:{node.lineno}: {node.name}"
