"""The process: `gradcalc` and `python -m gradcalc`."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from _thread import start_new_thread
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from gradcalc.memory import is_limited, is_scarce

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

STOPPING = ("SIGTERM", "SIGHUP")  # by which a system asks a process to end
TOO_LARGE = 6  # errors.Exit.FILE
INTERRUPTED = 130  # errors.Exit.INTERRUPTED, which may be what was about to be imported
AGAIN_SECONDS = 0.05  # in which a destructor ends
IDLE_CYCLES = 20  # as a power of two: a third of a millisecond


def main() -> NoReturn:
    """Run the command line of this process and exit with one of the documented statuses.

    A command allocates much and frees little before it ends. Without garbage collection, and
    without the interpreter's orderly shutdown (`os._exit`), it takes two thirds of the time.
    """
    if is_limited() and hasattr(os, "fork"):
        from gradcalc.supervision import supervised

        os._exit(supervised(_status))
    os._exit(_status())


def _status() -> int:
    """The status of the command line, when all that belongs to it has been done."""
    gc.disable()
    for name in STOPPING:
        number = getattr(signal, name, None)  # Windows has no SIGHUP; nohup ignores it
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)
    sys.unraisablehook = _dropped
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # the caller closed it, and libraries expect a stream
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: SIM115
    # Threads of NumPy's library wait for work at full speed: by default until the process ends.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", str(IDLE_CYCLES))
    if is_scarce():  # each thread of NumPy's library reserves memory, and it aborts without
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from gradcalc.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were loaded
        status = INTERRUPTED
    except MemoryError:  # there is none left even for what explains errors
        os.write(2, b"error[too-large]: there is not enough memory for this run\n")
        status = TOO_LARGE
    if status == INTERRUPTED:
        gc.collect()  # part files go with the objects that write them
    return status


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """End as an interrupt from the keyboard does, leaving nothing behind."""
    raise KeyboardInterrupt


def _dropped(failure: UnraisableHookArgs) -> None:
    """An interrupt that falls into a destructor or a callback, whose errors Python drops, comes
    again."""
    if issubclass(failure.exc_type, KeyboardInterrupt):
        start_new_thread(_interrupt_again, ())  # waits for nothing, as an importer may hold locks
    else:
        sys.__unraisablehook__(failure)


def _interrupt_again() -> None:
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    time.sleep(AGAIN_SECONDS)
    os.kill(os.getpid(), signal.SIGINT if heard else signal.SIGTERM)


if __name__ == "__main__":
    main()
