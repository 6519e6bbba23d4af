"""`gradcalc functions [NAME]`: the table of primitives as documentation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gradcalc.cli.groups import flattened
from gradcalc.cli.report_options import ReportOptions


@flattened
def command(
    *,
    name: Annotated[str, typer.Argument(help="One function; all of them if left out.")] = "",
    report: ReportOptions,
) -> int:
    from gradcalc.views import catalogue
    from gradcalc.views.plain import spell_out

    descriptions = catalogue.describe(name) if name else catalogue.everything()
    report.refuse()
    if report.as_json:
        print(catalogue.as_json(descriptions), file=spell_out(sys.stdout))
    else:
        catalogue.show(descriptions, report.screen())
    return 0
