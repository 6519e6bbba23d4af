"""pyarrow, imported only when it is needed: text and NumPy files work without it."""

from __future__ import annotations

from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.memory import is_scarce, refuse_scarce


def arrow() -> Any:
    """The module pyarrow with its `compute` and `csv`; None where it is not installed, or where
    there is too little memory to load what text and NumPy files can do without."""
    return None if is_scarce() else _loaded()


def _loaded() -> Any:
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.csv
    except ImportError:
        return None
    return pyarrow


def arrow_for(path: str, format: str) -> Any:
    """The module pyarrow, for a format that needs it; GradcalcError where it is missing."""
    module = _loaded()
    if module is None:
        refuse_scarce("pyarrow")
        raise GradcalcError(
            "missing-package",
            f"{path}: {format} needs the package pyarrow",
            hint='pip install "gradcalc[arrow]"',
        )
    return module


def listed(column: Any) -> list[Any]:
    """An Arrow array as Python's objects; texts where these can't hold a time.

    Python's times have no nanoseconds, and its years end at 9999.
    """
    pa = _loaded()
    if getattr(column.type, "unit", "") == "ns":
        column = column.cast(pa.string())
    try:
        cells: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        cells = column.cast(_with_texts(column.type)).to_pylist()
    return cells


def _with_texts(kind: Any) -> Any:
    """A type with texts for times, within lists and structures too."""
    pa = _loaded()
    if pa.types.is_list(kind):
        return pa.list_(_with_texts(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _with_texts(field.type)) for field in kind])
    if pa.types.is_dictionary(kind):
        return _with_texts(kind.value_type)
    return pa.string() if pa.types.is_temporal(kind) else kind
