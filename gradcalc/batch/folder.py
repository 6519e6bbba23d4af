"""The folder that a table's parts are written to: by one run at a time, cleared if that fails.

A run lays claim to a folder by a file whose name says which process it is of. Whoever then finds
another's claim there gives up, so that two runs at the same moment may both do so, but never mix
their parts. The claim goes when the run ends; a worker that comes late finds it gone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from gradcalc.atomic import is_orphan, part_name
from gradcalc.errors import Exit, GradcalcError
from gradcalc.places import bare, files_in, is_remote, joined, place, remove, remove_folder

MANIFEST = "manifest.json"


@contextmanager
def claimed(folder: str, targets: Sequence[str]) -> Iterator[str]:
    """The folder is this run's, which will write these files; the name of its claim.

    What a failed run wrote into it is removed, and the folder as well if it was not there before.
    GradcalcError where the folder holds a finished table, another table's parts, or where another
    run is writing; OSError where it can't be written to.
    """
    absent = not (files_in(folder) if is_remote(folder) else os.path.isdir(folder))
    if not is_remote(folder):
        os.makedirs(folder, exist_ok=True)
    claim = part_name(MANIFEST)
    try:
        _refuse(folder, targets)
        _write_claim(folder, claim)
        try:
            _refuse(folder, targets, claim)
            yield claim
        except BaseException:
            _clear(folder, targets)
            raise
        finally:
            remove(joined(folder, claim))
    except BaseException:
        if absent:
            remove_folder(folder)
        raise


def is_claimed(folder: str, claim: str) -> bool:
    """Does the run with this claim still want its parts?"""
    return claim in files_in(folder)


def clear_parts(folder: str, targets: Sequence[str]) -> None:
    """Remove what workers left that died while they wrote these files."""
    for name in files_in(folder):
        if name.endswith(".part") and name.startswith(tuple(targets)):
            remove(joined(folder, name))


def _clear(folder: str, targets: Sequence[str]) -> None:
    for name in files_in(folder):
        if name.startswith(tuple(targets)):
            remove(joined(folder, name))


def _write_claim(folder: str, claim: str) -> None:
    if is_remote(folder):
        place(joined(folder, claim)).write(BytesIO())
    else:
        with open(joined(folder, claim), "xb"):
            pass


def _refuse(folder: str, targets: Sequence[str], claim: str = "") -> None:
    """An error where the folder holds a table already, parts that this run would not replace, or
    the claim of a run that may be alive."""
    names = files_in(folder)
    if MANIFEST in names:
        raise GradcalcError(
            "file",
            f"{bare(folder)} holds a finished table already",
            hint=f"name another folder, or remove its {MANIFEST}",
            exit=Exit.FILE,
        )
    for name in names:
        if not name.startswith(f"{MANIFEST}.") or name == claim:
            continue
        if is_orphan(name, MANIFEST):
            remove(joined(folder, name))
            continue
        raise GradcalcError(
            "file",
            f"another run is writing into {bare(folder)}",
            hint=f"name another folder; after a run that was killed, remove {name}",
            exit=Exit.FILE,
        )
    present = {name for name in names if name.startswith("part-") and not name.endswith(".part")}
    if strange := sorted(present - set(targets)):
        raise GradcalcError(
            "file",
            f"{bare(folder)} holds {strange[0]}, which belongs to another table",
            hint="name another folder, or remove that table's parts",
            exit=Exit.FILE,
        )
