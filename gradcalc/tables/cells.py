"""Columns to float64, and back to text.

There are three kinds of columns: NumPy arrays, lists of Python objects and Arrow arrays. Whatever
the kind, a cell means the same number, and a number is written as the same text.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcalc.tables.arrow import arrow, listed
from gradcalc.tables.looks import look_of
from gradcalc.tables.rules import MINUS, SPACES, STRICT, CellRules

Column: TypeAlias = Any  # np.ndarray, list or pyarrow.Array: the last has no types to name
Floats: TypeAlias = NDArray[np.float64]

MAX_QUOTED_CHARS = 40  # of a cell in an error
EXACT_INTEGERS = 2.0**53  # up to which every integer is a float64
_PADDED = r"^\s*[-+]?0[0-9]"
_PADDED_NUMERAL = re.compile(_PADDED)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
MIN_ARROW_NUMBERS = 4096  # below it loading pyarrow takes longer than it saves


class NotANumberError(ValueError):
    """The cell in this row of a column is not a number; `problem` is a predicate: "is empty"."""

    def __init__(self, row: int, problem: str, remedy: str = "write a number") -> None:
        super().__init__(problem)
        self.row = row
        self.problem = problem
        self.remedy = remedy


def _not_a_number(row: int, cell: Any, rules: CellRules) -> NotANumberError:
    text = cell if isinstance(cell, str) else str(cell)
    excerpt = text if len(text) <= MAX_QUOTED_CHARS else f"{text[: MAX_QUOTED_CHARS - 3]}..."
    look = look_of(rules.bare(text) or text)
    problem = f"holds {excerpt!r}, which is not a number"
    if look.noun:
        problem += f": it looks like {look.noun}"
    return NotANumberError(row, problem, look.options if rules.missing else look.plain)


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


def numbers(column: Column, rules: CellRules = STRICT) -> Floats:
    """The column as contiguous float64, NaN where the rules say that a number is missing.

    NotANumberError at the first cell that is neither.
    """
    is_numpy = isinstance(column, np.ndarray)
    read = _from_list if isinstance(column, list) else _from_numpy if is_numpy else _from_arrow
    floats = read(column, rules)
    if rules.missing_numbers:
        missing = np.isin(floats, rules.missing_numbers)
        floats = np.where(missing, math.nan, floats) if missing.any() else floats
    return floats


def rounded_integers(
    column: Column, floats: Floats, rules: CellRules = STRICT
) -> NDArray[np.int64]:
    """The rows whose cell is an integer that its float64 is not: past 2^53 not all are."""
    rows = np.flatnonzero(np.abs(floats) >= EXACT_INTEGERS)
    if not rows.size or (isinstance(column, np.ndarray) and column.dtype.kind == "f"):
        return rows[:0]
    inexact = [row for row in rows.tolist() if _is_rounded(column[row], float(floats[row]), rules)]
    return np.array(inexact, dtype=np.int64)


def _is_rounded(cell: Any, number: float, rules: CellRules) -> bool:
    cell = cell.as_py() if hasattr(cell, "as_py") else cell
    text = rules.plain(str(cell)) or ""
    return text.lstrip("+-").isdecimal() and math.isfinite(number) and int(text) != int(number)


def _from_list(cells: list[Any], rules: CellRules) -> Floats:
    if all(type(cell) is float for cell in cells):
        return np.array(cells, dtype=np.float64)
    return np.array([_number(row, cell, rules) for row, cell in enumerate(cells)], np.float64)


def _number(row: int, cell: Any, rules: CellRules) -> float:
    if cell is None and rules.missing:
        return math.nan
    if cell is None or (isinstance(cell, str) and not cell.strip(SPACES) and not rules.missing):
        raise NotANumberError(row, "is empty")
    if isinstance(cell, str):
        if cell.strip(SPACES) in rules.missing:
            return math.nan
        text = rules.plain(cell)
        if text is None:
            raise _not_a_number(row, cell, rules)
        number: Any = text
    elif isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        raise _not_a_number(row, cell, rules)
    else:
        number = cell
    try:
        return float(number)
    except (ValueError, OverflowError):
        raise _not_a_number(row, cell, rules) from None


def _from_numpy(array: NDArray[Any], rules: CellRules) -> Floats:
    if array.dtype.kind in "fiu":
        return np.ascontiguousarray(array, dtype=np.float64)
    return _from_list(objects(array), rules)


def _cast(column: Column) -> Floats:
    """An Arrow array as float64, NaN for null; ArrowInvalid where a text is not a number."""
    floats = column.cast(arrow().float64(), safe=False)
    return np.ascontiguousarray(floats.to_numpy(zero_copy_only=False))


def _from_arrow(column: Column, rules: CellRules) -> Floats:
    pa = arrow()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    whole = column.null_count == 0 or bool(rules.missing)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        if whole:
            for spell in (_as_it_is, _respelled):  # most need nothing, which is quick
                try:
                    return _cast(spell(column, rules))
                except pa.ArrowInvalid:
                    continue
    elif whole and any(
        test(kind) for test in (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)
    ):
        return _cast(column)
    elif pa.types.is_null(kind) and rules.missing:
        return np.full(len(column), math.nan)
    return _from_list(column.to_pylist(), rules)  # which names the cell that is not a number


def _as_it_is(column: Column, rules: CellRules) -> Column:
    if not rules.is_plain:
        raise arrow().ArrowInvalid("spelt otherwise")
    return column


def _respelled(column: Column, rules: CellRules) -> Column:
    """Texts as Arrow reads numbers: no spaces around them, null where the number is missing."""
    pa = arrow()
    compute = pa.compute
    column = compute.ascii_trim_whitespace(column)
    if rules.missing:
        words = pa.array(sorted(rules.missing), type=column.type)
        missing = compute.is_in(column, value_set=words)
        column = compute.if_else(missing, pa.scalar(None, column.type), column)
    column = compute.replace_substring(column, MINUS, "-")
    if rules.around:
        column = compute.replace_substring_regex(column, rules.before, r"\1")
        column = compute.replace_substring_regex(column, rules.behind, "")
    if not rules.is_plain:
        if not compute.all(compute.match_substring_regex(column, rules.pattern)).as_py():
            raise pa.ArrowInvalid("some cell is no number")
        if rules.thousands:
            column = compute.replace_substring_regex(column, rules.gap, "")
        column = compute.replace_substring(column, rules.decimal, ".")
    return column


def with_nulls(floats: Floats) -> Column:
    """The numbers as a column in which a missing one is null, not NaN."""
    missing = np.isnan(floats)
    return arrow().array(floats, mask=missing) if missing.any() else floats


def has_padded_numerals(column: Column) -> bool:
    """Does a text have zeros before its number, as identifiers have: 0001?"""
    if is_arrow(column):
        compute = arrow().compute
        return bool(compute.any(compute.match_substring_regex(column, _PADDED)).as_py())
    return any(_PADDED_NUMERAL.match(text) for text in column)


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
    if is_arrow(column):
        return listed(column)
    if column.dtype.kind == "M":
        moments = zip(column.tolist(), column, strict=True)  # Python has neither ns nor far years
        return [str(m).replace("T", " ") if isinstance(cell, int) else cell for cell, m in moments]
    return list(column.tolist())


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
    for row in rounded_integers(column, floats)[:1].tolist():
        raise NotANumberError(row, f"holds {column[row]}, which float64 can't represent")
    return floats


class Numeral(str):
    """A number as it is spelt, to be written so, not as a text."""

    __slots__ = ()


def numerals(column: Column, rules: CellRules) -> list[Any]:
    """Texts that spell numbers as JSON has them, digit for digit; None for a missing number.

    What JSON has no number for (007) stays a text.
    """
    return [_numeral(text, rules) for text in objects(column)]


def _numeral(text: str, rules: CellRules) -> Any:
    if text.strip(SPACES) in rules.missing:
        return None
    plain = rules.plain(text)
    if plain is None or _PADDED_NUMERAL.match(plain):
        return text
    return Numeral(plain) if _JSON_NUMBER.fullmatch(plain) else float(plain)
