"""Columns to float64, and back to text.

There are three kinds of columns: NumPy arrays, lists of Python objects and Arrow arrays. Whatever
the kind, a cell means the same number, and a number is written as the same text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcalc.tables.arrow import arrow

Column: TypeAlias = Any  # np.ndarray, list or pyarrow.Array: the last has no types to name
Floats: TypeAlias = NDArray[np.float64]

SPACES = " \t\r\n\v\f"
MANY = 4096  # numbers from which on loading pyarrow pays


class NoNumberError(ValueError):
    """The cell in this row of a column is no number; `what` says what it is."""

    def __init__(self, row: int, what: str) -> None:
        super().__init__(what)
        self.row = row
        self.what = what


def is_arrow(column: Column) -> bool:
    """Is this one an Arrow array?"""
    return not isinstance(column, (np.ndarray, list))


def is_typed(column: Column) -> bool:
    """Are its cells of one type of number, as a file has it that knows types?"""
    if isinstance(column, list):
        return False
    if isinstance(column, np.ndarray):
        return column.dtype.kind in "fiu"
    kind = column.type
    return bool(arrow().types.is_floating(kind) or arrow().types.is_integer(kind))


# to numbers -------------------------------------------------------------------------------


def numbers(column: Column) -> Floats:
    """The column as contiguous float64; NoNumberError where a cell is none."""
    if isinstance(column, list):
        return _from_list(column)
    return _from_numpy(column) if isinstance(column, np.ndarray) else _from_arrow(column)


def _from_list(cells: list[Any]) -> Floats:
    if all(type(cell) is float for cell in cells):
        return np.array(cells, dtype=np.float64)
    return np.array([_number(row, cell) for row, cell in enumerate(cells)], dtype=np.float64)


def _number(row: int, cell: Any) -> float:
    if cell is None or (isinstance(cell, str) and not cell.strip(SPACES)):
        raise NoNumberError(row, "nothing")
    if isinstance(cell, str):
        # Python reads 1_000 and the digits of every script; a table that has them means a text.
        text = cell.strip(SPACES)
        if "_" in text or not text.isascii():
            raise NoNumberError(row, _quoted(cell))
        cell = text
    elif isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        raise NoNumberError(row, _quoted(cell))
    try:
        return float(cell)
    except (ValueError, OverflowError):
        raise NoNumberError(row, _quoted(cell)) from None


def _from_numpy(array: NDArray[Any]) -> Floats:
    if array.dtype.kind in "fiu":
        return np.ascontiguousarray(array, dtype=np.float64)
    return _from_list(array.tolist())


def _from_arrow(column: Column) -> Floats:
    pa = arrow()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    plain = text or pa.types.is_floating(kind) or pa.types.is_integer(kind)
    if column.null_count == 0 and (plain or pa.types.is_decimal(kind)):
        for spaced in (False, True) if text else (False,):
            try:
                trimmed = pa.compute.ascii_trim_whitespace(column) if spaced else column
                cast = trimmed.cast(pa.float64(), safe=False)
                return np.ascontiguousarray(cast.to_numpy(zero_copy_only=False))
            except pa.ArrowInvalid:
                continue
    return _from_list(column.to_pylist())  # which finds the very cell


def _quoted(cell: Any) -> str:
    text = cell if isinstance(cell, str) else str(cell)
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


# to text ----------------------------------------------------------------------------------


def number_text(x: float) -> str:
    """The shortest text that reads back as the same float64, spelt as Arrow spells it.

    So a file is the same bytes, with pyarrow and without.
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
    if len(column) >= MANY and (pa := arrow()):
        texts: list[str] = pa.array(column).cast(pa.string()).to_pylist()
        return texts
    return list(map(number_text, column.tolist()))


def texts(column: Column) -> list[str]:
    """A column as texts, for a format that has nothing else. What is not there is empty."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return number_texts(np.ascontiguousarray(column, dtype=np.float64))
    return list(map(_text, objects(column)))


def objects(column: Column) -> list[Any]:
    """A column as Python's own objects."""
    if isinstance(column, list):
        return column
    made: list[Any] = column.to_pylist() if is_arrow(column) else column.tolist()
    return made


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
    """As `numbers`, for a file that shall keep the column: integers must not be rounded."""
    made = numbers(column)
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        _refuse_rounded(column, made)
    return made


def _refuse_rounded(column: NDArray[Any], made: Floats) -> None:
    for row in np.flatnonzero(np.abs(made) >= 2.0**53):
        if int(made[row]) != int(column[row]):
            raise NoNumberError(int(row), f"{column[row]}, which float64 does not hold")


def first_of(names: Iterable[str], known: Sequence[str]) -> str | None:
    """The first of these names that is not known."""
    return next((name for name in names if name not in known), None)
