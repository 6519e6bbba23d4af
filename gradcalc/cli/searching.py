"""What the commands that search a box have in common: their time, their bar, how they answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.progress import bar
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import say_note, spell_out

if TYPE_CHECKING:
    from gradcalc.boxes.search import Limits

SEARCH_SECONDS = 60.0
GRACE_SECONDS = 5.0  # past the time limit, which the search itself keeps

Timeout = Annotated[
    float,
    typer.Option(
        min=0.1,
        metavar="SECONDS",
        rich_help_panel=options.LIMITS,
        help="Time limit in seconds; what is proven by then is the answer.",
    ),
]


@contextmanager
def searching(source: str, seconds: float, *, show_bar: bool = True) -> Iterator[Limits]:
    """The limits of a search of so many seconds on all cores, which a bar follows; errors show the
    source."""
    from gradcalc.boxes.search import Limits
    from gradcalc.kernels.kernel import cores

    with blaming(source), within(seconds + GRACE_SECONDS), bar(0, show_bar) as progress:
        yield Limits.of(seconds, cores(), progress)


def refuse_tolerance(tol: float, example: str) -> None:
    """GradcalcError for a tolerance that nothing meets."""
    if not tol > 0:
        raise GradcalcError("usage", "--tol must be positive", hint=f"write --tol {example}")


def write_found(found: Any, view: Any, *, json: bool, color: str) -> int:
    """Print what a search found by its view, the notes on stderr; the exit status."""
    for note in found.notes:
        say_note(note)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(view.record(found)), file=spell_out(sys.stdout))
        else:
            from gradcalc.views.console import console

            spell_out(sys.stdout)
            view.show(found, console(color=color))
    return int(found.exit)
