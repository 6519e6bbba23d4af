"""The process: `gradcalc` and `python -m gradcalc`."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line of this process and leave with one of the documented statuses.

    One command allocates much and frees nothing before it ends: without the collector's rounds,
    and without taking sympy's modules apart in the end, it takes two thirds of the time.
    """
    gc.disable()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: SIM115
    try:
        from gradcalc.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were loaded
        status = INTERRUPTED
    os._exit(status)


if __name__ == "__main__":
    main()
