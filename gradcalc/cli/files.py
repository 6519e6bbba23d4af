"""Points from files, by suffix: .json, .csv, .npy or .npz; their numbers are float64."""

from __future__ import annotations

import os
from typing import Any

from gradcalc.cli.file_errors import bad_file
from gradcalc.cli.json_files import point_object, read_json, single_value, unique_names
from gradcalc.errors import GradcalcError
from gradcalc.places import bare
from gradcalc.run.limits import ELEMENTS

MAX_POINT_ARRAYS = 10  # times the elements of one array that a point may have, as a run may


def point_from(path: str, elements: int = ELEMENTS) -> dict[str, Any]:
    """Many inputs at once: a JSON object, or an .npz with an array for each.

    `elements` bounds each array. GradcalcError where the file holds no point, OSError where it
    can't be read.
    """
    _refuse_empty(path)
    suffix = _suffix(path)
    if suffix == ".npz":
        from gradcalc.cli.npy_files import read_arrays

        return unique_names(read_arrays(path, elements), path)
    if suffix in (".npy", ".csv"):
        raise bad_file(path, "contains one array without a name", f"write --at W=@{path}")
    return point_object(read_json(path, MAX_POINT_ARRAYS * elements), path)


def array_from(path: str, elements: int = ELEMENTS) -> Any:
    """One input's value: a NumPy array of one or two axes, nested lists, a number, or a text.

    `elements` bounds it. GradcalcError where the file holds something else, OSError where it can't
    be read.
    """
    _refuse_empty(path)
    match _suffix(path):
        case ".json":
            return single_value(read_json(path, elements), path)
        case ".csv":
            from gradcalc.cli.csv_files import read_csv

            return read_csv(path, elements)
        case ".npy":
            from gradcalc.cli.npy_files import read_npy

            return read_npy(path, elements)
        case ".npz":
            from gradcalc.cli.npy_files import read_only_array

            return read_only_array(path, elements)
    raise bad_file(path, "has an unsupported file type", "use .npy, .npz, .csv or .json")


def _suffix(path: str) -> str:
    return os.path.splitext(bare(path))[1].lower()


def _refuse_empty(path: str) -> None:
    if not path:
        raise GradcalcError(
            "bad-file", "no file name after @", hint="write --at W=@weights.npy or --at @point.json"
        )
