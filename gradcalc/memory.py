"""Memory: libraries that end the process when they get none are done without where it is little;
where it is not, what is freed is kept for the next piece of a table. Short work that makes much is
not searched for circles of references meanwhile."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MIN_ADDRESS_BYTES = 1 << 30  # pyarrow, LLVM and a thread of each reserve some 100 MB apiece
SCIPY_BYTES = 256 << 20  # of address space that its libraries take

# Parameters of GNU's mallopt, by their numbers in malloc.h, and what `keep_freed` sets them to.
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
KEPT_BYTES = {TRIM_THRESHOLD: 1 << 30, TOP_PAD: 64 << 20, MMAP_THRESHOLD: 32 << 20}


def is_scarce() -> bool:
    """Is the address space of this process limited (`ulimit -v`) to less than libraries of machine
    code take for granted? They abort where Python raises MemoryError."""
    limit = _limit()
    return limit is not None and limit < MIN_ADDRESS_BYTES


def is_limited() -> bool:
    """Is the address space of this process limited at all?"""
    return _limit() is not None


def refuse_scarce(package: str) -> None:
    """MemoryError where a package that could not be imported is installed: memory is what lacks."""
    from importlib.util import find_spec

    if is_limited() and find_spec(package) is not None:
        raise MemoryError


def has_room_for_scipy() -> bool:
    """Can scipy be loaded? Its OpenBLAS asks for a buffer again and again, without an end, when the
    address space is limited and has none left."""
    if _limit() is None or "scipy.special" in sys.modules:
        return True
    import mmap  # hardly ever needed

    try:
        mmap.mmap(-1, SCIPY_BYTES).close()
    except OSError:
        return False
    return True


def require_scipy() -> None:
    """MemoryError where there is no room for scipy, to be called before its first import."""
    if not has_room_for_scipy():
        raise MemoryError


def keep_freed() -> bool:
    """Have the C library keep what is freed, instead of handing it back to the system piece by
    piece: to get it again costs a fault for every 4 KB, a fifth of the time of a table of text.

    Is it GNU's library, which can be told so? Not where memory is scarce.
    """
    if sys.platform != "linux" or is_scarce():
        return False
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    taken = [mallopt(*setting) for setting in KEPT_BYTES.items()]
    return all(taken)


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's search for circles of references waits meanwhile: it goes over all that was made,
    again and again while more is made. For work that is short, and that keeps most of it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _limit() -> int | None:
    """The limit of the address space in bytes; None where there is none, as on Windows."""
    try:
        import resource
    except ImportError:
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit
