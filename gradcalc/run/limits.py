"""Bounds of a run, so that nothing a user types hangs the process or eats its memory."""

from __future__ import annotations

from typing import NamedTuple

ELEMENTS = 20_000_000


class Limits(NamedTuple):
    """Each has an option of its name, which the error names that is raised past it."""

    steps: int = 1_000_000  # turns of loops
    trace: int = 2_000_000  # instructions
    calls: int = 400  # nested calls of the program's functions
    depth: int = 200  # nested brackets
    size: int = 400_000  # characters of the text
    elements: int = ELEMENTS  # of one array; ten times as many of all arrays of a run
