"""The process: `gradcalc` and `python -m gradcalc`."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

INTERRUPTED = 130  # errors.Exit.INTERRUPTED, which may be what was about to be imported


def main() -> NoReturn:
    """Run the command line of this process and exit with one of the documented statuses.

    A command allocates much and frees little before it ends. Without garbage collection, and
    without the interpreter's orderly shutdown (`os._exit`), it takes two thirds of the time.
    """
    gc.disable()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # the caller closed it, and libraries expect a stream
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: SIM115
    try:
        from gradcalc.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were loaded
        status = INTERRUPTED
    os._exit(status)


if __name__ == "__main__":
    main()
