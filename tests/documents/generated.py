"""Files that are made of the declarations: `python -m tests.documents.generated` writes them.

The tests compare them with what would be written today.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.core import TyperOption

from gradcalc.cli.app import command
from gradcalc.cli.commands import COMMANDS
from gradcalc.cli.completion import FILES, SHELLS
from gradcalc.cli.help import TOPICS, title
from gradcalc.views.catalogue import everything
from tests.documents.manual import manual

ROOT = Path(__file__).parents[2]


def words() -> str:
    """`words.json`: what the TAB key offers."""
    functions = {entry["name"]: entry["meaning"] for entry in everything()}
    functions |= {alias: entry["meaning"] for entry in everything() for alias in entry["aliases"]}
    summaries = {name: entry.summary for name, entry in COMMANDS.items()}
    known = {
        "options": {name: _options(name) for name in COMMANDS},
        "arguments": {
            "help": {topic: title(topic)[1] for topic in TOPICS} | summaries,
            "completion": dict.fromkeys(SHELLS, ""),
        },
        "functions": dict(sorted(functions.items())),
    }
    return json.dumps(known, ensure_ascii=False, indent=1) + "\n"


def _options(name: str) -> list[dict[str, Any]]:
    """The options of a command: spellings, help, and values: None for a flag."""
    options = [p for p in command(name).params if isinstance(p, TyperOption)]
    found = [
        {"names": sorted(option.opts, key=len, reverse=True), "help": option.help}
        | {"values": _values(option)}
        for option in options
    ]
    return [*found, {"names": ["--help", "-h"], "help": "Show this page.", "values": None}]


def _values(option: TyperOption) -> str | list[str] | None:
    """The choices of an option, files, "" for any text, None where it takes no value."""
    if option.is_flag:
        return None
    if choices := getattr(option.type, "choices", ()):
        return [str(choice) for choice in choices]
    return FILES if option.metavar == "FILE" else ""


GENERATED = {"gradcalc/cli/words.json": words, "gradcalc/cli/manual/gradcalc.1": manual}

if __name__ == "__main__":
    for path, write in GENERATED.items():
        (ROOT / path).write_text(write(), encoding="utf-8")
