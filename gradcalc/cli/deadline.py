"""A bound on the time of a command."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradcalc.errors import GradcalcError


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Raise GradcalcError where the work takes longer; no bound without seconds.

    It needs an alarm, which Windows does not have, and which only the main thread can set.
    """
    known = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not seconds or not known:
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise GradcalcError(
            "timeout", f"there is no answer within {seconds:g} s", None,
            "raise the limit with --timeout, or ask for less with --check fast",
        )  # fmt: skip

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
