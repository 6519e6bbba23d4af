"""What can go wrong, as data: a code, a place, a reason, a remedy and an exit status.

Nothing here prints. Errors are raised anywhere; `drawn` is how all of them look, on a terminal
(`gradcalc.views.errors`) as at the end of a traceback.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NamedTuple

MAX_LINE_CHARACTERS = 72  # characters of a long line that are shown around the place
GUTTER = "  │ "
MAX_LISTED = 20  # names in a message


class Exit(IntEnum):
    """The exit statuses of every command, whatever the output format."""

    OK = 0
    VERDICT = 1  # a check or a claim fails, too few digits
    REQUEST = 2  # syntax, unknown name, missing value, bad option
    NO_ANSWER = 3  # outside the domain, pole, overflow, infinite derivative
    NOT_SMOOTH = 4  # only with --strict
    NOT_CONVERGED = 5
    FILE = 6  # a file can't be read or written, or there is too little memory
    BUG = 70
    INTERRUPTED = 130


class Span(NamedTuple):
    """A half-open range of characters of the source text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of the other."""
        return Span(self.start, other.end)

    def rewritten(self, source: str, text: str) -> str:
        """The source with another text in the place of this one."""
        return source[: self.start] + text + source[self.end :]


class GradcalcError(Exception):
    """One clear message: `code` is stable, `span` is the place in `source`, `hint` the remedy.

    `proposals` are whole texts to write instead of `source`, the likeliest first: each can be read
    and means what was probably meant. The hint shows them, or the parts that differ.
    """

    def __init__(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        hint: str | None = None,
        proposals: tuple[str, ...] = (),
        exit: Exit = Exit.REQUEST,
        source: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.hint = hint
        self.proposals = proposals
        self.exit = exit
        self.source = source

    def __str__(self) -> str:
        return drawn(self)

    @property
    def line(self) -> int | None:
        """The line of the source, counted from 1, that the place is in."""
        if self.span is None or self.source is None:
            return None
        return self.source.count("\n", 0, self.span.start) + 1

    @property
    def is_of_values(self) -> bool:
        """Is it about these values of the inputs? Others may have an answer."""
        return self.exit in (Exit.NO_ANSWER, Exit.NOT_CONVERGED)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is pickled: keyword arguments need a function of their own."""
        names = ("hint", "proposals", "exit", "source")
        keywords = {name: getattr(self, name) for name in names}
        return _error, (self.code, self.message, self.span, keywords)


def _error(code: str, message: str, span: Span | None, keywords: dict[str, Any]) -> GradcalcError:
    """An error as `__reduce__` describes it."""
    return GradcalcError(code, message, span, **keywords)


@contextmanager
def blaming(source: str) -> Iterator[None]:
    """Errors raised within get this text as their source, unless they have one of their own.

    RecursionError, which nesting too deep for Python raises anywhere, becomes such an error too.
    """
    try:
        yield
    except RecursionError:
        raise GradcalcError(
            "too-deep",
            "the program is nested too deeply",
            hint="split it: assign a part to a name, y = …",
            source=source,
        ) from None
    except GradcalcError as error:
        if error.source is None:
            error.source = source
        raise


def listed(names: Iterable[str]) -> str:
    """Names for a message; a long list is cut."""
    names = list(names)
    shown = ", ".join(names[:MAX_LISTED])
    return shown if len(names) <= MAX_LISTED else f"{shown} and {len(names) - MAX_LISTED:,} more"


def not_used(names: Iterable[str]) -> list[str]:
    """A note for each value that nothing reads; one for all where they are very many."""
    names = list(names)
    if len(names) > MAX_LISTED:
        return [f"{listed(names)} are given but not used"]
    return [f"{name} is given but not used" for name in names]


# How an error looks ------------------------------------------------------------


class Place(NamedTuple):
    """A line of the source behind its gutter, and the carets under the place in it."""

    gutter: str
    text: str
    blank: str  # the gutter of the lines below
    carets: str


def drawn(error: GradcalcError) -> str:
    """The message as text, with the line of the source and carets under the place."""
    lines = [f"error[{error.code}]: {error.message}"]
    place = place_of(error, MAX_LINE_CHARACTERS)
    if place:
        lines += [place.gutter + place.text, place.blank + place.carets]
        if error.hint:
            lines[-1] += f" {error.hint}"
    elif error.hint:
        lines.append(GUTTER + error.hint)
    return "\n".join(lines)


def place_of(error: GradcalcError, most: int) -> Place | None:
    """The line of the source that the error is about, at most so many characters of it."""
    if error.span is None or error.source is None:
        return None
    most = min(most, MAX_LINE_CHARACTERS)
    source, span = error.source, error.span
    start = source.rfind("\n", 0, span.start) + 1
    end = source.find("\n", span.start)
    line = source[start : end if end >= 0 else len(source)]
    column = span.start - start
    width = max(1, min(span.end, start + len(line)) - span.start)
    if len(line) > most:
        first = max(0, min(column - most // 3, len(line) - most))
        line, column = line[first : first + most], column - first
        width = min(width, most - column)
        line = ("…" if first else "") + line + "…"
        column += 1 if first else 0
    visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    number = source.count("\n", 0, span.start) + 1
    gutter = f"{number} │ " if "\n" in source.strip() else GUTTER
    blank = " " * (len(gutter) - 2) + "│ "
    return Place(gutter, visible, blank, " " * column + "^" * width)
