"""The errors that the readers of files have in common."""

from __future__ import annotations

from gradcalc.errors import Exit, GradcalcError


def bad_file(path: str, what: str, hint: str | None = None) -> GradcalcError:
    """An error about the content of a file: its path, and `what` is wrong with it."""
    return GradcalcError("bad-file", f"{path} {what}", hint=hint, exit=Exit.FILE)


def too_large(path: str, count: str, max_elements: int) -> GradcalcError:
    """An error for a file with more numbers than --max-elements allows."""
    return GradcalcError(
        "too-large",
        f"{path} has {count} elements, more than {max_elements:,}",
        hint="raise the limit with --max-elements",
    )
