"""How the commands that answer with a result write it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gradcalc.cli.options import Format
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.answers.result import Result


def shown(
    result: Result,
    form: Format,
    *,
    mode: str = "both",
    rows: int | None,
    quiet: bool,
    color: str,
    full: bool,
    save: str,
) -> int:
    """Print (and save) a result, its error to stderr; the exit status."""
    if save:
        from gradcalc.views import saved

        saved.save(result, save)
    spell_out(sys.stdout)
    with heard():
        _print(result, form, mode, rows, quiet, color, full)
    if result.error is not None:
        from gradcalc.views.errors import drawn

        sys.stdout.flush()
        spell_out(sys.stderr).write(drawn(result.error) + "\n")
    return int(result.exit)


@contextmanager
def heard() -> Iterator[None]:
    """Print a verdict: a reader that leaves before its end does not change it."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich leaves by the latter
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refuse_save(path: str) -> None:
    """An error where answers can't be saved under this name; before any work is done."""
    if path:
        from gradcalc.views import saved

        saved.refuse_suffix(path)


def _print(
    result: Result, form: Format, mode: str, rows: int | None, quiet: bool, color: str, full: bool
) -> None:
    if quiet or form not in (Format.table, Format.json):
        from gradcalc.views import flat

        for note in result.notes:
            print(f"note: {note}", file=spell_out(sys.stderr))

        if quiet:
            text = flat.bare(result)
        elif form in (Format.csv, Format.tsv):
            text = flat.separated(result, "," if form is Format.csv else "\t")
        else:
            text = flat.markdown(result) if form is Format.markdown else flat.latex(result)
        print(text)
    elif form is Format.json:
        from gradcalc.views import json

        print(json.text(json.record(result, rows=rows)))
    else:
        from gradcalc.views.console import console
        from gradcalc.views.tables import show

        show(result, console(color=color), mode=mode, rows=rows, full=full)
