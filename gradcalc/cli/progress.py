"""A progress bar on stderr, for what takes long and shows nothing meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BAR_DELAY_SECONDS = 1.0  # a bar for what takes less would only flicker


@contextmanager
def bar(total: int, wanted: bool) -> Iterator[Callable[..., None]]:
    """A function to call for each thing that is done, or with the number of things done at once.

    `total` is how many there are; where it is not known (0) the bar only moves. The bar is drawn
    where it is wanted and stderr is a terminal, and is removed when all is done.
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
        if time.monotonic() - start > BAR_DELAY_SECONDS and not progress.live.is_started:
            progress.start()

    try:
        yield advance
    finally:
        progress.stop()
