"""A bound on the time of a command."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradcalc.errors import GradcalcError

LONGEST = 10_000_000  # seconds


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Raise GradcalcError where the work takes longer; no bound without seconds.

    It needs an alarm, which Windows does not have, and which only the main thread can set.
    """
    if seconds is not None and not 0 < seconds <= LONGEST:
        raise GradcalcError(
            "usage", f"--timeout can't be {seconds:g}", hint=f"write up to {LONGEST:,} seconds"
        )
    known = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not seconds or not known:
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise GradcalcError(
            "timeout",
            f"there is no answer within {seconds:g} s",
            hint="raise the limit with --timeout, or ask for less with --check fast",
        )

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
