"""Points as JSON: an object of numbers, texts and nested lists, from a file or a request."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from gradcalc.cli.file_errors import bad_file, too_large
from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.shapes import MAX_AXES
from gradcalc.places import bare, open_binary

CHUNK_BYTES = 1 << 20
NUMBER_TYPES = {int, float}  # without bool, which is a subclass of int


def read_json(path: str, max_elements: int) -> Any:
    """The content of a file, objects with the names that `unique_names` gives them.

    Commas are counted while reading, so that a file too large is refused before it fills the
    memory: a list of n numbers has n - 1 of them.
    """
    chunks: list[bytes] = []
    commas = 0
    with open_binary(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            commas += chunk.count(b",")
            if commas >= max_elements:
                raise too_large(path, f"at least {commas + 1:,}", max_elements)
            chunks.append(chunk)
    path = bare(path)
    try:
        return json.loads(
            b"".join(chunks), object_pairs_hook=lambda pairs: unique_names(pairs, path)
        )
    except RecursionError:
        raise GradcalcError("bad-json", f"{path} is nested too deeply", exit=Exit.FILE) from None
    except ValueError as error:
        raise GradcalcError("bad-json", f"{path} is not JSON: {error}", exit=Exit.FILE) from None


def point_object(data: object, where: str) -> dict[str, Any]:
    """The inputs by name; GradcalcError where the data is not an object of values."""
    if not isinstance(data, Mapping):
        raise GradcalcError(
            "bad-point", f"{where} must be a JSON object", hint='write {"x": 1, "y": 2}'
        )
    for name, value in data.items():
        if not _is_value(value):
            raise GradcalcError(
                "bad-point",
                f"{where}: {name} must be a number or a list of numbers",
                hint='write {"x": 1.5, "v": [1, 2]}',
            )
    return unique_names(data.items(), where)


def single_value(data: Any, path: str) -> Any:
    """One input's value; GradcalcError where the data is an object, or something else."""
    if isinstance(data, dict):
        raise bad_file(path, "contains an object, not one value", f"write --at @{path}")
    if not _is_value(data):
        raise GradcalcError(
            "bad-point",
            f"{path} must be a number or a list of numbers",
            hint="write 1.5, [1, 2] or [[1, 2], [3, 4]]",
        )
    return data


def unique_names(pairs: Iterable[tuple[str, Any]], where: str) -> dict[str, Any]:
    """Values by name, each once; x₁ is x1, as in the program's text."""
    values: dict[str, Any] = {}
    for raw_name, value in pairs:
        name = unicodedata.normalize("NFKC", raw_name)
        if name in values:
            raise GradcalcError(
                "repeated-value", f"{where} has {name} twice", hint="give each input one value"
            )
        values[name] = value
    return values


def _is_value(data: object) -> bool:
    """Is it a formula, a number, or lists of numbers?"""
    return isinstance(data, str) or _is_numbers(data)


def _is_numbers(data: object, axes: int = MAX_AXES) -> bool:
    """Is it a number, or lists of numbers? Below so many axes nothing is looked at: the shape is
    judged where arrays are made, with a better message."""
    if not isinstance(data, list):
        return type(data) in NUMBER_TYPES
    return (
        set(map(type, data)) <= NUMBER_TYPES
        or axes == 0
        or all(_is_numbers(part, axes - 1) for part in data)
    )
