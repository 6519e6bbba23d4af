"""The time limit of a command (--timeout)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradcalc.errors import GradcalcError

MAX_TIMEOUT_SECONDS = 10_000_000  # about what a timer of the system can count
MIN_AGAIN_SECONDS = 1.0  # in which what the error unwinds is cleaned up


@contextmanager
def within(seconds: float | None, remedy: str = "raise the limit with --timeout") -> Iterator[None]:
    """Raise GradcalcError in the midst of work that takes longer; None sets no limit.

    The remedy is how whoever reads the error raises it.

    It needs an alarm, which Windows does not have and only the main thread can set: elsewhere there
    is no limit.
    """
    if seconds is not None and not 0 < seconds <= MAX_TIMEOUT_SECONDS:
        raise GradcalcError(
            "usage",
            f"--timeout can't be {seconds:g}",
            hint=f"use at most {MAX_TIMEOUT_SECONDS:,} seconds",
        )
    has_alarm = (
        hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    )
    if not seconds or not has_alarm:
        yield
        return

    def time_out(number: int, frame: FrameType | None) -> None:
        raise GradcalcError(
            "timeout",
            f"no answer within {seconds:g} s",
            hint=f"{remedy}, or check less with --check fast",
        )

    previous = signal.signal(signal.SIGALRM, time_out)
    # Again and again: an alarm that falls into a destructor is an error that Python drops.
    signal.setitimer(signal.ITIMER_REAL, seconds, max(seconds, MIN_AGAIN_SECONDS))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
