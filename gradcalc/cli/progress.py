"""A progress bar on stderr, for what takes long and shows nothing meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Any

BAR_DELAY_SECONDS = 0.3  # a bar for what takes less would only flicker


class Bar:
    """Counts what is done: called for each thing, or with the number of things done at once."""

    def __init__(self, progress: Any = None) -> None:
        self._progress = progress  # rich's, which is not loaded where no bar is drawn
        self._task = progress.add_task("", total=None) if progress else None
        self._lock = Lock()  # held while it is drawn first, or hidden

    def __call__(self, size: int = 1) -> None:
        """So many more are done."""
        if self._progress:
            self._progress.advance(self._task, size)

    def expect(self, total: int) -> None:
        """So many there are; where it is not known (0) the bar only moves."""
        if self._progress:
            self._progress.update(self._task, total=total or None)

    def start(self) -> None:
        """Draw it from now on."""
        with self._lock:
            self._progress.start()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Lines that are printed meanwhile are not drawn over."""
        with self._lock:
            drawn = self._progress is not None and self._progress.live.is_started
            if drawn:
                self._progress.stop()
            yield
            if drawn:
                self._progress.start()


@contextmanager
def bar(total: int, wanted: bool) -> Iterator[Bar]:
    """The bar of what goes on meanwhile, of which there are `total` things, if that is known.

    It is drawn where it is wanted and stderr is a terminal, within the first second of a command,
    and is removed when all is done. It counts the seconds too, so that something moves while a
    thing takes long.
    """
    if not wanted or not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import Progress, TimeElapsedColumn

    columns = (*Progress.get_default_columns(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    drawn = Bar(progress)
    drawn.expect(total)
    begin = Timer(BAR_DELAY_SECONDS, drawn.start)
    begin.daemon = True
    begin.start()
    try:
        yield drawn
    finally:
        begin.cancel()
        begin.join()
        progress.stop()
