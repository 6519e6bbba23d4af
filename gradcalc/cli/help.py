"""`gradcalc help [TOPIC]`: what can be looked up, from the texts in `topics/`.

A text's first line is its title. Lines that begin with two blanks are examples, or, where more
blanks stand in their midst, terms with their meanings; all others are paragraphs, a line each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from gradcalc.cli.commands import COMMANDS
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

TOPICS = (
    "language",
    "numbers-and-digits",
    "kinks",
    "tables",
    "formats-and-json",
    "limits",
    "exit-statuses",
)


def command(
    *,
    context: typer.Context,
    topic: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC|COMMAND]", help="All if left out.")
    ] = None,
) -> int:
    asked = "-".join(topic or ()).lower()
    if asked in COMMANDS:
        root: Any = context.find_root()
        chosen = root.command.get_command(root, asked)
        page = chosen.make_context(asked, [], parent=root, resilient_parsing=True).get_help()
    else:
        formatter = context.make_formatter()
        if asked:
            write(formatter, text(find(asked)))
        else:
            _write_topics(formatter)
        page = formatter.getvalue()
    spell_out(sys.stdout).write(page.rstrip("\n") + "\n")
    return 0


def find(asked: str) -> str:
    """The topic of this name, of its beginning or of one of its words; GradcalcError if none."""
    for name in TOPICS:
        if name.startswith(asked) or set(asked.split("-")) <= set(name.split("-")):
            return name
    from gradcalc.cli.slips import similar

    known = similar(asked, {word for name in (*TOPICS, *COMMANDS) for word in name.split("-")})
    hint = f"did you mean {known}?" if known else "gradcalc help lists all topics"
    raise GradcalcError("usage", f"no help on '{asked}'", hint=hint)


def text(topic: str) -> str:
    """What there is to read on a topic."""
    path = os.path.join(os.path.dirname(__file__), "topics", f"{topic}.txt")
    with open(path, encoding="utf-8") as file:
        return file.read()


def title(topic: str) -> tuple[str, str]:
    """The name of a topic, and what it is about."""
    name, _, about = text(topic).partition("\n")[0].partition(": ")
    return name, about


def rows(block: Sequence[str]) -> list[tuple[str, str]]:
    """Terms and meanings; none where the lines are something else."""
    pairs = [line.strip().partition("  ") for line in block if line.startswith("  ")]
    return [(term, meaning.strip()) for term, _, meaning in pairs if meaning]


def write(formatter: Any, page: str) -> None:
    """A text as wide as the terminal: only examples are never wrapped."""
    for k, block in enumerate(page.rstrip("\n").split("\n\n")):
        if k:
            formatter.write_paragraph()
        lines = block.split("\n")
        if found := rows(lines):
            with formatter.indentation():
                formatter.write_dl(found, col_max=formatter.width // 3)
        elif block.startswith("  "):
            formatter.write(f"{block}\n")
        else:
            formatter.write_text(block)


def _write_topics(formatter: Any) -> None:
    with formatter.section("Topics, for gradcalc help TOPIC"):
        formatter.write_dl([title(topic) for topic in TOPICS])
    formatter.write_paragraph()
    formatter.write_text("gradcalc COMMAND --help explains a command, gradcalc lists them.")
