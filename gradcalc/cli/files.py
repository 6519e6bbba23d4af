"""Points from files: JSON, and arrays as .npy, .npz, .csv or .json; their numbers are float64."""

from __future__ import annotations

import csv
import io
import json
import os
import unicodedata
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.shapes import shown
from gradcalc.run.limits import ELEMENTS

KINDS = ".npy, .npz, .csv or .json"
TOTAL = 10  # times the elements of one array, that a point may have
CHUNK = 1 << 20  # bytes of a text that are read at once
HEADER = 12 + 65_535  # bytes that the header of an .npy may have
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NUMBERS = {int, float}  # what JSON has for numbers; a bool is none


def point_from(path: str, elements: int = ELEMENTS) -> dict[str, Any]:
    """Many inputs at once: a JSON object, or an .npz with an array for each."""
    _refuse_nameless(path)
    if _suffix(path) == ".npz":
        with _archive(path) as members:
            found = ((name, _member(path, name, members, elements)) for name in members)
            return _named(found, path)
    if _suffix(path) in (".npy", ".csv"):
        raise _bad(path, "holds one array, without a name", f"write --at W=@{path}")
    return checked(_json(path, TOTAL * elements), path)


def array_from(path: str, elements: int = ELEMENTS) -> Any:
    """One input's value: an array, or a number."""
    _refuse_nameless(path)
    match _suffix(path):
        case ".npy":
            with open(path, "rb") as file:
                return _numbers(path, file, os.fstat(file.fileno()).st_size, elements)
        case ".npz":
            with _archive(path) as members:
                if len(members) == 1:
                    return _member(path, next(iter(members)), members, elements)
                if not members:
                    raise _bad(path, "holds no arrays")
                listed = ", ".join(members)
                raise _bad(path, f"holds several arrays ({listed})", f"write --at @{path}")
        case ".csv":
            return _table(path, elements)
        case ".json":
            return _value(path, _json(path, elements))
    raise _bad(path, "is no file of numbers that is known by its name", f"it ends in {KINDS}")


def checked(data: object, where: str) -> dict[str, Any]:
    """An object of numbers, texts and nested lists, or an error that says what is none of these."""
    if not isinstance(data, Mapping):
        raise GradcalcError(
            "bad-point", f"{where} is no object of values", hint='write {"x": 1, "y": 2}'
        )
    for name, value in data.items():
        if not isinstance(value, str) and not _is_numbers(value):
            raise GradcalcError(
                "bad-point",
                f"{where}: {name} is not a number, nor a list of numbers",
                hint='write {"x": 1.5, "v": [1, 2]}',
            )
    return _named(data.items(), where)


def _named(found: Iterable[tuple[str, Any]], where: str) -> dict[str, Any]:
    """Values by name, each once; x₁ is x1, as in the text."""
    made: dict[str, Any] = {}
    for given, value in found:
        name = unicodedata.normalize("NFKC", given)
        if name in made:
            raise GradcalcError(
                "repeated-value", f"{where} has {name} twice", hint="give each input one value"
            )
        made[name] = value
    return made


def _is_numbers(value: object, axes: int = 2) -> bool:
    """Whether it is a number, or lists of numbers; what nests too deep is not looked into."""
    if not isinstance(value, list):
        return type(value) in NUMBERS
    return (
        set(map(type, value)) <= NUMBERS
        or axes == 0
        or all(_is_numbers(part, axes - 1) for part in value)
    )


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _refuse_nameless(path: str) -> None:
    if not path:
        raise GradcalcError(
            "bad-file",
            "there is no name of a file after @",
            hint="write --at W=@weights.npy or --at @point.json",
        )


def _bad(path: str, what: str, hint: str | None = None) -> GradcalcError:
    return GradcalcError("bad-file", f"{path} {what}", hint=hint, exit=Exit.FILE)


def _too_large(path: str, what: str, most: int) -> GradcalcError:
    return GradcalcError(
        "too-large",
        f"{path} has {what}: more than {most:,}",
        hint="raise the limit with --max-elements",
    )


# text -------------------------------------------------------------------------------------


def _json(path: str, most: int) -> Any:
    """What a file says; it is not read on where commas stand for too many numbers."""
    parts: list[bytes] = []
    commas = 0
    with open(path, "rb") as file:
        while part := file.read(CHUNK):
            commas += part.count(b",")
            if commas >= most:
                raise _too_large(path, f"at least {commas + 1:,} elements", most)
            parts.append(part)
    try:
        return json.loads(b"".join(parts), object_pairs_hook=lambda pairs: _named(pairs, path))
    except RecursionError:
        raise GradcalcError("bad-json", f"{path} is nested too deep", exit=Exit.FILE) from None
    except ValueError as error:
        raise GradcalcError("bad-json", f"{path} is not JSON: {error}", exit=Exit.FILE) from None


def _value(path: str, value: Any) -> Any:
    if isinstance(value, dict):
        raise _bad(path, "is an object of values, not one value", f"write --at @{path}")
    if not isinstance(value, str) and not _is_numbers(value):
        raise GradcalcError(
            "bad-point",
            f"{path} is not a number, nor a list of numbers",
            hint="write 1.5, [1, 2] or [[1, 2], [3, 4]]",
        )
    return value


