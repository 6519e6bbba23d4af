"""A progress bar on stderr, for what takes long and shows nothing meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONG = 1.0  # seconds before a bar is drawn


@contextmanager
def bar(total: int, wanted: bool) -> Iterator[Callable[[], None]]:
    """What is to be called for each of so many things that is done.

    The bar is drawn where it is wanted, stderr is a terminal and a second has passed, and goes
    when all is done.
    """
    if not wanted or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(stderr=True), transient=True)
    task = progress.add_task("", total=total)
    start = time.monotonic()

    def advance() -> None:
        progress.advance(task)
        if time.monotonic() - start > LONG and not progress.live.is_started:
            progress.start()

    try:
        yield advance
    finally:
        progress.stop()
