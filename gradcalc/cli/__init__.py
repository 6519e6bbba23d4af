"""The command line: arguments come in, an exit status goes out, nothing else is returned.

Each command is a module with a function `command`, listed in COMMANDS; only the module of the
command at hand is imported, so that no command pays for what another needs. Options are declared
once, as types for typer, one by one or in groups (`options`, `groups`); `arguments`, which tells a
formula that begins with a minus from an option, asks these declarations.
A command reads its program (`source`) and its point (`point`, `files`), has the rooms below compute
an answer, and prints it through a view (`answer`). Errors are caught and printed here, once.

Read `evaluate` first: it is the shortest way from options to an answer.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer
from typer.main import get_group

from gradcalc.cli.arguments import arranged, option_names
from gradcalc.errors import Exit, GradcalcError

STATUSES = (
    "Exit status: 0 success; 1 a check failed or too few digits are correct; 2 invalid request; "
    "3 no finite answer at the point; 4 not smooth there (with --strict); 5 no convergence; "
    "6 a file can't be read or written; 70 a bug in gradcalc; 130 interrupted."
)

# Of each command the module, whose function `command` runs it, and the line that help shows.
COMMANDS = {
    "eval": ("evaluate", "Value and gradient at a point, checked."),
    "jacobian": ("products", "Derivatives of a vector: J[i, j] = ∂f_i/∂x_j, for each input."),
    "hessian": ("products", "All second derivatives of a scalar."),
    "jvp": ("products", "The Jacobian times a direction (--along)."),
    "vjp": ("products", "Weights (--seed) times the Jacobian."),
    "hvp": ("products", "The Hessian times a direction (--along)."),
    "map": ("map", "Value and gradient for every row of a table: CSV, Parquet, …"),
    "check": ("check", "Check claimed gradients, a table of results, or a suite."),
    "hunt": ("hunt", "Search a box for points where a formula is in trouble."),
    "functions": ("functions", "List the functions of the language with their derivatives."),
}


def app(name: str | None) -> typer.Typer:
    """The command line with the command of this name, or, where there is none, a list of all."""
    commands = typer.Typer(
        name="gradcalc",
        help="Gradients you can trust: forward and reverse mode, checked by sympy, digits counted.",
        epilog=STATUSES,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    commands.callback(invoke_without_command=True)(root)
    for command_name in [name] if name in COMMANDS else COMMANDS:
        module, help = COMMANDS[command_name]
        # Commands that are only listed in the help are not imported.
        command = (
            import_module(f"gradcalc.cli.{module}").command if name in COMMANDS else placeholder
        )
        commands.command(command_name, help=help, epilog=STATUSES)(command)
    return commands


def placeholder() -> None:
    """A command that is listed, and can't be run."""


def root(version: bool = typer.Option(False, "--version", help="Show the version.")) -> None:
    if version:
        from gradcalc import __version__

        typer.echo(f"gradcalc {__version__}")
        raise typer.Exit(0)


def run(arguments: list[str]) -> int:
    """Run one command line; its exit status. Every error is caught and printed here."""
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except typer.Exit as stop:
        return int(stop.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return Exit.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader has seen enough: what parses options and what prints leave by the latter.
        return Exit.OK
    except Exception as error:
        return _print(_explained(error))


def _run(arguments: list[str]) -> int:
    name = arguments[0] if arguments else None
    commands = get_group(app(name))
    if name in COMMANDS:
        options = option_names(commands.commands[name].params)
        arguments = [name, *arranged(arguments[1:], options)]
    return int(commands(arguments, standalone_mode=False) or 0)


def _explained(error: Exception) -> GradcalcError:
    """Any exception as an error with a remedy; with GRADCALC_DEBUG, a bug's is raised again."""
    if isinstance(error, GradcalcError):
        return error
    if isinstance(error, OSError):
        name = f": {error.filename}" if error.filename else ""
        return GradcalcError("file", f"{error.strerror or error}{name}", exit=Exit.FILE)
    if isinstance(error, MemoryError):
        return GradcalcError(
            "too-large",
            "there is not enough memory for this run",
            hint="use smaller arrays; --max-elements rejects large ones before they are allocated",
        )
    if hasattr(error, "format_message"):  # a usage error of the option parser
        hint = "gradcalc --help lists commands and options"
        return GradcalcError("usage", error.format_message(), hint=hint)
    if os.environ.get("GRADCALC_DEBUG"):
        raise error
    return GradcalcError(
        "bug",
        f"gradcalc failed: {type(error).__name__}: {error}",
        hint="this is a bug in gradcalc; GRADCALC_DEBUG=1 shows where",
        exit=Exit.BUG,
    )


def _print(error: GradcalcError) -> int:
    from gradcalc.views.errors import drawn
    from gradcalc.views.plain import spell_out

    spell_out(sys.stderr).write(drawn(error) + "\n")
    return int(error.exit)
