"""A budget of work for calls that can't be interrupted from outside: sympy's.

One `diff` or `Max` of sympy may take milliseconds or never end, and no signal reaches a thread or
Windows. What is counted are the events that Python reports to a profiler (calls and returns of
functions, sympy's and mpmath's included): the same number on every machine, however busy, so that
what an answer says of its checks does not depend on the clock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

Out = TypeVar("Out")

IMPORT_SYSTEM = "<frozen importlib._bootstrap>"  # the file name of its code, as Python spells it


class OverBudgetError(BaseException):
    """The work took more than its budget. No Exception: sympy catches those on its way."""


def within_budget(events: int, work: Callable[[], Out]) -> Out:
    """What `work` returns; OverBudgetError once it has taken more than so many events.

    A module that is being imported is imported to its end: half a module would stay behind.
    Counting about doubles the time that Python's own functions take. Under a profiler nothing is
    counted: there can be only one.
    """
    if sys.getprofile() is not None:
        return work()
    left = events

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0 and not _imports(frame):
            raise OverBudgetError

    def unraisable(failure: UnraisableHookArgs) -> None:
        """What a generator that is being closed can't raise: the next call raises it again."""
        if failure.exc_type is not OverBudgetError:
            hook(failure)

    hook, sys.unraisablehook = sys.unraisablehook, unraisable
    sys.setprofile(count)
    try:
        return work()
    finally:
        sys.setprofile(None)
        sys.unraisablehook = hook


def _imports(frame: FrameType | None) -> bool:
    """Is a module being imported at this frame, or further out?"""
    while frame is not None:
        if frame.f_code.co_filename == IMPORT_SYSTEM:
            return True
        frame = frame.f_back
    return False
