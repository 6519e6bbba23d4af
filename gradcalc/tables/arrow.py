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
