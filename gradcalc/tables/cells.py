"""Columns to float64, and back to text.

There are three kinds of columns: NumPy arrays, lists of Python objects and Arrow arrays. Whatever
the kind, a cell means the same number, and a number is written as the same text.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcalc.commas import written
from gradcalc.tables.arrow import arrow

Column: TypeAlias = Any  # np.ndarray, list or pyarrow.Array: the last has no types to name
Floats: TypeAlias = NDArray[np.float64]

MAX_QUOTED_CHARS = 40  # of a cell in an error
EXACT_INTEGERS = 2.0**53  # up to which every integer is a float64
SPACES = " \t\r\n\v\f"
MIN_ARROW_NUMBERS = 4096  # below it loading pyarrow takes longer than it saves


class NotANumberError(ValueError):
    """The cell in this row of a column is not a number; `problem` is a predicate: "is empty"."""

    def __init__(
        self, row: int, problem: str, remedy: str = "write nan for a missing number"
    ) -> None:
        super().__init__(problem)
        self.row = row
        self.problem = problem
        self.remedy = remedy


def _not_a_number(row: int, cell: Any) -> NotANumberError:
    text = cell if isinstance(cell, str) else str(cell)
    excerpt = text if len(text) <= MAX_QUOTED_CHARS else f"{text[: MAX_QUOTED_CHARS - 3]}..."
    problem = f"holds {excerpt!r}, which is not a number"
    if number := written(text):
        return NotANumberError(row, problem, f"a number can't contain a comma: write {number}")
    return NotANumberError(row, problem)


def is_arrow(column: Column) -> bool:
    """Is this one an Arrow array?"""
    return not isinstance(column, (np.ndarray, list))


def is_typed(column: Column) -> bool:
    """Does its type say that all cells are numbers? Columns of text files never do."""
    if isinstance(column, list):
        return False
    if isinstance(column, np.ndarray):
        return column.dtype.kind in "fiu"
    kind = column.type
    return bool(arrow().types.is_floating(kind) or arrow().types.is_integer(kind))


# to numbers -------------------------------------------------------------------------------


def numbers(column: Column) -> Floats:
    """The column as contiguous float64; NotANumberError at the first cell that is not one."""
    if isinstance(column, list):
        return _from_list(column)
    return _from_numpy(column) if isinstance(column, np.ndarray) else _from_arrow(column)


def rounded_integers(column: Column, floats: Floats) -> NDArray[np.int64]:
    """The rows whose cell is an integer that its float64 is not: past 2^53 not all are."""
    rows = np.flatnonzero(np.abs(floats) >= EXACT_INTEGERS)
    if not rows.size or (isinstance(column, np.ndarray) and column.dtype.kind == "f"):
        return rows[:0]
    inexact = [row for row in rows.tolist() if _is_rounded(column[row], float(floats[row]))]
    return np.array(inexact, dtype=np.int64)


def _is_rounded(cell: Any, number: float) -> bool:
    cell = cell.as_py() if hasattr(cell, "as_py") else cell
    text = str(cell).strip(SPACES)
    return text.lstrip("+-").isdecimal() and math.isfinite(number) and int(text) != int(number)


def _from_list(cells: list[Any]) -> Floats:
    if all(type(cell) is float for cell in cells):
        return np.array(cells, dtype=np.float64)
    return np.array([_number(row, cell) for row, cell in enumerate(cells)], dtype=np.float64)


def _number(row: int, cell: Any) -> float:
    if cell is None or (isinstance(cell, str) and not cell.strip(SPACES)):
        raise NotANumberError(row, "is empty")
    if isinstance(cell, str):
        # Python's float reads 1_000 and the digits of every script; in a table those are text.
        text = cell.strip(SPACES)
        if "_" in text or not text.isascii():
            raise _not_a_number(row, cell)
        cell = text
    elif isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        raise _not_a_number(row, cell)
    try:
        return float(cell)
    except (ValueError, OverflowError):
        raise _not_a_number(row, cell) from None


def _from_numpy(array: NDArray[Any]) -> Floats:
    if array.dtype.kind in "fiu":
        return np.ascontiguousarray(array, dtype=np.float64)
    return _from_list(array.tolist())


def _cast(column: Column) -> Floats:
    floats = column.cast(arrow().float64(), safe=False)
    return np.ascontiguousarray(floats.to_numpy(zero_copy_only=False))


def _from_arrow(column: Column) -> Floats:
    pa = arrow()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    tests = (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)
    if column.null_count == 0 and (is_text or any(is_number(kind) for is_number in tests)):
        try:
            return _cast(column)
        except pa.ArrowInvalid:
            # Arrow reads no number with spaces around it: trimming costs, so it comes second.
            if is_text:
                with suppress(pa.ArrowInvalid):
                    return _cast(pa.compute.ascii_trim_whitespace(column))
    return _from_list(column.to_pylist())  # which names the cell that is not a number


# to text ----------------------------------------------------------------------------------


def number_text(x: float) -> str:
    """The shortest text that reads back as the same float64, formatted as Arrow formats it.

    So a file has the same bytes with pyarrow and without.
    """
    text = repr(x)
    size = abs(x)
    if size == 0 or 1e-4 <= size < 1e10 or not math.isfinite(x):
        return text.removesuffix(".0")
    sign, digits, shift = Decimal(text).normalize().as_tuple()
    exponent = int(shift) + len(digits) - 1
    if exponent >= -6 and size < 1:
        return f"{Decimal(text):f}"
    first, *rest = map(str, digits)
    point = "." if rest else ""
    return f"{'-' if sign else ''}{first}{point}{''.join(rest)}e{exponent:+}".replace("e-0", "e-")


def number_texts(column: Floats) -> list[str]:
    """`number_text` of each."""
    if len(column) >= MIN_ARROW_NUMBERS and (pa := arrow()):
        texts: list[str] = pa.array(column).cast(pa.string()).to_pylist()
        return texts
    return list(map(number_text, column.tolist()))


def texts(column: Column) -> list[str]:
    """A column as texts, for text formats; a missing cell is the empty text."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return number_texts(np.ascontiguousarray(column, dtype=np.float64))
    return list(map(_text, objects(column)))


def objects(column: Column) -> list[Any]:
    """A column as Python's own objects."""
    if isinstance(column, list):
        return column
    cells: list[Any] = column.to_pylist() if is_arrow(column) else column.tolist()
    return cells


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return str(cell)


def exact(column: Column) -> Floats:
    """As `numbers`, but NotANumberError where float64 would round an integer of the column."""
    floats = numbers(column)
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        _refuse_rounded(column, floats)
    return floats


def _refuse_rounded(column: NDArray[Any], floats: Floats) -> None:
    for row in np.flatnonzero(np.abs(floats) >= 2.0**53):
        if int(floats[row]) != int(column[row]):
            raise NotANumberError(int(row), f"holds {column[row]}, which float64 can't represent")
