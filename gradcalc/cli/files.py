"""Points from files: JSON, and arrays as .npy, .npz, .csv or .json; their numbers are float64."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.shapes import shown
from gradcalc.run.limits import ELEMENTS

KINDS = ".npy, .npz, .csv or .json"


def point_from(path: str, elements: int = ELEMENTS) -> dict[str, Any]:
    """Many inputs at once: a JSON object, or an .npz with an array for each."""
    if _suffix(path) == ".npz":
        with _archive(path) as members:
            return {name: _member(path, name, members, elements) for name in members}
    return checked(_json(path), path)


def array_from(path: str, elements: int = ELEMENTS) -> Any:
    """One input's value: an array, or a number."""
    match _suffix(path):
        case ".npy":
            with open(path, "rb") as file:
                return _numbers(path, file, elements)
        case ".npz":
            with _archive(path) as members:
                if len(members) == 1:
                    return _member(path, next(iter(members)), members, elements)
                listed = ", ".join(members) or "none"
                raise _bad(path, f"holds several arrays ({listed})", f"write --at @{path}")
        case ".csv":
            return _table(path)
        case ".json":
            value = _json(path)
            checked({"value": value}, path)
            return value
    raise _bad(path, "is no file of numbers that is known by its name", f"it ends in {KINDS}")


def checked(data: object, where: str) -> dict[str, Any]:
    """An object of numbers, texts and nested lists, or an error that says what is none of these."""
    if not isinstance(data, Mapping):
        raise GradcalcError(
            "bad-point", f"{where} is no object of values", None, 'write {"x": 1, "y": 2}'
        )
    for name, value in data.items():
        if not isinstance(value, str) and not _is_numbers(value):
            raise GradcalcError(
                "bad-point",
                f"{where}: {name} is not a number, nor a list of numbers",
                None,
                'write {"x": 1.5, "v": [1, 2]}',
            )
    return dict(data)


def _is_numbers(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_numbers, value))
    return isinstance(value, float | int) and not isinstance(value, bool)


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _bad(path: str, what: str, hint: str | None = None) -> GradcalcError:
    return GradcalcError("bad-file", f"{path} {what}", None, hint, Exit.FILE)


def _json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file)
        except (ValueError, RecursionError) as error:
            raise GradcalcError(
                "bad-json", f"{path} is not JSON: {error}", exit=Exit.FILE
            ) from None


def _table(path: str) -> list[Any]:
    """A rectangle of numbers; a first line of names is passed over. One column is a vector."""
    rows: list[list[float]] = []
    with open(path, encoding="utf-8-sig", newline="") as file:
        for number, cells in enumerate(csv.reader(file), 1):
            if not any(cell.strip() for cell in cells):
                continue
            try:
                rows.append([float(cell) for cell in cells])
            except ValueError:
                if number > 1:
                    wrong = next(cell for cell in cells if not _is_number(cell))
                    raise _bad(path, f"line {number}: {wrong!r} is no number") from None
                continue
            if len(rows[-1]) != len(rows[0]):
                counts = f"{len(rows[-1])} numbers, not {len(rows[0])}"
                raise _bad(path, f"line {number} has {counts}", "all lines have as many")
    if not rows:
        raise _bad(path, "holds no numbers")
    if len(rows) == 1:
        return rows[0]
    return [row[0] for row in rows] if len(rows[0]) == 1 else rows


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
    except zipfile.BadZipFile:
        raise _bad(path, "is no .npz file, or a damaged one") from None


class _Member:
    """A file inside an archive, not opened yet."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name


def _member(path: str, name: str, members: Mapping[str, _Member], elements: int) -> Any:
    member = members[name]
    with member.archive.open(member.name) as file:
        return _numbers(f"{path}, array {name},", file, elements)


def _numbers(path: str, file: IO[bytes], elements: int) -> Any:
    """An array of float64; its header is looked at before anything is loaded, never a pickle."""
    import numpy as np
    from numpy.lib import format as npy

    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    except (ValueError, EOFError, OSError):
        raise _bad(path, "is no .npy file, or a damaged one") from None
    size = 1
    for length in shape:
        size *= length
    if dtype.hasobject:
        raise _bad(path, "holds Python objects, which are never loaded", "save numbers instead")
    if dtype.kind not in "iuf":
        raise _bad(path, f"holds {dtype}, not numbers", "save integers or floats")
    if size > elements:
        raise GradcalcError(
            "too-large", f"{path} has {size:,} elements: more than {elements:,}", None,
            "raise the limit with --max-elements",
        )  # fmt: skip
    if len(shape) > 2:
        raise GradcalcError(
            "shape", f"{path} is of shape {shown(shape)}", None, "arrays have one or two axes"
        )
    if file.seekable():
        file.seek(0)
    try:
        found = npy.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise _bad(path, "is cut off: it holds less than its header says") from None
    floats = np.asarray(found, dtype=float)
    return floats if floats.shape else float(floats)
