"""A profile as tables, as JSON, and as events for the trace viewers of browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.text import Text

from gradcalc.language import to_text
from gradcalc.language.parser import parse
from gradcalc.profiling.costs import Cost, Entry
from gradcalc.profiling.profile import Profile
from gradcalc.trace.trace import CONSTANT, INPUT
from gradcalc.views.console import Screen
from gradcalc.views.layout import gap, line, sheet
from gradcalc.views.sheets import draw
from gradcalc.views.strict import dumped

SCHEMA = "gradcalc.profile/1"
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
LONG_PLACE = 40  # characters of the text at a place

SORTS: dict[str, Callable[[Entry], Any]] = {
    "time": lambda e: -e.seconds,
    "forward": lambda e: -e.forward.seconds,
    "reverse": lambda e: -e.reverse.seconds,
    "calls": lambda e: -(e.forward.calls + e.reverse.calls),
    "bytes": lambda e: -(e.forward.bytes + e.reverse.bytes),
    "flops": lambda e: -(e.forward.flops + e.reverse.flops),
    "name": lambda e: e.name,
}


def show(result: Profile, out: Screen, sort: str = "time") -> None:
    """Print the costs by primitive, then by place in the text, and the whole."""
    line(out, "formula", Text(to_text(parse(result.source))))
    line(out, "run", Text(f"{duration(result.run)} forward, {duration(result.sweep)} reverse"))
    gap(out)
    show_costs(result.source, result.entries, result.seconds, out, sort)


def show_costs(
    source: str, entries: Sequence[Entry], seconds: float, out: Screen, sort: str
) -> None:
    """Print costs by primitive, then by place in the text; of so many seconds in all."""
    _draw("primitive", by_primitive(entries), seconds, out, sort, lambda e: e.name)
    gap(out)
    _draw("place", by_place(entries), seconds, out, sort, lambda e: place(source, e))


def _draw(
    heading: str,
    entries: Iterable[Entry],
    whole: float,
    out: Screen,
    sort: str,
    name: Callable[[Entry], str],
) -> None:
    numbers = ("forward", "calls", "reverse", "partials", "total", "share", "bytes", "flops")
    table = sheet((heading,), numbers)
    for entry in sorted(entries, key=SORTS[sort]):
        forward, back = entry.forward, entry.reverse
        cells = (
            duration(forward.seconds),
            _count(forward.calls),
            duration(back.seconds),
            _count(back.calls),
            duration(entry.seconds),
            f"{entry.seconds / whole:.0%}" if whole else "",
            _count(forward.bytes + back.bytes),
            _count(forward.flops + back.flops),
        )
        table.rows.append((Text(name(entry)), *map(Text, cells)))
    draw(table, out)


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def duration(time: float) -> str:
    """A time in three digits, in the unit that suits it."""
    if not time:
        return ""
    size, unit = next(((s, u) for s, u in UNITS if time >= s), UNITS[-1])
    return f"{time / size:.3g} {unit}"


def _merged(entries: Iterable[Entry], key: Callable[[Entry], Any]) -> list[Entry]:
    merged: dict[Any, Entry] = {}
    for entry in entries:
        before = merged.get(key(entry))
        if before is None:
            merged[key(entry)] = entry
        else:
            merged[key(entry)] = Entry(
                before.name,
                before.span,
                before.forward + entry.forward,
                before.reverse + entry.reverse,
            )
    return list(merged.values())


def by_primitive(entries: Iterable[Entry]) -> list[Entry]:
    """The costs of each primitive at all places together."""
    return _merged(entries, lambda e: e.name)


def by_place(entries: Iterable[Entry]) -> list[Entry]:
    """The costs of all primitives at each place together."""
    return _merged(entries, lambda e: e.span or e.name)


def place(source: str, entry: Entry) -> str:
    """The text at an entry's place, and where that is."""
    span = entry.span
    if span is None:
        return entry.name
    text = " ".join(source[span.start : span.end].split())
    text = text if len(text) <= LONG_PLACE else text[: LONG_PLACE - 2] + " …"
    row = source.count("\n", 0, span.start) + 1
    column = span.start - (source.rfind("\n", 0, span.start) + 1) + 1
    return f"{row}:{column} {text}"


# Data -------------------------------------------------------------------------------------------


def record(result: Profile) -> dict[str, Any]:
    """The profile as JSON's own types; times in seconds."""
    return {
        "schema": SCHEMA,
        "expr": result.source,
        "seconds": result.seconds,
        "run": result.run,
        "sweep": result.sweep,
        **costs(result.source, result.entries),
    }


def costs(source: str, entries: Sequence[Entry]) -> dict[str, Any]:
    """Costs by primitive and by place as JSON's own types."""
    return {
        "primitives": [_entry(e, name=e.name) for e in by_primitive(entries)],
        "places": [_entry(e, place=place(source, e), span=_span(e)) for e in by_place(entries)],
    }


def _span(entry: Entry) -> list[int] | None:
    return None if entry.span is None else [entry.span.start, entry.span.end]


def _entry(entry: Entry, **named: Any) -> dict[str, Any]:
    return {**named, "forward": _cost(entry.forward), "reverse": _cost(entry.reverse)}


def _cost(cost: Cost) -> dict[str, Any]:
    return {"seconds": cost.seconds, "calls": cost.calls, "bytes": cost.bytes, "flops": cost.flops}


def as_json(result: Profile) -> str:
    """The profile as one strict JSON object."""
    return dumped(record(result))


def chrome_trace(result: Profile) -> str:
    """The run and the sweep as events of Chrome's trace format, one call after the other.

    A call lasts as long as its primitive's calls at that place do on average.
    """
    by_place = {(e.name, e.span): e for e in result.entries}
    trace, events, now = result.trace, [], 0.0
    slots = [k for k, row in enumerate(trace.rules) if row is not INPUT and row is not CONSTANT]
    for phase, order in (("forward", slots), ("reverse", slots[::-1])):
        for slot in order:
            entry = by_place[trace.rules[slot].name, trace.spans[slot]]
            cost = entry.forward if phase == "forward" else entry.reverse
            if not cost.calls:
                continue
            lasting = 1e6 * cost.seconds / max(1, entry.forward.calls)
            events.append(
                {
                    "name": entry.name,
                    "cat": phase,
                    "ph": "X",
                    "ts": now,
                    "dur": lasting,
                    "pid": 1,
                    "tid": 1,
                    "args": {"slot": slot, "place": place(result.source, entry)},
                }
            )
            now += lasting
    return dumped({"traceEvents": events, "displayTimeUnit": "ns"})
