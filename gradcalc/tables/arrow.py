"""pyarrow, imported when it is needed: without it text and NumPy files work as well."""

from __future__ import annotations

from typing import Any

from gradcalc.errors import GradcalcError


def arrow() -> Any:
    """The module pyarrow with its `compute` and `csv`; None where it is not installed."""
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.csv
    except ImportError:
        return None
    return pyarrow


def arrow_for(path: str, what: str) -> Any:
    """The module pyarrow, for a format that is nothing without it."""
    found = arrow()
    if found is None:
        raise GradcalcError(
            "missing-package",
            f"{path}: {what} needs the package pyarrow",
            hint='pip install "gradcalc[arrow]"',
        )
    return found
