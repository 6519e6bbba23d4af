"""The options of `gradcalc minimize`: where the point must lie, and how to go down."""

# Annotations are types here, not texts of types: see `gradcalc.cli.option_groups`.

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.option_groups import LimitOptions
from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    from gradcalc.optimize.minimize import Settings

GRADIENT_TOLERANCE = 1e-8
LEARNING_RATE = 1e-3


class Method(StrEnum):
    """How to go down."""

    trust_exact = "trust-exact"
    bfgs = "bfgs"
    l_bfgs_b = "l-bfgs-b"
    slsqp = "slsqp"
    trust_constr = "trust-constr"
    nelder_mead = "nelder-mead"
    gradient_descent = "gradient-descent"
    momentum = "momentum"
    adam = "adam"


class RegionOptions(NamedTuple):
    """Where the point must lie."""

    bounds: Annotated[
        list[str],
        options.several(
            metavar="NAME=FROM:TO,…",
            help="Bounds: x=0:1,y=0: (an end may be left out). Repeatable.",
        ),
    ]
    subject_to: Annotated[
        list[str],
        options.several(metavar="CONDITION", help='Constraint: "x+y<=1", "x*y==2". Repeatable.'),
    ]


class PathOptions(NamedTuple):
    """Whether to draw the path, and where."""

    plot: Annotated[
        bool,
        typer.Option(
            "--plot", rich_help_panel=options.OUTPUT, help="Draw the path, of one or two unknowns."
        ),
    ] = False
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Write the picture of the path to this file: .svg, .png or .pdf.",
        ),
    ] = ""


class WalkOptions(NamedTuple):
    """How to go down, and how far."""

    method: Annotated[
        Method | None,
        typer.Option(
            help="How to go down; chosen by the problem if not given.", show_default=False
        ),
    ] = None
    maximize: Annotated[
        bool, typer.Option("--maximize", rich_help_panel=options.COMMON, help="Go up instead.")
    ] = False
    steps: Annotated[int | None, options.count(help="Maximum steps.")] = None
    tol: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="Gradient norm to stop at (1e-8); with --global, width of the value (1e-6).",
            show_default=False,
        ),
    ] = None
    starts: Annotated[
        int,
        options.count(
            help="Number of starts: random ones are added, within --bounds or around --at.",
            min=1,
            max=100_000,
        ),
    ] = 1
    seed: Annotated[int, options.count(help="Seed of the random starts.")] = 0
    lr: Annotated[
        float,
        typer.Option(metavar="NUMBER", help="Learning rate of gradient-descent, momentum, adam."),
    ] = LEARNING_RATE
    batch: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="Table whose columns are inputs: minimize the mean over its rows."
        ),
    ] = ""
    batch_size: Annotated[
        int, options.count(help="Rows that a training step takes, in turn; 0 for all.")
    ] = 0

    def given(self) -> list[str]:
        """The options of a way down that differ from their defaults."""
        differ = {
            "--method": self.method is not None,
            "--steps": self.steps is not None,
            "--starts": self.starts != 1,
            "--seed": self.seed != 0,
            "--lr": self.lr != LEARNING_RATE,
            "--batch": bool(self.batch),
            "--batch-size": bool(self.batch_size),
        }
        return [name for name, does in differ.items() if does]

    def settings(self, limits: LimitOptions) -> "Settings":
        """The options as the optimizers take them."""
        from gradcalc.optimize.minimize import Settings
        from gradcalc.optimize.training import Training

        tolerance = GRADIENT_TOLERANCE if self.tol is None else self.tol
        if not self.lr > 0 or not tolerance >= 0:
            raise GradcalcError("usage", "--lr and --tol must be positive", hint="write --lr 0.01")
        return Settings(
            None if self.method is None else self.method.value,
            self.maximize,
            self.steps,
            tolerance,
            Training(self.lr, batch_size=self.batch_size),
            self.starts,
            self.seed,
            limits.limits(),
        )
