"""The command line: a file a command; errors are caught here, once."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from gradcalc.cli.arguments import arranged
from gradcalc.cli.evaluate import command as evaluate_command
from gradcalc.cli.functions import command as functions_command
from gradcalc.errors import Exit, GradcalcError

STATUSES = (
    "Exit status: 0 all is well; 1 a check fails or too few digits; 2 the request can't be read; "
    "3 no finite answer at that point; 4 not smooth there, with --strict; 5 did not converge; "
    "6 a file can't be read or written; 70 a bug in gradcalc; 130 interrupted."
)

app = typer.Typer(
    name="gradcalc",
    help="Gradients you can trust: forward and reverse mode, checked by sympy, digits counted.",
    epilog=STATUSES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("eval", help="Value and gradient at a point, checked.", epilog=STATUSES)(
    evaluate_command
)
app.command("functions", help="What the language knows: each function with its derivative.")(
    functions_command
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Show the version.")) -> None:
    if version:
        from gradcalc import __version__

        typer.echo(f"gradcalc {__version__}")
        raise typer.Exit(0)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with one of the documented statuses."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        status = run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader is gone: say nothing, and keep the interpreter from flushing once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = Exit.OK
    except KeyboardInterrupt:
        status = Exit.INTERRUPTED
    sys.exit(int(status))


def run(given: list[str]) -> int:
    """Run one command line; its exit status. BrokenPipeError and KeyboardInterrupt pass."""
    try:
        status = app(arranged(given), standalone_mode=False)
    except GradcalcError as error:
        return _say(error)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except BrokenPipeError:
        raise
    except OSError as error:
        return _say(_file_error(error))
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of the option parser
            hint = "gradcalc --help lists commands and options"
            return _say(GradcalcError("usage", error.format_message(), None, hint))
        if os.environ.get("GRADCALC_DEBUG"):
            raise
        return _say(
            GradcalcError(
                "bug",
                f"gradcalc failed: {type(error).__name__}: {error}",
                None,
                "this is a bug in gradcalc; GRADCALC_DEBUG=1 shows where",
                Exit.BUG,
            )
        )
    return int(status or 0)


def _file_error(error: OSError) -> GradcalcError:
    name = f" {error.filename}" if error.filename else ""
    return GradcalcError("file", f"{error.strerror or error}{name}", exit=Exit.FILE)


def _say(error: GradcalcError) -> int:
    from gradcalc.views.errors import drawn

    text = drawn(error) + "\n"
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding))
    return int(error.exit)
