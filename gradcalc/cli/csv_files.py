"""An array from a .csv file: lines of numbers, with or without a line of names above them."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO, Any

from gradcalc.cli.file_errors import bad_file, too_large
from gradcalc.errors import GradcalcError
from gradcalc.places import bare, open_binary

MAX_SHOWN_CELL = 40  # characters of a cell that an error repeats


def read_csv(path: str, max_elements: int) -> Any:
    """A matrix, a row a line, or a vector where there is but one row or column.

    A first line without numbers is taken for the names of the columns, and skipped.
    """
    numbers, width = array("d"), 0
    with (
        open_binary(path) as binary,
        TextIOWrapper(binary, encoding="utf-8-sig", newline="") as file,
    ):
        path = bare(path)
        for line, cells in _lines(path, file):
            if not width and not any(map(_is_number, cells)):
                width = len(cells)
                continue
            try:
                numbers.extend(map(float, cells))
            except ValueError:
                raise _not_a_number(path, line, cells) from None
            width = width or len(cells)
            if len(cells) != width:
                raise _uneven(path, line, len(cells), width)
            if len(numbers) > max_elements:
                raise too_large(path, f"at least {len(numbers):,}", max_elements)
    if not numbers:
        raise bad_file(path, "contains no numbers", "write lines such as 1.5,2,3")
    import numpy as np

    matrix = np.array(numbers).reshape(-1, width)
    return matrix.reshape(-1) if 1 in matrix.shape else matrix


def _lines(path: str, file: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines that are neither blank nor a comment (#), each with its number."""
    reader = csv.reader(file, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield reader.line_num, cells
    except csv.Error as error:
        raise bad_file(path, f"line {reader.line_num}: {error}") from None
    except UnicodeDecodeError:
        raise bad_file(path, "is not UTF-8 text") from None


def _not_a_number(path: str, line: int, cells: list[str]) -> GradcalcError:
    cell = next(cell for cell in cells if not _is_number(cell))
    separated = any(separator in cell.strip() for separator in ";\t ")
    hint = "separate the numbers of a line by commas" if separated else None
    text = cell if len(cell) <= MAX_SHOWN_CELL else cell[:MAX_SHOWN_CELL] + "…"
    return bad_file(path, f"line {line}: {text!r} is not a number", hint)


def _uneven(path: str, line: int, count: int, width: int) -> GradcalcError:
    counts = f"{count} {'number' if count == 1 else 'numbers'}, not {width}"
    return bad_file(
        path, f"line {line} has {counts}", "write the same number of values in each line"
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
