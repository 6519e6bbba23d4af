"""Messages are plain English, of one form: lower case, no full stop, codes in kebab-case."""

from __future__ import annotations

import re

import pytest

from tests.messages import Message, messages

MESSAGES = messages()

# Rooms whose words have been read and mended, phrase by phrase; the others follow.
PLAIN_ROOMS: tuple[str, ...] = (
    "answers",
    "batch",
    "checks",
    "claims",
    "cli",
    "hunt",
    "kernels",
    "language",
    "numbers",
    "rules",
    "run",
    "suites",
    "tables",
    "views",
)

STUMBLES = re.compile(
    r"""\b(?:
      (?:is|are)\ no\ (?!longer\b|more\b)  # x is not a number
    | has\ no\ (?:such|other)\b
    | stands?\b                            # is
    | so\ many\b                           # N
    | (?:is|are)\ to\ be\b                 # must be
    | for\ ever\b                          # forever
    | without\ having\b
    | came?\ by\b
    | what\ is\ (?:no|not)\b
    | and\ this(?:\ one)?\ is\b            # must be an integer, not 2.5
    | takes\ an?\b                         # expects
    | this\ one\b
    )""",
    re.VERBOSE,
)
CAPITAL = re.compile(r"(?!Python|NumPy|Arrow|Dask|Parquet|GitHub|Jacobian|Hessian)[A-Z][a-z]")
KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")


def _places(found: list[Message]) -> list[str]:
    return [f"{m.path}:{m.line}: {m.text}" for m in found]


def _words(message: Message) -> str:
    """The text without what is filled in."""
    return re.sub(r"\{[^{}]*\}", "{}", message.text)


def test_the_catalogue_holds_what_is_known_to_be_said() -> None:
    kinds = {(m.kind, m.text) for m in MESSAGES}
    assert ("code", "unknown-name") in kinds
    assert ("hint", "write {signature}") in kinds  # a template
    assert ("part", "loop bound") in kinds  # the argument of a function that says it
    assert len({m.text for m in MESSAGES if m.kind == "code"}) > 50
    assert len({m.text for m in MESSAGES if m.kind == "message"}) > 150


def test_codes_are_kebab_case() -> None:
    assert not _places([m for m in MESSAGES if m.kind == "code" and not KEBAB.fullmatch(m.text)])


@pytest.mark.parametrize("room", PLAIN_ROOMS)
def test_no_message_makes_a_reader_stumble(room: str) -> None:
    said = [m for m in MESSAGES if m.room == room and m.kind != "code"]
    assert not _places([m for m in said if STUMBLES.search(_words(m))])


def test_messages_begin_with_a_small_letter() -> None:
    said = [m for m in MESSAGES if m.kind in ("message", "hint", "note")]
    assert not _places([m for m in said if CAPITAL.match(m.text)])


def test_messages_end_without_a_full_stop() -> None:
    said = [m for m in MESSAGES if m.kind in ("message", "hint", "note")]
    assert not _places([m for m in said if re.search(r"(?<!\.)\.$", m.text)])
