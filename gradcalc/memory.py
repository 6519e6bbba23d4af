"""Little memory: libraries that end the process when they get none are done without."""

from __future__ import annotations

MIN_ADDRESS_BYTES = 1 << 30  # pyarrow, LLVM and a thread of each reserve some 100 MB apiece


def is_scarce() -> bool:
    """Is the address space of this process limited (`ulimit -v`) to less than libraries of machine
    code take for granted? They abort where Python raises MemoryError."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return False
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return limit != resource.RLIM_INFINITY and limit < MIN_ADDRESS_BYTES
