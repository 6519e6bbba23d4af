"""Work in a process of its own, where memory is limited.

A library that gets none ends its process: by a signal, or with a status that would mean something
else. Whoever waits for that process can tell.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

TOO_LARGE = 6  # errors.Exit.FILE
INTERRUPTED = 130  # errors.Exit.INTERRUPTED
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # what asks a process to end
MESSAGE = b"error[too-large]: there is not enough memory for this run\n"


def supervised(work: Callable[[], int]) -> int:
    """The status of the work; where its process ends without one, that memory was lacking.

    What the work prints, it prints itself. Signals that ask to end are handed on to it.
    """
    reader, writer = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until there is who hands them on
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        status = work()
        os.write(writer, bytes([status]))
        os._exit(status)

    def hand_on(number: int, frame: FrameType | None) -> None:
        os.kill(child, number)

    os.close(writer)
    # The keyboard interrupts all processes of a terminal by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN if os.isatty(0) else hand_on)
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, hand_on)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    reported = os.read(reader, 1)
    ended = os.waitpid(child, 0)[1]
    if reported:
        return reported[0]
    if os.WIFSIGNALED(ended) and os.WTERMSIG(ended) in ENDING:
        return INTERRUPTED
    os.write(2, MESSAGE)
    return TOO_LARGE
