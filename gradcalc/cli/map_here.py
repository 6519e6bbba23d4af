"""Tables through a kernel in this process, which meanwhile prepares for their end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from gradcalc.memory import keep_freed
from gradcalc.tables import create_table

if TYPE_CHECKING:
    from gradcalc.batch.ahead import Proofs
    from gradcalc.batch.options import MapOptions
    from gradcalc.batch.sample import Sample
    from gradcalc.batch.summary import Summary
    from gradcalc.cli.progress import Bar
    from gradcalc.tables import Reader

SWITCH_SECONDS = 1e-4  # after which a thread of Python lets another one run
LARGE_BYTES = 8 << 20  # of tables that take longer than it takes to load what the check needs


def run_here(
    run: Callable[..., Summary],
    request: MapOptions,
    readers: Sequence[Reader],
    output: tuple[str, str | None, Sequence[str]],
    advance: Bar,
    proofs: Proofs | None,
) -> Summary:
    """Run the tables in this process; the output has a path, format and columns.

    What the end needs is loaded, and rows are proven, while a large table is computed; but not
    until a piece is done, which has to load much itself: Python's modules come one after the other.
    """
    keep_freed()
    total = sum(reader.total or 0 for reader in readers)
    advance.expect(total)
    ahead = [Thread(target=_ahead, args=(proofs,), daemon=True)] * (total >= LARGE_BYTES)

    def progress(size: int, drawn: Sample) -> None:
        if proofs:
            proofs.tell(drawn)
        while ahead:
            ahead.pop().start()
        advance(size)

    try:
        with create_table(*output, readers[0].schema) as writer:
            summary = run(readers, writer, request, progress)
    finally:
        if proofs:
            proofs.end()
    if proofs:
        summary.sample = replace(summary.sample, proven=proofs.proven)
    return summary


def _ahead(proofs: Proofs | None) -> None:
    """What the end needs: import what shows the summary and what proves rows, and prove some.

    Meanwhile Python's lock changes hands quickly: the threads of pieces let it go for most of their
    work, ask for it fifty times a piece, and would wait 5 ms each time.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    import_module("gradcalc.views.mapped")
    if proofs:
        from gradcalc.batch.sample import load_checks

        load_checks()
        proofs.work()
