"""What the TAB key offers: commands, options, choices, topics, functions; files where they belong.

A TAB has no time for the option parser or the table of functions. What they would say is in
`words.json`, which is made of them, and a test holds it to them.
The scripts in `shells/` call `gradcalc __complete SHELL WORD...`, the last word being the one to
complete, as it is typed: in the midst of a quote, or empty. They read a line for each word that
fits, with a tab before its description; the line `:files` asks for names of files too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

from gradcalc.cli.commands import COMMANDS, DEFAULT

FILES = ":files"
SHELLS = ("bash", "zsh", "fish")
LAST_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*\Z")
QUOTES = "\"'"


def words() -> Any:
    """The words of `words.json`: options by command, topics, and functions."""
    return json.loads(_read("words.json"))


def script(shell: str) -> str:
    """The script that makes a shell complete `gradcalc`."""
    return _read(f"shells/gradcalc.{shell}")


def _read(name: str) -> str:
    """A file beside this one."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def complete(arguments: Sequence[str]) -> list[str]:
    """The lines for a shell: `word`, or `word<TAB>description`, and `:files`."""
    shell, *typed = arguments
    before, current = [unquoted(word) for word in typed[:-1]], unquoted(typed[-1])
    found = dict(_candidates(before, current))
    asks_for_files = [] if found.pop(FILES, None) is None else [FILES]
    fitting = {word: text for word, text in found.items() if word.startswith(current)}
    if shell == "bash":  # which shows no descriptions
        return _unfinished([*fitting]) + asks_for_files
    lines = [f"{word}\t{text}" if text else word for word, text in fitting.items()]
    return lines + asks_for_files


def unquoted(word: str) -> str:
    """A word as the program will see it; its last quote may not be closed yet."""
    text, quote, escaped = "", "", False
    for character in word:
        if escaped:
            text += character
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote, text = ("", text) if character == quote else (quote, text + character)
        elif character in QUOTES:
            quote = character
        else:
            text += character
    return text


def _candidates(before: Sequence[str], current: str) -> Iterator[tuple[str, str]]:
    """The words that may stand here, with their descriptions; some don't fit what is typed."""
    known = words()
    if not before:
        yield from ((name, entry.summary) for name, entry in COMMANDS.items())
        if current.isalnum() and any(name.startswith(current) for name in COMMANDS):
            return
    name = before[0] if before and before[0] in COMMANDS else DEFAULT
    options = known["options"][name]
    spellings = {spelling: option for option in options for spelling in option["names"]}
    option, equals, _ = current.partition("=")
    if equals and option in spellings:
        for value, text in _values(spellings[option]["values"]):
            yield value if value == FILES else f"{option}={value}", text
    elif before and before[-1] in spellings and spellings[before[-1]]["values"] is not None:
        yield from _values(spellings[before[-1]]["values"])
    elif current.startswith("-"):
        yield from ((spelling, option["help"]) for spelling, option in spellings.items())
        yield from _calls(known["functions"], current)
    elif name in known["arguments"]:
        yield from known["arguments"][name].items()
    elif name == "functions":
        yield from known["functions"].items()
    else:
        yield from _calls(known["functions"], current)
        yield FILES, ""


def _values(values: str | Sequence[str]) -> Iterator[tuple[str, str]]:
    """The values of an option: its choices, files, or nothing that could be known."""
    if values == FILES:
        yield FILES, ""
    elif not isinstance(values, str):
        yield from ((value, "") for value in values)


def _calls(functions: dict[str, str], formula: str) -> Iterator[tuple[str, str]]:
    """The formula with the name at its end completed to a call."""
    if name := LAST_NAME.search(formula):
        for function, meaning in functions.items():
            if function.startswith(name[0]):
                yield f"{formula[: name.start()]}{function}(", meaning


def _unfinished(found: list[str]) -> list[str]:
    """Where one call is all that fits, a second word keeps bash from closing the quote."""
    if len(found) == 1 and found[0].endswith("("):
        return [*found, f"{found[0]}…"]
    return found
