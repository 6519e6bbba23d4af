"""Pictures of charts, written to files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    from gradcalc.views.charts import Chart

SUFFIXES = (".svg", ".png", ".pdf")


def refuse_picture(path: str, option: str = "-o") -> None:
    """An error where no picture can be written under this name; raised before any work is done."""
    if not path:
        return
    from gradcalc.atomic import STANDARD, refuse_place

    if os.path.splitext(path)[1].lower() not in SUFFIXES:
        raise GradcalcError(
            "usage",
            f"{option} {path}: pictures are .svg, .png or .pdf",
            hint=f"write {option} plot.svg",
        )
    if path != STANDARD:
        refuse_place(path)


def write_picture(chart: Chart, path: str) -> None:
    """The chart in the format of the file's suffix, complete or not at all."""
    from gradcalc.atomic import atomic_write

    suffix = os.path.splitext(path)[1].lower()
    if suffix == ".svg":
        from gradcalc.views.charts_svg import svg

        picture = svg(chart).encode()
    else:
        from gradcalc.views.charts_image import image

        picture = image(chart, suffix[1:])
    with atomic_write(path) as target:
        target.write(picture)
