"""A progress bar on stderr, for what takes long and shows nothing meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONG = 1.0  # seconds before a bar is drawn


@contextmanager
def bar(total: int, wanted: bool) -> Iterator[Callable[..., None]]:
    """What is to be called for each of so many things that is done, or with how many are.

    Where the total is not known (0) the bar only moves.

    The bar is drawn where it is wanted, stderr is a terminal and a second has passed, and goes
    when all is done.
    """
    if not wanted or not sys.stderr.isatty():
        yield lambda size=1: None
        return
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(stderr=True), transient=True)
    task = progress.add_task("", total=total or None)
    start = time.monotonic()

    def advance(size: int = 1) -> None:
        progress.advance(task, size)
        if time.monotonic() - start > LONG and not progress.live.is_started:
            progress.start()

    try:
        yield advance
    finally:
        progress.stop()
