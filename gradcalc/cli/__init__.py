"""The command line: a file a command; errors are caught here, once."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer

from gradcalc.cli.arguments import arranged
from gradcalc.errors import Exit, GradcalcError

STATUSES = (
    "Exit status: 0 all is well; 1 a check fails or too few digits; 2 the request can't be read; "
    "3 no finite answer at that point; 4 not smooth there, with --strict; 5 did not converge; "
    "6 a file can't be read or written; 70 a bug in gradcalc; 130 interrupted."
)

# A command's module holds its function `command`; only the one that is asked for is loaded.
COMMANDS = {
    "eval": ("evaluate", "Value and gradient at a point, checked."),
    "jacobian": ("products", "The derivatives of a vector: J[i, j] = ∂f_i/∂x_j, for each input."),
    "hessian": ("products", "All second derivatives of a number."),
    "jvp": ("products", "The Jacobian times a direction: --along."),
    "vjp": ("products", "A seed times the Jacobian: --seed."),
    "hvp": ("products", "The Hessian times a direction: --along."),
    "map": ("map", "Value and gradient for every row of a table: CSV, Parquet, …"),
    "check": ("check", "Do claimed gradients hold? A claim, a dump, a suite for CI."),
    "hunt": ("hunt", "Where in a box is a formula in trouble?"),
    "functions": ("functions", "What the language knows: each function with its derivative."),
}


def app(wanted: str | None) -> typer.Typer:
    """The command line with the command that is wanted, or with a list of all."""
    made = typer.Typer(
        name="gradcalc",
        help="Gradients you can trust: forward and reverse mode, checked by sympy, digits counted.",
        epilog=STATUSES,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    made.callback(invoke_without_command=True)(root)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module, help = COMMANDS[name]
        # Where none is asked for they are only listed.
        command = import_module(f"gradcalc.cli.{module}").command if name == wanted else listed
        made.command(name, help=help, epilog=STATUSES)(command)
    return made


def listed() -> None:
    """What stands for a command that is not asked for."""


def root(version: bool = typer.Option(False, "--version", help="Show the version.")) -> None:
    if version:
        from gradcalc import __version__

        typer.echo(f"gradcalc {__version__}")
        raise typer.Exit(0)


def run(given: list[str]) -> int:
    """Run one command line; its exit status. Every error is caught and said here."""
    try:
        command = app(given[0] if given else None)
        status = int(command(arranged(given), standalone_mode=False) or 0)
        sys.stdout.flush()
        return status
    except GradcalcError as error:
        return _say(error)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return Exit.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader has what it wanted: what parses options and what prints leave by the latter.
        return Exit.OK
    except OSError as error:
        return _say(_file_error(error))
    except MemoryError:
        return _say(
            GradcalcError(
                "too-large",
                "there is not enough memory for this run",
                hint="make its arrays smaller; --max-elements bounds them before they are made",
            )
        )
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of the option parser
            hint = "gradcalc --help lists commands and options"
            return _say(GradcalcError("usage", error.format_message(), hint=hint))
        if os.environ.get("GRADCALC_DEBUG"):
            raise
        return _say(
            GradcalcError(
                "bug",
                f"gradcalc failed: {type(error).__name__}: {error}",
                hint="this is a bug in gradcalc; GRADCALC_DEBUG=1 shows where",
                exit=Exit.BUG,
            )
        )


def _file_error(error: OSError) -> GradcalcError:
    name = f": {error.filename}" if error.filename else ""
    return GradcalcError("file", f"{error.strerror or error}{name}", exit=Exit.FILE)


def _say(error: GradcalcError) -> int:
    from gradcalc.views.errors import drawn
    from gradcalc.views.plain import spell_out

    spell_out(sys.stderr).write(drawn(error) + "\n")
    return int(error.exit)
