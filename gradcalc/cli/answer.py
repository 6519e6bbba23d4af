"""How the commands that answer with a `Result` print and save it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gradcalc.cli.option_groups import OutputOptions
from gradcalc.cli.options import Format
from gradcalc.views.plain import say_note, spell_out

if TYPE_CHECKING:
    from gradcalc.answers.result import Result


def write_answer(
    result: Result, output: OutputOptions, *, rows: int | None, mode: str = "both"
) -> int:
    """Print (and save) a result, its error to stderr; the exit status.

    `rows` is how many steps of the trace are shown, None for the view's own choice.
    """
    if output.save:
        from gradcalc.views import saved

        saved.save(result, output.save)
    spell_out(sys.stdout)
    with verdict_output():
        if output.form is Format.json:
            from gradcalc.views import json

            print(json.text(json.record(result, rows=rows)))
        elif output.form in (Format.table, Format.plain):
            from gradcalc.views.console import console
            from gradcalc.views.tables import show

            screen = console(color=output.color, plain=output.form is Format.plain)
            show(result, screen, mode=mode, rows=rows, full=output.full)
        else:
            _print_plain(result, output.form)
    if result.error is not None:
        from gradcalc.views.errors import print_error

        sys.stdout.flush()
        print_error(result.error, color=output.color)
    return int(result.exit)


@contextmanager
def verdict_output() -> Iterator[None]:
    """Print a verdict: a reader that closes the pipe early does not change the exit status."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich turns the former into the latter
        # The rest goes nowhere, so that the interpreter's last flush can't fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refuse_save(path: str) -> None:
    """An error where answers can't be saved under this name; raised before any work is done."""
    if path:
        from gradcalc.views import saved

        saved.refuse_suffix(path)


def _print_plain(result: Result, form: Format | None) -> None:
    """Print a format that has no room for notes (they go to stderr); None is the bare numbers."""
    from gradcalc.views import flat

    for note in result.notes:
        say_note(note)
    match form:
        case Format.csv:
            text = flat.separated(result, ",")
        case Format.tsv:
            text = flat.separated(result, "\t")
        case Format.markdown:
            text = flat.markdown(result)
        case Format.latex:
            text = flat.latex(result)
        case _:
            text = flat.bare(result)
    print(text)