def _table(path: str, elements: int) -> Any:
    """A rectangle of numbers; a first line of names is passed over. One column is a vector."""
    numbers, width, names = array("d"), 0, 0
    with open(path, encoding="utf-8-sig", newline="") as file:
        for line, cells in _lines(path, file):
            try:
                numbers.extend(map(float, cells))
            except ValueError:
                if names or width or any(map(_is_number, cells)):
                    raise _not_a_number(path, line, cells) from None
                names = len(cells)
                continue
            width = width or names or len(cells)
            if len(cells) != width:
                raise _uneven(path, line, len(cells), width)
            if len(numbers) > elements:
                raise _too_large(path, f"at least {len(numbers):,} elements", elements)
    if not numbers:
        raise _bad(path, "holds no numbers", "a line of a table is 1.5,2,3")
    import numpy as np

    rows = np.array(numbers).reshape(-1, width)
    return rows.reshape(-1) if 1 in rows.shape else rows


def _lines(path: str, file: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of a table that have something, with their numbers; # begins a comment."""
    rows = csv.reader(file, strict=True)
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield rows.line_num, cells
    except csv.Error as error:
        raise _bad(path, f"line {rows.line_num}: {error}") from None
    except UnicodeDecodeError:
        raise _bad(path, "is no text in UTF-8") from None


def _not_a_number(path: str, line: int, cells: list[str]) -> GradcalcError:
    wrong = next(cell for cell in cells if not _is_number(cell))
    parted = any(sign in wrong.strip() for sign in ";\t ")
    hint = "commas stand between the numbers of a line" if parted else None
    told = wrong if len(wrong) <= 40 else wrong[:40] + "…"
    return _bad(path, f"line {line}: {told!r} is no number", hint)


def _uneven(path: str, line: int, count: int, width: int) -> GradcalcError:
    counts = f"{count} {'number' if count == 1 else 'numbers'}, not {width}"
    return _bad(path, f"line {line} has {counts}", "all lines have as many")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# NumPy's own files ------------------------------------------------------------------------


@contextmanager
def _archive(path: str) -> Iterator[dict[str, Any]]:
    """The members of an .npz by the names of their arrays."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield {name.removesuffix(".npy"): _Member(archive, name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise _bad(path, "is no .npz file, or a damaged one") from None


class _Member:
    """A file inside an archive, not opened yet."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name


def _member(path: str, name: str, members: Mapping[str, _Member], elements: int) -> Any:
    member = members[name]
    told = member.archive.getinfo(member.name)
    if told.flag_bits & 1 or told.compress_type not in PACKED:
        raise _bad(path, "is encrypted, or packed as no .npz is", "numpy.savez writes what is read")
    with member.archive.open(told) as file:
        return _numbers(f"{path}, array {name},", file, told.file_size, elements)


def _numbers(path: str, file: IO[bytes], size: int, elements: int) -> Any:
    """An array of float64 from a file of so many bytes; never a pickle.

    Its header is looked at before anything is loaded.
    """
    import numpy as np
    from numpy.lib import format as npy

    shape, dtype = _header(path, file.read(HEADER))
    if dtype.hasobject:
        raise _bad(path, "holds Python objects, which are never loaded", "save numbers instead")
    if dtype.kind not in "iuf":
        raise _bad(path, f"holds {dtype}, not numbers", "save integers or floats")
    count = 1
    for length in shape:
        count *= length
    if count > elements:
        raise _too_large(path, f"{count:,} elements", elements)
    if len(shape) > 2:
        raise GradcalcError(
            "shape", f"{path} is of shape {shown(shape)}", hint="arrays have one or two axes"
        )
    cut_off = _bad(path, "is cut off: it holds less than its header says")
    if size < count * dtype.itemsize:
        raise cut_off
    try:
        file.seek(0)
        found = npy.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise cut_off from None
    except MemoryError:
        raise GradcalcError(
            "too-large", f"{path} has {count:,} elements, for which there is no memory"
        ) from None
    return _floats(path, np.asarray(found))


def _header(path: str, head: bytes) -> tuple[tuple[int, ...], Any]:
    """The shape and the dtype that the beginning of an .npy tells."""
    from numpy.lib import format as npy

    file = io.BytesIO(head)
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
        if min(shape, default=0) < 0:
            raise ValueError
    except (ValueError, EOFError, OSError):
        raise _bad(path, "is no .npy file, or a damaged one") from None
    return shape, dtype


def _floats(path: str, found: Any) -> Any:
    """Numbers as the float64 nearest to each; a finite one that is none is refused."""
    import numpy as np

    with np.errstate(over="ignore"):
        floats = np.asarray(found, dtype=float)
    if found.dtype.itemsize > 8 and (np.isinf(floats) & ~np.isinf(found)).any():
        raise GradcalcError(
            "not-finite",
            f"{path} has a number that float64 can't hold",
            hint="values lie between -1.8e308 and 1.8e308",
        )
    return floats if floats.shape else float(floats)
