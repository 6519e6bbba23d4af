"""pyarrow, imported only when it is needed: text and NumPy files work without it."""

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


def arrow_for(path: str, format: str) -> Any:
    """The module pyarrow, for a format that needs it; GradcalcError where it is missing."""
    module = arrow()
    if module is None:
        raise GradcalcError(
            "missing-package",
            f"{path}: {format} needs the package pyarrow",
            hint='pip install "gradcalc[arrow]"',
        )
    return module
