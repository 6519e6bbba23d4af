"""The profile of a table as tables, as JSON, and as events for the trace viewers of browsers."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from gradcalc.profiling.table import PHASES, TableProfile
from gradcalc.views.console import Screen
from gradcalc.views.layout import gap, sentence, sheet
from gradcalc.views.profiled import costs, duration, place, show_costs
from gradcalc.views.sheets import draw
from gradcalc.views.strict import dumped

MEASURED = "within the kernel: NumPy steps, measured where they run"
ATTRIBUTED = (
    "within the kernel: machine code, measured as a whole; attributed to the operations as they"
    " take as NumPy steps"
)


def show(result: TableProfile, out: Screen, sort: str = "time") -> None:
    """Print the phases, and within the kernel the costs by primitive and by place in the text."""
    table = sheet(("phase",), ("time", "share"), ("what it does",))
    for name, what in PHASES.items():
        seconds = result.phases[name]
        if seconds:
            share = f"{seconds / result.seconds:.0%}"
            table.rows.append((Text(name), Text(duration(seconds)), Text(share), Text(what)))
    whole = Text("whole"), Text(duration(result.seconds)), Text("100%"), Text("on one thread")
    table.rows.append(whole)
    draw(table, out)
    gap(out)
    sentence(out, Text(ATTRIBUTED if result.attributed else MEASURED))
    gap(out)
    show_costs(result.source, result.entries, result.phases["kernel"], out, sort)


def record(result: TableProfile) -> dict[str, Any]:
    """The profile as JSON's own types, beside a summary of the run; times in seconds."""
    return {
        "seconds": result.seconds,
        "phases": dict(result.phases),
        "attributed": result.attributed,
        **costs(result.source, result.entries),
    }


def chrome_trace(result: TableProfile) -> str:
    """The phases as events of Chrome's trace format, when they were; on a second line what the
    kernel does, forward, then in reverse, as long as each primitive took in all."""
    events = [_event(e.phase, "phase", e.start, e.seconds, 1) for e in result.events if e.seconds]
    now = 0.0
    for phase in ("forward", "reverse"):
        for entry in result.entries:
            cost = entry.forward if phase == "forward" else entry.reverse
            if cost.seconds:
                where = {"place": place(result.source, entry), "attributed": result.attributed}
                events.append(_event(entry.name, phase, now, cost.seconds, 2) | {"args": where})
                now += cost.seconds
    return dumped({"traceEvents": events, "displayTimeUnit": "ns"})


def _event(name: str, category: str, start: float, seconds: float, line: int) -> dict[str, Any]:
    return {
        "name": name,
        "cat": category,
        "ph": "X",
        "ts": 1e6 * start,
        "dur": 1e6 * seconds,
        "pid": 1,
        "tid": line,
    }
