"""`gradcalc minimize --global` and `--stationary`: what is proven over a whole box."""

# Annotations are types here, not texts of types: see `gradcalc.cli.option_groups`.

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.option_groups import LimitOptions
from gradcalc.cli.searching import SEARCH_SECONDS, refuse_tolerance, searching
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.boxes.minimum import GlobalMinimum, StationaryPoints

    Answer: TypeAlias = GlobalMinimum | StationaryPoints

TOLERANCE = 1e-6


class BoxOptions(NamedTuple):
    """What is looked for in a whole box, instead of down from a start."""

    over: Annotated[
        list[str],
        options.several(
            metavar="NAME=FROM:TO,…",
            help="Box for --global and --stationary: x=-5:5,y=0:1. Repeatable.",
        ),
    ]
    globally: Annotated[
        bool,
        typer.Option(
            "--global",
            rich_help_panel=options.COMMON,
            help="The global minimum over the box, proven; within 60 s, unless --timeout is given.",
        ),
    ] = False
    stationary: Annotated[
        bool,
        typer.Option(
            "--stationary",
            rich_help_panel=options.COMMON,
            help="All stationary points in the box, proven; in the same time.",
        ),
    ] = False

    @property
    def wanted(self) -> bool:
        """Is it about a whole box? GradcalcError for options that don't go together."""
        if self.globally and self.stationary:
            raise GradcalcError(
                "usage", "--global and --stationary are two questions", hint="use one of them"
            )
        if self.over and not self.option:
            raise GradcalcError(
                "usage",
                "--over needs --global or --stationary",
                hint="add --global; for a search from a start write --bounds",
            )
        if self.option and not self.over:
            raise GradcalcError("usage", f"{self.option} needs a box", hint="write --over x=-5:5")
        return bool(self.option)

    @property
    def option(self) -> str:
        """--global, --stationary or nothing."""
        return "--global" if self.globally else "--stationary" if self.stationary else ""


class Question(NamedTuple):
    """The rest of the command line. `others` are options by name that were given but only go with
    a start."""

    subject_to: Sequence[str]
    maximize: bool
    tolerance: float | None
    others: Sequence[str]
    limits: LimitOptions
    quiet: bool
    json: bool
    color: str


def answer(source: str, box: BoxOptions, held: Mapping[str, Any], question: Question) -> int:
    """Search the box and print what is proven; the exit status."""
    from gradcalc.claims.boxes import read_over

    over = read_over(box.over).bounds
    _refuse(box, over, held, question)
    seconds = question.limits.timeout or SEARCH_SECONDS
    found: Answer
    with searching(source, seconds, show_bar=not question.quiet) as search:
        limits = question.limits.limits()
        if box.globally:
            from gradcalc.boxes.minimize import global_minimum

            found = global_minimum(
                source,
                over,
                held=held,
                subject_to=question.subject_to,
                maximize=question.maximize,
                tolerance=TOLERANCE if question.tolerance is None else question.tolerance,
                search=search,
                limits=limits,
            )
        else:
            from gradcalc.boxes.stationary_points import stationary_points

            found = stationary_points(
                source,
                over,
                held=held,
                subject_to=tuple(question.subject_to),
                search=search,
                limits=limits,
            )
    _print(found, question)
    return int(found.exit)


def _refuse(
    box: BoxOptions, over: Mapping[str, Any], held: Mapping[str, Any], question: Question
) -> None:
    others = list(question.others)
    if box.stationary:
        others += ["--maximize"] * question.maximize + ["--quiet"] * question.quiet
        others += ["--tol"] * (question.tolerance is not None)
    if others:
        raise GradcalcError(
            "usage", f"{others[0]} can't be used with {box.option}", hint="leave it out"
        )
    if question.tolerance is not None:
        refuse_tolerance(question.tolerance, "1e-6")
    for name in over:
        if name in held:
            raise GradcalcError(
                "usage", f"{name} is set by both --at and --over", hint="use one of them"
            )


def _print(found: "Answer", question: Question) -> None:
    from gradcalc.boxes.minimum import GlobalMinimum
    from gradcalc.views import lowest

    out = spell_out(sys.stdout)
    with verdict_output():
        if question.json:
            from gradcalc.views.json import text

            print(text(lowest.record(found)), file=out)
        elif question.quiet and isinstance(found, GlobalMinimum):
            print(lowest.pasted(found), file=out)
        else:
            from gradcalc.views.console import console

            lowest.printed(found, console(color=question.color))
