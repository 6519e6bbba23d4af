"""Arrays from NumPy's own files, .npy and .npz, as float64.

Nothing in them is trusted: a header is judged before anything is allocated, and a pickle, which
could run code, is never loaded.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from gradcalc.cli.file_errors import bad_file, too_large
from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.numbers.shapes import MAX_AXES
from gradcalc.places import bare, open_binary, size_of
from gradcalc.tables.damage import RAISED

MAX_HEADER_BYTES = 12 + 65_535  # of an .npy: magic, version and length, then a length of 16 bits
NUMPY_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED_FLAG = 1  # the bit of a zip member's flags


def read_npy(path: str, max_elements: int) -> Any:
    """The array of an .npy file; a float where it has no axes."""
    with open_binary(path) as file:
        return _array(bare(path), file, size_of(file), max_elements)


def read_arrays(path: str, max_elements: int) -> Iterator[tuple[str, Any]]:
    """The arrays of an .npz file, each with its name."""
    with _archive(path) as archive:
        for member in archive.namelist():
            yield _name(member), _member_array(bare(path), archive, member, max_elements)


def read_only_array(path: str, max_elements: int) -> Any:
    """The array of an .npz file that has no other; a float where it has no axes."""
    with _archive(path) as archive:
        members = archive.namelist()
        if not members:
            raise bad_file(path, "contains no arrays")
        if len(members) > 1:
            names = listed(map(_name, members))
            raise bad_file(path, f"contains several arrays ({names})", f"write --at @{path}")
        return _member_array(bare(path), archive, members[0], max_elements)


@contextmanager
def _archive(path: str) -> Iterator[zipfile.ZipFile]:
    try:
        with open_binary(path) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise bad_file(bare(path), "is not an .npz file, or is damaged") from None


def _name(member: str) -> str:
    return member.removesuffix(".npy")


def _member_array(path: str, archive: zipfile.ZipFile, member: str, max_elements: int) -> Any:
    info = archive.getinfo(member)
    if info.flag_bits & ENCRYPTED_FLAG or info.compress_type not in NUMPY_COMPRESSIONS:
        raise bad_file(
            path, "is encrypted, or compressed in an unsupported way", "save it with numpy.savez"
        )
    with archive.open(info) as file:
        return _array(f"{path}, array {_name(member)},", file, info.file_size, max_elements)


def _array(path: str, file: IO[bytes], size: int, max_elements: int) -> Any:
    """The array in a file of this size in bytes."""
    import numpy as np
    from numpy.lib import format as npy

    shape, dtype = _header(path, file.read(MAX_HEADER_BYTES))
    count = math.prod(shape)
    _refuse_content(path, shape, dtype, max_elements)
    truncated = bad_file(path, "is truncated: it has less data than its header says")
    if size < count * dtype.itemsize:
        raise truncated
    try:
        file.seek(0)
        numbers = npy.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise truncated from None
    except MemoryError:
        raise GradcalcError(
            "too-large",
            f"{path} has {count:,} elements, more than the memory can hold",
            exit=Exit.FILE,
        ) from None
    return _float64(path, np.asarray(numbers))


def _header(path: str, head: bytes) -> tuple[tuple[int, ...], Any]:
    """The shape and the dtype that the beginning of an .npy file declares."""
    from numpy.lib import format as npy

    file = io.BytesIO(head)
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
        if any(type(size) is not int or size < 0 for size in shape):
            raise ValueError
    except RAISED:
        raise bad_file(path, "is not an .npy file, or is damaged") from None
    return shape, dtype


def _refuse_content(path: str, shape: tuple[int, ...], dtype: Any, max_elements: int) -> None:
    """GradcalcError where a header declares something else than an array of numbers."""
    if dtype.hasobject:
        raise bad_file(path, "contains Python objects, which are never loaded", "save numbers")
    if dtype.kind not in "iuf":
        raise bad_file(path, f"contains {dtype}, not numbers", "save integers or floats")
    if math.prod(shape) > max_elements:
        raise too_large(path, f"{math.prod(shape):,}", max_elements)
    if len(shape) > MAX_AXES:
        raise GradcalcError(
            "shape",
            f"{path} has {len(shape)} axes",
            hint=f"an array can't have more than {MAX_AXES} axes",
        )


def _float64(path: str, numbers: Any) -> Any:
    """Each number as the nearest float64; GradcalcError where a finite one would be infinite."""
    import numpy as np

    with np.errstate(over="ignore"):
        floats = np.asarray(numbers, dtype=float)
    if numbers.dtype.itemsize > 8 and (np.isinf(floats) & ~np.isinf(numbers)).any():
        raise GradcalcError(
            "not-finite",
            f"{path} has a number that float64 can't hold",
            hint="values must lie between -1.8e308 and 1.8e308",
        )
    return floats if floats.shape else float(floats)
