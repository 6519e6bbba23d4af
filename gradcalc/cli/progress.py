"""A progress bar on stderr, for what takes long and shows nothing meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

BAR_DELAY_SECONDS = 1.0  # a bar for what takes less would only flicker


@contextmanager
def bar(total: int, wanted: bool) -> Iterator[Callable[..., None]]:
    """A function to call for each thing that is done, or with the number of things done at once.

    `total` is how many there are; where it is not known (0) the bar only moves. The bar is drawn
    where it is wanted and stderr is a terminal, from the first second on, and is removed when all
    is done. It counts the seconds too, so that something moves while a thing takes long.
    """
    if not wanted or not sys.stderr.isatty():
        yield lambda size=1: None
        return
    from rich.console import Console
    from rich.progress import Progress, TimeElapsedColumn

    columns = (*Progress.get_default_columns(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task("", total=total or None)
    begin = Timer(BAR_DELAY_SECONDS, progress.start)
    begin.daemon = True
    begin.start()
    try:
        yield lambda size=1: progress.advance(task, size)
    finally:
        begin.cancel()
        begin.join()
        progress.stop()
