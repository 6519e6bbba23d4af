"""How `--profile` is answered: tables, JSON, a file of events."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradcalc.cli.answer import verdict_output
from gradcalc.cli.options import Format, OutputOptions
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.answers.request import Options


def write_profile(
    source: str,
    point: Mapping[str, Any],
    wrt: tuple[str, ...] | None,
    options: Options,
    output: OutputOptions,
    sort: str,
    events: str,
) -> int:
    """Time a program at a point, and print where the time goes; 0.

    `events` is a file to be written for trace viewers, or "". GradcalcError for a format that a
    profile does not have.
    """
    from gradcalc.atomic import atomic_write
    from gradcalc.profiling.profile import profile
    from gradcalc.views import profiled

    if output.form not in (Format.table, Format.plain, Format.json):
        raise GradcalcError(
            "usage",
            "a profile is a table, plain text or JSON",
            hint="write --format table or --json",
        )
    result = profile(source, point, wrt=wrt, options=options)
    if events:
        with atomic_write(events) as file:
            file.write(profiled.chrome_trace(result).encode())
    with verdict_output():
        if output.form is Format.json:
            print(profiled.as_json(result), file=spell_out(sys.stdout))
        else:
            from gradcalc.views.console import console

            plain = output.form is Format.plain
            profiled.show(result, console(color=output.color, plain=plain), sort)
    return 0
