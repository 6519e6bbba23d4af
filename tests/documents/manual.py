"""The manual page, in the language of man(7), from the declarations and the topics of help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from typer import Context

from gradcalc import __version__
from gradcalc.cli.app import TITLE, command
from gradcalc.cli.commands import COMMANDS, FIRST_EXAMPLES
from gradcalc.cli.help import TOPICS, rows, text, title
from gradcalc.cli.options import PANELS


def manual() -> str:
    """`gradcalc.1`, whole."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    name, _, about = TITLE.rstrip(".").partition(": ")
    yield f'.TH GRADCALC 1 "" "gradcalc {__version__}"'
    yield from (".SH NAME", f"{name} \\- {_escaped(about)}")
    yield ".SH SYNOPSIS"
    for line in ("gradcalc FORMULA [OPTIONS]", "gradcalc COMMAND [OPTIONS]"):
        yield from (".nf", _escaped(line), ".fi")
    yield ".SH EXAMPLES"
    yield from _examples(FIRST_EXAMPLES)
    yield ".SH COMMANDS"
    for each in COMMANDS:
        yield from _command(each)
    for topic in TOPICS:
        yield f'.SH "{title(topic)[0].upper()}"'
        for block in text(topic).split("\n\n")[1:]:
            yield from _block(block.rstrip("\n").split("\n"))


def _command(name: str) -> Iterator[str]:
    """A command: what it does, examples, and its options, the common ones first."""
    entry, built = COMMANDS[name], command(name)
    yield from (f'.SS "gradcalc {name}"', _escaped(entry.summary))
    yield from _examples(entry.examples)
    context = Context(built, info_name=name)
    panels: dict[str, list[tuple[str, str]]] = {panel: [] for panel in PANELS}
    for parameter in built.params:
        if record := parameter.get_help_record(context):
            panels[getattr(parameter, "rich_help_panel", None) or PANELS[0]].append(record)
    for records in panels.values():
        yield from _terms(records)


def _block(lines: Sequence[str]) -> Iterator[str]:
    """A paragraph, terms with their meanings, or examples."""
    if found := rows(lines):
        yield from _terms(found)
    elif lines[0].startswith("  "):
        yield from _examples([line.strip() for line in lines])
    else:
        yield from (".PP", *map(_escaped, lines))


def _terms(records: Sequence[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in records:
        yield from (".TP", f".B {_escaped(term)}", _escaped(meaning))


def _examples(lines: Sequence[str]) -> Iterator[str]:
    """Lines that are shown as they are."""
    yield from (".PP", ".RS", ".nf", *map(_escaped, lines), ".fi", ".RE")


def _escaped(line: str) -> str:
    """A line that is no request, with hyphens that can be pasted."""
    escaped = line.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    escaped = escaped.replace("^", "\\(ha").replace("~", "\\(ti")
    return f"\\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped
