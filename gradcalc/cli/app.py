"""The option parser: typer's commands, with this program's reading of a line and its help pages.

Only the module of the command at hand is imported, so that no command pays for what another needs.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from gradcalc.cli.arguments import arranged, declared
from gradcalc.cli.commands import COMMANDS, DEFAULT, FIRST_EXAMPLES
from gradcalc.views.plain import as_printed, spell_out

MAX_COLUMNS = 80  # of help, however wide the terminal is
TITLE = "gradcalc: value and gradient of a formula, proven, each digit accounted for."
STATUSES = (
    "Exit status: 0 success; 1 a check failed or too few digits are correct; 2 invalid request; "
    "3 no finite answer at the point; 4 not smooth there (with --strict); 5 no convergence; "
    "6 a file can't be read or written, or too little memory; 70 a bug in gradcalc; "
    "130 interrupted."
)
MORE = "gradcalc COMMAND --help shows options and examples, gradcalc help the topics."


class Command(TyperCommand):
    """A command whose formula may begin with a minus sign, and whose help shows examples."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; GradcalcError for a slip."""
        names = declared(self.get_params(ctx))
        return super().parse_args(ctx, arranged(str(self.name), args, names))

    def get_help(self, ctx: Any) -> str:
        """The page as stdout can show it."""
        return printable(super().get_help(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The line, the usage, examples, and the options in panels, the common ones first."""
        from gradcalc.cli.options import PANELS

        formatter.write_text(self.help or "")
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        write_lines(formatter, "Examples", COMMANDS[str(self.name)].examples)
        panels: dict[str, list[tuple[str, str]]] = {panel: [] for panel in PANELS}
        for parameter in self.get_params(ctx):
            if record := _record(parameter, ctx, formatter.width):
                panel = getattr(parameter, "rich_help_panel", None) or PANELS[-1]
                if parameter.param_type_name == "argument":
                    panel = PANELS[0]
                panels[panel].append(record)
        for panel, rows in panels.items():
            if rows:
                with formatter.section(panel):
                    formatter.write_dl(rows, col_max=formatter.width // 3)
        formatter.write_paragraph()
        formatter.write_text(STATUSES)


class Commands(TyperGroup):
    """All commands; a line that names none is for the default one."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, its module imported now; None where there is none."""
        return command(cmd_name) if cmd_name in COMMANDS else None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before the command; GradcalcError for a word that is nearly one."""
        own = declared(self.get_params(ctx)).options
        if args and args[0] not in COMMANDS and args[0] not in own:
            from gradcalc.cli.slips import similar, unknown_command

            word = args[0]
            if known := similar(word.lower(), own if word.startswith("--") else COMMANDS):
                raise unknown_command(word, known)
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def get_help(self, ctx: Any) -> str:
        """The page as stdout can show it."""
        return printable(super().get_help(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The first page, the options without a command, and the exit statuses."""
        write_first_page(formatter)
        records = [parameter.get_help_record(ctx) for parameter in self.get_params(ctx)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        formatter.write_paragraph()
        formatter.write_text(STATUSES)


def _record(parameter: Any, ctx: Any, width: int) -> tuple[str, str] | None:
    """An option and its help; choices that don't fit a line are moved into the help."""
    record: tuple[str, str] | None = parameter.get_help_record(ctx)
    if record is None or len(record[0]) <= width - 2:
        return record
    names, _, values = record[0].rpartition(" ")
    return names, f"{values.strip('<>').replace('|', ', ')}. {record[1]}"


def write_first_page(formatter: Any) -> None:
    """What it is in a line, examples, and the commands by purpose."""
    formatter.write_text(TITLE)
    write_lines(formatter, "Examples", FIRST_EXAMPLES)
    purposes: dict[str, list[tuple[str, str]]] = {}
    for name, entry in COMMANDS.items():
        purposes.setdefault(entry.purpose, []).append((name, entry.summary))
    for purpose, rows in purposes.items():
        with formatter.section(purpose):
            formatter.write_dl(rows)
    formatter.write_paragraph()
    formatter.write_text(MORE)


def printable(page: str) -> str:
    """A page without characters that stdout lacks: typer would send them in another encoding."""
    return as_printed(page, spell_out(sys.stdout).encoding or "utf-8")


def write_lines(formatter: Any, heading: str, lines: tuple[str, ...]) -> None:
    """Lines to paste, under a heading: never wrapped."""
    with formatter.section(heading):
        for line in lines:
            formatter.write(f"  {line}\n")


def app() -> TyperGroup:
    """The command line."""
    commands = typer.Typer(**_settings(), cls=Commands)
    commands.callback(invoke_without_command=True)(root)
    group = get_group(commands)
    assert isinstance(group, Commands)
    return group


def command(name: str) -> Command:
    """One command, as typer builds it from the function that runs it."""
    entry = COMMANDS[name]
    commands = typer.Typer(**_settings())
    function: Callable[..., Any] = getattr(
        import_module(f"gradcalc.cli.{entry.module}"), entry.function
    )
    commands.command(name, help=entry.summary, cls=Command, context_settings=_context())(function)
    built = typer.main.get_command(commands)
    assert isinstance(built, Command)
    return built


def _settings() -> dict[str, Any]:
    return {
        "name": "gradcalc",
        "add_completion": False,
        "pretty_exceptions_enable": False,
        "rich_markup_mode": None,
        "context_settings": _context(),
    }


def _context() -> dict[str, Any]:
    """-h is help everywhere; help is as wide as the terminal, also where that is narrow."""
    columns = min(shutil.get_terminal_size().columns, MAX_COLUMNS)
    return {"help_option_names": ["-h", "--help"], "terminal_width": columns - 2}


def root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", "-V", help="Show the version."),
) -> None:
    """What is done where no command is named: the version, or the first page."""
    if version:
        from gradcalc.version import __version__

        typer.echo(f"gradcalc {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        formatter = context.make_formatter()
        write_first_page(formatter)
        typer.echo(printable(formatter.getvalue().rstrip("\n")))
