"""One boundary per reader: what a library raises at damaged bytes is an error of that file."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tokenize import TokenError

from gradcalc.tables.arrow import arrow
from gradcalc.tables.table import bad_file

# What zipfile, zlib, NumPy's reader of headers and pyarrow raise for bytes that make no sense.
RAISED = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, EOFError),
    *(OSError, RuntimeError, SyntaxError, MemoryError, zlib.error, struct.error, lzma.LZMAError),
    *(zipfile.BadZipFile, TokenError),
)


@contextmanager
def reading(path: str, format: str, place: str = "") -> Iterator[None]:
    """Errors of a library, while it reads a file of this format, as GradcalcError."""
    try:
        yield
    except RAISED as error:
        raise _damaged(path, format, place, error) from None
    except Exception as error:
        pa = arrow()
        if pa is None or not isinstance(error, pa.ArrowException):
            raise
        raise _damaged(path, format, place, error) from None


def _damaged(path: str, format: str, place: str, error: Exception) -> Exception:
    why = " ".join(str(error).split()) or type(error).__name__
    return bad_file(path, f"can't be read as {format}{place}: {why[:MAX_REASON_CHARS]}")


MAX_REASON_CHARS = 200  # of what the library says
