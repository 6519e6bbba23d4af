"""What can go wrong, as data: a code, a place, a reason, a remedy and an exit status.

Nothing here prints. Errors are raised anywhere and drawn in one place, `gradcalc.views.errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """The exit statuses of every command, whatever the output format."""

    OK = 0
    VERDICT = 1  # a check or a claim fails, too few digits
    REQUEST = 2  # syntax, unknown name, missing value, bad option
    NO_ANSWER = 3  # outside the domain, pole, overflow, infinite derivative
    NOT_SMOOTH = 4  # only with --strict
    NOT_CONVERGED = 5
    FILE = 6  # a file can't be read or written
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Span:
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
        return self.message

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
