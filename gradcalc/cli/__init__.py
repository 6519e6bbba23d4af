"""The command line: arguments come in, an exit status goes out, nothing else is returned.

`commands` lists the commands: of each its module, whose function runs it, a line of help and
examples; `app` makes typer's option parser of them. Options are declared once, as types for typer,
one by one or in groups (`options`, `groups`); `arguments`, which tells a formula that begins with a
minus from an option, asks these declarations, and `slips` says what a slip was meant to be.
A command reads its program (`source`) and its point (`point`, `files`), has the rooms below compute
an answer, and prints it through a view (`answer`). Errors are caught and printed here, once, as
text and, where JSON is asked for, as an object too (`failures`).

Read `evaluate` first: it is the shortest way from options to an answer.
"""

from __future__ import annotations

import sys

from gradcalc.errors import Exit

COMPLETE = "__complete"  # what the TAB key runs: the option parser is not imported for it


def run(arguments: list[str]) -> int:
    """Run one command line; its exit status. Every error is caught and printed here."""
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader has seen enough: what parses options and what prints leave by the latter.
        return Exit.OK
    except Exception as error:
        from gradcalc.cli.failures import explained, report

        return report(explained(error, arguments), arguments)


def _run(arguments: list[str]) -> int:
    if arguments[:1] == [COMPLETE]:
        from gradcalc.cli.completion import complete
        from gradcalc.views.plain import spell_out

        spell_out(sys.stdout).write("".join(f"{line}\n" for line in complete(arguments[1:])))
        return Exit.OK

    import typer

    from gradcalc.cli.app import app

    try:
        return int(app()(arguments, prog_name="gradcalc", standalone_mode=False) or 0)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.Abort:
        return Exit.INTERRUPTED
