"""Work shared out among threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import TypeVar

Piece = TypeVar("Piece")


def share(pieces: Sequence[Piece], work: Callable[[Iterator[Piece]], None], threads: int) -> None:
    """Call `work` on up to so many threads with an iterator that hands each piece to one of them.

    After an error no thread takes another piece; the first one is raised.
    """
    shared = iter(pieces)
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work(shared)
        except BaseException as error:
            errors.append(error)
            for _ in shared:
                pass

    # Threads by themselves: a pool takes a millisecond to set up.
    others = [Thread(target=run) for _ in range(min(threads, len(pieces)) - 1)]
    for thread in others:
        thread.start()
    run()
    for thread in others:
        thread.join()
    if errors:
        raise errors[0]
